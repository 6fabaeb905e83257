/* SPDX-License-Identifier: Apache-2.0
 *
 * consensus-pbft: what it does when all goes well, when leaders fail, when
 * nodes restart, when members change.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/consensus-pbft/pbft.h"
#include "plugins/kit/sink.h"
#include "tests/unit/pbft-byzantine.h"
#include "tests/unit/pbft-net.h"

#define VIEW_MS 1000u
static const char config[] = "{\"view_timeout_ms\": 1000,"
			     "\"view_timeout_max_ms\": 8000,"
			     "\"suspect_timeout_ms\": 20, \"resend_ms\": 200}";

/* Seeds: an odd one has the engine build ahead. */
static PbftNet *
start(guint n)
{
	return net_new(n, 1, config);
}

static const NetBlock *
block_at(const Node *node, guint64 height)
{
	g_assert_cmpuint(height, <=, node->blocks->len);
	return node->blocks->pdata[height - 1];
}

static guint64
view_of(const NetBlock *block)
{
	g_autofree Certificate *certificate = g_new(Certificate, 1);

	g_assert_true(
		certificate_read(bytes_slice(block->certificate), certificate));
	return certificate->view;
}

/* ---- all is well ------------------------------------------------------- */

static void
test_decides(void)
{
	PbftNet *net = start(4);

	for (guint tx = 1; tx <= 30; tx++)
		net_submit(net, tx);
	g_assert_true(net_run_dry(net, VIEW_MS));
	g_assert_cmpuint(net->chosen->len, >=, 10);
	for (guint64 height = 1; height <= net->chosen->len; height++)
		g_assert_cmpuint(view_of(block_at(net->nodes[0], height)), ==,
				 0);
	net_free(net);
}

static void
test_idle_is_quiet(void)
{
	PbftNet *net = start(4);
	guint64 messages;
	guint timers;

	net_submit(net, 1);
	g_assert_true(net_run_dry(net, VIEW_MS));
	net_run(net, 3 * VIEW_MS);
	messages = net->messages;
	timers = net->timers_set;
	net_run(net, 3600000);
	g_assert_cmpuint(net->messages, ==, messages);
	g_assert_cmpuint(net->timers_set, ==, timers);
	g_assert_cmpuint(net->chosen->len, ==, 1);
	net_free(net);
}

static void
test_other_numbers(void)
{
	static const struct {
		guint n, quorum, f;
	} rows[] = { { 1, 1, 0 }, { 2, 2, 0 }, { 3, 2, 0 }, { 4, 3, 1 },
		     { 5, 4, 1 }, { 6, 4, 1 }, { 7, 5, 2 }, { 10, 7, 3 } };

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		PbftNet *net = start(rows[i].n);
		Node *last = net->nodes[rows[i].n - 1];

		g_assert_cmpint(net_status(last, "quorum"), ==, rows[i].quorum);
		g_assert_cmpint(net_status(last, "faults_tolerated"), ==,
				rows[i].f);
		/* Any f may be missing. */
		for (guint j = 0; j < rows[i].f; j++)
			net_crash(net->nodes[j]);
		net_submit(net, 1);
		net_submit(net, 2);
		g_assert_true(net_run_dry(net, 20 * VIEW_MS));
		g_assert_cmpuint(net->chosen->len, >=, 1);
		net_free(net);
	}
}

static void
test_ahead(void)
{
	guint64 took[2];

	for (guint ahead = 0; ahead < 2; ahead++) {
		PbftNet *net = net_new(4, ahead, config);

		for (guint tx = 1; tx <= 60; tx++)
			net_submit(net, tx);
		g_assert_true(net_run_dry(net, 20 * VIEW_MS));
		took[ahead] = net->now;
		net_free(net);
	}
	g_assert_cmpuint(took[1], <, took[0]);
}

static void
test_block_interval(void)
{
	PbftNet *net = net_new(4, 1, "{\"block_interval_ms\": 500}");

	net_submit(net, 1);
	g_assert_true(net_run_dry(net, 400));
	for (guint tx = 2; tx <= 7; tx++)
		net_submit(net, tx);
	net_run(net, 300);
	g_assert_cmpuint(net->chosen->len, ==, 1);
	g_assert_true(net_run_dry(net, 1500));
	g_assert_cmpuint(net->chosen->len, ==, 3);
	net_free(net);
}

