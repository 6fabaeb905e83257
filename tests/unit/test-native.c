/* SPDX-License-Identifier: Apache-2.0
 *
 * runtime-native: its contracts on a real ledger, and its packages.
 */
#include <string.h>

#include "plugins/chaincode/package.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "plugins/runtime-native/chaincode.h"
#include "plugins/runtime-native/code.h"
#include "tests/unit/fabric-run.h"
#include "tests/unit/fabric-script.h"

static const char *
text_of_status(FabricRun *fixture, int32_t response, int32_t wanted)
{
	const char *text = fabric_run_text(fixture);

	if (response != wanted)
		g_error("it answers %d: %s", response, text);
	return text;
}

/* What a call answers, which succeeds or fails. */
#define OK(...)                                                              \
	text_of_status(fixture, fabric_run_call(fixture, __VA_ARGS__, NULL), \
		       200)
#define SAYS(text, ...) g_assert_cmpstr(OK(__VA_ARGS__), ==, text)
#define FAILS(text, ...)                                                    \
	g_assert_cmpstr(                                                    \
		text_of_status(fixture,                                     \
			       fabric_run_call(fixture, __VA_ARGS__, NULL), \
			       500),                                        \
		==, text)
#define COMMIT(code) \
	g_assert_cmpint(fabric_run_commit(fixture), ==, TX_CODE(code))
#define DO(...)                  \
	do {                     \
		OK(__VA_ARGS__); \
		COMMIT(VALID);   \
	} while (0)

/* What a run that is committed later has written. */
static GBytes *
keep_results(const FabricRun *fixture)
{
	return g_bytes_ref(fixture->results);
}

static TxCode
commit_kept(FabricRun *fixture, GBytes *results)
{
	g_bytes_unref(fixture->results);
	fixture->results = results;
	return fabric_run_commit(fixture);
}

/* ---- evidence ---- */

static void
test_evidence(void)
{
	g_autoptr(FabricRun) fixture = fabric_run_new();
	const char *history;

	fabric_run_native(fixture, "evidence", 1);
	OK("evidence", "deposit", "k", "v1");
	g_assert_cmpstr(fixture->event, ==, "evidence/deposited/k");
	COMMIT(VALID);
	SAYS("v1", "evidence", "get", "k");
	DO("evidence", "deposit", "k", "v2");
	history = OK("evidence", "history", "k");
	g_assert_true(g_str_has_prefix(history, "[{\"seconds\":0,\"tx\":\""));
	g_assert_nonnull(strstr(history, "\"value\":\"v2\"},{"));
	g_assert_true(g_str_has_suffix(history, "\"value\":\"v1\"}]"));
	SAYS("[]", "evidence", "history", "none");
	FAILS("there is no evidence none", "evidence", "get", "none");
	FAILS("there is nothing to deposit", "evidence", "deposit", "k", "");
	FAILS("GET_STATE failed: transaction ID: cafe: a key must be UTF-8",
	      "evidence", "get", "\xff");
}

/* A long history comes in batches. */
static void
test_a_long_history(void)
{
	g_autoptr(FabricRun) fixture = fabric_run_new();
	g_autoptr(json_t) list = NULL;

	fabric_run_native(fixture, "evidence", 1);
	for (guint i = 0; i < 130; i++)
		DO("evidence", "deposit", "k", "v");
	list = json_loads(OK("evidence", "history", "k"), 0, NULL);
	g_assert_cmpuint(json_array_size(list), ==, 130);
}

/* ---- asset ---- */

