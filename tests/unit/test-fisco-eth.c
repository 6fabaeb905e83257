/* SPDX-License-Identifier: Apache-2.0
 *
 * Ethereum's transactions on a chain, and what its JSON-RPC tells of them.
 */
#include <string.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/rlp.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fisco-eth.h"

/* "12345678" and so on, 20 bytes that have no code. */
static const guint8 nobody[20] = { 0x99, [19] = 1 };
#define NOBODY "0x9900000000000000000000000000000000000001"

static FiscoChain *chain;
static EthUser user;

static void
begin(const char *config)
{
	fisco_reset(1);
	chain = fisco_new("eth", config);
	user = eth_user(chain, 1);
}

static bsn_slice
nobody_slice(void)
{
	return bsn_slice_of(nobody, 20);
}

static EthTx
plain(guint64 nonce)
{
	return eth_tx(nonce, nobody_slice(), bsn_slice_of(NULL, 0));
}

static void
expect_count(const char *block, const char *count)
{
	g_autofree char *params =
		g_strdup_printf("[\"%s\",\"%s\"]", user.hex, block);
	g_autofree char *want = g_strdup_printf("\"%s\"", count);

	rpc_expect(chain, "eth_getTransactionCount", params, want);
}

static void
expect_refused(const EthTx *tx, const char *words)
{
	g_autoptr(GByteArray) raw =
		eth_tx_sign(tx, user.account.private_key);
	g_autoptr(json_t) answer = eth_submit(chain, raw);
	const char *message =
		text_of(json_object_get(answer, "error"), "message");

	g_assert_nonnull(message);
	if (strstr(message, words) == NULL)
		g_error("\"%s\" does not have \"%s\"", message, words);
}

/* ---- sending ------------------------------------------------------------ */

static void
test_kinds(void)
{
	begin(ETH_CONFIG);
	for (guint type = 0; type < 3; type++) {
		EthTx tx = plain(user.nonce);
		g_autofree char *hash = NULL;
		g_autofree char *want = g_strdup_printf("0x%x", type);
		g_autofree char *params = NULL;
		g_autoptr(json_t) receipt = NULL;
		g_autoptr(json_t) found = NULL;

		tx.type = type;
		tx.price = 9;
		tx.priority = 5;
		hash = eth_send(chain, &user, &tx);
		receipt = eth_receipt_of(chain, hash);
		g_assert_cmpstr(text_of(receipt, "status"), ==, "0x1");
		g_assert_cmpstr(text_of(receipt, "type"), ==, want);
		g_assert_cmpstr(text_of(receipt, "gasUsed"), ==, "0x5208");
		g_assert_cmpstr(text_of(receipt, "from"), ==, user.hex);
		g_assert_cmpstr(text_of(receipt, "to"), ==, NOBODY);
		params = g_strdup_printf("[\"%s\"]", hash);
		found = rpc_result(chain, "eth_getTransactionByHash", params);
		g_assert_cmpstr(text_of(found, "type"), ==, want);
		g_assert_cmpstr(text_of(found, "hash"), ==, hash);
		g_assert_cmpstr(text_of(found, "gasPrice"), ==,
				type == 2 ? "0x5" : "0x9");
		g_assert_cmpstr(text_of(found, "maxFeePerGas"), ==,
				type == 2 ? "0x9" : NULL);
		g_assert_cmpstr(text_of(found, "chainId"), ==, "0x4e21");
	}
	expect_count("latest", "0x3");
	fisco_free(chain);
}

/* Told by the node that is asked, with the nonce left as it is; and by the
 * estimate, which wallets make first. */
static void
test_refused_code(void)
{
	/* A constructor that returns PUSH0 SELFDESTRUCT. */
	static const guint8 code[] = { 0x60, 0x02, 0x80, 0x60, 0x0a, 0x5f,
				       0x39, 0x5f, 0xf3, 0x00, 0x5f, 0xff };
	EthTx tx;

	begin("{\"crypto\":\"std\",\"chain_id\":20001,\"contract_check\":"
	      "{\"refuse\":[\"evm-selfdestruct\"]}}");
	tx = eth_tx(0, bsn_slice_of(NULL, 0), bsn_slice_of(code, sizeof(code)));
	expect_refused(&tx, "This chain refuses the contract: evm-selfdestruct "
			    "at offset 11");
	rpc_expect_error(chain, "eth_estimateGas",
			 "[{\"input\":\"0x60028060" "0a5f395ff3005fff\"}]",
			 -32000, "evm-selfdestruct");
	expect_count("pending", "0x0");
	tx = plain(0);
	g_free(eth_send(chain, &user, &tx));
	fisco_free(chain);
}