/* Though each leader hears of the last proposal up to 20 ms late. */
static void
test_block_interval_is_no_longer(void)
{
	PbftNet *net = net_new(4, 1, "{\"block_interval_ms\": 100}");

	net->delay_max = 20;
	for (guint tx = 1; net->chosen->len < 40; tx++) {
		net_submit(net, tx);
		net_run(net, 5);
	}
	g_assert_cmpuint(net->now, >, 38 * 100);
	g_assert_cmpuint(net->now, <, 42 * 100);
	net_free(net);
}

/* ---- leaders fail ------------------------------------------------------ */

/* Of 40 blocks every fourth is the dead node's: the first of them costs a
 * timeout at most, the others next to nothing. */
static void
test_dead_leader_is_skipped(void)
{
	PbftNet *net = start(4);

	net_isolate(net->nodes[2], TRUE);
	for (guint i = 1; i <= 40; i++) {
		for (guint node = 0; node < 4; node++)
			if (node != 2)
				net_submit_to(net->nodes[node], i);
		for (guint node = 0; node < 4; node++)
			while (node != 2 && net_height(net->nodes[node]) < i)
				net_run(net, 10);
	}
	g_assert_cmpuint(net->now, <, 40 * 100 + VIEW_MS);
	net_free(net);
}

/* A node that stands still is reachable, and says nothing. */
static void
test_stopped_leader_is_skipped(void)
{
	PbftNet *net = start(4);

	byzantine_set(net, 2, BYZANTINE_SILENT);
	for (guint i = 1; i <= 40; i++) {
		net_submit(net, i);
		g_assert_true(net_run_to(net, i, 3 * VIEW_MS));
	}
	g_assert_cmpuint(net->now, <, 40 * 100 + 2 * VIEW_MS);
	net_free(net);
}

static void
never_proposes(PbftNet *net, Node *from, Node *to, GBytes **bytes)
{
	const guint8 *message = g_bytes_get_data(*bytes, NULL);

	if (from == net->nodes[2] && message[1] == MESSAGE_PROPOSAL)
		g_clear_pointer(bytes, g_bytes_unref);
}

/* One that votes and never proposes has 15 turns in 60 blocks; 4 are waited
 * for. */
static void
test_lazy_leader_is_skipped(void)
{
	PbftNet *net = start(4);

	net->filter = never_proposes;
	for (guint i = 1; i <= 60; i++) {
		net_submit(net, i);
		g_assert_true(net_run_to(net, i, 3 * VIEW_MS));
	}
	g_assert_cmpuint(net->now, <, 60 * 100 + 5 * VIEW_MS);
	g_assert_cmpuint(net->now, >, 4 * VIEW_MS);
	net_free(net);
}

static Node *fortunate; /* gets commit votes; the others do not */
static Node *ignorant;	/* gets no proposal of view 0 */

/* Commit votes of view 0 are lost. */
static void
only_one_decides(PbftNet *net, Node *from, Node *to, GBytes **bytes)
{
	Message message;

	g_assert_true(message_read(bytes_slice(*bytes), &message));
	if (message.kind == MESSAGE_COMMIT && message.height == 1 &&
	    message.view == 0 && to != fortunate)
		g_clear_pointer(bytes, g_bytes_unref);
}

/* The classic trap: one node has decided, and is gone; the others were locked
 * and must come to the same block in a later view, though there are other
 * transactions that a leader would rather propose. */
static void
test_prepared_survives(void)
{
	PbftNet *net = start(4);

	fortunate = net->nodes[3];
	net->filter = only_one_decides;
	net_submit(net, 1);
	while (fortunate->blocks->len == 0)
		net_run(net, 1);
	net_isolate(fortunate, TRUE);
	for (guint i = 0; i < 3; i++) {
		g_assert_cmpuint(net->nodes[i]->blocks->len, ==, 0);
		net_submit_to(net->nodes[i], 2);
	}
	for (guint i = 0; i < 3; i++)
		while (net->nodes[i]->blocks->len == 0 &&
		       net->now < 30 * VIEW_MS)
			net_run(net, 10);
	for (guint i = 0; i < 3; i++) {
		const NetBlock *block = block_at(net->nodes[i], 1);

		g_assert_true(id_equal(&block->digest,
				       &block_at(fortunate, 1)->digest));
		g_assert_cmpuint(view_of(block), >, 0);
	}
	net_heal(net);
	g_assert_true(net_run_dry(net, 10 * VIEW_MS));
	net_free(net);
}

static void
lose_and_twist(PbftNet *net, Node *from, Node *to, GBytes **bytes)
{
	only_one_decides(net, from, to, bytes);
	if (*bytes != NULL)
		byzantine_filter(net, from, to, bytes);
}

/* The same with seven, of which the next two leaders are for a block of their
 * own: one shows the lock and proposes another block, one says that it has no
 * lock. */
