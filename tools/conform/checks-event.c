/* SPDX-License-Identifier: Apache-2.0
 *
 * event.*: events of blocks and contracts, each once, in order, from any block
 * on, before and after a restart.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/conform/bed.h"
#include "tools/conform/contract-facts.h"

#define EMITS 8u
/* Transactions that may come into one block. */
#define TOGETHER 5u

/* ---- one list of them ---------------------------------------------------- */

/* All events of from..to, however many replays that takes. Belongs to the
 * caller; what it points to belongs to the bed. */
static GArray *
events_of(Bed *bed, guint64 from, guint64 to)
{
	Run *run = bed_run_of(bed);
	GArray *all = g_array_new(FALSE, FALSE, sizeof(bsn_event));

	while (from <= to) {
		const bsn_reply *reply = bed_events(bed, 0, from, to);

		EXPECT(run, reply->status == BSN_OK,
		       "the events of blocks %" G_GUINT64_FORMAT
		       " to %" G_GUINT64_FORMAT " must be given; %s",
		       from, to, reply->err.reason);
		EXPECT(run, reply->events_next > from,
		       "a replay must give one block at least; from "
		       "%" G_GUINT64_FORMAT " it gives none and says that "
		       "%" G_GUINT64_FORMAT " is next",
		       from, reply->events_next);
		g_array_append_vals(all, reply->events->data,
				    reply->events->len);
		from = reply->events_next;
	}
	return all;
}

static void
must_equal(Run *run, const GArray *a, const GArray *b, const char *what)
{
	EXPECT(run, a->len == b->len,
	       "%s must give the same events, %u; there are %u", what, a->len,
	       b->len);
	for (guint i = 0; i < a->len; i++) {
		const bsn_event *x = &g_array_index(a, bsn_event, i);
		const bsn_event *y = &g_array_index(b, bsn_event, i);

		EXPECT(run,
		       x->kind == y->kind && x->block == y->block &&
			       x->index == y->index &&
			       x->tx_index == y->tx_index &&
			       bsn_slice_equal(x->payload, y->payload),
		       "%s must give the same events in the same order; event "
		       "%u is another",
		       what, i);
	}
}

static guint64
height_of(Bed *bed)
{
	return bed_ledger(bed, 0)->ledger.height;
}

/* Blocks with an event each, one with several transactions among them, and one
 * without. */
static Bed *
bed_with_events(Run *run, BedDone *dones)
{
	Bed *bed = bed_with_contract(run, NULL);

	for (guint i = 0; i < EMITS; i++) {
		g_autofree char *value = g_strdup_printf("word %u", i);

		dones[i] = bed_invoke(bed, 0, 0, SIM_FN_EMIT, "key", value);
		bed_must_commit(bed, &dones[i],
				"a transaction that emits an event");
		if (i % 3 == 0)
			bed_put(bed, "key", value);
	}
	for (guint i = 0; i < TOGETHER; i++)
		bed_submit_async(bed, 0,
				 bed_build_invoke(bed, 0, 0, SIM_FN_EMIT,
						  "key", "together")
					 .bytes);
	bed_pass(bed, BED_PATIENCE_MS);
	return bed;
}

/* ---- events of blocks ---------------------------------------------------- */

/* A contract's event stands behind its block's, and is counted. */
static void
must_follow(Run *run, const bsn_event *event, guint64 block, guint64 index)
{
	EXPECT(run, event->block == block && event->index == index,
	       "behind the event of block %" G_GUINT64_FORMAT
	       " those of contracts must stand, counted from 0; number "
	       "%" G_GUINT64_FORMAT " says that it is number %" G_GUINT64_FORMAT
	       " of block %" G_GUINT64_FORMAT,
	       block, index, (guint64)event->index, (guint64)event->block);
}

static void
has_blocks(Run *run)
{
	BedDone dones[EMITS];
	Bed *bed = bed_with_events(run, dones);
	guint64 height = height_of(bed);
	g_autoptr(GArray) all = events_of(bed, 1, height);
	guint64 next = 1, index = 0;

	for (guint i = 0; i < all->len; i++) {
		const bsn_event *event = &g_array_index(all, bsn_event, i);

		if (event->kind != BSN_EVENT_BLOCK) {
			must_follow(run, event, next - 1, index++);
			continue;
		}
		index = 0;
		EXPECT(run, event->block == next,
		       "each block must have one event of its own, in order; "
		       "that of block %" G_GUINT64_FORMAT
		       " comes where %" G_GUINT64_FORMAT " was due",
		       (guint64)event->block, next);
		EXPECT(run, event->tx_id.len == 0,
		       "a block's event must have no transaction");
		next++;
	}
	EXPECT(run, next == height + 1,
	       "all %" G_GUINT64_FORMAT " blocks must have their event; the "
	       "last one is of block %" G_GUINT64_FORMAT,
	       height, next - 1);
}

