/* SPDX-License-Identifier: Apache-2.0
 *
 * FISCO BCOS 2.x's own JSON-RPC, in standard and in SM mode. Its numbers and
 * codes are those of its documentation.
 */
#include <string.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/rlp.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/fisco-rpc.h"

#define STD "{\"crypto\":\"std\",\"chain_id\":1,\"group_id\":1}"
#define SM "{\"crypto\":\"sm\",\"chain_id\":1,\"group_id\":1}"
#define ID_1 \
	"0x0101010101010101010101010101010101010101010101010101010101010101"
#define HASH_1 ID_1

static FiscoChain *chain;
static Account alice;
static char *contract;

/* With a contract in block 1 and deposits in blocks 2 and 3. */
static void
start(const char *config)
{
	fisco_reset(1);
	chain = fisco_new("getters", config);
	alice = fisco_account(chain, 1);
	contract = fisco_deployed(chain, &alice, "evidence", NULL);
	fake_reply_free(fisco_deposit(chain, &alice, "evidence", 1, "deed"));
	fake_reply_free(fisco_deposit(chain, &alice, "evidence", 2, "deed"));
}

static void
finish(void)
{
	g_clear_pointer(&contract, g_free);
	fisco_free(chain);
}

static const char *
member(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	if (text == NULL)
		g_error("there is no text %s", name);
	return text;
}

static json_t *
block_at(const char *number)
{
	g_autofree char *params = g_strdup_printf("[1,\"%s\",true]", number);

	return rpc_result(chain, "getBlockByNumber", params);
}

static char *
hash_in_block(const char *number)
{
	g_autoptr(json_t) block = block_at(number);

	return g_strdup(member(
		json_array_get(json_object_get(block, "transactions"), 0),
		"hash"));
}

/* ---- the group ----------------------------------------------------------- */

static void
test_group(gconstpointer config)
{
	start(config);
	rpc_expect(chain, "getBlockNumber", "[1]", "\"0x3\"");
	rpc_expect(chain, "getBlockNumber", "[\"1\"]", "\"0x3\"");
	rpc_expect_error(chain, "getBlockNumber", "[2]", -40001, "params[0]");
	rpc_expect_error(chain, "getBlockNumber", "[null]", -32602, "takes");
	rpc_expect_error(chain, "getBlockNumber", "[-1]", -40001, "group");
	rpc_expect(chain, "getGroupList", "[]", "[1]");
	rpc_expect_error(chain, "stopGroup", "[1]", -32601, "bsnctl");
	rpc_expect_error(chain, "addPeers", "[1,[]]", -32601, "bsnctl");
	finish();
}

static void
test_node(gconstpointer config)
{
	g_autoptr(json_t) sealers = NULL;
	g_autoptr(json_t) info = NULL;
	g_autoptr(json_t) sync = NULL;
	g_autoptr(json_t) version = NULL;
	const char *id;

	start(config);
	sealers = rpc_result(chain, "getSealerList", "[1]");
	info = rpc_result(chain, "getNodeInfo", "[]");
	sync = rpc_result(chain, "getSyncStatus", "[1]");
	version = rpc_result(chain, "getClientVersion", "[]");
	g_assert_cmpuint(json_array_size(sealers), ==, 1);
	id = json_string_value(json_array_get(sealers, 0));
	g_assert_cmpuint(strlen(id), ==, 128);
	g_assert_cmpstr(member(info, "NodeID"), ==, id);
	g_assert_cmpstr(member(sync, "nodeId"), ==, id);
	g_assert_cmpstr(member(version, "Chain Id"), ==, "1");
	g_assert_true(g_str_has_suffix(member(version, "FISCO-BCOS Version"),
				       "gm") == (g_strcmp0(config, SM) == 0));
	rpc_expect(chain, "getObserverList", "[1]", "[]");
	rpc_expect(chain, "getPeers", "[1]", "[]");
	rpc_expect(chain, "getPendingTxSize", "[1]", "\"0x0\"");
	rpc_expect(chain, "getPendingTransactions", "[1]", "[]");
	rpc_expect(chain, "getTotalTransactionCount", "[1]",
		   "{\"blockNumber\":\"0x3\",\"txSum\":\"0x3\","
		   "\"failedTxSum\":\"0x0\"}");
	rpc_expect(chain, "getSystemConfigByKey", "[1,\"tx_count_limit\"]",
		   "\"1000\"");
	rpc_expect(chain, "getSystemConfigByKey", "[1,\"tx_gas_limit\"]",
		   "\"300000000\"");
	rpc_expect(chain, "getSystemConfigByKey", "[1,\"consensus_timeout\"]",
		   "\"3\"");
	rpc_expect_error(chain, "getSystemConfigByKey", "[1,\"none\"]", -40008,
			 "System Config");
	rpc_expect_error(chain, "getPbftView", "[1]", -40007, "pbft");
	finish();
}

