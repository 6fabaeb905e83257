/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks that a node has missed: from several peers, with whatever happens in
 * between.
 */
#include <string.h>

#include "plugins/engine-fisco/net/serve.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/fisco-cluster.h"

#define CONFIG "{\"crypto\":\"std\",\"consensus\":{\"name\":\"manual\"}}"
#define BLOCKS 150u

static FiscoCluster cluster;

static void
start(void)
{
	cluster_start_late(&cluster, CONFIG, BLOCKS);
}

static void
assert_caught_up(void)
{
	cluster_caught_up(&cluster, 2);
}

static const NetDropped *
dropped(guint node)
{
	return &cluster_ledger(&cluster, node)->net->dropped;
}

/* ---- honest peers -------------------------------------------------------- */

static void
test_two_peers(void)
{
	start();
	cluster_join_all(&cluster);
	cluster_settle(&cluster);
	assert_caught_up();
	g_assert_cmpuint(cluster.delivered[0][NET_BODIES], >, 1);
	g_assert_cmpuint(cluster.delivered[1][NET_BODIES], >, 1);
	g_assert_cmpuint(dropped(2)->lies, ==, 0);
	cluster_stop(&cluster);
}

/* What was got from others is given to others, certificates included. */
static void
test_handed_on(void)
{
	start();
	cluster_join(&cluster, 1, 2, TRUE);
	cluster_settle(&cluster);
	assert_caught_up();
	cluster_crash(&cluster, 1);
	fake_chain_free(cluster.nodes[1].chain->chain);
	cluster.nodes[1].chain->chain = fake_chain_new("n1, anew");
	fake_chain_set_node(cluster.nodes[1].chain->chain, 1);
	cluster_reopen(&cluster, 1);
	g_assert_cmpuint(cluster_height(&cluster, 1), ==, 0);
	cluster_join(&cluster, 1, 2, TRUE);
	cluster_settle(&cluster);
	cluster_alike(&cluster, 0, 1);
	cluster_stop(&cluster);
}

static void
test_observer(void)
{
	cluster_start(&cluster, 3, 1, CONFIG);
	cluster_join_all(&cluster);
	cluster_settle(&cluster);
	for (guint i = 0; i < 3; i++) {
		cluster_block(&cluster, 3);
		cluster_advance(&cluster, 300);
		cluster_alike(&cluster, 0, 2);
	}
	cluster_stop(&cluster);
}

/* A member that is one block behind leaves it to its consensus, for a while. */
static void
test_patience(void)
{
	cluster_start(&cluster, 3, 0, CONFIG);
	cluster_join_all(&cluster);
	cluster_block(&cluster, 3);
	cluster_advance(&cluster, 500);
	g_assert_cmpuint(cluster_height(&cluster, 2), ==, 0);
	cluster_advance(&cluster, 1500);
	cluster_alike(&cluster, 0, 2);
	cluster_stop(&cluster);
}

/* Consensus says so, although no peer has told its status. */
static gboolean
lose_statuses(FiscoCluster *all, guint from, guint to, GByteArray *bytes)
{
	return bytes->data[0] != NET_STATUS;
}

static void
test_behind(void)
{
	bsn_proposer *proposer;

	start();
	cluster.spoil = lose_statuses;
	cluster_join_all(&cluster);
	cluster_settle(&cluster);
	g_assert_cmpuint(cluster_height(&cluster, 2), ==, 0);
	proposer = cluster.nodes[2].agreement->proposer;
	proposer->behind(proposer, BLOCKS, fake_node_key(1, cluster.algorithm));
	cluster_settle(&cluster);
	assert_caught_up();
	g_assert_cmpuint(cluster.delivered[0][NET_BODIES], ==, 0);
	cluster_stop(&cluster);
}

/* It may have been decided there and not be on the disk yet: that is no lie. */
static void
test_not_yet(void)
{
	bsn_proposer *proposer;
	bsn_chain *chain;

	cluster_start(&cluster, 3, 0, CONFIG);
	chain = cluster.nodes[1].chain->chain;
	fake_chain_set_automatic(chain, FALSE);
	cluster_block(&cluster, 3);
	cluster_join(&cluster, 1, 2, TRUE);
	cluster_settle(&cluster);
	proposer = cluster.nodes[2].agreement->proposer;
	proposer->behind(proposer, 1, fake_node_key(1, cluster.algorithm));
	cluster_settle(&cluster);
	g_assert_cmpuint(cluster.delivered[1][NET_HEADERS], ==, 1);
	fake_chain_set_automatic(chain, TRUE);
	cluster_advance(&cluster, 1000);
	assert_caught_up();
	g_assert_cmpuint(dropped(2)->lies, ==, 0);
	cluster_stop(&cluster);
}

