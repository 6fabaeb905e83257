/* SPDX-License-Identifier: Apache-2.0
 *
 * chain.join, chain.leave, function.dynamic-nodes: nodes come and go while the
 * chain goes on.
 *
 * Numbers are chosen so that one vote more or less decides: of what any protocol
 * of its kind can tolerate at most.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/conform/bed.h"

/* Virtual time for what must not happen. */
#define NOTHING_MS 30000u
/* Transactions on their way while members change. */
#define LOAD 20u

static Bed *
bed_of(Run *run, guint nodes, guint spares)
{
	const BedSpec spec = { .nodes = nodes, .spares = spares };

	return bed_with_contract(run, &spec);
}

/* Members of a chain that bears one fault exactly, and not two: 4 where nodes
 * may lie, 3 where they crash. */
static guint
least(Run *run)
{
	const SimWorkload *workload = run_workload(run);

	EXPECT(run, workload->byzantine != NULL || workload->crash != NULL,
	       "the workload must name a protocol for several nodes "
	       "(protocols.crash, protocols.byzantine); it names none");
	return workload->byzantine != NULL ? 4 : 3;
}

static void
must_change(Bed *bed, guint about, const char *role)
{
	BedDone done = bed_change_member(bed, 0, about, role);

	bed_must_commit(bed, &done, "a change of members by who may");
}

static guint64
height_of(Bed *bed, guint node)
{
	return bed_world(bed)->nodes[node].height;
}

/* Nodes first..last come to the same last block. */
typedef struct {
	Bed *bed;
	guint first, last;
	guint64 height;
} Level;

static gboolean
is_level(gpointer data)
{
	const Level *level = data;

	for (guint i = level->first; i <= level->last; i++)
		if (sim_process_is_up(bed_chain(level->bed, i)) &&
		    height_of(level->bed, i) < level->height)
			return FALSE;
	return TRUE;
}

static void
must_be_level(Bed *bed, guint first, guint last)
{
	Run *run = bed_run_of(bed);
	Level level = { bed, first, last, height_of(bed, 0) };
	const bsn_reply *right, *other;

	EXPECT(run, bed_until(bed, is_level, &level),
	       "nodes %u to %u must come to block %" G_GUINT64_FORMAT
	       ", which node 0 has; after %u s they have not",
	       first, last, level.height, BED_PATIENCE_MS / 1000);
	right = bed_block(bed, 0, level.height, 0);
	for (guint i = first; i <= last; i++) {
		if (!sim_process_is_up(bed_chain(bed, i)))
			continue;
		other = bed_block(bed, i, level.height, 0);
		EXPECT(run,
		       other->status == BSN_OK &&
			       memcmp(&right->block.hash, &other->block.hash,
				      sizeof(bsn_id)) == 0,
		       "block %" G_GUINT64_FORMAT " must have the same hash "
		       "at nodes 0 and %u; it has not",
		       level.height, i);
	}
}

static void
must_have_role(Bed *bed, guint last, guint about, const char *role)
{
	for (guint i = 0; i <= last; i++)
		if (sim_process_is_up(bed_chain(bed, i)))
			EXPECT(bed_run_of(bed),
			       bed_has_role(bed, i, about, role),
			       "node %u must say that node %u is %s; it does "
			       "not",
			       i, about, role);
}

/* Nothing is committed while too many are away, and it is as soon as one is
 * back. */
static void
must_wait_for(Bed *bed, guint node)
{
	Run *run = bed_run_of(bed);
	guint64 before = height_of(bed, 0);
	BedBuilt built = bed_build_invoke(bed, 0, 0, SIM_FN_PUT, "quorum",
					  "is needed");
	bsn_reply *reply;

	EXPECT(run, built.status == BSN_OK, "a transaction must be built; %s",
	       built.reason);
	reply = bed_submit_async(bed, 0, built.bytes);
	bed_pass(bed, NOTHING_MS);
	run_note(run, "after %u s node 0 has block %" G_GUINT64_FORMAT
		      " and had %" G_GUINT64_FORMAT,
		 NOTHING_MS / 1000, height_of(bed, 0), before);
	EXPECT(run,
	       reply->tx.stage != BSN_TX_COMMITTED ||
		       reply->status == SIM_PENDING,
	       "nothing may be committed without a quorum of the members; a "
	       "transaction was");
	EXPECT(run, height_of(bed, 0) == before,
	       "no block may be made without a quorum of the members; one "
	       "was");
	bed_boot(bed, node);
	bed_put(bed, "quorum", "is there");
	bed_must_have(bed, 0, "quorum", "is there");
}

