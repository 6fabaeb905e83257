/* SPDX-License-Identifier: Apache-2.0
 *
 * engine-fabric's runs: calls of chaincodes, Init, chaincodes that call each
 * other, and chaincodes, runtimes and nodes that fail.
 */
#include <string.h>

#include "peer/chaincode.pb-c.h"
#include "plugins/engine-fabric/chaincode/call.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-run.h"
#include "tests/unit/fabric-script.h"

/* A channel with scripted chaincodes "basic" and "other". */
static FabricRun *
scripted(void)
{
	FabricRun *fixture = fabric_run_new();

	fabric_run_install(fixture, "basic_1:aa", "node", NULL);
	fabric_run_install(fixture, "other_1:bb", "node", NULL);
	fabric_run_define(fixture, "basic", "basic_1:aa");
	fabric_run_define(fixture, "other", "other_1:bb");
	return fixture;
}

static void
put(ScriptCall *call, const char *key, const char *value)
{
	Protos__PutState message = PROTOS__PUT_STATE__INIT;

	message.key = fabric_text(key);
	message.value = fabric_text(value);
	script_ask(call, SHIM(PUT_STATE), &message);
}

static void
get(ScriptCall *call, const char *key)
{
	Protos__GetState message = PROTOS__GET_STATE__INIT;

	message.key = fabric_text(key);
	script_ask(call, SHIM(GET_STATE), &message);
}

static void
invoke(ScriptCall *call, const char *chaincode)
{
	Protos__ChaincodeID id = PROTOS__CHAINCODE_ID__INIT;
	Protos__ChaincodeInput input = PROTOS__CHAINCODE_INPUT__INIT;
	Protos__ChaincodeSpec spec = PROTOS__CHAINCODE_SPEC__INIT;
	ProtobufCBinaryData function = fabric_text("inner");

	id.name = (char *)chaincode;
	input.n_args = 1;
	input.args = &function;
	spec.chaincode_id = &id;
	spec.input = &input;
	script_ask(call, SHIM(INVOKE_CHAINCODE), &spec);
}

static void
assert_error(const ScriptCall *call, const char *sentence)
{
	g_autofree char *text = script_error(call);

	g_assert_cmpstr(text, ==, sentence);
}

static void
assert_failed(const FabricRun *fixture, int32_t status, const char *reason)
{
	g_assert_cmpuint(fixture->n_done, ==, 1);
	g_assert_cmpint(fixture->status, ==, status);
	g_assert_cmpstr(fixture->reason, ==, reason);
	g_assert_cmpuint(g_bytes_get_size(fixture->results), ==, 0);
}

/* ---- one call ---- */

static void
test_a_call(void)
{
	g_autoptr(FabricRun) fixture = scripted();
	g_autofree char *state = NULL;
	ScriptCall *call;

	g_assert_nonnull(fabric_run_begin(fixture, "basic", "do", NULL));
	call = script_call(0);
	g_assert_cmpstr(call->function, ==, "do");
	g_assert_cmpstr(call->package_id, ==, "basic_1:aa");
	g_assert_false(call->is_init);
	put(call, "a", "1");
	g_assert_cmpuint(call->answers, ==, 1);
	script_finish(call, 200, "done");
	g_assert_cmpuint(fixture->n_done, ==, 1);
	g_assert_cmpint(fixture->response, ==, 200);
	g_assert_cmpstr(fixture->version, ==, "1");
	g_assert_null(fixture->event);
	g_assert_cmpstr(fabric_run_text(fixture), ==, "done");
	g_assert_cmpint(fabric_run_commit(fixture), ==, TX_CODE(VALID));
	state = fabric_ledger_state(fixture->ledger);
	g_assert_cmpstr(state, ==, "a=1@1:0");
}

/* A chaincode says no as it likes; a query writes nothing. */
static void
test_answers(void)
{
	g_autoptr(FabricRun) fixture = scripted();

	fixture->read_only = TRUE;
	fabric_run_begin(fixture, "basic", "do", NULL);
	put(script_call(0), "a", "1");
	script_finish(script_call(0), 404, "");
	g_assert_cmpint(fixture->status, ==, BSN_OK);
	g_assert_cmpint(fixture->response, ==, 404);
	g_assert_cmpuint(g_bytes_get_size(fixture->results), ==, 0);
}

