/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages between nodes that are refused, each with its reason.
 */
#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/net/message.h"
#include "plugins/engine-fabric/suite.h"
#include "plugins/kit/sink.h"

static guint8 zeros[32u << 10];

/* NULL: it is read. */
static void
assert_reason(guint8 kind, const void *body, const char *reason)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_auto(Arena) arena = ARENA_INIT;
	bsn_err err = BSN_ERR_INIT;
	NetMessage message;
	int32_t status;

	net_message_put(bytes, kind, body);
	status = net_message_read(&arena, buffer_slice(bytes), &message, &err);
	g_assert_cmpint(status, ==, reason == NULL ? BSN_OK : BSN_BAD_REQUEST);
	g_assert_cmpstr(err.reason, ==, reason == NULL ? "" : reason);
}

static Bsn__Net__Status
good_status(void)
{
	Bsn__Net__Status status = BSN__NET__STATUS__INIT;

	status.height = 1;
	status.hash = (ProtobufCBinaryData){ HASH_LEN, zeros };
	return status;
}

static void
test_status(void)
{
	Bsn__Net__Status status = good_status();

	assert_reason(NET_STATUS, &status, NULL);
	status.height = 0;
	assert_reason(NET_STATUS, &status,
		      "Status: a channel has a first block");
	status.height = (guint64)G_MAXINT64 + 1;
	assert_reason(NET_STATUS, &status, "Status: no chain is so long");
	status.height = G_MAXINT64;
	assert_reason(NET_STATUS, &status, NULL);
	status.hash.len--;
	assert_reason(NET_STATUS, &status,
		      "Status: the hash of its last block has another length");
}

static void
test_hello(void)
{
	Bsn__Net__Status status = good_status();
	Bsn__Net__Hello hello = BSN__NET__HELLO__INIT;
	char *ids[NET_PACKAGES_MAX + 1];
	g_autofree char *longest = g_strnfill(NET_PACKAGE_ID_MAX, 'x');
	g_autofree char *longer = g_strnfill(NET_PACKAGE_ID_MAX + 1, 'x');
	char empty[] = "";

	for (guint i = 0; i < G_N_ELEMENTS(ids); i++)
		ids[i] = longest;
	hello.version = 1;
	assert_reason(NET_HELLO, &hello, "Hello: it has no status");
	hello.status = &status;
	hello.packages = ids;
	hello.n_packages = NET_PACKAGES_MAX;
	assert_reason(NET_HELLO, &hello, NULL);
	hello.n_packages++;
	assert_reason(NET_HELLO, &hello, "Hello: it has too many packages");
	hello.n_packages = 1;
	ids[0] = longer;
	assert_reason(NET_HELLO, &hello,
		      "Hello: a package's id is empty or too long");
	ids[0] = empty;
	assert_reason(NET_HELLO, &hello,
		      "Hello: a package's id is empty or too long");
	hello.n_packages = 0;
	hello.identity = (ProtobufCBinaryData){ sizeof(zeros), zeros };
	assert_reason(NET_HELLO, &hello, "Hello: its identity is too long");
	hello.identity.len = 0;
	hello.version = 0;
	assert_reason(NET_HELLO, &hello, "Hello: its version is 0");
	hello.version = 1;
	status.height = 0;
	assert_reason(NET_HELLO, &hello, "Hello: a channel has a first block");
}

static void
test_envelopes(void)
{
	Bsn__Net__Envelopes envelopes = BSN__NET__ENVELOPES__INIT;
	g_autofree ProtobufCBinaryData *items =
		g_new0(ProtobufCBinaryData, NET_ENVELOPES_MAX + 1);

	envelopes.envelopes = items;
	assert_reason(NET_ENVELOPES, &envelopes,
		      "Envelopes: it has no envelopes, or too many");
	envelopes.n_envelopes = NET_ENVELOPES_MAX;
	assert_reason(NET_ENVELOPES, &envelopes, NULL);
	envelopes.n_envelopes++;
	assert_reason(NET_ENVELOPES, &envelopes,
		      "Envelopes: it has no envelopes, or too many");
}

