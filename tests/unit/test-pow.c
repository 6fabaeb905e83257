/* SPDX-License-Identifier: Apache-2.0
 *
 * consensus-pow in a network with one clock: nodes mine, branches meet, nodes are
 * cut off, crash and come back. What the network checks all the time: nothing that
 * is final on one node is another block on another, nothing is final with fewer
 * blocks above it than the depth.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/consensus-pow/pow.h"
#include "plugins/consensus-pow/rule.h"
#include "plugins/consensus-single/single.h"
#include "plugins/kit/sink.h"
#include "tests/unit/pow-net.h"

static guint64
reorganisations(const Net *net)
{
	guint64 n = 0;

	for (guint i = 0; i < net->n; i++)
		if (net->nodes[i]->up)
			n += (guint64)net_status(net->nodes[i],
						 "reorganisations");
	return n;
}

static gint64
mined(const Net *net)
{
	gint64 n = 0;

	for (guint i = 0; i < net->n; i++)
		n += net_status(net->nodes[i], "mined");
	return n;
}

/* ---- mining -------------------------------------------------------------- */

/* Final with the depth above it; then nothing happens any more. */
static void
test_alone(void)
{
	g_autoptr(Net) net = net_new(&pow_consensus, 1, 1, 1, CONFIG(""));
	Node *node = net->nodes[0];
	guint64 height;
	guint timers;

	net_run(net, 5000);
	g_assert_cmpuint(node->head->height, ==, 0);
	for (guint tx = 1; tx <= 5; tx++)
		net_submit(net, tx);
	g_assert_true(net_run_dry(net, LONG));
	height = node->head->height;
	g_assert_cmpuint(height, ==, node->root->height + 4);
	net_run(net, 100);
	timers = net->timers_set;
	net_run(net, LONG);
	g_assert_cmpuint(node->head->height, ==, height);
	g_assert_cmpuint(net->timers_set, ==, timers);
}

/* Mines on with nothing to do, one block a period. */
static void
test_always(void)
{
	g_autoptr(Net) net =
		net_new(&pow_consensus, 1, 1, 2, CONFIG(",\"always\":true"));

	net_run(net, 20000);
	g_assert_cmpuint(net->nodes[0]->root->height, >, 120);
	g_assert_cmpuint(net->nodes[0]->root->height, <, 300);
}

/* Observers follow and do not mine. */
static void
test_observer(void)
{
	g_autoptr(Net) net = net_new(&pow_consensus, 3, 3, 3, CONFIG(""));

	for (guint tx = 1; tx <= 10; tx++) {
		net_submit(net, tx);
		net_run(net, 300);
	}
	g_assert_true(net_run_dry(net, LONG));
	g_assert_cmpint(net_status(net->nodes[2], "mined"), ==, 0);
	/* One becomes a member: it does. */
	net_submit(net, NET_MEMBERS_BIT | 4u);
	g_assert_true(net_run_dry(net, LONG));
	net_submit(net, 11);
	g_assert_true(net_run_dry(net, LONG));
	g_assert_cmpint(net_status(net->nodes[2], "mined"), >, 3);
}

/* ---- branches ------------------------------------------------------------ */

/* Slow messages: the same blocks are made at several places. */
static void
test_random(void)
{
	guint64 reorgs = 0;

	for (guint64 seed = 1; seed <= 12; seed++) {
		g_autoptr(Net) net =
			net_new(&pow_consensus, 4, 15, seed,
				"{\"depth\":8,\"defaultTarget\":528482303,"
				"\"expectedPeriod\":150,\"hashes_per_turn\":10,"
				"\"turn_ms\":4}");

		net->delay_max = 60;
		net->drop = 30;
		for (guint tx = 1; tx <= 20; tx++) {
			Node *node = net->nodes[tx % 4];

			net_submit(net, tx);
			net_run(net, 150);
			if (tx % 5 == 0) {
				net_crash(node);
				net_run(net, 100);
				net_start(node);
			}
			if (tx % 7 == 0) {
				net_isolate(node, TRUE);
				net_run(net, 250);
				net_isolate(node, FALSE);
			}
		}
		reorgs += reorganisations(net);
		net_heal(net);
		net_resubmit(net);
		if (!net_run_dry(net, LONG))
			g_error("seed %u ends with something undone",
				(guint)seed);
	}
	g_test_message("%u reorganisations", (guint)reorgs);
	g_assert_cmpuint(reorgs, >, 10);
}

