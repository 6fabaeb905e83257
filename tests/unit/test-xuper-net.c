/* SPDX-License-Identifier: Apache-2.0
 *
 * Nodes among each other: transactions are passed on, final blocks and blocks of
 * the tree are fetched, and who lies is left alone.
 */
#include "plugins/engine-xuper/net/private.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/xuper-nodes.h"

static const Peer *
peer_of(const XuperNodes *all, guint node, guint other)
{
	return peer_find(nodes_ledger(all, node),
			 fake_node_key(other, "ecdsa-p256"));
}

static guint64
lies(const XuperNodes *all, guint node)
{
	return nodes_ledger(all, node)->net->dropped.lies;
}

/* ---- transactions --------------------------------------------------------- */

static void
test_forward(void)
{
	g_autoptr(XuperNodes) all = nodes_new(3, 2, "xpoa");
	g_autoptr(Tx) tx = NULL;
	g_autoptr(bsn_reply) reply = NULL;
	g_autoptr(bsn_reply) again = NULL;

	nodes_join_all(all);
	nodes_advance(all, 1000);
	tx = nodes_transfer(all, 0, 1, 3);
	reply = nodes_submit(all, 0, tx);
	nodes_settle(all);
	for (guint i = 0; i < 3; i++)
		g_assert_nonnull(pool_find(nodes_ledger(all, i)->pool, tx->id));
	g_assert_cmpuint(all->delivered[0][NET_TRANSACTIONS], ==, 2);
	g_assert_cmpuint(all->nodes[1].agreement->pending, ==, 1);
	/* Who submits it elsewhere waits for it there. */
	again = nodes_submit(all, 1, tx);
	g_assert_true(again->accepted);
	g_assert_cmpint(again->status, ==, FAKE_PENDING);
	nodes_close_all(all);
}

static guint to_lose;

static gboolean
lose_some(XuperNodes *all, guint from, guint to, GByteArray *bytes)
{
	if (bytes->data[0] != NET_TRANSACTIONS || to_lose == 0)
		return TRUE;
	to_lose--;
	return FALSE;
}

/* What goes on waiting is sent again, ever less often. */
static void
test_forward_again(void)
{
	g_autoptr(XuperNodes) all = nodes_new(2, 2, "xpoa");
	g_autoptr(Tx) tx = NULL;
	g_autoptr(bsn_reply) reply = NULL;
	guint sent;

	nodes_join_all(all);
	nodes_advance(all, 1000);
	all->spoil = lose_some;
	to_lose = 2;
	tx = nodes_transfer(all, 0, 1, 3);
	reply = nodes_submit(all, 0, tx);
	nodes_advance(all, 500);
	g_assert_null(pool_find(nodes_ledger(all, 1)->pool, tx->id));
	nodes_advance(all, 10000);
	g_assert_nonnull(pool_find(nodes_ledger(all, 1)->pool, tx->id));
	sent = all->delivered[0][NET_TRANSACTIONS];
	nodes_advance(all, 60000);
	g_assert_cmpuint(all->delivered[0][NET_TRANSACTIONS] - sent, <, 8);
	g_assert_cmpuint(all->delivered[0][NET_TRANSACTIONS] - sent, >, 1);
	nodes_close_all(all);
}

static void
test_forged(void)
{
	g_autoptr(XuperNodes) all = nodes_new(2, 2, "xpoa");
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	Bsn__Nodes__Transactions message = BSN__NODES__TRANSACTIONS__INIT;
	ProtobufCBinaryData item = message_bytes(bsn_slice_str("no such"));

	nodes_join_all(all);
	nodes_advance(all, 1000);
	message.n_transactions = 1;
	message.transactions = &item;
	net_message_put(bytes, NET_TRANSACTIONS, &message);
	fake_net_deliver(all->nodes[1].chain, all->nodes[0].chain, "ecdsa-p256",
			 buffer_slice(bytes));
	g_assert_cmpuint(lies(all, 0), ==, 1);
	g_assert_true(peer_is_left(nodes_ledger(all, 0), peer_of(all, 0, 1)));
	g_assert_true(nodes_logged("n1 is left alone for 10 s"));
	nodes_advance(all, 11000);
	g_assert_false(peer_is_left(nodes_ledger(all, 0), peer_of(all, 0, 1)));
}

