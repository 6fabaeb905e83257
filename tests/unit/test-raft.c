/* SPDX-License-Identifier: Apache-2.0
 *
 * Raft's core in situations that are known to be hard.
 */
#include "tests/unit/raft-net.h"

#define LONG (40u * NET_ELECTION_MS)

static const NetOptions calm = {
	.delay = 5, .sync = 5, .pipeline = 2, .keep = 64
};

static Net *
start(guint n)
{
	Net *net = net_new(7, n, calm);

	g_assert_true(net_run_until(net, LONG, net_has_leader));
	return net;
}

static RaftStatus
status_of(Net *net, guint i)
{
	return raft_status(net_node(net, i)->raft);
}

/* Some node that is not `i`. */
static guint
other(guint i)
{
	return i == 0 ? 1 : 0;
}

static void
settle(Net *net)
{
	g_assert_true(net_run_until(net, LONG, net_is_settled));
}

/* ---- elections ----------------------------------------------------------- */

static void
test_one_leads(void)
{
	Net *net = start(3);
	guint leader;

	net_run(net, 5 * NET_ELECTION_MS);
	leader = (guint)net_leader(net);
	for (guint i = 0; i < 3; i++) {
		RaftStatus status = status_of(net, i);

		g_assert_cmpint(status.role == RAFT_LEADER, ==, i == leader);
		g_assert_true(g_bytes_equal(status.leader,
					    net_node(net, leader)->key));
	}
	net_free(net);
}

static void
test_leader_is_replaced(void)
{
	Net *net = start(3);
	guint old = (guint)net_leader(net);
	guint64 term = status_of(net, old).term;

	net_submit(net);
	settle(net);
	net_crash(net, old);
	net_submit(net);
	g_assert_true(net_run_until(net, LONG, net_has_leader));
	g_assert_cmpuint(status_of(net, (guint)net_leader(net)).term, >, term);
	net_start(net, old);
	settle(net);
	g_assert_cmpuint(net_height(net), ==, 2);
	net_free(net);
}

/* A node that was cut off campaigns in vain and raises nobody's term. */
static void
test_pre_vote(void)
{
	Net *net = start(3);
	guint leader = (guint)net_leader(net);
	guint64 term = status_of(net, leader).term;

	net_isolate(net, other(leader), TRUE);
	net_run(net, LONG);
	g_assert_cmpint(status_of(net, other(leader)).role, ==,
			RAFT_PRE_CANDIDATE);
	g_assert_cmpuint(status_of(net, other(leader)).term, ==, term);
	net_heal(net);
	net_submit(net);
	settle(net);
	g_assert_cmpint(net_leader(net), ==, (gint)leader);
	g_assert_cmpuint(status_of(net, leader).term, ==, term);
	net_free(net);
}

/* A real request for votes does not disturb nodes whose leader lives. */
static void
test_stickiness(void)
{
	Net *net = start(3);
	guint leader = (guint)net_leader(net);
	const RaftMessage vote = {
		.type = RAFT_VOTE, .term = 90, .index = 90, .log_term = 80
	};

	net_submit(net);
	settle(net);
	for (guint i = 0; i < 3; i++)
		g_assert_true(net_inject(net, i, (i + 1) % 3, &vote));
	net_run(net, LONG);
	g_assert_cmpint(net_leader(net), ==, (gint)leader);
	g_assert_cmpuint(status_of(net, leader).term, <, 90);
	net_free(net);
}

/* A leader that hears nobody knows that it may have been replaced. */
static void
test_check_quorum(void)
{
	Net *net = start(3);
	guint old = (guint)net_leader(net);

	net_submit(net);
	settle(net);
	for (guint i = 0; i < 3; i++)
		net_link(net, i, old, i == old);
	net_submit(net);
	net_run(net, 3 * NET_ELECTION_MS);
	g_assert_cmpint(status_of(net, old).role, !=, RAFT_LEADER);
	g_assert_true(net_run_until(net, LONG, net_has_leader));
	g_assert_cmpint(net_leader(net), !=, (gint)old);
	net_heal(net);
	settle(net);
	net_free(net);
}