static void
test_assets(void)
{
	g_autoptr(FabricRun) fixture = fabric_run_new();

	fabric_run_native(fixture, "asset", 1);
#define CREATE(id, owner) \
	DO("asset", "CreateAsset", id, "blue", "5", owner, "300")
	CREATE("asset1", "ann");
	CREATE("asset2", "bob");
	CREATE("asset3", "ann");
	SAYS("{\"AppraisedValue\":300,\"Color\":\"blue\",\"ID\":\"asset1\","
	     "\"Owner\":\"ann\",\"Size\":5}",
	     "asset", "ReadAsset", "asset1");
	FAILS("The asset asset1 already exists", "asset", "CreateAsset",
	      "asset1", "red", "1", "x", "1");
	SAYS("true", "asset", "AssetExists", "asset1");
	SAYS("false", "asset", "AssetExists", "none");
	SAYS("[\"asset1\",\"asset3\"]", "asset", "GetAssetsByOwner", "ann");
	SAYS("ann", "asset", "TransferAsset", "asset1", "bob");
	g_assert_true(
		g_str_has_prefix(fixture->event, "asset/TransferAsset/{"));
	COMMIT(VALID);
	SAYS("[\"asset3\"]", "asset", "GetAssetsByOwner", "ann");
	SAYS("[\"asset1\",\"asset2\"]", "asset", "GetAssetsByOwner", "bob");
	DO("asset", "UpdateAsset", "asset2", "red", "6", "ann", "1");
	SAYS("[\"asset2\",\"asset3\"]", "asset", "GetAssetsByOwner", "ann");
	DO("asset", "DeleteAsset", "asset3");
	SAYS("[\"asset2\"]", "asset", "GetAssetsByOwner", "ann");
	SAYS("[{\"AppraisedValue\":300,\"Color\":\"blue\",\"ID\":\"asset1\","
	     "\"Owner\":\"bob\",\"Size\":5},{\"AppraisedValue\":1,\"Color\":"
	     "\"red\",\"ID\":\"asset2\",\"Owner\":\"ann\",\"Size\":6}]",
	     "asset", "GetAllAssets");
	FAILS("The asset none does not exist", "asset", "ReadAsset", "none");
	FAILS("The asset none does not exist", "asset", "DeleteAsset", "none");
	FAILS("an asset has an id, a colour, a size, an owner and a value",
	      "asset", "CreateAsset", "a", "blue", "x", "ann", "1");
}

static void
test_pages_of_assets(void)
{
	g_autoptr(FabricRun) fixture = fabric_run_new();
	g_autoptr(json_t) page = NULL;
	const char *bookmark;

	fabric_run_native(fixture, "asset", 1);
	for (guint i = 0; i < 5; i++) {
		g_autofree char *id = g_strdup_printf("a%u", i);

		CREATE(id, "ann");
	}
	page = json_loads(OK("asset", "GetAssetsPage", "3", ""), 0, NULL);
	g_assert_cmpuint(json_array_size(json_object_get(page, "assets")), ==,
			 3);
	bookmark = json_string_value(json_object_get(page, "bookmark"));
	g_assert_cmpstr(bookmark, ==, "a3");
	g_assert_true(
		g_str_has_suffix(OK("asset", "GetAssetsPage", "3", bookmark),
				 "],\"bookmark\":\"\"}"));
	FAILS("a page has 1 to 1000 assets", "asset", "GetAssetsPage", "0", "");
}

static void
test_queries_of_assets(void)
{
	static const char *const query =
		"{\"selector\":{\"Owner\":\"ann\"},\"sort\":[{\"_id\":\"desc\"}]}";
	g_autoptr(FabricRun) fixture = fabric_run_new();
	g_autoptr(json_t) all = NULL;
	g_autoptr(json_t) page = NULL;
	const json_t *first;
	const char *bookmark;

	fabric_run_native(fixture, "asset", 1);
	CREATE("a0", "ann");
	CREATE("a1", "bob");
	CREATE("a2", "ann");
	all = json_loads(OK("asset", "QueryAssets", query), 0, NULL);
	g_assert_cmpuint(json_array_size(all), ==, 2);
	page = json_loads(OK("asset", "QueryAssetsPage", query, "1", ""), 0,
			  NULL);
	first = json_array_get(json_object_get(page, "assets"), 0);
	g_assert_cmpstr(json_string_value(json_object_get(first, "ID")), ==,
			"a2");
	bookmark = json_string_value(json_object_get(page, "bookmark"));
	g_assert_true(g_str_has_suffix(
		OK("asset", "QueryAssetsPage", query, "1", bookmark),
		"],\"bookmark\":\"\"}"));
	FAILS("a page has 1 to 1000 assets", "asset", "QueryAssetsPage", query,
	      "0", "");
}

/* ---- bank ---- */