static void
test_an_event(void)
{
	/* event_name "sold", payload "x", and a name and an id that lie. */
	static const guint8 event[] = "\x0a\x03xxx\x12\x01y\x1a\x04sold\x22\x01x";
	g_autoptr(FabricRun) fixture = scripted();

	fabric_run_begin(fixture, "basic", "do", NULL);
	script_end(script_call(0), BSN_OK, TEXT("\x08\x01"),
		   bsn_slice_of(event, sizeof(event) - 1), NULL);
	g_assert_cmpstr(fixture->event, ==, "basic/sold/x");
}

static void
test_answers_that_are_none(void)
{
	for (guint i = 0; i < 2; i++) {
		g_autoptr(FabricRun) fixture = scripted();

		fabric_run_begin(fixture, "basic", "do", NULL);
		script_end(script_call(0), BSN_OK,
			   TEXT(i == 0 ? "\x0a" : "\x08\x01"),
			   TEXT(i == 1 ? "\x0a" : ""), NULL);
		g_assert_cmpint(fixture->status, ==, BSN_FAULT);
		g_assert_cmpstr(fixture->reason, !=, "");
	}
}

static void
test_a_chaincode_fails(void)
{
	g_autoptr(FabricRun) fixture = scripted();

	fabric_run_begin(fixture, "basic", "do", NULL);
	script_end(script_call(0), BSN_FAULT, TEXT(""), TEXT(""), "it crashed");
	assert_failed(fixture, BSN_FAULT, "chaincode basic: it crashed");
}

/* ---- what may not be called ---- */

static void
assert_refused(FabricRun *fixture, const char *name, int32_t status,
	       const char *reason)
{
	fixture->n_done = 0;
	g_assert_null(fabric_run_begin(fixture, name, "do", NULL));
	assert_failed(fixture, status, reason);
}

static void
test_conditions(void)
{
	g_autoptr(FabricRun) fixture = scripted();
	Definition *basic = fixture->definitions->pdata[0];

	assert_refused(fixture, "none", BSN_NOT_FOUND,
		       "chaincode none is not defined");
	basic->condition = CHAINCODE_FROZEN;
	assert_refused(fixture, "basic", BSN_FROZEN,
		       "chaincode basic is frozen");
	basic->condition = CHAINCODE_UNINSTALLED;
	assert_refused(fixture, "basic", BSN_NOT_FOUND,
		       "chaincode basic is uninstalled");
	g_assert_cmpuint(script_n_calls(), ==, 0);
}

static void
test_packages(void)
{
	g_autoptr(FabricRun) fixture = scripted();

	fabric_run_define(fixture, "basic", NULL);
	assert_refused(fixture, "basic", BSN_UNAVAILABLE,
		       "chaincode basic: this node's organisation has approved "
		       "no package for sequence 2");
	fabric_run_define(fixture, "basic", "basic_2:cc");
	assert_refused(fixture, "basic", BSN_UNAVAILABLE,
		       "chaincode basic: its package basic_2:cc is not on this "
		       "node");
	fabric_run_install(fixture, "basic_2:cc", "golang", NULL);
	assert_refused(fixture, "basic", BSN_UNAVAILABLE,
		       "chaincode basic: this host has no runtime for packages "
		       "of type golang");
	script_start_status = BSN_TOO_LARGE;
	assert_refused(fixture, "other", BSN_TOO_LARGE, "it does not start");
	script_start_status = BSN_OK;
	script_run_status = BSN_NOT_FOUND;
	assert_refused(fixture, "other", BSN_UNAVAILABLE, "it does not run");
	script_run_status = BSN_BUSY;
	assert_refused(fixture, "other", BSN_BUSY, "it does not run");
}

/* ---- Init ---- */

static void
init(FabricRun *fixture, guint call)
{
	fixture->is_init = TRUE;
	fabric_run_begin(fixture, "basic", "start", NULL);
	g_assert_true(script_call(call)->is_init);
	script_finish(script_call(call), 200, "");
	fixture->is_init = FALSE;
}