static void
test_refused(void)
{
	EthTx tx;

	begin(ETH_CONFIG);
	tx = plain(0);
	tx.chain_id = 1;
	expect_refused(&tx, "chainId is 1");
	tx = plain(0);
	tx.unprotected = TRUE;
	expect_refused(&tx, "EIP-155");
	tx = plain(0);
	tx.gas = 20999;
	expect_refused(&tx, "intrinsic gas too low");
	tx = plain(0);
	tx.value = 1;
	expect_refused(&tx, "insufficient funds for gas * price + value: have "
			    "0 want 1");
	tx = plain(0);
	tx.gas = G_GUINT64_CONSTANT(1) << 40;
	expect_refused(&tx, "this chain allows at most");
	rpc_expect_error(chain, "eth_sendRawTransaction", "[\"0x03c0\"]",
			 -32000, "EIP-4844");
	rpc_expect_error(chain, "eth_sendRawTransaction", "[\"0x\"]", -32000,
			 "missing");
	expect_count("pending", "0x0");
	fisco_free(chain);
}

static void
test_order(void)
{
	EthTx tx;
	g_autofree char *two = NULL;
	g_autofree char *one = NULL;
	g_autofree char *zero = NULL;
	g_autoptr(json_t) receipt = NULL;

	begin(ETH_CONFIG);
	tx = plain(2);
	two = eth_send(chain, &user, &tx);
	tx = plain(1);
	one = eth_send(chain, &user, &tx);
	expect_count("latest", "0x0");
	expect_count("pending", "0x0");
	rpc_expect(chain, "eth_blockNumber", "[]", "\"0x0\"");
	tx = plain(2);
	expect_refused(&tx, "already known");
	tx.price = 7;
	expect_refused(&tx, "replacement transaction underpriced");
	tx = plain(0);
	zero = eth_send(chain, &user, &tx);
	expect_count("latest", "0x3");
	receipt = eth_receipt_of(chain, two);
	g_assert_cmpstr(text_of(receipt, "status"), ==, "0x1");
	tx = plain(1);
	tx.price = 7;
	expect_refused(&tx, "nonce too low");
	fisco_free(chain);
}

/* The nonce is in the state: what the pool forgets is not replayed. */
static void
test_replay(void)
{
	EthTx tx;
	g_autofree char *hash = NULL;
	g_autofree char *waiting = NULL;

	begin(ETH_CONFIG);
	tx = plain(0);
	hash = eth_send(chain, &user, &tx);
	tx = plain(2);
	waiting = eth_send(chain, &user, &tx);
	fake_chain_crash(chain->chain);
	fisco_reopen(chain);
	tx = plain(0);
	expect_refused(&tx, "nonce too low");
	expect_count("latest", "0x1");
	expect_count("pending", "0x1");
	tx = plain(1);
	g_free(g_steal_pointer(&hash));
	hash = eth_send(chain, &user, &tx);
	expect_count("latest", "0x2");
	fisco_free(chain);
}

/* What was accepted and never became durable is gone after a crash, and may
 * come once more. */
static void
test_lost(void)
{
	EthTx tx;
	g_autofree char *first = NULL;
	g_autofree char *again = NULL;
	g_autofree char *params = NULL;

	begin(ETH_CONFIG);
	fake_chain_set_automatic(chain->chain, FALSE);
	tx = plain(0);
	first = eth_send(chain, &user, &tx);
	params = g_strdup_printf("[\"%s\"]", first);
	rpc_expect(chain, "eth_getTransactionReceipt", params, "null");
	{
		g_autoptr(json_t) found = rpc_result(
			chain, "eth_getTransactionByHash", params);

		g_assert_cmpstr(text_of(found, "hash"), ==, first);
		g_assert_true(json_is_null(
			json_object_get(found, "blockNumber")));
	}
	rpc_expect(chain, "eth_blockNumber", "[]", "\"0x0\"");
	fake_chain_crash(chain->chain);
	fisco_reopen(chain);
	rpc_expect(chain, "eth_getTransactionByHash", params, "null");
	expect_count("pending", "0x0");
	fake_chain_set_automatic(chain->chain, TRUE);
	user.nonce = 0;
	again = eth_send(chain, &user, &tx);
	g_assert_cmpstr(again, ==, first);
	expect_count("latest", "0x1");
	fisco_free(chain);
}

/* ---- when a transaction is answered -------------------------------------- */

