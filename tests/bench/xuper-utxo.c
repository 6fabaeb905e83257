/* SPDX-License-Identifier: Apache-2.0
 *
 * What a transfer costs engine-xuper's state when an address has few unspent
 * outputs, and many: its inputs are chosen, they are spent, what it pays and
 * gives back is put in, and with the block it is folded into the store. The store
 * is the tests' in memory, a balanced tree; with --disk the host's, in a directory
 * that is gone afterwards, where folding counts until it is durable. By hand.
 *
 *   xuper-utxo [--disk] [TRANSFERS [OUTPUTS...]]   50000; 1000 and 1000000
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/ledger/effects.h"
#include "plugins/engine-xuper/services.h"
#include "tests/unit/store_fixture.h"
#include "tests/unit/xuper-made.h"

/* As many as 1000 outputs allow, whatever there are: a block costs a sync. */
#define BLOCK_TXS 125u
#define FILL_OUTPUTS 10000u
#define INPUTS_MAX 256u
#define AMOUNT 10u
#define PAID 20u

/* ---- the host's store --------------------------------------------------- */

#define MAP_BYTES (G_GUINT64_CONSTANT(4) << 30)
#define PENDING_BYTES (G_GUINT64_CONSTANT(256) << 20)

static struct {
	char *directory; /* NULL: the tests' store is used */
	Store *store;
	StoreSpace *space;
	Durable durable;
	guint64 cookie;
	const bsn_store *before;
} disk;

static int32_t
disk_get(bsn_chain *chain, bsn_slice key, bsn_sink *value, bsn_err *err)
{
	xuper_touched++;
	return store_get(disk.space, key, value, err);
}

static int32_t
disk_scan(bsn_chain *chain, bsn_slice from, bsn_slice to, uint32_t flags,
	  bsn_scan_sink *sink, bsn_err *err)
{
	return store_scan(disk.space, from, to, flags, sink, err);
}

/* Returns once it is durable. */
static int32_t
disk_commit(bsn_chain *chain, const bsn_write *writes, uint64_t n,
	    uint64_t cookie, bsn_err *err)
{
	const int32_t status =
		store_commit(disk.space, writes, n, ++disk.cookie, err);

	if (status == BSN_OK && !durable_wait(&disk.durable, disk.cookie))
		g_error("the store does not end");
	return status;
}

static void
disk_open(void)
{
	static bsn_store store;
	StoreConfig config;

	disk.directory = make_directory();
	config = store_config(disk.directory);
	config.map_bytes = config.map_bytes_max = MAP_BYTES;
	config.pending_bytes_max = PENDING_BYTES;
	disk.store = open_store(&config);
	durable_init(&disk.durable);
	disk.cookie = 0;
	disk.space = store_space_open(disk.store, 1, on_durable, &disk.durable);
	disk.before = services.store;
	store = *disk.before;
	store.get = disk_get;
	store.scan = disk_scan;
	store.commit = disk_commit;
	services.store = &store;
}

static void
disk_close(void)
{
	services.store = disk.before;
	store_space_close(disk.space);
	store_close(disk.store);
	durable_clear(&disk.durable);
	remove_directory(disk.directory);
}

/* ---- transfers ---------------------------------------------------------- */

/* Gives alice so many more, some at a time. */
static void
fill(bsn_chain *chain, Layer *store, guint n)
{
	static guint given;

	for (guint i = 0; i < n;) {
		g_autoptr(Layer) layer = layer_over(store);

		for (guint end = MIN(n, i + FILL_OUTPUTS); i < end; i++) {
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
run(gboolean on_disk, guint outputs, guint transfers)
{
	bsn_chain *chain = xuper_chain_new();
	g_autoptr(Layer) store = layer_store(chain);
	g_autoptr(GRand) rand = g_rand_new_with_seed(1);
	g_autoptr(GArray) chosen = g_array_new(FALSE, FALSE, sizeof(Utxo));
	gint64 spent = 0, folding = 0;
	guint64 touched = 0;
	guint done = 0;

	if (on_disk)
		disk_open();
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
	if (on_disk)
		disk_close();
	xuper_chain_free(chain);
}

int
main(int argc, char **argv)
{
	const gboolean on_disk = argc > 1 && strcmp(argv[1], "--disk") == 0;
	char **words = argv + 1 + on_disk;
	const guint transfers =
		words[0] != NULL ? (guint)atoi(words[0]) : 50000;

	if (words[0] == NULL || words[1] == NULL) {
		run(on_disk, 1000, transfers);
		run(on_disk, 1000000, transfers);
		return 0;
	}
	for (guint i = 1; words[i] != NULL; i++)
		run(on_disk, (guint)atoi(words[i]), transfers);
	return 0;
}