static void
test_init(void)
{
	g_autoptr(FabricRun) fixture = scripted();
	Definition *basic = fixture->definitions->pdata[0];
	g_autoptr(StateItem) item = NULL;
	g_autoptr(Simulator) simulator = NULL;

	basic->init_required = TRUE;
	assert_refused(fixture, "basic", BSN_CONFLICT,
		       "chaincode 'basic' has not been initialized for this "
		       "version, must call as init first");
	init(fixture, 0);
	g_assert_cmpint(fabric_run_commit(fixture), ==, TX_CODE(VALID));
	simulator = simulator_new(fixture->ledger->ledger);
	g_assert_cmpint(
		simulator_get(simulator, TEXT("basic"),
			      bsn_slice_of("\0\xf4\x8f\xbf\xbfinitialized", 16),
			      &item, NULL),
		==, BSN_OK);
	assert_same(item->value, TEXT("1"));
	fixture->is_init = TRUE;
	assert_refused(fixture, "basic", BSN_CONFLICT,
		       "chaincode 'basic' is already initialized but called as "
		       "init");
	fixture->is_init = FALSE;
	fabric_run_begin(fixture, "basic", "do", NULL);
	script_finish(script_call(1), 200, "");
	g_assert_cmpint(fixture->status, ==, BSN_OK);
}

/* Both read that it has not run: one of them is too late. */
static void
test_init_runs_once(void)
{
	g_autoptr(FabricRun) fixture = scripted();
	Definition *basic = fixture->definitions->pdata[0];
	g_autoptr(GBytes) first = NULL;

	basic->init_required = TRUE;
	init(fixture, 0);
	first = g_bytes_ref(fixture->results);
	init(fixture, 1);
	g_assert_cmpint(fabric_run_commit(fixture), ==, TX_CODE(VALID));
	g_bytes_unref(fixture->results);
	fixture->results = g_steal_pointer(&first);
	g_assert_cmpint(fabric_run_commit(fixture), ==,
			TX_CODE(MVCC_READ_CONFLICT));
	/* A new version is initialised anew. */
	g_free(basic->version);
	basic->version = g_strdup("2");
	assert_refused(fixture, "basic", BSN_CONFLICT,
		       "chaincode 'basic' has not been initialized for this "
		       "version, must call as init first");
	init(fixture, 2);
	g_assert_cmpint(fabric_run_commit(fixture), ==, TX_CODE(VALID));
}

static void
test_init_unasked(void)
{
	g_autoptr(FabricRun) fixture = scripted();

	fixture->is_init = TRUE;
	assert_refused(fixture, "basic", BSN_BAD_REQUEST,
		       "chaincode 'basic' does not require initialization but "
		       "called as init");
}

/* ---- chaincodes that call each other ---- */

static void
test_a_nested_call(void)
{
	g_autoptr(FabricRun) fixture = scripted();
	g_auto(Arena) arena = ARENA_INIT;
	const Protos__ChaincodeMessage *message;
	ScriptCall *outer;
	ScriptCall *inner;

	fabric_run_begin(fixture, "basic", "do", NULL);
	outer = script_call(0);
	put(outer, "a", "outer");
	invoke(outer, "other:1.0/one");
	g_assert_cmpuint(outer->answers, ==, 1);
	inner = script_call(1);
	g_assert_cmpstr(inner->function, ==, "inner");
	g_assert_cmpstr(inner->package_id, ==, "other_1:bb");
	put(inner, "a", "inner");
	script_finish(inner, 200, "from within");
	g_assert_cmpuint(outer->answers, ==, 2);
	g_assert_cmpuint(outer->type, ==, SHIM(RESPONSE));
	message = message_unpack(&arena, &protos__chaincode_message__descriptor,
				 buffer_slice(outer->answer), NULL, NULL);
	g_assert_cmpint(message->type, ==, SHIM(COMPLETED));
	g_assert_cmpstr(message->txid, ==, "cafe");
	g_assert_cmpstr(message->channel_id, ==, "one");
	assert_same(message_slice(message->payload),
		    bsn_slice_of("\x08\xc8\x01\x1a\x0b"
				 "from within",
				 16));
	script_finish(outer, 200, "");
	g_assert_cmpint(fabric_run_commit(fixture), ==, TX_CODE(VALID));
	g_assert_cmpstr(fixture->ledger->asked->str, ==, "basic+;other+;");
}