/* Gives the engine a transaction; its reply, answered or not. */
static bsn_reply *
send_only(guint64 nonce)
{
	const bsn_engine_jsonrpc *table =
		bsn_engine_jsonrpc_of(fisco_engine());
	const EthTx tx = plain(nonce);
	g_autoptr(GByteArray) raw =
		eth_tx_sign(&tx, user.account.private_key);
	g_autofree char *hex = hex_encode(buffer_slice(raw));
	g_autofree char *request = g_strdup_printf(
		"{\"jsonrpc\":\"2.0\",\"id\":1,"
		"\"method\":\"eth_sendRawTransaction\",\"params\":[\"%s\"]}",
		hex);
	bsn_rpc_request item = rpc_item(chain, request);
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(table->requests(fisco_ledger(chain), &item, 1, &err),
			==, BSN_OK);
	(void)fake_asked(item.reply, BSN_OK);
	return item.reply;
}

/* One that is being sealed has its answer when its block is on disk. */
static void
test_answer_durable(void)
{
	g_autoptr(bsn_reply) reply = NULL;

	begin(ETH_CONFIG);
	fake_chain_set_automatic(chain->chain, FALSE);
	reply = send_only(0);
	fake_host_settle();
	g_assert_cmpint(reply->status, ==, FAKE_PENDING);
	fake_chain_make_durable(chain->chain, 100);
	fake_host_settle();
	g_assert_cmpint(reply->status, ==, BSN_OK);
	expect_count("latest", "0x1");
	fake_chain_set_automatic(chain->chain, TRUE);
	fisco_free(chain);
}

/* One that waits for an earlier nonce could wait for ever. */
static void
test_answer_gap(void)
{
	g_autoptr(bsn_reply) later = NULL;
	g_autoptr(bsn_reply) first = NULL;

	begin(ETH_CONFIG);
	later = send_only(1);
	g_assert_cmpint(later->status, ==, BSN_OK);
	first = send_only(0);
	fake_host_settle();
	g_assert_cmpint(first->status, ==, BSN_OK);
	expect_count("latest", "0x2");
	fisco_free(chain);
}

/* A disk that takes its time is waited for so long and no longer. */
static void
test_answer_late(void)
{
	g_autoptr(bsn_reply) reply = NULL;

	begin(ETH_CONFIG);
	fake_chain_set_automatic(chain->chain, FALSE);
	reply = send_only(0);
	fake_host_advance(RPC_HELD_MS - 1);
	g_assert_cmpint(reply->status, ==, FAKE_PENDING);
	fake_host_advance(1);
	g_assert_cmpint(reply->status, ==, BSN_OK);
	fake_chain_make_durable(chain->chain, 100);
	fake_chain_set_automatic(chain->chain, TRUE);
	fake_host_settle();
	fisco_free(chain);
}

static void
test_answer_closing(void)
{
	g_autoptr(bsn_reply) reply = NULL;

	begin(ETH_CONFIG);
	fake_chain_set_automatic(chain->chain, FALSE);
	reply = send_only(0);
	fake_chain_close(chain->chain);
	g_assert_cmpint(reply->status, !=, FAKE_PENDING);
	fisco_reopen(chain);
	fake_chain_set_automatic(chain->chain, TRUE);
	fisco_free(chain);
}

/* Both kinds of transactions count for the account. */
static void
test_both_kinds(void)
{
	guint8 contract[20];
	g_autofree char *address = NULL;
	g_autoptr(bsn_reply) native = NULL;
	EthTx tx;

	begin(ETH_CONFIG);
	eth_deploy(chain, &user, contract);
	address = hex_encode(bsn_slice_of(contract, 20));
	native = fisco_do(chain, &user.account,
			  &(bsn_tx_request){
				  .size = sizeof(bsn_tx_request),
				  .kind = BSN_TX_INVOKE,
				  .signer_public_key = bsn_slice_of(
					  user.account.public_key, 64),
				  .contract = bsn_slice_str(address),
				  .function = bsn_slice_str("spin()"),
				  .options = bsn_slice_str(
					  "{\"gas\":100000}") });
	g_assert_cmpint(native->tx.stage, ==, BSN_TX_INVALID);
	expect_count("latest", "0x2");
	tx = plain(1);
	expect_refused(&tx, "nonce too low");
	tx = plain(2);
	user.nonce = 2;
	g_free(eth_send(chain, &user, &tx));
	expect_count("latest", "0x3");
	fisco_free(chain);
}

static void
test_national(void)
{
	EthTx tx = plain(0);

	begin("{\"crypto\":\"sm\",\"chain_id\":20001}");
	memset(user.account.private_key, 7, 32);
	expect_refused(&tx, "no secp256k1 accounts");
	rpc_expect(chain, "eth_chainId", "[]", "\"0x4e21\"");
	fisco_free(chain);
}

