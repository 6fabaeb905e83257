/* SPDX-License-Identifier: Apache-2.0
 *
 * Transactions that a node passes on, and what nodes send each other.
 */
#include <string.h>

#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/net/message.h"
#include "plugins/engine-fisco/net/net.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/fisco-cluster.h"

#define CONFIG "{\"crypto\":\"std\",\"consensus\":{\"name\":\"manual\"}}"

static FiscoCluster cluster;

static void
start(guint n, guint observers)
{
	cluster_start(&cluster, n, observers, CONFIG);
	cluster_join_all(&cluster);
	cluster_settle(&cluster);
	memset(cluster.delivered, 0, sizeof(cluster.delivered));
}

static guint64
waiting(guint node)
{
	return cluster_ledger(&cluster, node)->pool.n;
}

static bsn_reply *
submit(guint node)
{
	g_autoptr(GByteArray) tx = cluster_tx(&cluster, node);

	return fisco_submit(cluster.nodes[node].chain, tx);
}

/* Node 0 proposes what waits; all decide. */
static void
agree(void)
{
	g_autoptr(GByteArray) proposal = g_byte_array_new();
	const guint64 height = cluster_height(&cluster, 0) + 1;
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(cluster_propose(&cluster, 0, proposal), ==, BSN_OK);
	for (guint i = 0; i < cluster.n; i++)
		g_assert_cmpint(
			cluster_decide(&cluster, i, height, proposal, &err), ==,
			BSN_OK);
	cluster_settle(&cluster);
}

/* The client of one node is answered when another one's proposal has its
 * transaction. */
static void
test_all_get_it(void)
{
	g_autoptr(bsn_reply) reply = NULL;

	start(3, 0);
	reply = submit(1);
	cluster_settle(&cluster);
	for (guint i = 0; i < 3; i++)
		g_assert_cmpuint(waiting(i), ==, 1);
	g_assert_cmpuint(cluster.delivered[1][NET_TXS], ==, 2);
	g_assert_cmpuint(cluster.delivered[0][NET_TXS], ==, 0);
	agree();
	g_assert_cmpint(reply->status, ==, BSN_OK);
	g_assert_cmpint(reply->tx.stage, ==, BSN_TX_COMMITTED);
	g_assert_cmpuint(reply->tx.block, ==, 1);
	for (guint i = 0; i < 3; i++)
		g_assert_cmpuint(waiting(i), ==, 0);
	cluster_stop(&cluster);
}

/* Observers pass on and are passed nothing. */
static void
test_observer(void)
{
	g_autoptr(bsn_reply) reply = NULL;

	start(3, 1);
	reply = submit(2);
	cluster_settle(&cluster);
	g_assert_cmpuint(waiting(0), ==, 1);
	g_assert_cmpuint(waiting(1), ==, 1);
	agree();
	g_assert_cmpint(reply->tx.stage, ==, BSN_TX_COMMITTED);
	memset(cluster.delivered, 0, sizeof(cluster.delivered));
	g_clear_pointer(&reply, fake_reply_free);
	reply = submit(0);
	cluster_settle(&cluster);
	g_assert_cmpuint(waiting(2), ==, 0);
	g_assert_cmpuint(cluster.delivered[0][NET_TXS], ==, 1);
	agree();
	cluster_stop(&cluster);
}

static gboolean losing;

static gboolean
lose_txs(FiscoCluster *all, guint from, guint to, GByteArray *bytes)
{
	return !losing || bytes->data[0] != NET_TXS;
}

static void
test_sent_again(void)
{
	g_autoptr(bsn_reply) reply = NULL;

	start(3, 0);
	losing = TRUE;
	cluster.spoil = lose_txs;
	reply = submit(1);
	cluster_advance(&cluster, 500);
	g_assert_cmpuint(waiting(0), ==, 0);
	losing = FALSE;
	cluster_advance(&cluster, 1000);
	g_assert_cmpuint(waiting(0), ==, 1);
	g_assert_cmpuint(waiting(2), ==, 1);
	agree();
	g_assert_cmpint(reply->tx.stage, ==, BSN_TX_COMMITTED);
	cluster_stop(&cluster);
}

