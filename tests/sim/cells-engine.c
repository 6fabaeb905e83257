/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables of the engine "cells", and the plugin.
 */
#include "tests/sim/cells.h"

#include <jansson.h>
#include <string.h>

#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

#define PLUGIN_ID "test.engine-cells"

BSN_PLUGIN_NOTE(PLUGIN_ID, "1", BSN_KIND_ENGINE);

CellsHost cells_host;

/* ---- transactions ------------------------------------------------------- */

void
cells_answer(bsn_reply *reply, guint32 stage, const bsn_id *id, guint64 block,
	     guint32 index)
{
	const bsn_tx_result result = { .size = sizeof(result),
				       .stage = stage,
				       .tx_id = *id,
				       .block = block,
				       .index = index };

	cells_host.reply->tx(reply, &result);
}

/* Args: ["number", "name", "text"]. */
static int32_t
encode(const bsn_ledger *ledger, const bsn_tx_request *request,
       GByteArray *out, bsn_err *err)
{
	g_autoptr(json_t) args = json_loadb((const char *)request->args.data,
					    request->args.len, 0, NULL);
	const char *number = json_string_value(json_array_get(args, 0));
	const char *name = json_string_value(json_array_get(args, 1));
	const char *text = json_string_value(json_array_get(args, 2));
	guint8 name_len;

	if (number == NULL || name == NULL || text == NULL ||
	    strlen(name) > 64 || strlen(text) > 512 ||
	    request->signer_public_key.len != SIGNER_LEN)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"args: give [number, name, text]");
	name_len = (guint8)strlen(name);
	g_byte_array_append(out, ledger->genesis_hash, HASH_LEN);
	g_byte_array_append(out, request->signer_public_key.data, SIGNER_LEN);
	cells_put_u64(out, g_ascii_strtoull(number, NULL, 10));
	g_byte_array_append(out, &name_len, 1);
	g_byte_array_append(out, (const guint8 *)name, name_len);
	g_byte_array_append(out, (const guint8 *)text, (guint)strlen(text));
	return BSN_OK;
}

static int32_t
tx_begin(bsn_ledger *ledger, const bsn_tx_request *request, bsn_reply *reply,
	 bsn_err *err)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	CellDraft draft = { .reply = reply };
	int32_t status = encode(ledger, request, bytes, err);

	if (status != BSN_OK)
		return status;
	draft.id = cells_digest(buffer_slice(bytes));
	draft.bytes = g_bytes_new(bytes->data, bytes->len);
	cells_draft_answer(ledger, &draft);
	return BSN_OK;
}

static int32_t
tx_sign_round(bsn_ledger *ledger, bsn_slice state, bsn_slice signature,
	      bsn_reply *reply, bsn_err *err)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	CellDraft draft = { .reply = reply, .finished = TRUE };
	int32_t status;

	g_byte_array_append(bytes, state.data, (guint)state.len);
	g_byte_array_append(bytes, signature.data, (guint)signature.len);
	status = cells_tx_check(ledger, buffer_slice(bytes), err);
	if (status != BSN_OK)
		return status;
	draft.id = cells_digest(state);
	draft.bytes = g_bytes_new(bytes->data, bytes->len);
	cells_draft_answer(ledger, &draft);
	return BSN_OK;
}

static void
gossip(const bsn_ledger *ledger, bsn_slice tx)
{
	g_autoptr(GByteArray) message = g_byte_array_new();
	const guint8 kind = MESSAGE_TX;

	g_byte_array_append(message, &kind, 1);
	g_byte_array_append(message, tx.data, (guint)tx.len);
	cells_host.net->broadcast(ledger->chain, buffer_slice(message));
}

