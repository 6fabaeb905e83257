/* SPDX-License-Identifier: Apache-2.0
 *
 * engine-xuper's unspent outputs, balances and versioned values.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/state/utxo.h"
#include "plugins/engine-xuper/state/xmodel.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/xuper-store.h"

static const guint8 first_txid[HASH_LEN];

static bsn_slice
text(const char *bytes)
{
	return bsn_slice_str(bytes);
}

static void
assert_ok(int32_t status)
{
	g_assert_cmpint(status, ==, BSN_OK);
}

/* A txid of a number: well spread, as hashes are. */
static Utxo
utxo_of(guint number, guint64 amount, gint64 frozen)
{
	Utxo utxo = { .offset = (gint32)(number % 3), .frozen = frozen };
	const bsn_slice bytes = bsn_slice_of(&number, sizeof(number));

	suite_double(&xuper_hashing, &bytes, 1, utxo.txid);
	amount_from_u64(amount, utxo.amount);
	return utxo;
}

static void
assert_amount(const guint8 amount[AMOUNT_LEN], guint64 expected)
{
	guint8 bytes[AMOUNT_LEN];

	amount_from_u64(expected, bytes);
	assert_bytes(amount, AMOUNT_LEN, bytes, AMOUNT_LEN);
}

static void
assert_balance(Layer *layer, const char *owner, guint64 height, guint64 total,
	       guint64 frozen, guint64 count)
{
	Balance balance;

	assert_ok(balance_get(layer, text(owner), height, &balance, NULL));
	assert_amount(balance.total, total);
	assert_amount(balance.frozen, frozen);
	g_assert_cmpuint(balance.count, ==, count);
}

static void
add(Layer *layer, const char *owner, guint number, guint64 amount,
    gint64 frozen)
{
	const Utxo utxo = utxo_of(number, amount, frozen);

	assert_ok(utxo_add(layer, text(owner), &utxo, NULL));
}

typedef struct {
	UtxoScan scan;
	guint n;
	guint8 sum[AMOUNT_LEN];
} Count;

static int32_t
count_one(UtxoScan *scan, const Utxo *utxo)
{
	Count *count = (Count *)scan;

	count->n++;
	g_assert_true(amount_add(count->sum, count->sum, utxo->amount));
	return BSN_OK;
}

static void
assert_scan(Layer *layer, const char *owner, guint n, guint64 sum)
{
	Count count = { { count_one }, 0, { 0 } };

	assert_ok(utxo_scan(layer, text(owner), &count.scan, NULL));
	g_assert_cmpuint(count.n, ==, n);
	assert_amount(count.sum, sum);
}

/* ---- outputs ---- */

static void
test_output_is_there_until_it_is_spent(void)
{
	bsn_chain *chain = xuper_chain_new();
	g_autoptr(Layer) store = layer_store(chain);
	g_autoptr(Layer) layer = layer_over(store);
	const gint64 frozen[] = { 0, 7, FROZEN_FOR_EVER, G_MAXINT64 };
	guint64 begin = layer_mark(layer);

	for (guint i = 0; i < G_N_ELEMENTS(frozen); i++) {
		Utxo utxo = utxo_of(i, 300 + i, frozen[i]);
		Utxo found = utxo;

		found.frozen = 99;
		memset(found.amount, 9, AMOUNT_LEN);
		g_assert_cmpint(utxo_get(layer, text("alice"), &found, NULL),
				==, BSN_NOT_FOUND);
		assert_ok(utxo_add(layer, text("alice"), &utxo, NULL));
		assert_ok(utxo_get(layer, text("alice"), &found, NULL));
		assert_bytes(&found, sizeof(found), &utxo, sizeof(utxo));
		g_assert_cmpint(utxo_get(layer, text("alic"), &found, NULL),
				==, BSN_NOT_FOUND);
		assert_scan(layer, "alice", 1, 300 + i);
		assert_ok(utxo_spend(layer, text("alice"), &found, NULL));
		g_assert_cmpint(utxo_get(layer, text("alice"), &found, NULL),
				==, BSN_NOT_FOUND);
		assert_balance(layer, "alice", 8, 0, 0, 0);
		assert_scan(layer, "alice", 0, 0);
	}
	/* Nothing is left behind. */
	xuper_fold(chain, layer);
	g_assert_cmpuint(fake_chain_keys(chain), ==, 0);
	layer_revert(layer, begin);
	xuper_chain_free(chain);
}

