/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/sim/reply.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/sim/pointer.h"

static const SimReplyHost *host;

void
sim_reply_set_host(const SimReplyHost *the_host)
{
	host = the_host;
}

bsn_reply *
sim_reply_new(bsn_chain *chain, SimAnswer expects)
{
	bsn_reply *reply = g_new0(bsn_reply, 1);

	reply->expects = expects;
	reply->chain = chain;
	reply->status = SIM_PENDING;
	reply->err.size = sizeof(reply->err);
	reply->memory = g_ptr_array_new_with_free_func(g_free);
	if (expects == SIM_ANSWER_EVENTS)
		reply->events = g_array_new(FALSE, FALSE, sizeof(bsn_event));
	return reply;
}

G_GNUC_PRINTF(2, 3)
static void
broke(const bsn_reply *reply, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	host->broke(reply->chain, text);
}

void
sim_reply_free(bsn_reply *reply)
{
	if (reply == NULL)
		return;
	if (reply->waiting) {
		broke(reply, "a reply was freed before it was answered");
		g_ptr_array_remove(host->waiting(reply->chain), reply);
	}
	g_ptr_array_unref(reply->memory);
	g_clear_pointer(&reply->events, g_array_unref);
	g_free(reply);
}

static void
tell(bsn_reply *reply)
{
	if (reply->answered != NULL)
		reply->answered(reply, reply->data);
}

void
sim_replies_lose(bsn_chain *chain)
{
	GPtrArray *waiting = host->waiting(chain);

	while (waiting->len > 0) {
		bsn_reply *reply = g_ptr_array_steal_index(waiting, 0);

		reply->waiting = FALSE;
		reply->lost = TRUE;
		tell(reply);
	}
}

/* A reason is a sentence for people. */
static void
check_reason(const bsn_reply *reply, const char *what, int32_t status,
	     const bsn_err *err)
{
	const char *reason = err != NULL ? err->reason : "";
	gsize len = strnlen(reason, BSN_REASON_MAX);

	if (len == 0)
		broke(reply, "%s %d and no reason", what, status);
	else if (len == BSN_REASON_MAX)
		broke(reply, "%s %d and a reason without an end", what, status);
	else if (!g_utf8_validate(reason, (gssize)len, NULL) ||
		 strchr(reason, '\n') != NULL)
		broke(reply, "%s %d and a reason that is no line of UTF-8",
		      what, status);
}

int32_t
sim_reply_asked(bsn_reply *reply, int32_t returned)
{
	if (returned == BSN_OK && reply->status == SIM_PENDING) {
		reply->waiting = TRUE;
		g_ptr_array_add(host->waiting(reply->chain), reply);
	}
	if (returned == BSN_OK)
		return reply->status;
	if (reply->touched)
		broke(reply, "a call returned %d and had used its reply",
		      returned);
	check_reason(reply, "a call returned", returned, &reply->err);
	reply->status = returned;
	tell(reply);
	return returned;
}

/* ---- checks -------------------------------------------------------------- */

/* Whether the engine may answer so now. */
static gboolean
may_answer(bsn_reply *reply, const char *kind, gboolean fits,
	   gboolean closing_too)
{
	if (host->gone(reply->chain))
		return FALSE;
	reply->touched = TRUE;
	if (!host->allowed(reply->chain, kind, closing_too))
		return FALSE;
	if (reply->status != SIM_PENDING)
		broke(reply, "%s came for a reply that was completed before",
			   kind);
	else if (!fits)
		broke(reply, "%s is not what the request asked for", kind);
	return fits && reply->status == SIM_PENDING;
}

static void
complete(bsn_reply *reply, int32_t status)
{
	reply->status = status;
	if (reply->waiting)
		g_ptr_array_remove(host->waiting(reply->chain), reply);
	reply->waiting = FALSE;
	tell(reply);
}

/* A record is as long as its engine knows it; what was there in its first version
 * is there. */
static void
check_reach(const bsn_reply *reply, const char *what, uint32_t size,
	    gboolean reaches)
{
	if (!reaches)
		broke(reply, "%s has size %u, which is none of its versions'",
		      what, size);
}