static int32_t
take(bsn_ledger *ledger, const bsn_submission *item, bsn_err *err)
{
	int32_t status = cells_tx_check(ledger, item->tx, err);
	guint64 number;
	guint32 index;
	CellTx *tx;
	bsn_id id;

	if (status != BSN_OK)
		return status;
	id = cells_digest(bsn_slice_of(item->tx.data,
				       item->tx.len - SIGNATURE_LEN));
	status = cells_find_tx(ledger, &id, &number, &index);
	if (status == BSN_OK)
		return bsn_fail(err, BSN_DUPLICATE, "it is in a block already");
	if (status != BSN_NOT_FOUND)
		return bsn_fail(err, status, "the store fails");
	tx = cells_pool_add(ledger, item->tx);
	if (tx == NULL)
		return bsn_fail(err, BSN_BUSY, "the pool is full");
	if (tx->reply != NULL)
		return bsn_fail(err, BSN_DUPLICATE, "it waits already");
	tx->reply = item->reply;
	gossip(ledger, item->tx);
	cells_answer(item->reply, BSN_TX_ACCEPTED, &id, 0, 0);
	return BSN_OK;
}

static int32_t
tx_submit(bsn_ledger *ledger, const bsn_submission *items, uint64_t n,
	  bsn_err *err)
{
	for (uint64_t i = 0; i < n; i++) {
		const bsn_submission *item =
			(const void *)((const char *)items + i * items->size);
		bsn_err why = BSN_ERR_INIT;
		int32_t status = take(ledger, item, &why);

		if (status != BSN_OK)
			cells_host.reply->fail(item->reply, status, &why);
	}
	ledger->consensus->pending(ledger->agreement);
	return BSN_OK;
}

static int32_t
tx_call(bsn_ledger *ledger, const bsn_tx_request *request, bsn_reply *reply,
	bsn_err *err)
{
	return bsn_fail(err, BSN_NOT_OFFERED, "cells are not read");
}

static int32_t
tx_get(bsn_ledger *ledger, bsn_slice tx_id, bsn_reply *reply, bsn_err *err)
{
	const bsn_id id = bsn_id_of(tx_id.data, tx_id.len);
	guint64 number;
	guint32 index;
	int32_t status = cells_find_tx(ledger, &id, &number, &index);

	if (status == BSN_OK && number > ledger->durable)
		status = BSN_NOT_FOUND;
	if (status != BSN_OK)
		return bsn_fail(err, status, "there is none");
	cells_answer(reply, BSN_TX_COMMITTED, &id, number, index);
	return BSN_OK;
}

const bsn_tx_ops cells_tx_ops = { .size = sizeof(bsn_tx_ops),
				  .begin = tx_begin,
				  .sign_round = tx_sign_round,
				  .submit = tx_submit,
				  .call = tx_call,
				  .get = tx_get };

/* ---- the others --------------------------------------------------------- */

static int32_t
contract_check(bsn_ledger *ledger, bsn_slice code, bsn_slice options,
	       bsn_reply *reply, bsn_err *err)
{
	return bsn_fail(err, BSN_NOT_OFFERED, "there are no contracts");
}

static int32_t
contract_list(bsn_ledger *ledger, uint64_t from, uint64_t limit,
	      bsn_reply *reply, bsn_err *err)
{
	return bsn_fail(err, BSN_NOT_OFFERED, "there are no contracts");
}

static int32_t
contract_get(bsn_ledger *ledger, bsn_slice contract, bsn_reply *reply,
	     bsn_err *err)
{
	return bsn_fail(err, BSN_NOT_OFFERED, "there are no contracts");
}

const bsn_contract_ops cells_contract_ops = { .size = sizeof(bsn_contract_ops),
					      .check = contract_check,
					      .list = contract_list,
					      .get = contract_get };

static int32_t
status_get(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	const bsn_chain_status answer = { .size = sizeof(answer),
					  .state = BSN_CHAIN_RUNNING,
					  .height = ledger->durable,
					  .pending_txs = ledger->pool.length,
					  .members = ledger->n_members };

	cells_host.reply->status(reply, &answer);
	return BSN_OK;
}

const bsn_status_ops cells_status_ops = { .size = sizeof(bsn_status_ops),
					  .get = status_get };

