/* SPDX-License-Identifier: Apache-2.0
 *
 * Modules that are taken, and what is known of them then.
 */
#include <bsn/helpers/bytes.h>
#include <string.h>

#include "plugins/runtime-wasm/module/module.h"
#include "tests/unit/wasm-bytes.h"

static WasmModule *
read_module(const char *text)
{
	g_autoptr(GByteArray) bytes = wasm_bytes(text);
	bsn_err err = { .size = sizeof(err) };
	WasmModule *module = NULL;
	int32_t status;

	status = wasm_module_read((bsn_slice){ bytes->data, bytes->len },
				  &module, &err);
	g_assert_cmpstr(err.reason, ==, "");
	g_assert_cmpint(status, ==, BSN_OK);
	return module;
}

static gboolean
is_text(bsn_slice got, const char *want)
{
	return bsn_slice_equal(got, bsn_slice_str(want));
}

static void
test_empty(void)
{
	g_autoptr(WasmModule) module = read_module("");

	g_assert_cmpuint(module->len, ==, 8);
	g_assert_cmpuint(module->n_funcs, ==, 0);
	g_assert_cmpint(module->start, ==, -1);
	g_assert_false(module->has_memory);
	g_assert_false(module->uses_floats);
	wasm_module_free(NULL);
}

/* All kinds of imports come first in the index space of their kind. */
static void
test_imports(void)
{
	g_autoptr(WasmModule) module = read_module(
		"01 { 02 60 01 7f 02 7e 7f 60 00 00 }"
		"02 { 04 {\"m\"}{\"f\"} 00 00 {\"m\"}{\"t\"} 01 6f 01 05 09"
		" {\"m\"}{\"\"} 02 00 03 {\"m\"}{\"g\"} 03 7e 00 }"
		"03 { 01 01 } 04 { 01 70 00 02 }"
		"06 { 01 7f 01 41 7b 0b } 0a { 01 { 00 0b } }");

	g_assert_cmpuint(module->n_imports, ==, 4);
	g_assert_true(is_text(module->imports[0].module, "m"));
	g_assert_true(is_text(module->imports[0].name, "f"));
	g_assert_cmpuint(module->imports[2].name.len, ==, 0);
	g_assert_cmpuint(module->imports[3].kind, ==, WASM_GLOBAL);
	g_assert_cmpuint(module->n_imported_funcs, ==, 1);
	g_assert_cmpuint(module->n_funcs, ==, 2);
	g_assert_true(module->funcs[0].imported);
	g_assert_false(module->funcs[1].imported);
	g_assert_cmpuint(module->types[0].n_results, ==, 2);
	g_assert_cmpuint(module->types[0].results[0], ==, WASM_I64);
	g_assert_cmpuint(module->n_imported_tables, ==, 1);
	g_assert_cmpuint(module->tables[0].type, ==, WASM_EXTERNREF);
	g_assert_cmpuint(module->tables[0].max, ==, 9);
	g_assert_cmpuint(module->tables[1].max, ==, WASM_NO_MAX);
	g_assert_true(module->imports_memory);
	g_assert_cmpuint(module->memory_min, ==, 3);
	g_assert_cmpuint(module->n_imported_globals, ==, 1);
	g_assert_false(module->globals[0].changes);
	g_assert_true(module->globals[1].changes);
	g_assert_cmpuint(module->globals[1].init.op, ==, 0x41);
	g_assert_cmpuint(module->globals[1].init.value, ==, 0xfffffffbu);
}

/* Parameters and groups of locals, in order; where the instructions are. */
static void
test_body(void)
{
	g_autoptr(WasmModule) module = read_module(
		"01 { 01 60 02 7f 7e 01 7f } 03 { 01 00 }"
		"0a { 01 { 02 02 7f 01 70 20 04 1a 20 00 0b } }");
	const WasmFunc *func = &module->funcs[0];
	static const guint8 locals[] = { WASM_I32, WASM_I64, WASM_I32,
					 WASM_I32, WASM_FUNCREF };

	g_assert_cmpuint(func->n_locals, ==, sizeof(locals));
	g_assert_true(memcmp(func->locals, locals, sizeof(locals)) == 0);
	g_assert_cmpuint(func->len, ==, 6);
	g_assert_cmpuint(func->at, ==, module->len - 6);
	g_assert_false(func->named);
}

static void
test_exports(void)
{
	g_autoptr(WasmModule) module = read_module(
		"01 { 01 60 00 00 } 03 { 02 00 00 } 05 { 01 00 00 }"
		"07 { 02 {\"run\"} 00 01 {\"memory\"} 02 00 } 08 { 00 }"
		"0a { 02 { 00 0b } { 00 0b } }");
	const WasmExport *found;

	found = wasm_module_export(module, WASM_FUNC, bsn_slice_str("run"));
	g_assert_nonnull(found);
	g_assert_cmpuint(found->index, ==, 1);
	g_assert_null(wasm_module_export(module, WASM_MEMORY,
					 bsn_slice_str("run")));
	g_assert_null(wasm_module_export(module, WASM_FUNC,
					 bsn_slice_str("ru")));
	g_assert_nonnull(wasm_module_export(module, WASM_MEMORY,
					    bsn_slice_str("memory")));
	g_assert_true(module->funcs[1].named);
	g_assert_false(module->funcs[0].named);
	g_assert_cmpint(module->start, ==, 0);
}