/* ---- chain.join ---------------------------------------------------------- */

static void
joins_as_observer(Run *run)
{
	guint spare = least(run);
	Bed *bed = bed_of(run, spare, 1);

	bed_put(bed, "before", "it came");
	must_have_role(bed, 0, spare, "none");
	must_change(bed, spare, "observer");
	must_be_level(bed, 1, spare - 1);
	must_have_role(bed, spare - 1, spare, "observer");
	bed_boot(bed, spare);
	must_be_level(bed, 1, spare);
	bed_must_have(bed, spare, "before", "it came");
	bed_put(bed, "after", "it came");
	must_be_level(bed, 1, spare);
	bed_must_have(bed, spare, "after", "it came");
	must_have_role(bed, spare, spare, "observer");
	bed_restart(bed, spare);
	bed_put(bed, "later", "still there");
	must_be_level(bed, 1, spare);
	bed_must_have(bed, spare, "later", "still there");
}

/* With it the members are as many as tolerate one fault, but none without it:
 * 5 need 4 of themselves, and 4 need 3. */
static void
joins_consensus(Run *run)
{
	guint spare = least(run);
	Bed *bed = bed_of(run, spare, 1);

	must_change(bed, spare, "observer");
	bed_boot(bed, spare);
	must_be_level(bed, 1, spare);
	must_change(bed, spare, "consensus");
	must_be_level(bed, 1, spare);
	must_have_role(bed, spare, spare, "consensus");
	bed_stop(bed, spare - 1);
	bed_put(bed, "with", "the new one");
	must_be_level(bed, 1, spare);
	bed_stop(bed, spare);
	must_wait_for(bed, spare);
}

static void
joins_under_load(Run *run)
{
	guint spare = least(run);
	Bed *bed = bed_of(run, spare, 1);
	bsn_reply *replies[LOAD];

	for (guint i = 0; i < LOAD; i++) {
		g_autofree char *key = g_strdup_printf("load%u", i);
		BedBuilt built = bed_build_invoke(bed, 0, 0, SIM_FN_PUT, key,
						  key);

		EXPECT(run, built.status == BSN_OK,
		       "a transaction must be built; %s", built.reason);
		replies[i] = bed_submit_async(bed, i % spare, built.bytes);
		if (i == LOAD / 2)
			must_change(bed, spare, "observer");
		if (i == LOAD / 2 + 2)
			bed_boot(bed, spare);
		if (i == LOAD / 2 + 4)
			must_change(bed, spare, "consensus");
	}
	bed_pass(bed, BED_PATIENCE_MS);
	must_be_level(bed, 1, spare);
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
	guint spare = least(run);
	Bed *bed = bed_of(run, spare, 1);

	bed_boot(bed, spare);
	for (guint i = 0; i < 3; i++)
		bed_put(bed, "not", "for everybody");
	bed_pass(bed, NOTHING_MS);
	must_have_role(bed, spare - 1, spare, "none");
	EXPECT(run, height_of(bed, spare) == 0,
	       "a node that is no member must get no blocks; it has "
	       "%" G_GUINT64_FORMAT,
	       height_of(bed, spare));
}

/* ---- chain.leave --------------------------------------------------------- */

/* A member more than tolerate one fault. */
static Bed *
left(Run *run, guint *gone)
{
	Bed *bed;

	*gone = least(run);
	bed = bed_of(run, *gone + 1, 0);
	bed_put(bed, "with", "all of them");
	must_be_level(bed, 1, *gone);
	must_change(bed, *gone, "none");
	must_be_level(bed, 1, *gone - 1);
	must_have_role(bed, *gone - 1, *gone, "none");
	bed_pass(bed, 5000);
	return bed;
}

static void
leaves(Run *run)
{
	guint gone;
	Bed *bed = left(run, &gone);
	guint64 last = height_of(bed, gone);

	for (guint i = 0; i < 3; i++)
		bed_put(bed, "without", "it");
	must_be_level(bed, 1, gone - 1);
	bed_pass(bed, NOTHING_MS);
	run_note(run, "node %u had block %" G_GUINT64_FORMAT " when it was "
		      "removed, and has %" G_GUINT64_FORMAT,
		 gone, last, height_of(bed, gone));
	EXPECT(run, height_of(bed, gone) == last,
	       "a removed node must get no later blocks; it got some");
	bed_restart(bed, gone);
	bed_pass(bed, NOTHING_MS);
	EXPECT(run, height_of(bed, gone) == last,
	       "a removed node must get no later blocks after a restart; it "
	       "got some");
	for (guint i = 0; i < gone; i++) {
		bed_restart(bed, i);
		must_have_role(bed, i, gone, "none");
	}
	bed_put(bed, "without", "it, after restarts");
}

