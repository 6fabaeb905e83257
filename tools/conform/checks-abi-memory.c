/* SPDX-License-Identifier: Apache-2.0
 *
 * abi.*: nothing is kept of what is over, and functions that may be called at
 * the same time do not disturb each other.
 */
#include "tools/conform/bed_private.h"
#include "tools/conform/calls.h"
#include "tools/conform/scenario.h"

#include <malloc.h>
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

/* Rounds, and how often something is done in one at least. */
#define ROUNDS 40u
#define TIMES_MIN 50u
/* Bytes of the heap that one more call of many may keep: less than the smallest
 * piece that there is. */
#define CALL_KEEPS 24u
/* ... an open and a close, and a transaction beside what is in the store. */
#define OPEN_KEEPS 256u
#define TX_KEEPS 2048u
/* Beside the bytes of a key and a value, in the store of the tool. */
#define STORE_OVERHEAD 384u

static const BedSpec quiet = { .quiet = TRUE };

/* ---- the heap ------------------------------------------------------------ */

static gsize
taken(void)
{
	const struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

/* Something that is done `n` times, again and again: what it keeps each time it
 * keeps in every round, and what fills a cache, the allocator's own too, is
 * over in some round. */
typedef struct {
	Run *run;
	const char *what;
	guint n;
	gsize allowed; /* bytes each time */
	void (*once)(gpointer data);
	gsize (*ours)(gpointer data); /* what the tool itself keeps; or NULL */
	gpointer data;
} Repeated;

static guint
times(const Run *run)
{
	return MAX(run->cases, TIMES_MIN);
}

static gssize
growth(const Repeated *repeated)
{
	gssize before, ours = 0;

	if (repeated->ours != NULL)
		ours = (gssize)repeated->ours(repeated->data);
	before = (gssize)taken();
	for (guint i = 0; i < repeated->n; i++)
		repeated->once(repeated->data);
	if (repeated->ours != NULL)
		ours = (gssize)repeated->ours(repeated->data) - ours;
	return (gssize)taken() - before - ours;
}

static void
keeps_nothing(const Repeated *repeated)
{
	const gssize allowed = (gssize)(repeated->allowed * repeated->n);
	gssize kept = growth(repeated);
	gssize least = G_MAXSSIZE;

	for (guint i = 0; least >= allowed && i < ROUNDS; i++) {
		kept = growth(repeated);
		least = MIN(least, kept);
	}
	EXPECT(repeated->run, least < allowed,
	       "%s must keep nothing of what is over; each of %u rounds of %u "
	       "keeps %" G_GSSIZE_FORMAT " bytes or more",
	       repeated->what, ROUNDS, repeated->n, least);
	run_note(repeated->run, "%s: %u times keep nothing", repeated->what,
		 repeated->n);
}

/* ---- calls --------------------------------------------------------------- */

typedef struct {
	Bed *bed;
	const EngineCall *call;
	const Given *given;
} Once;

static void
call_once(gpointer data)
{
	const Once *once = data;
	bsn_err err = BSN_ERR_INIT;

	calls_do(once->bed, once->call, once->given, &err);
}

static void
calls_keep_nothing(Run *run)
{
	Bed *bed = scenario_bed(run, &quiet);
	Given right, wrong;

	given_right(bed, &right);
	given_wrong(&wrong);
	for (const EngineCall *call = engine_calls; call->name != NULL;
	     call++) {
		Once once = { bed, call, &right };
		const Repeated repeated = { run,	call->name,
					    times(run), CALL_KEEPS,
					    call_once,	NULL,
					    &once };

		if (!calls_is_there(run, call))
			continue;
		keeps_nothing(&repeated);
		once.given = &wrong;
		keeps_nothing(&repeated);
	}
	bed_free(bed);
}

/* ---- transactions -------------------------------------------------------- */

typedef struct {
	Bed *bed;
	GBytes *tx;
	guint64 n;
} Sender;

/* What the bed keeps for evidence. */
static void
forget(Bed *bed)
{
	g_ptr_array_set_size(bed->replies, 0);
	g_ptr_array_set_size(bed->texts, 0);
	g_ptr_array_set_size(bed->bytes, 0);
}

static void
refused_once(gpointer data)
{
	const Sender *sender = data;

	bed_submit(sender->bed, 0, sender->tx);
	forget(sender->bed);
}

static void
committed_once(gpointer data)
{
	Sender *sender = data;
	g_autofree char *value =
		g_strdup_printf("%08" G_GINT64_MODIFIER "x", sender->n++);

	bed_put(sender->bed, "a", value);
	forget(sender->bed);
}

typedef struct {
	bsn_scan_sink sink;
	gsize bytes;
} SizeSink;

static int32_t
add_size(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	((SizeSink *)sink)->bytes += key.len + value.len + STORE_OVERHEAD;
	return BSN_OK;
}

static gsize
store_bytes(gpointer data)
{
	const Sender *sender = data;
	const bsn_slice all = bsn_slice_of(NULL, 0);
	SizeSink sink = { { add_size }, 0 };

	sim_store_scan(bed_chain(sender->bed, 0)->store, all, all, FALSE,
		       &sink.sink);
	return sink.bytes;
}

static void
txs_keep_nothing(Run *run)
{
	Bed *bed = scenario_bed(run, &quiet);
	g_autoptr(GBytes) none = g_bytes_new("", 0);
	g_autoptr(GBytes) known = NULL;
	Sender sender = { bed, none, 0 };
	Repeated repeated = { run,	    "a transaction that is none",
			      times(run),   CALL_KEEPS,
			      refused_once, NULL,
			      &sender };

	keeps_nothing(&repeated);
	if (!scenario_has_contract(bed))
		return;
	sender.tx = known = g_bytes_ref(bed_put(bed, "a", "1").bytes);
	repeated.what = "a transaction that is known";
	keeps_nothing(&repeated);
	repeated = (Repeated){ run,	    "a transaction in a block",
			       times(run),   TX_KEEPS,
			       committed_once, store_bytes,
			       &sender };
	keeps_nothing(&repeated);
	bed_free(bed);
}

/* ---- chains -------------------------------------------------------------- */

static void
reopen_once(gpointer data)
{
	Bed *bed = data;

	bed_restart(bed, 0);
	bed_pass(bed, 1000);
	forget(bed);
}

static void
chains_keep_nothing(Run *run)
{
	Bed *bed = scenario_bed(run, &quiet);
	const Repeated repeated = { run,	  "opening and closing a chain",
				    times(run),	  OPEN_KEEPS,
				    reopen_once,  NULL,
				    bed };

	keeps_nothing(&repeated);
	bed_free(bed);
}

/* ---- at once ------------------------------------------------------------- */

#define THREADS 4u

/* What four threads do, and what has to come; the engine's own tables, since
 * the guard is for one thread. */
typedef struct {
	const bsn_engine *engine;
	const bsn_plugin *plugin;
	bsn_genesis genesis;
	char *alone; /* what they answer to one */
	guint times;
	gint wrong; /* answers that were different */
} AtOnce;

typedef struct {
	bsn_sink sink;
	GByteArray *bytes;
} ArraySink;

static int32_t
append(bsn_sink *sink, const void *data, uint64_t len)
{
	if (len > 0)
		g_byte_array_append(((ArraySink *)sink)->bytes, data,
				    (guint)len);
	return BSN_OK;
}

static GByteArray *
make_genesis(const bsn_engine *engine, const bsn_genesis *genesis)
{
	ArraySink sink = { { append }, g_byte_array_new() };
	bsn_err err = BSN_ERR_INIT;

	if (engine->chain->genesis(genesis, &sink.sink, &err) != BSN_OK)
		g_byte_array_set_size(sink.bytes, 0);
	return sink.bytes;
}

/* All that the functions answer, as text. */
static char *
ask_all(const AtOnce *once)
{
	g_autoptr(GByteArray) bytes =
		make_genesis(once->engine, &once->genesis);
	const bsn_slice made = bsn_slice_of(bytes->data, bytes->len);
	const bsn_slice wrong = bsn_slice_str("[");
	const char *algorithm = NULL, *none = NULL;
	ArraySink sink = { { append }, g_byte_array_new() };
	bsn_err err = BSN_ERR_INIT;
	g_autofree char *genesis =
		g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes->data,
					    bytes->len);
	int32_t named = once->engine->chain->member_algorithm(
		once->genesis.config, &algorithm, &err);
	int32_t refused = once->engine->chain->member_algorithm(wrong, &none,
								&err);
	int32_t proven = BSN_HAS(once->engine->block, verify)
				 ? once->engine->block->verify(
					   made, NULL, 0, made, &sink.sink,
					   &err)
				 : BSN_NOT_OFFERED;
	gboolean found = once->plugin->query(BSN_ENGINE_ID) != NULL;

	g_byte_array_unref(sink.bytes);
	return g_strdup_printf("genesis %.16s, algorithm %d %s, wrong %d, "
			       "proof %d, engine %d",
			       genesis, named,
			       algorithm != NULL ? algorithm : "", refused,
			       proven, found);
}

