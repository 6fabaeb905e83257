/* SPDX-License-Identifier: Apache-2.0
 *
 * Ethereum's transactions in the pool: by account, in the order of their
 * nonces. Each change costs as much as the transactions that it moves, however
 * many wait.
 */
#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/pool.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/table.h"

/* ---- tables ------------------------------------------------------------ */

static guint
hash_account(gconstpointer key)
{
	return table_hash(key, POOL_ACCOUNT_KEY_LEN);
}

static gboolean
equal_account(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, POOL_ACCOUNT_KEY_LEN) == 0;
}

static guint
hash_address(gconstpointer key)
{
	return table_hash(key, ADDRESS_LEN);
}

static gboolean
equal_address(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, ADDRESS_LEN) == 0;
}

void
pool_accounts_init(Pool *pool)
{
	g_queue_init(&pool->aged);
	pool->by_account = g_hash_table_new(hash_account, equal_account);
	pool->senders = g_hash_table_new_full(hash_address, equal_address,
					      NULL, g_free);
}

void
pool_accounts_clear(Pool *pool)
{
	g_clear_pointer(&pool->by_account, g_hash_table_unref);
	g_clear_pointer(&pool->senders, g_hash_table_unref);
}

static void
put_key(const guint8 *sender, guint64 nonce, guint8 *key)
{
	guint64 big_endian = GUINT64_TO_BE(nonce);

	memcpy(key, sender, ADDRESS_LEN);
	memcpy(key + ADDRESS_LEN, &big_endian, sizeof(big_endian));
}

PoolEntry *
pool_find_account(const Pool *pool, const guint8 *sender, guint64 nonce)
{
	guint8 key[POOL_ACCOUNT_KEY_LEN];

	put_key(sender, nonce, key);
	return g_hash_table_lookup(pool->by_account, key);
}

PoolSender *
pool_sender(const Pool *pool, const guint8 *address)
{
	return g_hash_table_lookup(pool->senders, address);
}

static PoolSender *
need_sender(Pool *pool, const guint8 *address, guint64 nonce)
{
	PoolSender *sender = pool_sender(pool, address);

	if (sender != NULL)
		return sender;
	sender = g_new0(PoolSender, 1);
	memcpy(sender->address, address, ADDRESS_LEN);
	sender->nonce = sender->ready_end = nonce;
	g_hash_table_insert(pool->senders, sender->address, sender);
	return sender;
}

/* ---- what is ready ----------------------------------------------------- */

static void
count_later(Pool *pool, PoolSender *sender, gint change)
{
	sender->later += (guint)change;
	pool->later += (guint64)(gint64)change;
}

/* Those that follow without a gap. */
static void
promote(Pool *pool, PoolSender *sender)
{
	PoolEntry *entry;

	while ((entry = pool_find_account(pool, sender->address,
					  sender->ready_end)) != NULL) {
		pool_make_ready(pool, entry);
		count_later(pool, sender, -1);
		sender->ready_end++;
	}
}

/* Those from `nonce` on have a gap before them now. */
static void
demote(Pool *pool, PoolSender *sender, guint64 nonce)
{
	for (guint64 at = nonce; at < sender->ready_end; at++) {
		PoolEntry *entry =
			pool_find_account(pool, sender->address, at);

		if (entry == NULL || !entry->ready)
			continue;
		g_queue_unlink(&pool->queue, &entry->link);
		entry->ready = FALSE;
		count_later(pool, sender, 1);
	}
	sender->ready_end = MIN(sender->ready_end, nonce);
}

/* ---- in and out -------------------------------------------------------- */

int32_t
pool_room_later(const Pool *pool, const PoolSender *sender, bsn_err *err)
{
	if (sender != NULL && sender->later >= POOL_LATER_MAX)
		return bsn_fail_native(err, BSN_BUSY, FISCO_POOL_FULL,
				       "%u transactions of this account wait "
				       "for one with an earlier nonce already; "
				       "send that one",
				       sender->later);
	if (pool->later >= MAX(pool->max / POOL_LATER_SHARE, 1))
		return bsn_fail_native(
			err, BSN_BUSY, FISCO_POOL_FULL,
			"%" G_GUINT64_FORMAT
			" transactions wait for one with an earlier nonce, "
			"the most that the pool takes",
			pool->later);
	return BSN_OK;
}

void
pool_add_account(Pool *pool, Tx *tx, bsn_reply *reply, guint64 nonce,
		 guint64 last_block)
{
	PoolSender *sender = need_sender(pool, tx->sender, nonce);
	PoolEntry *entry = pool_entry_new(pool, tx, reply);

	entry->sender = sender;
	entry->last_block = last_block;
	entry->age.data = entry;
	put_key(tx->sender, tx->account_nonce, entry->account_key);
	g_queue_push_tail_link(&pool->aged, &entry->age);
	g_hash_table_insert(pool->by_account, entry->account_key, entry);
	sender->n++;
	count_later(pool, sender, 1);
	promote(pool, sender);
}

void
pool_account_remove(Pool *pool, PoolEntry *entry, gboolean gap)
{
	PoolSender *sender = entry->sender;
	guint64 nonce = entry->tx->account_nonce;

	g_queue_unlink(&pool->aged, &entry->age);
	g_hash_table_remove(pool->by_account, entry->account_key);
	sender->n--;
	if (!entry->ready)
		count_later(pool, sender, -1);
	else if (gap)
		demote(pool, sender, nonce);
	if (sender->n == 0)
		g_hash_table_remove(pool->senders, sender->address);
}

void
pool_advance(Pool *pool, const guint8 *address, guint64 nonce,
	     GPtrArray *replies)
{
	PoolSender *sender = pool_sender(pool, address);
	guint64 from;

	if (sender == NULL || nonce <= sender->nonce)
		return;
	from = sender->nonce;
	sender->nonce = nonce;
	sender->ready_end = MAX(sender->ready_end, nonce);
	promote(pool, sender);
	for (guint64 at = from; at < nonce; at++) {
		PoolEntry *entry = pool_find_account(pool, address, at);
		bsn_reply *reply =
			entry != NULL ? pool_take(pool, entry) : NULL;

		if (reply != NULL)
			g_ptr_array_add(replies, reply);
	}
}

PoolEntry *
pool_account_oldest(const Pool *pool)
{
	return pool->aged.head != NULL ? pool->aged.head->data : NULL;
}
