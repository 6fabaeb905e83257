/* SPDX-License-Identifier: Apache-2.0
 *
 * One of the nodes lies about blocks, and so that another seems to have lied.
 */
#include "plugins/engine-xuper/net/private.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"
#include "tests/unit/xuper-nodes.h"

#define LIAR 1u
#define HONEST 0u
#define VICTIM 2u

static Peer *
peer(const XuperNodes *all, guint node)
{
	return peer_find(nodes_ledger(all, VICTIM),
			 fake_node_key(node, "ecdsa-p256"));
}

static guint
strikes(const XuperNodes *all, guint node)
{
	return peer(all, node)->strikes;
}

/* ---- final blocks --------------------------------------------------------- */

/* One more, at those who lie and are honest. */
static void
add_block(XuperNodes *all)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	bsn_id id;

	g_assert_cmpint(nodes_extend(all, HONEST, NULL, BSN_EXTEND_EMPTY, bytes,
				     &id),
			==, BSN_OK);
	g_assert_cmpint(nodes_admit(all, LIAR, bytes), ==, BSN_OK);
	g_assert_cmpint(nodes_finalize(all, HONEST, &id), ==, BSN_OK);
	g_assert_cmpint(nodes_finalize(all, LIAR, &id), ==, BSN_OK);
}

static GByteArray *other;

/* Instead of the first block it gives another one, which a validator has made and
 * nothing makes final. */
static gboolean
give_fork(XuperNodes *all, guint from, guint to, GByteArray *bytes)
{
	Bsn__Nodes__Final message = BSN__NODES__FINAL__INIT;
	Bsn__Nodes__FinalBlock block = BSN__NODES__FINAL_BLOCK__INIT;
	Bsn__Nodes__FinalBlock *blocks[] = { &block };
	g_auto(Arena) arena = ARENA_INIT;
	bsn_err err = BSN_ERR_INIT;
	NetMessage read;

	if (from != LIAR || bytes->data[0] != NET_FINAL)
		return TRUE;
	g_assert_cmpint(net_message_read(&arena, buffer_slice(bytes), &read,
					 &err),
			==, BSN_OK);
	if (read.body.final->first != 1)
		return TRUE;
	message.first = 1;
	block.block = message_bytes(buffer_slice(other));
	message.n_blocks = 1;
	message.blocks = blocks;
	g_byte_array_set_size(bytes, 0);
	net_message_put(bytes, NET_FINAL, &message);
	return TRUE;
}

static void
test_fork(void)
{
	g_autoptr(XuperNodes) all = nodes_new(3, 3, "xpoa");
	bsn_id id;

	other = g_byte_array_new();
	g_assert_cmpint(nodes_extend(all, LIAR, NULL, BSN_EXTEND_EMPTY, other,
				     &id),
			==, BSN_OK);
	for (guint i = 0; i < 200; i++)
		add_block(all);
	fake_host_settle();
	all->spoil = give_fork;
	/* The liar is asked first. */
	nodes_ledger(all, VICTIM)->net->sync.turn = 1;
	peer(all, LIAR)->height = 200;
	nodes_join_all(all);
	nodes_advance(all, 60000);
	g_assert_cmpuint(strikes(all, HONEST), ==, 0);
	g_assert_cmpuint(strikes(all, LIAR), >, 0);
	nodes_alike(all, HONEST, VICTIM);
	g_byte_array_unref(other);
}

/* ---- the end of an epoch --------------------------------------------------- */

/* Nothing that it gives has a certificate. */
static gboolean
strip(XuperNodes *all, guint from, guint to, GByteArray *bytes)
{
	Bsn__Nodes__Final message;
	g_auto(Arena) arena = ARENA_INIT;
	bsn_err err = BSN_ERR_INIT;
	NetMessage read;

	if (from != HONEST || bytes->data[0] != NET_FINAL)
		return TRUE;
	g_assert_cmpint(net_message_read(&arena, buffer_slice(bytes), &read,
					 &err),
			==, BSN_OK);
	message = *read.body.final;
	for (gsize i = 0; i + 1 < message.n_blocks; i++)
		message.blocks[i]->certificate.len = 0;
	g_byte_array_set_size(bytes, 0);
	net_message_put(bytes, NET_FINAL, &message);
	return TRUE;
}

static void
vote(XuperNodes *all, guint signer)
{
	g_autoptr(Tx) tx = nodes_member(all, signer, VICTIM, "consensus");
	g_autoptr(bsn_reply) reply = nodes_submit(all, HONEST, tx);

	add_block(all);
	fake_host_settle();
	g_assert_cmpint(reply->status, ==, BSN_OK);
}

/* The block that ends an epoch is proven by its own certificate alone, so who
 * leaves that out lies; others need not have one each. */
static void
test_epoch(void)
{
	for (guint i = 0; i < 2; i++) {
		g_autoptr(XuperNodes) all = nodes_new(3, 2, "xpoa");

		for (guint j = 0; i > 0 && j < 2; j++)
			vote(all, j);
		for (guint j = 0; j < 5; j++)
			add_block(all);
		fake_host_settle();
		all->spoil = strip;
		nodes_join(all, HONEST, VICTIM, TRUE);
		nodes_advance(all, 5000);
		g_assert_cmpuint(strikes(all, HONEST), ==, i);
		nodes_join_all(all);
		nodes_advance(all, 5000);
		nodes_alike(all, LIAR, VICTIM);
	}
}

/* ---- blocks of the tree ---------------------------------------------------- */

/* It answers each question with the same block. */
static gboolean
repeat(XuperNodes *all, guint from, guint to, GByteArray *bytes)
{
	Bsn__Nodes__Branch message;
	g_auto(Arena) arena = ARENA_INIT;
	bsn_err err = BSN_ERR_INIT;
	NetMessage read;

	if (from != LIAR || bytes->data[0] != NET_BRANCH)
		return TRUE;
	g_assert_cmpint(net_message_read(&arena, buffer_slice(bytes), &read,
					 &err),
			==, BSN_OK);
	message = *read.body.branch;
	message.n_blocks = 1;
	message.blocks[0] = message_bytes(buffer_slice(other));
	g_byte_array_set_size(bytes, 0);
	net_message_put(bytes, NET_BRANCH, &message);
	return TRUE;
}

static void
test_repeat(void)
{
	g_autoptr(XuperNodes) all = nodes_new(3, 3, "xpoa");
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	bsn_id id;

	other = g_byte_array_new();
	nodes_join_all(all);
	nodes_advance(all, 1000);
	for (guint i = 0; i < 10; i++) {
		g_assert_cmpint(nodes_extend(all, HONEST, NULL,
					     BSN_EXTEND_EMPTY,
					     i == 0 ? other : bytes, &id),
				==, BSN_OK);
		g_assert_cmpint(nodes_admit(all, LIAR, i == 0 ? other : bytes),
				==, BSN_OK);
	}
	all->spoil = repeat;
	nodes_tree(all, VICTIM)->fetch(&nodes_ledger(all, VICTIM)->proposer,
				       &id, fake_node_key(LIAR, "ecdsa-p256"));
	nodes_advance(all, 3000);
	g_assert_nonnull(
		ledger_find(nodes_ledger(all, VICTIM)->ledger, id.bytes));
	g_byte_array_unref(other);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/lies/a-fork", test_fork);
	g_test_add_func("/xuper/lies/an-epoch-without-its-proof", test_epoch);
	g_test_add_func("/xuper/lies/the-same-block-again", test_repeat);
	return g_test_run();
}