static void
test_blocks(void)
{
	Bsn__Net__GetBlocks get = BSN__NET__GET_BLOCKS__INIT;
	Bsn__Net__Blocks blocks = BSN__NET__BLOCKS__INIT;
	Bsn__Net__CertifiedBlock block = BSN__NET__CERTIFIED_BLOCK__INIT;
	Bsn__Net__CertifiedBlock *items[NET_BLOCKS_MAX + 1];
	g_autofree guint8 *long_one = g_malloc0(BSN_PROPOSAL_MAX + 1);

	for (guint i = 0; i < G_N_ELEMENTS(items); i++)
		items[i] = &block;
	assert_reason(NET_GET_BLOCKS, &get,
		      "GetBlocks: it asks for no blocks, or too many");
	get.count = NET_BLOCKS_MAX + 1;
	assert_reason(NET_GET_BLOCKS, &get,
		      "GetBlocks: it asks for no blocks, or too many");
	get.count--;
	assert_reason(NET_GET_BLOCKS, &get, NULL);
	get.first = G_MAXUINT64;
	assert_reason(NET_GET_BLOCKS, &get, "GetBlocks: no chain is so long");
	assert_reason(NET_BLOCKS, &blocks, NULL);
	blocks.first = G_MAXUINT64;
	assert_reason(NET_BLOCKS, &blocks, "Blocks: no chain is so long");
	blocks.first = 0;
	blocks.blocks = items;
	blocks.n_blocks = NET_BLOCKS_MAX + 1;
	assert_reason(NET_BLOCKS, &blocks, "Blocks: it has too many blocks");
	blocks.n_blocks = 1;
	block.block = (ProtobufCBinaryData){ BSN_PROPOSAL_MAX, long_one };
	assert_reason(NET_BLOCKS, &blocks, NULL);
	block.block.len++;
	assert_reason(NET_BLOCKS, &blocks, "Blocks: a block is too long");
}

static void
test_questions(void)
{
	Bsn__Net__Question question = BSN__NET__QUESTION__INIT;
	Bsn__Net__Answer answer = BSN__NET__ANSWER__INIT;
	g_autofree char *reason = g_strnfill(BSN_REASON_MAX, 'r');

	assert_reason(NET_QUESTION, &question, "Question: its id is 0");
	question.id = 1;
	assert_reason(NET_QUESTION, &question, NULL);
	assert_reason(NET_ANSWER, &answer, "Answer: its id is 0");
	answer.id = 1;
	assert_reason(NET_ANSWER, &answer, NULL);
	answer.reason = reason;
	assert_reason(NET_ANSWER, &answer, "Answer: its reason is too long");
	reason[BSN_REASON_MAX - 1] = '\0';
	answer.status = BSN_FROZEN;
	assert_reason(NET_ANSWER, &answer, NULL);
	answer.status = 1000;
	assert_reason(NET_ANSWER, &answer, "Answer: it has no known status");
	answer.status = (guint32)BSN_E_IO;
	assert_reason(NET_ANSWER, &answer, "Answer: it has no known status");
}

static void
test_kinds(void)
{
	const Bsn__Net__Question question = BSN__NET__QUESTION__INIT;
	g_auto(Arena) arena = ARENA_INIT;
	bsn_err err = BSN_ERR_INIT;
	NetMessage message;

	assert_reason(0, &question, "there is no such message");
	assert_reason(8, &question, "there is no such message");
	g_assert_cmpint(
		net_message_read(&arena, bsn_slice_of(NULL, 0), &message, &err),
		==, BSN_BAD_REQUEST);
	g_assert_cmpint(net_message_read(&arena, bsn_slice_str("\x06\x0a\x05x"),
					 &message, &err),
			==, BSN_BAD_REQUEST);
	g_assert_cmpstr(err.reason, ==,
			"Question.id before byte 1: it has another type");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define TEST(name, function) \
	g_test_add_func("/fabric-net-message/" name, function)
	TEST("status", test_status);
	TEST("hello", test_hello);
	TEST("envelopes", test_envelopes);
	TEST("blocks", test_blocks);
	TEST("questions-and-answers", test_questions);
	TEST("kinds", test_kinds);
	return g_test_run();
}