static void
test_bank(void)
{
	g_autoptr(FabricRun) fixture = fabric_run_new();

	fabric_run_native(fixture, "bank", 1);
	DO("bank", "open", "ann", "100");
	DO("bank", "open", "bob", "5");
	FAILS("account:bob is there already", "bank", "open", "bob", "5");
	DO("bank", "transfer", "ann", "bob", "30");
	SAYS("70", "bank", "balance", "ann");
	SAYS("35", "bank", "balance", "bob");
	SAYS("105", "bank", "total");
	FAILS("account:ann has only 70", "bank", "transfer", "ann", "bob",
	      "71");
	FAILS("there is no account:eve", "bank", "transfer", "ann", "eve", "1");
	FAILS("account:ann cannot pay itself", "bank", "transfer", "ann", "ann",
	      "1");
	FAILS("-1 is no amount", "bank", "transfer", "ann", "bob", "-1");
	FAILS("account:ann has money", "bank", "close", "ann");
	DO("bank", "transfer", "ann", "bob", "70");
	DO("bank", "close", "ann");
	FAILS("there is no account:ann", "bank", "balance", "ann");
	DO("bank", "open", "max", "18446744073709551615");
	FAILS("account:max would overflow", "bank", "transfer", "bob", "max",
	      "1");
}

/* Two that pay from one account: the second is too late. */
static void
test_bank_conflicts(void)
{
	g_autoptr(FabricRun) fixture = fabric_run_new();
	GBytes *first;

	fabric_run_native(fixture, "bank", 1);
	DO("bank", "open", "ann", "10");
	DO("bank", "open", "bob", "10");
	OK("bank", "transfer", "ann", "bob", "10");
	first = keep_results(fixture);
	OK("bank", "transfer", "ann", "bob", "10");
	COMMIT(VALID);
	g_assert_cmpint(commit_kept(fixture, first), ==,
			TX_CODE(MVCC_READ_CONFLICT));
	SAYS("20", "bank", "total");
}

/* Two that append to one list: the second would be a phantom to the first. */
static void
test_bank_phantoms(void)
{
	g_autoptr(FabricRun) fixture = fabric_run_new();
	GBytes *first;

	fabric_run_native(fixture, "bank", 1);
	SAYS("list0000000000", "bank", "append", "list", "a");
	COMMIT(VALID);
	SAYS("list0000000001", "bank", "append", "list", "b");
	first = keep_results(fixture);
	SAYS("list0000000001", "bank", "append", "list", "c");
	COMMIT(VALID);
	g_assert_cmpint(commit_kept(fixture, first), ==,
			TX_CODE(PHANTOM_READ_CONFLICT));
	SAYS("list0000000002", "bank", "append", "list", "d");
	SAYS("other0000000000", "bank", "append", "other", "a");
	SAYS("2", "bank", "length", "list");
	SAYS("0", "bank", "length", "none");
}

/* Two that add to what both have read: the second is too late. */
static void
test_tally(void)
{
	g_autoptr(FabricRun) fixture = fabric_run_new();
	GBytes *first;

	fabric_run_native(fixture, "tally", 1);
	SAYS("0", "tally", "get", "all");
	DO("tally", "add", "all", "7");
	OK("tally", "add", "all", "1");
	first = keep_results(fixture);
	SAYS("9", "tally", "add", "all", "2");
	COMMIT(VALID);
	g_assert_cmpint(commit_kept(fixture, first), ==,
			TX_CODE(MVCC_READ_CONFLICT));
	SAYS("9", "tally", "get", "all");
	FAILS("x is no amount", "tally", "add", "all", "x");
	FAILS("all would overflow", "tally", "add", "all",
	      "18446744073709551615");
}

static void
test_a_long_range(void)
{
	g_autoptr(FabricRun) fixture = fabric_run_new();

	fabric_run_native(fixture, "bank", 1);
	for (guint i = 0; i < 201; i++) {
		g_autofree char *name = g_strdup_printf("a%u", i);

		DO("bank", "open", name, "1");
	}
	SAYS("201", "bank", "total");
}

/* ---- conform ---- */

static void
test_conform(void)
{
	g_autoptr(FabricRun) fixture = fabric_run_new();

	fabric_run_native(fixture, "conform", 1);
	SAYS("", "conform", "get", "k");
	DO("conform", "put", "k", "v");
	SAYS("v", "conform", "get", "k");
	SAYS("", "conform", "say", "hello \"you\"");
	g_assert_cmpstr(fixture->event, ==,
			"conform/Said/hello \"you\"");
	FAILS("because", "conform", "fail", "k", "because");
	SAYS("0", "conform", "collatz", "1");
	SAYS("111", "conform", "collatz", "27");
	FAILS("collatz begins with a number from 1 on", "conform", "collatz",
	      "0");
	SAYS("Org1MSP", "conform", "caller");
	SAYS("1", "conform", "version");
	/* A new version keeps the state. */
	fabric_run_native(fixture, "conform", 2);
	SAYS("2", "conform", "version");
	SAYS("v", "conform", "get", "k");
	FAILS("contract conform has no function x: it has call, caller, "
	      "collatz, fail, get, loop, put, say, version",
	      "conform", "x");
	FAILS("get takes 1 arguments, not 2", "conform", "get", "a", "b");
	g_assert_cmpint(fabric_run_call(fixture, "conform", NULL), ==, 500);
}

