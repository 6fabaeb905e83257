/* SPDX-License-Identifier: Apache-2.0
 *
 * Parts of the FISCO engine by themselves: the world state that a block sees,
 * the pool, the window of nonces, configs.
 */
#include <string.h>

#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/config.h"
#include "plugins/engine-fisco/extra.h"
#include "plugins/engine-fisco/nonces.h"
#include "plugins/engine-fisco/overlay.h"
#include "plugins/engine-fisco/pool.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/table.h"
#include "plugins/engine-fisco/tree.h"
#include "plugins/kit/rlp.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/fake-host.h"
#include "tests/unit/sha256-hash.h"

static bsn_chain *
open_chain(void)
{
	bsn_err err = BSN_ERR_INIT;
	bsn_chain *chain;

	fake_host_reset(1);
	fake_host_load("crypto-gm.so");
	fake_host_load("crypto-std.so");
	g_assert_cmpint(services_find(fake_host(), &err), ==, BSN_OK);
	chain = fake_chain_new("one");
	fake_chain_open(chain, NULL, bsn_slice_of(NULL, 0), NULL);
	g_assert_cmpint(table_seed(), ==, BSN_OK);
	return chain;
}

static void
close_chain(bsn_chain *chain)
{
	fake_chain_close(chain);
	fake_chain_free(chain);
}

/* ---- overlay ------------------------------------------------------------ */

/* The value of a key as text, or "-" for none. */
static char *
read(Overlay *overlay, const char *key)
{
	bsn_slice value;

	if (overlay_get(overlay, bsn_slice_str(key), &value) != BSN_OK)
		return g_strdup("-");
	return g_strndup((const char *)value.data, value.len);
}

static void
assert_value(Overlay *overlay, const char *key, const char *want)
{
	g_autofree char *value = read(overlay, key);

	g_assert_cmpstr(value, ==, want);
}

static void
put(Overlay *overlay, const char *key, const char *value)
{
	overlay_put(overlay, bsn_slice_str(key), bsn_slice_str(value));
}

static void
test_overlay(void)
{
	bsn_chain *chain = open_chain();
	g_autoptr(Overlay) overlay = overlay_new(chain);
	guint mark;

	fake_chain_put(chain, bsn_slice_str("stored"), bsn_slice_str("old"));
	assert_value(overlay, "stored", "old");
	assert_value(overlay, "none", "-");
	put(overlay, "stored", "new");
	mark = overlay_mark(overlay);
	put(overlay, "stored", "newer");
	put(overlay, "none", "");
	overlay_delete(overlay, bsn_slice_str("stored"));
	assert_value(overlay, "stored", "-");
	assert_value(overlay, "none", "");
	overlay_rollback(overlay, mark);
	assert_value(overlay, "stored", "new");
	assert_value(overlay, "none", "-");
	overlay_rollback(overlay, 0);
	assert_value(overlay, "stored", "old");
	close_chain(chain);
}

typedef struct {
	bsn_scan_sink sink;
	GString *seen;
} SeenKeys;

static int32_t
see_key(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	GString *seen = ((SeenKeys *)sink)->seen;

	g_string_append_printf(seen, "%.*s=%.*s ", (int)key.len, key.data,
			       (int)value.len, value.data);
	return seen->len > 30 ? BSN_NOT_FOUND : BSN_OK;
}

