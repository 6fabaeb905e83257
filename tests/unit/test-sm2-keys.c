/* SPDX-License-Identifier: Apache-2.0
 *
 * Which public keys get a table of multiples and keep it, and that verdicts do
 * not depend on it: with threads, and in batches.
 */
#include <string.h>

#include "plugins/crypto-gm/gm.h"
#include "plugins/crypto-gm/sm2_digest.h"
#include "plugins/crypto-gm/sm2_keys.h"
#include "tests/unit/signature-rules.h"

#define BUSY 48u
#define FLOOD 30000u
/* Flooding keys between two uses of the busy ones. */
#define PAUSE 600u
#define THREADS 3u
#define SIGNED_KEYS 24u

typedef struct {
	guint8 bytes[SM2_POINT_LEN];
} Name;

/* The cache takes the caller's word that this is the key of curve_g. */
static Name
any_name(void)
{
	Name name;

	test_random(name.bytes, sizeof(name.bytes));
	return name;
}

static gboolean
use(const Name *name)
{
	Sm2Key *key = sm2_key_find(name->bytes);

	if (key == NULL) {
		sm2_key_met(name->bytes, &curve_g);
		return FALSE;
	}
	sm2_key_release(key);
	return TRUE;
}

static void
a_table_is_made_when_it_is_worth_it(void)
{
	Name name = any_name();

	for (guint i = 0; i < SM2_KEYS_WORTH; i++)
		g_assert_false(use(&name));
	g_assert_true(use(&name));
	g_assert_true(use(&name));
}

static void
a_key_has_its_own_table_and_identity(void)
{
	static Affine expected[SM2_TABLE_POINTS];
	guint8 identity[SM3_LEN];
	Name name = any_name();
	Sm2Key *key;

	while (!use(&name))
		continue;
	key = sm2_key_find(name.bytes);
	sm2_table_make(expected, &curve_g);
	g_assert_cmpint(
		sm2_identity(name.bytes, (bsn_slice){ NULL, 0 }, identity), ==,
		BSN_OK);
	ASSERT_SAME(sm2_key_identity(key), identity, SM3_LEN);
	ASSERT_SAME(sm2_key_table(key), expected, sizeof(expected));
	sm2_key_release(key);
}

/* One in a hundred of them may be taken for another that was met before. */
static void
keys_met_once_drive_out_none_and_get_no_table(void)
{
	Name busy[BUSY], once;
	guint64 made;

	for (guint i = 0; i < BUSY; i++) {
		busy[i] = any_name();
		for (guint j = 0; j < 4 * SM2_KEYS_WORTH; j++)
			use(&busy[i]);
	}
	made = sm2_keys_made();
	for (guint i = 0; i < FLOOD; i++) {
		once = any_name();
		g_assert_false(use(&once));
		if (i % PAUSE != 0)
			continue;
		for (guint j = 0; j < BUSY; j++)
			g_assert_true(use(&busy[j]));
	}
	g_assert_cmpuint(sm2_keys_made() - made, <, FLOOD / 100);
}

/* More keys than there is room for, then others: those come in. */
static void
busy_keys_take_the_place_of_idle_ones(void)
{
	Name name;
	guint uses;

	for (guint i = 0; i < SM2_KEYS + SM2_KEYS / 8; i++) {
		name = any_name();
		for (guint j = 0; j < 2 * SM2_KEYS_WORTH && !use(&name); j++)
			continue;
	}
	for (guint i = 0; i < BUSY; i++) {
		name = any_name();
		for (uses = 0; !use(&name); uses++)
			g_assert_cmpuint(uses, <, 1000);
	}
}

/* ---- verdicts ------------------------------------------------------------ */

typedef struct {
	KeyPair pair;
	guint8 signature[SM2_SIGNATURE_LEN];
} Signed;

static Signed all_signed[SIGNED_KEYS];
static const char text[] = "a transaction";

static void
sign_all(void)
{
	for (guint i = 0; i < SIGNED_KEYS; i++) {
		key_pair_random(&gm_sm2, &all_signed[i].pair);
		g_assert_cmpint(gm_sm2.sign(all_signed[i].pair.private_key,
					    BSN_SIGN_STANDARD,
					    (bsn_slice){ NULL, 0 },
					    bsn_slice_str(text),
					    all_signed[i].signature),
				==, BSN_OK);
	}
}

static bsn_verify_item
item_of(const Signed *one)
{
	return (bsn_verify_item){
		.size = sizeof(bsn_verify_item),
		.public_key = bsn_slice_of(one->pair.public_key, 64),
		.message = bsn_slice_str(text),
		.signature = bsn_slice_of(one->signature, 64),
	};
}

/* Names that are busy for a moment drive out what others are reading. */
static gpointer
replaces(gpointer data)
{
	(void)data;
	for (guint i = 0; i < 200; i++) {
		Name name = any_name();

		for (guint j = 0; j < 20 && !use(&name); j++)
			continue;
	}
	return NULL;
}