static void
test_frozen_output_thaws_behind_its_height(void)
{
	Utxo utxo = utxo_of(1, 5, 0);

	g_assert_true(utxo_free_at(&utxo, 0));
	utxo.frozen = 10;
	g_assert_false(utxo_free_at(&utxo, 10));
	g_assert_true(utxo_free_at(&utxo, 11));
	utxo.frozen = FROZEN_FOR_EVER;
	g_assert_false(utxo_free_at(&utxo, G_MAXUINT64));
}

static void
test_balance_knows_what_is_frozen(void)
{
	bsn_chain *chain = xuper_chain_new();
	g_autoptr(Layer) store = layer_store(chain);
	g_autoptr(Layer) layer = layer_over(store);

	add(layer, "alice", 1, 100, 0);
	add(layer, "alice", 2, 20, 10);
	add(layer, "alice", 3, 3, 20);
	add(layer, "alice", 4, 4000, FROZEN_FOR_EVER);
	add(layer, "alicf", 5, 1, 15);
	xuper_fold(chain, layer);
	assert_balance(store, "alice", 0, 4123, 4023, 4);
	assert_balance(store, "alice", 10, 4123, 4023, 4);
	assert_balance(store, "alice", 11, 4123, 4003, 4);
	assert_balance(store, "alice", 21, 4123, 4000, 4);
	assert_balance(store, "alicf", 15, 1, 1, 1);
	assert_balance(store, "nobody", 15, 0, 0, 0);
	assert_scan(store, "alice", 4, 4123);
	xuper_chain_free(chain);
}

/* An owner whose text goes on as another one's keys do is another owner. */
static void
test_no_owner_is_the_beginning_of_another(void)
{
	bsn_chain *chain = xuper_chain_new();
	g_autoptr(Layer) store = layer_store(chain);
	g_autoptr(Layer) layer = layer_over(store);
	Utxo utxo = utxo_of(1, 5, 0);
	guint8 longer[1 + HASH_LEN + 4];

	longer[0] = 'a';
	memcpy(longer + 1, utxo.txid, HASH_LEN);
	memset(longer + 1 + HASH_LEN, 0, 4);
	assert_ok(utxo_add(layer, bsn_slice_of(longer, sizeof(longer)), &utxo,
			   NULL));
	assert_ok(utxo_add(layer, text(""), &utxo, NULL));
	assert_scan(layer, "a", 0, 0);
	assert_balance(layer, "a", 1, 0, 0, 0);
	assert_scan(layer, "", 1, 5);
	xuper_chain_free(chain);
}

static void
test_owner_of_fees_has_a_balance_alone(void)
{
	bsn_chain *chain = xuper_chain_new();
	g_autoptr(Layer) store = layer_store(chain);
	g_autoptr(Layer) layer = layer_over(store);
	Utxo utxo = utxo_of(1, 5, 0);

	add(layer, OWNER_FEE, 1, 5, 0);
	add(layer, OWNER_FEE, 2, 6, 0);
	assert_balance(layer, OWNER_FEE, 1, 11, 0, 2);
	g_assert_cmpint(utxo_get(layer, text(OWNER_FEE), &utxo, NULL), ==,
			BSN_NOT_FOUND);
	assert_scan(layer, OWNER_FEE, 0, 0);
	xuper_chain_free(chain);
}

