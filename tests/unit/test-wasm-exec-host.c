/* SPDX-License-Identifier: Apache-2.0
 *
 * Host functions: calls, waiting for them, and how they end an execution; what
 * does not link.
 */
#include <string.h>

#include "plugins/runtime-wasm/exec/exec.h"
#include "tests/unit/wasm-bytes.h"
#include "tests/unit/wasm-run.h"

/* What host functions do next. */
typedef struct {
	int32_t status;
	const char *trap;
	guint calls;
} World;

static int32_t
add(void *user, WasmInstance *instance, guint64 *values)
{
	World *world = user;

	world->calls++;
	if (world->trap != NULL)
		return wasm_trap(instance, world->trap);
	values[0] += values[1] + (G_GUINT64_CONSTANT(1) << 32);
	return world->status;
}

static int32_t
burn(void *user G_GNUC_UNUSED, WasmInstance *instance, guint64 *values)
{
	return wasm_use_gas(instance, values[0]) ? BSN_OK : BSN_OUT_OF_BUDGET;
}

static gboolean
constant(void *user G_GNUC_UNUSED, const WasmImport *import, guint8 type,
	 guint64 *value)
{
	*value = 77;
	return type == WASM_I32 && import->name.len == 1 &&
		import->name.data[0] == 'g';
}

static const WasmHostFunction functions[] = {
	{ "bsn", "add", "ii:i", 100, add },
	{ "bsn", "burn", "i:", 1, burn },
};

/* Imports add, burn and g. f2(n) = add(n, g) + 1; f3(n) = f2(n) * 2; f4(n):
 * burn(n), n; f5 begins as f2, through a table */
static const char text[] =
	"01 { 03 60 { 7f 7f } { 7f } 60 { 7f } { } 60 { 7f } { 7f } }"
	"02 { 03 { \"bsn\" } { \"add\" } 00 00 { \"bsn\" } { \"burn\" } 00 01"
	" { \"bsn\" } { \"g\" } 03 7f 00 } 03 { 04 02 02 02 02 }"
	"04 { 01 70 00 01 } 09 { 01 00 41 00 0b 01 00 } 0a { 04"
	" { 00 20 00 23 00 10 00 41 01 6a 0b }"
	" { 00 20 00 10 02 41 02 6c 0b } { 00 20 00 10 01 20 00 0b }"
	" { 00 20 00 23 00 41 00 11 00 00 0b } }";

static WasmLinks
links_of(World *world)
{
	return (WasmLinks){ functions, G_N_ELEMENTS(functions), world,
			    constant };
}

static void
test_call(void)
{
	World world = { .status = BSN_OK };
	const WasmLinks links = links_of(&world);
	g_autoptr(WasmInstance) in = wasm_run_instance(text, &links);
	const guint64 before = wasm_gas(in);
	guint64 values[2] = { 3 };

	g_assert_cmpint(wasm_invoke(in, 2, values), ==, WASM_DONE);
	g_assert_cmphex(values[0], ==, 81);
	g_assert_cmpuint(before - wasm_gas(in), ==, 1 + 1 + 4 + 100 + 2);
	values[0] = 3;
	g_assert_cmpint(wasm_invoke(in, 5, values), ==, WASM_DONE);
	g_assert_cmphex(values[0], ==, 80);
	values[0] = 3, values[1] = 4;
	g_assert_cmpint(wasm_invoke(in, 0, values), ==, WASM_DONE);
	g_assert_cmphex(values[0], ==, 7);
	g_assert_cmpuint(world.calls, ==, 3);
}

/* It waits two calls deep, and through a table; the result is only 32 bits. */
static void
test_wait(void)
{
	World world = { .status = WASM_WAIT };
	const WasmLinks links = links_of(&world);
	g_autoptr(WasmInstance) in = wasm_run_instance(text, &links);
	guint64 values[2] = { 3 };

	g_assert_cmpint(wasm_invoke(in, 3, values), ==, WASM_WAITING);
	g_assert_cmpint(wasm_resume(in, (1ull << 40) + 20, values), ==,
			WASM_DONE);
	g_assert_cmphex(values[0], ==, 42);
	g_assert_cmpint(wasm_invoke(in, 5, values), ==, WASM_WAITING);
	g_assert_cmpint(wasm_resume(in, 9, values), ==, WASM_DONE);
	g_assert_cmphex(values[0], ==, 9);
	g_assert_cmpint(wasm_invoke(in, 2, values), ==, WASM_WAITING);
	wasm_set_gas(in, 1);
	g_assert_cmpint(wasm_resume(in, 9, values), ==, WASM_OUT_OF_GAS);
}

static void
test_end(void)
{
	World world = { .status = BSN_REVERTED };
	const WasmLinks links = links_of(&world);
	g_autoptr(WasmInstance) in = wasm_run_instance(text, &links);
	guint64 values[2] = { 3 };

	g_assert_cmpint(wasm_invoke(in, 3, values), ==, WASM_STOPPED);
	g_assert_cmpint(wasm_stop_status(in), ==, BSN_REVERTED);
	world.trap = "no such handle";
	g_assert_cmpint(wasm_invoke(in, 3, values), ==, WASM_TRAP);
	g_assert_cmpstr(wasm_trap_text(in), ==, "no such handle");
	g_assert_cmpuint(wasm_trap_function(in), ==, 2);
}

