/* SPDX-License-Identifier: Apache-2.0
 *
 * Events are not stored by themselves: they are in the blocks.
 */
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/blocks.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/engine-fabric/query/json.h"
#include "plugins/engine-fabric/query/query.h"
#include "plugins/engine-fabric/query/stored.h"
#include "plugins/engine-fabric/signed.h"
#include "plugins/kit/json.h"

/* After that many events or bytes of blocks a replay ends with the block. */
#define REPLAY_EVENTS_MAX 4096u
#define REPLAY_BYTES_MAX (4u << 20)

typedef struct {
	Channel *channel;
	bsn_reply *reply;
	guint64 number; /* of the block */
	guint64 given;	/* events */
	guint64 index;	/* of the next contract event of the block */
	guint64 bytes;
} Replay;

static void
give(Replay *replay, bsn_event *event, const json_t *payload)
{
	g_autofree char *text = json_text(payload);

	event->size = sizeof(*event);
	event->block = replay->number;
	event->payload = bsn_slice_str(text);
	services.reply->event(replay->reply, event);
	replay->given++;
}

static void
give_block(Replay *replay, const StoredBlock *block)
{
	const Common__BlockHeader *header = block->message->header;
	bsn_event event = { .kind = BSN_EVENT_BLOCK };
	g_autoptr(json_t) payload = json_object();

	json_object_set_new(payload, "number", integer_json(replay->number));
	json_object_set_new(payload, "hash",
			    hex_json(bsn_slice_of(block->hash, HASH_LEN)));
	json_object_set_new(payload, "previous_hash",
			    hex_json(message_slice(header->previous_hash)));
	json_object_set_new(payload, "txs",
			    integer_json(block->message->data->n_data));
	json_object_set_new(payload, "time_ms",
			    integer_json(order_block_time(replay->channel,
							  replay->number)));
	give(replay, &event, payload);
}

/* What a chaincode says is whole here: an application asked for it. */
static void
give_event(guint64 tx, const char *tx_id, const Protos__ChaincodeEvent *message,
	   gpointer data)
{
	Replay *replay = data;
	bsn_event event = {
		.kind = BSN_EVENT_CONTRACT,
		.tx_index = tx,
		.index = replay->index++,
		.tx_id = signed_id_bytes(tx_id),
		.contract = bsn_slice_str(message->chaincode_id),
		.name = bsn_slice_str(message->event_name),
	};
	g_autoptr(json_t) payload = json_object();

	json_object_set_new(payload, "data",
			    text_json(message_slice(message->payload)));
	give(replay, &event, payload);
}

static int32_t
replay_block(Replay *replay, bsn_err *err)
{
	g_auto(StoredBlock) block = { .bytes = NULL };
	int32_t status =
		stored_load(replay->channel, replay->number, &block, err);

	if (status != BSN_OK)
		return status;
	replay->index = 0;
	replay->bytes += block.bytes->len;
	give_block(replay, &block);
	return ledger_events(replay->channel->ledger, replay->number,
			     give_event, replay, err);
}

int32_t
query_events(Channel *channel, uint64_t from, uint64_t to, bsn_reply *reply,
	     bsn_err *err)
{
	Replay replay = { .channel = channel, .reply = reply, .number = from };
	const guint64 end =
		MIN(to, channel->ledger->durable.height - 1); /* included */

	while (replay.number <= end && replay.given < REPLAY_EVENTS_MAX &&
	       replay.bytes < REPLAY_BYTES_MAX) {
		int32_t status = replay_block(&replay, err);

		/* What was given before an error stays given. */
		if (status != BSN_OK && replay.given == 0)
			return status;
		if (status != BSN_OK)
			break;
		replay.number++;
	}
	services.reply->events_end(reply, replay.number);
	return BSN_OK;
}