/* A status that is lost is told again until the other has heard it. */
static guint statuses_to_lose;

static gboolean
lose_some_statuses(FiscoCluster *all, guint from, guint to, GByteArray *bytes)
{
	if (bytes->data[0] != NET_STATUS || statuses_to_lose == 0)
		return TRUE;
	statuses_to_lose--;
	return FALSE;
}

static void
test_status_again(void)
{
	start();
	statuses_to_lose = 12;
	cluster.spoil = lose_some_statuses;
	cluster_join_all(&cluster);
	cluster_settle(&cluster);
	g_assert_cmpuint(cluster_height(&cluster, 2), ==, 0);
	cluster_advance(&cluster, 20000);
	assert_caught_up();
	cluster_stop(&cluster);
}

/* A body that is longer than a message comes in pieces. */
static void
test_pieces(void)
{
	static const guint64 each = 300000;
	g_autoptr(GByteArray) proposal = g_byte_array_new();
	g_autofree char *zeros = g_strnfill(2 * each, '0');
	g_autofree char *options =
		g_strdup_printf("{\"data\":\"0x%s\",\"gas\":30000000}", zeros);
	bsn_err err = BSN_ERR_INIT;

	cluster_start(&cluster, 3, 0,
		      "{\"crypto\":\"std\",\"tx_bytes_max\":400000,"
		      "\"consensus\":{\"name\":\"manual\"}}");
	for (guint i = 0; i < 8; i++) {
		const bsn_tx_request request = fisco_invoke(
			&cluster.account,
			"0x00000000000000000000000000000000000000aa", "", "",
			options);
		int32_t status;
		g_autoptr(GByteArray) tx =
			fisco_build(cluster.nodes[0].chain, &cluster.account,
				    &request, &status, &err);

		g_assert_nonnull(tx);
		g_ptr_array_add(cluster.replies,
				fisco_submit(cluster.nodes[0].chain, tx));
	}
	g_assert_cmpint(cluster_propose(&cluster, 0, proposal), ==, BSN_OK);
	g_assert_cmpuint(proposal->len, >, 2 * NET_BYTES_MAX);
	for (guint i = 0; i < 2; i++)
		g_assert_cmpint(cluster_decide(&cluster, i, 1, proposal, &err),
				==, BSN_OK);
	cluster_block(&cluster, 3);
	cluster_join_all(&cluster);
	cluster_settle(&cluster);
	assert_caught_up();
	g_assert_null(cluster_ledger(&cluster, 0)->net->served_body);
	g_assert_null(cluster_ledger(&cluster, 1)->net->served_body);
	cluster_stop(&cluster);
}

/* Another member from the middle of the chain on: who certifies the blocks after
 * it is known when it has been executed, and nobody is blamed before. */
static GByteArray *
change_tx(void)
{
	const Account other = fisco_account(cluster.nodes[0].chain, 9);
	g_autofree char *key =
		hex_encode(bsn_slice_of(other.public_key, 64));
	g_autofree char *args = g_strdup_printf(
		"{\"public_key\":\"%s\",\"role\":\"observer\"}", key);
	bsn_tx_request request =
		fisco_of_kind(BSN_TX_MEMBER, &cluster.account, "");
	bsn_err err = BSN_ERR_INIT;
	int32_t status;
	GByteArray *tx;

	request.args = bsn_slice_str(args);
	tx = fisco_build(cluster.nodes[0].chain, &cluster.account, &request,
			 &status, &err);
	if (tx == NULL)
		g_error("%s", err.reason);
	return tx;
}

static void
test_members_change(void)
{
	g_autoptr(GByteArray) tx = NULL;
	const Ledger *late;

	cluster_start_late(&cluster, CONFIG, 10);
	tx = change_tx();
	g_ptr_array_add(cluster.replies,
			fisco_submit(cluster.nodes[0].chain, tx));
	for (guint i = 0; i < 30; i++)
		cluster_block(&cluster, 3);
	late = cluster_ledger(&cluster, 2);
	g_assert_cmpuint(late->members.list.members->len, ==, 3);
	cluster_join_all(&cluster);
	cluster_settle(&cluster);
	assert_caught_up();
	g_assert_cmpuint(late->members.list.members->len, ==, 4);
	g_assert_cmpuint(late->members.since, ==, 12);
	g_assert_cmpuint(dropped(2)->lies, ==, 0);
	cluster_stop(&cluster);
}