static void
test_too_much_and_too_long_are_refused(void)
{
	bsn_chain *chain = xuper_chain_new();
	g_autoptr(Layer) store = layer_store(chain);
	g_autoptr(Layer) layer = layer_over(store);
	Utxo utxo = utxo_of(1, 1, 0);
	char owner[UTXO_OWNER_MAX + 2] = { 0 };
	guint64 mark;

	memset(owner, 'o', UTXO_OWNER_MAX);
	assert_ok(utxo_add(layer, text(owner), &utxo, NULL));
	owner[UTXO_OWNER_MAX] = 'o';
	g_assert_cmpint(utxo_add(layer, text(owner), &utxo, NULL), ==,
			BSN_TOO_LARGE);
	g_assert_cmpint(utxo_get(layer, text(owner), &utxo, NULL), ==,
			BSN_NOT_FOUND);
	assert_balance(layer, owner, 0, 0, 0, 0);
	add(layer, "rich", 2, 1, 0);
	mark = layer_mark(layer);
	utxo = utxo_of(3, 0, 0);
	memset(utxo.amount, 0xff, AMOUNT_LEN);
	g_assert_cmpint(utxo_add(layer, text("rich"), &utxo, NULL), ==,
			BSN_TOO_LARGE);
	utxo.frozen = FROZEN_FOR_EVER;
	g_assert_cmpint(utxo_add(layer, text("rich"), &utxo, NULL), ==,
			BSN_TOO_LARGE);
	g_assert_cmpuint(layer_mark(layer), ==, mark);
	xuper_chain_free(chain);
}

/* ---- selection ---- */

typedef struct {
	int32_t status;
	guint n;
	guint8 sum[AMOUNT_LEN];
	GArray *chosen;
} Selected;

static gboolean
is_taken(void *owner, const Utxo *utxo)
{
	const Utxo *taken = owner;

	return memcmp(taken->txid, utxo->txid, HASH_LEN) == 0;
}

static void
select_from(Layer *layer, guint64 need, guint64 height, guint max,
	    const guint8 *from, const Utxo *taken, Selected *selected)
{
	bsn_err err = BSN_ERR_INIT;
	guint8 amount[AMOUNT_LEN], sum[AMOUNT_LEN] = { 0 };

	amount_from_u64(need, amount);
	selected->status = utxo_select(layer, text("alice"), amount, height,
				       max, from,
				       taken != NULL ? is_taken : NULL,
				       (void *)taken, selected->chosen,
				       selected->sum, &err);
	g_assert_true((selected->status == BSN_OK) == (err.reason[0] == '\0'));
	for (guint i = 0; i < selected->chosen->len; i++) {
		Utxo *utxo = &g_array_index(selected->chosen, Utxo, i);

		g_assert_true(utxo_free_at(utxo, height));
		g_assert_true(taken == NULL || !is_taken((void *)taken, utxo));
		g_assert_true(amount_add(sum, sum, utxo->amount));
	}
	assert_bytes(sum, AMOUNT_LEN, selected->sum, AMOUNT_LEN);
	g_assert_cmpuint(selected->chosen->len, <=, max);
	g_assert_true(selected->status != BSN_OK ||
		      amount_compare(sum, amount) >= 0);
	g_assert_true(selected->status == BSN_OK || amount_is_zero(sum));
}

static void
assert_select(Layer *layer, guint64 need, guint64 height, guint max,
	      const Utxo *taken, int32_t status, guint64 sum)
{
	Selected selected = { .chosen = g_array_new(FALSE, FALSE,
						    sizeof(Utxo)) };

	select_from(layer, need, height, max, first_txid, taken, &selected);
	g_assert_cmpint(selected.status, ==, status);
	assert_amount(selected.sum, sum);
	g_array_unref(selected.chosen);
}

static void
test_selection_answers_what_is_needed(void)
{
	bsn_chain *chain = xuper_chain_new();
	g_autoptr(Layer) store = layer_store(chain);
	g_autoptr(Layer) layer = layer_over(store);
	const Utxo taken = utxo_of(1, 50, 0);

	assert_select(layer, 1, 5, 10, NULL, BSN_DENIED, 0);
	assert_select(layer, 0, 5, 10, NULL, BSN_OK, 0);
	add(layer, "alice", 1, 50, 0);
	add(layer, "alice", 2, 30, 10);
	add(layer, "alice", 3, 1000, FROZEN_FOR_EVER);
	assert_select(layer, 50, 5, 10, NULL, BSN_OK, 50);
	assert_select(layer, 51, 5, 10, NULL, BSN_DENIED, 0);
	assert_select(layer, 51, 10, 10, NULL, BSN_DENIED, 0);
	assert_select(layer, 51, 11, 10, NULL, BSN_OK, 80);
	assert_select(layer, 81, 11, 10, NULL, BSN_DENIED, 0);
	assert_select(layer, 51, 11, 1, NULL, BSN_BUSY, 0);
	assert_select(layer, 51, 11, 10, &taken, BSN_BUSY, 0);
	assert_select(layer, 30, 11, 10, &taken, BSN_OK, 30);
	assert_select(layer, 1, 11, 0, NULL, BSN_BUSY, 0);
	xuper_chain_free(chain);
}

