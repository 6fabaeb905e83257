/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/order/pool.h"

#include <string.h>

/* In front of the key of an update: no transaction's id begins so. */
#define UPDATE_MARK 'u'

static gint
compare_keys(gconstpointer a, gconstpointer b, gpointer unused)
{
	return strcmp(a, b);
}

void
pool_init(Pool *pool)
{
	*pool = (Pool){ .by_key =
				g_tree_new_full(compare_keys, NULL, NULL, NULL),
			.expires_s = G_MAXINT64 };
}

static void
entry_free(PoolEntry *entry)
{
	g_free(entry->key);
	g_free(entry->tx_id);
	g_bytes_unref(entry->given);
	g_bytes_unref(entry->envelope);
	g_free(entry);
}

void
pool_clear(Pool *pool)
{
	PoolEntry *entry;

	while ((entry = pool_first(pool)) != NULL)
		(void)pool_remove(pool, entry);
	g_clear_pointer(&pool->by_key, g_tree_unref);
}

gboolean
pool_has_room(const Pool *pool, guint64 bytes)
{
	return pool->entries.length < POOL_TXS_MAX &&
	       pool->bytes <= POOL_BYTES_MAX &&
	       bytes <= POOL_BYTES_MAX - pool->bytes;
}

PoolEntry *
pool_find(const Pool *pool, const char *key)
{
	return g_tree_lookup(pool->by_key, key);
}

PoolEntry *
pool_find_id(const Pool *pool, const char *tx_id)
{
	PoolEntry *entry = pool_find(pool, tx_id);

	if (entry != NULL)
		return entry;
	for (entry = pool_first(pool); entry != NULL; entry = pool_next(entry))
		if (entry->is_config && strcmp(entry->tx_id, tx_id) == 0)
			return entry;
	return NULL;
}

PoolEntry *
pool_first(const Pool *pool)
{
	return pool->entries.head != NULL ? pool->entries.head->data : NULL;
}

PoolEntry *
pool_next(const PoolEntry *entry)
{
	return entry->link.next != NULL ? entry->link.next->data : NULL;
}

void
pool_add(Pool *pool, PoolEntry *entry)
{
	entry->link = (GList){ .data = entry };
	g_queue_push_tail_link(&pool->entries, &entry->link);
	g_tree_insert(pool->by_key, entry->key, entry);
	entry->bytes = g_bytes_get_size(entry->given);
	if (entry->envelope != entry->given)
		entry->bytes += g_bytes_get_size(entry->envelope);
	pool->bytes += entry->bytes;
	pool->expires_s = MIN(pool->expires_s, entry->not_after_s);
}

bsn_reply *
pool_remove(Pool *pool, PoolEntry *entry)
{
	bsn_reply *reply = entry->reply;

	g_queue_unlink(&pool->entries, &entry->link);
	g_tree_remove(pool->by_key, entry->key);
	pool->bytes -= entry->bytes;
	entry_free(entry);
	return reply;
}

void
pool_update_key(const Suite *suite, bsn_slice payload, bsn_slice signature,
		char key[POOL_KEY_SIZE])
{
	key[0] = UPDATE_MARK;
	(void)signed_tx_id(suite, payload, signature, key + 1);
}
