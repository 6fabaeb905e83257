/* SPDX-License-Identifier: Apache-2.0
 *
 * status.*: what a node says of itself and of its chain.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/conform/bed.h"

#define PUTS 4u

static void
must_be(Run *run, guint64 is, guint64 expected, const char *what)
{
	EXPECT(run, is == expected,
	       "%s must be %" G_GUINT64_FORMAT "; it is %" G_GUINT64_FORMAT,
	       what, expected, is);
}

static guint
members_listed(Bed *bed)
{
	const bsn_reply *reply = bed_members(bed, 0);

	for (guint i = 0;; i++) {
		g_autofree char *at = g_strdup_printf("/%u", i);

		if (bed_json(bed, reply, at) == NULL)
			return i;
	}
}

/* ---- status.chain -------------------------------------------------------- */

static void
agrees(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);

	for (guint i = 0; i < PUTS; i++) {
		const bsn_chain_status *status;

		bed_put(bed, "key", "value");
		bed_pass(bed, 2000);
		status = bed_chain_status(bed);
		must_be(run, status->height,
			bed_ledger(bed, 0)->ledger.height,
			"the status' height, the ledger's,");
		must_be(run, status->pending_txs, 0,
			"the transactions that wait on an idle chain");
		must_be(run, status->state, BSN_CHAIN_RUNNING,
			"the state of a chain that works");
		must_be(run, status->members, members_listed(bed),
			"the count of members, as many as are listed,");
	}
	bed_restart(bed, 0);
	bed_pass(bed, 2000);
	must_be(run, bed_chain_status(bed)->height,
		bed_ledger(bed, 0)->ledger.height,
		"the status' height after a restart");
	must_be(run, bed_chain_status(bed)->pending_txs, 0,
		"the transactions that wait after a restart of an idle chain");
}

/* Whoever has no quorum keeps what it accepted, and says so. */
static void
counts_what_waits(Run *run)
{
	const SimWorkload *workload = run_workload(run);
	const BedSpec spec = { .nodes = workload->byzantine != NULL ? 4 : 3 };
	bsn_reply *replies[PUTS];
	guint64 waiting = 0, most;
	Bed *bed;

	if (workload->byzantine == NULL && workload->crash == NULL)
		run_not_claimed(run, "nothing waits on a chain of one node");
	bed = bed_with_contract(run, &spec);
	for (guint i = 0; i < spec.nodes; i++)
		bed_cut(bed, i, TRUE);
	for (guint i = 0; i < PUTS; i++) {
		g_autofree char *key = g_strdup_printf("key%u", i);

		replies[i] = bed_submit_async(
			bed, 0,
			bed_build_invoke(bed, 0, 0, SIM_FN_PUT, key, "value")
				.bytes);
	}
	bed_pass(bed, 3000);
	for (guint i = 0; i < PUTS; i++)
		waiting += replies[i]->status == SIM_PENDING;
	most = bed_chain_status(bed)->pending_txs;
	run_note(run, "%" G_GUINT64_FORMAT " of %u wait for their end; the "
		      "status counts %" G_GUINT64_FORMAT,
		 waiting, PUTS, most);
	EXPECT(run, most == waiting,
	       "the transactions that wait for their end must be counted, "
	       "%" G_GUINT64_FORMAT "; the status counts %" G_GUINT64_FORMAT,
	       waiting, most);
	for (guint i = 0; i < spec.nodes; i++)
		bed_cut(bed, i, FALSE);
	bed_pass(bed, 2 * BED_PATIENCE_MS);
	must_be(run, bed_chain_status(bed)->pending_txs, 0,
		"the transactions that wait once all nodes are joined again");
}

/* ---- status.node --------------------------------------------------------- */

static void
knows_who_is_there(Run *run)
{
	const SimWorkload *workload = run_workload(run);
	const BedSpec spec = { .nodes = workload->byzantine != NULL ? 4
					: workload->crash != NULL   ? 3
								    : 1 };
	Bed *bed = bed_new(run, &spec);
	const bsn_chain_status *status;

	bed_pass(bed, 5000);
	status = bed_chain_status(bed);
	must_be(run, status->members, spec.nodes, "the count of members");
	must_be(run, status->connected, spec.nodes,
		"the count of members that are connected, this one included,");
	if (spec.nodes == 1)
		return;
	bed_stop(bed, spec.nodes - 1);
	bed_pass(bed, 5000);
	must_be(run, bed_chain_status(bed)->connected, spec.nodes - 1,
		"that count when one node is stopped");
	bed_boot(bed, spec.nodes - 1);
	bed_pass(bed, 5000);
	must_be(run, bed_chain_status(bed)->connected, spec.nodes,
		"that count when it is there again");
}

