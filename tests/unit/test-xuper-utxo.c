/* SPDX-License-Identifier: Apache-2.0
 *
 * engine-xuper's unspent outputs, balances, and how those are chosen that pay.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/state/utxo.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/xuper-store.h"
#include "tools/conform/sanitized.h"

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
	Utxo utxo;

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
	utxo = utxo_of(4, 4000, FROZEN_FOR_EVER);
	assert_ok(utxo_spend(layer, text("alice"), &utxo, NULL));
	assert_balance(layer, "alice", 15, 123, 3, 3);
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

#if SANITIZED
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
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path =
			g_strconcat("/xuper/utxo/", tests[i].name, NULL);

		g_test_add_func(path, tests[i].run);
	}
	return g_test_run();
}