/* What a block changed that is not in the store yet is seen as if it were. */
static void
test_overlay_upon_another(void)
{
	bsn_chain *chain = open_chain();
	g_autoptr(Overlay) below = overlay_new(chain);
	g_autoptr(Overlay) middle = overlay_new(chain);
	g_autoptr(Overlay) overlay = overlay_new(chain);
	g_autoptr(GString) seen = g_string_new(NULL);
	g_autoptr(GArray) changes = NULL;
	SeenKeys sink = { { see_key }, seen };

	fake_chain_put(chain, bsn_slice_str("a"), bsn_slice_str("0"));
	fake_chain_put(chain, bsn_slice_str("b"), bsn_slice_str("0"));
	overlay_build_on(middle, below);
	overlay_build_on(overlay, middle);
	put(below, "b", "1");
	put(below, "c", "1");
	put(below, "d", "1");
	put(middle, "c", "2");
	overlay_delete(middle, bsn_slice_str("a"));
	overlay_delete(overlay, bsn_slice_str("d"));
	put(overlay, "e", "3");
	assert_value(overlay, "a", "-");
	assert_value(overlay, "b", "1");
	assert_value(overlay, "c", "2");
	assert_value(overlay, "d", "-");
	g_assert_cmpint(overlay_scan(overlay, bsn_slice_str("a"),
				     bsn_slice_str("z"), &sink.sink),
			==, BSN_OK);
	g_assert_cmpstr(seen->str, ==, "b=1 c=2 e=3 ");
	changes = overlay_changes(overlay);
	g_assert_cmpuint(changes->len, ==, 2);
	overlay_build_on(overlay, NULL);
	assert_value(overlay, "e", "3");
	close_chain(chain);
}

/* The range is [b, t); "stored" is the store's. */
static void
test_overlay_scan(void)
{
	bsn_chain *chain = open_chain();
	g_autoptr(Overlay) overlay = overlay_new(chain);
	g_autoptr(GString) seen = g_string_new(NULL);
	SeenKeys sink = { { see_key }, seen };
	const bsn_slice from = bsn_slice_str("b"), to = bsn_slice_str("t");

	fake_chain_put(chain, bsn_slice_str("stored"), bsn_slice_str("old"));
	put(overlay, "a", "1");
	put(overlay, "b", "2");
	put(overlay, "c", "3");
	put(overlay, "sz", "4");
	put(overlay, "t", "5");
	overlay_delete(overlay, bsn_slice_str("c"));
	g_assert_cmpint(overlay_scan(overlay, from, to, &sink.sink), ==,
			BSN_OK);
	g_assert_cmpstr(seen->str, ==, "b=2 stored=old sz=4 ");
	g_string_truncate(seen, 0);
	put(overlay, "stored", "a longer value than the sink takes");
	g_assert_cmpint(overlay_scan(overlay, from, to, &sink.sink), ==,
			BSN_NOT_FOUND);
	g_assert_null(strstr(seen->str, "sz"));
	g_string_truncate(seen, 0);
	overlay_delete(overlay, bsn_slice_str("stored"));
	g_assert_cmpint(overlay_scan(overlay, from, to, &sink.sink), ==,
			BSN_OK);
	g_assert_cmpstr(seen->str, ==, "b=2 sz=4 ");
	close_chain(chain);
}

/* What is changed, undone, or taken from a trial after a first scan is as if it had
 * been so before. */
static void
test_overlay_scanned_again(void)
{
	bsn_chain *chain = open_chain();
	g_autoptr(Overlay) overlay = overlay_new(chain);
	g_autoptr(Overlay) trial = NULL;
	g_autoptr(GString) seen = g_string_new(NULL);
	SeenKeys sink = { { see_key }, seen };
	const bsn_slice from = bsn_slice_str("a"), to = bsn_slice_str("z");
	guint mark;

	put(overlay, "b", "1");
	assert_value(overlay, "d", "-");
	mark = overlay_mark(overlay);
	(void)overlay_scan(overlay, from, to, &sink.sink);
	put(overlay, "a", "2");
	put(overlay, "d", "2");
	overlay_delete(overlay, bsn_slice_str("b"));
	(void)overlay_scan(overlay, from, to, &sink.sink);
	g_assert_cmpstr(seen->str, ==, "b=1 a=2 d=2 ");
	g_string_truncate(seen, 0);
	overlay_rollback(overlay, mark);
	put(overlay, "c", "3");
	(void)overlay_scan(overlay, from, to, &sink.sink);
	g_assert_cmpstr(seen->str, ==, "b=1 c=3 ");
	g_string_truncate(seen, 0);
	trial = overlay_trial(overlay);
	put(trial, "d", "4");
	put(trial, "b", "4");
	trial_take(overlay, trial);
	(void)overlay_scan(overlay, from, to, &sink.sink);
	g_assert_cmpstr(seen->str, ==, "b=4 c=3 d=4 ");
	close_chain(chain);
}

