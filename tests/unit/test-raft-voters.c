/* SPDX-License-Identifier: Apache-2.0
 *
 * How the voters of Raft's core change, step by step.
 */
#include "tests/unit/raft-core.h"

/* ---- voters -------------------------------------------------------------- */

static void
test_one_change_at_a_time(void)
{
	guint five = THREE | 1u << 4 | 1u << 5;
	Core core = core_make(five, 0, five, 0);

	core_elect(&core);
	core_reply(&core, 2, RAFT_YES, 2, 0);
	core_reply(&core, 3, RAFT_YES, 2, 0);
	g_assert_cmpuint(raft_status(core.raft).commit, ==, 2);
	raft_set_members(core.raft, core.now, 1, core_voters_of(THREE));
	core_drain(&core);
	g_assert_cmpuint(raft_status(core.raft).last, ==, 3);
	g_assert_cmpint(__builtin_popcount(core_voters_now(&core)), ==, 4);
	core_reply(&core, 2, RAFT_YES, 3, 0);
	g_assert_cmpint(__builtin_popcount(core_voters_now(&core)), ==, 4);
	core_reply(&core, 3, RAFT_YES, 3, 0);
	g_assert_cmpuint(core_voters_now(&core), ==, THREE);
	raft_free(core.raft);
}

/* Nothing is changed before an entry of the leader's own term is committed. */
static void
test_first_change_waits_for_the_term(void)
{
	Core core = core_make(THREE, 0, TWO, 0);

	core_elect(&core);
	g_assert_cmpuint(core_voters_now(&core), ==, THREE);
	core_reply(&core, 2, RAFT_YES, 2, 0);
	g_assert_cmpuint(core_voters_now(&core), ==, TWO);
	raft_free(core.raft);
}

/* Its ledger does not have the block yet that made node 4 a member; the log
 * has what followed from it. */
static void
test_old_ledger_undoes_nothing(void)
{
	Core core = core_make(THREE | 1u << 4, 1, THREE, 0);
	RaftDecision decision;

	core_elect(&core);
	core_reply(&core, 2, RAFT_YES, 3, 0);
	core_reply(&core, 3, RAFT_YES, 3, 0);
	g_assert_cmpuint(raft_status(core.raft).commit, ==, 3);
	g_assert_cmpuint(core_voters_now(&core), ==, THREE | 1u << 4);
	g_assert_true(raft_next_decision(core.raft, &decision));
	g_bytes_unref(decision.data);
	raft_set_members(core.raft, core.now, 1,
			 core_voters_of(THREE | 1u << 4));
	raft_applied(core.raft, core.now, 1);
	core_drain(&core);
	g_assert_cmpuint(core_voters_now(&core), ==, THREE | 1u << 4);
	raft_free(core.raft);
}

/* The chain names a height for it, and before that nothing changes. */
static void
test_members_wait_for_their_height(void)
{
	Core core = core_make(THREE, 0, THREE, 0);
	RaftDecision decision;
	guint64 height;

	core_elect(&core);
	core_reply(&core, 2, RAFT_YES, 2, 0);
	raft_set_members(core.raft, core.now, 3,
			 core_voters_of(1u << 2 | 1u << 3));
	for (guint64 i = 1; i <= 2; i++) {
		core_drain(&core);
		g_assert_cmpuint(core_voters_now(&core), ==, THREE);
		g_assert_true(raft_wants_proposal(core.raft, &height));
		g_assert_cmpuint(height, ==, i);
		raft_propose(core.raft, core.now, i, g_bytes_new("b", 1), TRUE);
		core_drain(&core);
		/* Block 3 is not this node's to make. */
		if (i == 2)
			g_assert_false(raft_wants_proposal(core.raft, &height));
		core_reply(&core, 2, RAFT_YES, 2 + i, 0);
		g_assert_true(raft_next_decision(core.raft, &decision));
		g_bytes_unref(decision.data);
	}
	core_drain(&core);
	g_assert_cmpuint(core_voters_now(&core), ==, 1u << 2 | 1u << 3);
	raft_free(core.raft);
}

/* A leader that is no member signs no more blocks. */
static void
test_nothing_is_proposed_while_one_leaves(void)
{
	Core core = core_make(THREE, 0, THREE, 0);
	guint64 height;

	core_elect(&core);
	core_reply(&core, 2, RAFT_YES, 2, 0);
	g_assert_true(raft_wants_proposal(core.raft, &height));
	raft_set_members(core.raft, core.now, 1,
			 core_voters_of(1u << 2 | 1u << 3));
	g_assert_false(raft_wants_proposal(core.raft, &height));
	core_drain(&core);
	g_assert_false(raft_wants_proposal(core.raft, &height));
	raft_free(core.raft);
}

/* A peer must not learn of the block that removes this leader before it has
 * the voters without it. */