/* ---- full disks ----------------------------------------------------------- */

static void
fill(Bed *bed, guint node, gboolean full)
{
	bed_chain(bed, node)->full_until_us = full ? G_MAXUINT64 : 0;
	run_note(bed_run_of(bed), "the store of node %u %s", node,
		 full ? "is full" : "has room again");
}

/* The disk takes nothing for a while: reads go on, nothing is lost, nothing is
 * promised, and afterwards all is as before. */
static void
survives_a_full_disk(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	BedBuilt built;
	const bsn_reply *reply;
	guint64 height;

	bed_put(bed, "before", "yes");
	height = bed_ledger(bed, 0)->ledger.height;
	built = bed_build_invoke(bed, 0, 0, SIM_FN_PUT, "during", "yes");
	fill(bed, 0, TRUE);
	reply = bed_submit_async(bed, 0, built.bytes);
	bed_pass(bed, 5000);
	EXPECT(run, reply->status != BSN_OK,
	       "nothing may be answered as committed while the store takes "
	       "nothing");
	bed_must_have(bed, 0, "before", "yes");
	must_be(run, bed_ledger(bed, 0)->ledger.height, height,
		"the height while the store is full");
	bed_chain_status(bed);
	fill(bed, 0, FALSE);
	bed_pass(bed, BED_PATIENCE_MS);
	bed_put(bed, "after", "yes");
	bed_must_have(bed, 0, "after", "yes");
	bed_restart(bed, 0);
	bed_must_have(bed, 0, "after", "yes");
	if (reply->status == BSN_OK)
		bed_must_have(bed, 0, "during", "yes");
}

/* A block is decided while one node's disk is full: that node has it when there
 * is room, and the same one. */
static void
follows_after_a_full_disk(Run *run)
{
	const SimWorkload *workload = run_workload(run);
	const BedSpec spec = { .nodes = workload->byzantine != NULL ? 4 : 3 };
	const bsn_reply *here, *there;
	guint64 height;
	Bed *bed;

	if (workload->byzantine == NULL && workload->crash == NULL)
		run_not_claimed(run, "a chain of one node decides nothing "
				     "while its disk is full");
	bed = bed_with_contract(run, &spec);
	bed_pass(bed, 5000);
	fill(bed, 1, TRUE);
	for (guint i = 0; i < PUTS; i++)
		bed_put(bed, "during", "yes");
	bed_pass(bed, 5000);
	fill(bed, 1, FALSE);
	bed_put(bed, "after", "yes");
	height = bed_ledger(bed, 0)->ledger.height;
	EXPECT(run, bed_reach(bed, height),
	       "a node whose disk was full must have all blocks once there is "
	       "room");
	bed_restart(bed, 1);
	here = bed_block(bed, 0, height, 0);
	there = bed_block(bed, 1, height, 0);
	EXPECT(run,
	       there->status == BSN_OK &&
		       bsn_slice_equal(bsn_id_slice(&here->block.hash),
				       bsn_id_slice(&there->block.hash)),
	       "it must have the same block %" G_GUINT64_FORMAT
	       " as the others, also after a restart; %s",
	       height, there->status == BSN_OK ? "it has another"
					       : there->err.reason);
	bed_must_have(bed, 1, "during", "yes");
}

#define CHECK(id, row, function, sentence)                                     \
	{ "status." id, sentence, row, "engine.h: bsn_status_ops.get",         \
	  LEVEL_TABLE2, 1, BSN_KIND_ENGINE, function, 0 }

static const Check list[] = {
	CHECK("chain", "status.chain", agrees,
	      "Height, state and members agree with ledger and list."),
	CHECK("pending", "status.chain", counts_what_waits,
	      "Transactions that wait are counted while they wait."),
	CHECK("node", "status.node", knows_who_is_there,
	      "It knows which members are connected."),
	CHECK("full-disk", "status.node", survives_a_full_disk,
	      "A full disk loses nothing and ends nothing: reads go on, and "
	      "writes when there is room."),
	CHECK("full-disk-follows", "status.node", follows_after_a_full_disk,
	      "What is decided while a node's disk is full it has when there "
	      "is room."),
};
CHECK_GROUP(checks_status, list);
