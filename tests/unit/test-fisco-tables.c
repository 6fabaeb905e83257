/* SPDX-License-Identifier: Apache-2.0
 *
 * Solidity that calls the engine's contracts by FISCO's interfaces, on chains
 * of both kinds; it is compiled for Keccak-256's selectors.
 */
#include <string.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fisco-chain.h"

static FiscoChain *chain;
static Account alice;
static char *address; /* of the contract */

/* ---- one contract on one chain ------------------------------------------ */

static json_t *
load_user(GByteArray *code)
{
	g_autofree char *path =
		g_test_build_filename(G_TEST_DIST, "tests/unit/contracts",
				      "precompiled.json", NULL);
	g_autoptr(json_t) json = json_load_file(path, 0, NULL);
	const char *digits;

	g_assert_nonnull(json);
	digits = json_string_value(json_object_get(json, "code"));
	g_assert_true(hex_decode(digits, strlen(digits), code));
	return json_incref(json_object_get(json, "abi"));
}

static void
start(const char *config)
{
	g_autoptr(GByteArray) code = g_byte_array_new();
	g_autoptr(json_t) abi = load_user(code);
	g_autoptr(json_t) json = json_pack("{s:O}", "abi", abi);
	g_autofree char *options = json_dumps(json, JSON_COMPACT);
	g_autoptr(bsn_reply) reply = NULL;
	g_autoptr(json_t) detail = NULL;
	bsn_tx_request request;

	fisco_reset(3);
	chain = fisco_new("tables", config);
	alice = fisco_account(chain, 1);
	request = fisco_of_kind(BSN_TX_DEPLOY, &alice, "user");
	request.code = buffer_slice(code);
	request.options = bsn_slice_str(options);
	reply = fisco_do(chain, &alice, &request);
	g_assert_cmpstr(reply->err.reason, ==, "");
	g_assert_cmpint(reply->tx.stage, ==, BSN_TX_COMMITTED);
	detail = fisco_json(reply->tx.detail);
	address = g_strdup(json_string_value(
		json_object_get(detail, "contractAddress")));
}

static void
stop(void)
{
	g_clear_pointer(&address, g_free);
	fisco_free(chain);
}

static bsn_reply *
send(const char *function, const char *args)
{
	bsn_tx_request request =
		fisco_invoke(&alice, "user", function, args, NULL);

	return fisco_do(chain, &alice, &request);
}

/* A transaction that must succeed: what it returned, as JSON text. */
static char *
done(const char *function, const char *args)
{
	g_autoptr(bsn_reply) reply = send(function, args);
	g_autoptr(json_t) detail = NULL;

	if (reply->tx.stage != BSN_TX_COMMITTED)
		g_error("%s%s: %s %.*s", function, args, reply->err.reason,
			(int)reply->tx.detail.len, reply->tx.detail.data);
	detail = fisco_json(reply->tx.detail);
	return json_dumps(json_object_get(detail, "result"),
			  JSON_COMPACT | JSON_ENCODE_ANY);
}

#define assert_done(function, args, want)                                      \
	G_STMT_START                                                           \
	{                                                                      \
		g_autofree char *got_ = done(function, args);                  \
		g_assert_cmpstr(got_, ==, want);                               \
	}                                                                      \
	G_STMT_END

static char *
called(const char *function, const char *args)
{
	g_autoptr(json_t) result = fisco_result(chain, "user", function, args);

	return json_dumps(result, JSON_COMPACT | JSON_ENCODE_ANY);
}

#define assert_called(function, args, want)                                    \
	G_STMT_START                                                           \
	{                                                                      \
		g_autofree char *got_ = called(function, args);                \
		g_assert_cmpstr(got_, ==, want);                               \
	}                                                                      \
	G_STMT_END

/* ---- tests -------------------------------------------------------------- */

static void
rows_come_and_go(gconstpointer config)
{
	start(config);
	assert_done("create", "[\"fruit\"]", "\"0\"");
	assert_done("create", "[\"fruit\"]", "\"-50001\"");
	assert_done("create", "[\"no spaces\"]", "\"-50002\"");
	assert_done("insert", "[\"fruit\",\"red\",1,\"apple\"]", "\"1\"");
	assert_done("insert", "[\"fruit\",\"red\",2,\"cherry\"]", "\"1\"");
	assert_done("insert", "[\"fruit\",\"red\",30,\"tomato\"]", "\"1\"");
	assert_done("update", "[\"fruit\",\"red\",2,\"plum\"]", "\"1\"");
	assert_done("update", "[\"fruit\",\"red\",9,\"plum\"]", "\"0\"");
	assert_done("remove", "[\"fruit\",\"red\",\"tomato\"]", "\"1\"");
	assert_done("remove", "[\"fruit\",\"blue\",\"tomato\"]", "\"0\"");
	{
		g_autofree char *all =
			called("select", "[\"fruit\",\"red\",0]");
		g_autofree char *some =
			called("select", "[\"fruit\",\"red\",1]");

		g_assert_true(g_str_has_prefix(
			all, "[[\"1\",\"2\"],[\"apple\",\"plum\"],\"0x"));
		g_assert_true(g_str_has_prefix(
			some, "[[\"2\"],[\"plum\"],\"0x"));
	}
	stop();
}

