/* SPDX-License-Identifier: Apache-2.0
 *
 * Control flow, calls, and what bounds them: gas, depth, the stack.
 */
#include "plugins/runtime-wasm/exec/exec.h"
#include "tests/unit/wasm-run.h"

/* One function, from i32 to i32, "f". */
#define ONE(body)                                                              \
	"01 { 01 60 { 7f } { 7f } } 03 { 01 00 } 0a { 01 { " body " } }"

static guint64
answer(const char *text, guint64 a)
{
	g_autoptr(WasmInstance) in = wasm_run_instance(text, NULL);
	guint64 values[4] = { a };

	g_assert_cmpint(wasm_invoke(in, 0, values), ==, WASM_DONE);
	return values[0];
}

/* Gas that a call of the first function takes. */
static guint64
gas(const char *text, guint64 a)
{
	g_autoptr(WasmInstance) in = wasm_run_instance(text, NULL);
	const guint64 before = wasm_gas(in);
	guint64 values[4] = { a };

	g_assert_cmpint(wasm_invoke(in, 0, values), ==, WASM_DONE);
	return before - wasm_gas(in);
}

/* n! by a loop: block { loop { br_if n == 0; r *= n; n -= 1; br } } r */
#define FACTORIAL                                                              \
	ONE("01 01 7f 41 01 21 01 02 40 03 40 20 00 45 0d 01 20 01 20 00 6c"   \
	    "21 01 20 00 41 01 6b 21 00 0c 00 0b 0b 20 01 0b")

static void
test_loop(void)
{
	g_assert_cmpuint(answer(FACTORIAL, 0), ==, 1);
	g_assert_cmpuint(answer(FACTORIAL, 10), ==, 3628800);
}

static void
test_if(void)
{
	static const char text[] =
		ONE("00 20 00 04 7f 41 07 05 41 09 0b 20 00 41 05 4a 04 40"
		    "41 64 0f 0b 0b");

	g_assert_cmpuint(answer(text, 0), ==, 9);
	g_assert_cmpuint(answer(text, 3), ==, 7);
	g_assert_cmpuint(answer(text, 6), ==, (guint32)-28);
}

/* block { block { block { br_table 0 1 2 } 10 return } 11 return } 12 */
static void
test_table(void)
{
	static const char text[] =
		ONE("00 02 40 02 40 02 40 20 00 0e 02 00 01 02 0b 41 0a 0f 0b"
		    "41 0b 0f 0b 41 0c 0b");

	g_assert_cmpuint(answer(text, 0), ==, 10);
	g_assert_cmpuint(answer(text, 1), ==, 11);
	g_assert_cmpuint(answer(text, 2), ==, 12);
	g_assert_cmpuint(answer(text, G_MAXUINT32), ==, 12);
}

/* Values that branches take along leave what is below them: 1 + (block: 2, 3, 4
 * and n; br_if or br_table out with 4, or with 5) */
static void
test_values_move(void)
{
	static const char by_if[] =
		ONE("00 41 01 02 7f 41 02 41 03 41 04 20 00 0d 00 1a 1a 1a"
		    "41 05 0b 6a 0b");
	static const char by_table[] =
		ONE("00 41 01 02 7f 02 7f 41 02 41 03 41 04 20 00 0e 01 00 01"
		    "0b 41 14 6a 0b 6a 0b");

	g_assert_cmpuint(answer(by_if, 1), ==, 5);
	g_assert_cmpuint(answer(by_if, 0), ==, 6);
	g_assert_cmpuint(answer(by_table, 0), ==, 25);
	g_assert_cmpuint(answer(by_table, 1), ==, 5);
}

/* (i32) -> (i32 i32): a loop with two parameters: n, 1 -> until n is 0: n - 1,
 * r * 2 */
static void
test_multiple_values(void)
{
	g_autoptr(WasmInstance) in = wasm_run_instance(
		"01 { 02 60 { 7f } { 7f 7f } 60 { 7f 7f } { 7f 7f } }"
		"03 { 01 00 } 0a { 01 { 01 02 7f 20 00 41 01 03 01 41 02 6c"
		"21 02 41 01 6b 22 01 20 02 20 01 0d 00 0b 0b } }",
		NULL);
	guint64 values[2] = { 5 };

	g_assert_cmpint(wasm_invoke(in, 0, values), ==, WASM_DONE);
	g_assert_cmpuint(values[0], ==, 0);
	g_assert_cmpuint(values[1], ==, 32);
}

