/* SPDX-License-Identifier: Apache-2.0
 *
 * The pool, batches, and which signatures are remembered.
 */
#include <string.h>

#include "plugins/engine-fabric/order/cut.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/engine-fabric/order/private.h"
#include "tests/unit/fabric-order.h"

static PoolEntry *
add(Pool *pool, guint bytes, gboolean is_config)
{
	static guint number;
	PoolEntry *entry = g_new0(PoolEntry, 1);
	g_autofree guint8 *data = g_malloc0(bytes);

	entry->key = g_strdup_printf("%u", ++number);
	entry->tx_id = g_strdup_printf("id %u", number);
	entry->given = g_bytes_new(data, bytes);
	entry->envelope = g_bytes_ref(entry->given);
	entry->is_config = is_config;
	pool_add(pool, entry);
	return entry;
}

static gboolean
is_data(const PoolEntry *entry, gpointer data)
{
	return entry == data;
}

/* "3 full": so many are in the batch. */
static void
assert_batch(Pool *pool, guint n, gboolean full)
{
	const ChannelConfig config = { .max_message_count = 3,
				       .preferred_max_bytes = 100,
				       .absolute_max_bytes = 1000 };
	g_autoptr(GPtrArray) batch = g_ptr_array_new();

	g_assert_cmpint(cut_batch(&config, pool, is_data, NULL, batch), ==,
			full);
	g_assert_cmpuint(batch->len, ==, n);
	for (guint i = 0; i < batch->len; i++)
		(void)pool_remove(pool, batch->pdata[i]);
}

static void
test_rules(void)
{
	Pool pool;

	pool_init(&pool);
	assert_batch(&pool, 0, FALSE);
	add(&pool, 10, FALSE);
	assert_batch(&pool, 1, FALSE);
	/* MaxMessageCount */
	for (guint i = 0; i < 5; i++)
		add(&pool, 10, FALSE);
	assert_batch(&pool, 3, TRUE);
	assert_batch(&pool, 2, FALSE);
	/* PreferredMaxBytes, met and passed */
	add(&pool, 50, FALSE);
	add(&pool, 50, FALSE);
	add(&pool, 50, FALSE);
	add(&pool, 51, FALSE);
	assert_batch(&pool, 2, TRUE);
	assert_batch(&pool, 1, TRUE);
	assert_batch(&pool, 1, FALSE);
	/* one that is larger is alone */
	add(&pool, 10, FALSE);
	add(&pool, 500, FALSE);
	add(&pool, 10, FALSE);
	assert_batch(&pool, 1, TRUE);
	assert_batch(&pool, 1, TRUE);
	assert_batch(&pool, 1, FALSE);
	/* so is a config */
	add(&pool, 10, FALSE);
	add(&pool, 10, TRUE);
	add(&pool, 10, TRUE);
	add(&pool, 10, FALSE);
	assert_batch(&pool, 1, TRUE);
	assert_batch(&pool, 1, TRUE);
	assert_batch(&pool, 1, TRUE);
	assert_batch(&pool, 1, FALSE);
	pool_clear(&pool);
}

static void
test_taken(void)
{
	const ChannelConfig config = { .max_message_count = 3,
				       .preferred_max_bytes = 100 };
	g_autoptr(GPtrArray) batch = g_ptr_array_new();
	PoolEntry *taken;
	PoolEntry *other;
	Pool pool;

	pool_init(&pool);
	taken = add(&pool, 10, FALSE);
	other = add(&pool, 10, FALSE);
	g_assert_false(cut_batch(&config, &pool, is_data, taken, batch));
	g_assert_cmpuint(batch->len, ==, 1);
	g_assert_true(batch->pdata[0] == other);
	pool_clear(&pool);
}

static void
test_allows(void)
{
	const ChannelConfig config = { .max_message_count = 3,
				       .preferred_max_bytes = 100,
				       .absolute_max_bytes = 1000 };

	g_assert_false(cut_allows(&config, 0, 0));
	g_assert_true(cut_allows(&config, 1, 1000));
	g_assert_false(cut_allows(&config, 1, 1001));
	g_assert_true(cut_allows(&config, 3, 100));
	g_assert_false(cut_allows(&config, 2, 101));
	g_assert_false(cut_allows(&config, 4, 10));
}