/* Through the framework's own door: answered when it is in a block. */
static void
test_submitted(void)
{
	EthTx tx;
	g_autoptr(GByteArray) raw = NULL;
	g_autoptr(bsn_reply) reply = NULL;
	g_autoptr(bsn_reply) found = NULL;
	g_autoptr(bsn_reply) block = NULL;
	g_autoptr(json_t) detail = NULL;

	begin(ETH_CONFIG);
	tx = plain(0);
	tx.type = 2;
	raw = eth_tx_sign(&tx, user.account.private_key);
	reply = fisco_submit(chain, raw);
	fake_host_settle();
	g_assert_cmpint(reply->status, ==, BSN_OK);
	g_assert_cmpint(reply->tx.stage, ==, BSN_TX_COMMITTED);
	found = fisco_get(chain, reply->tx.tx_id);
	g_assert_cmpint(found->tx.stage, ==, BSN_TX_COMMITTED);
	block = fisco_block(chain, 1, BSN_BLOCK_WITH_TXS);
	detail = fisco_json(block->block.detail);
	g_assert_cmpuint(json_array_size(json_object_get(detail, "txs")), ==,
			 1);
	fisco_free(chain);
}

/* ---- blocks and receipts ------------------------------------------------ */

static void
test_block(void)
{
	guint8 contract[20];
	g_autofree char *hash = NULL;
	g_autofree char *params = NULL;
	g_autofree char *by_hash = NULL;
	g_autoptr(json_t) block = NULL;
	g_autoptr(json_t) same = NULL;
	g_autoptr(json_t) parent = NULL;
	g_autoptr(json_t) receipt = NULL;
	const json_t *tx;

	begin(ETH_CONFIG);
	eth_deploy(chain, &user, contract);
	hash = eth_deposit(chain, &user, contract, 5);
	receipt = eth_receipt_of(chain, hash);
	block = rpc_result(chain, "eth_getBlockByNumber", "[\"0x2\",true]");
	parent = rpc_result(chain, "eth_getBlockByNumber", "[\"0x1\",false]");
	g_assert_cmpstr(text_of(block, "number"), ==, "0x2");
	g_assert_cmpstr(text_of(block, "parentHash"), ==,
			text_of(parent, "hash"));
	g_assert_cmpstr(text_of(block, "hash"), ==,
			text_of(receipt, "blockHash"));
	g_assert_cmpstr(text_of(block, "baseFeePerGas"), ==, "0x0");
	g_assert_cmpstr(text_of(block, "gasUsed"), ==,
			text_of(receipt, "gasUsed"));
	g_assert_cmpstr(text_of(block, "logsBloom"), ==,
			text_of(receipt, "logsBloom"));
	/* The fake host's time does not move by itself: 2023, in seconds. */
	g_assert_cmpstr(text_of(block, "timestamp"), ==, "0x6553f100");
	tx = json_array_get(json_object_get(block, "transactions"), 0);
	g_assert_cmpstr(text_of(tx, "hash"), ==, hash);
	g_assert_cmpstr(text_of(tx, "nonce"), ==, "0x1");
	g_assert_cmpstr(json_string_value(json_array_get(
				json_object_get(parent, "transactions"), 0)),
			!=, hash);
	by_hash = g_strdup_printf("[\"%s\",true]", text_of(block, "hash"));
	same = rpc_result(chain, "eth_getBlockByHash", by_hash);
	g_assert_true(json_equal(same, block));
	params = g_strdup_printf("[\"%s\"]", text_of(block, "hash"));
	rpc_expect(chain, "eth_getBlockTransactionCountByHash", params,
		   "\"0x1\"");
	rpc_expect(chain, "eth_getBlockTransactionCountByNumber",
		   "[\"latest\"]", "\"0x1\"");
	rpc_expect(chain, "eth_getUncleCountByBlockNumber", "[\"0x1\"]",
		   "\"0x0\"");
	rpc_expect(chain, "eth_getBlockByNumber", "[\"0x3\",false]", "null");
	rpc_expect_error(chain, "eth_getBlockByNumber", "[\"0x03\",false]",
			 -32602, "leading zeros");
	fisco_free(chain);
}

static void
test_pending_block(void)
{
	EthTx tx;
	g_autoptr(json_t) block = NULL;

	begin("{\"crypto\":\"std\",\"chain_id\":20001,\"consensus\":"
	      "{\"name\":\"solo\",\"pipeline\":1}}");
	fake_chain_set_automatic(chain->chain, FALSE);
	for (guint64 nonce = 0; nonce < 3; nonce++) {
		tx = plain(nonce);
		g_free(eth_send(chain, &user, &tx));
	}
	expect_count("pending", "0x3");
	block = rpc_result(chain, "eth_getBlockByNumber",
			   "[\"pending\",false]");
	g_assert_cmpuint(json_array_size(json_object_get(block,
							 "transactions")),
			 ==, 2);
	g_assert_true(json_is_null(json_object_get(block, "hash")));
	g_assert_cmpstr(text_of(block, "baseFeePerGas"), ==, "0x0");
	fake_chain_set_automatic(chain->chain, TRUE);
	fake_host_settle();
	expect_count("latest", "0x3");
	fisco_free(chain);
}

