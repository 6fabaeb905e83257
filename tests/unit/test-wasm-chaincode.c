/* SPDX-License-Identifier: Apache-2.0
 *
 * runtime-wasm: contracts as chaincodes, on a real ledger of Fabric's kind.
 */
#include <bsn/helpers/error.h>
#include <string.h>

#include "plugins/chaincode/package.h"
#include "plugins/kit/arguments.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-run.h"

#define PROBE "probe_1:aa"
#define OTHER "other_1:bb"
#define THIRD "third_1:cc"

static GByteArray *
package_of(const char *file)
{
	g_autofree char *path = g_test_build_filename(
		G_TEST_DIST, "tests/wasm/contracts", file, NULL);
	GByteArray *package = g_byte_array_new();
	g_autofree char *data = NULL;
	gsize len;

	g_assert_true(g_file_get_contents(path, &data, &len, NULL));
	{
		const ChaincodeFile files = { "src/contract.wasm", FALSE,
					      bsn_slice_of(data, len) };

		g_assert_cmpint(chaincode_package_write("probe_1", "wasm", "",
							&files, 1, package,
							NULL),
				==, BSN_OK);
	}
	return package;
}

static FabricRun *
with_probe(void)
{
	FabricRun *fixture = fabric_run_new();

	fixture->channel.config->wasm = TRUE;
	g_hash_table_insert(fixture->packages, g_strdup(PROBE),
			    package_of("probe.wasm"));
	g_hash_table_insert(fixture->packages, g_strdup(OTHER),
			    package_of("probe.wasm"));
	g_hash_table_insert(fixture->packages, g_strdup(THIRD),
			    package_of("probe.wasm"));
	fabric_run_define(fixture, "probe", PROBE);
	fabric_run_define(fixture, "other", OTHER);
	fabric_run_define(fixture, "third", THIRD);
	return fixture;
}

static const char *
text_of_status(FabricRun *fixture, int32_t response, int32_t wanted)
{
	const char *text = fabric_run_text(fixture);

	if (response != wanted)
		g_error("it answers %d: %s", response, text);
	return text;
}

#define OK(...)                                                                \
	text_of_status(fixture, fabric_run_call(fixture, __VA_ARGS__, NULL),   \
		       200)
#define SAYS(text, ...) g_assert_cmpstr(OK(__VA_ARGS__), ==, text)
#define FAILS(text, ...)                                                       \
	g_assert_cmpstr(                                                       \
		text_of_status(fixture,                                        \
			       fabric_run_call(fixture, __VA_ARGS__, NULL),    \
			       500),                                           \
		==, text)
#define DO(...)                                                                \
	G_STMT_START                                                           \
	{                                                                      \
		OK(__VA_ARGS__);                                               \
		g_assert_cmpint(fabric_run_commit(fixture), ==,                \
				TX_CODE(VALID));                               \
	}                                                                      \
	G_STMT_END

static void
test_entries_are_put_read_and_deleted(void)
{
	g_autoptr(FabricRun) fixture = with_probe();

	SAYS("none", "probe", "get", "k");
	DO("probe", "set", "k", "v");
	SAYS("v", "probe", "get", "k");
	SAYS("none", "other", "get", "k");
	DO("probe", "del", "k");
	SAYS("none", "probe", "get", "k");
	FAILS("a key has 1 to 96 bytes, not 0", "probe", "set", "", "v");
	FAILS("GET_STATE failed: transaction ID: cafe: a key must be UTF-8",
	      "probe", "get", "\xff");
}

static void
test_a_contract_knows_its_caller(void)
{
	g_autoptr(FabricRun) fixture = with_probe();
	g_auto(GStrv) parts = NULL;

	parts = g_strsplit(OK("probe", "who"), "|", 0);
	g_assert_cmpuint(g_strv_length(parts), ==, 4);
	g_assert_true(g_str_has_prefix(parts[0], "x509::CN="));
	g_assert_nonnull(strstr(parts[0] + 6, "::CN="));
	g_assert_cmpstr(parts[0], ==, parts[1]);
	g_assert_cmpstr(parts[2], ==, "probe_1");
	g_assert_cmpstr(parts[3], ==, "who");
}

/* The peer gives what was committed before; the contract sees what it wrote. */
static void
test_own_changes_are_seen(void)
{
	g_autoptr(FabricRun) fixture = with_probe();

	DO("probe", "set", "a", "0");
	DO("probe", "set", "b", "1");
	DO("probe", "set", "c", "2");
	DO("probe", "set", "d", "3");
	SAYS("b=1;c=2;", "probe", "range", "b", "d");
	SAYS("a=0;b=1;c=2;d=3;", "probe", "range");
	SAYS("a=0;b=before;d=3;", "probe", "snapshot");
	g_assert_cmpint(fabric_run_commit(fixture), ==, TX_CODE(VALID));
	SAYS("b=before;d=behind;", "probe", "range");
}

