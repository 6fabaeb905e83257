/* SPDX-License-Identifier: Apache-2.0
 *
 * consensus-pow where nodes have other blocks than others: what is final then,
 * and what is said.
 */
#include <bsn/helpers/bytes.h>

#include "plugins/kit/sink.h"
#include "tests/unit/pow-net.h"

/* ---- diverged ------------------------------------------------------------ */

/* Cut off for longer: it has made other blocks final, and says so. */
static void
test_diverged(void)
{
	g_autoptr(Net) net = net_new(&pow_consensus, 3, 7, 6, CONFIG(""));
	Node *node = net->nodes[0];
	const NetBlock *root;

	node->byzantine = TRUE;
	net_isolate(node, TRUE);
	for (guint tx = 1; tx <= 9; tx++) {
		net_submit(net, tx);
		net_run(net, 800);
	}
	root = node->root;
	g_assert_cmpuint(root->height, >, 0);
	g_assert_false(block_is_below(net->nodes[1]->root, root));
	net_isolate(node, FALSE);
	net_submit(net, 10);
	net_run(net, 3000);
	g_assert_true(block_is_below(node->root, root));
	for (guint i = 0; i < 2; i++)
		g_assert_true(pow_is_in_trouble(net->nodes[i]));
}

/* The one that was cut off is so far behind that nobody has its final block in
 * memory. */
static void
test_diverged_far(void)
{
	g_autoptr(Net) net = net_new(&pow_consensus, 3, 7, 11, CONFIG(""));
	Node *node = net->nodes[0];

	node->byzantine = TRUE;
	net_isolate(node, TRUE);
	for (guint tx = 1; tx <= 60; tx++) {
		if (tx == 1)
			tree_submit(node, tx);
		g_hash_table_add(net->submitted, GUINT_TO_POINTER(tx));
		for (guint i = 1; i < 3; i++)
			tree_submit(net->nodes[i], tx);
		net_run(net, 400);
	}
	g_assert_cmpuint(node->root->height, >, 0);
	g_assert_cmpuint(net->nodes[1]->root->height, >,
			 node->root->height + 40);
	net_isolate(node, FALSE);
	net_run(net, 3000);
	g_assert_true(pow_is_in_trouble(node));
	g_assert_true(pow_is_in_trouble(net->nodes[1]));
}

/* ---- while it catches up --------------------------------------------------- */

/* As its engine has got it, as a final one. */
static void
come(Node *node, const NetBlock *block)
{
	bsn_tree_block out = { .size = sizeof(out) };

	g_assert_cmpint(node->proposer.tree->admit(&node->proposer,
						   bytes_slice(block->bytes),
						   &out, NULL),
			==, BSN_OK);
	g_assert_cmpint(pow_consensus.tree->prove(node->agreement, &block->id,
						  bsn_slice_of(NULL, 0), NULL),
			==, BSN_NOT_OFFERED);
	net_run(node->net, 1);
}

static NetBlock *
come_on(Net *net, NetBlock *upon, guint n, guint64 ms, guint32 tx)
{
	for (guint i = 0; i < n; i++) {
		upon = pow_forge(net, upon, pow_seal_upon(net, upon, ms), tx + i);
		come(net->nodes[0], upon);
	}
	return upon;
}

/* The one that is asked first gives a branch of its own, deeper than the depth and
 * lighter than what somebody else claims to have: nothing of it becomes final. */
static void
test_private_branch(void)
{
	g_autoptr(Net) net = pow_quiet_net();
	Node *node = net->nodes[0];
	NetBlock *light, *heavy;

	/* Claims work, and its head is not here. */
	heavy = pow_forge(net, net->genesis, pow_seal_upon(net, net->genesis, 50), 1);
	heavy = pow_forge(net, heavy, pow_seal_upon(net, heavy, 1), 2);
	pow_give(node, heavy);
	light = come_on(net, net->genesis, 12, 3000, 100);
	g_assert_true(node->head == light);
	g_assert_true(node->root == net->genesis);
	come(node, heavy->parent);
	come(node, heavy);
	heavy = come_on(net, heavy, 7, 1, 3);
	g_assert_cmpuint(heavy->height, <, light->height);
	g_assert_true(node->head == heavy);
	g_assert_true(node->root == net->genesis);
	/* The rest of what is claimed does not come. */
	net_run(net, 11000);
	g_assert_cmpuint(node->root->height, ==, heavy->height - 4);
	g_assert_true(block_is_below(heavy, node->root));
}

