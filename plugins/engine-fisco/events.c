/* SPDX-License-Identifier: Apache-2.0
 *
 * Events are not stored by themselves: they are in the receipts of the blocks.
 */
#include "plugins/engine-fisco/interfaces.h"
#include "plugins/engine-fisco/overlay.h"
#include "plugins/engine-fisco/query.h"
#include "plugins/engine-fisco/result.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/stored.h"
#include "plugins/engine-fisco/wasm.h"
#include "plugins/kit/answer.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"

/* After that many events or bytes of blocks a replay ends with the block. */
#define REPLAY_EVENTS_MAX 4096u
#define REPLAY_BYTES_MAX (4u << 20)

typedef struct {
	Ledger *ledger;
	Overlay *state;
	bsn_reply *reply;
	const StoredBlock *block;
	guint64 given; /* events */
	guint64 index; /* of the next contract event of the block */
	const Tx *tx;  /* whose receipt it is in */
	guint64 tx_index;
} Replay;

static void
give(Replay *replay, bsn_event *event, const json_t *payload)
{
	g_autofree char *text = json_text(payload);

	event->size = sizeof(*event);
	event->block = replay->block->view.header.number;
	event->payload = bsn_slice_str(text);
	services.reply->event(replay->reply, event);
	replay->given++;
}

static void
give_block(Replay *replay)
{
	const BlockView *view = &replay->block->view;
	bsn_event event = { .kind = BSN_EVENT_BLOCK };
	g_autoptr(json_t) payload = json_object();

	json_object_set_new(payload, "number",
			    json_integer((json_int_t)view->header.number));
	json_object_set_new(payload, "hash", result_hex(view->hash));
	json_object_set_new(payload, "previous_hash",
			    result_hex(bsn_slice_of(view->header.parent_hash,
						    HASH_LEN)));
	json_object_set_new(payload, "txs",
			    json_integer((json_int_t)view->n_txs));
	json_object_set_new(payload, "time_ms",
			    json_integer((json_int_t)view->header.time_ms));
	give(replay, &event, payload);
}

static json_t *
raw_payload(const LogView *log)
{
	json_t *topics = json_array();
	json_t *payload = json_object();

	for (guint64 i = 0; i < log->n_topics; i++)
		json_array_append_new(topics, result_hex(log->topics[i]));
	json_object_set_new(payload, "topics", topics);
	json_object_set_new(payload, "data", result_hex(log->data));
	return payload;
}

/* By the contract's interface where it has one; the caller frees the name. */
static json_t *
log_payload(const Ledger *ledger, const Interface *interface,
	    const LogView *log, char **name)
{
	const AbiEvent *event;
	json_t *payload;

	if ((interface == NULL || interface->abi == NULL) &&
	    wasm_chain(ledger)) {
		*name = wasm_event_name(log->topics, log->n_topics);
		return answer_as_json(log->data);
	}
	if (interface == NULL || interface->abi == NULL ||
	    abi_decode_event(interface->abi, log->topics, log->n_topics,
			     log->data, &event, &payload, NULL) != BSN_OK)
		return raw_payload(log);
	*name = g_strdup(event->name);
	return payload;
}

static void
give_log(Replay *replay, const LogView *log)
{
	const Interface *interface = interface_of(
		replay->ledger, replay->state, log->address.data);
	g_autofree char *address = hex_encode(log->address);
	g_autofree char *name = NULL;
	g_autoptr(json_t) payload =
		log_payload(replay->ledger, interface, log, &name);
	bsn_event event = {
		.kind = BSN_EVENT_CONTRACT,
		.tx_index = replay->tx_index,
		.index = replay->index++,
		.tx_id = bsn_id_of(replay->tx->hash, HASH_LEN),
		.contract = bsn_slice_str(address),
		.name = bsn_slice_str(name != NULL ? name : ""),
	};

	if (interface != NULL && interface->name[0] != '\0')
		event.contract = bsn_slice_str(interface->name);
	give(replay, &event, payload);
}

static void
give_block_logs(Replay *replay)
{
	BlockCursor cursor = block_cursor(&replay->block->view);

	replay->index = 0;
	while (block_cursor_next(&cursor)) {
		RlpReader logs = rlp_reader(cursor.receipt.logs);
		g_autoptr(Tx) tx = NULL;
		LogView log;

		if (cursor.receipt.logs.len == 0)
			continue;
		tx = stored_tx(replay->ledger, replay->block, &cursor);
		replay->tx = tx;
		replay->tx_index = cursor.index;
		while (tx != NULL && receipt_next_log(&logs, &log))
			give_log(replay, &log);
	}
}

int32_t
query_events(Ledger *ledger, uint64_t from, uint64_t to, bsn_reply *reply,
	     bsn_err *err)
{
	g_autoptr(Overlay) state = ledger_state(ledger);
	Replay replay = { .ledger = ledger, .state = state, .reply = reply };
	guint64 last = MIN(to, ledger->durable.number);
	guint64 number = from;
	guint64 bytes = 0;

	if (ledger_usable(ledger, err) != BSN_OK)
		return BSN_UNAVAILABLE;
	while (number <= last && replay.given < REPLAY_EVENTS_MAX &&
	       bytes < REPLAY_BYTES_MAX) {
		g_auto(StoredBlock) block = { .bytes = NULL };
		int32_t status = stored_load(ledger, number, &block, err);

		/* What was given before an error stays given. */
		if (status != BSN_OK && number == from)
			return status;
		if (status != BSN_OK)
			break;
		replay.block = &block;
		give_block(&replay);
		give_block_logs(&replay);
		bytes += block.bytes->len;
		number++;
	}
	services.reply->events_end(reply, number);
	return BSN_OK;
}