static void
keys_have_values(gconstpointer config)
{
	start(config);
	assert_done("put", "[\"ages\",\"ann\",41]", "\"1\"");
	assert_done("put", "[\"ages\",\"ann\",42]", "\"1\"");
	assert_called("value", "[\"ages\",\"ann\"]",
		      "[true,\"42\",\"0x3432" "00000000000000000000000000000000"
		      "0000000000000000000000000000\"]");
	assert_called("value", "[\"ages\",\"bob\"]",
		      "[false,\"0\",\"0x" "00000000000000000000000000000000"
		      "00000000000000000000000000000000\"]");
	stop();
}

static void
failed_frames_leave_nothing(gconstpointer config)
{
	g_autoptr(bsn_reply) failed = NULL;
	g_autofree char *rows = NULL;

	start(config);
	assert_done("create", "[\"fruit\"]", "\"0\"");
	failed = send("insertAndFail", "[\"fruit\",\"red\"]");
	g_assert_cmpint(failed->tx.stage, ==, BSN_TX_INVALID);
	g_assert_cmpint(failed->tx.status, ==, BSN_REVERTED);
	g_free(done("insertAround", "[\"fruit\",\"red\"]"));
	rows = called("select", "[\"fruit\",\"red\",0]");
	g_assert_true(g_str_has_prefix(
		rows, "[[\"1\",\"3\"],[\"before\",\"after\"],\"0x"));
	assert_done("entryOfFailedFrame", "[\"fruit\"]", "true");
	g_free(called("insertStatic", "[\"fruit\",\"red\"]"));
	assert_done("insertDelegated", "[]", "false");
	stop();
}

static void
objects_are_gone_with_their_transaction(gconstpointer config)
{
	bsn_tx_request request =
		fisco_invoke(NULL, "user", "readKept", "[]", NULL);
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	start(config);
	assert_done("create", "[\"fruit\"]", "\"0\"");
	g_free(done("keep", "[\"fruit\"]"));
	g_assert_null(fisco_call(chain, &request, &status, &err));
	g_assert_cmpint(status, ==, BSN_REVERTED);
	stop();
}

static void
code_is_seen_where_contracts_are(void)
{
	start("{\"crypto\":\"std\"}");
	assert_called("sizeOf",
		      "[\"0x0000000000000000000000000000000000001001\"]",
		      "\"1\"");
	assert_called("sizeOf",
		      "[\"0x0000000000000000000000000000000000001fff\"]",
		      "\"0\"");
	stop();
}

static void
config_holds_from_the_next_block_on(gconstpointer config)
{
	g_autoptr(bsn_reply) big = NULL;
	g_autoptr(bsn_reply) small = NULL;
	bsn_tx_request request;

	start(config);
	assert_done("configure", "[\"tx_gas_limit\",\"99999\"]",
		    "\"-51300\"");
	assert_done("configure", "[\"tx_count_limit\",\"0\"]", "\"-51300\"");
	assert_done("configure", "[\"consensus_timeout\",\"2\"]",
		    "\"-51300\"");
	assert_done("configure", "[\"colour\",\"1\"]", "\"-51300\"");
	assert_done("configure", "[\"consensus_timeout\",\"3\"]", "\"1\"");
	assert_done("configure", "[\"tx_gas_limit\",\"200000\"]", "\"1\"");
	request = fisco_invoke(&alice, "user", "create", "[\"x\"]",
			       "{\"gas\":200001}");
	big = fisco_do(chain, &alice, &request);
	g_assert_cmpint(big->status, ==, BSN_BAD_REQUEST);
	request.options = bsn_slice_str("{\"gas\":200000}");
	small = fisco_do(chain, &alice, &request);
	g_assert_cmpint(small->tx.stage, ==, BSN_TX_COMMITTED);
	stop();
}

