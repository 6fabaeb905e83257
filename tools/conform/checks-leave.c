/* SPDX-License-Identifier: Apache-2.0
 *
 * chain.leave: nodes go while the chain goes on.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/conform/members.h"

/* A member more than tolerate one fault. */
static Bed *
left(Run *run, guint *gone)
{
	Bed *bed;

	*gone = members_least(run);
	bed = members_bed(run, *gone + 1, 0);
	bed_put(bed, "with", "all of them");
	members_must_be_level(bed, 1, *gone);
	members_must_have_role(bed, *gone, *gone, "consensus");
	members_must_change(bed, *gone, "none");
	members_must_be_level(bed, 1, *gone - 1);
	members_must_have_role(bed, *gone - 1, *gone, "none");
	bed_pass(bed, MEMBERS_SETTLE_MS);
	return bed;
}

static void
leaves(Run *run)
{
	guint gone;
	Bed *bed = left(run, &gone);
	guint64 last = members_height(bed, gone);

	for (guint i = 0; i < 3; i++)
		bed_put(bed, "without", "it");
	members_must_be_level(bed, 1, gone - 1);
	bed_pass(bed, MEMBERS_NOTHING_MS);
	run_note(run, "node %u had block %" G_GUINT64_FORMAT " when it was "
		      "removed, and has %" G_GUINT64_FORMAT,
		 gone, last, members_height(bed, gone));
	EXPECT(run, members_height(bed, gone) == last,
	       "a removed node must get no later blocks; it got some");
	bed_restart(bed, gone);
	bed_pass(bed, MEMBERS_NOTHING_MS);
	EXPECT(run, members_height(bed, gone) == last,
	       "a removed node must get no later blocks after a restart; it "
	       "got some");
	for (guint i = 0; i < gone; i++) {
		bed_restart(bed, i);
		members_must_have_role(bed, i, gone, "none");
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
	members_must_be_level(bed, 1, gone - 1);
	bed_stop(bed, gone - 2);
	members_must_wait_for(bed, gone - 2);
}

static void
keeps_the_last(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	BedDone done = bed_change_member(bed, 0, 0, "none");

	bed_must_refuse(bed, &done, "removing the only member");
	members_must_have_role(bed, 0, 0, "consensus");
	bed_put(bed, "still", "here");
	bed_restart(bed, 0);
	bed_put(bed, "still", "there");
}

static void
leaves_other(Run *run)
{
	if (members_both(run))
		counts_no_more(run);
}

#define CHECK(id, row, function, sentence)                                     \
	CHECK_WITH(id, row, function, 0, sentence)
#define CHECK_WITH(id, row, function, argument, sentence)                      \
	{ id,		sentence, row, "engine.h: BSN_TX_MEMBER",              \
	  LEVEL_TABLES, 1,	  BSN_KIND_ENGINE, function, argument }

static const Check list[] = {
	CHECK("chain.leave", "chain.leave", counts_no_more,
	      "A removed node is listed nowhere, its vote counts no more, and "
	      "is not needed."),
	CHECK("chain.leave-blocks", "chain.leave", leaves,
	      "A removed node gets no later blocks, and the others go on."),
	CHECK_WITH("chain.leave-crash", "chain.leave", leaves_other, MEMBERS_CRASH,
		   "The same as chain.leave with the protocol for nodes that "
		   "crash."),
	CHECK("chain.leave-last", "chain.leave", keeps_the_last,
	      "What would end the chain is refused."),
};
CHECK_GROUP(checks_leave, list);
