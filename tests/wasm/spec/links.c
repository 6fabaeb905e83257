/* SPDX-License-Identifier: Apache-2.0 */
#include <bsn/helpers/bytes.h>
#include <string.h>

#include "tests/wasm/spec/spec.h"

static int32_t
print(void *user, WasmInstance *instance, guint64 *values)
{
	(void)user;
	(void)instance;
	(void)values;
	return BSN_OK;
}

static const WasmHostFunction functions[] = {
	{ "spectest", "print", ":", 1, print },
	{ "spectest", "print_i32", "i:", 1, print },
	{ "spectest", "print_i64", "I:", 1, print },
	{ "spectest", "print_f32", "f:", 1, print },
	{ "spectest", "print_f64", "F:", 1, print },
	{ "spectest", "print_i32_f32", "if:", 1, print },
	{ "spectest", "print_f64_f64", "FF:", 1, print },
};

static const struct {
	const char *name;
	guint8 type;
	guint64 bits;
} globals[] = {
	{ "global_i32", WASM_I32, 666 },
	{ "global_i64", WASM_I64, 666 },
	{ "global_f32", WASM_F32, 0x4426a666 },         /* 666.6 */
	{ "global_f64", WASM_F64, 0x4084d4cccccccccd }, /* 666.6 */
};

static gboolean
is_named(const WasmImport *import, const char *name)
{
	return bsn_slice_equal(import->module, bsn_slice_str("spectest")) &&
	       bsn_slice_equal(import->name, bsn_slice_str(name));
}

static gboolean
find_global(void *user, const WasmImport *import, guint8 type, guint64 *value)
{
	(void)user;
	for (guint i = 0; i < G_N_ELEMENTS(globals); i++) {
		if (!is_named(import, globals[i].name) ||
		    globals[i].type != type)
			continue;
		*value = globals[i].bits;
		return TRUE;
	}
	return FALSE;
}

const WasmLinks spec_links = { functions, G_N_ELEMENTS(functions), NULL,
			       find_global };

static gboolean
has_import(const WasmImport *import)
{
	if (import->kind == WASM_FUNC)
		for (guint i = 0; i < G_N_ELEMENTS(functions); i++)
			if (is_named(import, functions[i].name))
				return TRUE;
	if (import->kind == WASM_GLOBAL)
		for (guint i = 0; i < G_N_ELEMENTS(globals); i++)
			if (is_named(import, globals[i].name))
				return TRUE;
	return FALSE;
}

gboolean
spec_has_imports(const WasmModule *module)
{
	for (guint i = 0; i < module->n_imports; i++)
		if (!has_import(&module->imports[i]))
			return FALSE;
	return TRUE;
}