static void
test_removal_is_told_with_the_voters(void)
{
	Core core = core_make(TWO, 0, TWO, 0);
	RaftDecision decision;

	core_elect(&core);
	core_reply(&core, 2, RAFT_YES, 2, 0);
	raft_propose(core.raft, core.now, 1, g_bytes_new("b", 1), FALSE);
	core_drain(&core);
	core.now += CORE_ELECTION_MS - 1;
	g_assert_true(core_hand_over(&core, 2,
				     &(RaftMessage){ .type = RAFT_APPEND_REPLY,
						     .flags = RAFT_YES,
						     .term = 2,
						     .index = 3 }));
	g_assert_true(raft_next_decision(core.raft, &decision));
	g_bytes_unref(decision.data);
	raft_set_members(core.raft, core.now, 1, core_voters_of(1u << 2));
	core_drain(&core);
	g_assert_cmpuint(core.last[2].n, ==, 1);
	g_assert_cmpuint(core.last[2].commit, ==, 3);
	/* That was lost, and the peer is silent: the next message is a probe
	 * without entries. */
	core_reply(&core, 2, 0, 3, 4);
	core_pass(&core, CORE_ELECTION_MS / 2);
	core_pass(&core, CORE_ELECTION_MS * 3 / 5);
	g_assert_cmpuint(core.last[2].index, ==, 3);
	g_assert_cmpuint(core.last[2].n, ==, 0);
	g_assert_cmpuint(core.last[2].commit, <, 3);
	raft_free(core.raft);
}

/* An entry of term 1 before the first block, as it is in a message. */
static GByteArray *
voters_entry(guint bits)
{
	g_autoptr(GBytes) data = core_voters_data(bits);
	const RaftEntryView view = { .kind = RAFT_VOTERS,
				     .term = 1,
				     .data = { g_bytes_get_data(data, NULL),
					       g_bytes_get_size(data) } };
	GByteArray *entry = g_byte_array_new();

	raft_entry_put(&view, entry);
	return entry;
}

/* Ongaro, 2014, 4.2.2: the others may lack the entry that removes it, and then
 * need its vote or its log. */
static void
test_leaver_is_a_candidate_until_it_is_gone(void)
{
	g_autoptr(GByteArray) entry = voters_entry(1u << 2);
	RaftMessage message = { .type = RAFT_APPEND,
				.term = 1,
				.index = 1,
				.log_term = 1,
				.n = 1 };
	Core core = core_make(TWO, 0, TWO, 0);

	message.entries = bsn_slice_of(entry->data, entry->len);
	g_assert_true(core_tell(&core, 2, message));
	g_assert_cmpuint(core_voters_now(&core), ==, 1u << 2);
	core_pass(&core, 20 * CORE_ELECTION_MS);
	g_assert_cmpint(raft_status(core.raft).role, ==, RAFT_PRE_CANDIDATE);
	message.commit = 2;
	g_assert_true(core_tell(&core, 2, message));
	core_pass(&core, 20 * CORE_ELECTION_MS);
	g_assert_cmpint(raft_status(core.raft).role, ==, RAFT_FOLLOWER);
	g_assert_cmpuint(raft_deadline(core.raft), ==, G_MAXUINT64);
	raft_free(core.raft);
}

static void
test_replaced_voters_are_taken_back(void)
{
	g_autoptr(GByteArray) entry = voters_entry(TWO);
	Core core = core_make(THREE, 0, THREE, 0);

	g_assert_true(core_tell(
		&core, 2,
		(RaftMessage){ .type = RAFT_APPEND,
			       .term = 1,
			       .index = 1,
			       .log_term = 1,
			       .n = 1,
			       .entries = { entry->data, entry->len } }));
	g_assert_cmpuint(core_voters_now(&core), ==, TWO);
	g_assert_true(core_append(&core, 2, 1, 1, 1, 1, 1));
	g_assert_cmpuint(core_voters_now(&core), ==, THREE);
	raft_free(core.raft);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define T(path, test) g_test_add_func("/raft/core/" path, test)
	T("voters/one-change-at-a-time", test_one_change_at_a_time);
	T("voters/first-change-waits-for-the-term",
	  test_first_change_waits_for_the_term);
	T("voters/old-ledger-undoes-nothing", test_old_ledger_undoes_nothing);
	T("voters/members-wait-for-their-height",
	  test_members_wait_for_their_height);
	T("voters/nothing-is-proposed-while-one-leaves",
	  test_nothing_is_proposed_while_one_leaves);
	T("voters/removal-is-told-with-the-voters",
	  test_removal_is_told_with_the_voters);
	T("voters/leaver-is-a-candidate-until-it-is-gone",
	  test_leaver_is_a_candidate_until_it_is_gone);
	T("voters/replaced-ones-are-taken-back",
	  test_replaced_voters_are_taken_back);
	return g_test_run();
}
