/* SPDX-License-Identifier: Apache-2.0
 *
 * runtime-wasm: contracts that call contracts, what failed calls leave, budgets,
 * and that all of it is the same twice.
 */
#include <bsn/helpers/bytes.h>
#include <string.h>

#include "plugins/kit/arguments.h"
#include "plugins/kit/sink.h"
#include "plugins/runtime-wasm/machine/code.h"
#include "tests/unit/wasm-ground.h"

static Ground *
with_two(void)
{
	Ground *ground = ground_new();

	g_assert_cmpint(ground_create(ground, "one", "probe.wasm", NULL), ==,
			BSN_OK);
	g_assert_cmpint(ground_create(ground, "two", "probe.wasm", NULL), ==,
			BSN_OK);
	return ground;
}

static void
assert_text(Ground *ground, const char *want)
{
	if (ground->status != BSN_OK)
		g_error("%s", ground->reason);
	g_assert_cmpstr(ground_text(ground), ==, want);
}

static void
assert_value(Ground *ground, const char *contract, const char *key,
	     const char *want)
{
	g_autofree char *arguments = g_strdup_printf("[\"%s\"]", key);

	(void)ground_call(ground, contract, "get", arguments);
	assert_text(ground, want);
}

/* Has contract "one" call another, with an encoded argument or none. */
static int32_t
forward(Ground *ground, const char *how, const char *contract,
	const char *function, const char *argument)
{
	g_autofree char *arguments = g_strdup_printf(
		"[\"%s\", \"%s\"]", contract, function);
	g_autoptr(GByteArray) inner = g_byte_array_new();
	g_autoptr(GByteArray) all = g_byte_array_new();
	bsn_call call = { .size = sizeof(call),
			  .kind = BSN_CALL_INVOKE,
			  .flags = ground->flags,
			  .block = &ground->block,
			  .origin = bsn_slice_str("signer"),
			  .caller = bsn_slice_str("ann"),
			  .contract = bsn_slice_str("one"),
			  .function = bsn_slice_str(how),
			  .budget = ground->budget };

	g_assert_cmpint(arguments_from_json(bsn_slice_str(arguments), all,
					    NULL),
			==, BSN_OK);
	if (argument != NULL)
		arguments_add(inner, bsn_slice_str(""),
			      bsn_slice_str(argument));
	arguments_add(all, bsn_slice_str(""), buffer_slice(inner));
	call.input = buffer_slice(all);
	return ground_run(ground, &call);
}

static char *
events_of(const Ground *ground)
{
	g_ptr_array_add(ground->events, NULL);
	{
		char *text = g_strjoinv(" ", (char **)ground->events->pdata);

		g_ptr_array_set_size(ground->events, 0);
		return text;
	}
}

/* ---- calls ---------------------------------------------------------------- */

static void
test_a_contract_is_called_in_its_callers_name(void)
{
	g_autoptr(Ground) ground = with_two();
	g_autofree char *events = NULL;

	(void)forward(ground, "forward", "two", "who", NULL);
	assert_text(ground, "0:one|signer|two|who");
	(void)forward(ground, "forward", "two", "emit", "inner");
	events = events_of(ground);
	g_assert_cmpstr(events, ==,
			"one/before/ one/behind/ one/before/ two/inner/ "
			"one/behind/");
}

static void
test_what_a_failed_inner_call_did_is_taken_back(void)
{
	g_autoptr(Ground) ground = with_two();
	g_autofree char *events = NULL;

	(void)forward(ground, "forward", "two", "set_and_revert", "no");
	assert_text(ground, "11:no");
	(void)forward(ground, "forward", "two", "set_and_trap", NULL);
	g_assert_true(g_str_has_prefix(ground_text(ground), "13:unreachable"));
	(void)forward(ground, "forward", "two", "nothing", NULL);
	assert_text(ground, "1:the contract has no function \"nothing\"");
	(void)forward(ground, "forward", "three", "get", NULL);
	assert_text(ground, "1:there is no contract at this address");
	assert_value(ground, "one", "before", "1");
	assert_value(ground, "two", "reverted", "none");
	assert_value(ground, "two", "trapped", "none");
	events = events_of(ground);
	g_assert_null(strstr(events, "two"));
}