/* ---- blocks -------------------------------------------------------------- */

static void
test_blocks(gconstpointer config)
{
	g_autoptr(json_t) block = NULL;
	g_autoptr(json_t) parent = NULL;
	g_autoptr(json_t) same = NULL;
	g_autofree char *by_hash = NULL;
	g_autofree char *quoted = NULL;

	start(config);
	block = block_at("0x2");
	parent = block_at("1");
	g_assert_cmpstr(member(block, "number"), ==, "0x2");
	g_assert_cmpstr(member(block, "parentHash"), ==,
			member(parent, "hash"));
	g_assert_cmpstr(member(block, "sealer"), ==, "0x0");
	by_hash = g_strdup_printf("[1,\"%s\",true]", member(block, "hash"));
	same = rpc_result(chain, "getBlockByHash", by_hash);
	g_assert_true(json_equal(block, same));
	quoted = g_strdup_printf("\"%s\"", member(block, "hash"));
	rpc_expect(chain, "getBlockHashByNumber", "[1,\"0x2\"]", quoted);
	rpc_expect_error(chain, "getBlockByNumber", "[1,\"0x4\",true]",
			 -40004, "BlockNumber");
	rpc_expect_error(chain, "getBlockByHash", "[1,\"" HASH_1 "\",true]",
			 -40003, "BlockHash");
	rpc_expect_error(chain, "getBlockByNumber", "[1,\"latest\",true]",
			 -32602, "params[1]");
	finish();
}

static void
test_headers(void)
{
	g_autoptr(json_t) header = NULL;
	g_autoptr(json_t) signed_header = NULL;

	start(STD);
	header = rpc_result(chain, "getBlockHeaderByNumber", "[1,\"0x2\"]");
	signed_header = rpc_result(chain, "getBlockHeaderByNumber",
				   "[1,\"0x2\",true]");
	g_assert_null(json_object_get(header, "transactions"));
	g_assert_null(json_object_get(header, "signatureList"));
	g_assert_true(json_is_array(
		json_object_get(signed_header, "signatureList")));
	g_assert_cmpstr(member(header, "hash"), ==,
			member(signed_header, "hash"));
	finish();
}

static void
test_batch_receipts(void)
{
	g_autoptr(json_t) all = NULL;
	g_autoptr(json_t) none = NULL;

	start(STD);
	all = rpc_result(chain, "getBatchReceiptsByBlockNumberAndRange",
			 "[1,\"0x2\",\"0\",\"-1\"]");
	none = rpc_result(chain, "getBatchReceiptsByBlockNumberAndRange",
			  "[1,\"0x2\",\"1\",\"5\"]");
	g_assert_cmpuint(json_array_size(json_object_get(
				 all, "transactionReceipts")),
			 ==, 1);
	g_assert_cmpuint(json_array_size(json_object_get(
				 none, "transactionReceipts")),
			 ==, 0);
	finish();
}

/* ---- transactions -------------------------------------------------------- */

