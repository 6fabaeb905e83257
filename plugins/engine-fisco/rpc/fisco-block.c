/* SPDX-License-Identifier: Apache-2.0
 *
 * FISCO BCOS 2.x's methods about blocks.
 */
#include "plugins/engine-fisco/rpc/fisco.h"
#include "plugins/engine-fisco/rpc/params.h"
#include "plugins/engine-fisco/rpc/value.h"

typedef gboolean (*FindBlock)(RpcCall *call, guint index, StoredBlock *block);

static json_t *
txs_json(const Ledger *ledger, const StoredBlock *block, gboolean whole)
{
	BlockCursor cursor = block_cursor(&block->view);
	json_t *array = json_array();

	while (block_cursor_next(&cursor)) {
		g_autoptr(Tx) tx = stored_tx(ledger, block, &cursor);

		if (tx == NULL)
			break;
		json_array_append_new(
			array, whole ? fisco_tx_json(tx, block, cursor.index)
				     : value_hash(tx->hash));
	}
	return array;
}

static json_t *
block_json(RpcCall *call, FindBlock find)
{
	g_auto(StoredBlock) block = { .bytes = NULL };
	json_t *json;

	if (!fisco_params(call, 2, 3) || !find(call, 1, &block))
		return NULL;
	json = fisco_header_json(&block);
	json_object_set_new(json, "transactions",
			    txs_json(call->ledger, &block,
				     params_bool(call, 2,
						 "includeTransactions",
						 FALSE)));
	return json;
}

static json_t *
block_by_hash(RpcCall *call)
{
	return block_json(call, fisco_block_of);
}

static json_t *
block_by_number(RpcCall *call)
{
	return block_json(call, fisco_block_at);
}

/* What proves the decision: [{"index", "signature"}]. */
static json_t *
signatures_json(bsn_slice sigs)
{
	RlpReader reader = rlp_reader(sigs);
	json_t *array = json_array();

	while (rlp_more(&reader)) {
		json_t *one = json_object();

		rlp_enter(&reader, "signature");
		json_object_set_new(
			one, "index",
			value_quantity(rlp_read_u64(&reader, "index")));
		json_object_set_new(
			one, "signature",
			value_data(rlp_read_bytes(&reader, "signature", 0,
						  G_MAXUINT)));
		rlp_leave(&reader);
		json_array_append_new(array, one);
	}
	return array;
}

static json_t *
header_json(RpcCall *call, FindBlock find)
{
	g_auto(StoredBlock) block = { .bytes = NULL };
	json_t *json;

	if (!fisco_params(call, 2, 3) || !find(call, 1, &block))
		return NULL;
	json = fisco_header_json(&block);
	if (params_bool(call, 2, "includeSigList", FALSE))
		json_object_set_new(json, "signatureList",
				    signatures_json(block.view.sigs));
	return json;
}

static json_t *
header_by_hash(RpcCall *call)
{
	return header_json(call, fisco_block_of);
}

static json_t *
header_by_number(RpcCall *call)
{
	return header_json(call, fisco_block_at);
}

static json_t *
hash_by_number(RpcCall *call)
{
	g_auto(StoredBlock) block = { .bytes = NULL };

	if (!fisco_params(call, 2, 2) || !fisco_block_at(call, 1, &block))
		return NULL;
	return value_data(block.view.hash);
}

static json_t *
block_number(RpcCall *call)
{
	if (!fisco_params(call, 1, 1))
		return NULL;
	return value_quantity(call->ledger->durable.number);
}

static json_t *
total_transactions(RpcCall *call)
{
	const Head *head = &call->ledger->durable;
	json_t *json;

	if (!fisco_params(call, 1, 1))
		return NULL;
	json = json_object();
	json_object_set_new(json, "blockNumber", value_quantity(head->number));
	json_object_set_new(json, "txSum", value_quantity(head->txs));
	json_object_set_new(json, "failedTxSum",
			    value_quantity(head->invalid_txs));
	return json;
}

/* ---- receipts of a part of a block ------------------------------------- */

static json_t *
receipts_json(const Ledger *ledger, const StoredBlock *block, guint64 from,
	      guint64 count)
{
	BlockCursor cursor = block_cursor(&block->view);
	json_t *array = json_array();

	while (block_cursor_next(&cursor)) {
		g_autoptr(Tx) tx = NULL;

		if (cursor.index < from || cursor.index - from >= count)
			continue;
		tx = stored_tx(ledger, block, &cursor);
		if (tx == NULL)
			break;
		json_array_append_new(array,
				      fisco_receipt_json(tx, block, &cursor));
	}
	return array;
}

/* The range is (from, count); a count of -1 means all that follow. */
static json_t *
batch_receipts(RpcCall *call, FindBlock find)
{
	g_auto(StoredBlock) block = { .bytes = NULL };
	const json_t *last = params_at(call, 3);
	guint64 from = 0;
	guint64 count = G_MAXUINT64;
	json_t *json;

	if (!fisco_params(call, 4, 5) || !find(call, 1, &block) ||
	    !fisco_number(call, 2, "from", &from))
		return NULL;
	if (!json_is_integer(last) || json_integer_value(last) != -1)
		if (g_strcmp0(json_string_value(last), "-1") != 0 &&
		    !fisco_number(call, 3, "count", &count))
			return NULL;
	json = json_object();
	json_object_set_new(json, "blockInfo",
			    fisco_header_json(&block));
	json_object_set_new(json, "receiptsCount",
			    value_quantity(block.view.n_receipts));
	json_object_set_new(json, "transactionReceipts",
			    receipts_json(call->ledger, &block, from, count));
	return json;
}

static json_t *
batch_by_number(RpcCall *call)
{
	return batch_receipts(call, fisco_block_at);
}

static json_t *
batch_by_hash(RpcCall *call)
{
	return batch_receipts(call, fisco_block_of);
}

const RpcMethod fisco_block_methods[] = {
	{ .name = "getBlockNumber", .run = block_number },
	{ .name = "getBlockByHash", .run = block_by_hash },
	{ .name = "getBlockByNumber", .run = block_by_number },
	{ .name = "getBlockHeaderByHash", .run = header_by_hash },
	{ .name = "getBlockHeaderByNumber", .run = header_by_number },
	{ .name = "getBlockHashByNumber", .run = hash_by_number },
	{ .name = "getTotalTransactionCount", .run = total_transactions },
	{ .name = "getBatchReceiptsByBlockNumberAndRange",
	  .run = batch_by_number },
	{ .name = "getBatchReceiptsByBlockHashAndRange",
	  .run = batch_by_hash },
	{ .name = NULL },
};
