/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON-RPC 2.0 as such, and the methods about the node.
 */
#include <config.h>

#include <string.h>

#include "tests/unit/fisco-rpc.h"

#define CONFIG "{\"crypto\":\"std\",\"chain_id\":20001}"

static FiscoChain *
open_chain(void)
{
	fisco_reset(1);
	return fisco_new("rpc", CONFIG);
}

static void
expect_answer(const FiscoChain *chain, const char *request,
	      const char *answer)
{
	g_autoptr(json_t) got = rpc_text(chain, request);
	g_autofree char *text = NULL;

	g_assert_nonnull(got);
	text = json_dumps(got, JSON_COMPACT);
	g_assert_cmpstr(text, ==, answer);
}

static void
expect_code(const FiscoChain *chain, const char *request, int code)
{
	g_autoptr(json_t) answer = rpc_text(chain, request);
	const json_t *error = json_object_get(answer, "error");

	g_assert_cmpint(json_integer_value(json_object_get(error, "code")), ==,
			code);
	g_assert_cmpuint(
		strlen(json_string_value(json_object_get(error, "message"))),
		>, 0);
}

static void
test_ids(void)
{
	FiscoChain *chain = open_chain();

	expect_answer(chain,
		      "{\"jsonrpc\":\"2.0\",\"id\":\"a-1\","
		      "\"method\":\"eth_chainId\"}",
		      "{\"jsonrpc\":\"2.0\",\"id\":\"a-1\","
		      "\"result\":\"0x4e21\"}");
	expect_answer(chain,
		      "{\"jsonrpc\":\"2.0\",\"id\":null,"
		      "\"method\":\"net_version\",\"params\":[]}",
		      "{\"jsonrpc\":\"2.0\",\"id\":null,"
		      "\"result\":\"20001\"}");
	g_assert_null(rpc_text(
		chain, "{\"jsonrpc\":\"2.0\",\"method\":\"eth_chainId\"}"));
	fisco_free(chain);
}

static void
test_malformed(void)
{
	FiscoChain *chain = open_chain();

	expect_code(chain, "{\"jsonrpc\":", -32700);
	expect_code(chain, "[]", -32600);
	expect_code(chain, "{\"id\":1,\"method\":\"eth_chainId\"}", -32600);
	expect_code(chain, "{\"jsonrpc\":\"2.0\",\"id\":1}", -32600);
	expect_code(chain,
		    "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"eth_chainId\"}",
		    -32600);
	expect_code(chain,
		    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_chainId\","
		    "\"params\":{\"a\":1}}",
		    -32602);
	rpc_expect_error(chain, "eth_nothing", "[]", -32601, "eth_nothing");
	rpc_expect_error(chain, "eth_chainId", "[1]", -32602, "0 parameters");
	fisco_free(chain);
}

static void
test_together(void)
{
	FiscoChain *chain = open_chain();
	const char *const texts[] = {
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_chainId\"}",
		"{\"jsonrpc\":\"2.0\",\"method\":\"eth_chainId\"}",
		"{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"eth_none\"}",
		"{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"eth_accounts\"}",
	};
	json_t *answers[G_N_ELEMENTS(texts)];

	rpc_many(chain, texts, G_N_ELEMENTS(texts), answers);
	g_assert_nonnull(json_object_get(answers[0], "result"));
	g_assert_null(answers[1]);
	g_assert_nonnull(json_object_get(answers[2], "error"));
	g_assert_cmpint(json_integer_value(json_object_get(answers[3], "id")),
			==, 4);
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		json_decref(answers[i]);
	fisco_free(chain);
}

static void
test_node(void)
{
	FiscoChain *chain = open_chain();

	rpc_expect(chain, "eth_chainId", "[]", "\"0x4e21\"");
	rpc_expect(chain, "eth_blockNumber", "[]", "\"0x0\"");
	rpc_expect(chain, "eth_syncing", "[]", "false");
	rpc_expect(chain, "eth_accounts", "[]", "[]");
	rpc_expect(chain, "eth_mining", "[]", "false");
	rpc_expect(chain, "eth_hashrate", "[]", "\"0x0\"");
	rpc_expect(chain, "eth_gasPrice", "[]", "\"0x0\"");
	rpc_expect(chain, "eth_maxPriorityFeePerGas", "[]", "\"0x0\"");
	rpc_expect(chain, "net_listening", "[]", "true");
	rpc_expect(chain, "net_peerCount", "[]", "\"0x0\"");
	rpc_expect(chain, "eth_protocolVersion", "[]", "\"0x41\"");
	rpc_expect(chain, "web3_clientVersion", "[]",
		   "\"bsn-host/engine-fisco/" PACKAGE_VERSION "\"");
	fisco_free(chain);
}

/* The vectors are Ethereum's own: EIP-1474 and Keccak-256 of nothing. */
static void
test_sha3(void)
{
	FiscoChain *chain = open_chain();

	rpc_expect(chain, "web3_sha3", "[\"0x68656c6c6f20776f726c64\"]",
		   "\"0x47173285a8d7341e5e972fc677286384f802f8ef42a5ec5f03bb"
		   "fa254cb01fad\"");
	rpc_expect(chain, "web3_sha3", "[\"0x\"]",
		   "\"0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfa"
		   "d8045d85a470\"");
	rpc_expect_error(chain, "web3_sha3", "[\"0x123\"]", -32602,
			 "params[0] (data)");
	rpc_expect_error(chain, "web3_sha3", "[\"1234\"]", -32602, "0x");
	rpc_expect_error(chain, "web3_sha3", "[]", -32602, "1 parameters");
	fisco_free(chain);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fisco-rpc/an-id-comes-back-as-it-was", test_ids);
	g_test_add_func("/fisco-rpc/what-is-malformed-has-its-code",
			test_malformed);
	g_test_add_func("/fisco-rpc/each-of-several-is-answered",
			test_together);
	g_test_add_func("/fisco-rpc/the-node-tells-about-itself", test_node);
	g_test_add_func("/fisco-rpc/keccak-is-told", test_sha3);
	return g_test_run();
}
