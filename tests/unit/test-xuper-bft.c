/* SPDX-License-Identifier: Apache-2.0
 *
 * Four nodes on chained BFT: the engine and its protocol together.
 */
#include "plugins/engine-xuper/net/private.h"
#include "plugins/kit/json.h"
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

static void
vote(XuperNodes *all, guint signer, guint node, const char *role)
{
	g_autoptr(Tx) tx = nodes_member(all, signer, node, role);
	g_autoptr(bsn_reply) reply = nodes_submit(all, signer, tx);

	nodes_advance(all, 5000);
	g_assert_cmpint(reply->status, ==, BSN_OK);
}

static guint
proposals(XuperNodes *all, guint node)
{
	g_autoptr(bsn_reply) reply =
		fake_reply_new(all->nodes[node].chain, FAKE_ANSWER_VALUE);
	g_autoptr(json_t) json = NULL;

	fake_asked(reply, nodes_engine()->chain->proposals(
				  nodes_ledger(all, node), reply, &reply->err));
	g_assert_cmpint(reply->status, ==, BSN_OK);
	json = json_loadb((const char *)reply->json.data, reply->json.len, 0,
			  NULL);
	return (guint)json_array_size(json);
}

static void
pay(XuperNodes *all, guint node)
{
	g_autoptr(Tx) tx = nodes_transfer(all, 0, 1, 3);
	g_autoptr(bsn_reply) reply = nodes_submit(all, node, tx);

	nodes_advance(all, 20000);
	g_assert_cmpint(reply->status, ==, BSN_OK);
}

/* An observer comes to agree, a validator is removed, under load in between. */
static void
test_members(void)
{
	g_autoptr(XuperNodes) all = nodes_new(5, 4, "chainedbft");
	guint64 height;

	nodes_join_all(all);
	pay(all, 0);
	vote(all, 0, 4, "consensus");
	g_assert_cmpuint(proposals(all, 1), ==, 1);
	vote(all, 1, 4, "consensus");
	g_assert_cmpuint(nodes_ledger(all, 0)->agreement->n_validators, ==, 4);
	vote(all, 2, 4, "consensus");
	for (guint i = 0; i < 5; i++)
		g_assert_cmpuint(
			nodes_ledger(all, i)->agreement->n_validators, ==, 5);
	g_assert_cmpuint(proposals(all, 1), ==, 0);
	pay(all, 4);
	all_alike(all, 5);
	for (guint i = 0; i < 3; i++)
		vote(all, i, 3, "none");
	/* Who was removed has the block that did it, and no more. */
	g_assert_false(chain_has_self(nodes_ledger(all, 3)));
	height = nodes_height(all, 3);
	nodes_advance(all, 40000);
	pay(all, 4);
	g_assert_cmpuint(nodes_height(all, 3), ==, height);
	g_assert_cmpuint(nodes_height(all, 0), >, height);
	g_assert_null(peer_find(nodes_ledger(all, 0),
				fake_node_key(3, "ecdsa-p256")));
	{
		g_autoptr(Tx) tx = nodes_transfer(all, 2, 1, 3);
		g_autoptr(bsn_reply) reply = nodes_submit(all, 3, tx);

		g_assert_cmpint(reply->status, ==, BSN_UNAVAILABLE);
	}
	for (guint i = 0; i < 5; i++)
		g_assert_cmpuint(nodes_ledger(all, i)->net->dropped.lies, ==,
				 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/bft/agree", test_agree);
	g_test_add_func("/xuper/bft/away", test_away);
	g_test_add_func("/xuper/bft/crashes", test_crashes);
	g_test_add_func("/xuper/bft/observer", test_observer);
	g_test_add_func("/xuper/bft/members", test_members);
	return g_test_run();
}
