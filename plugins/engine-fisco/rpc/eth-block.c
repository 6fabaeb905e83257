/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks over Ethereum's JSON-RPC.
 */
#include "plugins/engine-fisco/rpc/eth-json.h"
#include "plugins/engine-fisco/rpc/params.h"
#include "plugins/engine-fisco/rpc/value.h"
#include "plugins/engine-fisco/services.h"

#define FEE_HISTORY_MAX 1024u
#define PERCENTILES_MAX 100u

/* The block that a parameter names; NULL for none, which is no error. */
static const IndexedBlock *
find_block(RpcCall *call, guint index)
{
	const IndexedBlock *block = NULL;
	bsn_err err = BSN_ERR_INIT;
	RpcBlock which;
	int32_t status = params_block(call, index, &which);

	if (status != BSN_OK)
		return NULL;
	/* It is not above the head: when it is not found, it is not kept. */
	status = indexed_block(call->ledger, which.number, &block, &err);
	if (status != BSN_OK)
		rpc_fail_status(call, status, &err);
	return status == BSN_OK ? block : NULL;
}

/* What a method answers when there is no block: null. */
static json_t *
nothing(RpcCall *call)
{
	return call->code == 0 ? json_null() : NULL;
}

static gboolean
is_pending(RpcCall *call)
{
	RpcBlock which;

	return params_block(call, 0, &which) == BSN_OK && which.pending;
}

static json_t *
get_block(RpcCall *call)
{
	const IndexedBlock *block;
	gboolean whole;

	if (!params_count(call, 1, 2))
		return NULL;
	whole = params_bool(call, 1, "whole transactions", FALSE);
	if (is_pending(call))
		return eth_pending_block(call->ledger, whole);
	block = find_block(call, 0);
	return block != NULL && call->code == 0
		       ? eth_block(call->ledger, block, whole)
		       : nothing(call);
}

static json_t *
count_txs(RpcCall *call)
{
	const IndexedBlock *block;

	if (!params_count(call, 1, 1))
		return NULL;
	if (is_pending(call))
		return value_quantity(call->ledger->pool.queue.length);
	block = find_block(call, 0);
	return block != NULL ? value_quantity(block->txs->len) : nothing(call);
}

static json_t *
count_uncles(RpcCall *call)
{
	if (!params_count(call, 1, 1))
		return NULL;
	return find_block(call, 0) != NULL ? value_quantity(0) : nothing(call);
}

static json_t *
no_uncle(RpcCall *call)
{
	return params_count(call, 2, 2) ? json_null() : NULL;
}

static json_t *
get_receipts(RpcCall *call)
{
	const IndexedBlock *block;
	json_t *array;

	if (!params_count(call, 1, 1))
		return NULL;
	block = find_block(call, 0);
	if (block == NULL)
		return nothing(call);
	array = json_array();
	for (guint64 i = 0; i < block->txs->len; i++)
		json_array_append_new(array,
				      eth_receipt(call->ledger, block, i));
	return array;
}

/* ---- by index ---------------------------------------------------------- */

static json_t *
get_tx_by_index(RpcCall *call)
{
	const IndexedBlock *block;
	guint64 index;

	if (!params_count(call, 2, 2) ||
	    !params_quantity(call, 1, "index", &index))
		return NULL;
	block = find_block(call, 0);
	if (block == NULL || index >= block->txs->len)
		return nothing(call);
	return eth_tx(call->ledger, block, index);
}

/* ---- prices ------------------------------------------------------------ */

static gboolean
read_history(RpcCall *call, guint64 *count, RpcBlock *newest)
{
	const json_t *number = params_at(call, 0);
	const json_t *percentiles = params_at(call, 2);

	if (!params_count(call, 2, 3))
		return FALSE;
	if (json_is_integer(number) && json_integer_value(number) >= 0)
		*count = (guint64)json_integer_value(number);
	else if (!params_quantity(call, 0, "number of blocks", count))
		return FALSE;
	if (percentiles != NULL &&
	    (!json_is_array(percentiles) ||
	     json_array_size(percentiles) > PERCENTILES_MAX))
		rpc_fail(call, RPC_INVALID_PARAMS,
			 "params[2] (percentiles) must be an array of at most "
			 "%u numbers",
			 PERCENTILES_MAX);
	if (params_block(call, 1, newest) == BSN_NOT_FOUND)
		rpc_fail(call, RPC_SERVER, "there is no such block yet");
	*count = MIN(MIN(*count, FEE_HISTORY_MAX), newest->number + 1);
	return call->code == 0;
}

static double
gas_share(Ledger *ledger, guint64 number)
{
	g_autoptr(GByteArray) memory = g_byte_array_new();
	BlockInfo info;
	RlpReader reader;
	Header header;

	if (info_load(ledger->chain, number, memory, &info) != BSN_OK)
		return 0;
	reader = rlp_reader(info.header);
	header_read(&reader, &header);
	return header.gas_limit > 0 ? (double)header.gas_used /
					      (double)header.gas_limit
				    : 0;
}

static json_t *
zeros(gsize n)
{
	json_t *array = json_array();

	for (gsize i = 0; i < n; i++)
		json_array_append_new(array, value_quantity(0));
	return array;
}

static json_t *
fee_history(RpcCall *call)
{
	gsize percentiles = json_array_size(params_at(call, 2));
	guint64 count = 0;
	RpcBlock newest;
	guint64 oldest;
	json_t *ratios;
	json_t *rewards;
	json_t *json;

	if (!read_history(call, &count, &newest))
		return NULL;
	oldest = newest.number + 1 - count;
	json = json_object();
	ratios = json_array();
	rewards = json_array();
	for (guint64 i = 0; i < count; i++) {
		json_array_append_new(
			ratios,
			json_real(gas_share(call->ledger, oldest + i)));
		json_array_append_new(rewards, zeros(percentiles));
	}
	json_object_set_new(json, "oldestBlock", value_quantity(oldest));
	json_object_set_new(json, "baseFeePerGas", zeros(count + 1));
	json_object_set_new(json, "gasUsedRatio", ratios);
	if (percentiles > 0)
		json_object_set_new(json, "reward", rewards);
	else
		json_decref(rewards);
	return json;
}

const RpcMethod eth_block_methods[] = {
	{ .name = "eth_getBlockByNumber", .run = get_block },
	{ .name = "eth_getBlockByHash", .run = get_block },
	{ .name = "eth_getBlockTransactionCountByNumber", .run = count_txs },
	{ .name = "eth_getBlockTransactionCountByHash", .run = count_txs },
	{ .name = "eth_getUncleCountByBlockNumber", .run = count_uncles },
	{ .name = "eth_getUncleCountByBlockHash", .run = count_uncles },
	{ .name = "eth_getUncleByBlockNumberAndIndex", .run = no_uncle },
	{ .name = "eth_getUncleByBlockHashAndIndex", .run = no_uncle },
	{ .name = "eth_getBlockReceipts", .run = get_receipts },
	{ .name = "eth_getTransactionByBlockNumberAndIndex",
	  .run = get_tx_by_index },
	{ .name = "eth_getTransactionByBlockHashAndIndex",
	  .run = get_tx_by_index },
	{ .name = "eth_feeHistory", .run = fee_history },
	{ .name = NULL },
};
