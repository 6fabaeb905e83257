/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks that a node has missed: from several peers, with whatever happens in
 * between.
 */
#include <string.h>

#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-nodes.h"

#define BLOCKS 300u

/* Nodes 0 and 1 have so many blocks more than node 2. */
static FabricNodes *
start(guint blocks)
{
	FabricNodes *all = fabric_nodes_new(3, 3);

	nodes_blocks(all, 3, blocks);
	return all;
}

static void
assert_caught_up(FabricNodes *all)
{
	nodes_alike(all, 0, 2);
	g_assert_false(net_is_syncing(all->nodes[2].channel));
}

static const NetDropped *
dropped(const FabricNodes *all)
{
	return &all->nodes[2].channel->net->dropped;
}

static gboolean
logged(const FabricNodes *all, const char *text)
{
	return strstr(all->log->str, text) != NULL;
}

/* ---- honest peers -------------------------------------------------------- */

static void
test_two_peers(void)
{
	g_autoptr(FabricNodes) all = start(BLOCKS);

	nodes_link_all(all);
	nodes_settle(all);
	assert_caught_up(all);
	g_assert_cmpuint(all->delivered[0][NET_BLOCKS], >, 1);
	g_assert_cmpuint(all->delivered[1][NET_BLOCKS], >, 1);
	g_assert_cmpuint(dropped(all)->lies, ==, 0);
	g_assert_true(logged(all, "caught up at 301 blocks, 300 of them"));
}

/* What was got from others is given to others, certificates included. */
static void
test_handed_on(void)
{
	g_autoptr(FabricNodes) all = start(10);

	nodes_link(all, 0, 2, TRUE);
	nodes_settle(all);
	assert_caught_up(all);
	nodes_close(all, 1);
	g_ptr_array_set_size(all->nodes[1].blocks, 1);
	g_ptr_array_set_size(all->nodes[1].certificates, 1);
	nodes_open(all, 1);
	g_assert_cmpuint(nodes_height(all, 1), ==, 1);
	nodes_link(all, 1, 2, TRUE);
	nodes_settle(all);
	nodes_alike(all, 0, 1);
}

static void
test_observer(void)
{
	g_autoptr(FabricNodes) all = fabric_nodes_new(3, 2);

	nodes_link_all(all);
	nodes_settle(all);
	for (guint i = 0; i < 3; i++) {
		nodes_blocks(all, 3, 1);
		nodes_advance(all, 300);
		nodes_alike(all, 0, 2);
	}
}

/* A member that is one block behind leaves it to its consensus, for a while. */
static void
test_patience(void)
{
	g_autoptr(FabricNodes) all = fabric_nodes_new(3, 3);

	nodes_link_all(all);
	nodes_advance(all, 1000);
	nodes_blocks(all, 3, 1);
	nodes_advance(all, 800);
	g_assert_cmpuint(nodes_height(all, 2), ==, 1);
	nodes_advance(all, 1000);
	assert_caught_up(all);
}

static gboolean
lose_statuses(FabricNodes *all, guint from, guint to, GByteArray *bytes)
{
	return bytes->data[0] != NET_STATUS && bytes->data[0] != NET_HELLO;
}

/* Consensus says so, although no peer has told its status. */
static void
test_behind(void)
{
	g_autoptr(FabricNodes) all = start(BLOCKS);

	all->spoil = lose_statuses;
	nodes_link_all(all);
	nodes_settle(all);
	g_assert_cmpuint(nodes_height(all, 2), ==, 1);
	net_behind(all->nodes[2].channel, BLOCKS,
		   bsn_slice_of(all->nodes[1].key, PUBLIC_KEY_LEN));
	nodes_settle(all);
	assert_caught_up(all);
	g_assert_cmpuint(all->delivered[0][NET_BLOCKS], ==, 0);
	g_assert_cmpuint(net_highest(all->nodes[2].channel), ==, BLOCKS + 1);
}

/* It may have been decided there and not be on the disk yet: that is no lie. */
static void
test_not_yet(void)
{
	g_autoptr(FabricNodes) all = fabric_nodes_new(3, 3);

	all->nodes[1].slow_disk = TRUE;
	nodes_blocks(all, 3, 1);
	nodes_link(all, 1, 2, TRUE);
	nodes_settle(all);
	net_behind(all->nodes[2].channel, 1,
		   bsn_slice_of(all->nodes[1].key, PUBLIC_KEY_LEN));
	nodes_settle(all);
	g_assert_cmpuint(all->delivered[1][NET_BLOCKS], ==, 1);
	nodes_make_durable(all, 1);
	nodes_advance(all, 2000);
	assert_caught_up(all);
	g_assert_cmpuint(dropped(all)->lies, ==, 0);
}

