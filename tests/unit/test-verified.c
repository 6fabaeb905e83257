/* SPDX-License-Identifier: Apache-2.0
 *
 * How many signatures the host says its plugins' schemes have judged.
 */
#include <bsn/helpers/bytes.h>
#include <string.h>

#include "host/plugin/verified.h"

/* A signature is good when it is the message. */
static int32_t
fake_verify(const bsn_verify_item *item)
{
	if (item->convention != BSN_SIGN_STANDARD)
		return BSN_NOT_OFFERED;
	return bsn_slice_equal(item->message, item->signature)
		       ? BSN_OK
		       : BSN_BAD_SIGNATURE;
}

static int32_t
fake_verify_many(const bsn_verify_item *items, uint64_t n, int32_t *results)
{
	for (uint64_t i = 0; i < n; i++)
		results[i] = fake_verify(&items[i]);
	return n < 100 ? BSN_OK : BSN_E_NOMEM;
}

static int32_t
fake_recover(const uint8_t *digest, const uint8_t *signature,
	     uint8_t *public_key)
{
	*public_key = *digest;
	return *digest == *signature ? BSN_OK : BSN_BAD_SIGNATURE;
}

static bsn_verify_item
item_of(const char *message, const char *signature)
{
	return (bsn_verify_item){ .size = sizeof(bsn_verify_item),
				  .convention = BSN_SIGN_STANDARD,
				  .message = bsn_slice_str(message),
				  .signature = bsn_slice_str(signature) };
}

static void
assert_counts(const char *algorithm, guint good, guint bad)
{
	g_autofree char *want = g_strdup_printf(
		"bsn_signatures_verified_total{algorithm=\"%s\","
		"result=\"good\"} %u\n"
		"bsn_signatures_verified_total{algorithm=\"%s\","
		"result=\"bad\"} %u\n",
		algorithm, good, algorithm, bad);
	Metrics *metrics = metrics_new();
	g_autofree char *page = NULL;

	metrics_add(metrics, verified_metrics, NULL);
	page = metrics_render(metrics);
	metrics_free(metrics);
	if (strstr(page, want) == NULL)
		g_error("\"%s\" is not in \"%s\"", want, page);
}

static void
test_counts(void)
{
	static const bsn_signature fake = {
		.size = sizeof(fake),
		.name = "fake",
		.public_key_len = 1,
		.verify = fake_verify,
		.verify_many = fake_verify_many,
		.recover = fake_recover,
	};
	const bsn_signature *scheme = verified_scheme(&fake);
	bsn_verify_item items[] = { item_of("a", "a"), item_of("b", "x"),
				    item_of("c", "c"), item_of("d", "d") };
	int32_t results[G_N_ELEMENTS(items)];
	guint8 key = 0;

	g_assert_cmpuint(scheme->size, ==, fake.size);
	g_assert_cmpstr(scheme->name, ==, "fake");
	g_assert_true(verified_scheme(&fake) == scheme);
	assert_counts("fake", 0, 0);
	g_assert_cmpint(scheme->verify(&items[0]), ==, BSN_OK);
	g_assert_cmpint(scheme->verify(&items[1]), ==, BSN_BAD_SIGNATURE);
	assert_counts("fake", 1, 1);
	items[3].convention++;
	g_assert_cmpint(scheme->verify(&items[3]), ==, BSN_NOT_OFFERED);
	g_assert_cmpint(scheme->verify_many(items, 4, results), ==, BSN_OK);
	g_assert_cmpint(results[1], ==, BSN_BAD_SIGNATURE);
	g_assert_cmpint(results[3], ==, BSN_NOT_OFFERED);
	assert_counts("fake", 3, 2);
	g_assert_cmpint(
		scheme->recover((const guint8 *)"k", (const guint8 *)"k", &key),
		==, BSN_OK);
	g_assert_cmpuint(key, ==, 'k');
	assert_counts("fake", 4, 2);
}

/* One of an earlier version ends before the functions that came later. */
static void
test_short_table(void)
{
	static const bsn_signature early = {
		.size = offsetof(bsn_signature, verify_many),
		.name = "early",
		.verify = fake_verify,
	};
	const bsn_signature *scheme = verified_scheme(&early);
	const bsn_verify_item item = item_of("a", "a");

	g_assert_false(BSN_HAS(scheme, verify_many));
	g_assert_false(BSN_HAS(scheme, recover));
	g_assert_cmpint(scheme->verify(&item), ==, BSN_OK);
	assert_counts("early", 1, 0);
}

static void
test_too_many(void)
{
	static bsn_signature many[40];
	const bsn_verify_item item = item_of("a", "a");

	for (guint i = 0; i < G_N_ELEMENTS(many); i++) {
		many[i] = (bsn_signature){ .size = sizeof(many[i]),
					   .name = "one of many",
					   .verify = fake_verify };
		g_assert_cmpint(verified_scheme(&many[i])->verify(&item), ==,
				BSN_OK);
	}
	g_assert_true(verified_scheme(&many[39]) == &many[39]);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/verified/counts-good-and-bad", test_counts);
	g_test_add_func("/verified/takes-tables-as-long-as-they-are",
			test_short_table);
	g_test_add_func("/verified/lends-the-plugins-own-when-there-are-many",
			test_too_many);
	return g_test_run();
}