/* Trials, and what takes them in, hold a bounded part of what was read. */
static void
test_overlay_holds_little(void)
{
	bsn_chain *chain = open_chain();
	g_autoptr(Overlay) overlay = overlay_new(chain);
	g_autoptr(Overlay) first = NULL;
	g_autoptr(Overlay) second = NULL;
	const gsize len = 1u << 20;
	g_autofree guint8 *bytes = g_malloc0(len);
	bsn_slice value;

	for (guint8 i = 0; i < 40; i++)
		fake_chain_put(chain, bsn_slice_of(&i, 1),
			       bsn_slice_of(bytes, len));
	first = overlay_trial(overlay);
	for (guint8 i = 0; i < 32; i++)
		g_assert_cmpint(overlay_get(first, bsn_slice_of(&i, 1), &value),
				==, BSN_OK);
	g_assert_false(trial_forgot(first));
	trial_take(overlay, first);
	second = overlay_trial(overlay);
	for (guint8 i = 32; i < 40; i++)
		g_assert_cmpint(overlay_get(second, bsn_slice_of(&i, 1),
					    &value),
				==, BSN_OK);
	g_assert_cmpuint(value.len, ==, len);
	g_assert_true(trial_forgot(second));
	close_chain(chain);
}

static void
test_overlay_changes(void)
{
	static const guint8 want[] = { 0xca, 0xc1, 'a', 0xc4, 'b', 0x82, 'x',
				       'y',  0xc2, 'c', 0x80 };
	bsn_chain *chain = open_chain();
	g_autoptr(Overlay) overlay = overlay_new(chain);
	g_autoptr(GByteArray) encoded = g_byte_array_new();
	g_autoptr(GArray) changes = NULL;
	guint mark;

	assert_value(overlay, "read", "-");
	put(overlay, "c", "");
	overlay_delete(overlay, bsn_slice_str("a"));
	put(overlay, "b", "x");
	put(overlay, "b", "xy");
	mark = overlay_mark(overlay);
	put(overlay, "undone", "x");
	overlay_rollback(overlay, mark);
	changes = overlay_changes(overlay);
	g_assert_cmpuint(changes->len, ==, 3);
	overlay_put_changes((const OverlayChange *)changes->data,
			    changes->len, encoded);
	g_assert_true(bsn_slice_equal(buffer_slice(encoded),
				      bsn_slice_of(want, sizeof(want))));
	close_chain(chain);
}

/* Keys that have much in common, or all of another one. */
static void
test_overlay_changes_are_in_order(void)
{
	bsn_chain *chain = open_chain();
	g_autoptr(GRand) rand = g_rand_new_with_seed(5);
	g_autoptr(Overlay) overlay = overlay_new(chain);
	g_autoptr(GArray) none = overlay_changes(overlay);
	g_autoptr(GArray) changes = NULL;

	for (guint i = 0; i < 3000; i++) {
		g_autoptr(GString) key = g_string_new(NULL);
		guint same = (guint)g_rand_int_range(rand, 0, 60);
		guint own = (guint)g_rand_int_range(rand, 0, 4);

		while (key->len < same)
			g_string_append_c(key, 'a');
		while (key->len < same + own)
			g_string_append_c(
				key, (char)g_rand_int_range(rand, 1, 256));
		put(overlay, key->str, "x");
	}
	g_assert_null(overlay_change_of(none, bsn_slice_str("a")));
	changes = overlay_changes(overlay);
	g_assert_null(overlay_change_of(changes, bsn_slice_str("b?")));
	g_assert_cmpuint(changes->len, >, 1500);
	for (guint i = 1; i < changes->len; i++) {
		bsn_slice a =
			g_array_index(changes, OverlayChange, i - 1).key;
		bsn_slice b = g_array_index(changes, OverlayChange, i).key;
		gsize n = MIN(a.len, b.len);
		int order = n > 0 ? memcmp(a.data, b.data, n) : 0;

		g_assert_true(order < 0 || (order == 0 && a.len < b.len));
		g_assert_true(overlay_change_of(changes, b) ==
			      &g_array_index(changes, OverlayChange, i));
	}
	close_chain(chain);
}