/* A local that is overwritten while it is an operand: n + (n = 7) + n */
static void
test_operand_keeps_its_value(void)
{
	g_assert_cmpuint(answer(ONE("00 20 00 41 07 22 00 6a 20 00 6a 0b"), 1),
			 ==, 15);
	g_assert_cmpuint(answer(ONE("00 20 00 20 00 20 00 6a 21 00 20 00 6a"
				    "0b"), 3), ==, 9);
}

/* f(n) = n < 2 ? n : f(n - 1) + f(n - 2) */
#define FIBONACCI                                                              \
	ONE("00 20 00 41 02 48 04 40 20 00 0f 0b 20 00 41 01 6b 10 00 20 00"   \
	    "41 02 6b 10 00 6a 0b")

static void
test_calls(void)
{
	g_assert_cmpuint(answer(FIBONACCI, 15), ==, 610);
}

/* Through a table, by type and not by its number. */
static void
test_call_indirect(void)
{
	static const char text[] =
		"01 { 03 60 { 7f } { 7f } 60 { 7f } { 7f } 60 { 7e } { 7f } }"
		"03 { 04 00 01 00 02 } 04 { 01 70 00 04 }"
		"09 { 01 00 41 00 0b 03 01 02 03 } 0a { 04"
		"{ 00 41 28 20 00 11 00 00 0b } { 00 20 00 41 01 6a 0b }"
		"{ 00 20 00 41 02 6a 0b } { 00 41 00 0b } }";
	g_autoptr(WasmInstance) in = wasm_run_instance(text, NULL);
	guint64 values[1] = { 2 };

	g_assert_cmpuint(answer(text, 0), ==, 41);
	g_assert_cmpuint(answer(text, 1), ==, 42);
	g_assert_cmpint(wasm_invoke(in, 0, values), ==, WASM_TRAP);
	g_assert_cmpstr(wasm_trap_text(in), ==,
			"indirect call type mismatch");
}

static void
test_gas_is_exact(void)
{
	/* local.get, i32.const, i32.add */
	g_assert_cmpuint(gas(ONE("00 20 00 41 05 6a 0b"), 1), ==, 3);
	/* what is dead costs nothing */
	g_assert_cmpuint(gas(ONE("00 20 00 0f 41 05 6a 0b"), 1), ==, 2);
	/* const, set; then get, eqz, br_if; a round more is get, get, mul,
	 * set, get, const, sub, set, br; at last a get */
	g_assert_cmpuint(gas(FACTORIAL, 0), ==, 6);
	g_assert_cmpuint(gas(FACTORIAL, 1), ==, 6 + 12);
	g_assert_cmpuint(gas(FACTORIAL, 9), ==, 6 + 9 * 12);
	/* get, const, lt, if; get, return; or get, const, sub, call, get,
	 * const, sub, call, add */
	g_assert_cmpuint(gas(FIBONACCI, 1), ==, 6);
	g_assert_cmpuint(gas(FIBONACCI, 2), ==, 4 + 2 * 3 + 2 * 4 + 1 + 12);
	/* nine locals to be made zero, division */
	g_assert_cmpuint(gas(ONE("01 09 7f 20 00 20 00 6d 0b"), 1), ==, 9);
	/* if, then, over else; or else */
	g_assert_cmpuint(gas(ONE("00 20 00 04 7f 41 07 05 41 09 68 0b 0b"), 1),
			 ==, 4);
	g_assert_cmpuint(gas(ONE("00 20 00 04 7f 41 07 05 41 09 68 0b 0b"), 0),
			 ==, 4);
}

