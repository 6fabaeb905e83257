/* SPDX-License-Identifier: Apache-2.0
 *
 * engine-fabric's system chaincodes: what they answer, and to whom.
 */
#include <string.h>

#include "common/ledger.pb-c.h"
#include "peer/query.pb-c.h"
#include "peer/transaction.pb-c.h"
#include "plugins/engine-fabric/chaincode/call.h"
#include "tests/unit/fabric-run.h"
#include "tests/unit/fabric-script.h"

static bsn_slice
payload(const FabricRun *fixture)
{
	gsize len;
	const void *data = g_bytes_get_data(fixture->payload, &len);

	return bsn_slice_of(data, len);
}

static void
make_durable(FabricRun *fixture)
{
	channel_ledger_durable(fixture->ledger->ledger,
			       fixture->ledger->ledger->head.height);
}

/* ---- qscc ---- */

static void
test_chain_info(void)
{
	g_autoptr(FabricRun) fixture = fabric_run_new();
	const LedgerHead *head = &fixture->ledger->ledger->head;
	g_auto(Arena) arena = ARENA_INIT;
	const Common__BlockchainInfo *info;

	fabric_ledger_put(fixture->ledger, "a=1", NULL);
	make_durable(fixture);
	/* Not on disk yet. */
	fabric_ledger_put(fixture->ledger, "a=2", NULL);
	g_assert_cmpint(fabric_run_call(fixture, "qscc", "GetChainInfo", "one",
					NULL),
			==, 200);
	g_assert_cmpstr(fixture->version, ==, "syscc");
	info = message_unpack(&arena, &common__blockchain_info__descriptor,
			      payload(fixture), NULL, NULL);
	g_assert_cmpuint(info->height, ==, 2);
	assert_same(message_slice(info->currentblockhash),
		    bsn_slice_of(head->previous, HASH_LEN));
	g_assert_cmpuint(info->previousblockhash.len, ==, HASH_LEN);
}

static void
assert_block(FabricRun *fixture, guint64 number)
{
	g_autoptr(GByteArray) block = g_byte_array_new();

	g_assert_cmpint(fixture->response, ==, 200);
	g_assert_cmpint(
		ledger_block(fixture->ledger->ledger, number, block, NULL), ==,
		BSN_OK);
	assert_same(payload(fixture), bsn_slice_of(block->data, block->len));
}

static void
test_blocks_by_number(void)
{
	g_autoptr(FabricRun) fixture = fabric_run_new();

	fabric_ledger_put(fixture->ledger, "a=1", NULL);
	make_durable(fixture);
	fabric_ledger_put(fixture->ledger, "a=2", NULL);
#define BY_NUMBER(number) \
	fabric_run_call(fixture, "qscc", "GetBlockByNumber", "one", number, NULL)
	BY_NUMBER("0");
	assert_block(fixture, 0);
	BY_NUMBER("1");
	assert_block(fixture, 1);
	BY_NUMBER("18446744073709551615");
	assert_block(fixture, 1);
	g_assert_cmpint(BY_NUMBER("2"), ==, 404);
	g_assert_cmpstr(fabric_run_text(fixture), ==,
			"Failed to get block number 2, error no such block "
			"number [2] in index");
	g_assert_cmpint(BY_NUMBER("one"), ==, 400);
	g_assert_cmpint(BY_NUMBER("-1"), ==, 400);
	g_assert_cmpint(BY_NUMBER(""), ==, 400);
}

static void
test_transactions(void)
{
	g_autoptr(FabricRun) fixture = fabric_run_new();
	g_autofree char *id = NULL;
	g_auto(Arena) arena = ARENA_INIT;
	const Protos__ProcessedTransaction *processed;

	fabric_ledger_put(fixture->ledger, "a=1", NULL);
	id = g_strdup(fabric_last_tx_id());
	g_assert_cmpint(fabric_run_call(fixture, "qscc", "GetTransactionByID",
					"one", id, NULL),
			==, 404);
	make_durable(fixture);
	g_assert_cmpint(fabric_run_call(fixture, "qscc", "GetTransactionByID",
					"one", id, NULL),
			==, 200);
	processed = message_unpack(&arena,
				   &protos__processed_transaction__descriptor,
				   payload(fixture), NULL, NULL);
	g_assert_cmpint(processed->validationcode, ==, TX_CODE(VALID));
	g_assert_nonnull(processed->transactionenvelope);
	fabric_run_call(fixture, "qscc", "GetBlockByTxID", "one", id, NULL);
	assert_block(fixture, 1);
	g_assert_cmpint(fabric_run_call(fixture, "qscc", "GetBlockByTxID",
					"one", "none", NULL),
			==, 404);
}

static void
test_blocks_by_hash(void)
{
	g_autoptr(FabricRun) fixture = fabric_run_new();
	const LedgerHead *head = &fixture->ledger->ledger->head;
	Protos__ChaincodeInput input = PROTOS__CHAINCODE_INPUT__INIT;
	ProtobufCBinaryData args[] = { fabric_text("GetBlockByHash"),
				       fabric_text("one"),
				       { HASH_LEN, (guint8 *)head->hash } };
	const RunInput what = { .chaincode = "qscc",
				.input = &input,
				.who = fixture->client };
	Protos__Response response = PROTOS__RESPONSE__INIT;
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autoptr(GByteArray) block = g_byte_array_new();
	bsn_err message = { .size = sizeof(message) };

	make_durable(fixture);
	input.n_args = 3;
	input.args = args;
	system_call(&fixture->channel, &what, NULL, out, &message, &response);
	g_assert_cmpint(response.status, ==, 200);
	g_assert_cmpint(ledger_block(fixture->ledger->ledger, 0, block, NULL),
			==, BSN_OK);
	assert_same(message_slice(response.payload),
		    bsn_slice_of(block->data, block->len));
	g_assert_cmpint(fabric_run_call(fixture, "qscc", "GetBlockByHash",
					"one", "no hash", NULL),
			==, 404);
}

