/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-wasm/machine/policy.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/reason.h"
#include "plugins/runtime-wasm/machine/code.h"
#include "plugins/runtime-wasm/machine/frame.h"

#define MEMORY "memory"
/* What of a module may be custom sections before somebody says so. */
#define CUSTOM_SHARE 4u /* a quarter */
#define CUSTOM_SMALL 4096u

static void G_GNUC_PRINTF(5, 6)
add(WasmFindings *findings, const char *rule, const char *severity,
    const char *where, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	findings->add(findings, rule, severity, where, text);
}

/* ---- imports -------------------------------------------------------------- */

static const WasmHostFunction *
host_function(const WasmImport *import)
{
	for (guint i = 0; i < wasm_imports_n; i++)
		if (bsn_slice_equal(import->module,
				    bsn_slice_str(wasm_imports[i].module)) &&
		    bsn_slice_equal(import->name,
				    bsn_slice_str(wasm_imports[i].name)))
			return &wasm_imports[i];
	return NULL;
}

static char
letter_of(guint8 type)
{
	switch (type) {
	case WASM_I32:
		return 'i';
	case WASM_I64:
		return 'I';
	case WASM_F32:
		return 'f';
	case WASM_F64:
		return 'F';
	default:
		return '?';
	}
}

static gboolean
has_type(const WasmType *type, const char *wanted)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < type->n_params; i++)
		g_string_append_c(text, letter_of(type->params[i]));
	g_string_append_c(text, ':');
	for (guint i = 0; i < type->n_results; i++)
		g_string_append_c(text, letter_of(type->results[i]));
	return strcmp(text->str, wanted) == 0;
}

static void
check_import(const WasmModule *module, const WasmImport *import,
	     WasmFindings *findings)
{
	static const char *const kinds[] = { "function", "table", "memory",
					     "global" };
	const WasmHostFunction *function = host_function(import);
	g_autofree char *of = clip_text(import->module);
	g_autofree char *name = clip_text(import->name);
	g_autofree char *where = g_strdup_printf("import %s.%s", of, name);

	if (import->kind != WASM_FUNC)
		add(findings, RULE_IMPORT, "error", where,
		    "a contract imports functions only, and this is a %s: "
		    "it has its own",
		    kinds[import->kind & 3]);
	else if (function == NULL)
		add(findings, RULE_IMPORT, "error", where,
		    "no chain offers this function: a contract imports those "
		    "of module \"" WASM_IMPORT_MODULE "\" only; WASI and "
		    "JavaScript are not there");
	else if (!has_type(&module->types[module->funcs[import->index].type],
			   function->type))
		add(findings, RULE_IMPORT, "error", where,
		    "the function has another type than is offered (%s): "
		    "declare it as the SDK does",
		    function->type);
}

/* ---- the rest ------------------------------------------------------------- */

static void
check_floats(const WasmModule *module, gboolean floats, WasmFindings *findings)
{
	g_autofree char *where = NULL;

	if (!module->uses_floats)
		return;
	where = g_strdup_printf("offset %" G_GSIZE_FORMAT, module->float_at);
	if (floats)
		add(findings, RULE_FLOAT, "warning", where,
		    "it calculates with floats, which a chain takes only if "
		    "its rules say so: use integers, fixed point for amounts");
	else
		add(findings, RULE_FLOAT, "error", where,
		    "it calculates with floats, which this chain does not "
		    "take: use integers, fixed point for amounts");
}

static void
check_memory(const WasmModule *module, WasmFindings *findings)
{
	const WasmBounds bounds = WASM_BOUNDS_DEFAULT;

	if (module->imports_memory)
		return; /* said of the import */
	if (!module->has_memory)
		add(findings, RULE_MEMORY, "error", "module",
		    "it has no memory: a contract has one of its own, "
		    "exported as \"" MEMORY "\"");
	else if (wasm_module_export(module, WASM_MEMORY,
				    bsn_slice_str(MEMORY)) == NULL)
		add(findings, RULE_MEMORY, "error", "memory 0",
		    "its memory is not exported as \"" MEMORY "\"");
	else if (module->memory_min > bounds.pages)
		add(findings, RULE_MEMORY, "error", "memory 0",
		    "it begins with %u pages of 64 KiB, and may have %u",
		    module->memory_min, bounds.pages);
}

