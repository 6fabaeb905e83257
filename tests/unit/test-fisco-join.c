/* SPDX-License-Identifier: Apache-2.0
 *
 * A node that is far behind takes over a late state: from several peers, while
 * the chain goes on, with whatever happens in between.
 */
#include <string.h>

#include "plugins/engine-fisco/net/join.h"
#include "plugins/engine-fisco/records.h"
#include "plugins/engine-fisco/snapshot/snapshot.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/fisco-cluster.h"

#define CONFIG                                                                 \
	"{\"crypto\":\"std\",\"snapshot_interval\":16,"                        \
	"\"block_limit_range\":40,\"consensus\":{\"name\":\"manual\"}}"
#define BLOCKS 150u
/* The last checkpoint whose digest is in a header by then. */
#define CHECKPOINT 144u

static FiscoCluster cluster;

static void
start(void)
{
	manual_set_jumps(TRUE);
	cluster_start_late(&cluster, CONFIG, BLOCKS);
}

static void
stop(void)
{
	cluster_stop(&cluster);
	manual_set_jumps(FALSE);
}

static const Ledger *
late(void)
{
	return cluster_ledger(&cluster, 2);
}

static guint64
lies(void)
{
	return late()->net->dropped.lies;
}

/* The same head, state and nonces, and it was no way by old blocks. */
static void
assert_joined(void)
{
	cluster_caught_up(&cluster, 2);
	g_assert_cmpuint(late()->earliest, >, CHECKPOINT);
	g_assert_false(late()->installing);
	g_assert_cmpuint(late()->head.txs, ==,
			 cluster_ledger(&cluster, 0)->head.txs);
}

/* Every entry of the world state of a node, in one digest. */
typedef struct {
	bsn_scan_sink sink;
	GChecksum *sum;
} StateSum;

static int32_t
sum_entry(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	GChecksum *sum = ((StateSum *)sink)->sum;
	const guint64 lens[] = { key.len, value.len };

	g_checksum_update(sum, (const guchar *)lens, sizeof(lens));
	g_checksum_update(sum, key.data, (gssize)key.len);
	g_checksum_update(sum, value.data, (gssize)value.len);
	return BSN_OK;
}

static char *
state_sum(guint node)
{
	StateSum sum = { { sum_entry }, g_checksum_new(G_CHECKSUM_SHA256) };
	char *text;

	g_assert_cmpint(bsn_host_store(fake_host())->scan(
				cluster_ledger(&cluster, node)->chain,
				bsn_slice_str("s"), bsn_slice_str("t"), 0,
				&sum.sink, NULL),
			==, BSN_OK);
	text = g_strdup(g_checksum_get_string(sum.sum));
	g_checksum_free(sum.sum);
	return text;
}

static void
assert_same_state(guint a, guint b)
{
	g_autofree char *one = state_sum(a);
	g_autofree char *two = state_sum(b);

	g_assert_cmpstr(one, ==, two);
}

/* It takes part in what comes, checkpoints included. */
static void
assert_goes_on(guint blocks)
{
	for (guint i = 0; i < blocks; i++) {
		cluster_block(&cluster, 7);
		cluster_alike(&cluster, 0, 2);
	}
	assert_same_state(0, 2);
}

/* ---- honest peers -------------------------------------------------------- */

static void
test_joins(void)
{
	start();
	cluster_join_all(&cluster);
	cluster_settle(&cluster);
	assert_joined();
	assert_same_state(0, 2);
	g_assert_cmpuint(lies(), ==, 0);
	g_assert_cmpuint(cluster.delivered[0][NET_SNAPSHOT] +
				 cluster.delivered[1][NET_SNAPSHOT],
			 >, 1);
	assert_goes_on(50);
	stop();
}

/* Not for a few blocks. */
static void
test_near(void)
{
	manual_set_jumps(TRUE);
	cluster_start_late(&cluster, CONFIG, 30);
	cluster_join_all(&cluster);
	cluster_settle(&cluster);
	cluster_caught_up(&cluster, 2);
	g_assert_cmpuint(late()->earliest, ==, 1);
	stop();
}