/* Only who proposes looks at what waits: a client of another node is told all
 * the same that no further block can have its transaction. */
static void
test_expired_elsewhere(void)
{
	g_autoptr(bsn_reply) in_time = NULL;
	g_autoptr(bsn_reply) late = NULL;

	cluster_start(&cluster, 3, 0,
		      "{\"crypto\":\"std\",\"block_limit_range\":2,"
		      "\"consensus\":{\"name\":\"manual\"}}");
	cluster_join_all(&cluster);
	cluster_settle(&cluster);
	losing = TRUE;
	cluster.spoil = lose_txs;
	late = submit(1);
	in_time = submit(0);
	cluster_settle(&cluster);
	g_assert_cmpuint(waiting(1), ==, 1);
	agree();
	g_assert_cmpint(in_time->tx.stage, ==, BSN_TX_COMMITTED);
	g_assert_cmpint(late->status, ==, BSN_EXPIRED);
	g_assert_cmpint(late->err.native, ==, FISCO_BLOCK_LIMIT);
	g_assert_cmpuint(waiting(1), ==, 0);
	losing = FALSE;
	cluster_stop(&cluster);
}

/* What goes on waiting is sent ever less often, and not at all once it is in a
 * block. */
static void
test_patience(void)
{
	g_autoptr(bsn_reply) reply = NULL;

	start(2, 0);
	reply = submit(1);
	cluster_advance(&cluster, 600000);
	g_assert_cmpuint(cluster.delivered[1][NET_TXS], >, 10);
	g_assert_cmpuint(cluster.delivered[1][NET_TXS], <, 40);
	agree();
	memset(cluster.delivered, 0, sizeof(cluster.delivered));
	cluster_advance(&cluster, 200000);
	for (guint i = 0; i < 2; i++) {
		g_assert_cmpuint(cluster.delivered[i][NET_TXS], ==, 0);
		g_assert_cmpuint(
			fake_chain_timers(cluster.nodes[i].chain->chain), ==,
			0);
	}
	cluster_stop(&cluster);
}

/* A client that tries another node waits there, too. */
static void
test_two_nodes(void)
{
	g_autoptr(GByteArray) tx = NULL;
	g_autoptr(bsn_reply) first = NULL, second = NULL, third = NULL;

	start(3, 0);
	tx = cluster_tx(&cluster, 1);
	first = fisco_submit(cluster.nodes[1].chain, tx);
	cluster_settle(&cluster);
	second = fisco_submit(cluster.nodes[0].chain, tx);
	third = fisco_submit(cluster.nodes[0].chain, tx);
	g_assert_true(second->accepted);
	g_assert_cmpint(third->status, ==, BSN_DUPLICATE);
	agree();
	g_assert_cmpint(first->tx.stage, ==, BSN_TX_COMMITTED);
	g_assert_cmpint(second->tx.stage, ==, BSN_TX_COMMITTED);
	cluster_stop(&cluster);
}

/* Many that are submitted at once travel together. */
static void
test_together(void)
{
	bsn_submission items[50];
	g_autoptr(GPtrArray) memory = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_byte_array_unref);
	bsn_err err = BSN_ERR_INIT;

	start(3, 0);
	for (guint i = 0; i < G_N_ELEMENTS(items); i++) {
		GByteArray *tx = cluster_tx(&cluster, 1);
		bsn_reply *reply = fake_reply_new(cluster.nodes[1].chain->chain,
						  FAKE_ANSWER_TX_STAGES);

		g_ptr_array_add(memory, tx);
		g_ptr_array_add(cluster.replies, reply);
		items[i] = (bsn_submission){ sizeof(items[i]), 0,
					     buffer_slice(tx), reply };
		fake_asked(reply, BSN_OK);
	}
	g_assert_cmpint(fisco_engine()->tx->submit(cluster_ledger(&cluster, 1),
						   items, G_N_ELEMENTS(items),
						   &err),
			==, BSN_OK);
	cluster_settle(&cluster);
	g_assert_cmpuint(waiting(0), ==, G_N_ELEMENTS(items));
	g_assert_cmpuint(cluster.delivered[1][NET_TXS], ==, 2);
	agree();
	cluster_stop(&cluster);
}