/* Cut off for less than the depth: what it has made alone is undone, and what was
 * in it comes again. */
static void
test_cut_off(void)
{
	g_autoptr(Net) net = net_new(&pow_consensus, 4, 15, 5, CONFIG(""));
	Node *node = net->nodes[0];
	guint64 height;

	net_submit(net, 1);
	g_assert_true(net_run_dry(net, LONG));
	net_isolate(node, TRUE);
	g_hash_table_add(net->submitted, GUINT_TO_POINTER(2));
	height = node->head->height;
	tree_submit(node, 2);
	for (guint i = 0; i < 9999 && node->head->height < height + 3; i++)
		net_run(net, 1);
	g_assert_true(block_has_done(node->head, 2));
	g_assert_false(block_has_done(node->root, 2));
	for (guint i = 1; i < 4; i++)
		tree_submit(net->nodes[i], 3);
	g_hash_table_add(net->submitted, GUINT_TO_POINTER(3));
	net_run(net, 60);
	net_isolate(node, FALSE);
	net_resubmit(net);
	g_assert_true(net_run_dry(net, LONG));
	g_assert_cmpuint(reorganisations(net), >, 0);
}

/* ---- by hand ------------------------------------------------------------- */

/* Fewer blocks with more work are heavier than more with less. */
static void
test_heaviest(void)
{
	g_autoptr(Net) net = pow_quiet_net();
	Node *node = net->nodes[0];
	NetBlock *common = net->genesis, *light, *heavy;
	guint32 tx = 1;

	for (guint i = 0; i < 2; i++) {
		common = pow_forge(net, common, pow_seal_upon(net, common, 100), tx++);
		pow_give(node, common);
	}
	light = heavy = common;
	for (guint i = 0; i < 3; i++) {
		light = pow_forge(net, light, pow_seal_upon(net, light, 3000), tx++);
		pow_give(node, light);
	}
	g_assert_true(node->head == light);
	/* As many, but harder. */
	for (guint i = 0; i < 3; i++) {
		heavy = pow_forge(net, heavy, pow_seal_upon(net, heavy, 1), tx++);
		pow_give(node, heavy);
	}
	g_assert_cmpuint(heavy->height, ==, light->height);
	g_assert_true(node->head == heavy);
	/* One more, and lighter still. */
	light = pow_forge(net, light, pow_seal_upon(net, light, 3000), tx++);
	pow_give(node, light);
	g_assert_cmpuint(light->height, >, heavy->height);
	g_assert_true(node->head == heavy);
	g_assert_cmpint(net_status(node, "reorganisations"), ==, 1);
	g_assert_cmpint(net_status(node, "deepest_reorganisation"), ==, 3);
}

/* Of two with the same work the first stays; what the other has waits. */
static void
test_first_seen(void)
{
	g_autoptr(Net) net = pow_quiet_net();
	Node *node = net->nodes[0];
	NetBlock *first, *second;

	first = pow_forge(net, net->genesis, pow_seal_upon(net, net->genesis, 50), 1);
	second = pow_forge(net, net->genesis, pow_seal_upon(net, net->genesis, 60), 2);
	pow_give(node, first);
	pow_give(node, second);
	g_assert_true(node->head == first);
	second = pow_forge(net, second, pow_seal_upon(net, second, 60), 3);
	pow_give(node, second);
	g_assert_true(node->head == second);
	g_assert_true(g_hash_table_contains(node->pool, GUINT_TO_POINTER(1)));
}

static void
refuses(Net *net, NetBlock *parent, bsn_seal seal, int32_t status,
	const char *text)
{
	Node *node = net->nodes[0];
	NetBlock *block = pow_forge(net, parent, seal, 77);
	bsn_tree_block read = { .size = sizeof(read) };
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(node->proposer.tree->read(&node->proposer,
						  bytes_slice(block->bytes),
						  &read, &err),
			==, BSN_OK);
	g_assert_cmpint(pow_consensus.tree->judge(node->agreement, &read, &err),
			==, status);
	g_assert_nonnull(g_strstr_len(err.reason, -1, text));
	pow_give(node, block);
	g_assert_true(node->head == parent);
}