static void
test_receipts(void)
{
	guint8 contract[20];
	g_autofree char *hash = NULL;
	g_autofree char *address = NULL;
	g_autoptr(json_t) receipt = NULL;
	g_autoptr(json_t) all = NULL;
	g_autoptr(json_t) by_index = NULL;
	const json_t *log;

	begin(ETH_CONFIG);
	eth_deploy(chain, &user, contract);
	address = hex_encode(bsn_slice_of(contract, 20));
	hash = eth_deposit(chain, &user, contract, 5);
	receipt = eth_receipt_of(chain, hash);
	g_assert_true(json_is_null(
		json_object_get(receipt, "contractAddress")));
	g_assert_cmpstr(text_of(receipt, "effectiveGasPrice"), ==, "0x0");
	g_assert_cmpuint(json_array_size(json_object_get(receipt, "logs")),
			 ==, 1);
	log = json_array_get(json_object_get(receipt, "logs"), 0);
	g_assert_cmpstr(text_of(log, "address"), ==, address);
	g_assert_cmpstr(text_of(log, "logIndex"), ==, "0x0");
	g_assert_cmpstr(text_of(log, "transactionHash"), ==, hash);
	g_assert_cmpuint(json_array_size(json_object_get(log, "topics")), ==,
			 3);
	g_assert_true(json_is_false(json_object_get(log, "removed")));
	all = rpc_result(chain, "eth_getBlockReceipts", "[\"0x2\"]");
	g_assert_true(json_equal(json_array_get(all, 0), receipt));
	by_index = rpc_result(chain, "eth_getTransactionByBlockNumberAndIndex",
			      "[\"0x2\",\"0x0\"]");
	g_assert_cmpstr(text_of(by_index, "hash"), ==, hash);
	rpc_expect(chain, "eth_getTransactionByBlockNumberAndIndex",
		   "[\"0x2\",\"0x1\"]", "null");
	rpc_expect(chain, "eth_getTransactionReceipt",
		   "[\"0x00000000000000000000000000000000000000000000000000000"
		   "00000000000\"]",
		   "null");
	fisco_free(chain);
}

/* Of three in one block. */
static void
test_cumulative(void)
{
	g_autoptr(json_t) all = NULL;
	guint8 contract[20];

	begin("{\"crypto\":\"std\",\"chain_id\":20001,\"consensus\":"
	      "{\"name\":\"solo\",\"pipeline\":1}}");
	eth_deploy(chain, &user, contract);
	fake_chain_set_automatic(chain->chain, FALSE);
	for (guint8 id = 1; id <= 4; id++)
		g_free(eth_deposit(chain, &user, contract, id));
	fake_chain_set_automatic(chain->chain, TRUE);
	fake_host_settle();
	all = rpc_result(chain, "eth_getBlockReceipts", "[\"latest\"]");
	g_assert_cmpuint(json_array_size(all), ==, 3);
	for (guint i = 0; i < 3; i++) {
		const json_t *receipt = json_array_get(all, i);
		const json_t *log = json_array_get(
			json_object_get(receipt, "logs"), 0);
		guint64 used = g_ascii_strtoull(text_of(receipt, "gasUsed"),
						NULL, 16);
		guint64 sum = g_ascii_strtoull(
			text_of(receipt, "cumulativeGasUsed"), NULL, 16);

		g_assert_cmpuint(sum, ==, used * (i + 1));
		g_assert_cmpuint(g_ascii_strtoull(text_of(log, "logIndex"),
						  NULL, 16),
				 ==, i);
	}
	fisco_free(chain);
}

static void
test_fee_history(void)
{
	g_autoptr(json_t) history = NULL;
	const json_t *rewards;
	EthTx tx;

	begin(ETH_CONFIG);
	tx = plain(0);
	g_free(eth_send(chain, &user, &tx));
	history = rpc_result(chain, "eth_feeHistory",
			     "[\"0x5\",\"latest\",[20,80]]");
	g_assert_cmpstr(text_of(history, "oldestBlock"), ==, "0x0");
	g_assert_cmpuint(json_array_size(json_object_get(history,
							 "baseFeePerGas")),
			 ==, 3);
	g_assert_cmpuint(json_array_size(json_object_get(history,
							 "gasUsedRatio")),
			 ==, 2);
	rewards = json_object_get(history, "reward");
	g_assert_cmpuint(json_array_size(rewards), ==, 2);
	g_assert_cmpuint(json_array_size(json_array_get(rewards, 0)), ==, 2);
	g_assert_cmpfloat(json_real_value(json_array_get(
				  json_object_get(history, "gasUsedRatio"),
				  1)),
			  >, 0);
	fisco_free(chain);
}