/* The chain goes on faster than the snapshot comes. */
static void
test_meanwhile(void)
{
	guint blocks = 0;

	start();
	cluster_join_all(&cluster);
	for (guint i = 0; late()->earliest == 1; i++) {
		cluster_deliver(&cluster, 2);
		if (i % 2 == 0 && blocks < 300) {
			cluster_block(&cluster, 3);
			blocks++;
			cluster_advance(&cluster, 10);
		}
		if (i > 5000)
			g_error("it never gets there");
	}
	cluster_advance(&cluster, 3000);
	assert_joined();
	g_assert_cmpuint(lies(), ==, 0);
	assert_goes_on(5);
	stop();
}

/* Blocks that consensus brings while headers are on their way stay whole. */
static void
test_decided_between(void)
{
	g_autoptr(GByteArray) proposal = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;

	manual_set_jumps(TRUE);
	cluster_start(&cluster, 3, 0, CONFIG);
	{
		g_autoptr(GByteArray) tx = cluster_tx(&cluster, 0);

		g_ptr_array_add(cluster.replies,
				fisco_submit(cluster.nodes[0].chain, tx));
	}
	g_assert_cmpint(cluster_propose(&cluster, 0, proposal), ==, BSN_OK);
	for (guint i = 0; i < 2; i++)
		g_assert_cmpint(cluster_decide(&cluster, i, 1, proposal, &err),
				==, BSN_OK);
	for (guint i = 1; i < BLOCKS; i++)
		cluster_block(&cluster, 3);
	cluster_join_all(&cluster);
	while (late()->net->sync == NULL || late()->net->sync->join == NULL)
		cluster_deliver(&cluster, 1);
	g_assert_cmpint(cluster_decide(&cluster, 2, 1, proposal, &err), ==,
			BSN_OK);
	cluster_settle(&cluster);
	cluster_advance(&cluster, 3000);
	assert_joined();
	fake_reply_free(fisco_block(cluster.nodes[2].chain, 1, 0));
	stop();
}

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

/* Who certifies what is known from headers alone. */
static void
test_members(void)
{
	g_autoptr(GByteArray) tx = NULL;

	manual_set_jumps(TRUE);
	cluster_start_late(&cluster, CONFIG, 70);
	tx = change_tx();
	g_ptr_array_add(cluster.replies,
			fisco_submit(cluster.nodes[0].chain, tx));
	for (guint i = 70; i < BLOCKS; i++)
		cluster_block(&cluster, 3);
	cluster_join_all(&cluster);
	cluster_settle(&cluster);
	assert_joined();
	g_assert_cmpuint(late()->members.list.members->len, ==, 4);
	g_assert_cmpuint(late()->members.since, ==, 72);
	g_assert_cmpuint(lies(), ==, 0);
	assert_goes_on(40);
	stop();
}

/* Who has joined gives what it got to the next one, and says what it has not. */
static void
test_handed_on(void)
{
	start();
	cluster_join_all(&cluster);
	cluster_settle(&cluster);
	assert_joined();
	cluster_crash(&cluster, 1);
	fake_chain_free(cluster.nodes[1].chain->chain);
	cluster.nodes[1].chain->chain = fake_chain_new("n1, anew");
	fake_chain_set_node(cluster.nodes[1].chain->chain, 1);
	cluster_reopen(&cluster, 1);
	cluster_join(&cluster, 1, 2, TRUE);
	cluster_advance(&cluster, 5000);
	cluster_alike(&cluster, 0, 1);
	g_assert_cmpuint(cluster_ledger(&cluster, 1)->earliest, >, CHECKPOINT);
	g_assert_cmpuint(cluster_ledger(&cluster, 1)->net->dropped.lies, ==, 0);
	stop();
}

/* A node that is only a little behind those who do not keep what it needs. */
static void
test_nobody_keeps(void)
{
	start();
	cluster_join(&cluster, 0, 2, TRUE);
	cluster_settle(&cluster);
	assert_joined();
	cluster_crash(&cluster, 1);
	fake_chain_free(cluster.nodes[1].chain->chain);
	cluster.nodes[1].chain->chain = fake_chain_new("n1, anew");
	fake_chain_set_node(cluster.nodes[1].chain->chain, 1);
	cluster_reopen(&cluster, 1);
	for (guint i = 0; i < 5; i++)
		cluster_block(&cluster, 5);
	cluster_join(&cluster, 1, 2, TRUE);
	cluster_advance(&cluster, 5000);
	cluster_alike(&cluster, 0, 1);
	stop();
}

/* ---- liars --------------------------------------------------------------- */

static guint64 spoiled_part;