static void
test_a_failed_outer_call_takes_all_of_it_back(void)
{
	g_autoptr(Ground) ground = with_two();
	g_autofree char *before = ground_dump(ground), *behind = NULL;

	g_assert_cmpint(forward(ground, "forward_must", "two", "set_and_revert",
				"no"),
			==, BSN_REVERTED);
	g_assert_cmpstr(ground->reason, ==, "11:no");
	g_assert_cmpstr(ground_text(ground), ==, "11:no");
	g_assert_cmpint(ground_call(ground, "two", "set_and_trap", NULL), ==,
			BSN_FAULT);
	g_assert_true(g_str_has_prefix(ground->reason,
				       "unreachable, in function "));
	behind = ground_dump(ground);
	g_assert_cmpstr(before, ==, behind);
}

static void
test_calls_nest_and_come_back_to_the_same_contract(void)
{
	g_autoptr(Ground) ground = with_two();

	(void)ground_call(ground, "one", "nest", NULL);
	assert_text(ground, "16:contracts call each other deeper than 16");
	(void)ground_call(ground, "one", "get", "[\"depth\"]");
	g_assert_cmpuint(ground->output->len, ==, 1);
	g_assert_cmpuint(ground->output->data[0], ==, 16);
}

static void
test_a_read_only_call_changes_nothing(void)
{
	static const char *const changes[] = { "set", "del", "emit" };
	g_autoptr(Ground) ground = with_two();

	ground->flags = BSN_CALL_READ_ONLY;
	for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
		g_assert_cmpint(ground_call(ground, "one", changes[i],
					    "[\"k\", \"v\"]"),
				==, BSN_FAULT);
		g_assert_nonnull(strstr(ground->reason, "read-only"));
	}
	assert_value(ground, "one", "owner", "ann");
	g_assert_cmpint(ground_create(ground, "new", "probe.wasm", NULL), ==,
			BSN_FAULT);
}

/* ---- the engine's own ----------------------------------------------------- */

static void
test_the_engine_is_asked_before_code_is_looked_for(void)
{
	g_autoptr(Ground) ground = with_two();
	g_autofree char *events = NULL;

	ground->has_builtin = TRUE;
	(void)ground_call(ground, GROUND_BUILTIN, "add", "[\"outer\"]");
	assert_text(ground, "added");
	(void)forward(ground, "forward", GROUND_BUILTIN, "add", "inner");
	assert_text(ground, "0:added");
	g_assert_cmpuint(ground->listed->len, ==, 2);
	events = events_of(ground);
	g_assert_cmpstr(events, ==,
			"engine/added/outer one/before/ engine/added/inner "
			"one/behind/");
	(void)forward(ground, "forward", GROUND_BUILTIN, "refuse", NULL);
	assert_text(ground, "11:the engine refuses");
	ground->budget = ground->used - 500;
	g_assert_cmpint(forward(ground, "forward", GROUND_BUILTIN, "refuse",
				NULL),
			==, BSN_OUT_OF_BUDGET);
}

static void
test_what_the_engine_did_is_taken_back_with_its_caller(void)
{
	g_autoptr(Ground) ground = with_two();

	ground->has_builtin = TRUE;
	(void)ground_call(ground, GROUND_BUILTIN, "add", "[\"stays\"]");
	g_assert_cmpint(forward(ground, "forward_must", "two", "set", NULL), ==,
			BSN_REVERTED);
	ground->budget = 200000;
	(void)forward(ground, "forward", GROUND_BUILTIN, "add", "goes");
	g_assert_cmpint(ground->status, ==, BSN_OK);
	ground->budget = ground->used - 100;
	(void)forward(ground, "forward", GROUND_BUILTIN, "add", "is taken back");
	g_assert_cmpint(ground->status, ==, BSN_OUT_OF_BUDGET);
	g_assert_cmpuint(ground->listed->len, ==, 2);
}