static void
test_vote_waits_for_the_disk(void)
{
	Net *net = net_new(3, 3, calm);
	const RaftMessage vote = { .type = RAFT_VOTE, .term = 5 };
	guint64 before;

	for (guint i = 1; i < 3; i++)
		net_crash(net, i);
	net_set_faults(net, 0, 0, 5, 1000000);
	before = net_messages(net);
	g_assert_true(net_inject(net, 0, 1, &vote));
	g_assert_cmpuint(status_of(net, 0).term, ==, 5);
	g_assert_cmpuint(net_messages(net), ==, before);
	/* The vote was never given: another one may get it. */
	net_crash(net, 0);
	net_start(net, 0);
	g_assert_cmpuint(status_of(net, 0).term, ==, 0);
	net_free(net);
}

static void
test_vote_survives_restart(void)
{
	Net *net = net_new(3, 3, calm);
	const RaftMessage vote = { .type = RAFT_VOTE, .term = 5 };
	guint64 before;

	for (guint i = 1; i < 3; i++)
		net_crash(net, i);
	g_assert_true(net_inject(net, 0, 1, &vote));
	net_run(net, 20);
	net_crash(net, 0);
	net_start(net, 0);
	g_assert_cmpuint(status_of(net, 0).term, ==, 5);
	before = net_messages(net);
	/* Node 2 gets a refusal; node 1 gets the vote again. */
	g_assert_true(net_inject(net, 0, 2, &vote));
	g_assert_true(net_inject(net, 0, 1, &vote));
	g_assert_cmpuint(net_messages(net), ==, before + 2);
	net_free(net);
}

/* ---- the log ------------------------------------------------------------- */

/* What a leader proposed and nobody else has is dropped, and its transactions
 * are in blocks of the next one, once. */
static void
test_deposed_leader(void)
{
	Net *net = start(3);
	guint old = (guint)net_leader(net);
	guint64 last;

	net_submit(net);
	settle(net);
	net_isolate(net, old, TRUE);
	net_submit(net);
	net_submit(net);
	last = status_of(net, old).last;
	g_assert_cmpuint(last, >, status_of(net, old).commit);
	net_run(net, LONG);
	net_heal(net);
	settle(net);
	net_crash(net, old);
	net_start(net, old);
	settle(net);
	net_free(net);
}

/* Blocks go out before those before them are acknowledged, as many as the
 * pipeline holds. */
static void
test_pipeline(void)
{
	NetOptions options = calm;
	Net *net;
	guint leader;

	options.pipeline = 3;
	options.expects = TRUE;
	net = net_new(7, 3, options);
	g_assert_true(net_run_until(net, LONG, net_has_leader));
	leader = (guint)net_leader(net);
	net_submit(net);
	settle(net);
	for (guint i = 0; i < 3; i++)
		net_link(net, i, leader, FALSE);
	for (guint i = 0; i < 8; i++)
		net_submit(net);
	/* The engine here builds upon one undecided block. */
	g_assert_cmpuint(status_of(net, leader).last, ==,
			 status_of(net, leader).commit + 2);
	net_heal(net);
	settle(net);
	net_free(net);
}

static void
test_full_disk(void)
{
	Net *net = start(3);
	guint leader = (guint)net_leader(net);
	guint64 height;

	net_node(net, other(leader))->full = TRUE;
	net_submit(net);
	net_run(net, 5 * NET_ELECTION_MS);
	height = net_height(net);
	g_assert_cmpuint(height, ==, 1);
	net_crash(net, 3 - leader - other(leader));
	net_submit(net);
	net_run(net, 5 * NET_ELECTION_MS);
	g_assert_cmpuint(net_height(net), ==, height);
	net_node(net, other(leader))->full = FALSE;
	net_start(net, 3 - leader - other(leader));
	settle(net);
	net_free(net);
}