/* Random puts, deletes, marks and rollbacks agree with a model. */
static void
random_step(GRand *rand, Overlay *overlay, GHashTable *model)
{
	char key[2] = { (char)('a' + g_rand_int_range(rand, 0, 8)), '\0' };
	g_autofree char *value =
		g_strdup_printf("%d", g_rand_int_range(rand, 0, 100));

	if (g_rand_int_range(rand, 0, 4) == 0) {
		overlay_delete(overlay, bsn_slice_str(key));
		g_hash_table_remove(model, key);
	} else {
		put(overlay, key, value);
		g_hash_table_insert(model, g_strdup(key), g_strdup(value));
	}
}

static GHashTable *
copy_model(GHashTable *model)
{
	GHashTable *copy = g_hash_table_new_full(g_str_hash, g_str_equal,
						 g_free, g_free);
	GHashTableIter iter;
	gpointer key, value;

	g_hash_table_iter_init(&iter, model);
	while (g_hash_table_iter_next(&iter, &key, &value))
		g_hash_table_insert(copy, g_strdup(key), g_strdup(value));
	return copy;
}

static void
assert_model(Overlay *overlay, GHashTable *model)
{
	for (char letter = 'a'; letter < 'a' + 8; letter++) {
		char key[2] = { letter, '\0' };
		const char *want = g_hash_table_lookup(model, key);

		assert_value(overlay, key, want != NULL ? want : "-");
	}
}

static void
test_overlay_model(void)
{
	bsn_chain *chain = open_chain();
	g_autoptr(Overlay) overlay = overlay_new(chain);
	g_autoptr(GRand) rand = g_rand_new_with_seed(5);
	GHashTable *model = g_hash_table_new_full(g_str_hash, g_str_equal,
						  g_free, g_free);

	fake_chain_put(chain, bsn_slice_str("a"), bsn_slice_str("first"));
	g_hash_table_insert(model, g_strdup("a"), g_strdup("first"));
	for (guint round = 0; round < 500; round++) {
		GHashTable *before = copy_model(model);
		guint mark = overlay_mark(overlay);
		guint steps = (guint)g_rand_int_range(rand, 0, 6);

		while (steps-- > 0)
			random_step(rand, overlay, model);
		assert_model(overlay, model);
		if (g_rand_boolean(rand)) {
			overlay_rollback(overlay, mark);
			g_hash_table_unref(model);
			model = before;
		} else {
			overlay_forget_marks(overlay);
			g_hash_table_unref(before);
		}
		assert_model(overlay, model);
	}
	g_hash_table_unref(model);
	close_chain(chain);
}

/* ---- the tree of a block ------------------------------------------------- */

static const Suite plain_suite = { .hash = &sha256_hash };
static const Suite batched_suite = { .hash = &sha256_hash_many };

static GByteArray *
digest_of(const GByteArray *text)
{
	GByteArray *digest = g_byte_array_new();

	g_byte_array_set_size(digest, HASH_LEN);
	g_assert_cmpint(suite_digest1(&plain_suite,
				      bsn_slice_of(text->data, text->len),
				      digest->data),
			==, BSN_OK);
	return digest;
}

static GByteArray *
leaf_of(guint index, const guint8 *digest)
{
	GByteArray *leaf = g_byte_array_new();
	const RlpItem item = rlp_u64(index);

	rlp_put(leaf, &item);
	g_byte_array_append(leaf, digest, HASH_LEN);
	return leaf;
}