/* From the place it is given, and around. */
static void
test_selection_begins_at_a_place(void)
{
	bsn_chain *chain = xuper_chain_new();
	g_autoptr(Layer) store = layer_store(chain);
	g_autoptr(Layer) layer = layer_over(store);
	Selected selected = { .chosen = g_array_new(FALSE, FALSE,
						    sizeof(Utxo)) };

	for (guint i = 0; i < 20; i++)
		add(layer, "alice", i, 1, 0);
	for (guint i = 0; i < 20; i++) {
		const Utxo from = utxo_of(i, 1, 0);

		select_from(layer, 1, 5, 10, from.txid, NULL, &selected);
		assert_ok(selected.status);
		assert_bytes(g_array_index(selected.chosen, Utxo, 0).txid,
				HASH_LEN, from.txid, HASH_LEN);
		select_from(layer, 20, 5, 20, from.txid, NULL, &selected);
		assert_ok(selected.status);
		g_assert_cmpuint(selected.chosen->len, ==, 20);
	}
	g_array_unref(selected.chosen);
	xuper_chain_free(chain);
}

/* Whoever sends dust to an address does not keep it from paying. */
static void
test_selection_keeps_the_larger_of_many(void)
{
	bsn_chain *chain = xuper_chain_new();
	g_autoptr(Layer) store = layer_store(chain);
	g_autoptr(Layer) layer = layer_over(store);

	for (guint i = 0; i < 1000; i++)
		add(layer, "alice", i, i % 100 == 99 ? 1000 : 1, 0);
	assert_select(layer, 10000, 5, 10, NULL, BSN_OK, 10000);
	assert_select(layer, 10001, 5, 10, NULL, BSN_BUSY, 0);
	assert_select(layer, 10001, 5, 11, NULL, BSN_OK, 10001);
	xuper_chain_free(chain);
}

/* Looking is bounded, however much there is that does not help. */
static void
test_selection_gives_up(void)
{
	bsn_chain *chain = xuper_chain_new();
	g_autoptr(Layer) store = layer_store(chain);
	g_autoptr(Layer) layer = layer_over(store);

	for (guint i = 0; i < 3 * UTXO_LOOKS; i++)
		add(layer, "alice", i, 1, 0);
	xuper_fold(chain, layer);
	xuper_touched = 0;
	assert_select(store, 2 * UTXO_LOOKS, 5, 1, NULL, BSN_BUSY, 0);
	g_assert_cmpuint(xuper_touched, <, UTXO_LOOKS + 10);
	xuper_chain_free(chain);
}

/* ---- a million ---- */

#if defined(__SANITIZE_ADDRESS__)
#define MANY 100000u
#else
#define MANY 1000000u
#endif

/* What a transfer reads of the store when `n` outputs are there: it chooses,
 * spends and pays back what is left. */
static guint64
touched_by_transfer(guint n, guint transfers)
{
	bsn_chain *chain = xuper_chain_new();
	g_autoptr(Layer) store = layer_store(chain);
	Layer *genesis = layer_over(store);
	g_autoptr(Layer) layer = NULL;
	Selected selected = { .chosen = g_array_new(FALSE, FALSE,
						    sizeof(Utxo)) };

	for (guint i = 0; i < n; i++)
		add(genesis, "alice", i, 10, i % 10 == 9 ? 1000 : 0);
	xuper_fold(chain, genesis);
	layer_unref(genesis);
	layer = layer_over(store);
	xuper_touched = 0;
	for (guint i = 0; i < transfers; i++) {
		const Utxo from = utxo_of(n + i, 0, 0);

		select_from(layer, 15, 5, 100, from.txid, NULL, &selected);
		assert_ok(selected.status);
		for (guint j = 0; j < selected.chosen->len; j++)
			assert_ok(utxo_spend(layer, text("alice"),
					     &g_array_index(selected.chosen,
							    Utxo, j), NULL));
		add(layer, "bob", n + 2 * i, 15, 0);
		add(layer, "alice", n + 2 * i + 1, 5, 0);
	}
	g_array_unref(selected.chosen);
	xuper_chain_free(chain);
	return xuper_touched;
}