static void
test_behind(void)
{
	NetOptions options = calm;
	Net *net;
	guint away;

	options.keep = 4;
	net = net_new(11, 3, options);
	g_assert_true(net_run_until(net, LONG, net_has_leader));
	away = other((guint)net_leader(net));
	net_crash(net, away);
	for (guint i = 0; i < 30; i++) {
		net_submit(net);
		net_run(net, 30);
	}
	net_start(net, away);
	settle(net);
	g_assert_cmpuint(net_node(net, away)->behind, >, 0);
	/* It goes on from there, and after a restart. */
	net_submit(net);
	settle(net);
	net_crash(net, away);
	net_start(net, away);
	net_submit(net);
	settle(net);
	g_assert_cmpuint(status_of(net, away).first, >, 1);
	net_free(net);
}

/* ---- members ------------------------------------------------------------- */

static void
test_member_is_added(void)
{
	Net *net = start(3);

	net_start(net, 3);
	net_submit_members(net, 15);
	settle(net);
	for (guint i = 0; i < 4; i++)
		g_assert_cmpuint(net_voters(net, i), ==, 15);
	net_crash(net, 0);
	net_submit(net);
	g_assert_true(net_run_until(net, LONG, net_has_leader));
	net_start(net, 0);
	settle(net);
	net_free(net);
}

/* It counts only when it has the log: without it the chain goes on. */
static void
test_absent_member_gets_no_vote(void)
{
	Net *net = start(3);

	net_submit_members(net, 15);
	net_run(net, LONG);
	for (guint i = 0; i < 3; i++)
		g_assert_cmpuint(net_voters(net, i), ==, 7);
	net_submit(net);
	net_run(net, LONG);
	g_assert_cmpuint(net_height(net), ==, 2);
	net_start(net, 3);
	settle(net);
	net_free(net);
}

static void
test_leader_is_removed(void)
{
	Net *net = start(3);
	guint old = (guint)net_leader(net);

	net_submit_members(net, 7u & ~(1u << old));
	settle(net);
	net_submit(net);
	settle(net);
	g_assert_cmpint(net_leader(net), !=, (gint)old);
	g_assert_cmpint(status_of(net, old).role, !=, RAFT_LEADER);
	net_free(net);
}

/* The one that stays goes on alone, though the other is heard no more from the
 * moment that it knows of the removal. */
static void
test_two_become_one(void)
{
	for (guint64 seed = 1; seed <= 40; seed++) {
		NetOptions options = calm;
		Net *net;
		guint leader;

		options.drop = 200;
		net = net_new(seed, 2, options);
		g_assert_true(net_run_until(net, 10 * LONG, net_has_leader));
		leader = (guint)net_leader(net);
		net_cut_removed(net);
		net_submit_members(net, 3u & ~(1u << leader));
		g_assert_true(net_run_until(net, 10 * LONG, net_is_settled));
		net_submit(net);
		g_assert_true(net_run_until(net, 10 * LONG, net_is_settled));
		net_free(net);
	}
}

static void
test_all_are_replaced(void)
{
	static const guint steps[] = { 15, 14, 30, 28, 60, 56, 63, 56 };
	Net *net = start(3);

	for (guint i = 3; i < 6; i++)
		net_start(net, i);
	for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
		net_submit_members(net, steps[i]);
		settle(net);
	}
	g_assert_cmpuint(net_voters(net, 4), ==, 56);
	net_free(net);
}

/* ---- quiet --------------------------------------------------------------- */

static void
quieten(Net *net)
{
	g_assert_true(net_run_until(net, LONG, net_is_quiet));
	net_run(net, 100);
}