/* The parents of a level, by their definition. */
static GPtrArray *
parents_of(const GPtrArray *level)
{
	GPtrArray *parents = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_byte_array_unref);

	for (guint i = 0; i < level->len; i += 16) {
		g_autoptr(GByteArray) text = g_byte_array_new();

		for (guint j = i; j < MIN(i + 16, level->len); j++) {
			const GByteArray *value = level->pdata[j];

			g_byte_array_append(text, value->data, value->len);
		}
		g_ptr_array_add(parents, digest_of(text));
	}
	return parents;
}

static GByteArray *
root_of(const guint8 *digests, guint n)
{
	GPtrArray *level = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_byte_array_unref);
	GByteArray *root;
	g_autoptr(GByteArray) nothing = g_byte_array_new();

	for (guint i = 0; i < n; i++)
		g_ptr_array_add(level, leaf_of(i, digests + i * HASH_LEN));
	while (level->len > 1) {
		GPtrArray *parents = parents_of(level);

		g_ptr_array_unref(level);
		level = parents;
	}
	root = digest_of(n > 0 ? level->pdata[0] : nothing);
	g_ptr_array_unref(level);
	return root;
}

/* Digests what stands left and right with what came before. */
static void
take_step(const TreeStep *step, gpointer data)
{
	GByteArray *value = data;
	g_autoptr(GByteArray) text = g_byte_array_new();
	g_autoptr(GByteArray) digest = NULL;

	for (guint i = 0; i < step->n_left; i++)
		g_byte_array_append(text, step->left[i].data,
				    (guint)step->left[i].len);
	g_byte_array_append(text, value->data, value->len);
	for (guint i = 0; i < step->n_right; i++)
		g_byte_array_append(text, step->right[i].data,
				    (guint)step->right[i].len);
	digest = digest_of(text);
	g_byte_array_set_size(value, 0);
	g_byte_array_append(value, digest->data, digest->len);
}

static void
assert_root_in_steps(const guint8 *digests, guint n, const GByteArray *want)
{
	const guint together = 3 * TREE_WIDTH;
	g_autofree guint8 *nodes = g_malloc(n * 2 + HASH_LEN);
	guint8 root[HASH_LEN];

	for (guint i = 0; i < n; i += together)
		g_assert_cmpint(
			tree_nodes(&batched_suite, digests + i * HASH_LEN, i,
				   MIN(together, n - i),
				   nodes + i / TREE_WIDTH * HASH_LEN),
			==, BSN_OK);
	g_assert_cmpint(tree_root_of_nodes(&plain_suite, nodes, n, root), ==,
			BSN_OK);
	assert_bytes(root, HASH_LEN, want->data, want->len);
}

static void
assert_tree(const guint8 *digests, guint n)
{
	g_autoptr(GByteArray) want = root_of(digests, n);
	guint8 root[HASH_LEN];

	g_assert_cmpint(tree_root(&plain_suite, digests, n, root), ==, BSN_OK);
	assert_bytes(root, HASH_LEN, want->data, want->len);
	g_assert_cmpint(tree_root(&batched_suite, digests, n, root), ==,
			BSN_OK);
	assert_bytes(root, HASH_LEN, want->data, want->len);
	assert_root_in_steps(digests, n, want);
	for (guint i = 0; i < n; i += 1 + n / 50) {
		g_autoptr(GByteArray) value =
			leaf_of(i, digests + i * HASH_LEN);

		g_assert_cmpint(tree_proof(&plain_suite, digests, n, i,
					   take_step, value),
				==, BSN_OK);
		assert_bytes(value->data, value->len, root, HASH_LEN);
	}
}

/* Numbers of leaves around where the tree, or the encoding of an index, grows.
 */
static void
test_tree(void)
{
	static const guint sizes[] = { 0,   1,	 2,   15,  16,	17,   31,
				       32,  33,	 127, 128, 129, 255,  256,
				       257, 271, 272, 273, 700, 4096, 4097 };
	g_autofree guint8 *digests = g_malloc_n(4097, HASH_LEN);

	for (guint i = 0; i < 4097 * HASH_LEN; i++)
		digests[i] = (guint8)(i * 7 + i / 251);
	for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++)
		assert_tree(digests, sizes[i]);
}

