/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks from nodes that lie, are silent, or are not to be believed.
 */
#include <string.h>

#include "plugins/kit/codec/message.h"
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

/* Changes what node 0 gives. */
static void (*change)(Bsn__Net__Blocks *blocks);

static gboolean
change_blocks(FabricNodes *all, guint from, guint to, GByteArray *bytes)
{
	g_auto(Arena) arena = ARENA_INIT;
	Bsn__Net__Blocks *blocks;

	if (from != 0 || bytes->data[0] != NET_BLOCKS)
		return TRUE;
	blocks = message_unpack(&arena, &bsn__net__blocks__descriptor,
				bsn_slice_of(bytes->data + 1, bytes->len - 1),
				NULL, NULL);
	g_assert_nonnull(blocks);
	change(blocks);
	g_byte_array_set_size(bytes, 0);
	net_message_put(bytes, NET_BLOCKS, blocks);
	return TRUE;
}

/* Node 0 lies so; node 1 comes later. */
static void
lie(void (*how)(Bsn__Net__Blocks *blocks), const char *reason)
{
	g_autoptr(FabricNodes) all = start(BLOCKS);

	change = how;
	all->spoil = change_blocks;
	nodes_link(all, 0, 2, TRUE);
	nodes_settle(all);
	g_assert_cmpuint(dropped(all)->lies, ==, 1);
	if (!logged(all, reason))
		g_error("\"%s\" is not in %s", reason, all->log->str);
	g_assert_cmpuint(nodes_height(all, 2), <, BLOCKS);
	nodes_link(all, 1, 2, TRUE);
	nodes_advance(all, 1000);
	assert_caught_up(all);
	g_assert_cmpuint(dropped(all)->lies, ==, 1);
}

static void
other_certificate(Bsn__Net__Blocks *blocks)
{
	blocks->blocks[5]->certificate.data[0] ^= 1;
}

static void
other_envelope(Bsn__Net__Blocks *blocks)
{
	ProtobufCBinaryData *block = &blocks->blocks[5]->block;

	block->data[block->len - 1] ^= 1;
}

static void
other_number(Bsn__Net__Blocks *blocks)
{
	*blocks->blocks[5] = *blocks->blocks[6];
}

static void
no_block(Bsn__Net__Blocks *blocks)
{
	blocks->blocks[5]->block.data[0] = 0xff;
}

static void
empty_block(Bsn__Net__Blocks *blocks)
{
	blocks->blocks[5]->block.len = 0;
}

static void
none(Bsn__Net__Blocks *blocks)
{
	blocks->n_blocks = 0;
}

static void
test_lies(void)
{
	lie(other_certificate, "n0 is left for 10 s: the certificate of its "
			       "block 6: it is another certificate");
	lie(other_envelope, "its block 6: its data hash is wrong");
	lie(other_number, "its block 6: it has another number");
	lie(no_block, "its block 6: it is no block");
	lie(empty_block, "its block 6: it has no header or no data");
	lie(none, "it has not got block 1, which it said it has");
}

/* Metadata would be what consensus has not seen. */
static guint8 *more_bytes;

static void
more_than_data(Bsn__Net__Blocks *blocks)
{
	static const guint8 metadata[] = { 0x1a, 0x00 };
	static const guint8 unknown[] = { 0x28, 0x01 };
	ProtobufCBinaryData *block = &blocks->blocks[5]->block;
	const guint8 *more = more_bytes == NULL ? metadata : unknown;

	g_free(more_bytes);
	more_bytes = g_malloc(block->len + 2);
	memcpy(more_bytes, block->data, block->len);
	memcpy(more_bytes + block->len, more, 2);
	*block = (ProtobufCBinaryData){ block->len + 2, more_bytes };
}

static void
test_more_than_data(void)
{
	lie(more_than_data, "its block 6: it has more than header and data");
	lie(more_than_data, "its block 6: it has more than header and data");
	g_clear_pointer(&more_bytes, g_free);
}

static void
test_more_than_asked(void)
{
	g_autoptr(FabricNodes) all = start(3);
	Bsn__Net__CertifiedBlock block = BSN__NET__CERTIFIED_BLOCK__INIT;
	Bsn__Net__CertifiedBlock *blocks[4] = { &block, &block, &block,
						&block };
	Bsn__Net__Blocks message = BSN__NET__BLOCKS__INIT;

	nodes_link(all, 0, 2, TRUE);
	while (nodes_peer(all, 2, 0)->asked_count == 0)
		nodes_deliver(all, 1);
	g_assert_cmpuint(nodes_peer(all, 2, 0)->asked_count, ==, 3);
	message.first = 2;
	message.n_blocks = 4;
	message.blocks = blocks;
	nodes_inject(all, 0, 2, NET_BLOCKS, &message);
	g_assert_cmpuint(dropped(all)->unasked, ==, 1);
	message.first = 1;
	nodes_inject(all, 0, 2, NET_BLOCKS, &message);
	g_assert_true(logged(all, "it sent more blocks than it was asked for"));
}

/* One that says it has more than there is. */
static void
test_tall_story(void)
{
	g_autoptr(FabricNodes) all = start(5);
	Bsn__Net__Status status = BSN__NET__STATUS__INIT;
	guint8 hash[HASH_LEN] = { 0 };

	nodes_link_all(all);
	nodes_settle(all);
	status.height = G_MAXINT64;
	status.hash = (ProtobufCBinaryData){ HASH_LEN, hash };
	nodes_inject(all, 0, 2, NET_STATUS, &status);
	nodes_settle(all);
	g_assert_true(logged(all, "it has not got block 6, which it said"));
	g_assert_false(net_is_syncing(all->nodes[2].channel));
	/* Of one height there is one block. */
	status.height = 6;
	nodes_inject(all, 1, 2, NET_STATUS, &status);
	g_assert_true(logged(all, "n1 is left for 10 s: its block 5 is "
				  "another one"));
}

static gboolean
lose_blocks(FabricNodes *all, guint from, guint to, GByteArray *bytes)
{
	return from != 0 || bytes->data[0] != NET_BLOCKS;
}

/* One that does not answer rests, and what it was asked for comes from others.
 */
static void
test_silence(void)
{
	g_autoptr(FabricNodes) all = start(BLOCKS);

	all->spoil = lose_blocks;
	nodes_link_all(all);
	nodes_advance(all, 4500);
	assert_caught_up(all);
	g_assert_cmpuint(dropped(all)->timeouts, ==, 1);
	g_assert_cmpuint(dropped(all)->lies, ==, 0);
}

/* Without certificates, blocks are those that members who agree give. */
static void
test_no_certificates(void)
{
	g_autoptr(FabricNodes) all = fabric_nodes_new(3, 1);

	all->no_certificates = TRUE;
	for (guint i = 0; i < 3; i++) {
		nodes_close(all, i);
		nodes_open(all, i);
	}
	nodes_blocks(all, 3, 10);
	nodes_link(all, 1, 2, TRUE);
	nodes_advance(all, 10000);
	g_assert_cmpuint(nodes_height(all, 2), ==, 1);
	nodes_link(all, 0, 2, TRUE);
	nodes_advance(all, 1000);
	assert_caught_up(all);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define TEST(name, function) g_test_add_func("/fabric-net-lies/" name, function)
	TEST("lies", test_lies);
	TEST("more-than-header-and-data", test_more_than_data);
	TEST("more-than-asked-for", test_more_than_asked);
	TEST("tall-stories", test_tall_story);
	TEST("silence", test_silence);
	TEST("without-certificates", test_no_certificates);
	return g_test_run();
}
