/* SPDX-License-Identifier: Apache-2.0
 *
 * The pool of waiting transactions: Ethereum's, by account and nonce.
 */
#include <string.h>

#include "plugins/engine-fisco/pool.h"
#include "plugins/engine-fisco/table.h"
#include "plugins/engine-fisco/services.h"
#include "tests/unit/fake-host.h"

#define SENDERS 3u

static Pool pool;
static guint8 addresses[SENDERS][ADDRESS_LEN];

static void
begin(guint64 max)
{
	bsn_err err = BSN_ERR_INIT;
	bsn_chain *chain;

	fake_host_reset(1);
	g_assert_cmpint(services_find(fake_host(), &err), ==, BSN_OK);
	chain = fake_chain_new("pool");
	fake_chain_open(chain, NULL, bsn_slice_of(NULL, 0), NULL);
	g_assert_cmpint(table_seed(), ==, BSN_OK);
	fake_chain_close(chain);
	fake_chain_free(chain);
	pool_init(&pool, max, 1 << 30);
	for (guint i = 0; i < SENDERS; i++)
		memset(addresses[i], (int)i + 1, ADDRESS_LEN);
}

static void
end(void)
{
	PoolEntry *entry;

	while ((entry = pool_any(&pool)) != NULL)
		(void)pool_remove(&pool, entry);
	g_assert_cmpuint(pool.n, ==, 0);
	g_assert_cmpuint(pool.later, ==, 0);
	g_assert_cmpuint(pool.bytes, ==, 0);
	g_assert_cmpuint(g_hash_table_size(pool.senders), ==, 0);
	g_assert_cmpuint(g_hash_table_size(pool.by_account), ==, 0);
	g_assert_cmpuint(g_hash_table_size(pool.by_hash), ==, 0);
	pool_clear(&pool);
}

static Tx *
tx_of(guint sender, guint64 nonce)
{
	Tx *tx = g_new0(Tx, 1);

	tx->refs = 1;
	tx->kind = TX_LEGACY;
	tx->account_nonce = nonce;
	memcpy(tx->sender, addresses[sender], ADDRESS_LEN);
	memcpy(tx->hash, addresses[sender], ADDRESS_LEN);
	memcpy(tx->hash + ADDRESS_LEN, &nonce, sizeof(nonce));
	return tx;
}

static void
put(guint sender, guint64 nonce, guint64 account_nonce, guint64 last_block)
{
	g_autoptr(Tx) tx = tx_of(sender, nonce);

	pool_add_account(&pool, tx, NULL, account_nonce, last_block);
}

/* Nonces in the queue, as text: "0 1 2". */
static char *
queue_text(void)
{
	GString *text = g_string_new(NULL);

	for (PoolEntry *entry = pool_first(&pool); entry != NULL;
	     entry = pool_next(entry))
		g_string_append_printf(text, "%s%" G_GUINT64_FORMAT,
				       text->len > 0 ? " " : "",
				       entry->tx->account_nonce);
	return g_string_free(text, FALSE);
}

static void
expect_queue(const char *want)
{
	g_autofree char *text = queue_text();

	g_assert_cmpstr(text, ==, want);
}

static void
advance(guint sender, guint64 nonce)
{
	g_autoptr(GPtrArray) replies = g_ptr_array_new();

	pool_advance(&pool, addresses[sender], nonce, replies);
	g_assert_cmpuint(replies->len, ==, 0);
}

static void
test_gap(void)
{
	begin(100);
	put(0, 7, 5, 10);
	put(0, 6, 5, 10);
	expect_queue("");
	g_assert_cmpuint(pool.later, ==, 2);
	put(0, 5, 5, 10);
	expect_queue("5 6 7");
	g_assert_cmpuint(pool_sender(&pool, addresses[0])->ready_end, ==, 8);
	g_assert_nonnull(pool_find_account(&pool, addresses[0], 6));
	g_assert_null(pool_find_account(&pool, addresses[1], 6));
	end();
}

static void
test_refused(void)
{
	begin(100);
	for (guint64 nonce = 0; nonce < 5; nonce++)
		put(0, nonce, 0, 10);
	put(1, 0, 0, 10);
	pool_remove(&pool, pool_find_account(&pool, addresses[0], 2));
	expect_queue("0 1 0");
	g_assert_cmpuint(pool.later, ==, 2);
	put(0, 2, 0, 10);
	expect_queue("0 1 0 2 3 4");
	end();
}

static void
test_block(void)
{
	begin(100);
	for (guint64 nonce = 0; nonce < 5; nonce++)
		put(0, nonce, 0, 10);
	put(0, 6, 0, 10);
	for (guint64 nonce = 0; nonce < 3; nonce++)
		pool_take(&pool,
			  pool_find_account(&pool, addresses[0], nonce));
	expect_queue("3 4");
	advance(0, 3);
	expect_queue("3 4");
	/* Another node's block has 3, 4 and a 5 that is not known here. */
	advance(0, 6);
	expect_queue("6");
	g_assert_null(pool_find_account(&pool, addresses[0], 4));
	end();
}

static void
test_expiry(void)
{
	begin(100);
	put(0, 0, 0, 10);
	put(0, 1, 0, 11);
	put(0, 9, 0, 12);
	g_assert_null(pool_expired(&pool, 10));
	g_assert_true(pool_expired(&pool, 11) == pool_first(&pool));
	pool_remove(&pool, pool_expired(&pool, 11));
	expect_queue("");
	g_assert_null(pool_expired(&pool, 11));
	g_assert_nonnull(pool_expired(&pool, 12));
	end();
}