static void
test_idle_chain_is_quiet(void)
{
	Net *net = start(3);
	guint64 before;

	quieten(net);
	before = net_messages(net);
	net_run(net, 1000 * NET_ELECTION_MS);
	g_assert_cmpuint(net_messages(net), ==, before);
	net_submit(net);
	settle(net);
	quieten(net);
	net_free(net);
}

/* Nobody missed it until there was work. */
static void
test_dead_leader_of_a_quiet_chain(void)
{
	Net *net = start(3);
	guint old = (guint)net_leader(net);

	quieten(net);
	net_crash(net, old);
	net_run(net, 100 * NET_ELECTION_MS);
	g_assert_cmpint(net_leader(net), ==, -1);
	net_submit(net);
	g_assert_true(net_run_until(net, 5 * NET_ELECTION_MS, net_has_leader));
	net_start(net, old);
	settle(net);
	net_free(net);
}

static void
test_lost_link_is_noticed(void)
{
	Net *net = start(3);
	guint old = (guint)net_leader(net);

	quieten(net);
	net_crash(net, old);
	for (guint i = 0; i < 3; i++)
		if (i != old)
			net_notice(net, i, old, FALSE);
	g_assert_true(net_run_until(net, 2 * NET_ELECTION_MS, net_has_leader));
	net_free(net);
}

/* A restarted node finds the leader that is quiet; nobody is deposed. */
static void
test_restart_in_a_quiet_chain(void)
{
	Net *net = start(3);
	guint leader = (guint)net_leader(net);
	guint64 term = status_of(net, leader).term;

	quieten(net);
	net_crash(net, other(leader));
	net_run(net, NET_ELECTION_MS);
	net_start(net, other(leader));
	quieten(net);
	g_assert_cmpint(net_leader(net), ==, (gint)leader);
	g_assert_cmpuint(status_of(net, leader).term, ==, term);
	net_free(net);
}

/* A follower that missed the last block while it was cut off gets it though
 * nothing more happens. */
static void
test_quiet_leader_looks_for_laggards(void)
{
	Net *net = start(3);
	guint leader = (guint)net_leader(net);

	quieten(net);
	net_isolate(net, other(leader), TRUE);
	net_submit(net);
	net_run(net, LONG);
	net_heal(net);
	quieten(net);
	net_free(net);
}

/* ---- handing over -------------------------------------------------------- */

/* Soon enough that nobody has waited for an election timeout. */
static void
assert_soon_another(Net *net, guint old)
{
	net_run(net, NET_ELECTION_MS / 2);
	g_assert_cmpint(net_leader(net), >=, 0);
	g_assert_cmpint(net_leader(net), !=, (gint)old);
}

static void
test_hand_over(void)
{
	Net *net = start(3);
	guint old = (guint)net_leader(net);

	net_submit(net);
	settle(net);
	net_hand_over(net, old);
	net_crash(net, old);
	assert_soon_another(net, old);
	net_submit(net);
	net_run(net, NET_ELECTION_MS / 2);
	g_assert_cmpuint(net_height(net), ==, 2);
	net_free(net);
}

/* What was on its way is not lost. */
static void
test_hand_over_under_load(void)
{
	Net *net = start(3);
	guint old = (guint)net_leader(net);

	for (guint i = 0; i < 20; i++)
		net_submit(net);
	net_hand_over(net, old);
	assert_soon_another(net, old);
	settle(net);
	net_free(net);
}

static void
test_quiet_hand_over(void)
{
	Net *net = start(3);
	guint old = (guint)net_leader(net);

	g_assert_true(net_run_until(net, LONG, net_is_quiet));
	net_hand_over(net, old);
	net_crash(net, old);
	assert_soon_another(net, old);
	net_free(net);
}

/* The leader's word is lost: the others miss it as any dead leader. */
static void
test_lost_hand_over(void)
{
	Net *net = start(3);
	guint old = (guint)net_leader(net);

	net_isolate(net, old, TRUE);
	net_hand_over(net, old);
	net_heal(net);
	g_assert_true(net_run_until(net, LONG, net_has_leader));
	net_submit(net);
	settle(net);
	net_free(net);
}

