/* SPDX-License-Identifier: Apache-2.0
 *
 * One node of Raft's core, message by message: what must not happen between two
 * steps, where a network would seldom go.
 */
#include "tests/unit/raft-core.h"

/* ---- leaders ------------------------------------------------------------- */

/* Ongaro and Ousterhout, 2014, figure 8: a block of an earlier term that more
 * than half have can still be replaced, until one of this term is on them. */
static void
test_figure_8(void)
{
	Core core = core_make(THREE, 1, THREE, 0);

	core_elect(&core);
	g_assert_cmpuint(raft_status(core.raft).last, ==, 3);
	core_reply(&core, 2, RAFT_YES, 2, 0);
	g_assert_cmpuint(raft_status(core.raft).commit, ==, 0);
	core_reply(&core, 3, RAFT_YES, 3, 0);
	g_assert_cmpuint(raft_status(core.raft).commit, ==, 3);
	raft_free(core.raft);
}

static void
test_own_disk_counts_when_durable(void)
{
	Core core = core_make(THREE, 0, THREE, 0);

	core_elect(&core);
	core_reply(&core, 2, RAFT_YES, 2, 0);
	g_assert_cmpuint(raft_status(core.raft).commit, ==, 2);
	core.durable = core.save.seq;
	raft_propose(core.raft, core.now, 1, g_bytes_new("b", 1), FALSE);
	core_drain(&core);
	core_reply(&core, 2, RAFT_YES, 3, 0);
	g_assert_cmpuint(raft_status(core.raft).commit, ==, 2);
	raft_durable(core.raft, core.now, core.save.seq);
	g_assert_cmpuint(raft_status(core.raft).commit, ==, 3);
	raft_free(core.raft);
}

static void
test_acknowledging_what_there_is_not(void)
{
	Core core = core_make(THREE, 0, THREE, 0);
	RaftMessage message = { .type = RAFT_APPEND_REPLY,
				.flags = RAFT_YES,
				.index = 99 };

	core_elect(&core);
	message.term = raft_status(core.raft).term;
	g_assert_false(core_tell(&core, 2, message));
	g_assert_cmpuint(raft_status(core.raft).commit, ==, 0);
	raft_free(core.raft);
}

/* One that is alone stands once, however slow its disk. */
static void
test_slow_disk_needs_one_term(void)
{
	Core core = core_make(1u << 1, 0, 1u << 1, 0);

	core.durable = 0;
	for (guint i = 0; i < 10; i++)
		core_pass(&core, 3 * CORE_ELECTION_MS);
	g_assert_cmpuint(raft_status(core.raft).term, ==, 2);
	raft_durable(core.raft, core.now, core.save.seq);
	g_assert_cmpint(raft_status(core.raft).role, ==, RAFT_LEADER);
	raft_free(core.raft);
}

/* ---- followers ----------------------------------------------------------- */

/* A batch that becomes durable after its entries were replaced says nothing of
 * those that are there now. */
static void
test_replaced_entries_are_not_durable(void)
{
	Core core = core_make(THREE, 0, THREE, 0);
	guint64 term;

	core.durable = 0;
	g_assert_true(core_append(&core, 2, 1, 1, 3, 1, 1));
	g_assert_true(core_append(&core, 3, 1, 1, 0, 0, 1));
	term = core.save.seq;
	g_assert_true(core_append(&core, 3, 1, 1, 3, 1, 1));
	raft_durable(core.raft, core.now, term);
	core_drain(&core);
	g_assert_cmpuint(core.last[2].index, <=, 1);
	raft_durable(core.raft, core.now, core.save.seq);
	core_drain(&core);
	g_assert_cmpuint(core.last[2].index, ==, 4);
	raft_free(core.raft);
}

static void
test_replaced_entries_leave_the_disk(void)
{
	Core core = core_make(THREE, 3, THREE, 0);

	g_assert_true(core_append(&core, 2, 1, 1, 1, 1, 1));
	g_assert_cmpuint(raft_status(core.raft).last, ==, 2);
	g_assert_cmpuint(core.save.put_first, ==, 2);
	g_assert_cmpuint(core.save.put_last, ==, 2);
	g_assert_cmpuint(core.save.cut_first, ==, 3);
	g_assert_cmpuint(core.save.cut_last, ==, 4);
	raft_free(core.raft);
}

/* What was like an earlier leader's log need not be like this one's. */
static void
test_acknowledges_for_this_leader(void)
{
	Core core = core_make(THREE, 0, THREE, 0);

	g_assert_true(core_append(&core, 2, 1, 1, 4, 1, 1));
	g_assert_cmpuint(core.last[2].index, ==, 5);
	g_assert_true(core_append(&core, 3, 2, 2, 0, 0, 1));
	g_assert_cmpuint(core.last[2].index, ==, 2);
	raft_free(core.raft);
}

