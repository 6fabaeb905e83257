/* SPDX-License-Identifier: Apache-2.0
 *
 * eth_getLogs, and the search behind it: a block is only read when the bloom
 * filter of its header says that it may have what is asked for.
 */
#include "plugins/engine-fisco/rpc/eth-json.h"
#include "plugins/engine-fisco/rpc/logs.h"
#include "plugins/engine-fisco/rpc/params.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/kit/json.h"

/* ---- one block --------------------------------------------------------- */

static int32_t
may_have(Ledger *ledger, const LogCriteria *criteria, guint64 number,
	 gboolean *may)
{
	g_autoptr(GByteArray) memory = g_byte_array_new();
	BlockInfo info;
	RlpReader reader;
	Header header;
	int32_t status = info_load(ledger->chain, number, memory, &info);

	if (status != BSN_OK)
		return status;
	reader = rlp_reader(info.header);
	header_read(&reader, &header);
	*may = criteria_may_match(criteria, header.bloom);
	return BSN_OK;
}

static void
add_logs(const Ledger *ledger, const LogCriteria *criteria,
	 const IndexedBlock *block, guint64 index, json_t *array)
{
	const IndexedTx *indexed =
		&g_array_index(block->txs, IndexedTx, index);
	RlpReader reader = rlp_reader(indexed->receipt.logs);
	g_autoptr(Tx) tx = NULL;
	LogPlace place = { .block = block,
			   .tx_index = index,
			   .index = indexed->first_log };
	LogView log;

	for (; receipt_next_log(&reader, &log); place.index++) {
		if (!criteria_match(criteria, &log))
			continue;
		if (tx == NULL)
			tx = indexed_decode(ledger, block, index);
		if (tx == NULL)
			return;
		place.tx_hash = tx->hash;
		json_array_append_new(array, eth_log(&place, &log));
	}
}

int32_t
logs_of_block(Ledger *ledger, const LogCriteria *criteria, guint64 number,
	      json_t *array, bsn_err *err)
{
	const IndexedBlock *block;
	gboolean may = FALSE;
	int32_t status = may_have(ledger, criteria, number, &may);

	if (status != BSN_OK)
		return bsn_fail(err, status, "block %" G_GUINT64_FORMAT
				" cannot be read", number);
	if (!may)
		return BSN_OK;
	status = indexed_block(ledger, number, &block, err);
	for (guint64 i = 0; status == BSN_OK && i < block->txs->len; i++)
		add_logs(ledger, criteria, block, i, array);
	return status;
}

/* ---- ranges ------------------------------------------------------------ */

static gboolean
read_bound(RpcCall *call, const json_t *object, const char *name,
	   guint64 *number, gboolean *exists)
{
	RpcBlock block;
	const json_t *value = json_object_get(object, name);
	int32_t status = param_block(
		call, json_is_null(value) ? NULL : value, name, &block);

	*number = block.number;
	*exists = status == BSN_OK;
	return call->code == 0;
}

static gboolean
range_of_hash(RpcCall *call, const json_t *object, guint64 *from, guint64 *to)
{
	gboolean exists;

	if (json_object_get(object, "fromBlock") != NULL ||
	    json_object_get(object, "toBlock") != NULL)
		rpc_fail(call, RPC_INVALID_PARAMS,
			 "a filter has blockHash, or fromBlock and toBlock");
	if (!read_bound(call, object, "blockHash", from, &exists))
		return FALSE;
	*to = *from;
	if (!exists)
		rpc_fail(call, RPC_SERVER, "unknown block");
	return call->code == 0;
}

gboolean
logs_range(RpcCall *call, const json_t *object, guint64 *from, guint64 *to)
{
	guint64 newest = call->ledger->durable.number;
	gboolean begins;
	gboolean ends;

	*from = *to = newest;
	if (json_object_get(object, "blockHash") != NULL)
		return range_of_hash(call, object, from, to);
	if (!read_bound(call, object, "fromBlock", from, &begins) ||
	    !read_bound(call, object, "toBlock", to, &ends))
		return FALSE;
	if (begins && ends && *from > *to)
		rpc_fail(call, RPC_INVALID_PARAMS,
			 "fromBlock is after toBlock");
	if (!begins)
		*from = newest + 1;
	if (!ends)
		*to = newest;
	return call->code == 0;
}

json_t *
logs_search(RpcCall *call, const LogCriteria *criteria, guint64 from,
	    guint64 to)
{
	g_autoptr(json_t) array = json_array();
	bsn_err err = BSN_ERR_INIT;

	if (to >= from && to - from >= LOGS_BLOCKS_MAX)
		return rpc_fail(call, RPC_LIMIT,
				"the range has %" G_GUINT64_FORMAT
				" blocks; ask for at most %u at once",
				to - from + 1, LOGS_BLOCKS_MAX);
	for (guint64 number = from; number <= to; number++) {
		int32_t status = logs_of_block(call->ledger, criteria, number,
					       array, &err);

		if (status != BSN_OK)
			return rpc_fail_status(call, status, &err);
		if (json_array_size(array) > LOGS_MAX)
			return rpc_fail(call, RPC_LIMIT,
					"query returned more than %u results; "
					"ask for fewer blocks: up to block "
					"%" G_GUINT64_FORMAT " they fit",
					LOGS_MAX, number - 1);
	}
	return g_steal_pointer(&array);
}

static json_t *
get_logs(RpcCall *call)
{
	g_auto(LogCriteria) criteria = { .n_topics = 0 };
	const json_t *object = params_at(call, 0);
	guint64 from = 0;
	guint64 to = 0;

	if (!params_count(call, 1, 1) ||
	    !criteria_read(call, object, &criteria) ||
	    !logs_range(call, object, &from, &to))
		return NULL;
	return logs_search(call, &criteria, from, to);
}

const RpcMethod eth_logs_methods[] = {
	{ .name = "eth_getLogs", .run = get_logs },
	{ .name = NULL },
};
