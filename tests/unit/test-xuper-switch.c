/* SPDX-License-Identifier: Apache-2.0
 *
 * A chain that names another protocol: the one that runs ends with the block that
 * says so, and the other begins.
 */
#include "plugins/kit/sink.h"
#include "tests/unit/xuper-nodes.h"

/* In force with block 6, when it was voted for by block 4. */
#define PROPOSAL                                                               \
	"{\"args\":{\"min_vote_percent\":\"60\",\"stop_vote_height\":\"4\"},"      \
	"\"trigger\":{\"height\":6,\"module\":\"xkernel\",\"contract\":"         \
	"\"$consensus\",\"method\":\"updateConsensus\",\"args\":%s}}"

/* A block of what waits at node 0, at both; the height of the newest final one
 * there. */
static guint64
block(XuperNodes *all)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	bsn_id id;

	g_assert_cmpint(nodes_extend(all, 0, NULL, BSN_EXTEND_EMPTY, bytes,
				     &id),
			==, BSN_OK);
	g_assert_cmpint(nodes_admit(all, 1, bytes), ==, BSN_OK);
	g_assert_cmpint(nodes_finalize(all, 0, &id), ==, BSN_OK);
	g_assert_cmpint(nodes_finalize(all, 1, &id), ==, BSN_OK);
	return ledger_root(nodes_ledger(all, 0)->ledger)->block->height;
}

static bsn_reply *
call(XuperNodes *all, guint person, const char *method,
     const char *const *words)
{
	g_autoptr(Tx) tx =
		nodes_call(all, 0, person, "$proposal", method, words);

	return nodes_submit(all, 0, tx);
}

/* Up to the block that makes the change, which is final and not on disk yet. */
static void
decide(XuperNodes *all, const char *wanted)
{
	g_autofree char *proposal = g_strdup_printf(PROPOSAL, wanted);
	const char *const propose[] = { "proposal", proposal, NULL };
	const char *const vote[] = { "proposal_id", "1", "amount", "900000",
				     NULL };
	bsn_reply *replies[4];

	replies[0] = call(all, 0, "Propose", propose);
	g_assert_cmpuint(block(all), ==, 1);
	for (guint i = 1; i < 4; i++)
		replies[i] = call(all, i, "Vote", vote);
	g_assert_cmpuint(block(all), ==, 2);
	fake_host_settle();
	for (guint i = 0; i < 4; i++) {
		g_assert_cmpint(replies[i]->status, ==, BSN_OK);
		fake_reply_free(replies[i]);
	}
	for (guint height = 3; height < 6; height++)
		g_assert_cmpuint(block(all), ==, height);
	g_assert_false(nodes_ledger(all, 0)->changing);
	g_assert_cmpuint(block(all), ==, 6);
	for (guint i = 0; i < 2; i++)
		g_assert_true(nodes_ledger(all, i)->changing);
}

static void
pay(XuperNodes *all, guint node)
{
	g_autoptr(Tx) tx = nodes_transfer(all, 0, 1, 3);
	g_autoptr(bsn_reply) reply = nodes_submit(all, node, tx);

	nodes_advance(all, 3000);
	g_assert_cmpint(reply->status, ==, BSN_OK);
}

/* To a protocol of one producer. */
static void
test_other(void)
{
	g_autoptr(XuperNodes) all = nodes_new(2, 2, "xpoa");
	g_autofree char *wanted = g_strdup_printf(
		"{\"name\":\"single\",\"config\":{},\"validators\":[\"%s\"]}",
		nodes_ledger(all, 0)->node_address);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	bsn_id id;

	decide(all, wanted);
	/* Nothing is built by the old one any more. */
	g_assert_cmpint(nodes_extend(all, 0, NULL, BSN_EXTEND_EMPTY, bytes,
				     &id),
			==, BSN_BUSY);
	nodes_join_all(all);
	nodes_advance(all, 1000);
	g_assert_cmpuint(manual_tree_count(), ==, 0);
	g_assert_cmpstr(nodes_ledger(all, 1)->consensus->name, ==, "single");
	g_assert_cmpuint(nodes_ledger(all, 1)->agreement->n_validators, ==, 1);
	pay(all, 1);
	nodes_advance(all, 1000);
	nodes_alike(all, 0, 1);
	g_assert_cmpuint(nodes_height(all, 0), ==, 7);
	/* It is the same after a start. */
	nodes_crash(all, 0);
	nodes_reopen(all, 0);
	g_assert_cmpstr(nodes_ledger(all, 0)->consensus->name, ==, "single");
	nodes_join_all(all);
	pay(all, 0);
}

/* The same one with another config begins anew. */
static void
test_config(void)
{
	g_autoptr(XuperNodes) all = nodes_new(2, 2, "xpoa");
	bsn_agreement *agreement;

	decide(all, "{\"name\":\"xpoa\",\"config\":{\"period\":2000}}");
	fake_host_settle();
	g_assert_cmpuint(manual_tree_count(), ==, 2);
	agreement = manual_tree_last();
	g_assert_nonnull(strstr(agreement->config, "2000"));
	g_assert_cmpuint(agreement->height, ==, 6);
	g_assert_cmpuint(agreement->pending, ==, 1);
}

/* Stopped between the two: the new one begins at the next start. */
static void
test_crash(void)
{
	g_autoptr(XuperNodes) all = nodes_new(2, 2, "xpoa");

	decide(all, "{\"name\":\"xpoa\",\"config\":{\"period\":2000}}");
	fake_chain_make_durable(all->nodes[0].chain, 100);
	nodes_crash(all, 0);
	nodes_reopen(all, 0);
	g_assert_nonnull(strstr(all->nodes[0].agreement->config, "2000"));
	g_assert_cmpuint(all->nodes[0].agreement->height, ==, 6);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/switch/other", test_other);
	g_test_add_func("/xuper/switch/config", test_config);
	g_test_add_func("/xuper/switch/crash", test_crash);
	return g_test_run();
}
