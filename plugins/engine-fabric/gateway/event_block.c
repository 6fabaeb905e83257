/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/gateway/event_block.h"

#include <string.h>

#include "gateway/gateway.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/blocks.h"
#include "plugins/kit/sink.h"

/* What a block costs beside its events. */
#define BLOCK_COST 4096u

typedef struct {
	guint64 tx;			/* position in the block */
	Protos__ChaincodeEvent message; /* in the block's arena */
} BlockEvent;

struct EventBlock {
	guint64 number;
	Arena arena;
	GArray *events;	       /* BlockEvent */
	gsize bytes;	       /* of them */
	GHashTable *responses; /* chaincode: GByteArray */
	GList link;	       /* of FabricGateway.blocks */
};

static void
block_free(EventBlock *block)
{
	arena_clear(&block->arena);
	g_array_unref(block->events);
	g_hash_table_unref(block->responses);
	g_free(block);
}

static EventBlock *
block_new(guint64 number)
{
	EventBlock *block = g_new0(EventBlock, 1);

	block->number = number;
	block->events = g_array_new(FALSE, FALSE, sizeof(BlockEvent));
	block->responses =
		g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
				      (GDestroyNotify)g_byte_array_unref);
	block->link.data = block;
	return block;
}

/* ---- reading ------------------------------------------------------------- */

static char *
keep_text(EventBlock *block, const char *text)
{
	const gsize len = strlen(text);

	block->bytes += len;
	return arena_copy(&block->arena, text, len);
}

static void
keep(guint64 tx, const char *tx_id, const Protos__ChaincodeEvent *event,
     gpointer data)
{
	EventBlock *block = data;
	BlockEvent kept = { tx, PROTOS__CHAINCODE_EVENT__INIT };

	kept.message.chaincode_id = keep_text(block, event->chaincode_id);
	kept.message.tx_id = keep_text(block, tx_id);
	kept.message.event_name = keep_text(block, event->event_name);
	if (event->payload.len > 0) {
		kept.message.payload.len = event->payload.len;
		kept.message.payload.data = (guint8 *)arena_copy(
			&block->arena, event->payload.data, event->payload.len);
	}
	block->bytes += sizeof(kept) + event->payload.len;
	g_array_append_val(block->events, kept);
}

/* Room for one more, which the oldest make. */
static void
make_room(GQueue *blocks)
{
	gsize bytes = 0;
	GList *link;

	for (link = blocks->head; link != NULL; link = link->next)
		bytes += ((const EventBlock *)link->data)->bytes;
	while (blocks->length >= EVENT_BLOCKS_MAX ||
	       (bytes > EVENT_BLOCKS_BYTES_MAX && blocks->length > 0)) {
		EventBlock *oldest = g_queue_pop_tail_link(blocks)->data;

		bytes -= oldest->bytes;
		block_free(oldest);
	}
}

static EventBlock *
find_kept(const FabricGateway *gateway, guint64 number)
{
	for (GList *link = gateway->blocks.head; link != NULL;
	     link = link->next)
		if (((EventBlock *)link->data)->number == number)
			return link->data;
	return NULL;
}

int32_t
event_block_find(Channel *channel, guint64 number, EventBlock **block,
		 gsize *cost, bsn_err *err)
{
	GQueue *blocks = &channel->gateway->blocks;
	EventBlock *read;
	int32_t status;

	*cost = 1;
	*block = find_kept(channel->gateway, number);
	if (*block != NULL)
		return BSN_OK;
	read = block_new(number);
	status = ledger_events(channel->ledger, number, keep, read, err);
	if (status != BSN_OK) {
		block_free(read);
		return status;
	}
	*cost = BLOCK_COST + read->bytes;
	make_room(blocks);
	g_queue_push_head_link(blocks, &read->link);
	*block = read;
	return BSN_OK;
}

void
event_blocks_clear(FabricGateway *gateway)
{
	GList *link;

	while ((link = g_queue_pop_head_link(&gateway->blocks)) != NULL)
		block_free(link->data);
}

/* ---- encoding ------------------------------------------------------------ */

GByteArray *
event_block_from(const EventBlock *block, const char *chaincode,
		 guint64 first_tx)
{
	Gateway__ChaincodeEventsResponse response =
		GATEWAY__CHAINCODE_EVENTS_RESPONSE__INIT;
	g_autofree Protos__ChaincodeEvent **list =
		g_new(Protos__ChaincodeEvent *, block->events->len + 1);

	response.block_number = block->number;
	response.events = list;
	for (guint i = 0; i < block->events->len; i++) {
		BlockEvent *event =
			&g_array_index(block->events, BlockEvent, i);

		if (event->tx >= first_tx &&
		    strcmp(event->message.chaincode_id, chaincode) == 0)
			list[response.n_events++] = &event->message;
	}
	return response.n_events > 0 ? message_pack(&response)
				     : g_byte_array_new();
}

/* Of a chaincode that has none nothing is kept: clients may ask for any. */
bsn_slice
event_block_response(EventBlock *block, const char *chaincode)
{
	GByteArray *bytes = g_hash_table_lookup(block->responses, chaincode);

	if (bytes != NULL)
		return buffer_slice(bytes);
	for (guint i = 0; i < block->events->len; i++) {
		const BlockEvent *event =
			&g_array_index(block->events, BlockEvent, i);

		if (strcmp(event->message.chaincode_id, chaincode) != 0)
			continue;
		bytes = event_block_from(block, chaincode, 0);
		block->bytes += bytes->len;
		g_hash_table_insert(block->responses,
				    event->message.chaincode_id, bytes);
		return buffer_slice(bytes);
	}
	return bsn_slice_of(NULL, 0);
}
