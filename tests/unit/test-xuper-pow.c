/* SPDX-License-Identifier: Apache-2.0
 *
 * A chain on proof of work: nonces are found, whatever the slices; branches are left,
 * and what they had is not lost.
 */
#include "plugins/kit/sink.h"
#include "plugins/kit/target.h"
#include "tests/unit/xuper-nodes.h"

/* Far more than one makes before the other has made its first. */
#define DEPTH 20
#define PROTOCOL                                                               \
	"{\"name\":\"pow\",\"depth\":20,\"expectedPeriod\":100,"                \
	"\"defaultTarget\":537395199,\"hashes_per_turn\":4,\"turn_ms\":10}"

static guint64
head_height(const XuperNodes *all, guint node)
{
	return ledger_head(nodes_ledger(all, node)->ledger)->block->height;
}

static void
test_final_by_depth(void)
{
	g_autoptr(XuperNodes) all = nodes_new(2, 2, PROTOCOL);
	g_autoptr(Tx) tx = NULL;
	g_autoptr(bsn_reply) reply = NULL;
	guint64 height;

	nodes_join_all(all);
	tx = nodes_transfer(all, 0, 1, 5);
	reply = nodes_submit(all, 0, tx);
	for (guint i = 0; i < 2000 && reply->status != BSN_OK; i++)
		nodes_advance(all, 10);
	g_assert_cmpint(reply->status, ==, BSN_OK);
	g_assert_cmpuint(head_height(all, 0), >=, 1 + DEPTH);
	nodes_advance(all, 5000);
	nodes_alike(all, 0, 1);
	/* Then there is nothing to do. */
	height = head_height(all, 0);
	nodes_advance(all, 60000);
	g_assert_cmpuint(head_height(all, 0), ==, height);
}

/* The same nonce, tried one at a time or all at once; it is the lowest. */
static void
test_slices(void)
{
	static const guint slices[] = { 1, 7, 100, 100000 };
	bsn_id ids[G_N_ELEMENTS(slices)];
	guint64 nonces[G_N_ELEMENTS(slices)];
	g_autoptr(XuperNodes) all = nodes_new(1, 1, PROTOCOL);

	for (guint i = 0; i < G_N_ELEMENTS(slices); i++) {
		bsn_ledger *ledger = nodes_ledger(all, 0);
		const bsn_tree *tree = nodes_tree(all, 0);
		g_autoptr(GByteArray) bytes = g_byte_array_new();
		BufferSink sink = buffer_sink(bytes, BSN_PROPOSAL_MAX);
		bsn_tree_block block = { .size = sizeof(block) };
		bsn_err err = BSN_ERR_INIT;
		bsn_seal seal = { .size = sizeof(seal),
				  .target_bits = 0x1f7fffff,
				  .round = 1 };
		int32_t status = BSN_EXPIRED;
		bsn_id root;
		Target target;

		g_assert_cmpint(tree->root(&ledger->proposer, &block), ==,
				BSN_OK);
		root = block.id;
		seal.time_ms = block.seal.time_ms + 1000;
		g_assert_cmpint(tree->seek(&ledger->proposer, &root, &seal, 0,
					   slices[i], &sink.sink, &ids[i],
					   &err),
				==, BSN_NOT_FOUND);
		for (; status == BSN_EXPIRED; seal.nonce += slices[i])
			status = tree->seek(&ledger->proposer, &root, &seal,
					    BSN_EXTEND_EMPTY, slices[i],
					    &sink.sink, &ids[i], &err);
		g_assert_cmpint(status, ==, BSN_OK);
		g_assert_cmpint(tree->block(&ledger->proposer, &ids[i], &block),
				==, BSN_OK);
		nonces[i] = block.seal.nonce;
		g_assert_true(target_from_bits(0x1f7fffff, &target));
		g_assert_true(target_is_met(&target, ids[i].bytes));
		g_assert_cmpuint(nonces[i], ==, nonces[0]);
		seal.target_bits = 0;
		g_assert_cmpint(tree->seek(&ledger->proposer, &root, &seal, 0,
					   1, &sink.sink, &root, &err),
				==, BSN_BAD_REQUEST);
	}
}