/* A block with eight results, that ends by a branch with all of them, or not. */
static void
test_values_that_are_taken_along_are_paid_for(void)
{
#define EIGHT(x) x x x x x x x x
#define BLOCK(branch)                                                          \
	"01 { 02 60 { 7f } { 7f } 60 { } { " EIGHT("7f ") "} } 03 { 01 00 }"   \
	"0a { 01 { 00 02 01 " EIGHT("41 01 ") branch "0b " EIGHT("1a ")        \
	"20 00 0b } }"
	g_assert_cmpuint(gas(BLOCK(""), 1), ==, 8 + 8 + 1);
	g_assert_cmpuint(gas(BLOCK("0c 00 "), 1), ==, 8 + 1 + 8 / 4 + 8 + 1);
	g_assert_cmpuint(gas(BLOCK("20 00 0d 00 "), 0), ==,
			 8 + 2 + 8 / 4 + 8 + 1);
	g_assert_cmpuint(gas(BLOCK("20 00 0e 00 00 "), 0), ==,
			 8 + 1 + 2 + 8 / 4 + 8 + 1);
}

/* The loop ends in any round; what is left is nothing. */
static void
test_gas_ends_a_loop(void)
{
	static const char text[] = ONE("00 03 40 0c 00 0b 00 0b");

	for (guint64 given = 0; given < 20; given++) {
		g_autoptr(WasmInstance) in = wasm_run_instance(text, NULL);
		guint64 values[1] = { 0 };

		wasm_set_gas(in, given);
		g_assert_cmpint(wasm_invoke(in, 0, values), ==,
				WASM_OUT_OF_GAS);
		g_assert_cmpuint(wasm_gas(in), ==, 0);
	}
}

static void
test_growing_costs_before_it_is_done(void)
{
	static const char text[] =
		"01 { 01 60 { 7f } { 7f } } 03 { 01 00 } 05 { 01 00 00 }"
		"0a { 01 { 00 20 00 40 00 0b } }";
	g_autoptr(WasmInstance) in = wasm_run_instance(text, NULL);
	guint64 values[1] = { 2 };

	g_assert_cmpuint(gas(text, 2), ==, 1 + 8 + 2 * 5000);
	g_assert_cmpuint(gas(text, 257), ==, 1 + 8);
	wasm_set_gas(in, 9 + 2 * 5000 - 1);
	g_assert_cmpint(wasm_invoke(in, 0, values), ==, WASM_OUT_OF_GAS);
	g_assert_null(wasm_memory(in, 0, 1));
	g_assert_nonnull(wasm_memory(in, 0, 0));
}

static void
check_exhausted(const char *text, WasmBounds bounds)
{
	g_autoptr(WasmInstance) in = wasm_run_bounded(text, NULL, &bounds);
	guint64 values[1] = { 1 };

	g_assert_cmpint(wasm_invoke(in, 0, values), ==, WASM_TRAP);
	g_assert_cmpstr(wasm_trap_text(in), ==, "call stack exhausted");
}

static void
test_stack_is_bounded(void)
{
	static const char endless[] = ONE("00 20 00 10 00 0b");
	static const char wide[] = ONE("01 e8 07 7e 20 00 10 00 0b");
	WasmBounds bounds = WASM_BOUNDS_DEFAULT;

	check_exhausted(endless, bounds);
	check_exhausted(wide, bounds);
	bounds.values = 1000;
	check_exhausted(wide, bounds);
	bounds = WASM_BOUNDS_DEFAULT;
	bounds.depth = 0;
	check_exhausted(endless, bounds);
	bounds.depth = 1;
	check_exhausted(endless, bounds);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/wasm/exec/loop", test_loop);
	g_test_add_func("/wasm/exec/if", test_if);
	g_test_add_func("/wasm/exec/br-table", test_table);
	g_test_add_func("/wasm/exec/values-move", test_values_move);
	g_test_add_func("/wasm/exec/multiple-values", test_multiple_values);
	g_test_add_func("/wasm/exec/operand-keeps-its-value",
			test_operand_keeps_its_value);
	g_test_add_func("/wasm/exec/calls", test_calls);
	g_test_add_func("/wasm/exec/call-indirect", test_call_indirect);
	g_test_add_func("/wasm/exec/gas-is-exact", test_gas_is_exact);
	g_test_add_func("/wasm/exec/values-are-paid-for",
			test_values_that_are_taken_along_are_paid_for);
	g_test_add_func("/wasm/exec/gas-ends-a-loop", test_gas_ends_a_loop);
	g_test_add_func("/wasm/exec/growing-costs-before-it-is-done",
			test_growing_costs_before_it_is_done);
	g_test_add_func("/wasm/exec/stack-is-bounded", test_stack_is_bounded);
	return g_test_run();
}