static void
test_committed_entries_stay(void)
{
	Core core = core_make(THREE, 2, THREE, 0);

	g_assert_true(core_append(&core, 2, 3, 1, 0, 0, 3));
	g_assert_cmpuint(raft_status(core.raft).commit, ==, 3);
	g_assert_false(core_append(&core, 3, 1, 1, 1, 1, 2));
	g_assert_cmpuint(raft_status(core.raft).last, ==, 3);
	raft_free(core.raft);
}

/* A block is one height more, and terms do not fall. */
static void
test_entries_that_do_not_follow(void)
{
	Core core = core_make(THREE, 1, THREE, 0);

	g_assert_false(core_append(&core, 2, 2, 1, 1, 3, 1));
	g_assert_false(core_append(&core, 2, 2, 1, 1, 1, 1));
	g_assert_cmpuint(raft_status(core.raft).last, ==, 2);
	raft_free(core.raft);
}

/* The leader is told where to go on, not one entry at a time. */
static void
test_refusal_names_where_to_try(void)
{
	Core core = core_make(THREE, 4, THREE, 0);

	g_assert_true(core_append(&core, 2, 40, 2, 0, 0, 0));
	g_assert_cmpuint(core.last[2].flags, ==, 0);
	g_assert_cmpuint(core.last[2].index, ==, 5);
	g_assert_cmpuint(core.last[2].echo, ==, 40);
	g_assert_true(core_append(&core, 2, 5, 2, 0, 0, 0));
	g_assert_cmpuint(core.last[2].index, ==, 0);
	raft_free(core.raft);
}

/* ---- snapshots ----------------------------------------------------------- */

static RaftMessage
snapshot(guint64 index, guint64 height, RaftVoters *voters)
{
	return (RaftMessage){ .type = RAFT_SNAPSHOT,
			      .term = 4,
			      .index = index,
			      .log_term = 3,
			      .height = height,
			      .voters = voters };
}

static void
test_snapshot_waits_for_the_engine(void)
{
	g_autoptr(GPtrArray) voters = core_voters_of(TWO);
	Core core = core_make(THREE, 2, THREE, 0);
	guint64 height = 0;
	GBytes *from;

	g_assert_true(core_tell(&core, 2, snapshot(20, 9, voters)));
	g_assert_cmpuint(core.last[2].flags, ==, RAFT_SYNCING);
	g_assert_true(raft_take_behind(core.raft, &height, &from));
	g_assert_cmpuint(height, ==, 9);
	g_bytes_unref(from);
	raft_applied(core.raft, core.now, 8);
	g_assert_cmpuint(raft_status(core.raft).last, ==, 3);
	raft_applied(core.raft, core.now, 11);
	core_drain(&core);
	g_assert_cmpuint(raft_status(core.raft).last, ==, 20);
	g_assert_cmpuint(raft_status(core.raft).decided, ==, 11);
	g_assert_cmpuint(core_voters_now(&core), ==, TWO);
	g_assert_nonnull(core.save.base);
	g_assert_cmpuint(core.save.delete_last, ==, 3);
	g_assert_cmpuint(core.last[2].flags, ==, RAFT_YES);
	g_assert_cmpuint(core.last[2].index, ==, 20);
	raft_free(core.raft);
}

/* What the log has is not thrown away. */
static void
test_snapshot_of_what_is_there(void)
{
	g_autoptr(GPtrArray) voters = core_voters_of(THREE);
	Core core = core_make(THREE, 2, THREE, 0);
	guint64 height;
	GBytes *from;

	g_assert_true(core_append(&core, 3, 3, 1, 2, 3, 0));
	g_assert_true(core_tell(&core, 2, snapshot(5, 4, voters)));
	g_assert_false(raft_take_behind(core.raft, &height, &from));
	g_assert_cmpuint(raft_status(core.raft).commit, ==, 5);
	g_assert_cmpuint(raft_status(core.raft).first, ==, 1);
	g_assert_cmpuint(core.last[2].index, ==, 5);
	raft_free(core.raft);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define T(path, test) g_test_add_func("/raft/core/" path, test)
	T("leader/figure-8-commits-nothing-of-an-earlier-term", test_figure_8);
	T("leader/own-disk-counts-when-durable",
	  test_own_disk_counts_when_durable);
	T("leader/acknowledging-what-there-is-not",
	  test_acknowledging_what_there_is_not);
	T("leader/slow-disk-needs-one-term", test_slow_disk_needs_one_term);
	T("follower/replaced-entries-are-not-durable",
	  test_replaced_entries_are_not_durable);
	T("follower/replaced-entries-leave-the-disk",
	  test_replaced_entries_leave_the_disk);
	T("follower/acknowledges-for-this-leader",
	  test_acknowledges_for_this_leader);
	T("follower/committed-entries-stay", test_committed_entries_stay);
	T("follower/entries-that-do-not-follow",
	  test_entries_that_do_not_follow);
	T("follower/refusal-names-where-to-try",
	  test_refusal_names_where_to_try);
	T("snapshot/waits-for-the-engine", test_snapshot_waits_for_the_engine);
	T("snapshot/of-what-is-there", test_snapshot_of_what_is_there);
	return g_test_run();
}
