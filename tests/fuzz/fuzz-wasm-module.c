/* SPDX-License-Identifier: Apache-2.0
 *
 * WebAssembly modules: whatever comes is refused with a reason, or is a module
 * whose parts name only what is there.
 */
#include "plugins/runtime-wasm/module/module.h"

#include <bsn/helpers/bytes.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_inside(const WasmModule *module, bsn_slice bytes)
{
	if (bytes.len == 0)
		return;
	g_assert_true(bytes.data >= module->bytes);
	g_assert_cmpuint((gsize)(bytes.data - module->bytes) + bytes.len, <=,
			 module->len);
}

static void
check_functions(const WasmModule *module)
{
	gsize end = 0;

	for (guint i = 0; i < module->n_funcs; i++) {
		const WasmFunc *func = &module->funcs[i];

		g_assert_cmpuint(func->type, <, module->n_types);
		g_assert_cmpint(func->imported, ==,
				i < module->n_imported_funcs);
		if (func->imported)
			continue;
		g_assert_cmpuint(func->n_locals, >=,
				 module->types[func->type].n_params);
		g_assert_cmpuint(func->n_locals, <=, WASM_LOCALS_MAX);
		g_assert_cmpuint(func->at, >, end);
		g_assert_cmpuint(func->len, >, 0);
		end = func->at + func->len;
		g_assert_cmpuint(end, <=, module->len);
		g_assert_cmpuint(module->bytes[end - 1], ==, 0x0b);
	}
}

static void
check_init(const WasmModule *module, WasmInit init)
{
	if (init.op == 0x23)
		g_assert_cmpuint(init.value, <, module->n_imported_globals);
	if (init.op == 0xd2)
		g_assert_true(module->funcs[init.value].named);
}

static void
check_segments(const WasmModule *module)
{
	for (guint i = 0; i < module->n_elements; i++) {
		const WasmElements *elements = &module->elements[i];

		if (elements->mode == WASM_ACTIVE)
			g_assert_cmpuint(elements->table, <, module->n_tables);
		for (guint k = 0; k < elements->n; k++)
			check_init(module, elements->items[k]);
	}
	for (guint i = 0; i < module->n_data; i++) {
		check_inside(module, module->data[i].bytes);
		if (module->data[i].mode == WASM_ACTIVE)
			g_assert_true(module->has_memory);
	}
}

static void
check_exports(const WasmModule *module)
{
	const guint n[] = { [WASM_FUNC] = module->n_funcs,
			    [WASM_TABLE] = module->n_tables,
			    [WASM_MEMORY] = module->has_memory ? 1 : 0,
			    [WASM_GLOBAL] = module->n_globals };

	for (guint i = 0; i < module->n_exports; i++) {
		const WasmExport *export = &module->exports[i];

		g_assert_cmpuint(export->index, <, n[export->kind]);
		check_inside(module, export->name);
		g_assert_true(wasm_module_export(module, export->kind,
						 export->name) == export);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bsn_err err = { .size = sizeof(err) };
	g_autoptr(WasmModule) module = NULL;
	int32_t status = wasm_module_read((bsn_slice){ data, size }, &module,
					  &err);

	g_assert_cmpint(module != NULL, ==, status == BSN_OK);
	g_assert_cmpint(err.reason[0] != '\0', ==, status != BSN_OK);
	if (status == BSN_FAULT)
		g_assert_true(g_str_has_prefix(err.reason, "malformed: ") ||
			      g_str_has_prefix(err.reason, "invalid: "));
	else if (status != BSN_OK)
		g_assert_cmpint(status, ==, BSN_TOO_LARGE);
	if (module == NULL)
		return 0;
	check_functions(module);
	check_segments(module);
	check_exports(module);
	for (guint i = 0; i < module->n_customs; i++)
		check_inside(module, module->customs[i].bytes);
	if (module->uses_floats)
		g_assert_cmpuint(module->float_at, <, module->len);
	return 0;
}