/* Blocks share a message; one that is long has one for itself. */
static void
test_sizes(void)
{
	g_autoptr(FabricNodes) all = start(10);

	nodes_block(all, 3, "long", BSN_PROPOSAL_MAX - 4096);
	nodes_block(all, 3, "half", NET_BYTES_MAX / 2 + 1);
	nodes_block(all, 3, "half", NET_BYTES_MAX / 2 + 1);
	nodes_blocks(all, 3, 10);
	nodes_link(all, 0, 2, TRUE);
	nodes_settle(all);
	nodes_advance(all, 1000);
	assert_caught_up(all);
	/* Ten; the long one; a half; a half and the others. */
	g_assert_cmpuint(all->delivered[0][NET_BLOCKS], ==, 4);
	g_assert_cmpuint(dropped(all)->timeouts, ==, 0);
}

/* Bytes on their way are bounded, too. */
static void
test_long_blocks(void)
{
	g_autoptr(FabricNodes) all = fabric_nodes_new(3, 3);
	guint64 most = 0;

	for (guint i = 0; i < 50; i++)
		nodes_block(all, 3, "long", 2 << 20);
	nodes_link_all(all);
	all->nodes[2].refuses = BSN_FULL;
	for (guint i = 0; i < 300; i++) {
		nodes_advance(all, 10);
		most = MAX(most, all->nodes[2].channel->net->sync.bytes);
	}
	g_assert_cmpuint(most, >, 8 << 20);
	g_assert_cmpuint(most, <, 40 << 20);
	all->nodes[2].refuses = BSN_OK;
	nodes_advance(all, 5000);
	assert_caught_up(all);
	g_assert_cmpuint(all->nodes[2].channel->net->sync.bytes, ==, 0);
}

/* Who certifies a block is known when the one before it is there, and nobody is
 * blamed before. */
static void
test_members_change(void)
{
	g_autoptr(FabricNodes) all = fabric_nodes_new(4, 4);

	nodes_blocks(all, 11, 20);
	nodes_block(all, 11, "members 3", 0);
	nodes_blocks(all, 3, 20);
	nodes_link(all, 0, 2, TRUE);
	nodes_link(all, 1, 2, TRUE);
	nodes_settle(all);
	assert_caught_up(all);
	g_assert_cmpuint(all->nodes[2].channel->members.list->len, ==, 3);
	g_assert_cmpuint(dropped(all)->lies, ==, 0);
}

/* ---- in the middle ------------------------------------------------------- */

static void
test_restart(void)
{
	g_autoptr(FabricNodes) all = start(BLOCKS);
	guint64 before;

	nodes_link_all(all);
	do
		nodes_deliver(all, 1);
	while (nodes_height(all, 2) < 20);
	before = nodes_height(all, 2);
	g_assert_cmpuint(before, <, BLOCKS);
	nodes_close(all, 2);
	nodes_open(all, 2);
	g_assert_cmpuint(nodes_height(all, 2), ==, before);
	nodes_link_all(all);
	nodes_settle(all);
	assert_caught_up(all);
	g_assert_cmpuint(dropped(all)->lies, ==, 0);
}

/* A disk that does not keep up is waited for. */
static void
test_slow_disk(void)
{
	g_autoptr(FabricNodes) all = start(BLOCKS);

	all->nodes[2].slow_disk = TRUE;
	nodes_link_all(all);
	nodes_advance(all, 1000);
	g_assert_cmpuint(all->nodes[2].blocks->len, ==, 65);
	all->nodes[2].slow_disk = FALSE;
	nodes_make_durable(all, 2);
	nodes_settle(all);
	assert_caught_up(all);
}

static void
test_full_disk(void)
{
	g_autoptr(FabricNodes) all = start(BLOCKS);

	all->nodes[2].refuses = BSN_FULL;
	nodes_link_all(all);
	nodes_advance(all, 2000);
	g_assert_cmpuint(nodes_height(all, 2), ==, 1);
	all->nodes[2].refuses = BSN_OK;
	nodes_advance(all, 1000);
	assert_caught_up(all);
	g_assert_cmpuint(dropped(all)->lies, ==, 0);
}

/* What was agreed on and cannot be taken is this node's fault. */
static void
test_own_fault(void)
{
	g_autoptr(FabricNodes) all = start(3);

	all->nodes[2].refuses = BSN_BAD_REQUEST;
	nodes_link_all(all);
	nodes_advance(all, 2000);
	g_assert_cmpuint(dropped(all)->lies, ==, 0);
	g_assert_true(logged(all, "block 1 was agreed on and cannot be taken "
				  "here: not now"));
	all->nodes[2].refuses = BSN_OK;
	nodes_advance(all, 10000);
	assert_caught_up(all);
}

