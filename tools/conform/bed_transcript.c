/* SPDX-License-Identifier: Apache-2.0
 *
 * All that an engine has answered, as text: two beds that were asked the same
 * can be compared.
 */
#include "tools/conform/bed_private.h"

#include <bsn/helpers/bytes.h>

#define U64 G_GUINT64_FORMAT

static void
add_slice(GString *line, const char *name, bsn_slice slice)
{
	if (slice.len > 0)
		g_string_append_printf(line, " %s %.*s", name,
				       (int)slice.len,
				       (const char *)slice.data);
}

static void
add_id(GString *line, const char *name, const bsn_id *id)
{
	g_string_append_printf(line, " %s ", name);
	for (guint32 i = 0; i < MIN(id->len, BSN_ID_MAX); i++)
		g_string_append_printf(line, "%02x", id->bytes[i]);
}

static void
add_number(GString *line, const char *name, guint64 number)
{
	g_string_append_printf(line, " %s %" U64, name, number);
}

static void
add_tx(GString *line, const bsn_tx_result *tx)
{
	add_number(line, "stage", tx->stage);
	add_number(line, "block", tx->block);
	add_number(line, "index", tx->index);
	add_id(line, "id", &tx->tx_id);
	add_slice(line, "detail", tx->detail);
}

static void
add_ledger(GString *line, const bsn_ledger_info *info)
{
	add_number(line, "height", info->height);
	add_number(line, "bytes", info->bytes);
	add_number(line, "txs", info->txs);
	add_number(line, "invalid", info->invalid_txs);
	add_id(line, "hash", &info->block_hash);
	add_id(line, "state", &info->state_hash);
	add_slice(line, "detail", info->detail);
}

static void
add_block(GString *line, const bsn_block_info *info)
{
	add_number(line, "number", info->number);
	add_number(line, "bytes", info->bytes);
	add_number(line, "txs", info->txs);
	add_number(line, "time", info->time_ms);
	add_id(line, "hash", &info->hash);
	add_id(line, "previous", &info->previous_hash);
	add_id(line, "state", &info->state_hash);
	add_slice(line, "detail", info->detail);
}

static void
add_provable(GString *line, const char *what, bsn_provable provable)
{
	add_number(line, what, provable.certificate);
	add_number(line, "by", provable.path);
}

static void
add_capabilities(GString *line, const bsn_capabilities *given)
{
	if (given == NULL)
		return;
	add_number(line, "finality", given->finality);
	add_number(line, "depth", given->depth);
	add_number(line, "can", given->can);
	add_provable(line, "tx", given->tx);
	add_provable(line, "outcome", given->outcome);
	add_provable(line, "event", given->event);
	add_provable(line, "state", given->state);
}

static void
add_status(GString *line, const bsn_chain_status *info)
{
	add_number(line, "state", info->state);
	add_number(line, "height", info->height);
	add_number(line, "pending", info->pending_txs);
	add_number(line, "members", info->members);
	add_number(line, "connected", info->connected);
	add_slice(line, "languages", info->languages);
	add_capabilities(line, info->capabilities);
	add_slice(line, "detail", info->detail);
}

static void
add_events(GString *line, const bsn_reply *reply)
{
	add_number(line, "next", reply->events_next);
	for (guint i = 0; i < reply->events->len; i++) {
		const bsn_event *event =
			&g_array_index(reply->events, bsn_event, i);

		add_number(line, "| block", event->block);
		add_number(line, "kind", event->kind);
		add_number(line, "index", event->index);
		add_slice(line, "contract", event->contract);
		add_slice(line, "name", event->name);
		add_slice(line, "payload", event->payload);
	}
}

static char *
line_of(const bsn_reply *reply)
{
	GString *line = g_string_new(bed_status_name(reply->status));

	if (reply->status != BSN_OK)
		g_string_append_printf(line, " %s", reply->err.reason);
	else if (reply->expects == SIM_ANSWER_VALUE)
		add_slice(line, "value", reply->json);
	else if (reply->expects == SIM_ANSWER_LEDGER)
		add_ledger(line, &reply->ledger);
	else if (reply->expects == SIM_ANSWER_BLOCK)
		add_block(line, &reply->block);
	else if (reply->expects == SIM_ANSWER_STATUS)
		add_status(line, &reply->chain_status);
	else if (reply->expects == SIM_ANSWER_EVENTS)
		add_events(line, reply);
	else if (reply->expects == SIM_ANSWER_SIGNABLE)
		add_number(line, "signable, round", reply->signable.round);
	else
		add_tx(line, &reply->tx);
	return g_string_free(line, FALSE);
}

GPtrArray *
bed_transcript(const Bed *bed)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < bed->replies->len; i++)
		g_ptr_array_add(lines, line_of(bed->replies->pdata[i]));
	return lines;
}