static void
test_transactions(gconstpointer config)
{
	g_autoptr(json_t) tx = NULL;
	g_autoptr(json_t) same = NULL;
	g_autoptr(json_t) receipt = NULL;
	g_autofree char *hash = NULL;
	g_autofree char *params = NULL;

	start(config);
	hash = hash_in_block("0x2");
	params = g_strdup_printf("[1,\"%s\"]", hash);
	tx = rpc_result(chain, "getTransactionByHash", params);
	same = rpc_result(chain, "getTransactionByBlockNumberAndIndex",
			  "[1,\"0x2\",\"0x0\"]");
	receipt = rpc_result(chain, "getTransactionReceipt", params);
	g_assert_true(json_equal(tx, same));
	g_assert_cmpstr(member(tx, "to"), ==, contract);
	g_assert_cmpstr(member(tx, "groupId"), ==, "0x1");
	g_assert_cmpstr(member(receipt, "transactionHash"), ==, hash);
	g_assert_cmpstr(member(receipt, "from"), ==, member(tx, "from"));
	g_assert_cmpstr(member(receipt, "input"), ==, member(tx, "input"));
	g_assert_cmpstr(member(receipt, "status"), ==, "0x0");
	g_assert_cmpuint(
		json_array_size(json_object_get(receipt, "logs")), ==, 1);
	rpc_expect(chain, "getTransactionByHash", "[1,\"" HASH_1 "\"]",
		   "null");
	rpc_expect_error(chain, "getTransactionByBlockNumberAndIndex",
			 "[1,\"0x2\",\"0x1\"]", -40005, "TransactionIndex");
	finish();
}

static void
test_deployment(gconstpointer config)
{
	g_autoptr(json_t) receipt = NULL;
	g_autoptr(json_t) code = NULL;
	g_autofree char *hash = NULL;
	g_autofree char *params = NULL;
	g_autofree char *at = NULL;

	start(config);
	hash = hash_in_block("0x1");
	params = g_strdup_printf("[1,\"%s\"]", hash);
	receipt = rpc_result(chain, "getTransactionReceipt", params);
	g_assert_cmpstr(member(receipt, "contractAddress"), ==, contract);
	at = g_strdup_printf("[1,\"%s\"]", contract);
	code = rpc_result(chain, "getCode", at);
	g_assert_cmpuint(json_string_length(code), >, 100);
	rpc_expect(chain, "getCode",
		   "[1,\"0x0000000000000000000000000000000000001234\"]",
		   "\"0x\"");
	finish();
}

/* ---- sending and calling ------------------------------------------------- */

static void
test_send(gconstpointer config)
{
	g_autoptr(GByteArray) raw = NULL;
	g_autoptr(json_t) hash = NULL;
	g_autoptr(json_t) receipt = NULL;
	g_autofree char *hex = NULL;
	g_autofree char *params = NULL;
	g_autofree char *by_hash = NULL;
	bsn_err err = BSN_ERR_INIT;
	bsn_tx_request request;
	int32_t status;

	start(config);
	request = fisco_invoke(&alice, "evidence", "deposit",
			       "[\"" ID_1 "\",\"again\"]", NULL);
	raw = fisco_build(chain, &alice, &request, &status, &err);
	hex = hex_encode(bsn_slice_of(raw->data, raw->len));
	/* FISCO's clients send it without a prefix. */
	params = g_strdup_printf("[1,\"%s\"]", hex + 2);
	hash = rpc_result(chain, "sendRawTransaction", params);
	fake_host_settle();
	by_hash = g_strdup_printf("[1,\"%s\"]", json_string_value(hash));
	receipt = rpc_result(chain, "getTransactionReceipt", by_hash);
	g_assert_cmpstr(member(receipt, "blockNumber"), ==, "0x4");
	rpc_expect_error(chain, "sendRawTransaction", params, 10001, "");
	rpc_expect_error(chain, "sendRawTransaction", "[1,\"xy\"]", -32602,
			 "hexadecimal");
	finish();
}

static void
test_call(gconstpointer config)
{
	g_autoptr(json_t) result = NULL;
	g_autofree char *params = NULL;

	start(config);
	/* A function that it does not have: the call fails, the request does
	 * not. */
	params = g_strdup_printf("[1,{\"from\":\"%s\",\"to\":\"%s\","
				 "\"data\":\"0x12345678\"}]",
				 contract, contract);
	result = rpc_result(chain, "call", params);
	g_assert_cmpstr(member(result, "currentBlockNumber"), ==, "0x3");
	g_assert_cmpstr(member(result, "status"), ==, "0x16");
	g_assert_cmpstr(member(result, "output"), ==, "0x");
	rpc_expect_error(chain, "call", "[1,{\"to\":\"0x00\"}]", -40006,
			 "from");
	finish();
}

