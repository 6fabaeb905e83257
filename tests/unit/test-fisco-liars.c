/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks that a node has missed, from peers that lie or are silent: they are
 * left, and the others give it all.
 */
#include <string.h>

#include "plugins/engine-fisco/net/message.h"
#include "plugins/engine-fisco/net/net.h"
#include "plugins/kit/sink.h"
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

/* What node 0 does to its answers. */
static guint8 spoiled_kind;
static gint64 spoiled_at; /* byte that is changed; from the end when < 0 */

static gboolean
change_byte(FiscoCluster *all, guint from, guint to, GByteArray *bytes)
{
	if (from == 0 && bytes->data[0] == spoiled_kind)
		bytes->data[spoiled_at < 0 ? bytes->len + spoiled_at
					   : spoiled_at] ^= 1;
	return TRUE;
}

static void
check_liar(guint8 kind, gint64 at, const char *reason)
{
	start();
	spoiled_kind = kind;
	spoiled_at = at;
	cluster.spoil = change_byte;
	cluster_join_all(&cluster);
	cluster_settle(&cluster);
	cluster_advance(&cluster, 5000);
	assert_caught_up();
	g_assert_cmpuint(dropped(2)->lies, >=, 1);
	g_assert_true(cluster_logged("n0 is left"));
	g_assert_true(cluster_logged(reason));
	g_assert_false(cluster_logged("n1 is left"));
	cluster_stop(&cluster);
}

/* The last header that comes is of the last certificate. */
static gboolean
forge_certificates(FiscoCluster *all, guint from, guint to, GByteArray *bytes)
{
	if (from == 0 && bytes->data[0] == NET_HEADERS)
		for (guint i = 0; i + 11 <= bytes->len; i++)
			if (memcmp(bytes->data + i, "certificate", 11) == 0)
				bytes->data[i] = 'C';
	return TRUE;
}

static void
test_false_certificate(void)
{
	start();
	cluster.spoil = forge_certificates;
	cluster_join_all(&cluster);
	cluster_settle(&cluster);
	cluster_advance(&cluster, 5000);
	assert_caught_up();
	g_assert_true(cluster_logged("n0 is left"));
	g_assert_true(cluster_logged("block 1 is not certified"));
	g_assert_false(cluster_logged("n1 is left"));
	cluster_stop(&cluster);
}

static void
test_wrong_header(void)
{
	/* In the first header's digest of its parent. */
	check_liar(NET_HEADERS, 30, "header 1 does not follow");
}

static void
test_wrong_body(void)
{
	/* In the signature of the last transaction. */
	check_liar(NET_BODIES, -3, "is something else");
}

static gboolean
promise_much(FiscoCluster *all, guint from, guint to, GByteArray *bytes)
{
	NetMessage message;

	if (from != 0 || !net_message_read(buffer_slice(bytes), &message) ||
	    message.kind != NET_STATUS)
		return TRUE;
	message.height += 1000;
	{
		g_autoptr(GByteArray) changed = g_byte_array_new();

		net_message_put(&message, changed);
		g_byte_array_set_size(bytes, 0);
		g_byte_array_append(bytes, changed->data, changed->len);
	}
	return TRUE;
}

static void
test_empty_promise(void)
{
	start();
	cluster.spoil = promise_much;
	cluster_join_all(&cluster);
	cluster_settle(&cluster);
	assert_caught_up();
	g_assert_true(cluster_logged("n0 is left"));
	g_assert_true(cluster_logged("has not got block 151"));
	cluster_stop(&cluster);
}

static gboolean
garble(FiscoCluster *all, guint from, guint to, GByteArray *bytes)
{
	if (from == 0 && bytes->data[0] == NET_HEADERS)
		g_byte_array_set_size(bytes, bytes->len / 2);
	return TRUE;
}

/* Garbage is as no answer: it is waited for, and another one asked. */
static void
test_garbage(void)
{
	start();
	cluster.spoil = garble;
	cluster_join_all(&cluster);
	cluster_advance(&cluster, 30000);
	assert_caught_up();
	g_assert_cmpuint(dropped(2)->malformed, >=, 1);
	g_assert_cmpuint(dropped(2)->timeouts, >=, 1);
	g_assert_cmpuint(dropped(2)->lies, ==, 0);
	cluster_stop(&cluster);
}

static gboolean
silence(FiscoCluster *all, guint from, guint to, GByteArray *bytes)
{
	return from != 0 || bytes->data[0] == NET_STATUS;
}

static void
test_silent_peer(void)
{
	start();
	cluster.spoil = silence;
	cluster_join_all(&cluster);
	cluster_advance(&cluster, 30000);
	assert_caught_up();
	g_assert_cmpuint(dropped(2)->timeouts, >=, 1);
	cluster_stop(&cluster);
}

/* Nobody asked for them. */
static void
test_unasked(void)
{
	g_autoptr(GByteArray) items = g_byte_array_new();
	const NetPiece piece = { 5, bsn_slice_str("bytes") };
	NetMessage message = { .kind = NET_BODIES, .height = 1 };
	bsn_chain *from, *to;

	cluster_start(&cluster, 2, 0, CONFIG);
	from = cluster.nodes[0].chain->chain;
	to = cluster.nodes[1].chain->chain;
	net_piece_put(&piece, items);
	message.items = buffer_slice(items);
	for (guint i = 0; i < 3; i++) {
		g_autoptr(GByteArray) bytes = g_byte_array_new();

		net_message_put(&message, bytes);
		fake_net_deliver(from, to, cluster.algorithm,
				 buffer_slice(bytes));
	}
	g_assert_cmpuint(dropped(1)->unasked, ==, 3);
	cluster_stop(&cluster);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define TEST(name, function) g_test_add_func("/fisco-liars/" name, function)
	TEST("a-false-certificate", test_false_certificate);
	TEST("a-wrong-header", test_wrong_header);
	TEST("a-wrong-body", test_wrong_body);
	TEST("an-empty-promise", test_empty_promise);
	TEST("garbage", test_garbage);
	TEST("a-silent-peer", test_silent_peer);
	TEST("answers-that-nobody-asked-for", test_unasked);
	return g_test_run();
}