static gpointer
ask_often(gpointer data)
{
	AtOnce *once = data;

	for (guint i = 0; i < once->times; i++) {
		g_autofree char *answers = ask_all(once);

		if (strcmp(answers, once->alone) != 0)
			g_atomic_int_inc(&once->wrong);
	}
	return NULL;
}

static void
at_once(Run *run)
{
	Bed *bed = bed_new(run, &quiet);
	const SimWorld *world = bed_world(bed);
	GThread *threads[THREADS];
	AtOnce once = {
		.engine = bsn_engine_of(run->plugin),
		.plugin = run->plugin,
		.times = run->cases * 2,
		.genesis = { .size = sizeof(bsn_genesis),
			     .member_count = world->n_nodes,
			     .name = bsn_slice_str("conform"),
			     .config = bsn_slice_str(world->config),
			     .members = world->members,
			     .time_ms = SIM_START_MS },
	};

	once.alone = ask_all(&once);
	run_note(run, "alone: %s", once.alone);
	page_at(run->page, "[any] functions on four threads");
	for (guint i = 0; i < THREADS; i++)
		threads[i] = g_thread_new("at-once", ask_often, &once);
	for (guint i = 0; i < THREADS; i++)
		g_thread_join(threads[i]);
	page_at(run->page, NULL);
	EXPECT(run, once.wrong == 0,
	       "functions that may be called on any thread must answer the "
	       "same when four call them at once; %d of %u times they do not",
	       once.wrong, once.times * THREADS);
	run_note(run, "%u times on each of %u threads the same", once.times,
		 THREADS);
	g_free(once.alone);
	bed_free(bed);
}

/* ---- the list ------------------------------------------------------------ */

static const Check list[] = {
	CHECK_RULE("abi.memory-calls",
	    "Calls that are over, or have failed, keep no memory.",
	    "base.h: rule 3", calls_keep_nothing),
	CHECK_RULE("abi.memory-txs",
	    "Transactions keep no memory but what the store holds.",
	    "engine.h: bsn_tx_ops.submit", txs_keep_nothing),
	CHECK_RULE("abi.memory-chains",
	    "A chain that was opened and closed keeps no memory.",
	    "engine.h: bsn_chain_ops.close", chains_keep_nothing),
	CHECK_RULE("abi.at-once",
	    "Functions for any thread answer the same on four of them.",
	    "base.h: [any]", at_once),
};
CHECK_GROUP(checks_abi_memory, list);