#define CHECK_REACH(reply, record, type, last)                                 \
	check_reach(reply, #type, (record)->size, BSN_REACHES(record, last))
/* What the engine did not know is 0. */
#define COPY(to, record)                                                       \
	do {                                                                   \
		memset(to, 0, sizeof(*(to)));                                  \
		memcpy(to, record, MIN((record)->size, sizeof(*(to))));        \
	} while (0)

static void
check_id(const bsn_reply *reply, const char *what, const bsn_id *id)
{
	if (id->len > BSN_ID_MAX)
		broke(reply, "%s is %u bytes long", what, id->len);
}

/* JSON of any kind, or an object; empty is legal for details. */
static void
check_json(const bsn_reply *reply, const char *what, bsn_slice text,
	   gboolean object)
{
	if ((text.len > 0 || !object) && !sim_json_is(text, object))
		broke(reply, "%s is no JSON %s: %.*s", what,
			   object ? "object" : "value", (int)text.len,
			   text.len > 0 ? (const char *)text.data : "");
}

static bsn_slice
keep(bsn_reply *reply, bsn_slice slice)
{
	guint8 *copy = g_malloc(slice.len + 1);

	if (slice.len > 0)
		memcpy(copy, slice.data, slice.len);
	copy[slice.len] = 0;
	g_ptr_array_add(reply->memory, copy);
	return bsn_slice_of(copy, slice.len);
}

/* ---- the service --------------------------------------------------------- */

static void
fail(bsn_reply *reply, int32_t status, const bsn_err *err)
{
	if (!may_answer(reply, "bsn_reply.fail", status != BSN_OK, TRUE))
		return;
	check_reason(reply, "a request failed with", status, err);
	if (err != NULL)
		reply->err = *err;
	complete(reply, status);
}

static void
signable(bsn_reply *reply, const bsn_signable *answer)
{
	gboolean fits = reply->expects == SIM_ANSWER_SIGNABLE;

	if (!may_answer(reply, "bsn_reply.signable", fits, FALSE))
		return;
	CHECK_REACH(reply, answer, bsn_signable, signer);
	check_id(reply, "bsn_signable.tx_id", &answer->tx_id);
	if ((answer->tx.len > 0) == (answer->message.len > 0))
		broke(reply,
		      "a signable has either a message or a transaction");
	COPY(&reply->signable, answer);
	reply->signable.message = keep(reply, answer->message);
	reply->signable.state = keep(reply, answer->state);
	reply->signable.tx = keep(reply, answer->tx);
	reply->signable.signer = keep(reply, reply->signable.signer);
	if (answer->algorithm != NULL)
		reply->signable.algorithm = (const char *)keep(
			reply, bsn_slice_str(answer->algorithm)).data;
	complete(reply, BSN_OK);
}

static void
check_tx(const bsn_reply *reply, const bsn_tx_result *result)
{
	CHECK_REACH(reply, result, bsn_tx_result, detail);
	check_id(reply, "bsn_tx_result.tx_id", &result->tx_id);
	check_json(reply, "bsn_tx_result.detail", result->detail, TRUE);
	if (result->stage < BSN_TX_ACCEPTED || result->stage > BSN_TX_INVALID)
		broke(reply, "there is no stage %u", result->stage);
	if (result->stage == BSN_TX_COMMITTED && result->status != BSN_OK)
		broke(reply, "a committed transaction has status %d",
			   result->status);
	if (result->stage == BSN_TX_INVALID && result->status <= BSN_OK)
		broke(reply, "an invalid transaction has status %d",
			   result->status);
	if (result->stage == BSN_TX_ACCEPTED && reply->accepted)
		broke(reply, "a transaction was accepted twice");
}

static void
tx(bsn_reply *reply, const bsn_tx_result *result)
{
	gboolean stages = reply->expects == SIM_ANSWER_TX_STAGES;

	if (!may_answer(reply, "bsn_reply.tx",
			stages || reply->expects == SIM_ANSWER_TX, TRUE))
		return;
	check_tx(reply, result);
	COPY(&reply->tx, result);
	reply->tx.detail = keep(reply, result->detail);
	reply->stages++;
	if (result->stage == BSN_TX_ACCEPTED)
		reply->accepted = TRUE;
	if (!stages || result->stage != BSN_TX_ACCEPTED)
		complete(reply, BSN_OK);
	else
		tell(reply);
}

static void
value(bsn_reply *reply, bsn_slice json)
{
	const gboolean bytes = reply->expects == SIM_ANSWER_BYTES;
	gboolean fits = bytes || reply->expects == SIM_ANSWER_VALUE;

	if (!may_answer(reply, "bsn_reply.value", fits, FALSE))
		return;
	if (!bytes)
		check_json(reply, "the value", json, FALSE);
	reply->json = keep(reply, json);
	complete(reply, BSN_OK);
}

static void
ledger(bsn_reply *reply, const bsn_ledger_info *info)
{
	gboolean fits = reply->expects == SIM_ANSWER_LEDGER;

	if (!may_answer(reply, "bsn_reply.ledger", fits, FALSE))
		return;
	CHECK_REACH(reply, info, bsn_ledger_info, detail);
	check_id(reply, "bsn_ledger_info.block_hash", &info->block_hash);
	check_id(reply, "bsn_ledger_info.state_hash", &info->state_hash);
	check_json(reply, "bsn_ledger_info.detail", info->detail, TRUE);
	COPY(&reply->ledger, info);
	reply->ledger.detail = keep(reply, info->detail);
	complete(reply, BSN_OK);
}

static void
block(bsn_reply *reply, const bsn_block_info *info)
{
	gboolean fits = reply->expects == SIM_ANSWER_BLOCK;

	if (!may_answer(reply, "bsn_reply.block", fits, FALSE))
		return;
	CHECK_REACH(reply, info, bsn_block_info, detail);
	check_id(reply, "bsn_block_info.hash", &info->hash);
	check_id(reply, "bsn_block_info.previous_hash", &info->previous_hash);
	check_id(reply, "bsn_block_info.state_hash", &info->state_hash);
	check_json(reply, "bsn_block_info.detail", info->detail, TRUE);
	COPY(&reply->block, info);
	reply->block.detail = keep(reply, info->detail);
	complete(reply, BSN_OK);
}

static void
keep_capabilities(bsn_reply *reply, const bsn_capabilities *given)
{
	if (given == NULL)
		return;
	CHECK_REACH(reply, given, bsn_capabilities, state);
	COPY(&reply->capabilities, given);
	reply->chain_status.capabilities = &reply->capabilities;
}

static void
chain_status(bsn_reply *reply, const bsn_chain_status *info)
{
	gboolean fits = reply->expects == SIM_ANSWER_STATUS;

	if (!may_answer(reply, "bsn_reply.status", fits, FALSE))
		return;
	CHECK_REACH(reply, info, bsn_chain_status, capabilities);
	check_json(reply, "bsn_chain_status.detail", info->detail, TRUE);
	if (info->state < BSN_CHAIN_RUNNING || info->state > BSN_CHAIN_READONLY)
		broke(reply, "there is no state %u of a chain", info->state);
	if (info->languages.len > 0)
		check_json(reply, "bsn_chain_status.languages",
			   info->languages, FALSE);
	COPY(&reply->chain_status, info);
	reply->chain_status.detail = keep(reply, info->detail);
	reply->chain_status.languages = keep(reply, info->languages);
	keep_capabilities(reply, info->capabilities);
	complete(reply, BSN_OK);
}

/* Blocks go up; a block's own event comes first, then its contracts' in the
 * order of their index. */
static void
check_order(const bsn_reply *reply, const bsn_event *next)
{
	const bsn_event *last;

	if (reply->events->len == 0) {
		if (next->kind != BSN_EVENT_BLOCK)
			broke(reply,
			      "a replay must begin with a block's event");
		return;
	}
	last = &g_array_index(reply->events, bsn_event,
			      reply->events->len - 1);
	if (next->kind == BSN_EVENT_BLOCK && next->block <= last->block)
		broke(reply, "events of blocks are not in order");
	if (next->kind == BSN_EVENT_CONTRACT &&
	    (next->block != last->block ||
	     (last->kind == BSN_EVENT_CONTRACT && next->index <= last->index)))
		broke(reply, "a contract's event is not in order");
}

static void
event(bsn_reply *reply, const bsn_event *next)
{
	gboolean fits = reply->expects == SIM_ANSWER_EVENTS;
	bsn_event copy;

	if (!may_answer(reply, "bsn_reply.event", fits, FALSE))
		return;
	CHECK_REACH(reply, next, bsn_event, payload);
	check_id(reply, "bsn_event.tx_id", &next->tx_id);
	check_json(reply, "bsn_event.payload", next->payload, TRUE);
	check_order(reply, next);
	COPY(&copy, next);
	copy.contract = keep(reply, next->contract);
	copy.name = keep(reply, next->name);
	copy.payload = keep(reply, next->payload);
	g_array_append_val(reply->events, copy);
}

static void
events_end(bsn_reply *reply, uint64_t next)
{
	gboolean fits = reply->expects == SIM_ANSWER_EVENTS;

	if (!may_answer(reply, "bsn_reply.events_end", fits, FALSE))
		return;
	reply->events_next = next;
	complete(reply, BSN_OK);
}

const bsn_reply_service sim_reply_table = {
	.size = sizeof(bsn_reply_service),
	.fail = fail,
	.signable = signable,
	.tx = tx,
	.value = value,
	.ledger = ledger,
	.block = block,
	.status = chain_status,
	.event = event,
	.events_end = events_end,
};