static void
test_usurpers_are_refused(void)
{
	PbftNet *net = start(7);
	gint64 forged = 0;

	/* Node 1 + v leads view v of height 1. */
	byzantine_set(net, 2, BYZANTINE_USURP);
	byzantine_set(net, 3, BYZANTINE_FORGET_LOCK);
	fortunate = net->nodes[0];
	net->filter = lose_and_twist;
	net_submit(net, 1);
	while (fortunate->blocks->len == 0)
		net_run(net, 1);
	net_isolate(fortunate, TRUE);
	for (guint i = 1; i < 7; i++)
		net_submit_to(net->nodes[i], 2);
	while (net->nodes[4]->blocks->len == 0 && net->now < 60 * VIEW_MS)
		net_run(net, 10);
	g_assert_true(id_equal(&block_at(net->nodes[4], 1)->digest,
			       &block_at(fortunate, 1)->digest));
	for (guint i = 4; i < 7; i++)
		forged += net_status(net->nodes[i], "forged");
	g_assert_cmpint(forged, >, 0);
	net_heal(net);
	g_assert_true(net_run_dry(net, 60 * VIEW_MS));
	net_free(net);
}

static void
lose_proposals_to_leader(PbftNet *net, Node *from, Node *to, GBytes **bytes)
{
	Message message;

	g_assert_true(message_read(bytes_slice(*bytes), &message));
	if (message.kind == MESSAGE_PROPOSAL && to == ignorant)
		g_clear_pointer(bytes, g_bytes_unref);
	else
		only_one_decides(net, from, to, bytes);
}

/* The leader of the next view has not seen what it must propose again. */
static void
test_leader_fetches_locked_proposal(void)
{
	PbftNet *net = start(4);

	fortunate = net->nodes[0];
	ignorant = net->nodes[2]; /* leads view 1 of height 1 */
	net->filter = lose_proposals_to_leader;
	net_submit(net, 1);
	while (fortunate->blocks->len == 0)
		net_run(net, 1);
	net_isolate(fortunate, TRUE);
	for (guint i = 1; i < 4; i++)
		net_submit_to(net->nodes[i], 2);
	while (net->nodes[2]->blocks->len == 0 && net->now < 30 * VIEW_MS)
		net_run(net, 10);
	g_assert_cmpuint(view_of(block_at(net->nodes[2], 1)), ==, 1);
	net_free(net);
}

/* ---- nodes stop and come back ------------------------------------------ */

static void
test_half_is_not_enough(void)
{
	PbftNet *net = start(4);

	net_submit(net, 1);
	g_assert_true(net_run_dry(net, VIEW_MS));
	net_crash(net->nodes[0]);
	net_crash(net->nodes[1]);
	net_submit(net, 2);
	net_run(net, 100 * VIEW_MS);
	g_assert_cmpuint(net->chosen->len, ==, 1);
	net_start(net->nodes[1]);
	net_resubmit(net);
	g_assert_true(net_run_to(net, 2, 30 * VIEW_MS));
	net_free(net);
}

static void
test_votes_wait_for_the_disk(void)
{
	PbftNet *net = start(4);
	Node *slow = net->nodes[3];
	guint64 forged;

	slow->hold_disk = TRUE;
	net_crash(net->nodes[0]);
	net_submit(net, 1);
	net_run(net, 5 * VIEW_MS);
	/* Three are needed, and what one of them wants to say is not durable:
	 * the network fails the test of a node that says it all the same. */
	g_assert_cmpuint(net->chosen->len, ==, 0);
	net_crash(slow);
	slow->hold_disk = FALSE;
	net_start(slow);
	net_resubmit(net);
	g_assert_true(net_run_to(net, 1, 30 * VIEW_MS));
	forged = (guint64)net_status(slow, "forged");
	g_assert_cmpuint(forged, ==, 0);
	net_free(net);
}

/* A vote is on disk and was not sent. The node comes back, and its leader tries
 * it with another proposal. */
static void
test_restart_does_not_vote_again(void)
{
	PbftNet *net = start(4);
	Node *victim = net->nodes[3], *leader = net->nodes[1];
	g_autoptr(GBytes) other = NULL;
	Message message = { .kind = MESSAGE_PROPOSAL, .height = 1 };
	Statement statement = { .kind = STATEMENT_PREPARE, .height = 1 };
	bsn_id genesis = engine_head(victim);
	guint tx = 1;

	leader->byzantine = TRUE; /* it is made to equivocate */
	for (guint i = 0; i < 4; i++)
		net->cut[3][i] = TRUE;
	net_submit(net, 1);
	while (g_tree_nnodes(victim->durable) == 0)
		net_run(net, 1);
	net_crash(victim);
	net_start(victim);
	other = engine_body(1, &tx, 1);
	other = engine_alternative(bytes_slice(other));
	message.body = bytes_slice(other);
	message.digest = statement.digest =
		engine_digest(&genesis, message.body);
	net_sign(net, 1, &statement, &message.signature);
	net_give(victim, leader, &message);
	net_heal(net);
	net_resubmit(net);
	g_assert_true(net_run_to(net, 1, 20 * VIEW_MS));
	net_free(net);
}