/* When all have all, nothing is said and nothing armed. */
static void
test_quiet(void)
{
	g_autoptr(XuperNodes) all = nodes_new(3, 3, "xpoa");

	nodes_block(all, 0);
	nodes_join_all(all);
	nodes_advance(all, 5000);
	for (guint i = 1; i < 3; i++)
		nodes_alike(all, 0, i);
	nodes_advance(all, 60000);
	for (guint i = 0; i < 3; i++)
		g_assert_cmpuint(fake_chain_timers(all->nodes[i].chain), ==, 0);
}

/* ---- final blocks ---------------------------------------------------------- */

/* A producer and one who only follows. */
static void
test_single(void)
{
	g_autoptr(XuperNodes) all = nodes_new(2, 1, "single");
	g_autoptr(Tx) tx = NULL;
	g_autoptr(bsn_reply) reply = NULL;

	nodes_join_all(all);
	nodes_advance(all, 500);
	/* Submitted where no blocks are made. */
	tx = nodes_transfer(all, 0, 1, 3);
	reply = nodes_submit(all, 1, tx);
	nodes_advance(all, 1500);
	g_assert_cmpint(reply->status, ==, BSN_OK);
	nodes_alike(all, 0, 1);
	g_assert_cmpuint(nodes_height(all, 1), ==, 1);
}

static void
test_catch_up(void)
{
	g_autoptr(XuperNodes) all = nodes_new(3, 3, "xpoa");

	for (guint i = 0; i < 150; i++)
		nodes_block(all, 0);
	nodes_join(all, 0, 1, TRUE);
	nodes_advance(all, 3000);
	nodes_alike(all, 0, 1);
	g_assert_cmpuint(all->nodes[1].agreement->finalized, ==, 150);
	g_assert_false(net_is_syncing(nodes_ledger(all, 1)));
	g_assert_cmpuint(fake_chain_blocks(all->nodes[1].chain)->len, ==, 150);
	/* And on from there: from who has caught up. */
	nodes_join(all, 1, 2, TRUE);
	nodes_advance(all, 3000);
	nodes_alike(all, 0, 2);
	g_assert_true(nodes_logged("caught up at block 150"));
}

/* Some blocks have no certificate of their own: a later one proves them. */
static void
test_unproven(void)
{
	g_autoptr(XuperNodes) all = nodes_new(2, 2, "xpoa");
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	bsn_id id;

	for (guint i = 0; i < 12; i++) {
		g_assert_cmpint(nodes_extend(all, 0, NULL, BSN_EXTEND_EMPTY,
					     bytes, &id),
				==, BSN_OK);
		if (i % 4 == 3)
			g_assert_cmpint(nodes_finalize(all, 0, &id), ==,
					BSN_OK);
	}
	fake_host_settle();
	nodes_join_all(all);
	nodes_advance(all, 2000);
	nodes_alike(all, 0, 1);
	g_assert_cmpuint(all->nodes[1].agreement->finalized, ==, 3);
}

/* A node that stops in the middle goes on at its root. */
static void
test_resume(void)
{
	g_autoptr(XuperNodes) all = nodes_new(2, 2, "xpoa");
	guint64 before;

	for (guint i = 0; i < 140; i++)
		nodes_block(all, 0);
	nodes_join_all(all);
	nodes_advance(all, 260);
	before = nodes_height(all, 1);
	nodes_crash(all, 1);
	nodes_reopen(all, 1);
	g_assert_cmpuint(nodes_height(all, 1), ==, before);
	nodes_join_all(all);
	nodes_advance(all, 3000);
	nodes_alike(all, 0, 1);
}

