/* SPDX-License-Identifier: Apache-2.0
 *
 * Transactions and receipts by hash over Ethereum's JSON-RPC.
 */
#include "plugins/engine-fisco/rpc/eth-json.h"
#include "plugins/engine-fisco/rpc/params.h"
#include "plugins/engine-fisco/services.h"

/* TRUE when it is in a durable block; FALSE without an error when not. */
static gboolean
find_tx(RpcCall *call, guint8 *hash, const IndexedBlock **block,
	guint64 *index)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	if (!params_count(call, 1, 1) ||
	    !params_hash(call, 0, "transaction hash", hash))
		return FALSE;
	status = indexed_tx(call->ledger, hash, block, index, &err);
	if (status < 0)
		rpc_fail_status(call, status, &err);
	return status == BSN_OK;
}

/* In a block that is not on disk yet, it still waits as far as anybody can
 * see. */
static json_t *
undurable_tx(Ledger *ledger, const guint8 *hash)
{
	g_auto(StoredBlock) block = { .bytes = NULL };
	g_autoptr(Tx) tx = NULL;
	BlockCursor cursor;
	TxPlace place;

	if (place_load(ledger->chain, hash, &place) != BSN_OK ||
	    stored_load(ledger, place.block, &block, NULL) != BSN_OK)
		return json_null();
	cursor = block_cursor(&block.view);
	while (block_cursor_next(&cursor) && cursor.index < place.index)
		continue;
	tx = stored_tx(ledger, &block, &cursor);
	if (tx == NULL || memcmp(tx->hash, hash, HASH_LEN) != 0)
		return json_null();
	return eth_waiting_tx(tx);
}

static json_t *
get_transaction(RpcCall *call)
{
	const IndexedBlock *block;
	guint8 hash[HASH_LEN];
	const PoolEntry *entry;
	guint64 index;

	if (find_tx(call, hash, &block, &index))
		return eth_tx(call->ledger, block, index);
	if (call->code != 0)
		return NULL;
	entry = pool_find(&call->ledger->pool, hash);
	return entry != NULL ? eth_waiting_tx(entry->tx)
			     : undurable_tx(call->ledger, hash);
}

static json_t *
get_receipt(RpcCall *call)
{
	const IndexedBlock *block;
	guint8 hash[HASH_LEN];
	guint64 index;

	if (find_tx(call, hash, &block, &index))
		return eth_receipt(call->ledger, block, index);
	return call->code == 0 ? json_null() : NULL;
}

const RpcMethod eth_tx_methods[] = {
	{ .name = "eth_getTransactionByHash", .run = get_transaction },
	{ .name = "eth_getTransactionReceipt", .run = get_receipt },
	{ .name = NULL },
};