static int32_t
ledger_info(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	const bsn_ledger_info answer = { .size = sizeof(answer),
					 .height = ledger->durable };

	cells_host.reply->ledger(reply, &answer);
	return BSN_OK;
}

const bsn_ledger_ops cells_ledger_ops = { .size = sizeof(bsn_ledger_ops),
					  .info = ledger_info };

/* Transactions in a block's bytes, which this node has checked before. */
static guint64
count_txs(const GByteArray *bytes)
{
	guint64 n = 0;

	for (guint at = BLOCK_HEAD; at + 4 <= bytes->len; n++) {
		guint32 len;

		memcpy(&len, bytes->data + at, sizeof(len));
		at += 4 + GUINT32_FROM_BE(len);
	}
	return n;
}

static int32_t
block_get(bsn_ledger *ledger, const bsn_block_query *query, bsn_reply *reply,
	  bsn_err *err)
{
	g_autoptr(GByteArray) bytes = NULL;
	bsn_block_info answer = { .size = sizeof(answer) };

	if (query->by != BSN_BLOCK_BY_NUMBER)
		return bsn_fail(err, BSN_NOT_OFFERED, "blocks have numbers");
	if (query->number <= ledger->durable)
		bytes = cells_block_load(ledger, query->number);
	if (bytes == NULL)
		return bsn_fail(err, BSN_NOT_FOUND, "there is no such block");
	answer.number = query->number;
	answer.bytes = bytes->len;
	answer.hash = cells_digest(buffer_slice(bytes));
	if (query->number > 0) {
		answer.previous_hash = bsn_id_of(bytes->data + 8, HASH_LEN);
		answer.time_ms = cells_u64(bytes->data + 8 + HASH_LEN);
		answer.txs = count_txs(bytes);
	}
	cells_host.reply->block(reply, &answer);
	return BSN_OK;
}

const bsn_block_ops cells_block_ops = { .size = sizeof(bsn_block_ops),
					.get = block_get };

static int32_t
replay(bsn_ledger *ledger, uint64_t from, uint64_t to, bsn_reply *reply,
       bsn_err *err)
{
	return bsn_fail(err, BSN_NOT_OFFERED, "there are no events");
}

const bsn_event_ops cells_event_ops = { .size = sizeof(bsn_event_ops),
					.replay = replay };

/* ---- the plugin --------------------------------------------------------- */

static const bsn_feature feature = { sizeof(bsn_feature), 1,
				     "function.multi-chain", NULL };
static const bsn_feature *const features[] = { &feature, NULL };

static const bsn_engine engine = {
	.size = sizeof(bsn_engine),
	.framework = "cells",
	.features = features,
	.chain = &cells_chain_ops,
	.tx = &cells_tx_ops,
	.contract = &cells_contract_ops,
	.status = &cells_status_ops,
	.ledger = &cells_ledger_ops,
	.block = &cells_block_ops,
	.event = &cells_event_ops,
};

static const void *
query(const char *id)
{
	return strcmp(id, BSN_ENGINE_ID) == 0 ? &engine : NULL;
}

static const bsn_plugin plugin = {
	.size = sizeof(bsn_plugin),
	.id = PLUGIN_ID,
	.version = "1",
	.name = "Cells",
	.vendor = "bsn-host",
	.licence = "Apache-2.0",
	.query = query,
};

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **out, bsn_err *err)
{
	cells_host = (CellsHost){
		.log = bsn_host_log(host),
		.clock = bsn_host_clock(host),
		.store = bsn_host_store(host),
		.net = bsn_host_net(host),
		.timer = bsn_host_timer(host),
		.crypto = bsn_host_crypto(host),
		.keys = bsn_host_keys(host),
		.consensuses = bsn_host_consensuses(host),
		.reply = bsn_host_reply(host),
		.events = bsn_host_events(host),
	};
	if (cells_host.net == NULL)
		return bsn_fail(err, BSN_E_VERSION,
				"this host does not offer bsn.net/1");
	*out = &plugin;
	return BSN_OK;
}