static void
test_wrong_questions(void)
{
	g_autoptr(FabricRun) fixture = fabric_run_new();

	g_assert_cmpint(fabric_run_call(fixture, "qscc", "GetChainInfo", "two",
					NULL),
			==, 404);
	g_assert_cmpstr(fabric_run_text(fixture), ==, "Invalid chain ID, two");
	g_assert_cmpint(fabric_run_call(fixture, "qscc", "GetChainInfo", NULL),
			==, 400);
	g_assert_cmpint(fabric_run_call(fixture, "qscc", "GetAll", "one", NULL),
			==, 400);
	g_assert_cmpstr(fabric_run_text(fixture), ==,
			"Requested function GetAll not found.");
	g_assert_cmpint(fabric_run_call(fixture, "cscc", "JoinChain", "x",
					NULL),
			==, 400);
	g_assert_cmpint(fabric_run_call(fixture, "cscc", NULL), ==, 400);
	g_assert_cmpint(fabric_run_call(fixture, "cscc", "a\xff", NULL), ==,
			400);
}

/* ---- cscc ---- */

static void
test_config(void)
{
	g_autoptr(FabricRun) fixture = fabric_run_new();
	g_autoptr(GByteArray) config =
		message_pack(fixture->channel.config->message);

	make_durable(fixture);
	fabric_run_call(fixture, "cscc", "GetConfigBlock", "one", NULL);
	assert_block(fixture, 0);
	fabric_run_call(fixture, "cscc", "GetChannelConfig", "one", NULL);
	g_assert_cmpint(fixture->response, ==, 200);
	assert_same(payload(fixture), bsn_slice_of(config->data, config->len));
}

static void
test_channels(void)
{
	g_autoptr(FabricRun) fixture = fabric_run_new();
	g_auto(Arena) arena = ARENA_INIT;
	const Protos__ChannelQueryResponse *response;

	g_assert_cmpint(fabric_run_call(fixture, "cscc", "GetChannels", NULL),
			==, 200);
	response = message_unpack(&arena,
				  &protos__channel_query_response__descriptor,
				  payload(fixture), NULL, NULL);
	g_assert_cmpuint(response->n_channels, ==, 1);
	g_assert_cmpstr(response->channels[0]->channel_id, ==, "one");
}

/* ---- who may ---- */

static void
test_nobody_is_denied(void)
{
	g_autoptr(FabricRun) fixture = fabric_run_new();

	fixture->who = NULL;
	g_assert_cmpint(fabric_run_call(fixture, "qscc", "GetChainInfo", "one",
					NULL),
			==, 403);
	g_assert_cmpint(fabric_run_call(fixture, "cscc", "GetChannels", NULL),
			==, 403);
	g_assert_cmpint(fabric_run_call(fixture, "cscc", "GetChannelConfig",
					"one", NULL),
			==, 403);
}

static void
test_policies(void)
{
	g_autoptr(FabricRun) fixture = fabric_run_new();
	bsn_err err = { .size = sizeof(err) };

	g_assert_cmpint(access_check(&fixture->channel, "qscc/GetChainInfo",
				     fixture->client, NULL),
			==, BSN_OK);
	g_assert_cmpint(access_check(&fixture->channel, "no/Resource",
				     fixture->client, NULL),
			==, BSN_DENIED);
	g_hash_table_insert(fixture->channel.config->acls,
			    g_strdup("qscc/GetChainInfo"),
			    g_strdup("/Channel/Application/Admins"));
	g_assert_cmpint(access_check(&fixture->channel, "qscc/GetChainInfo",
				     fixture->client, &err),
			==, BSN_DENIED);
	g_assert_cmpstr(err.reason, ==,
			"access denied for qscc/GetChainInfo: a member of "
			"Org1MSP does not fulfil policy "
			"/Channel/Application/Admins");
}

/* ---- _lifecycle is another part's ---- */

static void
test_lifecycle(void)
{
	g_autoptr(FabricRun) fixture = fabric_run_new();

	g_assert_cmpint(fabric_run_call(fixture, "_lifecycle", "Works", NULL),
			==, 200);
	g_assert_cmpstr(fabric_run_text(fixture), ==, "Works");
	g_assert_cmpint(fabric_run_commit(fixture), ==, TX_CODE(VALID));
	g_assert_cmpint(fabric_run_call(fixture, "_lifecycle", "Fails", NULL),
			==, 500);
	g_assert_cmpstr(fabric_run_text(fixture), ==, "the disk is gone");
	g_assert_true(system_chaincode_exists("qscc"));
	g_assert_false(system_chaincode_exists("basic"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	fake_host_add_runtime(&script_runtime);
#define TEST(name, function) g_test_add_func("/fabric/system/" name, function)
	TEST("qscc/chain-info-is-of-what-is-on-disk", test_chain_info);
	TEST("qscc/blocks-by-number", test_blocks_by_number);
	TEST("qscc/blocks-by-hash", test_blocks_by_hash);
	TEST("qscc/transactions", test_transactions);
	TEST("wrong-questions-are-answered-with-a-reason",
	     test_wrong_questions);
	TEST("cscc/config", test_config);
	TEST("cscc/channels", test_channels);
	TEST("access/who-is-not-known-is-denied", test_nobody_is_denied);
	TEST("access/goes-by-the-channels-policies", test_policies);
	TEST("lifecycle-is-called-with-its-arguments", test_lifecycle);
	return g_test_run();
}
