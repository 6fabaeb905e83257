/* SPDX-License-Identifier: Apache-2.0
 *
 * robust.*: what a chain is opened from may be anything: its genesis, and what
 * is on the disk.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "tools/conform/storm.h"

static const BedSpec quiet = { .quiet = TRUE };

/* ---- opening ------------------------------------------------------------- */

/* The engine, with a look at what open answers. */
static struct {
	bsn_engine engine;
	bsn_chain_ops chain;
	const bsn_engine *real;
	int32_t status;
	bsn_err err;
} seat;

static int32_t
open_seen(bsn_chain *chain, bsn_slice genesis, bsn_ledger **ledger,
	  bsn_err *err)
{
	seat.status = seat.real->chain->open(chain, genesis, ledger, err);
	seat.err = *err;
	return seat.status;
}

static void
take_seat(Run *run)
{
	seat.real = run_engine(run);
	seat.engine = *seat.real;
	seat.chain = *seat.real->chain;
	seat.chain.open = open_seen;
	seat.engine.chain = &seat.chain;
	run->engine = &seat.engine;
}

/* Opens the chain of node 0, whatever it is made of; whether it is open. What
 * goes wrong with it later breaks no rule. */
static gboolean
opens(Bed *bed, Storm *storm)
{
	bsn_chain *chain = bed_chain(bed, 0);
	const char *fault;

	chain->node->honest = FALSE;
	sim_process_boot(chain);
	chain->node->honest = TRUE;
	storm_count(storm, seat.status);
	fault = seat.status != BSN_OK ? reason_fault(&seat.err) : NULL;
	EXPECT(storm->run, fault == NULL,
	       "bsn_chain_ops.open must say why it refuses, in one sentence of "
	       "UTF-8; with status %s the reason %s",
	       bed_status_name(seat.status), fault);
	return seat.status == BSN_OK;
}

/* A disk of nobody's. */
static void
set_store(Bed *bed, SimStore *store)
{
	bsn_chain *chain = bed_chain(bed, 0);

	sim_store_free(chain->store);
	chain->store = store;
}

static void
kill_it(Bed *bed)
{
	bsn_chain *chain = bed_chain(bed, 0);

	chain->node->honest = FALSE;
	sim_process_kill(chain);
	chain->node->honest = TRUE;
}

static void
set_genesis(Bed *bed, bsn_slice bytes)
{
	GByteArray *genesis = bed_world(bed)->genesis;

	g_byte_array_set_size(genesis, 0);
	g_byte_array_append(genesis, bytes.data, (guint)bytes.len);
}

static gboolean
opens_genesis(Bed *bed, Storm *storm, bsn_slice bytes)
{
	gboolean open;

	set_store(bed, sim_store_new());
	set_genesis(bed, bytes);
	open = opens(bed, storm);
	if (open)
		kill_it(bed);
	return open;
}

static void
genesis(Run *run)
{
	SimRandom random = run_random(run, "genesis");
	g_autofree guint8 *good = NULL;
	guint step;
	bsn_slice all;
	Storm storm;
	Bed *bed;

	take_seat(run);
	bed = bed_new(run, &quiet);
	bed_stop(bed, 0);
	all.len = bed_world(bed)->genesis->len;
	all.data = good = g_memdup2(bed_world(bed)->genesis->data, all.len);
	step = MAX((guint)all.len / (run->cases * 30), 1);
	storm_begin(&storm, run, "bsn_chain_ops.open");
	for (guint64 len = 0; len < all.len; len += step)
		EXPECT(run,
		       !opens_genesis(bed, &storm, bsn_slice_of(good, len)),
		       "a genesis that is cut off must be refused; with "
		       "%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
		       " bytes the chain opens",
		       len, (guint64)all.len);
	for (guint i = 0; i < run->cases * 30; i++) {
		g_autoptr(GByteArray) bytes = storm_spoil(&random, all);

		opens_genesis(bed, &storm, storm_slice(bytes));
	}
	EXPECT(run, opens_genesis(bed, &storm, all),
	       "the genesis must still open a chain; %s: %s",
	       bed_status_name(seat.status), seat.err.reason);
	storm_end(&storm);
	bed_free(bed);
}

/* ---- the disk ------------------------------------------------------------ */

typedef struct {
	bsn_scan_sink sink;
	GPtrArray *keys; /* GBytes */
} KeySink;

static int32_t
take_key(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	g_ptr_array_add(((KeySink *)sink)->keys,
			g_bytes_new(key.data, key.len));
	return BSN_OK;
}

