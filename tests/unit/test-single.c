/* SPDX-License-Identifier: Apache-2.0
 *
 * consensus-single: one producer; the others follow by their engines.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/consensus-chainedbft/chainedbft.h"
#include "plugins/consensus-single/single.h"
#include "tests/unit/chained-net.h"

#define LONG 60000u

typedef ChainedNet Net;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Net, net_free)

static Net *
new_net(guint n, const char *config)
{
	single_open(&net_host);
	return net_new(&single_consensus, n, 1, 1, config);
}

static void
test_at_once(void)
{
	g_autoptr(Net) net = new_net(3, "");

	for (guint tx = 1; tx <= 20; tx++) {
		net_submit(net, tx);
		g_assert_cmpuint(net->nodes[0]->root->height, ==, tx);
	}
	g_assert_true(net_run_dry(net, LONG));
	g_assert_cmpuint(net->messages, ==, 0);
}

static void
test_period(void)
{
	g_autoptr(Net) net = new_net(1, "{\"period\":1000}");

	for (guint tx = 1; tx <= 20; tx++) {
		net_submit(net, tx);
		net_run(net, 100);
	}
	g_assert_cmpuint(net->nodes[0]->root->height, <=, 3);
	g_assert_true(net_run_dry(net, LONG));
}

/* What was made and is on disk is final, though that was not on disk. */
static void
test_restart(void)
{
	for (guint ms = 0; ms < 40; ms++) {
		g_autoptr(Net) net = new_net(2, "");

		for (guint tx = 1; tx <= 5; tx++)
			net_submit(net, tx);
		net_run(net, ms);
		net_crash(net->nodes[0]);
		net_start(net->nodes[0]);
		net_run(net, 1);
		g_assert_true(net->nodes[0]->head == net->nodes[0]->root);
		net_resubmit(net);
		g_assert_true(net_run_dry(net, LONG));
	}
}

static void
test_hand_over(void)
{
	g_autoptr(Net) net = new_net(3, "");

	net_submit(net, 1);
	net_submit(net, NET_MEMBERS_BIT | 1u << 1);
	net_submit(net, 2);
	g_assert_true(net_run_dry(net, LONG));
	g_assert_cmpuint(net->nodes[2]->root->proposer, ==, 1);
}

/* What chained BFT has left in the tree is not taken for its own. */
static void
test_others_blocks(void)
{
	guint left = 0;

	single_open(&net_host);
	for (guint ms = 1; ms < 60; ms++) {
		g_autoptr(Net) net =
			net_new(&chainedbft_consensus, 2, 1, ms, "");

		net_submit(net, 1);
		net_run(net, ms);
		left += net->nodes[0]->root == net->genesis &&
				net->nodes[0]->order->len > 2
			? 1
			: 0;
		if (net->nodes[0]->root != net->genesis)
			break;
		net_change(net, &single_consensus, "");
		net_resubmit(net);
		g_assert_true(net_run_dry(net, LONG));
		for (const NetBlock *block = net->nodes[0]->root;
		     block->parent != NULL; block = block->parent)
			g_assert_cmpuint(block->seal.justify.len, ==, 0);
	}
	g_assert_cmpuint(left, >, 0);
}

static void
test_refuses(void)
{
	g_autoptr(Net) net = new_net(2, "");
	const bsn_seal seal = { .size = sizeof(seal),
				.round = 1,
				.time_ms = NET_BEGIN_MS };
	NetBlock *other = tree_forge(net, 1, net->genesis, &seal, NULL, 0);
	bsn_tree_block block = { .size = sizeof(block) };
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(net->nodes[1]->proposer.tree->read(
				&net->nodes[1]->proposer,
				bsn_slice_of(g_bytes_get_data(other->bytes,
							      NULL),
					     g_bytes_get_size(other->bytes)),
				&block, &err),
			==, BSN_OK);
	g_assert_cmpint(single_consensus.tree->judge(net->nodes[1]->agreement,
						     &block, &err),
			==, BSN_BAD_REQUEST);
	g_assert_cmpint(single_consensus.check_config(
				bsn_slice_str("{\"period\":-1}"), 1, &err),
			==, BSN_BAD_REQUEST);
	g_assert_cmpint(single_consensus.check_config(bsn_slice_str(""), 2,
						      &err),
			==, BSN_BAD_REQUEST);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/single/final-at-once", test_at_once);
	g_test_add_func("/single/one-block-a-period", test_period);
	g_test_add_func("/single/resumes-after-a-crash", test_restart);
	g_test_add_func("/single/hands-over-to-another", test_hand_over);
	g_test_add_func("/single/leaves-what-others-have-made",
			test_others_blocks);
	g_test_add_func("/single/refuses-others", test_refuses);
	return g_test_run();
}
