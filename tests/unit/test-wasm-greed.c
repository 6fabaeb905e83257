/* SPDX-License-Identifier: Apache-2.0
 *
 * runtime-wasm: contracts that want much of a node for little.
 */
#include <bsn/helpers/bytes.h>
#include <string.h>

#include "plugins/kit/sink.h"
#include "plugins/runtime-wasm/machine/execution.h"
#include "plugins/runtime-wasm/machine/gas.h"
#include "tests/unit/wasm-ground.h"

#define MIB (1u << 20)

static Ground *
with_greedy(void)
{
	Ground *ground = ground_new();

	g_assert_cmpint(ground_create(ground, "greedy", "greedy.wasm", NULL),
			==, BSN_OK);
	ground->budget = 100000000;
	return ground;
}

static void
assert_faults(Ground *ground, const char *function, const char *reason)
{
	g_assert_cmpint(ground_call(ground, "greedy", function, NULL), ==,
			BSN_FAULT);
	g_assert_cmpstr(ground->reason, ==, reason);
}

static guint64
gas_of(Ground *ground, const char *function)
{
	if (ground_call(ground, "greedy", function, NULL) != BSN_OK)
		g_error("%s: %s", function, ground->reason);
	return ground->used;
}

static void
test_calls_name_what_there_can_be(void)
{
	static const char reason[] =
		"a call's contract and function have at most 255 bytes, its "
		"arguments 1048576";
	g_autoptr(Ground) ground = with_greedy();

	assert_faults(ground, "long_contract", reason);
	assert_faults(ground, "long_function", reason);
	assert_faults(ground, "long_arguments", reason);
}

static void
test_what_is_long_is_paid_for(void)
{
	g_autoptr(Ground) ground = with_greedy();
	const guint64 few = gas_of(ground, "few_arguments");

	g_assert_cmpuint(gas_of(ground, "many_arguments") - few, ==,
			 (guint64)MIB * GAS_GIVE_BYTE);
	g_assert_cmpuint(gas_of(ground, "large_result"), >,
			 (guint64)MIB * GAS_RESULT_BYTE);
	g_assert_cmpint(ground_call(ground, "greedy", "long_name",
				    "[1, 2, 3, 4]"),
			==, BSN_OK);
	g_assert_cmpuint(ground->used, >, 4 * GAS_COPY(MIB));
}

/* A module is large, what it is called by is not there. */
static void
test_code_is_paid_for_before_it_is_looked_at(void)
{
	g_autoptr(Ground) ground = with_greedy();
	g_autoptr(GBytes) module = ground_module("greedy.wasm");
	const guint64 price = GAS_FIND + g_bytes_get_size(module) *
						 GAS_FIND_BYTE;

	g_assert_cmpint(ground_call(ground, "greedy", "nothing", NULL), ==,
			BSN_NOT_FOUND);
	g_assert_cmpuint(ground->used, ==, price);
	ground->budget = price - 1;
	g_assert_cmpint(ground_call(ground, "greedy", "nothing", NULL), ==,
			BSN_OUT_OF_BUDGET);
	g_assert_cmpstr(ground->reason, ==, "the budget is used up");
	g_assert_cmpuint(ground->used, ==, price - 1);
}

static void
test_a_cut_reason_is_a_text(void)
{
	g_autoptr(Ground) ground = with_greedy();

	g_assert_cmpint(ground_call(ground, "greedy", "long_reason", NULL), ==,
			BSN_REVERTED);
	g_assert_cmpuint(strlen(ground->reason), <, BSN_REASON_MAX);
	g_assert_true(g_str_has_prefix(ground->reason, "x\xc3\xa9\xc3\xa9"));
}

static void
test_iterators_are_counted_over_all_calls(void)
{
	g_autoptr(Ground) ground = with_greedy();

	ground_call(ground, "greedy", "many_iterators", NULL);
	g_assert_cmpint(ground->status, ==, BSN_OUT_OF_BUDGET);
}

/* What was taken back is in nobody's way. */
static void
test_nobody_walks_over_what_was_taken_back(void)
{
	g_autoptr(Ground) ground = with_greedy();
	Writes writes;
	const bsn_slice key = bsn_slice_str("k"), value = bsn_slice_str("v");

	(void)gas_of(ground, "spoil_and_walk");
	wasm_writes_init(&writes);
	g_assert_cmpint(wasm_writes_put(&writes, key, value), ==, BSN_OK);
	{
		const guint mark = wasm_writes_mark(&writes);
		const Write *write;

		wasm_writes_put(&writes, bsn_slice_str("j"), value);
		wasm_writes_del(&writes, bsn_slice_str("j"));
		wasm_writes_del(&writes, key);
		wasm_writes_put(&writes, bsn_slice_str("l"), value);
		wasm_writes_revert(&writes, mark);
		g_assert_cmpint(g_tree_nnodes(writes.tree), ==, 1);
		write = wasm_writes_find(&writes, key);
		g_assert_nonnull(write);
		g_assert_cmpuint(g_bytes_get_size(write->value), ==, 1);
	}
	wasm_writes_revert(&writes, 0);
	g_assert_cmpint(g_tree_nnodes(writes.tree), ==, 0);
	wasm_writes_clear(&writes);
}

/* The node is not to blame, and goes on. */
static void
test_an_answer_of_the_engine_that_is_too_long_is_a_fault(void)
{
	g_autoptr(Ground) ground = with_greedy();

	ground->has_builtin = TRUE;
	g_assert_cmpint(ground_call(ground, GROUND_BUILTIN, "flood", NULL), ==,
			BSN_FAULT);
	g_assert_cmpstr(ground->reason, ==, "the answer is too long");
	g_assert_cmpuint(ground->output->len, ==, 0);
}

#define TEST(name) g_test_add_func("/wasm-greed/" #name, test_##name)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	TEST(calls_name_what_there_can_be);
	TEST(what_is_long_is_paid_for);
	TEST(code_is_paid_for_before_it_is_looked_at);
	TEST(a_cut_reason_is_a_text);
	TEST(iterators_are_counted_over_all_calls);
	TEST(nobody_walks_over_what_was_taken_back);
	TEST(an_answer_of_the_engine_that_is_too_long_is_a_fault);
	return g_test_run();
}