static void
heard_again(void)
{
	g_autoptr(GByteArray) items = g_byte_array_new();
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(GByteArray) tx = cluster_tx(&cluster, 0);
	NetMessage message = { .kind = NET_TXS };

	net_tx_put(buffer_slice(tx), items);
	message.items = buffer_slice(items);
	net_message_put(&message, bytes);
	for (guint i = 0; i < 2; i++) {
		fake_net_deliver(cluster.nodes[0].chain->chain,
				 cluster.nodes[1].chain->chain,
				 cluster.algorithm, buffer_slice(bytes));
		g_assert_cmpuint(waiting(1), ==, i);
		fake_host_advance(NET_LEFT_MS);
	}
}

/* Nobody gets in by a node's word what the door would refuse. */
static void
test_forged(void)
{
	g_autoptr(GByteArray) items = g_byte_array_new();
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(GByteArray) tx = NULL;
	NetMessage message = { .kind = NET_TXS };

	/* Elsewhere a changed signature is another sender's. */
	cluster_start(&cluster, 2, 0,
		      "{\"crypto\":\"sm\","
		      "\"consensus\":{\"name\":\"manual\"}}");
	tx = cluster_tx(&cluster, 0);
	tx->data[tx->len - 2] ^= 1;
	net_tx_put(buffer_slice(tx), items);
	net_tx_put(bsn_slice_str("no transaction"), items);
	message.items = buffer_slice(items);
	net_message_put(&message, bytes);
	fake_net_deliver(cluster.nodes[0].chain->chain,
			 cluster.nodes[1].chain->chain, cluster.algorithm,
			 buffer_slice(bytes));
	g_assert_cmpuint(waiting(1), ==, 0);
	g_assert_cmpuint(cluster_ledger(&cluster, 1)->net->dropped.lies, ==, 1);
	g_assert_true(cluster_logged("n0 is left"));
	/* Whoever did so is not heard for a while, and then again. */
	heard_again();
	cluster_stop(&cluster);
}

/* A key that no member has. */
static void
test_stranger(void)
{
	const NetMessage message = { .kind = NET_GET_HEADERS,
				     .height = 1,
				     .count = 1 };
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	bsn_chain *stranger;

	start(2, 0);
	stranger = fake_chain_new("stranger");
	fake_chain_set_node(stranger, 9);
	net_message_put(&message, bytes);
	fake_net_deliver(stranger, cluster.nodes[1].chain->chain,
			 cluster.algorithm, buffer_slice(bytes));
	g_assert_cmpuint(cluster_ledger(&cluster, 1)->net->dropped.strangers,
			 ==, 1);
	g_assert_null(fake_net_take());
	fake_chain_free(stranger);
	cluster_stop(&cluster);
}

/* ---- the encoding -------------------------------------------------------- */

static gboolean
reads(const NetMessage *message)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	NetMessage again;

	net_message_put(message, bytes);
	return net_message_read(buffer_slice(bytes), &again);
}

