/* SPDX-License-Identifier: Apache-2.0
 *
 * engine-xuper's layers of state, against plain maps.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tests/unit/xuper-store.h"

static bsn_slice
text(const char *bytes)
{
	return bsn_slice_str(bytes);
}

static char *
get(Layer *layer, const char *key)
{
	g_autoptr(GByteArray) value = g_byte_array_new();
	int32_t status;

	g_byte_array_append(value, (const guint8 *)"old", 3);
	status = layer_get(layer, text(key), value, NULL);
	g_assert_cmpint(layer_get(layer, text(key), NULL, NULL), ==, status);
	if (status == BSN_NOT_FOUND)
		return g_strdup("-");
	g_assert_cmpint(status, ==, BSN_OK);
	return g_strndup((const char *)value->data, value->len);
}

static void
assert_has(Layer *layer, const char *key, const char *value)
{
	g_autofree char *found = get(layer, key);

	g_assert_cmpstr(found, ==, value);
}

/* ---- walks as text: "a=1 b=2" ---- */

typedef struct {
	bsn_scan_sink sink;
	GString *text;
	guint most; /* entries */
} Collect;

static int32_t
collect(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	Collect *into = (Collect *)sink;

	g_string_append_printf(into->text, "%s%.*s=%.*s",
			       into->text->len > 0 ? " " : "", (int)key.len,
			       (const char *)key.data, (int)value.len,
			       (const char *)value.data);
	return --into->most == 0 ? 7 : BSN_OK;
}

static char *
walk(Layer *layer, const char *from, const char *to, guint32 flags, guint most)
{
	Collect into = { { collect }, g_string_new(NULL), most };
	int32_t status = layer_scan(layer, text(from), text(to), flags,
				    &into.sink, NULL);

	g_assert_cmpint(status, ==, into.most == 0 ? 7 : BSN_OK);
	return g_string_free(into.text, FALSE);
}

static void
assert_walk(Layer *layer, const char *from, const char *to, guint32 flags,
	    const char *expected)
{
	g_autofree char *found = walk(layer, from, to, flags, G_MAXUINT);

	g_assert_cmpstr(found, ==, expected);
}

/* ---- by hand ---- */

static void
test_upper_layer_hides_what_is_below(void)
{
	bsn_chain *chain = xuper_chain_new();
	g_autoptr(Layer) store = layer_store(chain);
	g_autoptr(Layer) block = layer_over(store);
	g_autoptr(Layer) pool = layer_over(block);

	fake_chain_put(chain, text("a"), text("store"));
	fake_chain_put(chain, text("b"), text("store"));
	layer_put(block, text("b"), text("block"));
	layer_put(block, text("c"), text("block"));
	layer_put(pool, text("c"), text("pool"));
	layer_delete(pool, text("a"));
	layer_put(pool, text("d"), text(""));
	assert_has(store, "a", "store");
	assert_has(block, "a", "store");
	assert_has(pool, "a", "-");
	assert_has(store, "b", "store");
	assert_has(pool, "b", "block");
	assert_has(store, "c", "-");
	assert_has(block, "c", "block");
	assert_has(pool, "c", "pool");
	assert_has(pool, "d", "");
	assert_has(pool, "e", "-");
	assert_walk(pool, "", "", 0, "b=block c=pool d=");
	assert_walk(pool, "", "", BSN_SCAN_DESCENDING, "d= c=pool b=block");
	assert_walk(block, "a", "c", 0, "a=store b=block");
	assert_walk(block, "b", "z", BSN_SCAN_DESCENDING, "c=block b=block");
	assert_walk(store, "", "", 0, "a=store b=store");
	assert_walk(pool, "c", "b", 0, "");
	xuper_chain_free(chain);
}

static void
test_revert_takes_back_what_came_later(void)
{
	bsn_chain *chain = xuper_chain_new();
	g_autoptr(Layer) store = layer_store(chain);
	g_autoptr(Layer) layer = layer_over(store);
	guint64 mark;

	fake_chain_put(chain, text("a"), text("store"));
	layer_put(layer, text("b"), text("1"));
	mark = layer_mark(layer);
	layer_put(layer, text("b"), text("2"));
	layer_delete(layer, text("b"));
	layer_delete(layer, text("a"));
	layer_put(layer, text("c"), text("3"));
	assert_walk(layer, "", "", 0, "c=3");
	layer_revert(layer, mark);
	assert_walk(layer, "", "", 0, "a=store b=1");
	assert_has(layer, "c", "-");
	layer_put(layer, text("c"), text("4"));
	assert_walk(layer, "", "", BSN_SCAN_DESCENDING, "c=4 b=1 a=store");
	layer_revert(layer, 0);
	assert_walk(layer, "", "", 0, "a=store");
	xuper_chain_free(chain);
}