static void
put_native(guint8 nonce, guint64 block_limit)
{
	g_autoptr(Tx) tx = g_new0(Tx, 1);

	tx->refs = 1;
	tx->kind = TX_NATIVE;
	tx->nonce[0] = tx->hash[31] = nonce;
	tx->block_limit = block_limit;
	pool_add(&pool, tx, NULL);
}

/* Their clients choose the last block, so the oldest need not expire first. */
static void
test_native_expiry(void)
{
	PoolEntry *entry;

	begin(100);
	put_native(1, 12);
	put_native(2, 10);
	put_native(3, 11);
	put_native(4, 10);
	put(0, 0, 0, 11);
	g_assert_null(pool_expired(&pool, 10));
	for (guint i = 0; i < 2; i++) {
		entry = pool_expired(&pool, 11);
		g_assert_cmpuint(entry->tx->block_limit, ==, 10);
		(void)pool_remove(&pool, entry);
	}
	g_assert_null(pool_expired(&pool, 11));
	for (guint i = 0; i < 2; i++)
		(void)pool_take(&pool, pool_expired(&pool, 12));
	g_assert_null(pool_expired(&pool, 12));
	g_assert_cmpuint(pool_expired(&pool, 13)->tx->nonce[0], ==, 1);
	end();
	g_assert_null(pool_expired(&pool, 100));
}

static void
test_bounds(void)
{
	bsn_err err = BSN_ERR_INIT;

	begin(8);
	put(0, 5, 0, 10);
	g_assert_cmpint(pool_room_later(&pool, NULL, &err), ==, BSN_OK);
	put(1, 5, 0, 10);
	g_assert_cmpint(pool_room_later(&pool, NULL, &err), ==, BSN_BUSY);
	g_assert_cmpint(pool_room(&pool, 1, &err), ==, BSN_OK);
	end();
	begin(POOL_LATER_MAX * 100);
	for (guint64 nonce = 1; nonce <= POOL_LATER_MAX; nonce++)
		put(0, nonce, 0, 10);
	g_assert_cmpint(pool_room_later(&pool,
					pool_sender(&pool, addresses[0]),
					&err),
			==, BSN_BUSY);
	g_assert_nonnull(strstr(err.reason, "this account"));
	g_assert_cmpint(pool_room_later(&pool, NULL, &err), ==, BSN_OK);
	end();
}

/* ---- whatever happens --------------------------------------------------- */

/* From each account's nonce on without a gap: in the queue, in order; the
 * rest: not. */
static void
assert_order(void)
{
	guint64 next[SENDERS];
	guint ready = 0;

	for (guint i = 0; i < SENDERS; i++) {
		const PoolSender *sender = pool_sender(&pool, addresses[i]);

		next[i] = sender != NULL ? sender->nonce : 0;
		ready += sender != NULL ? sender->n - sender->later : 0;
	}
	for (PoolEntry *entry = pool_first(&pool); entry != NULL;
	     entry = pool_next(entry)) {
		guint sender = entry->tx->sender[0] - 1u;

		g_assert_cmpuint(entry->tx->account_nonce, ==, next[sender]);
		next[sender]++;
	}
	for (guint i = 0; i < SENDERS; i++) {
		const PoolSender *sender = pool_sender(&pool, addresses[i]);

		if (sender == NULL)
			continue;
		g_assert_cmpuint(sender->ready_end, ==, next[i]);
		g_assert_null(pool_find_account(&pool, addresses[i], next[i]));
	}
	g_assert_cmpuint(pool.queue.length, ==, ready);
	g_assert_cmpuint(pool.n, ==, ready + pool.later);
}

static void
random_step(GRand *rand, guint64 *nonces)
{
	guint sender = (guint)g_rand_int_range(rand, 0, SENDERS);
	guint64 nonce =
		nonces[sender] + (guint64)g_rand_int_range(rand, 0, 12);
	PoolEntry *entry =
		pool_find_account(&pool, addresses[sender], nonce);

	switch (g_rand_int_range(rand, 0, 4)) {
	case 0:
	case 1:
		if (entry == NULL)
			put(sender, nonce, nonces[sender], 10);
		return;
	case 2:
		if (entry != NULL)
			pool_remove(&pool, entry);
		return;
	default:
		if (entry == NULL || nonce != nonces[sender])
			return;
		pool_take(&pool, entry);
		advance(sender, ++nonces[sender]);
	}
}

static void
test_random(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(3);
	guint64 nonces[SENDERS] = { 0 };

	begin(1000);
	for (guint i = 0; i < 20000; i++) {
		random_step(rand, nonces);
		assert_order();
	}
	g_assert_cmpuint(nonces[0], >, 10);
	end();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fisco-pool/a-gap-that-is-filled-makes-them-ready",
			test_gap);
	g_test_add_func("/fisco-pool/one-refused-holds-up-those-behind",
			test_refused);
	g_test_add_func("/fisco-pool/a-block-moves-the-account-on",
			test_block);
	g_test_add_func("/fisco-pool/what-waited-too-long-leaves", test_expiry);
	g_test_add_func("/fisco-pool/what-expires-first-leaves-first",
			test_native_expiry);
	g_test_add_func("/fisco-pool/those-before-a-gap-are-bounded",
			test_bounds);
	g_test_add_func("/fisco-pool/the-queue-is-in-order-whatever-happens",
			test_random);
	return g_test_run();
}