/* ---- proofs -------------------------------------------------------------- */

static const bsn_hash *
chain_hash(void)
{
	return bsn_host_crypto(fake_host())
		->hash(strcmp(chain->scheme->name, "sm2") == 0 ? "sm3"
							       : "keccak-256");
}

/* Runs a proof's steps as FISCO's clients do. */
static void
run_step(const json_t *step, GByteArray *value)
{
	g_autoptr(GByteArray) all = g_byte_array_new();
	bsn_slice input;
	guint8 digest[32];
	const json_t *text;
	size_t i;

	json_array_foreach(json_object_get(step, "left"), i, text)
		g_assert_true(hex_decode(json_string_value(text),
					 json_string_length(text), all));
	g_byte_array_append(all, value->data, value->len);
	json_array_foreach(json_object_get(step, "right"), i, text)
		g_assert_true(hex_decode(json_string_value(text),
					 json_string_length(text), all));
	input = bsn_slice_of(all->data, all->len);
	g_assert_cmpint(chain_hash()->digest(&input, 1, digest), ==, BSN_OK);
	g_byte_array_set_size(value, 0);
	g_byte_array_append(value, digest, sizeof(digest));
}

static char *
run_proof(const json_t *proof, GByteArray *value)
{
	const json_t *step;
	size_t i;

	g_assert_cmpuint(json_array_size(proof), >, 0);
	json_array_foreach(proof, i, step)
		run_step(step, value);
	return hex_encode(bsn_slice_of(value->data, value->len));
}

/* Puts n deposits into one block, the fourth. */
static void
fill_block(guint8 n)
{
	g_autoptr(GPtrArray) replies = g_ptr_array_new_with_free_func(
		(GDestroyNotify)fake_reply_free);

	fake_chain_set_automatic(chain->chain, FALSE);
	for (guint8 i = 0; i < n; i++) {
		g_autofree char *args = g_strdup_printf(
			"[\"0x%064x\",\"one of many\"]", 100 + i);
		bsn_tx_request request = fisco_invoke(
			&alice, "evidence", "deposit", args, NULL);
		bsn_err err = BSN_ERR_INIT;
		int32_t status;
		g_autoptr(GByteArray) raw =
			fisco_build(chain, &alice, &request, &status, &err);

		g_ptr_array_add(replies, fisco_submit(chain, raw));
	}
	fake_chain_set_automatic(chain->chain, TRUE);
	fake_host_settle();
}

/* What a client of FISCO's begins with: the index, RLP, and a digest. */
static GByteArray *
proof_leaf(guint index, const guint8 *digest)
{
	GByteArray *leaf = g_byte_array_new();
	const RlpItem item = rlp_u64(index);

	rlp_put(leaf, &item);
	g_byte_array_append(leaf, digest, 32);
	return leaf;
}

static void
check_tx_proof(const json_t *block, guint index, const char *hash)
{
	g_autofree char *params = g_strdup_printf("[1,\"%s\"]", hash);
	g_autoptr(json_t) answer = rpc_result(
		chain, "getTransactionByHashWithProof", params);
	g_autoptr(GByteArray) value = NULL;
	g_autofree char *root = NULL;
	guint8 digest[32];

	g_assert_cmpstr(member(json_object_get(answer, "transaction"), "hash"),
			==, hash);
	g_assert_true(hex_decode_fixed(hash, strlen(hash), digest, 32));
	value = proof_leaf(index, digest);
	root = run_proof(json_object_get(answer, "txProof"), value);
	g_assert_cmpstr(root, ==, member(block, "transactionsRoot"));
}