/* A node that nobody asked does not depose a leader that lives. */
static void
test_appointed_by_the_leader_only(void)
{
	Net *net = start(3);
	guint leader = (guint)net_leader(net);
	guint one = other(leader);
	guint two = 3 - leader - one;
	const RaftMessage now = { .type = RAFT_TIMEOUT_NOW,
				  .term = status_of(net, leader).term };

	net_inject(net, one, two, &now);
	net_run(net, 2 * NET_ELECTION_MS);
	g_assert_cmpuint((guint)net_leader(net), ==, leader);
	net_inject(net, one, leader, &now);
	net_run(net, NET_ELECTION_MS / 2);
	g_assert_cmpuint((guint)net_leader(net), ==, one);
	net_free(net);
}

static gint removed;

static gboolean
another_leads(Net *net)
{
	return net_leader(net) >= 0 && net_leader(net) != removed;
}

static gboolean
nobody_leads(Net *net)
{
	return net_leader(net) < 0;
}

/* The leader's part ends with the voters that it has brought about. */
static void
test_removed_leader_hands_over(void)
{
	Net *net = start(3);
	guint64 began;

	removed = net_leader(net);
	net_submit_members(net, 7u & ~(1u << removed));
	g_assert_true(net_run_until(net, LONG, nobody_leads));
	began = net_now(net);
	g_assert_true(net_run_until(net, LONG, another_leads));
	g_assert_cmpuint(net_now(net) - began, <, NET_ELECTION_MS / 2);
	net_free(net);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define T(path, test) g_test_add_func("/raft/" path, test)
	T("election/one-node-leads", test_one_leads);
	T("election/dead-leader-is-replaced", test_leader_is_replaced);
	T("election/node-that-was-cut-off-disturbs-nobody", test_pre_vote);
	T("election/living-leader-is-kept", test_stickiness);
	T("election/leader-without-majority-steps-down", test_check_quorum);
	T("election/vote-waits-for-the-disk", test_vote_waits_for_the_disk);
	T("election/vote-survives-restart", test_vote_survives_restart);
	T("log/deposed-leader's-blocks-are-dropped", test_deposed_leader);
	T("log/blocks-are-pipelined", test_pipeline);
	T("log/full-disk-acknowledges-nothing", test_full_disk);
	T("log/far-behind-syncs-blocks-and-goes-on", test_behind);
	T("members/new-one-gets-a-vote", test_member_is_added);
	T("members/absent-one-gets-no-vote", test_absent_member_gets_no_vote);
	T("members/leader-leaves", test_leader_is_removed);
	T("members/two-become-one", test_two_become_one);
	T("members/all-are-replaced", test_all_are_replaced);
	T("transfer/next-one-leads-at-once", test_hand_over);
	T("transfer/nothing-on-its-way-is-lost", test_hand_over_under_load);
	T("transfer/wakes-a-quiet-chain", test_quiet_hand_over);
	T("transfer/lost-word-is-a-dead-leader", test_lost_hand_over);
	T("transfer/only-the-leader-appoints",
	  test_appointed_by_the_leader_only);
	T("transfer/removed-leader-hands-over",
	  test_removed_leader_hands_over);
	T("quiet/idle-chain-sends-nothing", test_idle_chain_is_quiet);
	T("quiet/dead-leader-is-missed-when-there-is-work",
	  test_dead_leader_of_a_quiet_chain);
	T("quiet/lost-link-to-the-leader-starts-an-election",
	  test_lost_link_is_noticed);
	T("quiet/restarted-node-deposes-nobody", test_restart_in_a_quiet_chain);
	T("quiet/laggard-is-looked-for", test_quiet_leader_looks_for_laggards);
	return g_test_run();
}
