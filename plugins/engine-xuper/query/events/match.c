/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "pb/event.pb-c.h"
#include "plugins/engine-xuper/query/events/filter.h"
#include "plugins/engine-xuper/query/stored.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"

/* ---- transactions ---- */

static gboolean
one_has_signed(const BlockFilter *filter, const Xldgpb__Transaction *msg)
{
	for (gsize i = 0; i < msg->n_auth_require; i++)
		if (pattern_matches(filter->auth_require,
				    bsn_slice_str(msg->auth_require[i])))
			return TRUE;
	return filter->auth_require == NULL;
}

static gboolean
one_has_paid(const BlockFilter *filter, const Xldgpb__Transaction *msg)
{
	for (gsize i = 0; i < msg->n_tx_inputs; i++)
		if (pattern_matches(
			    filter->from_addr,
			    message_slice(msg->tx_inputs[i]->from_addr)))
			return TRUE;
	return filter->from_addr == NULL;
}

static gboolean
one_is_paid(const BlockFilter *filter, const Xldgpb__Transaction *msg)
{
	for (gsize i = 0; i < msg->n_tx_outputs; i++)
		if (pattern_matches(filter->to_addr,
				    message_slice(msg->tx_outputs[i]->to_addr)))
			return TRUE;
	return filter->to_addr == NULL;
}

static gboolean
wants_tx(const BlockFilter *filter, const Xldgpb__Transaction *msg)
{
	return pattern_matches(filter->initiator,
			       bsn_slice_str(msg->initiator)) &&
	       one_has_signed(filter, msg) && one_has_paid(filter, msg) &&
	       one_is_paid(filter, msg);
}

/* ---- putting it together ---- */

typedef struct {
	const BlockFilter *filter;
	Arena arena;
	GPtrArray *events; /* Pb__ContractEvent, in the arena */
} Gathering;

static ProtobufCBinaryData
keep(Arena *arena, bsn_slice bytes)
{
	return (ProtobufCBinaryData){
		(size_t)bytes.len,
		(uint8_t *)arena_room(arena, (gsize)MAX(bytes.len, 1)),
	};
}

static char *
keep_text(Arena *arena, bsn_slice text)
{
	char *copy = arena_room(arena, (gsize)text.len + 1);

	if (text.len > 0)
		memcpy(copy, text.data, (gsize)text.len);
	return copy;
}

static void
gather_event(void *owner, const StoredEvent *stored)
{
	Gathering *gathering = owner;
	Arena *arena = &gathering->arena;
	Pb__ContractEvent *event;

	if (!pattern_matches(gathering->filter->contract, stored->contract) ||
	    !pattern_matches(gathering->filter->event_name, stored->name))
		return;
	event = arena_room(arena, sizeof(*event));
	pb__contract_event__init(event);
	event->contract = keep_text(arena, stored->contract);
	event->name = keep_text(arena, stored->name);
	event->body = keep(arena, stored->body);
	if (stored->body.len > 0)
		memcpy(event->body.data, stored->body.data,
		       (gsize)stored->body.len);
	g_ptr_array_add(gathering->events, event);
}

/* The transaction as the subscriber wants it, or NULL. */
static Pb__FilteredTransaction *
filter_tx(Gathering *gathering, const Block *block, guint i)
{
	const BlockFilter *filter = gathering->filter;
	Arena *arena = &gathering->arena;
	Pb__FilteredTransaction *tx;

	g_ptr_array_set_size(gathering->events, 0);
	if (!wants_tx(filter, block->txs[i]->msg))
		return NULL;
	if (!filter->exclude_tx_event)
		stored_events(block, i, gather_event, gathering);
	if (gathering->events->len == 0 &&
	    (filter->contract != NULL || filter->event_name != NULL))
		return NULL;
	tx = arena_room(arena, sizeof(*tx));
	pb__filtered_transaction__init(tx);
	tx->txid = arena_hex(arena, block->txs[i]->id, HASH_LEN);
	tx->n_events = gathering->events->len;
	tx->events =
		arena_room(arena, MAX(tx->n_events, 1) * sizeof(tx->events[0]));
	for (gsize k = 0; k < tx->n_events; k++)
		tx->events[k] = gathering->events->pdata[k];
	return tx;
}

void
filter_block(const BlockFilter *filter, const Block *block, GByteArray *event)
{
	Gathering gathering = { filter, ARENA_INIT, g_ptr_array_new() };
	g_autofree Pb__FilteredTransaction **txs =
		g_new0(Pb__FilteredTransaction *, block->n_txs + 1);
	Pb__FilteredBlock told = PB__FILTERED_BLOCK__INIT;
	Pb__Event outer = PB__EVENT__INIT;
	g_autoptr(GByteArray) payload = NULL;

	told.bcname = filter->bcname;
	told.blockid = arena_hex(&gathering.arena, block->id, HASH_LEN);
	told.block_height = (gint64)block->height;
	told.txs = txs;
	for (guint i = 0; !filter->exclude_tx && i < block->n_txs; i++) {
		txs[told.n_txs] = filter_tx(&gathering, block, i);
		told.n_txs += txs[told.n_txs] != NULL;
	}
	payload = message_pack(&told);
	outer.payload = message_bytes(buffer_slice(payload));
	message_append(event, &outer);
	g_ptr_array_unref(gathering.events);
	arena_clear(&gathering.arena);
}