static void
test_loop(void)
{
	g_autoptr(FabricRun) fixture = fabric_run_new();
	Run *run;

	fabric_run_native(fixture, "conform", 1);
	run = fabric_run_begin(fixture, "conform", "loop", NULL);
	g_assert_nonnull(run);
	g_assert_cmpuint(fixture->n_done, ==, 0);
	SAYS("1", "conform", "version");
	run_cancel(run);
	g_assert_cmpuint(fixture->n_done, ==, 1);
}

static void
test_calls_of_others(void)
{
	g_autoptr(FabricRun) fixture = fabric_run_new();

	fabric_run_native(fixture, "conform", 1);
	fabric_run_native(fixture, "evidence", 1);
	DO("evidence", "deposit", "k", "from evidence");
	OK("conform", "call", "evidence", "get", "k");
	SAYS("from evidence", "conform", "call", "evidence", "get", "k");
	FAILS("it answers 500: there is no evidence x", "conform", "call",
	      "evidence", "get", "x");
	FAILS("INVOKE_CHAINCODE failed: transaction ID: cafe: chaincode none "
	      "is not defined",
	      "conform", "call", "none", "get", "k");
}

static void
test_init(void)
{
	g_autoptr(FabricRun) fixture = fabric_run_new();
	Definition *definition = fabric_run_native(fixture, "conform", 1);

	definition->init_required = TRUE;
	fixture->is_init = TRUE;
	g_assert_cmpint(fabric_run_call(fixture, "conform", NULL), ==, 200);
	COMMIT(VALID);
	fixture->is_init = FALSE;
	SAYS("1", "conform", "version");
}

/* ---- packages ---- */

static GByteArray *
package(const char *type, const char *path, const char *text)
{
	const ChaincodeFile files[] = { { path, FALSE, TEXT(text) },
					{ "other", FALSE, TEXT("") } };
	GByteArray *bytes = g_byte_array_new();

	g_assert_cmpint(chaincode_package_write("label", type, "", files,
						text != NULL ? 1 : 0, bytes,
						NULL),
			==, BSN_OK);
	return bytes;
}

static void
assert_package(const char *type, const char *path, const char *text,
	       const char *reason)
{
	g_autoptr(GByteArray) bytes = package(type, path, text);
	const NativeContract *contract = NULL;
	bsn_err err = { .size = sizeof(err) };
	guint version = 0;

	g_assert_cmpint(native_code_read(buffer_slice(bytes), &contract,
					 &version, &err),
			==, reason != NULL ? BSN_BAD_REQUEST : BSN_OK);
	g_assert_cmpstr(err.reason, ==, reason != NULL ? reason : "");
}

static void
test_packages(void)
{
#define FILE NATIVE_FILE
	assert_package("native", FILE, "{\"contract\": \"bank\"}", NULL);
	assert_package("native", FILE,
		       "{\"contract\": \"bank\", \"version\": 7}", NULL);
	assert_package("node", FILE, "{\"contract\": \"bank\"}",
		       "the package is of type node, not native");
	assert_package("native", FILE, NULL, "the package has no native.json");
	assert_package("native", "index.js", "",
		       "the code of a native package is native.json and "
		       "what is below META-INF/, not index.js");
	assert_package("native", FILE, "[]",
		       "native.json is no JSON object of at most 4096 bytes");
	assert_package("native", FILE, "{\"contract\": \"x\"}",
		       "native.json: contract must be one of asset, bank, "
		       "conform, evidence, tally, vault");
	assert_package("native", FILE,
		       "{\"contract\": \"bank\", \"version\": 0}",
		       "native.json: version must be a number from 1 on");
	assert_package("native", FILE,
		       "{\"contract\": \"bank\", \"version\": \"1\"}",
		       "native.json: version must be a number from 1 on");
}

/* ---- the runtime ---- */

static bsn_err last_err;
static int32_t last_status;

static void
note_done(bsn_chaincode_run *run, int32_t status, bsn_slice response,
	  bsn_slice event, const bsn_err *err)
{
	last_status = status;
	last_err = *err;
}