static void
is_announced(Run *run)
{
	BedDone dones[EMITS];
	Bed *bed = bed_with_events(run, dones);
	guint64 announced = bed_chain(bed, 0)->announced;

	run_note(run, "the engine has announced blocks up to "
		      "%" G_GUINT64_FORMAT " (bsn_events.block)",
		 announced);
	EXPECT(run, announced == height_of(bed),
	       "each block that becomes durable must be announced, so that "
	       "whoever listens gets its events; height is %" G_GUINT64_FORMAT
	       " and the last one announced %" G_GUINT64_FORMAT,
	       height_of(bed), announced);
}

/* The node dies the moment it announces a block, which is there all the same. */
static void
is_announced_when_durable(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);

	for (guint i = 0; i < EMITS; i++) {
		g_autofree char *key = g_strdup_printf("key%u", i);
		BedBuilt built = bed_build_invoke(bed, 0, 0, SIM_FN_PUT, key,
						  "value");
		bsn_chain *chain = bed_chain(bed, 0);
		guint64 before = chain->announced;
		guint64 said;

		bed_submit_async(bed, 0, built.bytes);
		while (chain->announced == before &&
		       sim_world_step(bed_world(bed)))
			;
		said = chain->announced;
		EXPECT(run, said > before,
		       "a block that becomes durable must be announced; none "
		       "is");
		run_note(run, "block %" G_GUINT64_FORMAT " is announced",
			 said);
		bed_kill(bed, 0);
		bed_boot(bed, 0);
		EXPECT(run, height_of(bed) >= said,
		       "a block must be durable when it is announced; block "
		       "%" G_GUINT64_FORMAT " is not there after a crash",
		       said);
		chain->announced = height_of(bed);
	}
}

/* ---- events of contracts ------------------------------------------------- */

/* The contract's events of a transaction; how many. */
static guint
count_of(const GArray *all, const BedDone *done, const bsn_event **event)
{
	guint n = 0;

	for (guint i = 0; i < all->len; i++) {
		const bsn_event *each = &g_array_index(all, bsn_event, i);

		if (each->kind == BSN_EVENT_CONTRACT &&
		    bsn_slice_equal(bsn_id_slice(&each->tx_id),
				    bsn_id_slice(&done->id))) {
			*event = each;
			n++;
		}
	}
	return n;
}

static gboolean
is_text(bsn_slice bytes, const char *text)
{
	return text != NULL && bsn_slice_equal(bytes, bsn_slice_str(text));
}

static void
must_be_of(Bed *bed, const bsn_event *event, const BedDone *done,
	   const Facts *facts, const char *value)
{
	const SimFunction *emit =
		&run_workload(bed_run_of(bed))
			 ->contract->functions[SIM_FN_EMIT];
	const char *payload;
	Run *run = bed_run_of(bed);

	EXPECT(run,
	       event->block == done->block && event->tx_index == done->index,
	       "an event must name its transaction's block and place, "
	       "%" G_GUINT64_FORMAT " and %" G_GUINT64_FORMAT
	       "; it names %" G_GUINT64_FORMAT " and %" G_GUINT64_FORMAT,
	       done->block, done->index, (guint64)event->block,
	       (guint64)event->tx_index);
	EXPECT(run,
	       emit->event == NULL ||
		       bsn_slice_equal(event->name,
				       bsn_slice_str(emit->event)),
	       "the event must be named %s; it is named \"%.*s\"", emit->event,
	       (int)MIN(event->name.len, 80), (const char *)event->name.data);
	EXPECT(run,
	       is_text(event->contract, facts->name) ||
		       is_text(event->contract, facts->address),
	       "a contract's event must name its contract, by name or address; "
	       "it names \"%.*s\"",
	       (int)MIN(event->contract.len, 80),
	       (const char *)event->contract.data);
	payload = bed_detail(bed, event->payload,
			     emit->payload != NULL ? emit->payload : "");
	EXPECT(run, payload != NULL && strstr(payload, value) != NULL,
	       "the event must carry \"%s\"; it carries \"%s\"", value,
	       payload != NULL ? payload : "");
}

static void
has_contracts(Run *run)
{
	BedDone dones[EMITS];
	Bed *bed = bed_with_events(run, dones);
	g_autoptr(GArray) all = events_of(bed, 1, height_of(bed));
	const Facts facts = facts_get(bed, 0);

	for (guint i = 0; i < EMITS; i++) {
		g_autofree char *value = g_strdup_printf("word %u", i);
		const bsn_event *event = NULL;
		guint n = count_of(all, &dones[i], &event);

		EXPECT(run, n == 1,
		       "what transaction %u emits must be there once; it is "
		       "there %u times",
		       i, n);
		must_be_of(bed, event, &dones[i], &facts, value);
	}
}

