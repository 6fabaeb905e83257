/* SPDX-License-Identifier: Apache-2.0
 *
 * Four nodes on chained BFT: the engine and its protocol together.
 */
#include "plugins/engine-xuper/net/net.h"
#include "tests/unit/xuper-nodes.h"

static void
all_alike(const XuperNodes *all, guint n)
{
	for (guint i = 1; i < n; i++)
		nodes_alike(all, 0, i);
}

static void
test_agree(void)
{
	g_autoptr(XuperNodes) all = nodes_new(4, 4, "chainedbft");
	guint64 height;

	nodes_join_all(all);
	nodes_advance(all, 500);
	for (guint i = 0; i < 8; i++) {
		g_autoptr(Tx) tx = nodes_transfer(all, 0, 1, 3);
		g_autoptr(bsn_reply) reply = nodes_submit(all, i % 4, tx);

		nodes_advance(all, 500);
		g_assert_cmpint(reply->status, ==, BSN_OK);
		g_assert_cmpuint(reply->tx.stage, ==, BSN_TX_COMMITTED);
	}
	nodes_advance(all, 10000);
	all_alike(all, 4);
	/* An idle chain is silent. */
	height = nodes_height(all, 0);
	nodes_advance(all, 60000);
	g_assert_cmpuint(nodes_height(all, 0), ==, height);
	for (guint i = 0; i < 4; i++)
		g_assert_cmpuint(fake_chain_timers(all->nodes[i].chain), ==, 0);
}

/* One node is away; it catches up when it is back. */
static void
test_away(void)
{
	g_autoptr(XuperNodes) all = nodes_new(4, 4, "chainedbft");

	nodes_join_all(all);
	nodes_advance(all, 500);
	nodes_crash(all, 3);
	for (guint i = 0; i < 6; i++) {
		g_autoptr(Tx) tx = nodes_transfer(all, 0, 1, 3);
		g_autoptr(bsn_reply) reply = nodes_submit(all, i % 3, tx);

		nodes_advance(all, 20000);
		g_assert_cmpint(reply->status, ==, BSN_OK);
	}
	nodes_reopen(all, 3);
	for (guint i = 0; i < 3; i++)
		nodes_join(all, 3, i, TRUE);
	nodes_advance(all, 20000);
	all_alike(all, 4);
	for (guint i = 0; i < 4; i++) {
		g_autoptr(Tx) tx = nodes_transfer(all, 0, 1, 3);
		g_autoptr(bsn_reply) reply = nodes_submit(all, 3, tx);

		nodes_advance(all, 5000);
		g_assert_cmpint(reply->status, ==, BSN_OK);
	}
	nodes_advance(all, 10000);
	all_alike(all, 4);
}

/* All crash, one after the other and all at once; nothing that was answered is
 * lost. */
static void
test_crashes(void)
{
	g_autoptr(XuperNodes) all = nodes_new(4, 4, "chainedbft");
	guint64 answered = 0;

	nodes_join_all(all);
	for (guint round = 0; round < 6; round++) {
		g_autoptr(Tx) tx = nodes_transfer(all, 0, 1, 3);
		g_autoptr(bsn_reply) reply = nodes_submit(all, 0, tx);

		nodes_advance(all, 20000);
		g_assert_cmpint(reply->status, ==, BSN_OK);
		answered = MAX(answered, reply->tx.block);
		for (guint i = 0; i < 4; i++)
			if (round % 2 == 0 || i == round % 4)
				nodes_crash(all, i);
		for (guint i = 0; i < 4; i++)
			if (!all->nodes[i].open)
				nodes_reopen(all, i);
		g_assert_cmpuint(nodes_height(all, 0), >=, answered);
		nodes_join_all(all);
	}
	nodes_advance(all, 20000);
	all_alike(all, 4);
}

/* An observer follows. */
static void
test_observer(void)
{
	g_autoptr(XuperNodes) all = nodes_new(5, 4, "chainedbft");

	nodes_join_all(all);
	for (guint i = 0; i < 5; i++) {
		g_autoptr(Tx) tx = nodes_transfer(all, 0, 1, 3);
		g_autoptr(bsn_reply) reply = nodes_submit(all, 4, tx);

		nodes_advance(all, 5000);
		g_assert_cmpint(reply->status, ==, BSN_OK);
	}
	nodes_advance(all, 5000);
	all_alike(all, 5);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/bft/agree", test_agree);
	g_test_add_func("/xuper/bft/away", test_away);
	g_test_add_func("/xuper/bft/crashes", test_crashes);
	g_test_add_func("/xuper/bft/observer", test_observer);
	return g_test_run();
}