static void
test_power_failure(void)
{
	for (guint when = 1; when < 60; when += 2) {
		PbftNet *net = start(4);

		net_submit(net, 1);
		net_run(net, when);
		for (guint i = 0; i < 4; i++)
			net_crash(net->nodes[i]);
		for (guint i = 0; i < 4; i++)
			net_start(net->nodes[i]);
		net_resubmit(net);
		g_assert_true(net_run_to(net, 1, 30 * VIEW_MS));
		g_assert_true(net_run_dry(net, 30 * VIEW_MS));
		net_free(net);
	}
}

static void
test_straggler_catches_up(void)
{
	PbftNet *net = start(4);
	Node *straggler = net->nodes[0];

	net_isolate(straggler, TRUE);
	for (guint tx = 1; tx <= 60; tx++)
		for (guint i = 1; i < 4; i++)
			net_submit_to(net->nodes[i], tx);
	while (net->nodes[1]->blocks->len < 20)
		net_run(net, 10);
	g_assert_cmpuint(straggler->blocks->len, ==, 0);
	net_heal(net);
	net_submit(net, 100);
	g_assert_true(net_run_dry(net, 10 * VIEW_MS));
	g_assert_cmpuint(straggler->behind_calls, >, 0);
	g_assert_cmpuint(net_height(straggler), ==, net->chosen->len);
	/* And votes again. */
	net_crash(net->nodes[1]);
	net_submit(net, 101);
	g_assert_true(net_run_dry(net, 10 * VIEW_MS));
	net_free(net);
}

/* It missed one height only, and nobody goes on: it asks, is shown the
 * certificate, and fetches the proposal. */
static void
test_last_height_is_proven(void)
{
	PbftNet *net = start(4);

	fortunate = net->nodes[0];
	net->filter = only_one_decides;
	net_submit(net, 1);
	while (fortunate->blocks->len == 0)
		net_run(net, 1);
	net->filter = NULL;
	net_run(net, 50);
	net_crash(fortunate);
	net_start(fortunate);
	g_assert_cmpuint(net_height(fortunate), ==, 1);
	g_assert_true(net_run_to(net, 1, 5 * VIEW_MS));
	net_free(net);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pbft/decides-what-is-submitted", test_decides);
	g_test_add_func("/pbft/idle-chain-is-quiet", test_idle_is_quiet);
	g_test_add_func("/pbft/any-number-of-members", test_other_numbers);
	g_test_add_func("/pbft/next-height-is-prepared-ahead", test_ahead);
	g_test_add_func("/pbft/block-interval-is-kept", test_block_interval);
	g_test_add_func("/pbft/block-interval-is-no-longer",
			test_block_interval_is_no_longer);
	g_test_add_func("/pbft/dead-leader-is-skipped",
			test_dead_leader_is_skipped);
	g_test_add_func("/pbft/stopped-leader-is-skipped",
			test_stopped_leader_is_skipped);
	g_test_add_func("/pbft/lazy-leader-is-skipped",
			test_lazy_leader_is_skipped);
	g_test_add_func("/pbft/locked-proposal-survives-view-change",
			test_prepared_survives);
	g_test_add_func("/pbft/leaders-that-forget-locks-are-outvoted",
			test_usurpers_are_refused);
	g_test_add_func("/pbft/leader-fetches-what-it-must-propose",
			test_leader_fetches_locked_proposal);
	g_test_add_func("/pbft/half-the-nodes-are-not-enough",
			test_half_is_not_enough);
	g_test_add_func("/pbft/votes-wait-for-the-disk",
			test_votes_wait_for_the_disk);
	g_test_add_func("/pbft/restarted-node-does-not-vote-otherwise",
			test_restart_does_not_vote_again);
	g_test_add_func("/pbft/all-nodes-restart-at-once", test_power_failure);
	g_test_add_func("/pbft/straggler-catches-up",
			test_straggler_catches_up);
	g_test_add_func("/pbft/last-height-is-proven-after-restart",
			test_last_height_is_proven);
	return g_test_run();
}