/* ---- in the middle ------------------------------------------------------- */

static void
test_restart(void)
{
	guint64 before;

	start();
	cluster_join_all(&cluster);
	do
		cluster_deliver(&cluster, 1);
	while (cluster_height(&cluster, 2) < BLOCKS / 3);
	before = cluster_height(&cluster, 2);
	g_assert_cmpuint(before, <, BLOCKS);
	fake_chain_set_automatic(cluster.nodes[2].chain->chain, FALSE);
	cluster_deliver(&cluster, 4);
	cluster_crash(&cluster, 2);
	fake_chain_set_automatic(cluster.nodes[2].chain->chain, TRUE);
	cluster_reopen(&cluster, 2);
	g_assert_cmpuint(cluster_height(&cluster, 2), >=, before);
	memset(cluster.delivered, 0, sizeof(cluster.delivered));
	cluster_join_all(&cluster);
	cluster_settle(&cluster);
	assert_caught_up();
	cluster_stop(&cluster);
}

/* A disk that does not keep up is waited for, with a bounded number of blocks
 * in memory. */
static void
test_slow_disk(void)
{
	bsn_chain *chain;

	start();
	chain = cluster.nodes[2].chain->chain;
	fake_chain_set_automatic(chain, FALSE);
	cluster_join_all(&cluster);
	cluster_settle(&cluster);
	g_assert_cmpuint(fake_chain_pending_batches(chain), <=, 64);
	g_assert_cmpuint(cluster_height(&cluster, 2), ==, 0);
	fake_chain_set_automatic(chain, TRUE);
	cluster_settle(&cluster);
	assert_caught_up();
	cluster_stop(&cluster);
}

static void
test_full_disk(void)
{
	bsn_chain *chain;

	start();
	chain = cluster.nodes[2].chain->chain;
	fake_chain_set_writable(chain, BSN_FULL);
	cluster_join_all(&cluster);
	cluster_advance(&cluster, 2000);
	g_assert_cmpuint(cluster_height(&cluster, 2), ==, 0);
	fake_chain_set_writable(chain, BSN_OK);
	cluster_advance(&cluster, 5000);
	assert_caught_up();
	g_assert_cmpuint(dropped(2)->lies, ==, 0);
	cluster_stop(&cluster);
}

/* Consensus decides what has come by itself meanwhile; and another block of
 * that height is a broken promise. */
static void
test_decided_again(void)
{
	g_autoptr(GByteArray) proposal = g_byte_array_new();
	g_autoptr(GByteArray) other = g_byte_array_new();
	g_autoptr(GByteArray) tx = NULL;
	bsn_err err = BSN_ERR_INIT;

	cluster_start(&cluster, 3, 0, CONFIG);
	for (guint i = 0; i < 2; i++) {
		tx = cluster_tx(&cluster, i);
		g_ptr_array_add(cluster.replies,
				fisco_submit(cluster.nodes[i].chain, tx));
		g_clear_pointer(&tx, g_byte_array_unref);
	}
	g_assert_cmpint(cluster_propose(&cluster, 0, proposal), ==, BSN_OK);
	g_assert_cmpint(cluster_propose(&cluster, 1, other), ==, BSN_OK);
	g_assert_cmpint(cluster_decide(&cluster, 0, 1, proposal, &err), ==,
			BSN_OK);
	cluster_block(&cluster, 1);
	cluster_join(&cluster, 0, 2, TRUE);
	cluster_settle(&cluster);
	cluster_alike(&cluster, 0, 2);
	g_assert_cmpint(cluster_decide(&cluster, 2, 1, proposal, &err), ==,
			BSN_DUPLICATE);
	g_assert_null(fake_chain_given_up(cluster.nodes[2].chain->chain));
	g_assert_cmpint(cluster_decide(&cluster, 2, 1, other, &err), ==,
			BSN_E_STATE);
	g_assert_true(g_str_has_prefix(
		fake_chain_given_up(cluster.nodes[2].chain->chain),
		"block 1 was decided and cannot be applied: block 1 was "
		"decided, and there is another one"));
	g_assert_null(fake_chain_given_up(cluster.nodes[0].chain->chain));
	cluster_stop(&cluster);
}