static void
test_a_long_range_comes_in_batches(void)
{
	g_autoptr(FabricRun) fixture = with_probe();
	g_autoptr(GString) want = g_string_new(NULL);

	for (guint i = 0; i < 130; i++) {
		g_autofree char *key = g_strdup_printf("k%03u", i);

		DO("probe", "set", key, "v");
		g_string_append_printf(want, "%s=v;", key);
	}
	SAYS(want->str, "probe", "range", "k", "l");
}

static void
test_the_last_event_counts(void)
{
	g_autoptr(FabricRun) fixture = with_probe();

	OK("probe", "emit", "Name", "data");
	g_assert_cmpstr(fixture->event, ==, "probe/Name/data");
	OK("probe", "get", "k");
	g_assert_null(fixture->event);
}

static void
test_what_fails_answers_with_its_reason(void)
{
	g_autoptr(FabricRun) fixture = with_probe();

	FAILS("no more", "probe", "set_and_revert", "no more");
	FAILS("the contract has no function \"none\"", "probe", "none");
	FAILS("the contract has no function \"initialize\"", "probe",
	      "initialize");
	FAILS("the budget is used up", "probe", "emit_forever");
	g_assert_cmpint(fabric_run_call(fixture, "probe", "set_and_trap", NULL),
			==, 500);
	g_assert_true(g_str_has_prefix(fixture->message,
				       "unreachable, in function"));
}

static void
test_other_chaincodes_are_called(void)
{
	g_autoptr(FabricRun) fixture = with_probe();

	const char *who = OK("probe", "forward", "other", "who");

	g_assert_true(g_str_has_prefix(who, "0:x509::CN="));
	g_assert_true(g_str_has_suffix(who, "|other_1|who"));
	SAYS("11:the contract has no function \"none\"", "probe", "forward",
	     "other", "none");
	g_assert_true(g_str_has_prefix(
		OK("probe", "forward", "absent", "get"), "13:"));
	FAILS("11:the contract reverted", "probe", "forward_must", "other",
	      "set_and_revert");
}

/* As on every chain. */
static void
test_what_a_failed_inner_call_did_is_taken_back(void)
{
	g_autoptr(FabricRun) fixture = with_probe();

	SAYS("11:the contract reverted", "probe", "forward", "other",
	     "set_and_revert");
	g_assert_cmpint(fabric_run_commit(fixture), ==, TX_CODE(VALID));
	SAYS("none", "other", "get", "reverted");
	g_assert_true(g_str_has_prefix(
		OK("probe", "forward", "other", "set_and_trap"), "11:"));
	g_assert_cmpint(fabric_run_commit(fixture), ==, TX_CODE(VALID));
	SAYS("none", "other", "get", "trapped");
	SAYS("1", "probe", "get", "before");
}

static void
test_what_cannot_be_taken_back_fails_the_transaction(void)
{
	g_autoptr(FabricRun) fixture = with_probe();

	FAILS("a called contract has failed, and what those that it called "
	      "have changed cannot be taken back",
	      "probe", "forward", "other", "third_and_trap");
	SAYS("0:", "probe", "forward", "third", "longest_key");
}

/* Who calls others pays for them: else as many as it likes take a peer as long as
 * that. */
static void
test_a_transactions_contracts_share_its_gas(void)
{
	g_autoptr(FabricRun) fixture = with_probe();

	FAILS("the budget is used up", "probe", "forward", "other",
	      "emit_forever");
	SAYS("none", "probe", "get", "k");
}

static void
test_an_init_runs_initialize(void)
{
	g_autoptr(FabricRun) fixture = with_probe();

	fabric_run_define(fixture, "probe", PROBE)->init_required = TRUE;
	fixture->is_init = TRUE;
	DO("probe", "initialize", "one");
	fixture->is_init = FALSE;
	SAYS("one", "probe", "get", "first");
}

/* ---- the tables ----------------------------------------------------------- */

typedef struct {
	bsn_chaincode_run run; /* first */
	guint asked, done;
	int32_t status;
} Listener;

static void
asked(bsn_chaincode_run *run, uint32_t type, bsn_slice payload)
{
	((Listener *)run)->asked++;
}

static void
done(bsn_chaincode_run *run, int32_t status, bsn_slice response,
     bsn_slice event, const bsn_err *err)
{
	Listener *listener = (Listener *)run;

	listener->done++;
	listener->status = status;
}

/* Begins a call that asks and waits: ChaincodeInput {args: "get", "k"}. */
static int32_t
begin(const bsn_chaincode_runtime *runtime, bsn_chain *chain,
      Listener *listener)
{
	const bsn_chaincode_call call = {
		.size = sizeof(call),
		.package_id = bsn_slice_str(PROBE),
		.input = bsn_slice_of("\x0a\x03get\x0a\x01k", 8),
	};

	*listener = (Listener){ .run = { .size = sizeof(bsn_chaincode_run),
					 .asked = asked,
					 .done = done } };
	return runtime->run(chain, &call, &listener->run, NULL);
}