/* ---- state and calls ---------------------------------------------------- */

static char *
call_params(const guint8 *to, const char *signature, const char *words,
	    const char *block)
{
	g_autoptr(GByteArray) input = eth_input(signature, words);
	g_autofree char *data = hex_encode(buffer_slice(input));
	g_autofree char *address = hex_encode(bsn_slice_of(to, 20));

	return g_strdup_printf("[{\"from\":\"%s\",\"to\":\"%s\",\"data\":"
			       "\"%s\"},\"%s\"]",
			       user.hex, address, data, block);
}

static void
test_state(void)
{
	guint8 contract[20];
	g_autofree char *hash = NULL;
	g_autofree char *address = NULL;
	g_autofree char *code_params = NULL;
	g_autofree char *slot_params = NULL;
	g_autofree char *old_params = NULL;
	g_autoptr(json_t) code = NULL;

	begin(ETH_CONFIG);
	eth_deploy(chain, &user, contract);
	hash = eth_deposit(chain, &user, contract, 5);
	address = hex_encode(bsn_slice_of(contract, 20));
	code_params = g_strdup_printf("[\"%s\",\"latest\"]", address);
	code = rpc_result(chain, "eth_getCode", code_params);
	g_assert_cmpuint(json_string_length(code), >, 1000);
	rpc_expect(chain, "eth_getCode", "[\"" NOBODY "\",\"latest\"]",
		   "\"0x\"");
	/* Slot 1 is `total`. */
	slot_params = g_strdup_printf("[\"%s\",\"0x1\",\"latest\"]", address);
	rpc_expect(chain, "eth_getStorageAt", slot_params,
		   "\"0x00000000000000000000000000000000000000000000000000000"
		   "00000000001\"");
	rpc_expect(chain, "eth_getBalance", "[\"" NOBODY "\",\"latest\"]",
		   "\"0x0\"");
	old_params = g_strdup_printf("[\"%s\",\"0x1\"]", address);
	rpc_expect_error(chain, "eth_getCode", old_params, -32000,
			 "the state of block 1 is not kept");
	rpc_expect_error(chain, "eth_getBalance", "[\"0x12\",\"latest\"]",
			 -32602, "params[0] (address)");
	rpc_expect_error(chain, "eth_getBalance",
			 "[\"" NOBODY "\",\"0x9\"]", -32000,
			 "header not found");
	fisco_free(chain);
}

#define WORD_ZERO                                                              \
	"0000000000000000000000000000000000000000000000000000000000000000"
#define WORD_ONE                                                               \
	"0000000000000000000000000000000000000000000000000000000000000001"

static void
test_call(void)
{
	guint8 contract[20];
	g_autofree char *total = NULL;
	g_autofree char *divide = NULL;
	g_autofree char *spin = NULL;
	g_autofree char *hash = NULL;
	g_autofree char *nothing = NULL;

	begin(ETH_CONFIG);
	eth_deploy(chain, &user, contract);
	hash = eth_deposit(chain, &user, contract, 5);
	total = call_params(contract, "total()", "", "latest");
	rpc_expect(chain, "eth_call", total, "\"0x" WORD_ONE "\"");
	nothing = call_params(nobody, "total()", "", "latest");
	rpc_expect(chain, "eth_call", nothing, "\"0x\"");
	divide = call_params(contract, "divide(uint256,uint256)",
			     WORD_ONE WORD_ZERO, "latest");
	rpc_expect_error(chain, "eth_call", divide, 3,
			 "execution reverted: panic");
	spin = call_params(contract, "spin()", "", "latest");
	rpc_expect_error(chain, "eth_call", spin, -32000, "out of gas");
	rpc_expect_error(chain, "eth_call", "[{\"data\":\"0x1\"}]", -32602,
			 "params[0].data");
	rpc_expect_error(chain, "eth_call", "[[],\"latest\"]", -32602,
			 "must be an object");
	/* Nothing that was tried has changed anything. */
	expect_count("latest", "0x2");
	fisco_free(chain);
}