/* Nobody has said anything yet: it waits a moment after the last block, and not
 * with more than so many. */
static void
test_nobody_heard(void)
{
	g_autoptr(Net) net = pow_quiet_net();
	Node *node = net->nodes[0];
	NetBlock *top;

	pow_consensus.peer(node->agreement, net->members[1].public_key, 0);
	top = come_on(net, net->genesis, 12, 100, 100);
	g_assert_true(node->root == net->genesis);
	net_run(net, 9000);
	g_assert_true(node->root == net->genesis);
	net_run(net, 2000);
	g_assert_cmpuint(node->root->height, ==, top->height - 4);
	top = come_on(net, top, 300, 100, 1000);
	g_assert_cmpuint(node->root->height, ==, top->height - 256);
	net_run(net, 11000);
	g_assert_cmpuint(node->root->height, ==, top->height - 4);
}

/* A branch that is met in passing, none of which is final anywhere, holds nothing
 * up. */
static void
test_passing(void)
{
	g_autoptr(Net) net = pow_quiet_net();
	Node *node = net->nodes[0];
	NetBlock *top = net->genesis;

	pow_consensus.peer(node->agreement, net->members[1].public_key, 0);
	for (guint32 tx = 1; tx <= 6; tx++) {
		bsn_tree_block out = { .size = sizeof(out) };

		top = pow_forge(net, top, pow_seal_upon(net, top, 100), tx);
		g_assert_cmpint(node->proposer.tree->admit(
					&node->proposer,
					bytes_slice(top->bytes), &out, NULL),
				==, BSN_OK);
		pow_consensus.tree->arrived(node->agreement, &top->id);
		net_run(net, 1);
	}
	g_assert_cmpuint(node->root->height, ==, 2);
}

/* An engine whose tree is full has forgotten a branch that grows then. */
static void
test_forgotten(void)
{
	g_autoptr(Net) net = pow_quiet_net();
	NetBlock *genesis = net->genesis, *side, *first;
	Node *node = net->nodes[0];

	first = pow_forge(net, genesis, pow_seal_upon(net, genesis, 50), 1);
	side = pow_forge(net, genesis, pow_seal_upon(net, genesis, 60), 2);
	pow_give(node, first);
	pow_give(node, side);
	pow_give(net->nodes[1], side);
	g_assert_true(node->head == first);
	g_hash_table_remove(node->tree, side);
	g_ptr_array_remove(node->order, side);
	side = pow_forge(net, side, pow_seal_upon(net, side, 60), 3);
	pow_give(net->nodes[1], side);
	net_isolate(node, FALSE);
	pow_give(node, side);
	net_run(net, 20);
	g_assert_true(node->head == side);
}

/* ---- the clock ----------------------------------------------------------- */

/* Its clock was set back while it was stopped: what was there is there. */
static void
test_clock_set_back(void)
{
	g_autoptr(Net) net = net_new(&pow_consensus, 1, 1, 12, CONFIG(""));
	Node *node = net->nodes[0];
	const NetBlock *head;

	net_submit(net, 1);
	g_assert_true(net_run_dry(net, LONG));
	net_run(net, 100);
	head = node->head;
	net_crash(node);
	node->skew = -600000;
	net_start(node);
	net_run(net, 10);
	g_assert_true(node->head == head);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pow/diverged", test_diverged);
	g_test_add_func("/pow/diverged-far", test_diverged_far);
	g_test_add_func("/pow/private-branch", test_private_branch);
	g_test_add_func("/pow/nobody-heard", test_nobody_heard);
	g_test_add_func("/pow/passing", test_passing);
	g_test_add_func("/pow/forgotten", test_forgotten);
	g_test_add_func("/pow/clock-set-back", test_clock_set_back);
	return g_test_run();
}