static void
test_a_million_outputs_cost_no_more(void)
{
	const guint transfers = 200;
	const guint64 few = touched_by_transfer(1000, transfers);
	const guint64 many = touched_by_transfer(MANY, transfers);

	g_test_message("entries touched: %" G_GUINT64_FORMAT
		       " and %" G_GUINT64_FORMAT, few, many);
	g_assert_cmpuint(many, <=, few);
	g_assert_cmpuint(many, <, 10 * transfers);
}

/* ---- values ---- */

static XVersion
version_of(guint number)
{
	const Utxo utxo = utxo_of(number, 0, 0);
	XVersion version = { TRUE, { 0 }, (gint32)number };

	memcpy(version.txid, utxo.txid, HASH_LEN);
	return version;
}

static void
assert_value(Layer *layer, const char *bucket, const char *key,
	     const XVersion *expected, bsn_slice value)
{
	g_autoptr(GByteArray) found = g_byte_array_new();
	XVersion version, again;

	assert_ok(xmodel_get(layer, text(bucket), text(key), &version, found,
			     NULL));
	assert_ok(xmodel_get(layer, text(bucket), text(key), &again, NULL,
			     NULL));
	g_assert_true(xversion_equal(&version, expected));
	g_assert_true(xversion_equal(&again, expected));
	g_assert_true(bsn_slice_equal(buffer_slice(found), value));
}

static void
test_value_has_the_version_that_wrote_it(void)
{
	bsn_chain *chain = xuper_chain_new();
	g_autoptr(Layer) store = layer_store(chain);
	g_autoptr(Layer) layer = layer_over(store);
	const bsn_slice gone = bsn_slice_of(XMODEL_DELETED, XMODEL_DELETED_LEN);
	const XVersion none = { 0 }, one = version_of(1), two = version_of(2);

	assert_value(layer, "bucket", "key", &none, text(""));
	xmodel_put(layer, text("bucket"), text("key"), &one, text("value"));
	assert_value(layer, "bucket", "key", &one, text("value"));
	assert_value(layer, "bucke", "tkey", &none, text(""));
	xuper_fold(chain, layer);
	assert_value(store, "bucket", "key", &one, text("value"));
	xmodel_put(layer, text("bucket"), text("key"), &two, gone);
	assert_value(layer, "bucket", "key", &two, gone);
	g_assert_true(xmodel_is_deleted(gone));
	g_assert_false(xmodel_is_deleted(text("")));
	g_assert_false(xversion_equal(&one, &two));
	g_assert_false(xversion_equal(&one, &none));
	g_assert_true(xversion_equal(&none, &none));
	xuper_chain_free(chain);
}

typedef struct {
	XScan scan;
	GString *text;
} Keys;

static int32_t
take_key(XScan *scan, bsn_slice key, const XVersion *version, bsn_slice value)
{
	Keys *keys = (Keys *)scan;

	g_string_append_printf(keys->text, "%.*s@%d=%.*s ", (int)key.len,
			       (const char *)key.data, version->offset,
			       xmodel_is_deleted(value) ? 1 : (int)value.len,
			       xmodel_is_deleted(value)
				       ? "-"
				       : (const char *)value.data);
	return BSN_OK;
}

static void
assert_keys(Layer *layer, const char *bucket, const char *from, const char *to,
	    const char *expected)
{
	Keys keys = { { take_key }, g_string_new(NULL) };

	assert_ok(xmodel_scan(layer, text(bucket), text(from), text(to),
			      &keys.scan, NULL));
	g_assert_cmpstr(keys.text->str, ==, expected);
	g_string_free(keys.text, TRUE);
}