static GPtrArray *
list_keys(const SimStore *store)
{
	const bsn_slice all = bsn_slice_of(NULL, 0);
	KeySink sink = { { take_key },
			 g_ptr_array_new_with_free_func(
				 (GDestroyNotify)g_bytes_unref) };

	sim_store_scan(store, all, all, FALSE, &sink.sink);
	return sink.keys;
}

/* One value is spoilt, or not there. */
static SimStore *
spoilt_store(SimRandom *random, const SimStore *good, const GPtrArray *keys)
{
	SimStore *store = sim_store_copy(good);
	GBytes *key = keys->pdata[sim_random_below(random, keys->len)];
	g_autoptr(GByteArray) bytes = NULL;
	bsn_slice name, value;
	gsize len;

	name.data = g_bytes_get_data(key, &len);
	name.len = len;
	value.data = g_bytes_get_data(sim_store_get(store, name), &len);
	value.len = len;
	bytes = storm_spoil(random, value);
	sim_store_put(store, g_bytes_ref(key),
		      sim_random_below(random, 5) == 0
			      ? NULL
			      : g_bytes_new(bytes->data, bytes->len));
	return store;
}

/* Everything that reads; it may say anything. */
static void
read_all(Bed *bed)
{
	const SimFn functions[] = { SIM_FN_GET, SIM_FN_VERSION };

	bed_ledger(bed, 0);
	bed_status(bed, 0);
	bed_members(bed, 0);
	bed_list(bed, 0, 0, 100);
	bed_contract(bed, 0, bed_name(bed, 0));
	bed_events(bed, 0, 0, G_MAXUINT64);
	for (guint64 i = 0; i < 4; i++)
		bed_block(bed, 0, i, BSN_BLOCK_WITH_TXS | BSN_BLOCK_WITH_RAW);
	for (gsize i = 0; i < G_N_ELEMENTS(functions); i++)
		if (bed_has(bed, functions[i]))
			bed_call(bed, 0, functions[i], "a", 0);
}

static void
open_spoilt(Run *run, Bed *bed, Storm *storm, GBytes *tx)
{
	const guint mark = bed_mark(bed);
	gboolean open = opens(bed, storm);

	EXPECT(run,
	       open || seat.status == BSN_E_CORRUPT ||
		       seat.status == BSN_E_VERSION,
	       "a store that contradicts itself must be refused with corrupt "
	       "(BSN_E_CORRUPT), or gone on with; open answers %s: %s",
	       bed_status_name(seat.status), seat.err.reason);
	if (!open)
		return;
	bed_chain(bed, 0)->node->honest = FALSE;
	read_all(bed);
	if (sim_process_is_up(bed_chain(bed, 0)))
		bed_submit_async(bed, 0, tx);
	bed_pass(bed, 2000);
	kill_it(bed);
	bed_forget(bed, mark);
}

static void
store(Run *run)
{
	SimRandom random = run_random(run, "store");
	g_autoptr(GPtrArray) keys = NULL;
	SimStore *good;
	Standing before;
	BedDone done;
	Storm storm;
	Bed *bed;

	take_seat(run);
	bed = bed_with_contract(run, &quiet);
	bed_invoke(bed, 0, 0, SIM_FN_PUT, "a", "b");
	done = bed_invoke(bed, 0, 0, SIM_FN_PUT, "after", "before");
	before = standing_of(bed, 0);
	bed_stop(bed, 0);
	good = sim_store_copy(bed_chain(bed, 0)->store);
	keys = list_keys(good);
	EXPECT(run, keys->len > 0,
	       "a chain with blocks must have something in its store");
	storm_begin(&storm, run, "bsn_chain_ops.open");
	for (guint i = 0; i < run->cases * 15; i++) {
		set_store(bed, spoilt_store(&random, good, keys));
		open_spoilt(run, bed, &storm, done.bytes);
	}
	set_store(bed, good);
	EXPECT(run, opens(bed, &storm), "the store as it was must open; %s: %s",
	       bed_status_name(seat.status), seat.err.reason);
	storm_end(&storm);
	standing_check(bed, 0, &before);
	bed_free(bed);
}

/* ---- the list ------------------------------------------------------------ */

static const Check list[] = {
	{ "robust.genesis",
	  "A genesis that is cut off is refused, an altered one opens or not.",
	  NULL, "engine.h: bsn_chain_ops.open", LEVEL_LOADS, 1,
	  BSN_KIND_ENGINE, genesis, 0 },
	{ "robust.store",
	  "A store with a value altered or missing is refused as corrupt, or "
	  "gone on with.",
	  NULL, "engine.h: bsn_chain_ops.open", LEVEL_TABLE2, 1,
	  BSN_KIND_ENGINE, store, 0 },
};
CHECK_GROUP(checks_robust_open, list);