static void
test_walk_ends_when_the_sink_says_so(void)
{
	bsn_chain *chain = xuper_chain_new();
	g_autoptr(Layer) store = layer_store(chain);
	g_autoptr(Layer) layer = layer_over(store);
	g_autofree char *two = NULL;

	fake_chain_put(chain, text("a"), text("0"));
	fake_chain_put(chain, text("c"), text("0"));
	layer_put(layer, text("b"), text("1"));
	two = walk(layer, "", "", 0, 2);
	g_assert_cmpstr(two, ==, "a=0 b=1");
	xuper_chain_free(chain);
}

/* Whoever is over a block's layer sees the same when the block is final. */
static void
test_settled_layer_reads_through_to_the_store(void)
{
	bsn_chain *chain = xuper_chain_new();
	g_autoptr(Layer) store = layer_store(chain);
	Layer *block = layer_over(store);
	g_autoptr(Layer) next = layer_over(block);
	g_autofree char *before = NULL;

	fake_chain_put(chain, text("a"), text("0"));
	fake_chain_put(chain, text("b"), text("0"));
	layer_delete(block, text("a"));
	layer_put(block, text("c"), text("1"));
	layer_put(next, text("d"), text("2"));
	before = walk(next, "", "", 0, G_MAXUINT);
	xuper_fold(chain, block);
	layer_settle(next, store);
	layer_unref(block);
	assert_walk(next, "", "", 0, before);
	assert_walk(store, "", "", 0, "b=0 c=1");
	xuper_chain_free(chain);
}

/* Rows of layers as deep as a chain is behind must not be undone by
 * recursion. */
static void
test_deep_row_of_layers_is_freed(void)
{
	bsn_chain *chain = xuper_chain_new();
	Layer *top = layer_store(chain);

	for (guint i = 0; i < 100000; i++) {
		Layer *next = layer_over(top);

		layer_unref(top);
		top = next;
	}
	assert_has(top, "a", "-");
	layer_unref(top);
	xuper_chain_free(chain);
}

/* ---- against maps ---- */

#define LAYERS 5u
#define KEYS 700u
#define STEPS 30000u
#define NONE G_MAXUINT
#define DELETED 0u

/* What each layer itself has: a number, DELETED or NONE; the store is first. */
typedef struct {
	guint own[LAYERS + 1][KEYS];
} Model;

typedef struct {
	bsn_chain *chain;
	Layer *layers[LAYERS + 1];
	GRand *rand;
	Model model;
	guint64 mark; /* of the uppermost layer */
	guint marked[KEYS];
} Random;

/* In the order of the keys. */
static void
key_name(guint key, char name[8])
{
	(void)g_snprintf(name, 8, key % 7 == 0 ? "k%03u+" : "k%03u", key);
}

static guint
seen(const Model *model, guint layer, guint key)
{
	while (layer > 0 && model->own[layer][key] == NONE)
		layer--;
	return model->own[layer][key];
}

static char *
model_walk(const Model *model, guint layer, guint from, guint to,
	   gboolean descending)
{
	GString *all = g_string_new(NULL);

	for (guint i = from; i < to; i++) {
		const guint key = descending ? to - 1 - (i - from) : i;
		const guint value = seen(model, layer, key);
		char name[8];

		key_name(key, name);
		if (value != DELETED)
			g_string_append_printf(all, "%s%s=%u",
					       all->len > 0 ? " " : "", name,
					       value);
	}
	return g_string_free(all, FALSE);
}

static void
change(Random *random, guint value)
{
	const guint layer = (guint)g_rand_int_range(random->rand, 1,
						    LAYERS + 1);
	const guint key = (guint)g_rand_int_range(random->rand, 0, KEYS);
	char name[8], number[16];

	key_name(key, name);
	(void)g_snprintf(number, sizeof(number), "%u", value);
	if (value % 3 == 0)
		layer_delete(random->layers[layer], text(name));
	else
		layer_put(random->layers[layer], text(name), text(number));
	random->model.own[layer][key] = value % 3 == 0 ? DELETED : value;
}

static void
set_mark(Random *random)
{
	random->mark = layer_mark(random->layers[LAYERS]);
	memcpy(random->marked, random->model.own[LAYERS],
	       sizeof(random->marked));
}

static void
go_back(Random *random)
{
	layer_revert(random->layers[LAYERS], random->mark);
	memcpy(random->model.own[LAYERS], random->marked,
	       sizeof(random->marked));
}

static void
compare_value(Random *random)
{
	const guint layer = (guint)g_rand_int_range(random->rand, 0,
						    LAYERS + 1);
	const guint key = (guint)g_rand_int_range(random->rand, 0, KEYS);
	const guint value = seen(&random->model, layer, key);
	g_autofree char *expected =
		value != DELETED ? g_strdup_printf("%u", value) : g_strdup("-");
	char name[8];

	key_name(key, name);
	assert_has(random->layers[layer], name, expected);
}