static void
test_scan_stays_in_its_bucket(void)
{
	bsn_chain *chain = xuper_chain_new();
	g_autoptr(Layer) store = layer_store(chain);
	g_autoptr(Layer) layer = layer_over(store);
	const XVersion one = version_of(1);
	char key[XMODEL_KEY_MAX + 2] = { 0 };
	g_autofree char *longest = g_strnfill(XMODEL_KEY_MAX, 'z');
	g_autofree char *found = g_strconcat(longest, "@1=6 ", NULL);

	memset(key, 'z', XMODEL_KEY_MAX + 1);
	xmodel_put(layer, text("b"), text("k1"), &one, text("1"));
	xmodel_put(layer, text("b"), text("k2"), &one,
		   bsn_slice_of(XMODEL_DELETED, XMODEL_DELETED_LEN));
	xmodel_put(layer, text("b\xff"), text("k3"), &one, text("3"));
	xmodel_put(layer, text("c"), text("k4"), &one, text("4"));
	xmodel_put(layer, text(""), text("k5"), &one, text("5"));
	assert_keys(layer, "b", "", "", "k1@1=1 k2@1=- ");
	assert_keys(layer, "b", "k1", "k2", "k1@1=1 ");
	assert_keys(layer, "b", "k2", "", "k2@1=- ");
	assert_keys(layer, "b\xff", "", "", "k3@1=3 ");
	assert_keys(layer, "", "", "", "k5@1=5 ");
	/* Bounds that are longer than a key can be. */
	xmodel_put(layer, text("b"), text(longest), &one, text("6"));
	assert_keys(layer, "b", key, "", "");
	assert_keys(layer, "b", "y", key, found);
	xuper_chain_free(chain);
}

static void
test_values_keep_to_their_limits(void)
{
	bsn_chain *chain = xuper_chain_new();
	g_autoptr(Layer) store = layer_store(chain);
	char bucket[XMODEL_BUCKET_MAX + 2] = { 0 };
	char key[XMODEL_KEY_MAX + 2] = { 0 };
	XScan scan = { NULL };
	XVersion version;

	memset(bucket, 'b', XMODEL_BUCKET_MAX);
	memset(key, 'k', XMODEL_KEY_MAX);
	g_assert_true(xmodel_fits(text(bucket), text(key), text("")));
	g_assert_false(xmodel_fits(text(bucket), text(key),
				   bsn_slice_of(key, XMODEL_VALUE_MAX + 1)));
	assert_ok(xmodel_get(store, text(bucket), text(key), &version, NULL,
			     NULL));
	key[XMODEL_KEY_MAX] = 'k';
	g_assert_false(xmodel_fits(text(""), text(key), text("")));
	g_assert_cmpint(xmodel_get(store, text(""), text(key), &version, NULL,
				   NULL), ==, BSN_TOO_LARGE);
	bucket[XMODEL_BUCKET_MAX] = 'b';
	g_assert_false(xmodel_fits(text(bucket), text(""), text("")));
	g_assert_cmpint(xmodel_scan(store, text(bucket), text(""), text(""),
				    &scan, NULL), ==, BSN_TOO_LARGE);
	xuper_chain_free(chain);
}

/* ---- a damaged store ---- */

static int32_t
no_item(XScan *scan, bsn_slice key, const XVersion *version, bsn_slice value)
{
	return BSN_OK;
}

static void
assert_corrupt(int32_t status, const bsn_err *err)
{
	g_assert_cmpint(status, ==, BSN_E_CORRUPT);
	g_assert_cmpstr(err->reason, !=, "");
}