static void
test_store_refuses(void)
{
	g_autoptr(XuperNodes) all = nodes_new(2, 2, "xpoa");

	for (guint i = 0; i < 3; i++)
		nodes_block(all, 0);
	fake_chain_set_writable(all->nodes[1].chain, BSN_FULL);
	nodes_join_all(all);
	nodes_advance(all, 3000);
	g_assert_cmpuint(nodes_height(all, 1), ==, 0);
	g_assert_cmpuint(lies(all, 1), ==, 0);
	fake_chain_set_writable(all->nodes[1].chain, BSN_OK);
	nodes_advance(all, 1000);
	nodes_alike(all, 0, 1);
}

/* ---- liars ---------------------------------------------------------------- */

static gboolean
spoil_certificates(XuperNodes *all, guint from, guint to, GByteArray *bytes)
{
	if (from != 0 || bytes->data[0] != NET_FINAL)
		return TRUE;
	for (guint i = 0; i + 4 <= bytes->len; i++)
		if (memcmp(bytes->data + i, MANUAL_GOOD, 4) == 0)
			bytes->data[i] = 'f';
	return TRUE;
}

static void
test_bad_certificates(void)
{
	g_autoptr(XuperNodes) all = nodes_new(3, 3, "xpoa");

	for (guint i = 0; i < 5; i++)
		nodes_block(all, 0);
	nodes_join(all, 0, 1, TRUE);
	nodes_advance(all, 2000);
	nodes_join(all, 0, 2, TRUE);
	all->spoil = spoil_certificates;
	nodes_advance(all, 2000);
	g_assert_cmpuint(nodes_height(all, 2), ==, 0);
	g_assert_cmpuint(lies(all, 2), ==, 1);
	nodes_join(all, 1, 2, TRUE);
	nodes_advance(all, 2000);
	nodes_alike(all, 1, 2);
	g_assert_cmpuint(lies(all, 2), ==, 1);
}

static gboolean
give_nothing(XuperNodes *all, guint from, guint to, GByteArray *bytes)
{
	Bsn__Nodes__Final message = BSN__NODES__FINAL__INIT;

	if (from != 0 || bytes->data[0] != NET_FINAL)
		return TRUE;
	message.first = 1;
	g_byte_array_set_size(bytes, 0);
	net_message_put(bytes, NET_FINAL, &message);
	return TRUE;
}

static void
test_gives_nothing(void)
{
	g_autoptr(XuperNodes) all = nodes_new(2, 2, "xpoa");

	nodes_block(all, 0);
	all->spoil = give_nothing;
	nodes_join_all(all);
	nodes_advance(all, 2000);
	g_assert_cmpuint(lies(all, 1), ==, 1);
	all->spoil = NULL;
	nodes_advance(all, 40000);
	nodes_alike(all, 0, 1);
}

static gboolean
lose_final(XuperNodes *all, guint from, guint to, GByteArray *bytes)
{
	return bytes->data[0] != NET_FINAL;
}

/* Who does not answer rests; that is no lie. */
static void
test_silent(void)
{
	g_autoptr(XuperNodes) all = nodes_new(2, 2, "xpoa");

	nodes_block(all, 0);
	all->spoil = lose_final;
	nodes_join_all(all);
	nodes_advance(all, 6000);
	g_assert_cmpuint(lies(all, 1), ==, 0);
	g_assert_cmpuint(nodes_ledger(all, 1)->net->dropped.timeouts, >, 0);
	all->spoil = NULL;
	nodes_advance(all, 20000);
	nodes_alike(all, 0, 1);
}