/* ---- nonces ------------------------------------------------------------- */

static void
nonce_of(guint number, guint8 *out)
{
	memset(out, 0, NONCE_LEN);
	memcpy(out, &number, sizeof(number));
}

static void
test_nonces(void)
{
	bsn_chain *chain = open_chain();
	Nonces *nonces = nonces_new(1000);
	guint8 nonce[NONCE_LEN];

	for (guint block = 1; block <= 1001; block++) {
		nonce_of(block, nonce);
		g_assert_false(nonces_have(nonces, block, nonce));
		nonces_add(nonces, block, bsn_slice_of(nonce, NONCE_LEN));
		g_assert_true(nonces_have(nonces, block + 1, nonce));
	}
	nonce_of(1, nonce);
	g_assert_false(nonces_have(nonces, 1002, nonce));
	nonce_of(2, nonce);
	g_assert_true(nonces_have(nonces, 1002, nonce));
	/* The block after the next one is built already. */
	g_assert_false(nonces_have(nonces, 1003, nonce));
	nonce_of(3, nonce);
	g_assert_true(nonces_have(nonces, 1003, nonce));
	nonces_free(nonces);
	close_chain(chain);
}

/* ---- pool --------------------------------------------------------------- */

static Tx *
tx_of(guint8 number, guint64 len)
{
	Tx *tx = g_malloc0(sizeof(Tx) + len);

	tx->refs = 1;
	memset(tx->hash, number, HASH_LEN);
	memset(tx->nonce, number, NONCE_LEN);
	tx->raw = bsn_slice_of(tx->bytes, len);
	return tx;
}

static void
test_pool(void)
{
	bsn_chain *chain = open_chain();
	bsn_err err = BSN_ERR_INIT;
	Pool pool;

	pool_init(&pool, 3, 10000);
	for (guint8 i = 1; i <= 3; i++) {
		g_autoptr(Tx) tx = tx_of(i, 100);

		g_assert_cmpint(pool_room(&pool, 100, &err), ==, BSN_OK);
		pool_add(&pool, tx, NULL);
		g_assert_nonnull(pool_find(&pool, tx->hash));
		g_assert_nonnull(pool_find_nonce(&pool, tx->nonce));
	}
	g_assert_cmpint(pool_room(&pool, 1, &err), ==, BSN_BUSY);
	g_assert_cmpint(err.native, ==, FISCO_POOL_FULL);
	pool_remove(&pool, pool_next(pool_first(&pool)));
	g_assert_cmpint(pool_room(&pool, 9000, &err), ==, BSN_BUSY);
	g_assert_cmpint(err.native, ==, FISCO_POOL_BYTES);
	g_assert_cmpuint(pool_first(&pool)->tx->hash[0], ==, 1);
	g_assert_cmpuint(pool_next(pool_first(&pool))->tx->hash[0], ==, 3);
	while (pool_first(&pool) != NULL)
		pool_remove(&pool, pool_first(&pool));
	g_assert_cmpuint(pool.bytes, ==, 0);
	pool_clear(&pool);
	close_chain(chain);
}

/* ---- configs ------------------------------------------------------------ */

static void
test_config_defaults(void)
{
	g_auto(Config) config = { 0 };

	g_assert_cmpint(config_parse(bsn_slice_str("{}"), &config, NULL), ==,
			BSN_OK);
	g_assert_true(config.sm);
	g_assert_cmpuint(config.chain_id, ==, 0);
	g_assert_cmpuint(config.block_tx_max, ==, 1000);
	g_assert_cmpuint(config.tx_gas_max, ==, 300000000);
	g_assert_cmpuint(config.pool_max, ==, 150000);
	g_assert_cmpstr(config.consensus, ==, "solo");
	g_assert_cmpstr(config.consensus_config, ==, "{}");
	g_assert_cmpstr(config.runtime, ==, "evm");
	g_assert_cmpstr(config_rules(&config), ==, "cancun");
}

