/* SPDX-License-Identifier: Apache-2.0
 *
 * Events are not stored by themselves: they are in the blocks' transactions, in
 * bucket "$transient".
 */
#include "plugins/engine-xuper/query/json.h"
#include "plugins/engine-xuper/query/query.h"
#include "plugins/engine-xuper/query/stored.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/json.h"

/* After that many events or bytes of blocks a replay ends with the block. */
#define REPLAY_EVENTS_MAX 4096u
#define REPLAY_BYTES_MAX (4u << 20)
/* Bytes of an event's body that are read as JSON. */
#define BODY_MAX (1u << 20)

typedef struct {
	bsn_reply *reply;
	const Block *block;
	guint64 given; /* events */
	guint64 index; /* of the next contract event of the block */
	guint64 bytes;
	json_t *people; /* of the transaction; NULL: not looked at yet */
} Replay;

static void
give(Replay *replay, bsn_event *event, const json_t *payload)
{
	g_autofree char *text = json_text(payload);

	event->size = sizeof(*event);
	event->block = replay->block->height;
	event->payload = bsn_slice_str(text);
	services.reply->event(replay->reply, event);
	replay->given++;
}

static void
give_block(Replay *replay)
{
	const Block *block = replay->block;
	bsn_event event = { .kind = BSN_EVENT_BLOCK };
	g_autoptr(json_t) payload = json_object();

	json_object_set_new(payload, "number", number_json(block->height));
	json_object_set_new(payload, "hash",
			    bytes_json(bsn_slice_of(block->id, HASH_LEN)));
	json_object_set_new(payload, "previous_hash",
			    bytes_json(bsn_slice_of(block->parent, HASH_LEN)));
	json_object_set_new(payload, "txs", number_json(block->n_txs));
	json_object_set_new(payload, "time_ms", number_json(block->time_ms));
	json_object_set_new(payload, "proposer",
			    said_json(message_slice(block->msg->proposer)));
	give(replay, &event, payload);
}

/* ---- who had to do with a transaction ---- */

static void
add_once(json_t *list, json_t *name)
{
	const json_t *there;
	size_t i;

	json_array_foreach(list, i, there) if (json_equal(there, name))
	{
		json_decref(name);
		return;
	}
	json_array_append_new(list, name);
}

static json_t *
people_of(const Xldgpb__Transaction *msg)
{
	json_t *from = json_array(), *to = json_array(), *auth = json_array();

	for (gsize i = 0; i < msg->n_tx_inputs; i++)
		add_once(from, said_json(message_slice(
				       msg->tx_inputs[i]->from_addr)));
	for (gsize i = 0; i < msg->n_tx_outputs; i++)
		add_once(to,
			 said_json(message_slice(msg->tx_outputs[i]->to_addr)));
	for (gsize i = 0; i < msg->n_auth_require; i++)
		json_array_append_new(auth, json_string(msg->auth_require[i]));
	return json_pack("{s:s, s:o, s:o, s:o}", "initiator", msg->initiator,
			 "from", from, "to", to, "auth_require", auth);
}

/* ---- contracts ---- */

/* Members of a body that is an object stand beside who had to do with it, but
 * not in their place; another body is "data". */
static json_t *
payload_of(const StoredEvent *event, json_t *people)
{
	json_t *body = json_parse(event->body, BODY_MAX, "body", NULL, NULL);
	json_t *payload = json_copy(people);

	if (json_is_object(body))
		json_object_update_missing(payload, body);
	else
		json_object_set_new(payload, "data", said_json(event->body));
	json_decref(body);
	return payload;
}

static void
give_contract(void *owner, const StoredEvent *stored)
{
	Replay *replay = owner;
	bsn_event event = {
		.kind = BSN_EVENT_CONTRACT,
		.tx_index = stored->tx,
		.index = replay->index++,
		.tx_id =
			bsn_id_of(replay->block->txs[stored->tx]->id, HASH_LEN),
		.contract = stored->contract,
		.name = stored->name,
	};
	g_autoptr(json_t) payload = NULL;

	if (replay->people == NULL)
		replay->people = people_of(stored->msg);
	payload = payload_of(stored, replay->people);
	give(replay, &event, payload);
}

static void
replay_block(Replay *replay, const Block *block)
{
	replay->block = block;
	replay->index = 0;
	replay->bytes += block->bytes.len;
	give_block(replay);
	for (guint i = 0; i < block->n_txs; i++) {
		stored_events(block, i, give_contract, replay);
		g_clear_pointer(&replay->people, json_decref);
	}
}

int32_t
query_events(bsn_ledger *ledger, uint64_t from, uint64_t to, bsn_reply *reply,
	     bsn_err *err)
{
	Replay replay = { .reply = reply };
	guint64 number = from;

	while (number <= MIN(to, ledger->durable) &&
	       replay.given < REPLAY_EVENTS_MAX &&
	       replay.bytes < REPLAY_BYTES_MAX) {
		g_autoptr(Block) block = NULL;
		const int32_t status =
			stored_block(ledger, number, &block, err);

		/* What was given before an error stays given. */
		if (status != BSN_OK && replay.given == 0)
			return status;
		if (status != BSN_OK)
			break;
		replay_block(&replay, block);
		number++;
	}
	services.reply->events_end(reply, number);
	return BSN_OK;
}