/* Node 0 changes the last byte of a part. */
static gboolean
spoil_part(FiscoCluster *all, guint from, guint to, GByteArray *bytes)
{
	NetMessage message;

	if (from == 0 && bytes->data[0] == NET_SNAPSHOT &&
	    net_message_read(buffer_slice(bytes), &message) &&
	    (message.count > 0) == (spoiled_part > 0))
		bytes->data[bytes->len - 1] ^= 1;
	return TRUE;
}

static void
check_liar(guint64 part, const char *reason)
{
	start();
	spoiled_part = part;
	cluster.spoil = spoil_part;
	cluster_join(&cluster, 0, 2, TRUE);
	cluster_settle(&cluster);
	g_assert_cmpuint(lies(), >=, 1);
	g_assert_true(cluster_logged("n0 is left"));
	g_assert_true(cluster_logged(reason));
	g_assert_cmpuint(cluster_height(&cluster, 2), ==, 0);
	cluster_join(&cluster, 1, 2, TRUE);
	cluster_advance(&cluster, 5000);
	assert_joined();
	assert_same_state(0, 2);
	g_assert_false(cluster_logged("n1 is left"));
	stop();
}

static void
test_false_manifest(void)
{
	check_liar(0, "the chain agreed on another digest");
}

static void
test_false_section(void)
{
	check_liar(1, "it has another digest than was agreed on");
}

static gboolean
silence_parts(FiscoCluster *all, guint from, guint to, GByteArray *bytes)
{
	return from != 0 || bytes->data[0] != NET_SNAPSHOT;
}

static void
test_silent_peer(void)
{
	start();
	cluster.spoil = silence_parts;
	cluster_join_all(&cluster);
	cluster_advance(&cluster, 30000);
	assert_joined();
	g_assert_cmpuint(late()->net->dropped.timeouts, >=, 1);
	stop();
}

/* Node 0 promises more than there is, and answers nothing. */
static gboolean
promise_and_be_silent(FiscoCluster *all, guint from, guint to,
		      GByteArray *bytes)
{
	NetMessage message;
	g_autoptr(GByteArray) changed = g_byte_array_new();

	if (from != 0 || to != 2)
		return TRUE;
	if (bytes->data[0] != NET_STATUS ||
	    !net_message_read(buffer_slice(bytes), &message))
		return FALSE;
	message.height += 1000000;
	net_message_put(&message, changed);
	g_byte_array_set_size(bytes, 0);
	g_byte_array_append(bytes, changed->data, changed->len);
	return TRUE;
}

static void
test_empty_promises(void)
{
	start();
	cluster.spoil = promise_and_be_silent;
	cluster_join_all(&cluster);
	cluster_advance(&cluster, 30000);
	g_assert_cmpuint(late()->earliest, >, CHECKPOINT);
	assert_same_state(1, 2);
	stop();
}

/* Says of each part that it has not got it. */
static gboolean
refuse_parts(FiscoCluster *all, guint from, guint to, GByteArray *bytes)
{
	g_autoptr(GByteArray) changed = g_byte_array_new();
	NetMessage message;

	if (bytes->data[0] != NET_SNAPSHOT ||
	    !net_message_read(buffer_slice(bytes), &message))
		return TRUE;
	message.items = bsn_slice_of(NULL, 0);
	net_message_put(&message, changed);
	g_byte_array_set_size(bytes, 0);
	g_byte_array_append(bytes, changed->data, changed->len);
	return TRUE;
}

/* Then it is blocks, after all. */
static void
test_nobody_gives(void)
{
	start();
	cluster.spoil = refuse_parts;
	cluster_join_all(&cluster);
	cluster_advance(&cluster, 120000);
	cluster_caught_up(&cluster, 2);
	g_assert_cmpuint(late()->earliest, ==, 1);
	g_assert_cmpuint(lies(), ==, 0);
	g_assert_true(cluster_logged("nobody gives one"));
	stop();
}

/* ---- crashes ------------------------------------------------------------- */

static void
crash_late(gboolean durable)
{
	bsn_chain *chain = cluster.nodes[2].chain->chain;

	if (durable)
		fake_host_settle();
	cluster_crash(&cluster, 2);
	fake_chain_set_automatic(chain, TRUE);
	cluster_reopen(&cluster, 2);
	cluster_join_all(&cluster);
}