static void
json_texts_do_the_same(gconstpointer config)
{
	start(config);
	assert_done("create", "[\"fruit\"]", "\"0\"");
	assert_done("crudInsert",
		    "[\"fruit\",\"red\",\"{\\\"item_id\\\":\\\"1\\\"}\"]",
		    "\"1\"");
	assert_done("crudInsert", "[\"fruit\",\"red\",\"{\\\"a\\\":\\\"1\\\"}\"]",
		    "\"-50008\"");
	assert_done("crudInsert", "[\"fruit\",\"red\",\"{\\\"a\\\":1}\"]",
		    "\"-51500\"");
	assert_done("crudInsert", "[\"veg\",\"red\",\"{}\"]", "\"-50100\"");
	assert_done("crudUpdate",
		    "[\"fruit\",\"red\",\"{\\\"item_name\\\":\\\"pear\\\"}\","
		    "\"{\\\"item_id\\\":{\\\"eq\\\":\\\"1\\\"}}\"]",
		    "\"1\"");
	assert_called("crudSelect",
		      "[\"fruit\",\"red\","
		      "\"{\\\"limit\\\":{\\\"limit\\\":\\\"0,1\\\"}}\"]",
		      "\"[{\\\"name\\\":\\\"red\\\",\\\"item_id\\\":"
		      "\\\"1\\\",\\\"item_name\\\":\\\"pear\\\",\\\"owner"
		      "\\\":\\\"\\\",\\\"_id_\\\":\\\"0\\\","
		      "\\\"_status_\\\":\\\"0\\\"}]\"");
	assert_called("crudDesc", "[\"fruit\"]",
		      "[\"name\",\"item_id,item_name,owner\"]");
	assert_done("crudRemove",
		    "[\"fruit\",\"red\",\"{\\\"item_id\\\":{\\\"in\\\":\\\"\\\"}}\"]",
		    "\"-51502\"");
	assert_done("crudRemove", "[\"fruit\",\"red\",\"[]\"]",
		    "\"-51501\"");
	assert_done("crudRemove", "[\"fruit\",\"red\",\"\"]", "\"1\"");
	assert_called("crudSelect", "[\"fruit\",\"red\",\"\"]", "\"[]\"");
	stop();
}

/* The chain's members, as the engine tells the host. */
static json_t *
members(void)
{
	g_autoptr(bsn_reply) reply =
		fake_reply_new(chain->chain, FAKE_ANSWER_VALUE);

	g_assert_cmpint(fake_asked(reply, chain->engine->chain->members(
						  fisco_ledger(chain), reply,
						  &reply->err)),
			==, BSN_OK);
	return fisco_json(reply->json);
}

static void
members_are_what_the_chain_says(gconstpointer config)
{
	g_autofree char *other = g_strnfill(128, 'b');
	g_autofree char *args = g_strdup_printf("[\"%s\"]", other);
	g_autofree char *own = NULL;
	g_autoptr(json_t) before = NULL;
	g_autoptr(json_t) after = NULL;
	const char *key;

	start(config);
	before = members();
	key = json_string_value(json_object_get(json_array_get(before, 0),
						"public_key"));
	own = g_strdup_printf("[\"%s\"]", key + 2);
	assert_done("addObserver", "[\"12\"]", "\"-51100\"");
	assert_done("addObserver", args, "\"1\"");
	assert_done("addObserver", args, "\"-51105\"");
	assert_done("addSealer", args, "\"-51106\"");
	assert_done("addSealer", own, "\"-51104\"");
	assert_done("addObserver", own, "\"-51101\"");
	assert_done("removeNode", own, "\"-51101\"");
	after = members();
	g_assert_cmpuint(json_array_size(after), ==, 2);
	g_assert_cmpstr(json_string_value(json_object_get(
				json_array_get(after, 1), "role")),
			==, "observer");
	assert_done("removeNode", args, "\"1\"");
	assert_done("removeNode", args, "\"-51103\"");
	stop();
}

static void
contracts_declare_their_own_functions(gconstpointer config)
{
	g_autofree char *own = NULL;
	g_autofree char *many = NULL;
	g_autoptr(bsn_reply) refused = NULL;

	start(config);
	own = g_strdup_printf("[\"%s\",2]", address);
	many = g_strdup_printf("[\"%s\",65]", address);
	assert_done("declareParallel", own, "\"0\"");
	assert_done("declareParallel",
		    "[\"0x00000000000000000000000000000000000a11ce\",2]",
		    "\"-50000\"");
	refused = send("declareParallel", many);
	g_assert_cmpint(refused->tx.status, ==, BSN_REVERTED);
	stop();
}

static void
add(const char *name, GTestDataFunc test)
{
	g_autofree char *std = g_strdup_printf("/fisco-tables/std/%s", name);
	g_autofree char *sm = g_strdup_printf("/fisco-tables/sm/%s", name);

	g_test_add_data_func(std, "{\"crypto\":\"std\"}", test);
	g_test_add_data_func(sm, "{\"crypto\":\"sm\"}", test);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("rows-come-and-go", rows_come_and_go);
	add("keys-have-values", keys_have_values);
	add("json-texts-do-the-same", json_texts_do_the_same);
	add("members-are-what-the-chain-says",
	    members_are_what_the_chain_says);
	add("contracts-declare-their-own-functions",
	    contracts_declare_their_own_functions);
	add("failed-frames-leave-nothing", failed_frames_leave_nothing);
	add("objects-are-gone-with-their-transaction",
	    objects_are_gone_with_their_transaction);
	add("config-holds-from-the-next-block-on",
	    config_holds_from_the_next_block_on);
	g_test_add_func("/fisco-tables/code-is-seen-where-contracts-are",
			code_is_seen_where_contracts_are);
	return g_test_run();
}