static void
test_a_broken_state_ends_the_execution(void)
{
	g_autoptr(Ground) ground = with_two();

	ground->has_builtin = TRUE;
	g_assert_cmpint(forward(ground, "forward", GROUND_BUILTIN, "break",
				NULL),
			==, BSN_E_IO);
	ground->broken = BSN_E_CORRUPT;
	g_assert_cmpint(ground_call(ground, "one", "get", "[\"k\"]"), ==,
			BSN_E_CORRUPT);
	g_assert_cmpint(ground_create(ground, "new", "probe.wasm", NULL), ==,
			BSN_E_CORRUPT);
}

/* ---- budgets -------------------------------------------------------------- */

static void
test_a_budget_ends_what_does_not_end(void)
{
	static const char *const endless[] = { "loop", "fill", "emit_forever" };
	g_autoptr(Ground) ground = with_two();
	g_autofree char *before = ground_dump(ground), *behind = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(endless); i++) {
		g_assert_cmpint(ground_call(ground, "one", endless[i], NULL),
				==, BSN_OUT_OF_BUDGET);
		g_assert_cmpuint(ground->used, ==, ground->budget);
		g_assert_cmpint(forward(ground, "forward", "two", endless[i],
					NULL),
				==, BSN_OUT_OF_BUDGET);
	}
	behind = ground_dump(ground);
	g_assert_cmpstr(before, ==, behind);
}

/* Whatever the budget is, an execution is bounded. */
static void
test_bounds_hold_where_the_budget_does_not(void)
{
	g_autoptr(Ground) ground = with_two();

	ground->budget = G_MAXUINT64;
	g_assert_cmpint(ground_call(ground, "one", "fill", NULL), ==,
			BSN_OUT_OF_BUDGET);
	g_assert_nonnull(strstr(ground->reason, "changes no more"));
	g_assert_cmpint(ground_call(ground, "one", "emit_forever", NULL), ==,
			BSN_OUT_OF_BUDGET);
	(void)ground_call(ground, "one", "grow", NULL);
	g_assert_cmpint(ground->status, ==, BSN_OK);
	g_assert_cmpint(ground_create(ground, "r", "recurse.wasm", NULL), ==,
			BSN_OK);
	g_assert_cmpint(ground_call(ground, "r", "f", NULL), ==, BSN_FAULT);
	g_assert_true(g_str_has_prefix(ground->reason,
				       "call stack exhausted"));
}

static void
test_every_smaller_budget_fails_and_changes_nothing(void)
{
	g_autoptr(Ground) ground = with_two();
	g_autofree char *before = ground_dump(ground), *behind = NULL;
	guint64 needed;

	g_assert_cmpint(ground_call(ground, "one", "get", "[\"owner\"]"), ==,
			BSN_OK);
	needed = ground->used;
	for (guint64 budget = 0; budget < needed; budget += 37) {
		ground->budget = budget;
		g_assert_cmpint(ground_call(ground, "one", "get",
					    "[\"owner\"]"),
				==, BSN_OUT_OF_BUDGET);
	}
	ground->budget = needed;
	g_assert_cmpint(ground_call(ground, "one", "get", "[\"owner\"]"), ==,
			BSN_OK);
	behind = ground_dump(ground);
	g_assert_cmpstr(before, ==, behind);
}

static void
test_the_least_budget_is_what_is_refused_below(void)
{
	g_autoptr(Ground) ground = ground_new();
	g_autoptr(GBytes) module = ground_module("probe.wasm");
	bsn_call call = { .size = sizeof(call),
			  .kind = BSN_CALL_CREATE,
			  .input = bytes_slice(module) };
	guint64 least = 0;

	g_assert_cmpint(wasm_least_budget(&call, &least, NULL), ==, BSN_OK);
	ground->budget = least - 1;
	g_assert_cmpint(ground_create(ground, "p", "probe.wasm", NULL), ==,
			BSN_OUT_OF_BUDGET);
	g_assert_cmpuint(ground->used, ==, 0);
	ground->budget = least;
	g_assert_cmpint(ground_create(ground, "p", "probe.wasm", NULL), ==,
			BSN_OUT_OF_BUDGET);
	g_assert_cmpuint(ground->used, ==, least);
	call.input.len = WASM_BYTES_MAX + 1;
	g_assert_cmpint(wasm_least_budget(&call, &least, NULL), ==,
			BSN_TOO_LARGE);
}