/* The eight forms of a segment of elements. */
static void
test_elements(void)
{
	g_autoptr(WasmModule) module = read_module(
		"01 { 01 60 00 00 } 03 { 01 00 } 04 { 02 70 00 04 6f 00 04 }"
		"09 { 08 00 41 01 0b 01 00  01 00 01 00"
		" 02 00 41 02 0b 00 01 00  03 00 01 00"
		" 04 41 03 0b 01 d2 00 0b  05 6f 01 d0 6f 0b"
		" 06 01 41 00 0b 6f 01 d0 6f 0b  07 70 00 }"
		"0a { 01 { 00 0b } }");
	static const guint8 modes[] = { WASM_ACTIVE,   WASM_PASSIVE,
					WASM_ACTIVE,   WASM_DECLARED,
					WASM_ACTIVE,   WASM_PASSIVE,
					WASM_ACTIVE,   WASM_DECLARED };

	g_assert_cmpuint(module->n_elements, ==, 8);
	for (guint i = 0; i < 8; i++)
		g_assert_cmpuint(module->elements[i].mode, ==, modes[i]);
	g_assert_cmpuint(module->elements[0].offset.value, ==, 1);
	g_assert_cmpuint(module->elements[4].items[0].op, ==, 0xd2);
	g_assert_cmpuint(module->elements[5].items[0].op, ==, 0xd0);
	g_assert_cmpuint(module->elements[6].table, ==, 1);
	g_assert_cmpuint(module->elements[6].type, ==, WASM_EXTERNREF);
	g_assert_cmpuint(module->elements[7].n, ==, 0);
	g_assert_true(module->funcs[0].named);
}

static void
test_data(void)
{
	g_autoptr(WasmModule) module = read_module(
		"01 { 01 60 00 00 } 03 { 01 00 } 05 { 01 01 01 02 } 0c { 03 }"
		"0a { 01 { 00 41 00 41 00 41 00 fc 08 01 00 fc 09 02 0b } }"
		"0b { 03 00 41 e4 00 0b {\"abc\"} 01 {\"\"}"
		" 02 00 41 00 0b { 00 ff } }");

	g_assert_cmpuint(module->n_data, ==, 3);
	g_assert_cmpuint(module->data[0].offset.value, ==, 100);
	g_assert_true(is_text(module->data[0].bytes, "abc"));
	g_assert_cmpuint(module->data[1].mode, ==, WASM_PASSIVE);
	g_assert_cmpuint(module->data[2].bytes.len, ==, 2);
	g_assert_cmpuint(module->memory_max, ==, 2);
}

/* Custom sections may be anywhere, and be cut out by their places. */
static void
test_customs(void)
{
	g_autoptr(WasmModule) module = read_module(
		"00 { {\"a\"} 01 02 } 01 { 00 } 00 { {\"bsn.arguments\"} }");

	g_assert_cmpuint(module->n_customs, ==, 2);
	g_assert_true(is_text(module->customs[0].name, "a"));
	g_assert_cmpuint(module->customs[0].bytes.len, ==, 2);
	g_assert_cmpuint(module->customs[0].at, ==, 8);
	g_assert_cmpuint(module->customs[0].end, ==, 14);
	g_assert_true(is_text(module->customs[1].name, "bsn.arguments"));
	g_assert_cmpuint(module->customs[1].bytes.len, ==, 0);
	g_assert_cmpuint(module->customs[1].end, ==, module->len);
}

/* What is not a float instruction, but has one's bytes, is none. */
static void
test_floats(void)
{
	static const struct {
		const char *text;
		gsize at; /* 0: there is none */
	} cases[] = {
		{ "01 { 01 60 01 7d 00 }", 13 },
		{ "06 { 01 7c 00 44 00 00 00 00 00 00 00 00 0b }", 11 },
		{ "01 { 01 60 00 00 } 03 { 01 00 }"
		  "0a { 01 { 01 01 7c 0b } }", 24 },
		{ "01 { 01 60 00 00 } 03 { 01 00 }"
		  "0a { 01 { 00 43 00 00 00 00 1a 0b } }", 23 },
		{ "01 { 01 60 00 00 } 03 { 01 00 }"
		  "0a { 01 { 00 00 8b 1a 0b } }", 24 },
		{ "01 { 01 60 00 00 } 03 { 01 00 }"
		  "0a { 01 { 00 00 fc 07 1a 0b } }", 24 },
		{ "01 { 01 60 00 00 } 03 { 01 00 }"
		  "0a { 01 { 00 02 7d 00 0b 1a 0b } }", 24 },
		{ "01 { 01 60 00 00 } 03 { 01 00 }"
		  "0a { 01 { 00 41 c3 00 1a 0b } }", 0 },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(WasmModule) module = read_module(cases[i].text);

		g_assert_cmpint(module->uses_floats, ==, cases[i].at != 0);
		g_assert_cmpuint(module->float_at, ==, cases[i].at);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/wasm/module/empty", test_empty);
	g_test_add_func("/wasm/module/imports-come-first", test_imports);
	g_test_add_func("/wasm/module/locals-and-instructions", test_body);
	g_test_add_func("/wasm/module/exports-are-found", test_exports);
	g_test_add_func("/wasm/module/all-forms-of-elements", test_elements);
	g_test_add_func("/wasm/module/data", test_data);
	g_test_add_func("/wasm/module/custom-sections", test_customs);
	g_test_add_func("/wasm/module/the-first-float-is-noted", test_floats);
	return g_test_run();
}
