/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/wasm-run.h"

#include "tests/unit/wasm-bytes.h"

WasmInstance *
wasm_run_bounded(const char *text, const WasmLinks *links,
		 const WasmBounds *bounds)
{
	static const WasmLinks none;
	g_autoptr(GByteArray) bytes = wasm_bytes(text);
	bsn_err err = { .size = sizeof err };
	WasmModule *module = NULL;
	WasmInstance *instance = NULL;
	WasmCode *code = NULL;
	const char *trap;

	wasm_module_read((bsn_slice){ bytes->data, bytes->len }, &module,
			 &err);
	g_assert_cmpstr(err.reason, ==, "");
	g_assert_cmpint(wasm_code_new(module, &code, &err), ==, BSN_OK);
	g_assert_cmpuint(wasm_code_size(code), >, bytes->len);
	g_assert_cmpint(wasm_instance_new(code, links ? links : &none, bounds,
					  &instance, &trap, &err),
			==, BSN_OK);
	wasm_code_unref(code);
	wasm_set_gas(instance, 1000000);
	return instance;
}

WasmInstance *
wasm_run_instance(const char *text, const WasmLinks *links)
{
	return wasm_run_bounded(text, links, &WASM_BOUNDS_DEFAULT);
}
