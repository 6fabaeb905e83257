/* SPDX-License-Identifier: Apache-2.0
 *
 * chain.join: nodes come while the chain goes on.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/conform/members.h"

/* Transactions on their way while members change. */
#define LOAD 20u

static void
joins_as_observer(Run *run)
{
	guint spare = members_least(run);
	Bed *bed = members_bed(run, spare, 1);

	bed_put(bed, "before", "it came");
	members_must_have_role(bed, 0, spare, "none");
	members_must_change(bed, spare, "observer");
	members_must_be_level(bed, 1, spare - 1);
	members_must_have_role(bed, spare - 1, spare, "observer");
	bed_boot(bed, spare);
	members_must_be_level(bed, 1, spare);
	bed_must_have(bed, spare, "before", "it came");
	bed_put(bed, "after", "it came");
	members_must_be_level(bed, 1, spare);
	bed_must_have(bed, spare, "after", "it came");
	members_must_have_role(bed, spare, spare, "observer");
	bed_restart(bed, spare);
	bed_put(bed, "later", "still there");
	members_must_be_level(bed, 1, spare);
	bed_must_have(bed, spare, "later", "still there");
}

/* ---- observers ------------------------------------------------------------ */

/* Without it and one of those that vote the others are enough; with it and
 * without two of them they are not. */
static void
observes_only(Run *run)
{
	guint spare = members_least(run);
	Bed *bed = members_bed(run, spare, 1);

	members_must_change(bed, spare, "observer");
	bed_boot(bed, spare);
	members_must_be_level(bed, 1, spare);
	bed_pass(bed, MEMBERS_SETTLE_MS);
	bed_stop(bed, spare);
	bed_stop(bed, spare - 1);
	bed_put(bed, "nobody", "needs it");
	bed_boot(bed, spare);
	members_must_be_level(bed, 1, spare);
	bed_stop(bed, spare - 2);
	members_must_wait_for(bed, spare - 2);
}

static void
must_find_alike(Bed *bed, guint node, const BedDone *done)
{
	const bsn_reply *here = bed_tx(bed, 0, bsn_id_slice(&done->id));
	const bsn_reply *there = bed_tx(bed, node, bsn_id_slice(&done->id));

	EXPECT(bed_run_of(bed),
	       there->status == BSN_OK && there->tx.stage == here->tx.stage &&
		       there->tx.status == here->tx.status &&
		       there->tx.block == here->tx.block &&
		       there->tx.index == here->tx.index,
	       "a transaction must be found at node %u as at node 0; %s", node,
	       there->status == BSN_OK ? "it is another" : there->err.reason);
}

static void
must_tell_alike(Bed *bed, guint node, guint64 block)
{
	const bsn_reply *here = bed_events(bed, 0, block, block);
	const bsn_reply *there = bed_events(bed, node, block, block);
	gboolean same = there->status == BSN_OK &&
			here->events->len == there->events->len;

	for (guint i = 0; same && i < here->events->len; i++) {
		const bsn_event *x = &g_array_index(here->events, bsn_event, i);
		const bsn_event *y =
			&g_array_index(there->events, bsn_event, i);

		same = x->kind == y->kind && x->index == y->index &&
		       bsn_slice_equal(x->payload, y->payload) &&
		       bsn_slice_equal(bsn_id_slice(&x->tx_id),
				       bsn_id_slice(&y->tx_id));
	}
	EXPECT(bed_run_of(bed), same,
	       "node %u must give the events of block %" G_GUINT64_FORMAT
	       " that node 0 gives; it gives others, or %s",
	       node, block,
	       there->status == BSN_OK ? "fewer" : there->err.reason);
}

/* Who only got the blocks answers like who made them. What was before it came
 * it may not have: it may have taken over a later state. */
static void
observes_all(Run *run)
{
	guint spare = members_least(run);
	Bed *bed = members_bed(run, spare, 1);
	BedDone dones[3];

	members_must_change(bed, spare, "observer");
	bed_boot(bed, spare);
	members_must_be_level(bed, 1, spare);
	dones[0] = bed_put(bed, "key", "value");
	dones[1] = bed_invoke(bed, 0, 0, SIM_FN_EMIT, "key", "said");
	bed_must_commit(bed, &dones[1], "a transaction that emits an event");
	dones[2] = bed_invoke(bed, 0, 0, SIM_FN_FAIL, "key", "refused");
	bed_put(bed, "key", "later");
	members_must_be_level(bed, 1, spare);
	for (guint node = 1; node <= spare; node++)
		for (guint i = 0; i < G_N_ELEMENTS(dones); i++) {
			if (dones[i].stage == 0)
				continue;
			must_find_alike(bed, node, &dones[i]);
			must_tell_alike(bed, node, dones[i].block);
		}
}