/* One of those that are left may be away, and not two, whatever the removed one
 * says. */
static void
counts_no_more(Run *run)
{
	guint gone;
	Bed *bed = left(run, &gone);

	bed_stop(bed, gone - 1);
	bed_put(bed, "one", "is away");
	must_be_level(bed, 1, gone - 1);
	bed_stop(bed, gone - 2);
	must_wait_for(bed, gone - 2);
}

static void
keeps_the_last(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	BedDone done = bed_change_member(bed, 0, 0, "none");

	bed_must_refuse(bed, &done, "removing the only member");
	must_have_role(bed, 0, 0, "consensus");
	bed_put(bed, "still", "here");
	bed_restart(bed, 0);
	bed_put(bed, "still", "there");
}

/* ---- function.dynamic-nodes ---------------------------------------------- */

/* As many nodes as there were, and none of them has been there all the time but
 * those that must be. */
static void
replaces(Run *run)
{
	guint nodes = least(run);
	Bed *bed = bed_of(run, nodes, 2);

	for (guint i = 0; i < 2; i++) {
		guint comes = nodes + i;
		guint goes = nodes - 1 - i;
		g_autofree char *turn = g_strdup_printf("turn %u", i);

		must_change(bed, comes, "consensus");
		bed_boot(bed, comes);
		must_be_level(bed, 1, comes);
		must_change(bed, goes, "none");
		bed_stop(bed, goes);
		bed_put(bed, "turn", turn);
		must_be_level(bed, 1, comes);
		bed_must_have(bed, comes, "turn", turn);
		must_have_role(bed, comes, goes, "none");
		must_have_role(bed, comes, comes, "consensus");
	}
}

/* ---- function.access-control --------------------------------------------- */

static void
denies_strangers(Run *run)
{
	const SimWorkload *workload = run_workload(run);
	gboolean several =
		workload->byzantine != NULL || workload->crash != NULL;
	const BedSpec spec = { .nodes = several ? least(run) : 1,
			       .spares = 1 };
	guint spare = spec.nodes;
	Bed *bed = bed_new(run, &spec);
	BedDone done = bed_deploy(bed, 0, 0, 1);

	bed_must_commit(bed, &done, "the deployment of version 1");
	bed_govern(bed, &done);
	done = bed_change_member_as(bed, 0, bed_stranger(bed), spare,
				    "observer");
	bed_must_refuse(bed, &done, "a new member by a stranger's word");
	done = bed_change_member_as(bed, 0, bed_stranger(bed), spare - 1,
				    "none");
	bed_must_refuse(bed, &done, "a member's removal by a stranger");
	must_be_level(bed, 0, spare - 1);
	must_have_role(bed, spare - 1, spare, "none");
	must_have_role(bed, spare - 1, spare - 1, "consensus");
	if (!subject_offers(run->subject, "chain.join"))
		return;
	must_change(bed, spare, "observer");
	must_have_role(bed, 0, spare, "observer");
}

#define CHECK(id, row, function, sentence)                                     \
	{ id,		sentence, row, "engine.h: BSN_TX_MEMBER",              \
	  LEVEL_TABLES, 1,	  BSN_KIND_ENGINE, function, 0 }

static const Check list[] = {
	CHECK("chain.join", "chain.join", joins_as_observer,
	      "A node that is made an observer catches up and follows."),
	CHECK("chain.join-consensus", "chain.join", joins_consensus,
	      "A node that is made a member takes part: its vote is needed, "
	      "and counts."),
	CHECK("chain.join-load", "chain.join", joins_under_load,
	      "A chain goes on while a node joins."),
	CHECK("chain.join-uninvited", "chain.join", stays_out,
	      "A node that is no member gets nothing."),
	CHECK("chain.leave", "chain.leave", leaves,
	      "A removed node is listed nowhere and gets no later blocks, "
	      "and the others go on."),
	CHECK("chain.leave-vote", "chain.leave", counts_no_more,
	      "A removed node's vote counts no more, and is not needed."),
	CHECK("chain.leave-last", "chain.leave", keeps_the_last,
	      "What would end the chain is refused."),
	CHECK("function.dynamic-nodes", "function.dynamic-nodes", replaces,
	      "Nodes are replaced one after the other, and the chain goes "
	      "on."),
	CHECK("function.access-members", "function.access-control",
	      denies_strangers, "Strangers do not change the members."),
};
CHECK_GROUP(checks_members, list);