static void
test_tx_proofs(gconstpointer config)
{
	guint most = 0;

	start(config);
	fill_block(40);
	for (guint number = 1; number <= fisco_height(chain); number++) {
		g_autofree char *at = g_strdup_printf("%u", number);
		g_autoptr(json_t) block = block_at(at);
		const json_t *txs = json_object_get(block, "transactions");
		const json_t *tx;
		size_t i;

		most = MAX(most, (guint)json_array_size(txs));
		json_array_foreach(txs, i, tx)
			check_tx_proof(block, (guint)i, member(tx, "hash"));
	}
	/* A tree of one level proves little. */
	g_assert_cmpuint(most, >, 16);
	finish();
}

/* The receipts of a block as they are encoded, by a client's own means. */
static bsn_slice
encoded_receipt(bsn_slice raw, guint index)
{
	RlpReader reader = rlp_reader(raw);
	bsn_slice found = { 0 };

	rlp_enter(&reader, "block");
	for (guint i = 0; i < 4; i++)
		(void)rlp_read_raw(&reader, "part");
	rlp_enter(&reader, "receipts");
	for (guint i = 0; i <= index; i++)
		found = rlp_read_raw(&reader, "receipt");
	return found;
}

static void
check_receipt_proof(const json_t *block, bsn_slice raw, guint index,
		    const char *hash)
{
	g_autofree char *params = g_strdup_printf("[1,\"%s\"]", hash);
	g_autoptr(json_t) answer = rpc_result(
		chain, "getTransactionReceiptByHashWithProof", params);
	g_autoptr(GByteArray) value = NULL;
	const bsn_slice encoded = encoded_receipt(raw, index);
	g_autofree char *root = NULL;
	guint8 digest[32];

	g_assert_cmpstr(member(json_object_get(answer, "transactionReceipt"),
			       "transactionHash"),
			==, hash);
	g_assert_cmpint(chain_hash()->digest(&encoded, 1, digest), ==, BSN_OK);
	value = proof_leaf(index, digest);
	root = run_proof(json_object_get(answer, "receiptProof"), value);
	g_assert_cmpstr(root, ==, member(block, "receiptsRoot"));
}

static void
test_receipt_proofs(gconstpointer config)
{
	start(config);
	fill_block(5);
	for (guint number = 1; number <= fisco_height(chain); number++) {
		g_autofree char *at = g_strdup_printf("%u", number);
		g_autoptr(json_t) block = block_at(at);
		g_autoptr(bsn_reply) reply =
			fisco_block(chain, number, BSN_BLOCK_WITH_RAW);
		g_autoptr(json_t) detail = fisco_json(reply->block.detail);
		g_autoptr(GByteArray) raw = g_byte_array_new();
		const char *hex = member(detail, "raw");
		const json_t *tx;
		size_t i;

		g_assert_true(hex_decode(hex, strlen(hex), raw));
		json_array_foreach(json_object_get(block, "transactions"), i,
				   tx)
			check_receipt_proof(block,
					    bsn_slice_of(raw->data, raw->len),
					    (guint)i, member(tx, "hash"));
	}
	finish();
}

static void
add(const char *name, void (*test)(gconstpointer config))
{
	g_autofree char *std = g_strdup_printf("/fisco-getters/std/%s", name);
	g_autofree char *sm = g_strdup_printf("/fisco-getters/sm/%s", name);

	g_test_add_data_func(std, STD, test);
	g_test_add_data_func(sm, SM, test);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("the-group-is-checked", test_group);
	add("the-node-and-its-group-are-told", test_node);
	add("blocks-by-number-and-hash", test_blocks);
	add("a-transaction-and-its-receipt", test_transactions);
	add("a-deployment-tells-its-address", test_deployment);
	add("a-raw-transaction-is-sent", test_send);
	add("a-call-that-fails-is-answered", test_call);
	add("a-transaction-proof-leads-to-the-root", test_tx_proofs);
	add("a-receipt-proof-leads-to-the-root", test_receipt_proofs);
	g_test_add_func("/fisco-getters/headers-have-no-transactions",
			test_headers);
	g_test_add_func("/fisco-getters/receipts-of-a-range",
			test_batch_receipts);
	return g_test_run();
}