/* ---- the same twice ------------------------------------------------------- */

static char *
run_all(void)
{
	g_autoptr(Ground) ground = with_two();
	GString *said = g_string_new(NULL);
	static const char *const functions[] = { "nest", "who", "grow", "loop",
						 "set_and_trap" };
	g_autofree char *dump = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(functions); i++) {
		(void)ground_call(ground, "one", functions[i], NULL);
		g_string_append_printf(said, "%d %" G_GUINT64_FORMAT " %s %s\n",
				       ground->status, ground->used,
				       ground_text(ground), ground->reason);
	}
	dump = ground_dump(ground);
	g_string_append(said, dump);
	return g_string_free(said, FALSE);
}

static void
test_two_runs_give_the_same(void)
{
	g_autofree char *one = run_all(), *two = run_all();

	g_assert_cmpstr(one, ==, two);
}

static void
test_code_is_fetched_when_the_cache_has_it_not(void)
{
	g_autoptr(Ground) ground = with_two();
	g_autoptr(GBytes) module = ground_module("start.wasm");
	guint8 digest[WASM_DIGEST_LEN];
	WasmCode *code;
	StoreKey key;

	wasm_digest(bytes_slice(module), digest);
	g_assert_null(wasm_cache_find(digest));
	key = wasm_code_key(digest);
	ground->state.put(&ground->state, wasm_key_slice(&key),
			  bytes_slice(module));
	key = wasm_record_key(bsn_slice_str("s"));
	ground->state.put(&ground->state, wasm_key_slice(&key),
			  bsn_slice_of(digest, sizeof(digest)));
	g_assert_cmpint(ground_call(ground, "s", "f", NULL), ==, BSN_OK);
	g_assert_cmpint(ground_call(ground, "s", "f", NULL), ==, BSN_OK);
	g_assert_cmpuint(ground->fixed, ==, 1);
	code = wasm_cache_find(digest);
	g_assert_nonnull(code);
	wasm_code_unref(code);
	g_assert_cmpuint(wasm_cache_size(), <=, WASM_CACHE_MAX);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define TEST(path, function) g_test_add_func("/wasm-runtime/" path, function)
	TEST("calls/a-contract-is-called-in-its-callers-name",
	     test_a_contract_is_called_in_its_callers_name);
	TEST("calls/what-a-failed-inner-call-did-is-taken-back",
	     test_what_a_failed_inner_call_did_is_taken_back);
	TEST("calls/a-failed-outer-call-takes-all-of-it-back",
	     test_a_failed_outer_call_takes_all_of_it_back);
	TEST("calls/they-nest-and-come-back-to-the-same-contract",
	     test_calls_nest_and_come_back_to_the_same_contract);
	TEST("calls/a-read-only-one-changes-nothing",
	     test_a_read_only_call_changes_nothing);
	TEST("engine/it-is-asked-before-code-is-looked-for",
	     test_the_engine_is_asked_before_code_is_looked_for);
	TEST("engine/what-it-did-is-taken-back-with-its-caller",
	     test_what_the_engine_did_is_taken_back_with_its_caller);
	TEST("engine/a-broken-state-ends-the-execution",
	     test_a_broken_state_ends_the_execution);
	TEST("budget/it-ends-what-does-not-end",
	     test_a_budget_ends_what_does_not_end);
	TEST("budget/bounds-hold-where-it-does-not",
	     test_bounds_hold_where_the_budget_does_not);
	TEST("budget/every-smaller-one-fails-and-changes-nothing",
	     test_every_smaller_budget_fails_and_changes_nothing);
	TEST("budget/the-least-is-what-is-refused-below",
	     test_the_least_budget_is_what_is_refused_below);
	TEST("same/two-runs-give-the-same", test_two_runs_give_the_same);
	TEST("same/code-is-fetched-when-the-cache-has-it-not",
	     test_code_is_fetched_when_the_cache_has_it_not);
	return g_test_run();
}