static void
test_revert(void)
{
	guint8 contract[20];
	g_autoptr(json_t) answer = NULL;
	g_autoptr(json_t) custom = NULL;
	g_autofree char *twice = NULL;
	g_autofree char *too_short = NULL;
	const json_t *error;

	begin(ETH_CONFIG);
	eth_deploy(chain, &user, contract);
	g_free(eth_deposit(chain, &user, contract, 0));
	twice = call_params(contract, "deposit(bytes32,string)",
			    WORD_ZERO
			    "0000000000000000000000000000000000000000000000"
			    "000000000000000040"
			    "0000000000000000000000000000000000000000000000"
			    "000000000000000003"
			    "6162630000000000000000000000000000000000000000"
			    "000000000000000000",
			    "latest");
	answer = rpc_ask(chain, "eth_call", twice);
	error = json_object_get(answer, "error");
	g_assert_cmpint(json_integer_value(json_object_get(error, "code")), ==,
			3);
	g_assert_cmpstr(text_of(error, "message"), ==,
			"execution reverted: it is deposited already");
	g_assert_true(g_str_has_prefix(text_of(error, "data"), "0x08c379a0"));
	too_short = call_params(contract, "deposit(bytes32,string)",
				WORD_ONE
				"000000000000000000000000000000000000000000"
				"0000000000000000000040" WORD_ZERO,
				"latest");
	custom = rpc_ask(chain, "eth_estimateGas", too_short);
	error = json_object_get(custom, "error");
	g_assert_cmpint(json_integer_value(json_object_get(error, "code")), ==,
			3);
	g_assert_cmpstr(text_of(error, "message"), ==, "execution reverted");
	g_assert_cmpuint(strlen(text_of(error, "data")), ==, 2 + 8 + 128);
	fisco_free(chain);
}

/* Sends with just the estimate, which must be enough, and with much less than
 * it, which must not. */
static void
test_estimate(void)
{
	guint8 contract[20];
	g_autoptr(GByteArray) input = NULL;
	g_autofree char *data = NULL;
	g_autofree char *params = NULL;
	g_autoptr(json_t) estimate = NULL;
	EthTx tx;

	begin(ETH_CONFIG);
	rpc_expect(chain, "eth_estimateGas", "[{\"to\":\"" NOBODY "\"}]",
		   "\"0x5208\"");
	eth_deploy(chain, &user, contract);
	input = eth_evidence();
	data = hex_encode(buffer_slice(input));
	params = g_strdup_printf("[{\"from\":\"%s\",\"data\":\"%s\"}]",
				 user.hex, data);
	estimate = rpc_result(chain, "eth_estimateGas", params);
	for (guint i = 0; i < 2; i++) {
		g_autofree char *hash = NULL;
		g_autoptr(json_t) receipt = NULL;

		tx = eth_tx(user.nonce, bsn_slice_of(NULL, 0),
			    buffer_slice(input));
		tx.gas = g_ascii_strtoull(json_string_value(estimate), NULL,
					  16);
		if (i == 1)
			tx.gas -= tx.gas / 32;
		hash = eth_send(chain, &user, &tx);
		receipt = eth_receipt_of(chain, hash);
		g_assert_cmpstr(text_of(receipt, "status"), ==,
				i == 0 ? "0x1" : "0x0");
	}
	fisco_free(chain);
}

/* ---- balances ----------------------------------------------------------- */

static void
test_balances_of_the_genesis(void)
{
	g_autofree char *config = NULL;
	g_autofree char *params = NULL;
	g_autofree char *hash = NULL;
	g_autoptr(json_t) receipt = NULL;
	EthTx tx;

	begin(ETH_CONFIG);
	config = g_strdup_printf(
		"{\"crypto\":\"std\",\"chain_id\":20001,\"balances\":"
		"{\"%s\":\"36893488147419103232\",\"" NOBODY "\":7}}",
		user.hex);
	params = g_strdup_printf("[\"%s\",\"latest\"]", user.hex);
	fisco_free(chain);
	chain = fisco_new("funded", config);
	rpc_expect(chain, "eth_getBalance", params, "\"0x20000000000000000\"");
	tx = plain(0);
	tx.value = 5;
	hash = eth_send(chain, &user, &tx);
	receipt = eth_receipt_of(chain, hash);
	g_assert_cmpstr(text_of(receipt, "status"), ==, "0x1");
	rpc_expect(chain, "eth_getBalance", params, "\"0x1fffffffffffffffb\"");
	rpc_expect(chain, "eth_getBalance", "[\"" NOBODY "\",\"latest\"]",
		   "\"0xc\"");
	fisco_free(chain);
}

static void
test_balances_that_cannot_be(void)
{
	static const struct {
		const char *balances;
		const char *reason;
	} cases[] = {
		{ "[]", "balances" },
		{ "{\"0x12\":1}", "no address" },
		{ "{\"9900000000000000000000000000000000000001\":1}",
		  "no address" },
		{ "{\"" NOBODY "\":-1}", "uint256" },
		{ "{\"" NOBODY "\":1.5}", "balance of" },
		{ "{\"" NOBODY "\":0}", "leave the account out" },
		{ "{\"0xab00000000000000000000000000000000000001\":1,"
		  "\"0xAB00000000000000000000000000000000000001\":1}",
		  "twice" },
		{ "{\"" NOBODY "\":1,\"0xab00000000000000000000000000000000"
		  "000001\":\"0xffffffffffffffffffffffffffffffffffffffffffff"
		  "ffffffffffffffffffff\"}",
		  "below 2^256" },
	};

	fisco_reset(1);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GByteArray) genesis = g_byte_array_new();
		g_autofree char *config = g_strdup_printf(
			"{\"crypto\":\"std\",\"balances\":%s}",
			cases[i].balances);
		bsn_err err = BSN_ERR_INIT;

		g_assert_cmpint(fisco_genesis("bad", config, genesis, &err),
				==, BSN_BAD_REQUEST);
		if (strstr(err.reason, cases[i].reason) == NULL)
			g_error("%s: %s", cases[i].balances, err.reason);
	}
}