static void
test_limits(void)
{
	const guint8 hash[HASH_LEN] = { 1 };
	NetMessage message = { .kind = NET_GET_HEADERS,
			       .height = G_MAXINT64,
			       .count = NET_BLOCKS_MAX };

	g_assert_true(reads(&message));
	message.count++;
	g_assert_false(reads(&message));
	message.count = 0;
	g_assert_false(reads(&message));
	message.count = 1;
	message.height++;
	g_assert_false(reads(&message));
	message = (NetMessage){ .kind = NET_GET_BODIES,
				.height = 1,
				.count = 1,
				.offset = NET_BODY_MAX };
	g_assert_true(reads(&message));
	message.offset++;
	g_assert_false(reads(&message));
	message = (NetMessage){ .kind = NET_STATUS,
				.hash = bsn_slice_of(hash, HASH_LEN) };
	g_assert_true(reads(&message));
	message.hash.len--;
	g_assert_false(reads(&message));
	message = (NetMessage){ .kind = NET_GET_SNAPSHOT,
				.height = 1,
				.count = G_MAXUINT32,
				.offset = NET_BODY_MAX };
	g_assert_true(reads(&message));
	message.count++;
	g_assert_false(reads(&message));
	message.count = 0;
	message.offset++;
	g_assert_false(reads(&message));
	message = (NetMessage){ .kind = 9 };
	g_assert_false(reads(&message));
	message = (NetMessage){ .kind = 0 };
	g_assert_false(reads(&message));
}

static void
test_piece_limits(void)
{
	g_autoptr(GByteArray) items = g_byte_array_new();
	NetMessage message = { .kind = NET_BODIES, .height = 1 };
	NetPiece piece = { 3, bsn_slice_str("abc") };

	net_piece_put(&piece, items);
	message.items = buffer_slice(items);
	g_assert_true(reads(&message));
	piece.total = 2;
	g_byte_array_set_size(items, 0);
	net_piece_put(&piece, items);
	message.items = buffer_slice(items);
	g_assert_false(reads(&message));
	piece.total = NET_BODY_MAX + 1;
	g_byte_array_set_size(items, 0);
	net_piece_put(&piece, items);
	message.items = buffer_slice(items);
	g_assert_false(reads(&message));
	piece = (NetPiece){ 3, bsn_slice_of(NULL, 0) };
	g_byte_array_set_size(items, 0);
	net_piece_put(&piece, items);
	message.items = buffer_slice(items);
	g_assert_false(reads(&message));
}

/* Every byte that is cut off or put behind is noticed. */
static void
test_truncated(void)
{
	const guint8 hash[HASH_LEN] = { 1 };
	const NetMessage message = { .kind = NET_STATUS,
				     .height = 300,
				     .earliest = 1,
				     .asks = TRUE,
				     .hash = bsn_slice_of(hash, HASH_LEN) };
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	NetMessage again;

	net_message_put(&message, bytes);
	g_assert_true(net_message_read(buffer_slice(bytes), &again));
	g_assert_cmpuint(again.height, ==, 300);
	g_assert_cmpuint(again.earliest, ==, 1);
	g_assert_true(again.asks);
	assert_bytes(again.hash.data, again.hash.len, hash, HASH_LEN);
	for (guint len = 0; len < bytes->len; len++)
		g_assert_false(net_message_read(bsn_slice_of(bytes->data, len),
						&again));
	g_byte_array_append(bytes, hash, 1);
	g_assert_false(net_message_read(buffer_slice(bytes), &again));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define TEST(name, function) g_test_add_func("/fisco-net/" name, function)
	TEST("forward/what-expired-is-told-where-it-waits",
	     test_expired_elsewhere);
	TEST("forward/all-get-it-and-the-client-is-answered", test_all_get_it);
	TEST("forward/observers-pass-on", test_observer);
	TEST("forward/what-was-lost-is-sent-again", test_sent_again);
	TEST("forward/ever-less-often", test_patience);
	TEST("forward/a-client-of-two-nodes", test_two_nodes);
	TEST("forward/many-travel-together", test_together);
	TEST("forward/forged-ones-stay-out", test_forged);
	TEST("message/strangers-are-not-heard", test_stranger);
	TEST("message/limits", test_limits);
	TEST("message/limits-of-pieces", test_piece_limits);
	TEST("message/truncated", test_truncated);
	return g_test_run();
}