/* What a called chaincode does by itself is its caller's to judge. */
static void
test_a_nested_failure(void)
{
	g_autoptr(FabricRun) fixture = scripted();
	g_auto(Arena) arena = ARENA_INIT;
	const Protos__ChaincodeMessage *message;
	ScriptCall *outer;

	fabric_run_begin(fixture, "basic", "do", NULL);
	outer = script_call(0);
	invoke(outer, "other");
	script_end(script_call(1), BSN_FAULT, TEXT(""), TEXT(""), "no");
	g_assert_cmpuint(outer->type, ==, SHIM(RESPONSE));
	message = message_unpack(&arena, &protos__chaincode_message__descriptor,
				 buffer_slice(outer->answer), NULL, NULL);
	g_assert_cmpint(message->type, ==, SHIM(ERROR));
	assert_same(message_slice(message->payload),
		    TEXT("chaincode other: no"));
	script_finish(outer, 200, "");
	g_assert_cmpint(fixture->status, ==, BSN_OK);
}

static void
test_nested_refusals(void)
{
	g_autoptr(FabricRun) fixture = scripted();
	Definition *other = fixture->definitions->pdata[1];
	ScriptCall *call;

	fabric_run_begin(fixture, "basic", "do", NULL);
	call = script_call(0);
#define REFUSED "INVOKE_CHAINCODE failed: transaction ID: cafe: "
	invoke(call, "none");
	assert_error(call, REFUSED "chaincode none is not defined");
	invoke(call, "basic");
	assert_error(call, REFUSED "chaincode basic already runs in this "
				   "transaction and cannot be called again "
				   "from within");
	invoke(call, "other/two");
	assert_error(call, REFUSED "chaincode other is on another channel "
				   "(two): one transaction runs on one channel");
	invoke(call, "/one");
	assert_error(call, REFUSED "the question names no chaincode");
	invoke(call, "qscc");
	assert_error(call, REFUSED "system chaincode qscc cannot be called by "
				   "chaincodes");
	other->condition = CHAINCODE_FROZEN;
	invoke(call, "other");
	assert_error(call, REFUSED "chaincode other is frozen");
	script_finish(call, 200, "");
	g_assert_cmpint(fixture->status, ==, BSN_OK);
}

static void
test_depth(void)
{
	g_autoptr(FabricRun) fixture = scripted();

	for (guint i = 0; i <= RUN_DEPTH_MAX; i++) {
		g_autofree char *name = g_strdup_printf("c%u", i);

		fabric_run_define(fixture, name, "basic_1:aa");
	}
	fabric_run_begin(fixture, "c0", "do", NULL);
	for (guint i = 0; i < RUN_DEPTH_MAX; i++) {
		g_autofree char *name = g_strdup_printf("c%u", i + 1);

		invoke(script_call(i), name);
	}
	g_assert_cmpuint(script_n_calls(), ==, RUN_DEPTH_MAX);
	assert_error(script_call(RUN_DEPTH_MAX - 1),
		     REFUSED "chaincodes call each other 16 deep");
	for (guint i = RUN_DEPTH_MAX; i > 0; i--)
		script_finish(script_call(i - 1), 200, "");
	g_assert_cmpint(fixture->status, ==, BSN_OK);
}

static void
test_number_of_calls(void)
{
	g_autoptr(FabricRun) fixture = scripted();
	ScriptCall *call;

	fabric_run_begin(fixture, "basic", "do", NULL);
	call = script_call(0);
	for (guint i = 1; i < RUN_CALLS_MAX; i++) {
		invoke(call, "other");
		script_finish(script_call(i), 200, "");
	}
	invoke(call, "other");
	assert_error(call,
		     REFUSED "a transaction may call 1024 chaincodes");
	script_finish(call, 200, "");
}

/* ---- runs that are doomed, or given up ---- */

/* Others would have another answer: the caller must not go on without it. */
static void
test_a_node_fails_within(void)
{
	g_autoptr(FabricRun) fixture = scripted();
	ScriptCall *call;

	fabric_run_define(fixture, "other", "other_2:dd");
	fabric_run_begin(fixture, "basic", "do", NULL);
	call = script_call(0);
	invoke(call, "other");
	assert_error(call, REFUSED "chaincode other: its package other_2:dd "
				   "is not on this node");
	put(call, "a", "1");
	assert_error(call, "PUT_STATE failed: transaction ID: cafe: chaincode "
			   "other: its package other_2:dd is not on this node");
	script_finish(call, 200, "went on");
	assert_failed(fixture, BSN_UNAVAILABLE,
		      "chaincode other: its package other_2:dd is not on this "
		      "node");
}