/* Two that are apart mine upon the same block; the lighter branch is left, and
 * what it had alone comes into the other. */
static void
test_apart(void)
{
	g_autoptr(XuperNodes) all = nodes_new(2, 2, PROTOCOL);
	g_autoptr(Tx) first = NULL;
	g_autoptr(Tx) second = NULL;
	g_autoptr(bsn_reply) one = NULL;
	g_autoptr(bsn_reply) two = NULL;

	first = nodes_transfer(all, 0, 1, 5);
	second = nodes_transfer(all, 2, 3, 5);
	one = nodes_submit(all, 0, first);
	two = nodes_submit(all, 1, second);
	for (guint i = 0; i < 2000 && (head_height(all, 0) == 0 ||
				       head_height(all, 1) == 0); i++)
		nodes_advance(all, 1);
	g_assert_cmpuint(nodes_height(all, 0), ==, 0);
	g_assert_cmpuint(nodes_height(all, 1), ==, 0);
	nodes_join_all(all);
	for (guint i = 0; i < 3000 && (one->status != BSN_OK ||
				       two->status != BSN_OK); i++)
		nodes_advance(all, 10);
	g_assert_cmpint(one->status, ==, BSN_OK);
	g_assert_cmpint(two->status, ==, BSN_OK);
	nodes_advance(all, 5000);
	nodes_alike(all, 0, 1);
	g_assert_true(nodes_logged("takes the place of"));
}

static gboolean
is_answered(const bsn_reply *reply)
{
	return reply->status != FAKE_PENDING;
}

/* A row of transactions that stand on each other in one branch, another use of the
 * same tokens in the other: either all of the row are final or none, and whoever
 * waits is told in any case. What has nothing to do with it is final from both. */
static void
test_returned(void)
{
	g_autoptr(XuperNodes) all = nodes_new(2, 2, PROTOCOL);
	g_autoptr(GPtrArray) txs =
		g_ptr_array_new_with_free_func((GDestroyNotify)tx_unref);
	g_autoptr(GPtrArray) replies =
		g_ptr_array_new_with_free_func((GDestroyNotify)fake_reply_free);
	const Person before = all->people[0];
	guint answered = 0;

	for (guint i = 0; i < 3; i++)
		g_ptr_array_add(txs, nodes_transfer(all, 0, 1, 5));
	g_ptr_array_add(txs, nodes_transfer(all, 2, 1, 5));
	all->people[0] = before;
	g_ptr_array_add(txs, nodes_transfer(all, 0, 2, 7));
	g_ptr_array_add(txs, nodes_transfer(all, 3, 1, 5));
	for (guint i = 0; i < txs->len; i++)
		g_ptr_array_add(replies, nodes_submit(all, i < 4 ? 0 : 1,
						      txs->pdata[i]));
	for (guint i = 0; i < 2000 && (head_height(all, 0) == 0 ||
				       head_height(all, 1) == 0); i++)
		nodes_advance(all, 1);
	nodes_join_all(all);
	for (guint i = 0; i < 3000 && answered < replies->len; i++) {
		answered = 0;
		nodes_advance(all, 10);
		for (guint at = 0; at < replies->len; at++)
			if (is_answered(replies->pdata[at]))
				answered++;
	}
	g_assert_cmpuint(answered, ==, replies->len);
	for (guint i = 0; i < 6; i++) {
		const bsn_reply *reply = replies->pdata[i];
		const bsn_reply *row = replies->pdata[0];
		const gboolean good = i == 3 || i == 5 ||
				      (i == 4) == (row->status != BSN_OK);

		g_assert_cmpint(reply->status == BSN_OK, ==, good);
	}
	nodes_advance(all, 5000);
	nodes_alike(all, 0, 1);
}

/* Apart for longer than the depth: the protocol says so, and nobody is taken for a
 * liar by what it has made final. */