static void
assert_refused(const char *text, const char *word)
{
	g_auto(Config) config = { 0 };
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(config_parse(bsn_slice_str(text), &config, &err), ==,
			BSN_BAD_REQUEST);
	if (strstr(err.reason, word) == NULL)
		g_error("\"%s\" does not say %s", err.reason, word);
}

static void
test_config_refused(void)
{
	assert_refused("{\"cripto\":\"sm\"}", "cripto");
	assert_refused("{\"crypto\":\"rsa\"}", "crypto");
	assert_refused("{\"group_id\":32768}", "group_id");
	assert_refused("{\"block_limit_range\":1001}", "block_limit_range");
	assert_refused("{\"tx_gas_max\":400000000}", "block_gas_max");
	assert_refused("{\"consensus\":{\"name\":7}}", "consensus");
	assert_refused("{\"crypto\":\"sm\",\"crypto\":\"std\"}", "crypto");
	assert_refused("{\"evm\":{\"rules\":\"prague\"}}", "shanghai");
	assert_refused("{\"evm\":{\"rule\":\"cancun\"}}", "config.evm");
	assert_refused("{\"evm\":{},\"runtime\":\"wasm\"}", "evm");
	assert_refused("[]", "config");
}

static void
assert_extra(const char *text, int32_t status)
{
	g_auto(DeployExtra) extra = { .name = NULL };

	g_assert_cmpint(deploy_extra_parse(bsn_slice_str(text), &extra, NULL),
			==, status);
}

static void
test_extra(void)
{
	bsn_chain *chain = open_chain();

	assert_extra("", BSN_OK);
	assert_extra("{\"name\":\"a-b_c.d\",\"version\":\"1.0\"}", BSN_OK);
	assert_extra("{\"name\":\"a@b\"}", BSN_BAD_REQUEST);
	assert_extra("{\"name\":\"0xaa\"}", BSN_BAD_REQUEST);
	assert_extra("{\"version\":\"1\"}", BSN_BAD_REQUEST);
	assert_extra("{\"name\":\"a\",\"owner\":\"b\"}", BSN_BAD_REQUEST);
	assert_extra("{\"abi\":[{\"type\":\"function\",\"name\":\"f\","
		     "\"inputs\":[{\"type\":\"uint7\"}]}]}",
		     BSN_BAD_REQUEST);
	assert_extra("no JSON", BSN_BAD_REQUEST);
	close_chain(chain);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fisco-parts/overlay/changes-hide-the-store",
			test_overlay);
	g_test_add_func("/fisco-parts/overlay/scan-merges-changes",
			test_overlay_scan);
	g_test_add_func("/fisco-parts/overlay/holds-little",
			test_overlay_holds_little);
	g_test_add_func("/fisco-parts/overlay/scanned-again",
			test_overlay_scanned_again);
	g_test_add_func("/fisco-parts/overlay/sees-blocks-below-it",
			test_overlay_upon_another);
	g_test_add_func("/fisco-parts/overlay/changes-come-sorted",
			test_overlay_changes);
	g_test_add_func("/fisco-parts/overlay/changes-come-sorted-in-order",
			test_overlay_changes_are_in_order);
	g_test_add_func("/fisco-parts/overlay/agrees-with-a-model",
			test_overlay_model);
	g_test_add_func("/fisco-parts/tree/roots-and-proofs-are-fiscos",
			test_tree);
	g_test_add_func("/fisco-parts/nonces/are-forgotten-after-the-range",
			test_nonces);
	g_test_add_func("/fisco-parts/pool/is-bounded-and-in-order",
			test_pool);
	g_test_add_func("/fisco-parts/config/has-fiscos-defaults",
			test_config_defaults);
	g_test_add_func("/fisco-parts/config/names-what-is-wrong",
			test_config_refused);
	g_test_add_func("/fisco-parts/extra-data/is-checked", test_extra);
	return g_test_run();
}