static void
test_nonsense_dooms(void)
{
	static const guint32 types[] = { 99, SHIM(GET_STATE),
					 SHIM(INVOKE_CHAINCODE) };

	for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autoptr(FabricRun) fixture = scripted();
		g_autofree char *error = NULL;

		fabric_run_begin(fixture, "basic", "do", NULL);
		script_ask_bytes(script_call(0), types[i], TEXT("\x0a\x7f"));
		error = script_error(script_call(0));
		g_assert_cmpstr(error, !=, "");
		script_finish(script_call(0), 200, "");
		g_assert_cmpint(fixture->status, ==, BSN_FAULT);
		g_assert_cmpuint(fixture->n_done, ==, 1);
	}
}

/* The whole run is doomed, from the inside outwards. */
static void
test_nonsense_dooms_callers(void)
{
	g_autoptr(FabricRun) fixture = scripted();

	fabric_run_begin(fixture, "basic", "do", NULL);
	invoke(script_call(0), "other");
	script_ask_bytes(script_call(1), 99, TEXT(""));
	script_finish(script_call(1), 200, "");
	g_assert_cmpuint(script_call(0)->type, ==, SHIM(ERROR));
	script_finish(script_call(0), 200, "");
	assert_failed(fixture, BSN_FAULT,
		      "a chaincode that runs cannot send a message of an "
		      "unknown type (99)");
}

static void
test_a_chaincode_asks_while_it_waits(void)
{
	g_autoptr(FabricRun) fixture = scripted();

	fabric_run_begin(fixture, "basic", "do", NULL);
	invoke(script_call(0), "other");
	get(script_call(0), "a");
	assert_failed(fixture, BSN_FAULT,
		      "chaincode basic asks before it was answered");
	g_assert_true(script_call(0)->cancelled);
	g_assert_true(script_call(1)->cancelled);
}

static void
test_a_chaincode_asks_for_ever(void)
{
	g_autoptr(FabricRun) fixture = scripted();
	Protos__QueryStateClose message = PROTOS__QUERY_STATE_CLOSE__INIT;
	guint n = 0;

	fabric_run_begin(fixture, "basic", "do", NULL);
	for (; fixture->n_done == 0; n++)
		script_ask(script_call(0), SHIM(QUERY_STATE_CLOSE), &message);
	g_assert_cmpuint(n, ==, RUN_QUESTIONS_MAX + 1);
	g_assert_cmpint(fixture->status, ==, BSN_FAULT);
	g_assert_true(script_call(0)->cancelled);
}

static void
test_cancel(void)
{
	g_autoptr(FabricRun) fixture = scripted();
	Run *run = fabric_run_begin(fixture, "basic", "do", NULL);

	invoke(script_call(0), "other");
	run_cancel(run);
	g_assert_true(script_call(0)->cancelled);
	g_assert_true(script_call(1)->cancelled);
	g_assert_cmpuint(fixture->n_done, ==, 0);
}

/* Blocks come and go; a run sees the state that it began with. */
static void
test_a_run_takes_its_time(void)
{
	g_autoptr(FabricRun) fixture = scripted();
	g_autofree char *value = NULL;

	fabric_ledger_put(fixture->ledger, "a=before", NULL);
	fabric_run_begin(fixture, "basic", "do", NULL);
	fabric_ledger_put(fixture->ledger, "a=after", NULL);
	get(script_call(0), "a");
	value = script_response(script_call(0));
	g_assert_cmpstr(value, ==, "before");
	script_finish(script_call(0), 200, "");
	g_assert_cmpint(fabric_run_commit(fixture), ==,
			TX_CODE(MVCC_READ_CONFLICT));
}

/* ---- programs ---- */