static void
test_stop(void)
{
	const bsn_chaincode_runtime *runtime = &native_chaincode_runtime;
	g_autoptr(GByteArray) bytes =
		package("native", FILE, "{\"contract\": \"conform\"}");
	bsn_chain *chain = fake_chain_new("one");
	/* ChaincodeInput { args: "loop" } */
	const bsn_chaincode_call call = { .size = sizeof(call),
					  .package_id = TEXT("a:1"),
					  .input = TEXT("\x0a\x04loop") };
	bsn_chaincode_run run = { .size = sizeof(run), .done = note_done };
	g_autoptr(GByteArray) text = g_byte_array_new();
	BufferSink sink = buffer_sink(text, 1000);
	const bsn_chaincode_program program = {
		.size = sizeof(program),
		.package_id = TEXT("a:1"),
		.package = buffer_slice(bytes),
	};

	g_assert_cmpint(runtime->run(chain, &call, &run, &last_err), ==,
			BSN_NOT_FOUND);
	for (guint i = 0; i < 2; i++)
		g_assert_cmpint(runtime->start(chain, &program, NULL), ==,
				BSN_OK);
	g_assert_cmpint(runtime->status(chain, &sink.sink), ==, BSN_OK);
	assert_same(buffer_slice(text),
		    TEXT("[{\"package_id\":\"a:1\",\"state\":\"ready\","
			 "\"restarts\":0,\"contract\":\"conform\","
			 "\"version\":1}]"));
	g_assert_cmpint(runtime->run(chain, &call, &run, NULL), ==, BSN_OK);
	last_status = BSN_OK;
	runtime->stop(chain, TEXT("none"));
	g_assert_cmpint(last_status, ==, BSN_OK);
	runtime->stop(chain, TEXT("a:1"));
	g_assert_cmpint(last_status, ==, BSN_UNAVAILABLE);
	g_assert_cmpstr(last_err.reason, !=, "");
	g_byte_array_set_size(text, 0);
	g_assert_cmpint(runtime->status(chain, &sink.sink), ==, BSN_OK);
	assert_same(buffer_slice(text), TEXT("[]"));
	fake_chain_free(chain);
}

static void
test_check(void)
{
	const bsn_runtime *runtime =
		bsn_runtime_of(fake_host_load("runtime-native.so"));
	g_autoptr(GByteArray) good =
		package("native", FILE, "{\"contract\": \"bank\"}");
	g_autoptr(GByteArray) bad = package("native", FILE, "{}");
	g_autoptr(GByteArray) text = g_byte_array_new();
	BufferSink sink = buffer_sink(text, 1000);
	bsn_err err = { .size = sizeof(err) };
	g_autoptr(json_t) findings = NULL;

	g_assert_cmpint(runtime->check(buffer_slice(good), &sink.sink, &err),
			==, BSN_OK);
	assert_same(buffer_slice(text), TEXT("[]"));
	g_byte_array_set_size(text, 0);
	g_assert_cmpint(runtime->check(buffer_slice(bad), &sink.sink, &err), ==,
			BSN_FAULT);
	findings = json_loadb((const char *)text->data, text->len, 0, NULL);
	g_assert_cmpuint(json_array_size(findings), ==, 1);
	g_assert_cmpint(runtime->execute(NULL, NULL, &err), ==, BSN_E_INVALID);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	fake_host_load("runtime-native.so");
#define TEST(name, function) g_test_add_func("/native/" name, function)
	TEST("evidence/is-deposited-and-has-a-history", test_evidence);
	TEST("evidence/has-a-long-history", test_a_long_history);
	TEST("asset/lives-as-in-fabrics-sample", test_assets);
	TEST("asset/comes-in-pages", test_pages_of_assets);
	TEST("asset/is-found-by-content", test_queries_of_assets);
	TEST("bank/keeps-its-sum", test_bank);
	TEST("bank/conflicts-in-keys", test_bank_conflicts);
	TEST("bank/conflicts-in-ranges", test_bank_phantoms);
	TEST("tally/counts", test_tally);
	TEST("bank/sums-up-more-than-a-batch", test_a_long_range);
	TEST("conform/does-what-checks-ask", test_conform);
	TEST("conform/loops-until-it-is-cancelled", test_loop);
	TEST("conform/calls-other-chaincodes", test_calls_of_others);
	TEST("init-needs-no-function", test_init);
	TEST("packages-name-a-contract", test_packages);
	TEST("stopping-ends-calls", test_stop);
	TEST("check-says-what-is-wrong", test_check);
	return g_test_run();
}
