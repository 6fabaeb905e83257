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
	pool_accounts_init(pool);
}

void
pool_clear(Pool *pool)
{
	g_clear_pointer(&pool->by_hash, g_hash_table_unref);
	g_clear_pointer(&pool->by_nonce, g_hash_table_unref);
	g_clear_pointer(&pool->expiring, g_sequence_free);
	pool_accounts_clear(pool);
}

int32_t
pool_room(const Pool *pool, guint64 bytes, bsn_err *err)
{
	if (pool->n >= pool->max)
		return bsn_fail_native(err, BSN_BUSY, FISCO_POOL_FULL,
				       "%" G_GUINT64_FORMAT
				       " transactions wait already, the "
				       "most that this chain's pool_max allows",
				       pool->n);
	if (pool->bytes + bytes + ENTRY_BYTES > pool->bytes_max)
		return bsn_fail_native(
			err, BSN_BUSY, FISCO_POOL_BYTES,
			"the transactions that wait use %" G_GUINT64_FORMAT
			" of the %" G_GUINT64_FORMAT
			" bytes of this chain's pool_bytes_max",
			pool->bytes, pool->bytes_max);
	return BSN_OK;
}

PoolEntry *
pool_entry_new(Pool *pool, Tx *tx, bsn_reply *reply)
{
	PoolEntry *entry = g_new0(PoolEntry, 1);

	entry->tx = tx_ref(tx);
	entry->reply = reply;
	entry->link.data = entry;
	g_hash_table_insert(pool->by_hash, tx->hash, entry);
	pool->bytes += tx->raw.len + ENTRY_BYTES;
	pool->n++;
	return entry;
}

void
pool_make_ready(Pool *pool, PoolEntry *entry)
{
	entry->ready = TRUE;
	g_queue_push_tail_link(&pool->queue, &entry->link);
}

static gint
compare_expiry(gconstpointer a, gconstpointer b, gpointer user)
{
	const PoolEntry *first = a;
	const PoolEntry *second = b;

	(void)user;
	return first->last_block < second->last_block ? -1
	       : first->last_block > second->last_block;
}

void
pool_add(Pool *pool, Tx *tx, bsn_reply *reply)
{
	PoolEntry *entry = pool_entry_new(pool, tx, reply);

	entry->last_block = tx->block_limit;
	if (pool->expiring == NULL)
		pool->expiring = g_sequence_new(NULL);
	entry->expiry = g_sequence_insert_sorted(pool->expiring, entry,
						 compare_expiry, NULL);
	pool_make_ready(pool, entry);
	g_hash_table_insert(pool->by_nonce, tx->nonce, entry);
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

PoolEntry *
pool_any(const Pool *pool)
{
	if (pool->queue.head != NULL)
		return pool->queue.head->data;
	return pool_account_oldest(pool);
}

static PoolEntry *
first_to_expire(const Pool *pool)
{
	GSequenceIter *first;

	if (pool->expiring == NULL)
		return NULL;
	first = g_sequence_get_begin_iter(pool->expiring);
	return g_sequence_iter_is_end(first) ? NULL : g_sequence_get(first);
}

PoolEntry *
pool_expired(const Pool *pool, guint64 block)
{
	PoolEntry *own = first_to_expire(pool);
	PoolEntry *account = pool_account_oldest(pool);

	if (own != NULL && own->last_block < block)
		return own;
	return account != NULL && account->last_block < block ? account
							      : NULL;
}

static bsn_reply *
take_out(Pool *pool, PoolEntry *entry, gboolean gap)
{
	bsn_reply *reply = entry->reply;

	if (entry->ready)
		g_queue_unlink(&pool->queue, &entry->link);
	g_hash_table_remove(pool->by_hash, entry->tx->hash);
	if (entry->sender != NULL) {
		pool_account_remove(pool, entry, gap);
	} else {
		g_sequence_remove(entry->expiry);
		g_hash_table_remove(pool->by_nonce, entry->tx->nonce);
	}
	pool->bytes -= entry->tx->raw.len + ENTRY_BYTES;
	pool->n--;
	tx_unref(entry->tx);
	g_free(entry);
	return reply;
}

bsn_reply *
pool_remove(Pool *pool, PoolEntry *entry)
{
	return take_out(pool, entry, TRUE);
}

bsn_reply *
pool_take(Pool *pool, PoolEntry *entry)
{
	return take_out(pool, entry, FALSE);
}
