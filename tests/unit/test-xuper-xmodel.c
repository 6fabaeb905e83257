/* SPDX-License-Identifier: Apache-2.0
 *
 * engine-xuper's versioned values, and a state that is damaged in the store.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/state/utxo.h"
#include "plugins/engine-xuper/state/xmodel.h"
#include "plugins/kit/sink.h"
#include "tests/unit/xuper-store.h"

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
add(Layer *layer, const char *owner, guint number, guint64 amount,
    gint64 frozen)
{
	const Utxo utxo = utxo_of(number, amount, frozen);

	assert_ok(utxo_add(layer, text(owner), &utxo, NULL));
}

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

static int32_t
no_output(UtxoScan *scan, const Utxo *utxo)
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
	UtxoScan outputs = { no_output };
	static const guint8 first_txid[HASH_LEN];
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
		assert_corrupt(utxo_scan(store, text("alice"), &outputs,
					 &err), &err);
		break;
	case 'Z':
		assert_corrupt(utxo_scan(store, text("alice"), &outputs,
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
			g_strconcat("/xuper/xmodel/", tests[i].name, NULL);

		g_test_add_func(path, tests[i].run);
	}
	return g_test_run();
}
