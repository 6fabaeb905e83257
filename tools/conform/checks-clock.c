/* SPDX-License-Identifier: Apache-2.0
 *
 * block.time-agreed: a block's time is not the word of one node.
 */
#include "tools/conform/bed.h"

/* What the clock of one node is ahead, and what a block's may be. */
#define AHEAD_MS G_GINT64_CONSTANT(864000000)
#define BEARABLE_MS 3600000u
#define PUTS 8u

/* Every node proposes blocks, also the one whose clock is wrong; it is node 0.
 * A transaction may have a time of its own, so the others build them. */
static void
put_everywhere(Bed *bed, guint nodes)
{
	for (guint i = 0; i < PUTS; i++) {
		g_autofree char *key = g_strdup_printf("key%u", i);
		BedBuilt built =
			bed_build_invoke(bed, 1 + i % (nodes - 1), 0,
					 SIM_FN_PUT, key, "value");
		BedDone done = bed_submit(bed, i % nodes, built.bytes);

		bed_must_commit(bed, &done,
				"a transaction while one node's clock is "
				"wrong");
	}
}

static void
is_agreed(Run *run)
{
	const BedSpec spec = { .nodes = 4 };
	guint64 now_ms, height;
	Bed *bed;

	if (run_workload(run)->byzantine == NULL)
		run_not_claimed(run, "the workload names no protocol for nodes "
				     "that lie");
	bed = bed_with_contract(run, &spec);
	bed_world(bed)->nodes[0].wall_off_ms = AHEAD_MS;
	run_note(run, "the clock of node 0 is ten days ahead");
	put_everywhere(bed, spec.nodes);
	height = bed_ledger(bed, 1)->ledger.height;
	now_ms = SIM_START_MS + bed_world(bed)->now_us / 1000;
	for (guint64 n = 1; n <= height; n++) {
		const bsn_reply *reply = bed_block(bed, 1, n, 0);

		EXPECT(run,
		       reply->status == BSN_OK &&
			       reply->block.time_ms <= now_ms + BEARABLE_MS,
		       "nodes must not agree to a block of the future, "
		       "whoever proposes it; block %" G_GUINT64_FORMAT
		       " is %" G_GUINT64_FORMAT " s ahead",
		       n, (reply->block.time_ms - now_ms) / 1000);
	}
}

static const Check list[] = {
	{ "block.time-agreed",
	  "Where nodes may lie none of them alone says what time it is.",
	  "block.info", "consensus.h: bsn_proposer.check", LEVEL_TABLES, 1,
	  BSN_KIND_ENGINE, is_agreed, 0 },
};
CHECK_GROUP(checks_clock, list);