/* Many requests at once: transactions join, what comes after sees them. */
static void
test_batch(void)
{
	enum { N = 20 };
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
	json_t *answers[N + 1];

	begin(ETH_CONFIG);
	for (guint i = 0; i < N; i++) {
		EthTx tx = plain(i);
		g_autoptr(GByteArray) raw =
			eth_tx_sign(&tx, user.account.private_key);
		g_autofree char *hex = NULL;

		if (i == 7)
			raw->data[raw->len - 1] ^= 0xff;
		hex = hex_encode(buffer_slice(raw));
		g_ptr_array_add(texts,
				g_strdup_printf("{\"jsonrpc\":\"2.0\",\"id\":"
						"%u,\"method\":\"eth_"
						"sendRawTransaction\","
						"\"params\":[\"%s\"]}",
						i, hex));
	}
	g_ptr_array_add(texts,
			g_strdup_printf("{\"jsonrpc\":\"2.0\",\"id\":99,"
					"\"method\":\"eth_getTransactionCount"
					"\",\"params\":[\"%s\",\"pending\"]}",
					user.hex));
	rpc_many(chain, (const char *const *)texts->pdata, N + 1, answers);
	/* 7's signature is of another account, which has nonces of its own. */
	g_assert_cmpstr(text_of(answers[N], "result"), ==, "0x7");
	for (guint i = 0; i <= N; i++)
		json_decref(answers[i]);
	fake_host_settle();
	expect_count("latest", "0x7");
	fisco_free(chain);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fisco-eth/a-chain-begins-with-balances",
			test_balances_of_the_genesis);
	g_test_add_func("/fisco-eth/balances-that-cannot-be",
			test_balances_that_cannot_be);
	g_test_add_func("/fisco-eth/send/each-kind-gets-into-a-block",
			test_kinds);
	g_test_add_func("/fisco/eth/code-that-the-chain-refuses-is-told",
			test_refused_code);
	g_test_add_func("/fisco-eth/send/what-cannot-be-is-told-why",
			test_refused);
	g_test_add_func("/fisco-eth/send/is-answered-when-it-is-on-disk",
			test_answer_durable);
	g_test_add_func("/fisco-eth/send/is-answered-at-once-before-a-gap",
			test_answer_gap);
	g_test_add_func("/fisco-eth/send/is-answered-in-bounded-time",
			test_answer_late);
	g_test_add_func("/fisco-eth/send/is-answered-when-the-chain-closes",
			test_answer_closing);
	g_test_add_func("/fisco-eth/send/nonces-bring-the-order", test_order);
	g_test_add_func("/fisco-eth/send/nothing-is-replayed-after-a-crash",
			test_replay);
	g_test_add_func("/fisco-eth/send/what-a-crash-lost-may-come-again",
			test_lost);
	g_test_add_func("/fisco-eth/send/both-kinds-count-for-the-account",
			test_both_kinds);
	g_test_add_func("/fisco-eth/send/a-national-chain-takes-none",
			test_national);
	g_test_add_func("/fisco-eth/send/the-frameworks-door-takes-them-too",
			test_submitted);
	g_test_add_func("/fisco-eth/send/requests-join", test_batch);
	g_test_add_func("/fisco-eth/blocks/are-told-whole", test_block);
	g_test_add_func("/fisco-eth/blocks/the-next-one-has-what-waits",
			test_pending_block);
	g_test_add_func("/fisco-eth/blocks/fees-were-always-zero",
			test_fee_history);
	g_test_add_func("/fisco-eth/receipts/have-what-clients-expect",
			test_receipts);
	g_test_add_func("/fisco-eth/receipts/gas-and-logs-add-up",
			test_cumulative);
	g_test_add_func("/fisco-eth/state/is-the-newest-blocks", test_state);
	g_test_add_func("/fisco-eth/call/gives-the-output", test_call);
	g_test_add_func("/fisco-eth/call/a-revert-has-its-reason-and-data",
			test_revert);
	g_test_add_func("/fisco-eth/call/an-estimate-is-enough-and-close",
			test_estimate);
	return g_test_run();
}