static void
test_refuses(void)
{
	g_autoptr(Net) net = pow_quiet_net();
	NetBlock *parent = net->genesis, *other;
	bsn_tree_block read = { .size = sizeof(read) };
	bsn_err err = BSN_ERR_INIT;
	bsn_seal seal;

	for (guint32 tx = 1; tx <= 3; tx++) {
		parent = pow_forge(net, parent, pow_seal_upon(net, parent, 100), tx);
		pow_give(net->nodes[0], parent);
	}
	seal = pow_seal_upon(net, parent, 100);
	seal.target_bits = 0x207fffff;
	refuses(net, parent, seal, BSN_BAD_REQUEST, "its target is 0x207fffff");
	seal = pow_seal_upon(net, parent, 100);
	seal.target_bits--;
	refuses(net, parent, seal, BSN_BAD_REQUEST, "its target is");
	seal = pow_seal_upon(net, parent, 100);
	seal.round++;
	refuses(net, parent, seal, BSN_BAD_REQUEST, "its seal");
	seal = pow_seal_upon(net, parent, 100);
	seal.term = 1;
	refuses(net, parent, seal, BSN_BAD_REQUEST, "its seal");
	seal = pow_seal_upon(net, parent, 100);
	seal.time_ms = net->genesis->seal.time_ms + 100;
	refuses(net, parent, seal, BSN_BAD_REQUEST, "median");
	seal = pow_seal_upon(net, parent, 100);
	seal.time_ms = NET_BEGIN_MS + net->now + 120001;
	refuses(net, parent, seal, BSN_BUSY, "ahead of this node's clock");
	/* Not enough work, and nobody's. */
	seal = pow_seal_upon(net, parent, 100);
	other = tree_forge(net, 1, parent, &seal, NULL, 0);
	g_assert_cmpint(net->nodes[0]->proposer.tree->read(
				&net->nodes[0]->proposer,
				bytes_slice(other->bytes), &read, &err),
			==, BSN_OK);
	g_assert_cmpint(pow_consensus.tree->judge(net->nodes[0]->agreement,
						  &read, &err),
			==, BSN_BAD_REQUEST);
	g_assert_nonnull(g_strstr_len(err.reason, -1, "above its target"));
	for (seal.nonce = 0;; seal.nonce++) {
		Target target;

		g_assert_true(target_from_bits(seal.target_bits, &target));
		other = tree_forge(net, 0, parent, &seal, NULL, 0);
		if (target_is_met(&target, other->id.bytes))
			break;
	}
	(void)net->nodes[0]->proposer.tree->read(&net->nodes[0]->proposer,
						 bytes_slice(other->bytes),
						 &read, &err);
	g_assert_cmpint(pow_consensus.tree->judge(net->nodes[0]->agreement,
						  &read, &err),
			==, BSN_BAD_REQUEST);
	g_assert_nonnull(g_strstr_len(err.reason, -1, "none of the chain's"));
}

/* What is no message harms nothing. */
static void
test_garbage(void)
{
	g_autoptr(Net) net = pow_quiet_net();
	guint8 bytes[200];

	for (guint i = 0; i < 20000; i++) {
		const guint len = (guint)g_rand_int_range(net->rand, 1, 200);

		for (guint at = 0; at < len; at++)
			bytes[at] = (guint8)g_rand_int(net->rand);
		bytes[0] = BSN_CONSENSUS_BYTE;
		if (len > 1 && i % 2 == 0)
			bytes[1] = (guint8)(0x11 + i / 2 % 3);
		net_give(net->nodes[0], net->nodes[1],
			 bsn_slice_of(bytes, len));
	}
	g_assert_true(net->nodes[0]->head == net->genesis);
}

/* ---- coming late --------------------------------------------------------- */

/* Who was away for many blocks gets them, those that nothing makes final, too. */
static void
test_away(void)
{
	g_autoptr(Net) net = net_new(&pow_consensus, 3, 3, 8, CONFIG(""));

	net_crash(net->nodes[2]);
	for (guint tx = 1; tx <= 60; tx++) {
		net_submit(net, tx);
		net_run(net, 300);
	}
	g_assert_true(net_run_dry(net, LONG));
	g_assert_cmpuint(net->nodes[0]->root->height, >, 50);
	net_start(net->nodes[2]);
	g_assert_true(net_run_dry(net, LONG));
	g_assert_true(net->nodes[2]->root == net->nodes[0]->root);
}

