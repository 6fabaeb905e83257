/* SPDX-License-Identifier: Apache-2.0
 *
 * robust.*: questions about what there is not, and calls of the host that make
 * no sense.
 */
#include <string.h>

#include <bsn/consensus.h>
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "tools/conform/storm.h"

#define LARGE (1u << 20)

static const BedSpec quiet = { .quiet = TRUE };

/* An id of a length that is nobody's, or of random bytes. */
static GByteArray *
odd_id(SimRandom *random, guint i)
{
	static const guint lengths[] = { 0,  1,	 2,  8,	 20, 31,  32,
					 33, 40, 63, 64, 65, 200, 100000 };
	GByteArray *bytes = g_byte_array_new();

	g_byte_array_set_size(bytes, lengths[i % G_N_ELEMENTS(lengths)]);
	sim_random_fill(random, bytes->data, bytes->len);
	return bytes;
}

typedef struct {
	bsn_slice a, b;
	guint64 from, to;
} Asked;

#define ASK(function, member, ...)                                                 \
	static int32_t function(const bsn_engine *engine, bsn_ledger *ledger,  \
				bsn_reply *reply, gpointer data)               \
	{                                                                      \
		const Asked *asked = data;                                     \
                                                                               \
		return engine->member(ledger, __VA_ARGS__, reply,              \
				      &reply->err);                            \
	}
ASK(ask_tx, tx->get, asked->a)
ASK(ask_contract, contract->get, asked->a)
ASK(ask_check, contract->check, asked->a, asked->b)
ASK(ask_compile, contract->compile, asked->a)
ASK(ask_list, contract->list, asked->from, asked->to)
ASK(ask_events, event->replay, asked->from, asked->to)

static void
ask(Bed *bed, Storm *storm, SimAnswer expects, BedAsk function, Asked asked,
    gboolean by_host)
{
	const bsn_reply *reply = bed_ask(bed, 0, expects, function, &asked);

	storm_answer(storm, reply->status, &reply->err, by_host);
}

/* ---- transactions and contracts ------------------------------------------ */

static void
asks_by_id(Run *run, Bed *bed, const char *what, SimAnswer expects,
	   BedAsk function)
{
	SimRandom random = run_random(run, what);
	Storm storm;

	storm_begin(&storm, run, what);
	for (guint i = 0; i < run->cases * 10; i++) {
		g_autoptr(GByteArray) id = odd_id(&random, i);

		ask(bed, &storm, expects, function,
		    (Asked){ .a = storm_slice(id) }, FALSE);
	}
	storm_end(&storm);
	EXPECT(run, storm_counted(&storm, BSN_OK) == 0,
	       "%s must not find what there is not", what);
}

static void
asks_check(Run *run, Bed *bed)
{
	SimRandom random = run_random(run, "check");
	g_autoptr(GByteArray) large = storm_noise(&random, LARGE);
	Storm storm;

	storm_begin(&storm, run, "bsn_contract_ops.check");
	ask(bed, &storm, SIM_ANSWER_VALUE, ask_check,
	    (Asked){ .a = storm_slice(large) }, FALSE);
	for (guint i = 0; i < run->cases; i++) {
		g_autoptr(GByteArray) code = storm_noise(&random, 2000);
		g_autoptr(GByteArray) odd = storm_odd_json(i);
		g_autoptr(GByteArray) options =
			odd != NULL ? g_byte_array_ref(odd)
				    : storm_spoil_json(&random, "{\"a\":[1]}");

		ask(bed, &storm, SIM_ANSWER_VALUE, ask_check,
		    (Asked){ .a = storm_slice(code),
			     .b = storm_slice(options) },
		    FALSE);
	}
	storm_end(&storm);
}

static void
asks_compile(Run *run, Bed *bed)
{
	static const char source[] =
		"{\"language\":\"x\",\"files\":{\"a.x\":\"contract\"}}";
	SimRandom random = run_random(run, "compile");
	Storm storm;

	if (!BSN_HAS(run->engine->contract, compile))
		return;
	storm_begin(&storm, run, "bsn_contract_ops.compile");
	for (guint i = 0; i < run->cases; i++) {
		g_autoptr(GByteArray) odd = storm_odd_json(i);
		g_autoptr(GByteArray) text =
			odd != NULL ? g_byte_array_ref(odd)
				    : storm_spoil_json(&random, source);

		ask(bed, &storm, SIM_ANSWER_VALUE, ask_compile,
		    (Asked){ .a = storm_slice(text) }, FALSE);
	}
	storm_end(&storm);
}

static void
asks_list(Run *run, Bed *bed)
{
	static const guint64 numbers[] = { 0, 1, 2, 1000, G_MAXINT32,
					   G_MAXUINT32, G_MAXINT64,
					   G_MAXUINT64 };
	Storm storm;

	storm_begin(&storm, run, "bsn_contract_ops.list");
	for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
		for (gsize j = 0; j < G_N_ELEMENTS(numbers); j++)
			ask(bed, &storm, SIM_ANSWER_VALUE, ask_list,
			    (Asked){ .from = numbers[i], .to = numbers[j] },
			    FALSE);
	storm_end(&storm);
}

