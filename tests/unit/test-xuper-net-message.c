/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages between nodes that are refused, each with its reason.
 */
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/identity/suite.h"
#include "plugins/engine-xuper/net/message.h"
#include "plugins/kit/sink.h"

static guint8 zeros[HASH_LEN + 1];
static const ProtobufCBinaryData good_id = { HASH_LEN, zeros };
static const ProtobufCBinaryData bad_id = { HASH_LEN + 1, zeros };

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

static void
test_status(void)
{
	Bsn__Nodes__Status status = BSN__NODES__STATUS__INIT;

	status.id = good_id;
	assert_reason(NET_STATUS, &status, NULL);
	status.height = (guint64)G_MAXINT64 + 1;
	assert_reason(NET_STATUS, &status, "Status: no chain is so long");
	status.height = G_MAXINT64;
	assert_reason(NET_STATUS, &status, NULL);
	status.id = bad_id;
	assert_reason(NET_STATUS, &status,
		      "Status: an id has another length");
}

static void
test_transactions(void)
{
	g_autofree ProtobufCBinaryData *items =
		g_new0(ProtobufCBinaryData, NET_TXS_MAX + 1);
	Bsn__Nodes__Transactions message = BSN__NODES__TRANSACTIONS__INIT;

	message.transactions = items;
	assert_reason(NET_TRANSACTIONS, &message,
		      "Transactions: it has no transactions, or too many");
	message.n_transactions = NET_TXS_MAX;
	assert_reason(NET_TRANSACTIONS, &message, NULL);
	message.n_transactions++;
	assert_reason(NET_TRANSACTIONS, &message,
		      "Transactions: it has no transactions, or too many");
}

static void
test_final(void)
{
	Bsn__Nodes__GetFinal get = BSN__NODES__GET_FINAL__INIT;
	Bsn__Nodes__Final final = BSN__NODES__FINAL__INIT;
	Bsn__Nodes__FinalBlock block = BSN__NODES__FINAL_BLOCK__INIT;
	Bsn__Nodes__FinalBlock *blocks[NET_BLOCKS_MAX + 1];

	assert_reason(NET_GET_FINAL, &get,
		      "GetFinal: it asks for no blocks, or for too many");
	get.count = NET_BLOCKS_MAX;
	assert_reason(NET_GET_FINAL, &get, NULL);
	get.count++;
	assert_reason(NET_GET_FINAL, &get,
		      "GetFinal: it asks for no blocks, or for too many");
	get.count = 1;
	get.first = G_MAXUINT64;
	assert_reason(NET_GET_FINAL, &get, "GetFinal: no chain is so long");
	for (guint i = 0; i < G_N_ELEMENTS(blocks); i++)
		blocks[i] = &block;
	final.blocks = blocks;
	assert_reason(NET_FINAL, &final, NULL);
	final.n_blocks = 1;
	assert_reason(NET_FINAL, &final, "Final: a block is empty");
	block.block = good_id;
	final.n_blocks = NET_BLOCKS_MAX;
	assert_reason(NET_FINAL, &final, NULL);
	final.n_blocks++;
	assert_reason(NET_FINAL, &final, "Final: it has too many blocks");
	final.n_blocks = 0;
	final.first = G_MAXUINT64;
	assert_reason(NET_FINAL, &final, "Final: no chain is so long");
}

static void
test_branch(void)
{
	Bsn__Nodes__GetBranch get = BSN__NODES__GET_BRANCH__INIT;
	Bsn__Nodes__Branch branch = BSN__NODES__BRANCH__INIT;
	ProtobufCBinaryData blocks[NET_BLOCKS_MAX + 1];

	get.id = bad_id;
	assert_reason(NET_GET_BRANCH, &get,
		      "GetBranch: an id has another length");
	get.id = good_id;
	assert_reason(NET_GET_BRANCH, &get, NULL);
	get.above = G_MAXUINT64;
	assert_reason(NET_GET_BRANCH, &get, "GetBranch: no chain is so long");
	for (guint i = 0; i < G_N_ELEMENTS(blocks); i++)
		blocks[i] = good_id;
	branch.blocks = blocks;
	branch.id = bad_id;
	assert_reason(NET_BRANCH, &branch, "Branch: an id has another length");
	branch.id = good_id;
	branch.n_blocks = NET_BLOCKS_MAX;
	assert_reason(NET_BRANCH, &branch, NULL);
	branch.n_blocks++;
	assert_reason(NET_BRANCH, &branch, "Branch: it has too many blocks");
}

static void
test_unknown(void)
{
	const guint8 kinds[] = { 0, 0x07, 0xfe };
	g_auto(Arena) arena = ARENA_INIT;
	NetMessage message;

	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
		g_assert_cmpint(net_message_read(&arena,
						 bsn_slice_of(&kinds[i], 1),
						 &message, NULL),
				==, BSN_BAD_REQUEST);
	g_assert_cmpint(net_message_read(&arena, bsn_slice_of(NULL, 0),
					 &message, NULL),
			==, BSN_BAD_REQUEST);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/net/message/status", test_status);
	g_test_add_func("/xuper/net/message/transactions", test_transactions);
	g_test_add_func("/xuper/net/message/final", test_final);
	g_test_add_func("/xuper/net/message/branch", test_branch);
	g_test_add_func("/xuper/net/message/unknown", test_unknown);
	return g_test_run();
}
