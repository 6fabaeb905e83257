/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/conform/members.h"

static gboolean
nodes_may_lie(Run *run)
{
	return run_workload(run)->byzantine != NULL &&
	       run->check->argument != MEMBERS_CRASH;
}

Bed *
members_bed(Run *run, guint nodes, guint spares)
{
	const BedSpec spec = { .nodes = nodes,
			       .spares = spares,
			       .protocol = nodes_may_lie(run)
						   ? NULL
						   : run_workload(run)->crash };

	return bed_with_contract(run, &spec);
}

guint
members_least(Run *run)
{
	const SimWorkload *workload = run_workload(run);

	EXPECT(run, workload->byzantine != NULL || workload->crash != NULL,
	       "the workload must name a protocol for several nodes "
	       "(protocols.crash, protocols.byzantine); it names none");
	return nodes_may_lie(run) ? 4 : 3;
}

void
members_must_change(Bed *bed, guint about, const char *role)
{
	BedDone done = bed_change_member(bed, 0, about, role);

	bed_must_commit(bed, &done, "a change of members by who may");
}

guint64
members_height(Bed *bed, guint node)
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
		    members_height(level->bed, i) < level->height)
			return FALSE;
	return TRUE;
}

void
members_must_be_level(Bed *bed, guint first, guint last)
{
	Run *run = bed_run_of(bed);
	Level level = { bed, first, last, members_height(bed, 0) };
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

void
members_must_have_role(Bed *bed, guint last, guint about, const char *role)
{
	for (guint i = 0; i <= last; i++)
		if (sim_process_is_up(bed_chain(bed, i)))
			EXPECT(bed_run_of(bed),
			       bed_has_role(bed, i, about, role),
			       "node %u must say that node %u is %s; it does "
			       "not",
			       i, about, role);
}

void
members_must_wait_for(Bed *bed, guint node)
{
	Run *run = bed_run_of(bed);
	guint64 before = members_height(bed, 0);
	BedBuilt built = bed_build_invoke(bed, 0, 0, SIM_FN_PUT, "quorum",
					  "is needed");
	bsn_reply *reply;

	EXPECT(run, built.status == BSN_OK, "a transaction must be built; %s",
	       built.reason);
	reply = bed_submit_async(bed, 0, built.bytes);
	bed_pass(bed, MEMBERS_NOTHING_MS);
	run_note(run, "after %u s node 0 has block %" G_GUINT64_FORMAT
		      " and had %" G_GUINT64_FORMAT,
		 MEMBERS_NOTHING_MS / 1000, members_height(bed, 0), before);
	EXPECT(run,
	       reply->tx.stage != BSN_TX_COMMITTED ||
		       reply->status == SIM_PENDING,
	       "nothing may be committed without a quorum of the members; a "
	       "transaction was");
	EXPECT(run, members_height(bed, 0) == before,
	       "no block may be made without a quorum of the members; one "
	       "was");
	bed_boot(bed, node);
	bed_put(bed, "quorum", "is there");
	bed_must_have(bed, 0, "quorum", "is there");
}

gboolean
members_both(Run *run)
{
	const SimWorkload *workload = run_workload(run);
	gboolean both = workload->byzantine != NULL && workload->crash != NULL;

	if (both)
		run_note(run, "the protocol is %s", workload->crash);
	else
		run_note(run, "the workload names one protocol for several "
			      "nodes, which is judged already");
	return both;
}