static void
queries(Run *run)
{
	Bed *bed = bed_with_contract(run, &quiet);
	Standing before = standing_of(bed, 0);

	asks_by_id(run, bed, "bsn_tx_ops.get", SIM_ANSWER_TX, ask_tx);
	asks_by_id(run, bed, "bsn_contract_ops.get", SIM_ANSWER_VALUE,
		   ask_contract);
	asks_check(run, bed);
	asks_compile(run, bed);
	asks_list(run, bed);
	standing_check(bed, 0, &before);
	bed_free(bed);
}

/* ---- blocks -------------------------------------------------------------- */

static void
ask_block(Bed *bed, Storm *storm, const bsn_block_query *query)
{
	const bsn_reply *reply = bed_block_query(bed, 0, query);

	storm_answer(storm, reply->status, &reply->err,
		     query->by > BSN_BLOCK_BY_TX);
	EXPECT(bed_run_of(bed),
	       reply->status != BSN_OK || query->by == BSN_BLOCK_LATEST ||
		       (query->by == BSN_BLOCK_BY_NUMBER &&
			query->number == reply->block.number),
	       "bsn_block_ops.get must not find what there is not; by %u it "
	       "finds block %" G_GUINT64_FORMAT,
	       query->by, (guint64)reply->block.number);
}

static void
blocks(Run *run)
{
	static const guint32 ways[] = { 0, 1, 2, 3, 4, 0x80000000,
					G_MAXUINT32 };
	static const guint64 numbers[] = { 0, 1, 2, 1000000, G_MAXINT64,
					   G_MAXUINT64 };
	Bed *bed = bed_with_contract(run, &quiet);
	Standing before = standing_of(bed, 0);
	SimRandom random = run_random(run, "blocks");
	Storm storm;

	storm_begin(&storm, run, "bsn_block_ops.get");
	for (guint i = 0; i < run->cases * 20; i++) {
		g_autoptr(GByteArray) id = odd_id(&random, i);
		const bsn_block_query query = {
			.size = sizeof(query),
			.by = ways[sim_random_below(&random,
						    G_N_ELEMENTS(ways))],
			.number = numbers[sim_random_below(
				&random, G_N_ELEMENTS(numbers))],
			.id = storm_slice(id),
			.want = i % 2 == 0 ? i % 4 : sim_random_u64(&random),
		};

		ask_block(bed, &storm, &query);
	}
	storm_end(&storm);
	standing_check(bed, 0, &before);
	bed_free(bed);
}

/* ---- events -------------------------------------------------------------- */

static void
events(Run *run)
{
	static const guint64 numbers[] = { 0, 1, 2, 3, 1000, G_MAXINT64,
					   G_MAXUINT64 - 1, G_MAXUINT64 };
	Bed *bed = bed_with_contract(run, &quiet);
	Standing before = standing_of(bed, 0);
	Storm storm;

	storm_begin(&storm, run, "bsn_event_ops.replay");
	for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
		for (gsize j = 0; j < G_N_ELEMENTS(numbers); j++)
			ask(bed, &storm, SIM_ANSWER_EVENTS, ask_events,
			    (Asked){ .from = numbers[i], .to = numbers[j] },
			    TRUE);
	storm_end(&storm);
	standing_check(bed, 0, &before);
	bed_free(bed);
}

/* ---- timers, cookies, peers ---------------------------------------------- */

static void
tell_timer(const bsn_engine *engine, bsn_ledger *ledger, gpointer data)
{
	engine->chain->timer(ledger, *(guint64 *)data);
}

static void
tell_durable(const bsn_engine *engine, bsn_ledger *ledger, gpointer data)
{
	engine->chain->durable(ledger, *(guint64 *)data);
}

static void
tell_peer(const bsn_engine *engine, bsn_ledger *ledger, gpointer data)
{
	if (BSN_HAS(engine->chain, peer))
		engine->chain->peer(ledger, storm_slice(data),
				    ((GByteArray *)data)->len % 2);
}

/* What a host may say late: timers that it was just about to give when they
 * were cancelled, peers that were members. */
static void
late(Run *run)
{
	Bed *bed = bed_with_contract(run, &quiet);
	Standing before = standing_of(bed, 0);
	SimRandom random = run_random(run, "late");

	for (guint i = 0; i < run->cases * 10; i++) {
		g_autoptr(GByteArray) key = odd_id(&random, i);
		guint64 number = i < 64 ? G_GUINT64_CONSTANT(1) << i
					: sim_random_u64(&random);

		bed_tell(bed, 0, tell_timer, &number);
		bed_tell(bed, 0, tell_durable, &number);
		bed_tell(bed, 0, tell_peer, key);
	}
	run_note(run, "%u timers, cookies and peers that nobody knows",
		 run->cases * 10);
	bed_pass(bed, 1000);
	standing_check(bed, 0, &before);
	bed_free(bed);
}

/* ---- the list ------------------------------------------------------------ */

static const Check list[] = {
	CHECK_RULE("robust.queries",
	       "Questions about transactions and contracts that there are not "
	       "are answered with no.",
	       "engine.h: bsn_contract_ops", queries),
	CHECK_RULE("robust.blocks",
	       "Questions about blocks that there are not are answered with "
	       "no.",
	       "engine.h: bsn_block_ops.get", blocks),
	CHECK_RULE("robust.events", "Any range of blocks can be replayed.",
	       "engine.h: bsn_event_ops.replay", events),
	CHECK_RULE("robust.timers",
	       "Timers, cookies and peers that nobody knows do nothing.",
	       "engine.h: bsn_chain_ops.timer", late),
};
CHECK_GROUP(checks_robust_queries, list);