static void
test_programs(void)
{
	g_autoptr(FabricRun) fixture = scripted();
	Run *old = fabric_run_begin(fixture, "basic", "do", NULL);

	g_assert_cmpstr(script_started->str, ==, "basic_1:aa;");
	run_cancel(fabric_run_begin(fixture, "basic", "do", NULL));
	g_assert_cmpstr(script_started->str, ==, "basic_1:aa;");
	/* The old program goes when nothing runs in it any more. */
	fabric_run_install(fixture, "basic_2:cc", "node", NULL);
	fabric_run_define(fixture, "basic", "basic_2:cc");
	run_cancel(fabric_run_begin(fixture, "basic", "do", NULL));
	g_assert_cmpstr(script_started->str, ==, "basic_1:aa;basic_2:cc;");
	run_cancel(old);
	run_cancel(fabric_run_begin(fixture, "other", "do", NULL));
	g_assert_cmpstr(script_started->str, ==, "basic_2:cc;other_1:bb;");
	/* Two chaincodes of one package. */
	fabric_run_define(fixture, "basic", "other_1:bb");
	fabric_run_define(fixture, "other", "basic_2:cc");
	run_cancel(fabric_run_begin(fixture, "basic", "do", NULL));
	run_cancel(fabric_run_begin(fixture, "other", "do", NULL));
	g_assert_true(strstr(script_started->str, "basic_2:cc;") != NULL);
	g_assert_true(strstr(script_started->str, "other_1:bb;") != NULL);
}

static void
test_prepare(void)
{
	g_autoptr(FabricRun) fixture = scripted();
	Definition *basic = fixture->definitions->pdata[0];

	runtimes_prepare(&fixture->channel, basic);
	g_assert_cmpstr(script_started->str, ==, "basic_1:aa;");
	basic->condition = CHAINCODE_FROZEN;
	runtimes_prepare(&fixture->channel, basic);
	g_assert_cmpstr(script_started->str, ==, "basic_1:aa;");
	basic->condition = CHAINCODE_UNINSTALLED;
	runtimes_prepare(&fixture->channel, basic);
	g_assert_cmpstr(script_started->str, ==, "");
	fabric_run_define(fixture, "other", "other_2:dd");
	runtimes_prepare(&fixture->channel, fixture->definitions->pdata[1]);
	g_assert_cmpstr(script_started->str, ==, "");
}

static void
test_runtimes(void)
{
	g_autoptr(FabricRun) fixture = scripted();
	g_autoptr(json_t) list = runtimes_json(&fixture->channel);

	g_assert_cmpuint(json_array_size(list), ==, 1);
	g_assert_nonnull(runtimes_find("node"));
	g_assert_null(runtimes_find("golang"));
	g_assert_true(runtimes_checker("node") == &script_runtime);
	g_assert_null(runtimes_checker("golang"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	fake_host_add_runtime(&script_runtime);
#define TEST(name, function) g_test_add_func("/fabric/run/" name, function)
	TEST("a-call-becomes-a-read-write-set", test_a_call);
	TEST("a-query-leaves-nothing", test_answers);
	TEST("an-event-is-its-chaincodes-own", test_an_event);
	TEST("answers-that-are-none-are-faults", test_answers_that_are_none);
	TEST("a-chaincode-that-fails-fails-its-run", test_a_chaincode_fails);
	TEST("frozen-and-uninstalled-ones-are-not-called", test_conditions);
	TEST("what-is-not-there-does-not-run", test_packages);
	TEST("init/comes-first-and-once", test_init);
	TEST("init/races-and-runs-once-a-version", test_init_runs_once);
	TEST("init/comes-only-where-it-is-asked-for", test_init_unasked);
	TEST("nested/calls-share-a-read-write-set", test_a_nested_call);
	TEST("nested/failures-are-told-to-the-caller", test_a_nested_failure);
	TEST("nested/refusals-are-told-to-the-caller", test_nested_refusals);
	TEST("nested/depth-is-bounded", test_depth);
	TEST("nested/number-is-bounded", test_number_of_calls);
	TEST("doomed/by-what-only-this-node-lacks", test_a_node_fails_within);
	TEST("doomed/by-nonsense", test_nonsense_dooms);
	TEST("doomed/from-the-inside-outwards", test_nonsense_dooms_callers);
	TEST("given-up/who-asks-while-it-waits",
	     test_a_chaincode_asks_while_it_waits);
	TEST("given-up/who-asks-for-ever", test_a_chaincode_asks_for_ever);
	TEST("given-up/by-its-owner", test_cancel);
	TEST("a-run-sees-the-state-it-began-with", test_a_run_takes_its_time);
	TEST("programs/start-once-and-stop-when-replaced", test_programs);
	TEST("programs/start-before-they-are-called", test_prepare);
	TEST("programs/have-runtimes", test_runtimes);
	return g_test_run();
}