static void
test_other_chain(void)
{
	g_autoptr(XuperNodes) all = nodes_new(2, 2, "xpoa");
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	bsn_id id;

	nodes_block(all, 0);
	g_assert_cmpint(nodes_extend(all, 1, NULL, BSN_EXTEND_EMPTY, bytes,
				     &id),
			==, BSN_OK);
	g_assert_cmpint(nodes_finalize(all, 1, &id), ==, BSN_OK);
	fake_host_settle();
	nodes_join_all(all);
	nodes_advance(all, 2000);
	g_assert_cmpuint(lies(all, 0), >, 0);
	g_assert_cmpuint(lies(all, 1), >, 0);
	g_assert_true(nodes_logged("its final block 1 is another one"));
}

/* ---- blocks of the tree ---------------------------------------------------- */

static void
test_fetch(void)
{
	g_autoptr(XuperNodes) all = nodes_new(3, 3, "xpoa");
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	bsn_id id, other;

	nodes_join_all(all);
	nodes_advance(all, 1000);
	for (guint i = 0; i < 200; i++)
		g_assert_cmpint(nodes_extend(all, 0, NULL, BSN_EXTEND_EMPTY,
					     bytes, &id),
				==, BSN_OK);
	/* Node 2 says that it has it, and has not. */
	nodes_tree(all, 1)->fetch(&nodes_ledger(all, 1)->proposer, &id,
				  fake_node_key(2, "ecdsa-p256"));
	nodes_advance(all, 3000);
	g_assert_nonnull(ledger_find(nodes_ledger(all, 1)->ledger, id.bytes));
	g_assert_cmpuint(all->nodes[1].agreement->arrived, ==, 200);
	g_assert_cmpuint(all->nodes[1].agreement->judged, ==, 200);
	assert_bytes(all->nodes[1].agreement->last_arrived.bytes, HASH_LEN,
		     id.bytes, HASH_LEN);
	/* One that nobody has is given up. */
	other = id;
	other.bytes[0] ^= 1;
	nodes_tree(all, 1)->fetch(&nodes_ledger(all, 1)->proposer, &other,
				  fake_node_key(0, "ecdsa-p256"));
	nodes_advance(all, 20000);
	g_assert_cmpuint(nodes_ledger(all, 1)->net->fetches.length, ==, 0);
	g_assert_cmpuint(lies(all, 1), ==, 0);
}

/* A block whose seal is not as it must be is a lie. */
static void
test_fetch_refused(void)
{
	g_autoptr(XuperNodes) all = nodes_new(2, 2, "xpoa");
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	bsn_id id;

	nodes_join_all(all);
	nodes_advance(all, 1000);
	g_assert_cmpint(nodes_extend(all, 0, NULL, BSN_EXTEND_EMPTY, bytes,
				     &id),
			==, BSN_OK);
	manual_tree_judge(BSN_DENIED);
	nodes_tree(all, 1)->fetch(&nodes_ledger(all, 1)->proposer, &id,
				  fake_node_key(0, "ecdsa-p256"));
	nodes_advance(all, 1000);
	g_assert_null(ledger_find(nodes_ledger(all, 1)->ledger, id.bytes));
	g_assert_cmpuint(lies(all, 1), ==, 1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/net/forward", test_forward);
	g_test_add_func("/xuper/net/forward-again", test_forward_again);
	g_test_add_func("/xuper/net/forged", test_forged);
	g_test_add_func("/xuper/net/quiet", test_quiet);
	g_test_add_func("/xuper/net/single", test_single);
	g_test_add_func("/xuper/net/catch-up", test_catch_up);
	g_test_add_func("/xuper/net/unproven", test_unproven);
	g_test_add_func("/xuper/net/resume", test_resume);
	g_test_add_func("/xuper/net/store-refuses", test_store_refuses);
	g_test_add_func("/xuper/net/bad-certificates", test_bad_certificates);
	g_test_add_func("/xuper/net/gives-nothing", test_gives_nothing);
	g_test_add_func("/xuper/net/silent", test_silent);
	g_test_add_func("/xuper/net/other-chain", test_other_chain);
	g_test_add_func("/xuper/net/fetch", test_fetch);
	g_test_add_func("/xuper/net/fetch-refused", test_fetch_refused);
	return g_test_run();
}
