/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/pool.h"

#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/table.h"

/* What an entry costs beside the transaction's bytes, roughly. */
#define ENTRY_BYTES 512u

void
pool_init(Pool *pool, guint64 max, guint64 bytes_max)
{
	*pool = (Pool){
		.max = max,
		.bytes_max = bytes_max,
		.by_hash = g_hash_table_new(table_hash32, table_equal32),
		.by_nonce = g_hash_table_new(table_hash32, table_equal32),
	};
	g_queue_init(&pool->queue);
}

void
pool_clear(Pool *pool)
{
	g_clear_pointer(&pool->by_hash, g_hash_table_unref);
	g_clear_pointer(&pool->by_nonce, g_hash_table_unref);
}

int32_t
pool_room(const Pool *pool, guint64 bytes, bsn_err *err)
{
	if (pool->queue.length >= pool->max)
		return bsn_fail_native(err, BSN_BUSY, FISCO_POOL_FULL,
				       "%u transactions wait already, the "
				       "most that this chain's pool_max allows",
				       pool->queue.length);
	if (pool->bytes + bytes + ENTRY_BYTES > pool->bytes_max)
		return bsn_fail_native(
			err, BSN_BUSY, FISCO_POOL_BYTES,
			"the transactions that wait use %" G_GUINT64_FORMAT
			" of the %" G_GUINT64_FORMAT
			" bytes of this chain's pool_bytes_max",
			pool->bytes, pool->bytes_max);
	return BSN_OK;
}

void
pool_add(Pool *pool, Tx *tx, bsn_reply *reply)
{
	PoolEntry *entry = g_new0(PoolEntry, 1);

	entry->tx = tx_ref(tx);
	entry->reply = reply;
	entry->link.data = entry;
	g_queue_push_tail_link(&pool->queue, &entry->link);
	g_hash_table_insert(pool->by_hash, tx->hash, entry);
	g_hash_table_insert(pool->by_nonce, tx->nonce, entry);
	pool->bytes += tx->raw.len + ENTRY_BYTES;
}

PoolEntry *
pool_find(const Pool *pool, const guint8 *hash)
{
	return g_hash_table_lookup(pool->by_hash, hash);
}

PoolEntry *
pool_find_nonce(const Pool *pool, const guint8 *nonce)
{
	return g_hash_table_lookup(pool->by_nonce, nonce);
}

PoolEntry *
pool_first(const Pool *pool)
{
	return pool->queue.head != NULL ? pool->queue.head->data : NULL;
}

PoolEntry *
pool_next(const PoolEntry *entry)
{
	return entry->link.next != NULL ? entry->link.next->data : NULL;
}

bsn_reply *
pool_remove(Pool *pool, PoolEntry *entry)
{
	bsn_reply *reply = entry->reply;

	g_queue_unlink(&pool->queue, &entry->link);
	g_hash_table_remove(pool->by_hash, entry->tx->hash);
	g_hash_table_remove(pool->by_nonce, entry->tx->nonce);
	pool->bytes -= entry->tx->raw.len + ENTRY_BYTES;
	tx_unref(entry->tx);
	g_free(entry);
	return reply;
}