/* Consensus goes on deciding while blocks are on their way. */
static void
test_decided_between(void)
{
	g_autoptr(FabricNodes) all = start(BLOCKS);
	const Sync *sync = &all->nodes[2].channel->net->sync;

	nodes_link_all(all);
	do
		nodes_deliver(all, 1);
	while (nodes_height(all, 2) < 20);
	for (guint i = 0; i < 100; i++) {
		nodes_decide(all, 2);
		g_assert_cmpuint(sync->first, ==, nodes_height(all, 2));
		nodes_deliver(all, 1);
	}
	nodes_blocks(all, 7, 1);
	nodes_settle(all);
	assert_caught_up(all);
	g_assert_cmpuint(dropped(all)->lies, ==, 0);
}

/* ---- losses ----------------------------------------------------------------
 */

static gboolean
lose_some(FabricNodes *all, guint from, guint to, GByteArray *bytes)
{
	return g_rand_int_range(all->rand, 0, 4) != 0;
}

/* Links that lose a quarter of all, and links that come and go. */
static guint64
stormy(guint seed)
{
	g_autoptr(FabricNodes) all = fabric_nodes_new(4, 3);

	g_rand_set_seed(all->rand, seed);
	all->spoil = lose_some;
	for (guint i = 0; i < 60; i++) {
		const guint a = (guint)g_rand_int_range(all->rand, 0, 4);
		const guint b = (guint)g_rand_int_range(all->rand, 0, 4);

		if (a != b)
			nodes_link(all, a, b, g_rand_boolean(all->rand));
		if (g_rand_int_range(all->rand, 0, 10) == 0) {
			nodes_close(all, 2);
			nodes_open(all, 2);
		}
		nodes_blocks(all, 1, 7);
		nodes_advance(all, 200);
	}
	nodes_link_all(all);
	all->spoil = NULL;
	nodes_advance(all, 60000);
	for (guint i = 1; i < 4; i++) {
		nodes_alike(all, 0, i);
		g_assert_cmpuint(all->nodes[i].channel->net->dropped.lies, ==,
				 0);
	}
	return all->trace;
}

static void
test_storm(void)
{
	for (guint seed = 1; seed < 10; seed++)
		(void)stormy(seed);
}

/* ---- serving, leaving ---------------------------------------------------- */

/* One peer's hunger costs so much and no more. */
static void
test_hungry_peer(void)
{
	g_autoptr(FabricNodes) all = start(BLOCKS);
	Bsn__Net__GetBlocks get = BSN__NET__GET_BLOCKS__INIT;
	guint answers;

	all->spoil = lose_statuses;
	nodes_link(all, 0, 2, TRUE);
	nodes_settle(all);
	get.first = 1;
	get.count = NET_BLOCKS_MAX;
	for (guint i = 0; i < 5000; i++)
		nodes_inject(all, 2, 0, NET_GET_BLOCKS, &get);
	nodes_settle(all);
	answers = all->delivered[0][NET_BLOCKS];
	g_assert_cmpuint(answers, >, 1);
	g_assert_cmpuint(answers, <, 2000);
	/* The one question that waits is answered. */
	nodes_advance(all, 1000);
	g_assert_cmpuint(all->delivered[0][NET_BLOCKS], ==, answers + 1);
}

/* Who was removed while it was away learns it from the block that did it, and
 * gets none after it. */
static void
test_leaving(void)
{
	g_autoptr(FabricNodes) all = start(5);

	nodes_block(all, 3, "members 2", 0);
	nodes_blocks(all, 3, 5);
	g_assert_cmpuint(nodes_peer(all, 0, 2)->last, ==, 7);
	nodes_link_all(all);
	nodes_settle(all);
	g_assert_cmpuint(nodes_height(all, 2), ==, 7);
	g_assert_cmpuint(nodes_peer(all, 2, 0)->open.height, ==, 7);
	g_assert_cmpuint(dropped(all)->lies, ==, 0);
	g_assert_cmpuint(all->nodes[2].channel->members.list->len, ==, 2);
	nodes_advance(all, 1000);
	g_assert_null(nodes_peer(all, 0, 2));
	g_assert_cmpuint(g_hash_table_size(all->nodes[0].may_speak_to), ==, 2);
}

/* It gets nothing else, whatever it asks for, and is not listened to. */
static guint blocks_given;

