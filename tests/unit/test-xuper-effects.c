/* SPDX-License-Identifier: Apache-2.0
 *
 * What transactions do to engine-xuper's state, and that one which is not as it
 * says is an error.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/ledger/effects.h"
#include "plugins/engine-xuper/state/xmodel.h"
#include "tests/unit/xuper-made.h"

typedef struct {
	bsn_chain *chain;
	Layer *store, *layer;
	Tx *first; /* an output of 100 for alice */
} Bench;

static void
bench_init(Bench *bench)
{
	Made *made = made_new();

	bench->chain = xuper_chain_new();
	bench->store = layer_store(bench->chain);
	bench->layer = layer_over(bench->store);
	made_output(made, "alice", 100, 0);
	bench->first = made_tx(made);
	g_assert_cmpint(effects_apply(bench->layer, bench->first, NULL), ==,
			BSN_OK);
}

static void
bench_clear(Bench *bench)
{
	tx_unref(bench->first);
	layer_unref(bench->layer);
	layer_unref(bench->store);
	xuper_chain_free(bench->chain);
}

static guint64
total(Layer *layer, const char *owner)
{
	Balance balance;
	guint64 sum = 0;

	g_assert_cmpint(balance_get(layer, bsn_slice_str(owner), 1, &balance,
				    NULL), ==, BSN_OK);
	for (guint i = 0; i < AMOUNT_LEN; i++)
		sum = sum << 8 | balance.total[i];
	return sum;
}

static void
test_outputs_follow_inputs(void)
{
	Bench bench;
	Utxo utxo;
	Made *made = made_new();
	g_autoptr(Tx) tx = NULL;

	bench_init(&bench);
	utxo = made_utxo(bench.first, 0);
	made_input(made, "alice", &utxo);
	made_output(made, "bob", 60, 0);
	made_output(made, "alice", 39, 0);
	made_output(made, OWNER_FEE, 1, 0);
	tx = made_tx(made);
	g_assert_cmpint(effects_apply(bench.layer, tx, NULL), ==, BSN_OK);
	g_assert_cmpuint(total(bench.layer, "alice"), ==, 39);
	g_assert_cmpuint(total(bench.layer, "bob"), ==, 60);
	g_assert_cmpuint(total(bench.layer, OWNER_FEE), ==, 1);
	utxo = made_utxo(tx, 1);
	g_assert_cmpint(utxo_get(bench.layer, bsn_slice_str("alice"), &utxo,
				 NULL), ==, BSN_OK);
	/* Twice is once too much. */
	g_assert_cmpint(effects_apply(bench.layer, tx, NULL), ==,
			BSN_NOT_FOUND);
	bench_clear(&bench);
}

static void
test_values_have_their_place(void)
{
	Bench bench;
	Made *made = made_new();
	g_autoptr(Tx) tx = NULL;
	g_autoptr(GByteArray) value = g_byte_array_new();
	XVersion version;

	bench_init(&bench);
	made_put(made, BUCKET_TRANSIENT, "contractEvent", bsn_slice_str("e"));
	made_put(made, "bucket", "key", bsn_slice_str("value"));
	tx = made_tx(made);
	g_assert_cmpint(effects_apply(bench.layer, tx, NULL), ==, BSN_OK);
	g_assert_cmpint(xmodel_get(bench.layer, bsn_slice_str("bucket"),
				   bsn_slice_str("key"), &version, value,
				   NULL), ==, BSN_OK);
	g_assert_true(version.there);
	g_assert_cmpint(version.offset, ==, 1);
	g_assert_cmpint(memcmp(version.txid, tx->id, HASH_LEN), ==, 0);
	g_assert_cmpuint(value->len, ==, 5);
	g_assert_cmpint(xmodel_get(bench.layer,
				   bsn_slice_str(BUCKET_TRANSIENT),
				   bsn_slice_str("contractEvent"), &version,
				   NULL, NULL), ==, BSN_OK);
	g_assert_false(version.there);
	bench_clear(&bench);
}

/* Alice's output with something changed. */
static void
assert_spend(const char *owner, void (*change)(Utxo *utxo), int32_t expected)
{
	Bench bench;
	bsn_err err = BSN_ERR_INIT;
	Made *made = made_new();
	g_autoptr(Tx) tx = NULL;
	guint64 mark;
	Utxo utxo;

	bench_init(&bench);
	utxo = made_utxo(bench.first, 0);
	if (change != NULL)
		change(&utxo);
	made_input(made, owner, &utxo);
	made_output(made, "bob", 100, 0);
	tx = made_tx(made);
	mark = layer_mark(bench.layer);
	g_assert_cmpint(effects_apply(bench.layer, tx, &err), ==, expected);
	g_assert_true((expected == BSN_OK) == (err.reason[0] == '\0'));
	layer_revert(bench.layer, mark);
	g_assert_cmpuint(total(bench.layer, "alice"), ==, 100);
	g_assert_cmpuint(total(bench.layer, "bob"), ==, 0);
	bench_clear(&bench);
}

static void
other_txid(Utxo *utxo)
{
	utxo->txid[0] ^= 1;
}

static void
other_offset(Utxo *utxo)
{
	utxo->offset++;
}

static void
other_amount(Utxo *utxo)
{
	utxo->amount[AMOUNT_LEN - 1]++;
}

static void
test_inputs_are_what_they_say(void)
{
	assert_spend("alice", NULL, BSN_OK);
	assert_spend("bob", NULL, BSN_NOT_FOUND);
	assert_spend("alice", other_txid, BSN_NOT_FOUND);
	assert_spend("alice", other_offset, BSN_NOT_FOUND);
	assert_spend("alice", other_amount, BSN_NOT_FOUND);
}

static void
test_what_is_too_long_is_refused(void)
{
	Bench bench;
	Made *made = made_new();
	g_autofree char *key = g_strnfill(XMODEL_KEY_MAX + 1, 'k');
	g_autofree char *owner = g_strnfill(UTXO_OWNER_MAX + 1, 'o');
	g_autoptr(Tx) tx = NULL;

	bench_init(&bench);
	made_put(made, "bucket", key, bsn_slice_str("value"));
	tx = made_tx(made);
	g_assert_cmpint(effects_apply(bench.layer, tx, NULL), ==,
			BSN_TOO_LARGE);
	g_clear_pointer(&tx, tx_unref);
	made = made_new();
	made_output(made, owner, 1, 0);
	tx = made_tx(made);
	g_assert_cmpint(effects_apply(bench.layer, tx, NULL), ==,
			BSN_TOO_LARGE);
	bench_clear(&bench);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/effects/outputs-follow-inputs",
			test_outputs_follow_inputs);
	g_test_add_func("/xuper/effects/values-have-their-place",
			test_values_have_their_place);
	g_test_add_func("/xuper/effects/inputs-are-what-they-say",
			test_inputs_are_what_they_say);
	g_test_add_func("/xuper/effects/what-is-too-long-is-refused",
			test_what_is_too_long_is_refused);
	return g_test_run();
}