static void
compare_walk(Random *random)
{
	const guint layer = (guint)g_rand_int_range(random->rand, 0,
						    LAYERS + 1);
	const guint from = (guint)g_rand_int_range(random->rand, 0, KEYS - 1);
	const guint to = (guint)g_rand_int_range(random->rand, (gint)from,
						 KEYS - 1);
	const gboolean descending = g_rand_boolean(random->rand);
	g_autofree char *expected = model_walk(&random->model, layer, from, to,
					       descending);
	char first[8], end[8];

	key_name(from, first);
	key_name(to, end);
	assert_walk(random->layers[layer], first, end,
		    descending ? BSN_SCAN_DESCENDING : 0, expected);
}

/* The lowest layer becomes final, and an empty one comes on top. */
static void
fold(Random *random)
{
	Model *model = &random->model;

	xuper_fold(random->chain, random->layers[1]);
	layer_settle(random->layers[2], random->layers[0]);
	layer_unref(random->layers[1]);
	for (guint key = 0; key < KEYS; key++)
		model->own[0][key] = seen(model, 1, key);
	for (guint i = 1; i < LAYERS; i++) {
		random->layers[i] = random->layers[i + 1];
		memcpy(model->own[i], model->own[i + 1],
		       sizeof(model->own[i]));
	}
	random->layers[LAYERS] = layer_over(random->layers[LAYERS - 1]);
	for (guint key = 0; key < KEYS; key++)
		model->own[LAYERS][key] = NONE;
	set_mark(random);
}

static void
random_step(Random *random, guint step)
{
	const gint what = g_rand_int_range(random->rand, 0, 1000);

	if (what < 600)
		change(random, step);
	else if (what < 900)
		compare_value(random);
	else if (what < 950)
		compare_walk(random);
	else if (what < 970)
		set_mark(random);
	else if (what < 990)
		go_back(random);
	else if (what < 993)
		fold(random);
}

static void
test_random_changes_read_as_a_map(void)
{
	Random random = { .chain = xuper_chain_new() };

	random.rand = g_rand_new_with_seed(7);
	random.layers[0] = layer_store(random.chain);
	for (guint i = 0; i < LAYERS; i++)
		random.layers[i + 1] = layer_over(random.layers[i]);
	memset(random.model.own, 0xff, sizeof(random.model.own));
	memset(random.model.own[0], 0, sizeof(random.model.own[0]));
	set_mark(&random);
	for (guint i = 1; i < STEPS; i++)
		random_step(&random, i);
	for (guint i = LAYERS + 1; i-- > 0;)
		layer_unref(random.layers[i]);
	g_rand_free(random.rand);
	xuper_chain_free(random.chain);
}

/* Pages of the order are split and filled in any way. */
static void
test_many_keys_come_in_order(void)
{
	bsn_chain *chain = xuper_chain_new();
	g_autoptr(Layer) store = layer_store(chain);
	g_autoptr(Layer) layer = layer_over(store);
	g_autoptr(GArray) writes =
		g_array_new(FALSE, FALSE, sizeof(bsn_write));
	guint32 number = 1;

	for (guint i = 0; i < 50000; i++) {
		const guint32 key = GUINT32_TO_BE(number);

		layer_put(layer, bsn_slice_of(&key, sizeof(key)), text("v"));
		number = number * 1664525u + 1013904223u;
		if (i % 97 == 0)
			assert_walk(layer, "\xff\xff\xff\xff", "", 0, "");
	}
	layer_writes(layer, writes);
	g_assert_cmpuint(writes->len, ==, 50000);
	for (guint i = 1; i < writes->len; i++) {
		const bsn_write *a = &g_array_index(writes, bsn_write, i - 1);
		const bsn_write *b = &g_array_index(writes, bsn_write, i);

		g_assert_cmpint(memcmp(a->key.data, b->key.data, 4), <, 0);
	}
	g_assert_cmpuint(layer_bytes(layer), >, 50000 * 5);
	xuper_chain_free(chain);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/layer/upper-layer-hides-what-is-below",
			test_upper_layer_hides_what_is_below);
	g_test_add_func("/xuper/layer/revert-takes-back-what-came-later",
			test_revert_takes_back_what_came_later);
	g_test_add_func("/xuper/layer/walk-ends-when-the-sink-says-so",
			test_walk_ends_when_the_sink_says_so);
	g_test_add_func("/xuper/layer/settled-layer-reads-through-to-the-store",
			test_settled_layer_reads_through_to_the_store);
	g_test_add_func("/xuper/layer/deep-row-of-layers-is-freed",
			test_deep_row_of_layers_is_freed);
	g_test_add_func("/xuper/layer/random-changes-read-as-a-map",
			test_random_changes_read_as_a_map);
	g_test_add_func("/xuper/layer/many-keys-come-in-order",
			test_many_keys_come_in_order);
	return g_test_run();
}
