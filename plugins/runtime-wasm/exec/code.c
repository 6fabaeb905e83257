/* SPDX-License-Identifier: Apache-2.0
 */
#include "plugins/runtime-wasm/exec/code.h"

#include <string.h>

static gboolean
equal(const WasmType *a, const WasmType *b)
{
	return a->n_params == b->n_params && a->n_results == b->n_results &&
		(a->n_params == 0 ||
		 memcmp(a->params, b->params, a->n_params) == 0) &&
		(a->n_results == 0 ||
		 memcmp(a->results, b->results, a->n_results) == 0);
}

static guint
hash_type(gconstpointer key)
{
	const WasmType *type = key;
	guint hash = type->n_params;

	for (guint i = 0; i < type->n_params; i++)
		hash = hash * 31 + type->params[i];
	for (guint i = 0; i < type->n_results; i++)
		hash = hash * 31 + type->results[i];
	return hash;
}

static gboolean
equal_types(gconstpointer a, gconstpointer b)
{
	return equal(a, b);
}

/* Types are equal by what they are, not by their number. */
static void
number_types(WasmCode *code)
{
	const WasmModule *module = code->module;
	g_autoptr(GHashTable) first = g_hash_table_new(hash_type, equal_types);

	code->types = g_new(guint32, MAX(module->n_types, 1));
	for (guint32 i = 0; i < module->n_types; i++) {
		const WasmType *found =
			g_hash_table_lookup(first, &module->types[i]);

		if (found == NULL)
			g_hash_table_add(first, &module->types[i]);
		code->types[i] =
			found == NULL ? i : (guint32)(found - module->types);
	}
}

int32_t
wasm_code_new(WasmModule *module, WasmCode **code, bsn_err *err)
{
	WasmCode *made = g_new0(WasmCode, 1);
	int32_t status;

	made->refs = 1;
	made->module = module;
	made->bodies = g_new0(WasmBody, MAX(module->n_funcs, 1));
	made->exit[0].label = made->exit[2].label = wasm_labels()[WASM_EXIT];
	number_types(made);
	status = wasm_translate(made, err);
	if (status != BSN_OK) {
		wasm_code_unref(made);
		return status;
	}
	*code = made;
	return BSN_OK;
}

WasmCode *
wasm_code_ref(WasmCode *code)
{
	g_atomic_int_inc(&code->refs);
	return code;
}

void
wasm_code_unref(WasmCode *code)
{
	if (code == NULL || !g_atomic_int_dec_and_test(&code->refs))
		return;
	wasm_module_free(code->module);
	g_free(code->ops);
	g_free(code->bodies);
	g_free(code->types);
	g_free(code->linked);
	g_free(code);
}

const WasmModule *
wasm_code_module(const WasmCode *code)
{
	return code->module;
}

gsize
wasm_code_size(const WasmCode *code)
{
	const WasmModule *module = code->module;
	gsize locals = 0;

	for (guint i = 0; i < module->n_funcs; i++)
		locals += module->funcs[i].n_locals;
	return sizeof *code + code->n_ops * sizeof *code->ops +
		module->n_funcs * (sizeof *code->bodies + sizeof(WasmFunc)) +
		module->len + locals +
		module->n_types * (sizeof(WasmType) + sizeof(guint32));
}