static void
test_diverged(void)
{
	g_autoptr(XuperNodes) all = nodes_new(2, 2, PROTOCOL);

	for (guint i = 0; i < 2; i++) {
		g_autoptr(Tx) tx = nodes_transfer(all, 2 * i, 2 * i + 1, 5);
		g_autoptr(bsn_reply) reply = nodes_submit(all, i, tx);

		for (guint at = 0; at < 2000 && reply->status != BSN_OK; at++)
			nodes_advance(all, 10);
		g_assert_cmpint(reply->status, ==, BSN_OK);
	}
	nodes_advance(all, 5000);
	g_assert_cmpuint(nodes_height(all, 0), ==, nodes_height(all, 1));
	nodes_join_all(all);
	nodes_advance(all, 5000);
	g_assert_true(nodes_logged("diverged: "));
	/* One goes on alone. */
	for (guint i = 0; i < 2; i++) {
		g_autoptr(Tx) tx = nodes_transfer(all, 0, 1, 5);
		g_autoptr(bsn_reply) reply = nodes_submit(all, 0, tx);

		for (guint at = 0; at < 2000 && reply->status != BSN_OK; at++)
			nodes_advance(all, 10);
		g_assert_cmpint(reply->status, ==, BSN_OK);
	}
	g_assert_cmpuint(nodes_height(all, 0), >, nodes_height(all, 1));
	g_assert_false(nodes_logged("is left alone"));
}

/* One that was away for more blocks than are left open while it catches up: the
 * others' final ones come, and those that are not final. */
static void
test_away(void)
{
	g_autoptr(XuperNodes) all = nodes_new(3, 3, PROTOCOL);
	guint i;

	nodes_join(all, 0, 1, TRUE);
	while (nodes_height(all, 0) < 320) {
		g_autoptr(Tx) tx = nodes_transfer(all, 0, 1, 5);
		g_autoptr(bsn_reply) reply = nodes_submit(all, 0, tx);

		for (i = 0; i < 2000 && reply->status != BSN_OK; i++)
			nodes_advance(all, 10);
		g_assert_cmpint(reply->status, ==, BSN_OK);
	}
	nodes_join_all(all);
	for (i = 0; i < 3000 && nodes_height(all, 2) < nodes_height(all, 0);
	     i++)
		nodes_advance(all, 10);
	nodes_alike(all, 0, 2);
	g_assert_false(nodes_logged("is left alone"));
}

/* Stopped in the middle: blocks that are not final are there again. */
static void
test_restart(void)
{
	g_autoptr(XuperNodes) all = nodes_new(2, 2, PROTOCOL);
	g_autoptr(Tx) tx = NULL;
	g_autoptr(bsn_reply) reply = NULL;

	nodes_join_all(all);
	tx = nodes_transfer(all, 0, 1, 5);
	reply = nodes_submit(all, 0, tx);
	for (guint i = 0; i < 2000 && head_height(all, 1) < 2; i++)
		nodes_advance(all, 1);
	nodes_crash(all, 1);
	nodes_reopen(all, 1);
	nodes_join_all(all);
	for (guint i = 0; i < 2000 && reply->status != BSN_OK; i++)
		nodes_advance(all, 10);
	g_assert_cmpint(reply->status, ==, BSN_OK);
	nodes_advance(all, 20000);
	nodes_alike(all, 0, 1);
}

/* The list of features says that finality is a matter of probability here. */
static void
test_feature(void)
{
	g_autoptr(XuperNodes) all = nodes_new(1, 1, PROTOCOL);
	const bsn_feature *const *at = nodes_engine()->features;

	g_assert_cmpuint(all->n, ==, 1);
	while (*at != NULL && strcmp((*at)->row, "capability.finality") != 0)
		at++;
	g_assert_nonnull(*at);
	g_assert_nonnull(strstr((*at)->detail, "\"probabilistic\":[\"pow\"]"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/pow/final-by-depth", test_final_by_depth);
	g_test_add_func("/xuper/pow/slices", test_slices);
	g_test_add_func("/xuper/pow/apart", test_apart);
	g_test_add_func("/xuper/pow/returned", test_returned);
	g_test_add_func("/xuper/pow/diverged", test_diverged);
	g_test_add_func("/xuper/pow/away", test_away);
	g_test_add_func("/xuper/pow/feature", test_feature);
	g_test_add_func("/xuper/pow/restart", test_restart);
	return g_test_run();
}