static void
test_gas(void)
{
	World world = { .status = BSN_OK };
	const WasmLinks links = links_of(&world);
	g_autoptr(WasmInstance) in = wasm_run_instance(text, &links);
	guint64 values[2] = { 500 };

	wasm_set_gas(in, 1000);
	g_assert_cmpint(wasm_invoke(in, 4, values), ==, WASM_DONE);
	g_assert_cmpuint(values[0], ==, 500);
	g_assert_cmpuint(wasm_gas(in), ==, 1000 - 5 - 1 - 500 - 1);
	g_assert_cmpint(wasm_invoke(in, 4, values), ==, WASM_OUT_OF_GAS);
	g_assert_cmpuint(wasm_gas(in), ==, 0);
	wasm_set_gas(in, 50);
	g_assert_cmpint(wasm_invoke(in, 2, values), ==, WASM_OUT_OF_GAS);
	g_assert_cmpuint(world.calls, ==, 0);
}

/* Makes an instance, which must fail. */
static void
check_refused(const char *module_text, int32_t want, const char *reason)
{
	World world = { .status = BSN_OK };
	const WasmLinks links = links_of(&world);
	const WasmBounds bounds = WASM_BOUNDS_DEFAULT;
	g_autoptr(GByteArray) bytes = wasm_bytes(module_text);
	bsn_err err = { .size = sizeof err };
	WasmInstance *instance = NULL;
	WasmModule *module = NULL;
	WasmCode *code = NULL;
	const char *trap = NULL;

	wasm_module_read((bsn_slice){ bytes->data, bytes->len }, &module,
			 &err);
	g_assert_cmpstr(err.reason, ==, "");
	g_assert_cmpint(wasm_code_new(module, &code, &err), ==, BSN_OK);
	g_assert_cmpint(wasm_instance_new(code, &links, &bounds, &instance,
					  &trap, &err), ==, want);
	g_assert_cmpstr(err.reason, ==, reason);
	g_assert_null(instance);
	g_assert_cmpint(trap != NULL, ==,
			g_str_has_prefix(reason, "out of bounds"));
	wasm_code_unref(code);
}

static void
test_refused(void)
{
	check_refused("01 { 01 60 { } { } } 02 { 01 { \"bsn\" } { \"x\" }"
		      " 00 00 }", BSN_FAULT, "unknown import bsn.x");
	check_refused("01 { 01 60 { 7f } { 7f } } 02 { 01 { \"bsn\" }"
		      " { \"add\" } 00 00 }", BSN_FAULT,
		      "another type of import bsn.add");
	check_refused("02 { 01 { \"bsn\" } { \"g\" } 03 7e 00 }", BSN_FAULT,
		      "unknown import bsn.g");
	check_refused("02 { 01 { \"bsn\" } { \"m\" } 02 00 01 }", BSN_FAULT,
		      "unknown import bsn.m");
	check_refused("05 { 01 00 81 02 }", BSN_OUT_OF_BUDGET,
		      "memory is larger than it may be");
	check_refused("04 { 01 70 00 81 80 04 }", BSN_OUT_OF_BUDGET,
		      "tables are larger than they may be");
	check_refused("05 { 01 00 01 } 0b { 01 00 41 ff ff 03 0b { 01 02 } }",
		      BSN_FAULT, "out of bounds memory access");
	check_refused("01 { 01 60 { } { } } 03 { 01 00 } 04 { 01 70 00 01 }"
		      "09 { 01 00 41 01 0b 01 00 } 0a { 01 { 00 0b } }",
		      BSN_FAULT, "out of bounds table access");
}

/* The start function runs when it is told to, and has run only once. */
static void
test_start(void)
{
	g_autoptr(WasmInstance) in = wasm_run_instance(
		"01 { 01 60 { } { } } 03 { 01 00 } 06 { 01 7f 01 41 05 0b }"
		"08 { 00 } 0a { 01 { 00 23 00 41 01 6a 24 00 0b } }", NULL);
	guint64 value = 0;

	g_assert_true(wasm_global(in, 0, &value));
	g_assert_cmpuint(value, ==, 5);
	g_assert_cmpint(wasm_start(in), ==, WASM_DONE);
	g_assert_true(wasm_global(in, 0, &value));
	g_assert_cmpuint(value, ==, 6);
	g_assert_false(wasm_global(in, 1, &value));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/wasm/host/call", test_call);
	g_test_add_func("/wasm/host/wait", test_wait);
	g_test_add_func("/wasm/host/end", test_end);
	g_test_add_func("/wasm/host/gas", test_gas);
	g_test_add_func("/wasm/host/refused", test_refused);
	g_test_add_func("/wasm/host/start", test_start);
	return g_test_run();
}