static gpointer
verifies(gpointer data)
{
	Signed wrong;

	(void)data;
	for (guint i = 0; i < 20 * SIGNED_KEYS; i++) {
		const Signed *one = &all_signed[i % SIGNED_KEYS];
		bsn_verify_item item = item_of(one);

		g_assert_cmpint(gm_sm2.verify(&item), ==, BSN_OK);
		wrong = *one;
		wrong.signature[i % 64] ^= 1;
		item = item_of(&wrong);
		g_assert_cmpint(gm_sm2.verify(&item), ==, BSN_BAD_SIGNATURE);
	}
	return NULL;
}

static void
threads_share_tables_while_others_are_made(void)
{
	GThread *threads[THREADS + 1];

	sign_all();
	for (guint i = 0; i < THREADS; i++)
		threads[i] = g_thread_new(NULL, verifies, NULL);
	threads[THREADS] = g_thread_new(NULL, replaces, NULL);
	for (guint i = 0; i <= THREADS; i++)
		g_thread_join(threads[i]);
}

/* An item as a later version of the ABI may have it. */
typedef struct {
	bsn_verify_item item;
	guint64 more[3];
} LongItem;

static void
a_batch_goes_by_the_size_of_its_items(void)
{
	LongItem items[SIGNED_KEYS];
	int32_t results[SIGNED_KEYS];

	sign_all();
	memset(items, 0xff, sizeof(items));
	for (guint i = 0; i < SIGNED_KEYS; i++) {
		items[i].item = item_of(&all_signed[i]);
		items[i].item.size = sizeof(LongItem);
	}
	all_signed[5].signature[40] ^= 1;
	items[7].item.public_key.len--;
	items[9].item.convention = BSN_SIGN_DIGEST + 1;
	items[11].item.message.data = NULL;
	g_assert_cmpint(
		gm_sm2.verify_many(&items[0].item, SIGNED_KEYS, results), ==,
		BSN_OK);
	for (guint i = 0; i < SIGNED_KEYS; i++) {
		int32_t expected = i == 5 || i == 7 ? BSN_BAD_SIGNATURE
				   : i == 9	    ? BSN_NOT_OFFERED
				   : i == 11	    ? BSN_E_INVALID
						    : BSN_OK;

		g_assert_cmpint(results[i], ==, expected);
		g_assert_cmpint(gm_sm2.verify(&items[i].item), ==, expected);
	}
}

/* One key that nobody met before: its table is made within the batch. */
static void
a_batch_of_one_new_key_is_judged_item_by_item(void)
{
	bsn_verify_item items[SIGNED_KEYS];
	int32_t results[SIGNED_KEYS];
	Signed copies[SIGNED_KEYS];

	sign_all();
	for (guint i = 0; i < SIGNED_KEYS; i++) {
		copies[i] = all_signed[0];
		if (i % 3 == 1)
			copies[i].signature[i] ^= 0x10;
		items[i] = item_of(&copies[i]);
	}
	g_assert_cmpint(gm_sm2.verify_many(items, SIGNED_KEYS, results), ==,
			BSN_OK);
	for (guint i = 0; i < SIGNED_KEYS; i++)
		g_assert_cmpint(results[i], ==,
				i % 3 == 1 ? BSN_BAD_SIGNATURE : BSN_OK);
}

int
main(int argc, char **argv)
{
	bsn_err err = { .size = sizeof(err) };

	g_test_init(&argc, &argv, NULL);
	g_assert_cmpint(gm_sm3_open(&err), ==, BSN_OK);
	g_assert_cmpint(gm_sm2_open(&err), ==, BSN_OK);
	g_test_add_func("/sm2-keys/a-table-is-made-when-it-is-worth-it",
			a_table_is_made_when_it_is_worth_it);
	g_test_add_func("/sm2-keys/a-key-has-its-own-table-and-identity",
			a_key_has_its_own_table_and_identity);
	g_test_add_func(
		"/sm2-keys/keys-met-once-drive-out-none-and-get-no-table",
		keys_met_once_drive_out_none_and_get_no_table);
	g_test_add_func("/sm2-keys/busy-keys-take-the-place-of-idle-ones",
			busy_keys_take_the_place_of_idle_ones);
	g_test_add_func("/sm2-keys/threads-share-tables-while-others-are-made",
			threads_share_tables_while_others_are_made);
	g_test_add_func("/sm2-keys/a-batch-goes-by-the-size-of-its-items",
			a_batch_goes_by_the_size_of_its_items);
	g_test_add_func(
		"/sm2-keys/a-batch-of-one-new-key-is-judged-item-by-item",
		a_batch_of_one_new_key_is_judged_item_by_item);
	return g_test_run();
}
