/* SPDX-License-Identifier: Apache-2.0
 *
 * WebAssembly code: any valid module is translated, and its exported functions
 * run twice, with little gas and small bounds, to the same end with the same
 * gas, results and memory.
 */
#include "plugins/runtime-wasm/exec/exec.h"

#include <string.h>

#define GAS 20000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What an instance came to. */
typedef struct {
	int32_t status;
	int ending;
	guint64 gas, values, memory;
	const char *trap;
	guint32 function;
} End;

static guint64
mix(guint64 hash, guint64 value)
{
	return (hash ^ value) * G_GUINT64_CONSTANT(0x100000001b3);
}

static void
run_export(WasmInstance *instance, const WasmModule *module, guint32 function,
	   End *end)
{
	const WasmType *type = &module->types[module->funcs[function].type];
	guint64 values[WASM_PARAMS_MAX] = { 0 };

	for (guint i = 0; i < type->n_params; i++)
		values[i] = i * 77 + 3;
	wasm_set_gas(instance, GAS);
	end->ending = wasm_invoke(instance, function, values);
	end->gas = mix(end->gas, wasm_gas(instance));
	if (end->ending == WASM_TRAP) {
		end->trap = wasm_trap_text(instance);
		end->function = wasm_trap_function(instance);
		g_assert_cmpuint(end->function, <, module->n_funcs);
	}
	if (end->ending == WASM_OUT_OF_GAS)
		g_assert_cmpuint(wasm_gas(instance), ==, 0);
	for (guint i = 0; end->ending == WASM_DONE && i < type->n_results; i++)
		end->values = mix(end->values, values[i]);
}

static guint64
memory_hash(WasmInstance *instance)
{
	guint64 hash = 0;

	for (guint32 at = 0;; at += 8) {
		const guint8 *bytes = wasm_memory(instance, at, 8);
		guint64 word;

		if (bytes == NULL)
			return hash;
		memcpy(&word, bytes, sizeof(word));
		hash = mix(hash, word);
	}
}

static End
run(WasmCode *code)
{
	static const WasmLinks links;
	const WasmBounds bounds = { .pages = 4, .elements = 4096,
				    .values = 4096, .depth = 64 };
	const WasmModule *module = wasm_code_module(code);
	g_autoptr(WasmInstance) instance = NULL;
	End end = { 0 };

	end.status = wasm_instance_new(code, &links, &bounds, &instance,
				       &end.trap, NULL);
	if (end.status != BSN_OK)
		return end;
	wasm_set_gas(instance, GAS);
	end.ending = wasm_start(instance);
	for (guint i = 0; i < module->n_exports; i++)
		if (module->exports[i].kind == WASM_FUNC)
			run_export(instance, module, module->exports[i].index,
				   &end);
	end.memory = memory_hash(instance);
	return end;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bsn_err err = { .size = sizeof(err) };
	WasmModule *module = NULL;
	WasmCode *code = NULL;
	End first, second;

	if (wasm_module_read((bsn_slice){ data, size }, &module, &err) !=
	    BSN_OK)
		return 0;
	if (wasm_code_new(module, &code, &err) != BSN_OK) {
		g_assert_cmpstr(err.reason, !=, "");
		return 0;
	}
	first = run(code);
	second = run(code);
	g_assert_cmpint(first.status, ==, second.status);
	g_assert_cmpint(first.ending, ==, second.ending);
	g_assert_cmpuint(first.gas, ==, second.gas);
	g_assert_cmpuint(first.values, ==, second.values);
	g_assert_cmpuint(first.memory, ==, second.memory);
	g_assert_cmpstr(first.trap, ==, second.trap);
	g_assert_cmpuint(first.function, ==, second.function);
	wasm_code_unref(code);
	return 0;
}