static gboolean
count_blocks(FabricNodes *all, guint from, guint to, GByteArray *bytes)
{
	g_auto(Arena) arena = ARENA_INIT;
	NetMessage message;

	if (from == 0 && bytes->data[0] == NET_BLOCKS &&
	    net_message_read(&arena, buffer_slice(bytes), &message, NULL) ==
		    BSN_OK)
		blocks_given += (guint)message.body.blocks->n_blocks;
	return FALSE;
}

static void
test_leaver_wants_more(void)
{
	g_autoptr(FabricNodes) all = start(5);
	Bsn__Net__GetBlocks get = BSN__NET__GET_BLOCKS__INIT;
	Bsn__Net__Envelopes envelopes = BSN__NET__ENVELOPES__INIT;
	ProtobufCBinaryData envelope = { 0, NULL };

	nodes_block(all, 3, "members 2", 0);
	nodes_blocks(all, 3, 5);
	blocks_given = 0;
	all->spoil = count_blocks;
	nodes_link_all(all);
	get.first = 5;
	get.count = 5;
	nodes_inject(all, 2, 0, NET_GET_BLOCKS, &get);
	nodes_settle(all);
	g_assert_cmpuint(blocks_given, ==, 2);
	envelopes.n_envelopes = 1;
	envelopes.envelopes = &envelope;
	nodes_inject(all, 2, 0, NET_ENVELOPES, &envelopes);
	g_assert_cmpuint(all->nodes[0].forwarded->len, ==, 0);
	g_assert_cmpuint(all->nodes[0].channel->net->dropped.strangers, ==, 1);
}

/* One that does not come is forgotten after half a minute. */
static void
test_left(void)
{
	g_autoptr(FabricNodes) all = start(5);

	nodes_block(all, 3, "members 2", 0);
	nodes_blocks(all, 3, 5);
	nodes_advance(all, 29000);
	g_assert_nonnull(nodes_peer(all, 0, 2));
	g_assert_cmpuint(g_hash_table_size(all->nodes[0].may_speak_to), ==, 3);
	nodes_advance(all, 35000);
	g_assert_null(nodes_peer(all, 0, 2));
	g_assert_cmpuint(g_hash_table_size(all->nodes[0].may_speak_to), ==, 2);
	nodes_link_all(all);
	nodes_settle(all);
	g_assert_cmpuint(nodes_height(all, 2), ==, 1);
}

/* ---- for people ---------------------------------------------------------- */

static void
test_json(void)
{
	g_autoptr(FabricNodes) all = start(BLOCKS);
	g_autoptr(json_t) json = NULL;
	const json_t *peer;

	nodes_link_all(all);
	do
		nodes_deliver(all, 1);
	while (nodes_height(all, 2) < 20);
	g_assert_true(net_is_syncing(all->nodes[2].channel));
	json = net_json(all->nodes[2].channel);
	g_assert_true(json_is_true(json_object_get(json, "syncing")));
	g_assert_cmpint(json_integer_value(json_object_get(json, "target")), ==,
			BLOCKS + 1);
	g_assert_nonnull(json_object_get(json, "blocksPerSecond"));
	peer = json_array_get(json_object_get(json, "peers"), 1);
	g_assert_cmpuint(json_array_size(json_object_get(json, "peers")), ==,
			 2);
	g_assert_true(json_is_true(json_object_get(peer, "reachable")));
	g_assert_nonnull(json_object_get(json, "dropped"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define TEST(name, function) g_test_add_func("/fabric-net-sync/" name, function)
	TEST("a-late-node-catches-up-from-two-peers", test_two_peers);
	TEST("what-was-got-is-handed-on", test_handed_on);
	TEST("an-observer-follows", test_observer);
	TEST("one-block-is-left-to-consensus", test_patience);
	TEST("consensus-says-that-it-is-behind", test_behind);
	TEST("a-block-that-is-not-on-disk-yet", test_not_yet);
	TEST("sizes", test_sizes);
	TEST("long-blocks", test_long_blocks);
	TEST("members-that-change-on-the-way", test_members_change);
	TEST("a-restart-in-the-middle", test_restart);
	TEST("a-slow-disk", test_slow_disk);
	TEST("a-full-disk", test_full_disk);
	TEST("a-fault-of-its-own", test_own_fault);
	TEST("decisions-in-between", test_decided_between);
	TEST("storms", test_storm);
	TEST("a-hungry-peer", test_hungry_peer);
	TEST("a-former-member-learns-it", test_leaving);
	TEST("a-former-member-that-wants-more", test_leaver_wants_more);
	TEST("a-former-member-that-stays-away", test_left);
	TEST("status", test_json);
	return g_test_run();
}