static void
test_pool(void)
{
	PoolEntry *first;
	PoolEntry *config;
	Pool pool;

	pool_init(&pool);
	first = add(&pool, 10, FALSE);
	config = add(&pool, 20, TRUE);
	g_assert_cmpuint(pool.bytes, ==, 30);
	g_assert_true(pool_find(&pool, first->key) == first);
	g_assert_null(pool_find(&pool, first->tx_id));
	g_assert_true(pool_find_id(&pool, config->tx_id) == config);
	g_assert_null(pool_find_id(&pool, "nobody's"));
	g_assert_true(pool_has_room(&pool, POOL_BYTES_MAX - 30));
	g_assert_false(pool_has_room(&pool, POOL_BYTES_MAX - 29));
	g_assert_null(pool_remove(&pool, first));
	g_assert_cmpuint(pool.bytes, ==, 20);
	g_assert_true(pool_first(&pool) == config);
	while (pool.entries.length < POOL_TXS_MAX)
		add(&pool, 1, FALSE);
	g_assert_false(pool_has_room(&pool, 1));
	pool_clear(&pool);
}

static void
test_seen(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	Channel *channel = fabric_order_channel(fixture);
	guint8 key[PUBLIC_KEY_LEN] = { 0 };
	guint64 number = 0;
	SuiteItem item = { key, bsn_slice_of(&number, sizeof(number)),
			   bsn_slice_str("signature") };
	SuiteItem moved;

	seen_add(channel, &item);
	g_assert_true(seen_has(channel, &item));
	/* The same bytes, cut elsewhere. */
	item.message = bsn_slice_str("ab");
	item.signature = bsn_slice_str("cd");
	seen_add(channel, &item);
	moved = item;
	moved.message = bsn_slice_str("abc");
	moved.signature = bsn_slice_str("d");
	g_assert_false(seen_has(channel, &moved));
	item.message = bsn_slice_of(&number, sizeof(number));
	for (number = 1; number <= 2 * SEEN_GENERATION; number++)
		seen_add(channel, &item);
	g_assert_cmpuint(g_hash_table_size(channel->order->seen.newer), <=,
			 SEEN_GENERATION);
	g_assert_cmpuint(g_hash_table_size(channel->order->seen.older), <=,
			 SEEN_GENERATION);
	number = 2 * SEEN_GENERATION;
	g_assert_true(seen_has(channel, &item));
	number = 1;
	g_assert_false(seen_has(channel, &item));
}

static void
test_seen_verify(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	Channel *channel = fabric_order_channel(fixture);
	const guint n = 50;
	guint8 keys[50][PUBLIC_KEY_LEN] = { { 0 } };
	SuiteItem items[50];
	int32_t results[50];

	for (guint i = 0; i < n; i++) {
		keys[i][0] = (guint8)i;
		items[i] = (SuiteItem){ keys[i], bsn_slice_str("message"),
					bsn_slice_str("no signature") };
		if (i % 3 == 0)
			seen_add(channel, &items[i]);
	}
	fake_host_set_threads(4);
	seen_verify(channel, items, n, results);
	for (guint i = 0; i < n; i++) {
		g_assert_cmpint(results[i], ==,
				i % 3 == 0 ? BSN_OK : BSN_BAD_SIGNATURE);
		g_assert_cmpint(seen_has(channel, &items[i]), ==, i % 3 == 0);
	}
	fake_host_set_threads(0);
}

/* A small update may make a large config, which is in memory as well. */
static void
test_configs_count(void)
{
	const gsize large = POOL_BYTES_MAX / 2 + 1;
	PoolEntry *entry;
	Pool pool;

	pool_init(&pool);
	for (guint i = 0; i < 2; i++) {
		entry = g_new0(PoolEntry, 1);
		entry->key = g_strdup_printf("%u", i);
		entry->tx_id = g_strdup("");
		entry->given = g_bytes_new_static("u", 1);
		entry->envelope = g_bytes_new_take(g_malloc(large), large);
		entry->is_config = TRUE;
		g_assert_true(pool_has_room(&pool, 1));
		pool_add(&pool, entry);
	}
	g_assert_false(pool_has_room(&pool, 0));
	/* It is made anew of another size after a config. */
	g_bytes_unref(entry->envelope);
	entry->envelope = g_bytes_new_static("c", 1);
	(void)pool_remove(&pool, entry);
	g_assert_true(pool_has_room(&pool, 1));
	g_assert_cmpuint(pool.bytes, ==, large + 1);
	pool_clear(&pool);
	g_assert_cmpuint(pool.bytes, ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fabric/cut/rules", test_rules);
	g_test_add_func("/fabric/cut/what-is-taken-is-left-out", test_taken);
	g_test_add_func("/fabric/cut/what-others-may-propose", test_allows);
	g_test_add_func("/fabric/cut/pool-is-bounded", test_pool);
	g_test_add_func("/fabric/seen/is-bounded-and-exact", test_seen);
	g_test_add_func("/fabric/seen/only-good-ones-on-all-workers",
			test_seen_verify);
	g_test_add_func("/fabric/pool/configs-count", test_configs_count);
	return g_test_run();
}