/* Consensus goes on deciding while blocks are on their way. */
static void
test_decided_between(void)
{
	start();
	cluster_join(&cluster, 1, 2, TRUE);
	do
		cluster_deliver(&cluster, 1);
	while (cluster_height(&cluster, 2) < 20);
	for (guint i = 0; i < 5; i++) {
		cluster_block(&cluster, 3);
		cluster_deliver(&cluster, 1);
	}
	cluster_settle(&cluster);
	cluster_advance(&cluster, 2000);
	cluster_alike(&cluster, 1, 2);
	cluster_stop(&cluster);
}

/* ---- serving ------------------------------------------------------------- */

/* One peer's hunger costs so much and no more. */
static void
test_hungry_peer(void)
{
	const NetMessage message = { .kind = NET_GET_BODIES,
				     .height = 1,
				     .count = NET_BLOCKS_MAX };
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	guint answers = 0;

	start();
	cluster.spoil = lose_statuses;
	cluster_join(&cluster, 0, 2, TRUE);
	cluster_settle(&cluster);
	net_message_put(&message, bytes);
	for (guint i = 0; i < 2000; i++)
		fake_net_deliver(cluster.nodes[2].chain->chain,
				 cluster.nodes[0].chain->chain,
				 cluster.algorithm, buffer_slice(bytes));
	cluster_settle(&cluster);
	answers = cluster.delivered[0][NET_BODIES];
	g_assert_cmpuint(answers, >, 1);
	g_assert_cmpuint(answers, <, 500);
	/* The one question that waits is answered, and no timer is left. */
	cluster_advance(&cluster, 1000);
	g_assert_cmpuint(cluster.delivered[0][NET_BODIES], ==, answers + 1);
	g_assert_false(cluster_ledger(&cluster, 0)->net->serving);
	cluster_stop(&cluster);
}

/* When all have all, nothing is said and nothing armed but the engine's timer
 * that finds out that it is idle, and that not for ever. */
static void
test_quiet(void)
{
	start();
	cluster_join_all(&cluster);
	cluster_advance(&cluster, 130000);
	memset(cluster.delivered, 0, sizeof(cluster.delivered));
	for (guint i = 0; i < 3; i++)
		g_assert_cmpuint(
			fake_chain_timers(cluster.nodes[i].chain->chain), ==,
			0);
	fake_host_advance(3600000);
	g_assert_null(fake_net_take());
	cluster_stop(&cluster);
}

/* ---- for people ---------------------------------------------------------- */

static void
test_status(void)
{
	g_autoptr(bsn_reply) reply = NULL;
	g_autoptr(json_t) detail = NULL;
	const json_t *sync;

	start();
	cluster_join_all(&cluster);
	do
		cluster_deliver(&cluster, 1);
	while (cluster_height(&cluster, 2) < 20);
	reply = fisco_status(cluster.nodes[2].chain);
	g_assert_cmpuint(reply->chain_status.state, ==, BSN_CHAIN_SYNCING);
	detail = fisco_json(reply->chain_status.detail);
	sync = json_object_get(detail, "sync");
	g_assert_true(json_is_true(json_object_get(sync, "syncing")));
	g_assert_cmpint(json_integer_value(json_object_get(sync, "target")), ==,
			BLOCKS);
	g_assert_nonnull(json_object_get(sync, "blocksPerSecond"));
	g_assert_cmpuint(json_array_size(json_object_get(sync, "peers")), ==,
			 2);
	cluster_settle(&cluster);
	cluster_stop(&cluster);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define TEST(name, function) g_test_add_func("/fisco-sync/" name, function)
	TEST("a-late-node-catches-up-from-two-peers", test_two_peers);
	TEST("what-was-got-is-handed-on", test_handed_on);
	TEST("an-observer-follows", test_observer);
	TEST("one-block-is-left-to-consensus", test_patience);
	TEST("consensus-says-that-it-is-behind", test_behind);
	TEST("a-block-that-is-not-on-disk-yet", test_not_yet);
	TEST("a-lost-status-is-told-again", test_status_again);
	TEST("a-long-body-comes-in-pieces", test_pieces);
	TEST("members-that-change-on-the-way", test_members_change);
	TEST("a-restart-in-the-middle", test_restart);
	TEST("a-slow-disk", test_slow_disk);
	TEST("a-full-disk", test_full_disk);
	TEST("a-decision-of-a-height-that-is-there", test_decided_again);
	TEST("decisions-in-between", test_decided_between);
	TEST("a-hungry-peer", test_hungry_peer);
	TEST("quiet-when-all-have-all", test_quiet);
	TEST("status", test_status);
	return g_test_run();
}