/* After each message, with what was written lost or not. */
static void
test_crash_anywhere(void)
{
	for (guint messages = 1;; messages++) {
		gboolean done;

		start();
		cluster_join_all(&cluster);
		fake_chain_set_automatic(cluster.nodes[2].chain->chain,
					 messages % 2 == 0);
		cluster_deliver(&cluster, messages);
		done = late()->earliest > 1;
		crash_late(messages % 4 == 0);
		cluster_settle(&cluster);
		cluster_advance(&cluster, 4000);
		assert_joined();
		assert_same_state(0, 2);
		assert_goes_on(2);
		stop();
		if (done)
			break;
	}
}

/* Stopped in the middle, it refuses to answer from half a state, and goes on
 * with what it has. */
static void
test_half(void)
{
	const bsn_tx_request request = fisco_invoke(
		&cluster.account, "0x00000000000000000000000000000000000000aa",
		"", "", "{\"data\":\"0x0102\"}");
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	start();
	cluster_join_all(&cluster);
	while (!late()->installing)
		cluster_deliver(&cluster, 1);
	crash_late(TRUE);
	g_assert_true(late()->installing);
	g_assert_null(fisco_call(cluster.nodes[2].chain, &request, &status,
				 &err));
	g_assert_cmpint(status, ==, BSN_UNAVAILABLE);
	g_assert_nonnull(strstr(err.reason, "fetching the chain's state"));
	cluster_settle(&cluster);
	cluster_advance(&cluster, 4000);
	assert_joined();
	stop();
}

/* ---- for people ---------------------------------------------------------- */

static bsn_reply *
ask_block(guint64 number)
{
	const FiscoChain *chain = cluster.nodes[2].chain;
	bsn_reply *reply = fake_reply_new(chain->chain, FAKE_ANSWER_BLOCK);
	const bsn_block_query query = { .size = sizeof(query),
					.by = BSN_BLOCK_BY_NUMBER,
					.number = number };

	fake_asked(reply, chain->engine->block->get(fisco_ledger(chain), &query,
						    reply, &reply->err));
	return reply;
}

static void
test_old_blocks(void)
{
	g_autoptr(bsn_reply) old = NULL;
	g_autoptr(bsn_reply) genesis = NULL;

	start();
	cluster_join_all(&cluster);
	cluster_settle(&cluster);
	assert_joined();
	old = ask_block(10);
	g_assert_cmpint(old->status, ==, BSN_NOT_FOUND);
	g_assert_nonnull(
		strstr(old->err.reason, "block 10 is not kept on this node"));
	genesis = ask_block(0);
	g_assert_cmpint(genesis->status, ==, BSN_OK);
	stop();
}

static void
test_status(void)
{
	g_autoptr(bsn_reply) reply = NULL;
	g_autoptr(json_t) detail = NULL;
	const json_t *sync;

	start();
	cluster_join_all(&cluster);
	while (!late()->installing)
		cluster_deliver(&cluster, 1);
	reply = fisco_status(cluster.nodes[2].chain);
	detail = fisco_json(reply->chain_status.detail);
	sync = json_object_get(detail, "sync");
	g_assert_cmpstr(json_string_value(json_object_get(sync, "phase")), ==,
			"snapshot");
	g_assert_cmpint(json_integer_value(json_object_get(sync, "checkpoint")),
			==, CHECKPOINT);
	g_assert_cmpint(json_integer_value(json_object_get(sync, "parts")), >,
			0);
	g_assert_nonnull(json_object_get(sync, "partsDone"));
	cluster_settle(&cluster);
	stop();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define TEST(name, function) g_test_add_func("/fisco-join/" name, function)
	TEST("a-late-node-takes-over-a-state", test_joins);
	TEST("a-few-blocks-are-executed", test_near);
	TEST("while-the-chain-goes-on", test_meanwhile);
	TEST("decisions-in-between", test_decided_between);
	TEST("members-that-change-on-the-way", test_members);
	TEST("what-was-got-is-handed-on", test_handed_on);
	TEST("nobody-keeps-the-next-block", test_nobody_keeps);
	TEST("a-false-manifest", test_false_manifest);
	TEST("a-false-section", test_false_section);
	TEST("a-silent-peer", test_silent_peer);
	TEST("empty-promises-hold-nobody-up", test_empty_promises);
	TEST("nobody-gives-a-snapshot", test_nobody_gives);
	TEST("a-crash-after-any-message", test_crash_anywhere);
	TEST("half-a-state-is-not-used", test_half);
	TEST("old-blocks-are-not-kept", test_old_blocks);
	TEST("status", test_status);
	return g_test_run();
}