static void
check_tables(const WasmModule *module, WasmFindings *findings)
{
	const WasmBounds bounds = WASM_BOUNDS_DEFAULT;
	guint64 elements = 0;

	for (guint i = 0; i < module->n_tables; i++)
		elements += module->tables[i].min;
	if (elements > bounds.elements)
		add(findings, RULE_TABLE, "error", "tables",
		    "they begin with %" G_GUINT64_FORMAT
		    " elements, and may have %u",
		    elements, bounds.elements);
}

static void
check_entry(const WasmModule *module, const char *name,
	    WasmFindings *findings)
{
	const WasmExport *export = wasm_module_export(module, WASM_FUNC,
						      bsn_slice_str(name));
	g_autofree char *where = g_strdup_printf("export %s", name);

	if (export != NULL && !wasm_is_entry_type(module, export->index))
		add(findings, RULE_ENTRY, "error", where,
		    "it has parameters or results: the chain calls it without, "
		    "arguments are asked for by arg");
}

static void
check_functions(const WasmModule *module, WasmFindings *findings)
{
	guint callable = 0;

	check_entry(module, WASM_INITIALIZE, findings);
	check_entry(module, WASM_UPGRADE, findings);
	for (guint i = 0; i < module->n_exports; i++)
		if (module->exports[i].kind == WASM_FUNC &&
		    wasm_callable(module, module->exports[i].name) >= 0)
			callable++;
	if (callable == 0)
		add(findings, RULE_NO_FUNCTION, "warning", "module",
		    "nobody can call anything of it: export functions without "
		    "parameters and results");
}

static void
check_start(const WasmModule *module, WasmFindings *findings)
{
	g_autofree char *where = NULL;

	if (module->start < 0)
		return;
	where = g_strdup_printf("function %" G_GINT64_FORMAT, module->start);
	if (module->start < module->n_imported_funcs)
		add(findings, RULE_START, "error", where,
		    "the start function is the chain's own, and takes nothing "
		    "that it could be given here");
	else
		add(findings, RULE_START, "info", where,
		    "the start function runs before each call, and each call "
		    "pays for it: keep it to setting up globals");
}

static void
check_customs(const WasmModule *module, WasmFindings *findings)
{
	gsize len = 0;

	for (guint i = 0; i < module->n_customs; i++)
		len += module->customs[i].end - module->customs[i].at;
	if (len > CUSTOM_SMALL && len > module->len / CUSTOM_SHARE)
		add(findings, RULE_CUSTOM, "info", "module",
		    "%" G_GSIZE_FORMAT " of its %" G_GSIZE_FORMAT
		    " bytes are names and notes for debuggers, which are paid "
		    "for and stay on every node: strip it",
		    len, module->len);
}

void
wasm_policy_check(const WasmModule *module, gboolean floats,
		  WasmFindings *findings)
{
	for (guint i = 0; i < module->n_imports; i++)
		check_import(module, &module->imports[i], findings);
	check_floats(module, floats, findings);
	check_memory(module, findings);
	check_tables(module, findings);
	check_functions(module, findings);
	check_start(module, findings);
	check_customs(module, findings);
}

/* ---- the first error ------------------------------------------------------ */

typedef struct {
	WasmFindings findings; /* first */
	bsn_err *err;
	int32_t status;
} First;

static void
keep_first(WasmFindings *findings, const char *rule, const char *severity,
	   const char *where, const char *text)
{
	First *first = (First *)findings;

	if (first->status == BSN_OK && strcmp(severity, "error") == 0)
		first->status = bsn_fail(first->err, BSN_FAULT, "%s: %s",
					 where, text);
}

int32_t
wasm_policy_refuses(const WasmModule *module, gboolean floats, bsn_err *err)
{
	First first = { { keep_first }, err, BSN_OK };

	wasm_policy_check(module, floats, &first.findings);
	return first.status;
}
