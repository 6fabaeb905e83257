/* SPDX-License-Identifier: Apache-2.0
 *
 * XuperChain's services over gRPC: which chain a message is for, and one answer.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/query/events/service.h"
#include "plugins/engine-xuper/sdk/sdk.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fake-grpc.h"
#include "tests/unit/xuper-nodes.h"

static const bsn_grpc_method *
method(const char *path)
{
	const bsn_grpc_method *const *all = xuper_engine_grpc.methods;

	while (*all != NULL && strcmp((*all)->path, path) != 0)
		all++;
	g_assert_nonnull(*all);
	return *all;
}

/* Each method of the services but the one that names no chain is offered. */
static void
test_offered(void)
{
	for (guint i = 0; sdk_methods[i] != NULL; i++)
		if (strcmp(sdk_methods[i]->rpc, "/pb.Xchain/GetBlockChains") !=
		    0)
			g_assert_true(sdk_find(method(sdk_methods[i]->rpc)
						       ->path) ==
				      sdk_methods[i]);
	g_assert_null(sdk_find("/pb.EventService/Subscribe"));
}

/* ---- routes ---- */

static void
assert_route(const char *path, const void *message, const char *chain)
{
	g_autoptr(GByteArray) bytes = message_pack(message);
	g_autoptr(GByteArray) name = g_byte_array_new();
	BufferSink sink = buffer_sink(name, 64);
	bsn_err err = BSN_ERR_INIT;
	int32_t status = xuper_engine_grpc.route(
		method(path), buffer_slice(bytes), &sink.sink, &err);

	g_assert_cmpint(status, ==,
			chain != NULL ? BSN_OK : BSN_BAD_REQUEST);
	if (chain != NULL)
		g_assert_true(bsn_slice_equal(buffer_slice(name),
					      bsn_slice_str(chain)));
}

static void
test_routes(void)
{
	Pb__TokenDetail token = PB__TOKEN_DETAIL__INIT, *tokens[] = { &token };
	Pb__AddressStatus address = PB__ADDRESS_STATUS__INIT;
	Pb__EndorserRequest endorse = PB__ENDORSER_REQUEST__INIT;
	Pb__TxStatus tx = PB__TX_STATUS__INIT;

	token.bcname = (char *)"one";
	endorse.bcname = (char *)"two";
	tx.bcname = (char *)"three";
	assert_route("/pb.Xchain/GetBalance", &address, NULL);
	address.bcs = tokens;
	address.n_bcs = 1;
	assert_route("/pb.Xchain/GetBalance", &address, "one");
	assert_route("/pb.xendorser/EndorserCall", &endorse, "two");
	assert_route("/pb.Xchain/PostTx", &tx, "three");
}

/* ---- calls ---- */

/* The answer, or NULL when it is refused with that status. */
static void *
ask(XuperNodes *all, Arena *arena, const char *path, const void *message,
    const ProtobufCMessageDescriptor *type, int32_t expected)
{
	g_autoptr(GByteArray) bytes = message_pack(message);
	bsn_grpc_call *grpc = fake_grpc_call_new();
	const bsn_grpc_request request = { .size = sizeof(request),
					   .method = method(path),
					   .message = buffer_slice(bytes) };
	bsn_ledger *ledger = nodes_ledger(all, 0);
	bsn_err err = BSN_ERR_INIT;
	void *own = NULL, *answer = NULL;

	g_assert_cmpint(xuper_engine_grpc.opened(ledger, grpc, &request, &own,
						 &err),
			==, expected);
	if (expected == BSN_OK) {
		g_assert_cmpuint(grpc->sent->len, ==, 1);
		g_assert_true(grpc->finished);
		g_assert_cmpuint(grpc->code, ==, 0);
		answer = message_unpack(arena, type,
					bytes_slice(grpc->sent->pdata[0]), NULL,
					NULL);
		g_assert_nonnull(answer);
		xuper_engine_grpc.closed(ledger, own);
	}
	fake_grpc_call_free(grpc);
	return answer;
}

static void
test_calls(void)
{
	g_autoptr(XuperNodes) all = nodes_new(1, 1, "chainedbft");
	g_auto(Arena) arena = ARENA_INIT;
	Pb__Header header = PB__HEADER__INIT;
	Pb__BCStatus in = PB__BCSTATUS__INIT;
	Pb__BlockHeight at = PB__BLOCK_HEIGHT__INIT;
	const Pb__BCStatus *out;
	const Pb__Block *block;

	header.logid = (char *)"17";
	in.header = &header;
	in.bcname = at.bcname = nodes_ledger(all, 0)->config->name;
	out = ask(all, &arena, "/pb.Xchain/GetBlockChainStatus", &in,
		  &pb__bcstatus__descriptor, BSN_OK);
	g_assert_cmpstr(out->header->logid, ==, "17");
	g_assert_true(bsn_slice_equal(message_slice(out->meta->root_blockid),
				      message_slice(out->block->blockid)));
	block = ask(all, &arena, "/pb.Xchain/GetBlockByHeight", &at,
		    &pb__block__descriptor, BSN_OK);
	g_assert_cmpint(block->status, ==, PB__BLOCK__EBLOCK_STATUS__TRUNK);
	g_assert_cmpuint(block->block->n_transactions, ==, 1);
	g_assert_true(bsn_slice_equal(
		message_slice(block->blockid),
		message_slice(block->block->transactions[0]->blockid)));
	at.height = 9;
	block = ask(all, &arena, "/pb.Xchain/GetBlockByHeight", &at,
		    &pb__block__descriptor, BSN_OK);
	g_assert_cmpint(block->status, ==, PB__BLOCK__EBLOCK_STATUS__NOEXIST);
	in.bcname = (char *)"none";
	ask(all, &arena, "/pb.Xchain/GetBlockChainStatus", &in,
	    &pb__bcstatus__descriptor, BSN_NOT_FOUND);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/sdk/rpc/methods-are-offered", test_offered);
	g_test_add_func("/xuper/sdk/rpc/a-message-names-its-chain",
			test_routes);
	g_test_add_func("/xuper/sdk/rpc/a-call-has-one-answer", test_calls);
	return g_test_run();
}
