/* SPDX-License-Identifier: Apache-2.0
 *
 * Sections 1 to 5: types, imports, functions, tables, memories.
 */
#include "plugins/runtime-wasm/module/sections.h"

#define PAGES_MAX 65536u /* 4 GiB, what 32 bits address */

static guint32
read_index(Reader *reader, guint n, const char *what)
{
	guint32 index = reader_u32(reader);

	if (index < n)
		return index;
	reader_invalid(reader, "unknown %s %u", what, index);
	return 0;
}

guint32
wasm_read_type_index(Reader *reader)
{
	return read_index(reader, reader->module->n_types, "type");
}

guint32
wasm_read_function_index(Reader *reader)
{
	return read_index(reader, reader->module->n_funcs, "function");
}

guint32
wasm_read_table_index(Reader *reader)
{
	return read_index(reader, reader->module->n_tables, "table");
}

guint32
wasm_read_global_index(Reader *reader)
{
	return read_index(reader, reader->module->n_globals, "global");
}

void
wasm_need_memory(Reader *reader)
{
	if (!reader->module->has_memory)
		reader_invalid(reader, "unknown memory 0");
}

static const guint8 *
read_value_types(Reader *reader, guint *n)
{
	guint32 count = reader_count(reader, 0, WASM_PARAMS_MAX,
				     "parameters or results of a function");
	const guint8 *types = reader->bytes + reader->at;

	for (guint32 i = 0; i < count && reader_ok(reader); i++)
		reader_value_type(reader);
	*n = count;
	return types;
}

void
wasm_read_types(Reader *reader)
{
	WasmModule *module = reader->module;
	guint32 n = reader_count(reader, 0, WASM_TYPES_MAX, "types");

	module->types = reader_grow(NULL, 0, n, sizeof(WasmType));
	while (module->n_types < n && reader_ok(reader)) {
		WasmType *type = &module->types[module->n_types++];

		reader->item = reader->at;
		if (reader_u8(reader) != 0x60)
			reader_malformed(reader, "malformed function type");
		type->params = read_value_types(reader, &type->n_params);
		type->results = read_value_types(reader, &type->n_results);
	}
}

/* A minimum and a maximum, or WASM_NO_MAX. Returns whether there is one. */
static gboolean
read_limits(Reader *reader, guint32 *min, guint32 *max)
{
	guint8 flags = reader_u8(reader);

	if (flags > 1)
		reader_malformed(reader, "malformed limits flags");
	*min = reader_u32(reader);
	*max = flags == 1 ? reader_u32(reader) : WASM_NO_MAX;
	if (*min > *max)
		reader_invalid(reader, "size minimum must not be greater than "
				       "maximum");
	return flags == 1;
}

static void
read_table(Reader *reader)
{
	WasmModule *module = reader->module;
	WasmTable table = { .type = reader_ref_type(reader) };

	read_limits(reader, &table.min, &table.max);
	if (module->n_tables == WASM_TABLES_MAX) {
		reader_too_large(reader, WASM_TABLES_MAX, "tables");
		return;
	}
	module->tables = reader_grow(module->tables, module->n_tables, 1,
				     sizeof(WasmTable));
	module->tables[module->n_tables++] = table;
}

static void
read_memory(Reader *reader)
{
	WasmModule *module = reader->module;

	gboolean bounded = read_limits(reader, &module->memory_min,
				       &module->memory_max);

	if (module->memory_min > PAGES_MAX ||
	    (bounded && module->memory_max > PAGES_MAX))
		reader_invalid(reader, "memory size must be at most 65536 "
				       "pages (4GiB)");
	if (module->has_memory)
		reader_invalid(reader, "multiple memories");
	module->has_memory = TRUE;
}

/* `n` more functions, zeroed but for their types, which `reader` is at. */
static void
add_functions(Reader *reader, guint32 n, gboolean imported)
{
	WasmModule *module = reader->module;

	module->funcs = reader_grow(module->funcs, module->n_funcs, n,
				    sizeof(WasmFunc));
	for (guint32 i = 0; i < n && reader_ok(reader); i++) {
		WasmFunc *func = &module->funcs[module->n_funcs++];

		if (!imported)
			reader->item = reader->at;
		func->imported = imported;
		func->type = wasm_read_type_index(reader);
	}
}

static void
import_global(Reader *reader)
{
	WasmModule *module = reader->module;
	WasmGlobal global = { .type = reader_value_type(reader),
			      .imported = TRUE };
	guint8 changes = reader_u8(reader);

	if (changes > 1)
		reader_malformed(reader, "malformed mutability");
	global.changes = changes == 1;
	module->globals = reader_grow(module->globals, module->n_globals, 1,
				      sizeof(WasmGlobal));
	module->globals[module->n_globals++] = global;
}

static void
read_import(Reader *reader, WasmImport *import)
{
	WasmModule *module = reader->module;

	reader->item = reader->at;
	import->module = reader_name(reader);
	import->name = reader_name(reader);
	import->kind = reader_u8(reader);
	switch (import->kind) {
	case WASM_FUNC:
		import->index = module->n_funcs;
		add_functions(reader, 1, TRUE);
		break;
	case WASM_TABLE:
		import->index = module->n_tables;
		read_table(reader);
		break;
	case WASM_MEMORY:
		read_memory(reader);
		module->imports_memory = TRUE;
		break;
	case WASM_GLOBAL:
		import->index = module->n_globals;
		import_global(reader);
		break;
	default:
		reader_malformed(reader, "malformed import kind");
	}
}

void
wasm_read_imports(Reader *reader)
{
	WasmModule *module = reader->module;
	guint32 n = reader_count(reader, 0, WASM_IMPORTS_MAX, "imports");

	module->imports = reader_grow(NULL, 0, n, sizeof(WasmImport));
	while (module->n_imports < n && reader_ok(reader))
		read_import(reader, &module->imports[module->n_imports++]);
	module->n_imported_funcs = module->n_funcs;
	module->n_imported_tables = module->n_tables;
	module->n_imported_globals = module->n_globals;
}

void
wasm_read_functions(Reader *reader)
{
	guint32 n = reader_count(reader, reader->module->n_funcs,
				 WASM_FUNCS_MAX, "functions");

	add_functions(reader, n, FALSE);
}

void
wasm_read_tables(Reader *reader)
{
	guint32 n = reader_count(reader, reader->module->n_tables,
				 WASM_TABLES_MAX, "tables");

	for (guint32 i = 0; i < n && reader_ok(reader); i++) {
		reader->item = reader->at;
		read_table(reader);
	}
}

void
wasm_read_memories(Reader *reader)
{
	guint32 n = reader_u32(reader);

	for (guint32 i = 0; i < n && reader_ok(reader); i++) {
		reader->item = reader->at;
		read_memory(reader);
	}
}