/* Another protocol was before: work begins at its last block. */
static void
test_handed_over(void)
{
	g_autoptr(Net) net = NULL;
	gint64 before;

	single_open(&net_host);
	net = net_new(&single_consensus, 2, 1, 9, "");
	for (guint tx = 1; tx <= 5; tx++)
		net_submit(net, tx);
	g_assert_true(net_run_dry(net, LONG));
	net_change(net, &pow_consensus, CONFIG(""));
	net_submit(net, 6);
	g_assert_true(net_run_dry(net, LONG));
	before = mined(net);
	g_assert_cmpint(before, >=, 5);
	g_assert_cmphex(net->nodes[0]->root->seal.target_bits, ==,
			pow_bits_upon(net, net->nodes[0]->root->parent));
}

/* The work of all blocks is there again, whatever a crash takes. */
static void
test_total(void)
{
	g_autoptr(Net) net = net_new(&pow_consensus, 1, 1, 10, CONFIG(""));
	Node *node = net->nodes[0];
	g_autoptr(GBytes) key = g_bytes_new("\xffw", 2);

	for (guint tx = 1; tx <= 20; tx++) {
		g_autoptr(GByteArray) text = g_byte_array_new();
		BufferSink sink = buffer_sink(text, 65536);
		Target sum = { { 0 } };
		g_autofree char *hex = NULL;
		guint8 bytes[TARGET_BYTES];

		net_submit(net, tx);
		net_run(net, 200 + tx);
		if (tx == 15)
			g_assert_true(g_tree_remove(node->durable, key));
		net_crash(node);
		net_start(node);
		net_run(net, 1);
		for (const NetBlock *block = node->head; block->parent != NULL;
		     block = block->parent) {
			Target target, work;

			g_assert_true(target_from_bits(block->seal.target_bits,
						       &target));
			work = target_work(&target);
			sum = target_add(sum, &work);
		}
		g_assert_cmpint(pow_consensus.status(node->agreement,
						     &sink.sink),
				==, BSN_OK);
		g_byte_array_append(text, (const guint8 *)"", 1);
		target_to_bytes(&sum, bytes);
		hex = g_strdup_printf("%02x%02x%02x%02x\"", bytes[28],
				      bytes[29], bytes[30], bytes[31]);
		g_assert_nonnull(g_strstr_len((const char *)text->data, -1,
					      hex));
	}
	g_assert_cmpuint(node->root->height, >, 5);
}

static void
test_proofs(void)
{
	g_autoptr(Net) net = pow_quiet_net();
	bsn_err err = BSN_ERR_INIT;
	const bsn_slice none = bsn_slice_of(NULL, 0);

	g_assert_false(BSN_HAS(&pow_consensus, verify));
	g_assert_false(BSN_HAS(&pow_consensus, verify_in));
	g_assert_false(BSN_HAS(&pow_consensus, quorum));
	g_assert_cmpint(pow_consensus.tree->prove(net->nodes[0]->agreement,
						  &net->genesis->id, none,
						  &err),
			==, BSN_NOT_OFFERED);
	g_assert_cmpint(pow_consensus.tree->prove(net->nodes[0]->agreement,
						  &net->genesis->id,
						  bsn_slice_str("x"), &err),
			==, BSN_BAD_REQUEST);
	g_assert_cmpuint(pow_consensus.depth(bsn_slice_str("")), ==, 6);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pow/alone", test_alone);
	g_test_add_func("/pow/always", test_always);
	g_test_add_func("/pow/observer-and-member", test_observer);
	g_test_add_func("/pow/random", test_random);
	g_test_add_func("/pow/cut-off", test_cut_off);
	g_test_add_func("/pow/most-work", test_heaviest);
	g_test_add_func("/pow/first-seen", test_first_seen);
	g_test_add_func("/pow/refuses", test_refuses);
	g_test_add_func("/pow/garbage", test_garbage);
	g_test_add_func("/pow/away", test_away);
	g_test_add_func("/pow/handed-over", test_handed_over);
	g_test_add_func("/pow/total-work", test_total);
	g_test_add_func("/pow/proofs", test_proofs);
	return g_test_run();
}