/* ---- members that vote ---------------------------------------------------- */

/* With it the members are as many as tolerate one fault, but none without it:
 * 5 need 4 of themselves, and 4 need 3. */
static void
joins_consensus(Run *run)
{
	guint spare = members_least(run);
	Bed *bed = members_bed(run, spare, 1);

	members_must_have_role(bed, spare - 1, spare, "none");
	members_must_change(bed, spare, "observer");
	bed_boot(bed, spare);
	members_must_be_level(bed, 1, spare);
	members_must_change(bed, spare, "consensus");
	members_must_be_level(bed, 1, spare);
	members_must_have_role(bed, spare, spare, "consensus");
	bed_pass(bed, MEMBERS_SETTLE_MS);
	bed_stop(bed, spare - 1);
	bed_put(bed, "with", "the new one");
	members_must_be_level(bed, 1, spare);
	bed_stop(bed, spare);
	members_must_wait_for(bed, spare);
}

static void
joins_under_load(Run *run)
{
	guint spare = members_least(run);
	Bed *bed = members_bed(run, spare, 1);
	bsn_reply *replies[LOAD];

	for (guint i = 0; i < LOAD; i++) {
		g_autofree char *key = g_strdup_printf("load%u", i);
		BedBuilt built = bed_build_invoke(bed, 0, 0, SIM_FN_PUT, key,
						  key);

		EXPECT(run, built.status == BSN_OK,
		       "a transaction must be built; %s", built.reason);
		replies[i] = bed_submit_async(bed, i % spare, built.bytes);
		if (i == LOAD / 2)
			members_must_change(bed, spare, "observer");
		if (i == LOAD / 2 + 2)
			bed_boot(bed, spare);
		if (i == LOAD / 2 + 4)
			members_must_change(bed, spare, "consensus");
	}
	bed_pass(bed, BED_PATIENCE_MS);
	members_must_be_level(bed, 1, spare);
	for (guint i = 0; i < LOAD; i++) {
		g_autofree char *key = g_strdup_printf("load%u", i);

		EXPECT(run,
		       replies[i]->status == BSN_OK &&
			       replies[i]->tx.stage == BSN_TX_COMMITTED,
		       "transactions must be committed while a node joins; "
		       "number %u is %s: %s",
		       i, bed_status_name(replies[i]->status),
		       replies[i]->err.reason);
		bed_must_have(bed, spare, key, key);
	}
}

static void
stays_out(Run *run)
{
	guint spare = members_least(run);
	Bed *bed = members_bed(run, spare, 1);

	bed_boot(bed, spare);
	for (guint i = 0; i < 3; i++)
		bed_put(bed, "not", "for everybody");
	bed_pass(bed, MEMBERS_NOTHING_MS);
	members_must_have_role(bed, spare - 1, spare, "none");
	EXPECT(run, members_height(bed, spare) == 0,
	       "a node that is no member must get no blocks; it has "
	       "%" G_GUINT64_FORMAT,
	       members_height(bed, spare));
}

static void
joins_other(Run *run)
{
	if (members_both(run))
		joins_consensus(run);
}

#define CHECK(id, row, function, sentence)                                     \
	CHECK_WITH(id, row, function, 0, sentence)
#define CHECK_WITH(id, row, function, argument, sentence)                      \
	{ id,		sentence, row, "engine.h: BSN_TX_MEMBER",              \
	  LEVEL_TABLES, 1,	  BSN_KIND_ENGINE, function, argument }

static const Check list[] = {
	CHECK("chain.join", "chain.join", joins_consensus,
	      "A node that is made a member takes part: its vote is needed, "
	      "and counts."),
	CHECK("chain.join-observer", "chain.join", joins_as_observer,
	      "A node that is made an observer catches up and follows."),
	CHECK("chain.join-observer-votes", "chain.join", observes_only,
	      "An observer's vote is not needed and does not count."),
	CHECK("chain.join-observer-answers", "chain.join", observes_all,
	      "An observer, and each member, answers about transactions and "
	      "events as the node that was given them."),
	CHECK("chain.join-load", "chain.join", joins_under_load,
	      "A chain goes on while a node joins."),
	CHECK("chain.join-uninvited", "chain.join", stays_out,
	      "A node that is no member gets nothing."),
	CHECK_WITH("chain.join-crash", "chain.join", joins_other, MEMBERS_CRASH,
		   "The same as chain.join with the protocol for nodes that "
		   "crash."),
};
CHECK_GROUP(checks_join, list);
