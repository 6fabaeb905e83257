/* SPDX-License-Identifier: Apache-2.0
 *
 * Linking: an import is found by its names, and must be of the same type.
 */
#include "plugins/runtime-wasm/exec/instance.h"

#include <string.h>

static gboolean
is(bsn_slice name, const char *text)
{
	return strlen(text) == name.len &&
		memcmp(text, name.data, name.len) == 0;
}

static char
letter(guint8 type)
{
	switch (type) {
	case WASM_I32: return 'i';
	case WASM_I64: return 'I';
	case WASM_F32: return 'f';
	case WASM_F64: return 'F';
	}
	return '?'; /* references are none of the host's functions' */
}

/* Whether a type is what the text of a host function says. */
static gboolean
same_type(const WasmType *type, const char *text)
{
	for (guint i = 0; i < type->n_params; i++)
		if (*text == '\0' || *text++ != letter(type->params[i]))
			return FALSE;
	if (*text++ != ':')
		return FALSE;
	for (guint i = 0; i < type->n_results; i++)
		if (*text == '\0' || *text++ != letter(type->results[i]))
			return FALSE;
	return *text == '\0';
}

static int32_t
unknown(const WasmImport *import, const char *what, bsn_err *err)
{
	if (err != NULL)
		g_snprintf(err->reason, sizeof err->reason,
			   "%s import %.*s.%.*s", what,
			   (int)MIN(import->module.len, 64),
			   (const char *)import->module.data,
			   (int)MIN(import->name.len, 64),
			   (const char *)import->name.data);
	return BSN_FAULT;
}

static int32_t
link_function(WasmInstance *in, const WasmHostFunction **hosts,
	      const WasmImport *import, bsn_err *err)
{
	const WasmModule *module = in->code->module;
	const WasmFunc *func = &module->funcs[import->index];
	const WasmLinks *links = in->links;

	for (guint i = 0; i < links->n; i++) {
		const WasmHostFunction *host = &links->functions[i];

		if (!is(import->module, host->module) ||
		    !is(import->name, host->name))
			continue;
		if (!same_type(&module->types[func->type], host->type))
			return unknown(import, "another type of", err);
		hosts[import->index] = host;
		return BSN_OK;
	}
	return unknown(import, "unknown", err);
}

static int32_t
link_global(WasmInstance *in, const WasmImport *import, bsn_err *err)
{
	const WasmGlobal *global = &in->code->module->globals[import->index];
	const WasmLinks *links = in->links;

	if (global->changes || links->global == NULL ||
	    !links->global(links->user, import, global->type,
			   &in->globals[import->index]))
		return unknown(import, "unknown", err);
	return BSN_OK;
}

/* What functions were found is kept with the code: the next instance is most often
 * linked with the same ones. */
static int32_t
link_functions(WasmInstance *in, bsn_err *err)
{
	const WasmModule *module = in->code->module;
	WasmLinked *linked = g_atomic_pointer_get(&in->code->linked);
	int32_t status = BSN_OK;

	if (linked != NULL && linked->functions == in->links->functions) {
		in->hosts = linked->hosts;
		return BSN_OK;
	}
	linked = g_malloc(sizeof *linked + module->n_imported_funcs *
			  sizeof *linked->hosts);
	linked->functions = in->links->functions;
	for (guint i = 0; i < module->n_imports && status == BSN_OK; i++)
		if (module->imports[i].kind == WASM_FUNC)
			status = link_function(in, linked->hosts,
					       &module->imports[i], err);
	in->hosts = linked->hosts;
	if (status != BSN_OK ||
	    !g_atomic_pointer_compare_and_exchange(&in->code->linked, NULL,
						   linked))
		in->linked = linked; /* its own */
	return status;
}

static int32_t
link_others(WasmInstance *in, bsn_err *err)
{
	const WasmModule *module = in->code->module;
	int32_t status = BSN_OK;

	for (guint i = 0; i < module->n_imports && status == BSN_OK; i++) {
		const WasmImport *import = &module->imports[i];

		if (import->kind == WASM_GLOBAL)
			status = link_global(in, import, err);
		else if (import->kind != WASM_FUNC)
			status = unknown(import, "unknown", err);
	}
	return status;
}

int32_t
wasm_link(WasmInstance *in, bsn_err *err)
{
	const int32_t status = link_functions(in, err);

	return status == BSN_OK ? link_others(in, err) : status;
}
