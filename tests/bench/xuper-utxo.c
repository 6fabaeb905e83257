/* SPDX-License-Identifier: Apache-2.0
 *
 * What a transfer costs engine-xuper's state when an address has few unspent
 * outputs, and many: its inputs are chosen, they are spent, what it pays and
 * gives back is put in, and with the block it is folded into the store. The store
 * is the tests' in memory, a balanced tree. By hand.
 *
 *   xuper-utxo [TRANSFERS [OUTPUTS...]]   50000; 1000 and 1000000
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/ledger/effects.h"
#include "tests/unit/xuper-made.h"

#define BLOCK_TXS 1000u
#define INPUTS_MAX 256u
#define AMOUNT 10u
#define PAID 20u

/* Gives alice so many more, a block at a time. */
static void
fill(bsn_chain *chain, Layer *store, guint n)
{
	static guint given;

	for (guint i = 0; i < n;) {
		g_autoptr(Layer) layer = layer_over(store);

		for (guint end = MIN(n, i + 10 * BLOCK_TXS); i < end; i++) {
			const guint number_given = ++given;
			const bsn_slice number = bsn_slice_of(
				&number_given, sizeof(number_given));
			Utxo utxo = { .offset = 0 };

			suite_double(&xuper_hashing, &number, 1, utxo.txid);
			amount_from_u64(AMOUNT, utxo.amount);
			if (utxo_add(layer, bsn_slice_str("alice"), &utxo,
				     NULL) != BSN_OK)
				g_error("no output");
		}
		xuper_fold(chain, layer);
	}
}

static Tx *
pay(const GArray *chosen)
{
	Made *made = made_new();

	for (guint i = 0; i < chosen->len; i++)
		made_input(made, "alice", &g_array_index(chosen, Utxo, i));
	made_output(made, "bob", PAID, 0);
	return made_tx(made);
}

/* Microseconds of choosing and doing. */
static gint64
transfer(Layer *layer, GRand *rand, GArray *chosen)
{
	guint8 need[AMOUNT_LEN], sum[AMOUNT_LEN], from[HASH_LEN];
	gint64 begun, spent;
	Tx *tx;

	for (guint i = 0; i < HASH_LEN; i++)
		from[i] = (guint8)g_rand_int(rand);
	amount_from_u64(PAID, need);
	begun = g_get_monotonic_time();
	if (utxo_select(layer, bsn_slice_str("alice"), need, 1, INPUTS_MAX,
			from, NULL, NULL, chosen, sum, NULL) != BSN_OK)
		g_error("nothing to pay with");
	spent = g_get_monotonic_time() - begun;
	tx = pay(chosen);
	begun = g_get_monotonic_time();
	if (effects_apply(layer, tx, NULL) != BSN_OK)
		g_error("a transfer that cannot be done");
	spent += g_get_monotonic_time() - begun;
	tx_unref(tx);
	return spent;
}

static void
run(guint outputs, guint transfers)
{
	bsn_chain *chain = xuper_chain_new();
	g_autoptr(Layer) store = layer_store(chain);
	g_autoptr(GRand) rand = g_rand_new_with_seed(1);
	g_autoptr(GArray) chosen = g_array_new(FALSE, FALSE, sizeof(Utxo));
	gint64 spent = 0, folding = 0;
	guint64 touched = 0;
	guint done = 0;

	fill(chain, store, outputs);
	while (done < transfers) {
		/* Few outputs stay as many as they are: a block spends a
		 * part of them, and she gets as much again. */
		const guint n = MIN(BLOCK_TXS, outputs / 8);
		g_autoptr(Layer) layer = layer_over(store);
		gint64 begun;

		xuper_touched = 0;
		for (guint i = 0; i < n; i++, done++)
			spent += transfer(layer, rand, chosen);
		touched += xuper_touched;
		begun = g_get_monotonic_time();
		xuper_fold(chain, layer);
		folding += g_get_monotonic_time() - begun;
		fill(chain, store, n * PAID / AMOUNT);
	}
	printf("%8u outputs: %6.2f us a transfer, %6.2f us folding it, "
	       "%.1f entries of the store read\n",
	       outputs, (double)spent / done, (double)folding / done,
	       (double)touched / done);
	xuper_chain_free(chain);
}

int
main(int argc, char **argv)
{
	const guint transfers = argc > 1 ? (guint)atoi(argv[1]) : 50000;

	if (argc < 3) {
		run(1000, transfers);
		run(1000000, transfers);
	}
	for (int i = 2; i < argc; i++)
		run((guint)atoi(argv[i]), transfers);
	return 0;
}