static void
test_many_runs_wait_at_once_and_are_stopped(void)
{
	const bsn_chaincode_runtime *runtime = bsn_chaincode_of(
		bsn_runtime_of(fake_host_load("runtime-wasm.so")));
	bsn_chain *chain = fake_chain_new("wasm");
	g_autoptr(GByteArray) package = package_of("probe.wasm");
	const bsn_chaincode_program program = {
		.size = sizeof(program),
		.package_id = bsn_slice_str(PROBE),
		.package = buffer_slice(package),
	};
	g_autoptr(GByteArray) text = g_byte_array_new();
	BufferSink sink = buffer_sink(text, 1000);
	Listener listeners[20], more;

	g_assert_cmpint(begin(runtime, chain, &more), ==, BSN_NOT_FOUND);
	g_assert_cmpint(runtime->start(chain, &program, NULL), ==, BSN_OK);
	g_assert_cmpint(runtime->start(chain, &program, NULL), ==, BSN_OK);
	for (guint i = 0; i < G_N_ELEMENTS(listeners); i++) {
		g_assert_cmpint(begin(runtime, chain, &listeners[i]), ==,
				BSN_OK);
		g_assert_cmpuint(listeners[i].asked, ==, 1);
	}
	g_assert_cmpint(runtime->status(chain, &sink.sink), ==, BSN_OK);
	g_byte_array_append(text, (const guint8 *)"", 1);
	g_assert_nonnull(strstr((char *)text->data, "\"calls\":20"));
	runtime->cancel(&listeners[0].run);
	runtime->answer(&listeners[1].run, 13, bsn_slice_str("v"));
	g_assert_cmpint(listeners[1].status, ==, BSN_OK);
	runtime->stop(chain, bsn_slice_str(PROBE));
	g_assert_cmpuint(listeners[0].done, ==, 0);
	for (guint i = 1; i < G_N_ELEMENTS(listeners); i++)
		g_assert_cmpuint(listeners[i].done, ==, 1);
	g_assert_cmpint(listeners[2].status, ==, BSN_UNAVAILABLE);
	g_assert_cmpint(begin(runtime, chain, &more), ==, BSN_NOT_FOUND);
	fake_chain_free(chain);
}

static void
test_a_package_that_is_no_contract_is_not_started(void)
{
	static const char *const files[] = { "float.wasm", "wasi.wasm",
					     "probe.c" };
	const bsn_chaincode_runtime *runtime = bsn_chaincode_of(
		bsn_runtime_of(fake_host_load("runtime-wasm.so")));
	bsn_chain *chain = fake_chain_new("wasm");

	for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autoptr(GByteArray) package = package_of(files[i]);
		const bsn_chaincode_program program = {
			.size = sizeof(program),
			.package_id = bsn_slice_str(PROBE),
			.package = buffer_slice(package),
		};
		bsn_err err = BSN_ERR_INIT;

		g_assert_cmpint(runtime->start(chain, &program, &err), ==,
				BSN_BAD_REQUEST);
		g_assert_cmpstr(err.reason, !=, "");
	}
	fake_chain_free(chain);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	fake_host_load("runtime-wasm.so");
#define TEST(path, function) g_test_add_func("/wasm-chaincode/" path, function)
	TEST("entries-are-put-read-and-deleted",
	     test_entries_are_put_read_and_deleted);
	TEST("a-contract-knows-its-caller", test_a_contract_knows_its_caller);
	TEST("own-changes-are-seen", test_own_changes_are_seen);
	TEST("a-long-range-comes-in-batches",
	     test_a_long_range_comes_in_batches);
	TEST("the-last-event-counts", test_the_last_event_counts);
	TEST("what-fails-answers-with-its-reason",
	     test_what_fails_answers_with_its_reason);
	TEST("other-chaincodes-are-called", test_other_chaincodes_are_called);
	TEST("what-a-failed-inner-call-did-is-taken-back",
	     test_what_a_failed_inner_call_did_is_taken_back);
	TEST("what-cannot-be-taken-back-fails-the-transaction",
	     test_what_cannot_be_taken_back_fails_the_transaction);
	TEST("a-transactions-contracts-share-its-gas",
	     test_a_transactions_contracts_share_its_gas);
	TEST("an-init-runs-initialize", test_an_init_runs_initialize);
	TEST("many-runs-wait-at-once-and-are-stopped",
	     test_many_runs_wait_at_once_and_are_stopped);
	TEST("a-package-that-is-no-contract-is-not-started",
	     test_a_package_that_is_no_contract_is_not_started);
	return g_test_run();
}