static void
failed_emit_nothing(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	BedDone done = bed_invoke(bed, 0, 0, SIM_FN_FAIL, "key", "no");
	const bsn_event *event = NULL;
	g_autoptr(GArray) all = NULL;

	bed_put(bed, "one", "more block");
	all = events_of(bed, 1, height_of(bed));
	EXPECT(run, done.status != BSN_OK, "the contract must refuse it");
	EXPECT(run, done.stage != BSN_TX_INVALID ||
			    count_of(all, &done, &event) == 0,
	       "a transaction without effect must have no event of a "
	       "contract; it has one");
}

/* ---- resuming ------------------------------------------------------------ */

/* From any block on, the events are the rest of all events. */
static void
resumes(Run *run)
{
	BedDone dones[EMITS];
	Bed *bed = bed_with_events(run, dones);
	guint64 height = height_of(bed);
	g_autoptr(GArray) all = events_of(bed, 1, height);

	for (guint64 from = 1; from <= height; from++) {
		g_autoptr(GArray) first = from > 1 ? events_of(bed, 1, from - 1)
						   : g_array_new(
							     FALSE, FALSE,
							     sizeof(bsn_event));
		g_autoptr(GArray) rest = events_of(bed, from, height);
		g_autofree char *what = g_strdup_printf(
			"a replay in two parts, the second from block "
			"%" G_GUINT64_FORMAT " on,",
			from);

		g_array_append_vals(first, rest->data, rest->len);
		must_equal(run, all, first, what);
	}
}

static void
lasts(Run *run)
{
	BedDone dones[EMITS];
	Bed *bed = bed_with_events(run, dones);
	guint64 height = height_of(bed);
	g_autoptr(GArray) before = events_of(bed, 1, height);
	g_autoptr(GArray) after = NULL;
	g_autoptr(GArray) killed = NULL;
	g_autoptr(GArray) rest = NULL;

	bed_restart(bed, 0);
	after = events_of(bed, 1, height);
	must_equal(run, before, after, "a replay after a restart");
	bed_kill(bed, 0);
	bed_boot(bed, 0);
	killed = events_of(bed, 1, height);
	must_equal(run, before, killed, "a replay after a crash");
	bed_put(bed, "after", "all that");
	rest = events_of(bed, height + 1, height_of(bed));
	EXPECT(run, rest->len >= 1,
	       "a block made after a restart must have its event");
}

static void
ends(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	guint64 height = height_of(bed);
	const bsn_reply *reply = bed_events(bed, 0, height + 1, height + 10);

	EXPECT(run,
	       reply->status != BSN_OK ||
		       (reply->events->len == 0 &&
			reply->events_next <= height + 1),
	       "blocks that are not there yet must have no events, and the "
	       "next block must be one to wait for; there are %u events, next "
	       "%" G_GUINT64_FORMAT,
	       reply->events->len, reply->events_next);
	reply = bed_events(bed, 0, 0, G_MAXUINT64);
	EXPECT(run, reply->status != BSN_OK || reply->events_next <= height + 1,
	       "a replay without an end must stop at the latest block; it "
	       "says that block %" G_GUINT64_FORMAT " is next",
	       reply->events_next);
	bed_put(bed, "still", "there");
}

#define CHECK(id, row, function, sentence)                                     \
	{ "event." id, sentence, row, "engine.h: bsn_event_ops.replay",        \
	  LEVEL_TABLE2, 1, BSN_KIND_ENGINE, function, 0 }

static const Check list[] = {
	CHECK("block", "event.block", has_blocks,
	      "Each block has one event, in order of blocks; behind it stand "
	      "those of its contracts, counted."),
	CHECK("announced", "event.block", is_announced,
	      "Each block is announced, so that whoever listens hears of it."),
	CHECK("announced-durable", "event.block", is_announced_when_durable,
	      "A block is announced when it is on disk, and not before."),
	CHECK("contract", "event.contract", has_contracts,
	      "What a contract emits is given once, with its contract, "
	      "transaction, place, name and payload."),
	CHECK("failed", "event.contract", failed_emit_nothing,
	      "A transaction without effect emits nothing."),
	CHECK("resume", "event.block", resumes,
	      "Events resume at any block: none is lost, none comes twice."),
	CHECK("restart", "event.block", lasts,
	      "Events are the same after a restart and after a crash."),
	CHECK("end", "event.block", ends,
	      "A replay stops at the latest block."),
};
CHECK_GROUP(checks_event, list);