/* Every key of the state with another value: none is passed off as right. */
static void
damage(bsn_chain *chain, bsn_slice key, bsn_slice value)
{
	GBytes *was = fake_chain_get(chain, key);
	g_autoptr(Layer) store = layer_store(chain);
	g_autoptr(GArray) chosen = g_array_new(FALSE, FALSE, sizeof(Utxo));
	XScan scan = { no_item };
	Count count = { { count_one }, 0, { 0 } };
	bsn_err err = BSN_ERR_INIT;
	guint8 amount[AMOUNT_LEN], sum[AMOUNT_LEN];
	Utxo utxo = utxo_of(1, 0, 0);
	Balance balance;
	XVersion version;

	g_assert_nonnull(was);
	fake_chain_put(chain, key, value);
	amount_from_u64(200, amount);
	switch (key.data[0]) {
	case 'X':
		assert_corrupt(xmodel_get(store, text("b"), text("k"),
					  &version, NULL, &err), &err);
		assert_corrupt(xmodel_scan(store, text("b"), text(""),
					   text(""), &scan, &err), &err);
		break;
	case 'U':
		assert_corrupt(utxo_get(store, text("alice"), &utxo, &err),
			       &err);
		assert_corrupt(utxo_scan(store, text("alice"), &count.scan,
					 &err), &err);
		break;
	case 'Z':
		assert_corrupt(utxo_scan(store, text("alice"), &count.scan,
					 &err), &err);
		break;
	case 'F':
		assert_corrupt(balance_get(store, text("alice"), 1, &balance,
					   &err), &err);
		assert_corrupt(utxo_select(store, text("alice"), amount, 100,
					   9, first_txid, NULL, NULL, chosen,
					   sum, &err), &err);
		break;
	default:
		assert_corrupt(balance_get(store, text("alice"), 1, &balance,
					   &err), &err);
		assert_corrupt(utxo_select(store, text("alice"), amount, 100,
					   9, first_txid, NULL, NULL, chosen,
					   sum, &err), &err);
		break;
	}
	fake_chain_put(chain, key, bytes_slice(was));
	g_bytes_unref(was);
}

static void
test_damaged_state_is_found(void)
{
	bsn_chain *chain = xuper_chain_new();
	g_autoptr(Layer) store = layer_store(chain);
	g_autoptr(Layer) layer = layer_over(store);
	g_autoptr(GArray) writes =
		g_array_new(FALSE, FALSE, sizeof(bsn_write));
	const XVersion one = version_of(1);
	guint8 wrong[80] = { 0 };

	memset(wrong + 1, 0xff, sizeof(wrong) - 1);
	add(layer, "alice", 1, 100, 0);
	add(layer, "alice", 2, 150, 20);
	xmodel_put(layer, text("b"), text("k"), &one, text("v"));
	xuper_fold(chain, layer);
	layer_writes(layer, writes);
	g_assert_cmpuint(writes->len, ==, 5);
	for (guint i = 0; i < writes->len; i++) {
		const bsn_write *write = &g_array_index(writes, bsn_write, i);

		if (write->key.data[0] != 'X')
			damage(chain, write->key,
			       bsn_slice_of(wrong, sizeof(wrong)));
		if (strchr("XZB", write->key.data[0]) != NULL)
			damage(chain, write->key, bsn_slice_of(wrong, 3));
	}
	xuper_chain_free(chain);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} tests[] = {
		{ "output-is-there-until-it-is-spent",
		  test_output_is_there_until_it_is_spent },
		{ "frozen-output-thaws-behind-its-height",
		  test_frozen_output_thaws_behind_its_height },
		{ "balance-knows-what-is-frozen",
		  test_balance_knows_what_is_frozen },
		{ "no-owner-is-the-beginning-of-another",
		  test_no_owner_is_the_beginning_of_another },
		{ "owner-of-fees-has-a-balance-alone",
		  test_owner_of_fees_has_a_balance_alone },
		{ "too-much-and-too-long-are-refused",
		  test_too_much_and_too_long_are_refused },
		{ "selection-answers-what-is-needed",
		  test_selection_answers_what_is_needed },
		{ "selection-begins-at-a-place",
		  test_selection_begins_at_a_place },
		{ "selection-keeps-the-larger-of-many",
		  test_selection_keeps_the_larger_of_many },
		{ "selection-gives-up", test_selection_gives_up },
		{ "a-million-outputs-cost-no-more",
		  test_a_million_outputs_cost_no_more },
		{ "value-has-the-version-that-wrote-it",
		  test_value_has_the_version_that_wrote_it },
		{ "scan-stays-in-its-bucket", test_scan_stays_in_its_bucket },
		{ "values-keep-to-their-limits",
		  test_values_keep_to_their_limits },
		{ "damaged-state-is-found", test_damaged_state_is_found },
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path =
			g_strconcat("/xuper/utxo/", tests[i].name, NULL);

		g_test_add_func(path, tests[i].run);
	}
	return g_test_run();
}
