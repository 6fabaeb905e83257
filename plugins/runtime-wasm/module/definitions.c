/* SPDX-License-Identifier: Apache-2.0
 *
 * Sections 6 to 8: globals, exports, start; and constant expressions.
 */
#include "plugins/runtime-wasm/module/sections.h"

#include "plugins/kit/reason.h"
#include "plugins/runtime-wasm/module/body.h"

/* Constant expressions see imported globals only, so that no order of the
 * others matters. */
static guint64
read_constant_global(Reader *reader, guint8 *type)
{
	const WasmModule *module = reader->module;
	guint32 index = reader_u32(reader);

	if (!reader_ok(reader))
		return 0;
	if (index >= module->n_globals || !module->globals[index].imported) {
		reader_invalid(reader, "unknown global %u", index);
		return 0;
	}
	if (module->globals[index].changes)
		reader_invalid(reader, "constant expression required");
	*type = module->globals[index].type;
	return index;
}

static guint64
read_named_function(Reader *reader)
{
	guint32 index = wasm_read_function_index(reader);

	if (reader_ok(reader))
		reader->module->funcs[index].named = TRUE;
	return index;
}

/* One constant instruction's value. Sets the type that it has. */
static guint64
read_constant(Reader *reader, guint8 op, guint8 *type)
{
	switch (op) {
	case 0x23:
		return read_constant_global(reader, type);
	case 0x41:
		*type = WASM_I32;
		return reader_i32(reader);
	case 0x42:
		*type = WASM_I64;
		return reader_i64(reader);
	case 0x43:
		*type = WASM_F32;
		return reader_bits(reader, 4);
	case 0x44:
		*type = WASM_F64;
		return reader_bits(reader, 8);
	case 0xd0:
		*type = reader_ref_type(reader);
		return *type;
	case 0xd2:
		*type = WASM_FUNCREF;
		return read_named_function(reader);
	case 0x0b:
		reader_invalid(reader, "type mismatch: no value");
		return 0;
	default:
		if (!wasm_is_opcode(op))
			reader_malformed(reader, "illegal opcode %02x", op);
		reader_invalid(reader, "constant expression required");
		return 0;
	}
}

WasmInit
wasm_read_init(Reader *reader, guint8 type)
{
	WasmInit init = { 0 };
	guint8 found = 0, other = 0, next;

	init.op = reader_u8(reader);
	if (!reader_ok(reader))
		return init;
	init.value = read_constant(reader, init.op, &found);
	if (found == WASM_F32 || found == WASM_F64)
		reader_note_float(reader, reader->at);
	if (found != type)
		reader_invalid(reader, "type mismatch");
	next = reader_u8(reader);
	if (!reader_ok(reader) || next == 0x0b)
		return init;
	/* No constant instruction takes a value, so a second one leaves two. */
	read_constant(reader, next, &other);
	reader_invalid(reader, "type mismatch: more than one value");
	return init;
}

void
wasm_read_globals(Reader *reader)
{
	WasmModule *module = reader->module;
	guint32 n = reader_count(reader, module->n_globals, WASM_GLOBALS_MAX,
				 "globals");

	module->globals = reader_grow(module->globals, module->n_globals, n,
				      sizeof(WasmGlobal));
	for (guint32 i = 0; i < n && reader_ok(reader); i++) {
		WasmGlobal global = { 0 };
		guint8 changes;

		reader->item = reader->at;
		global.type = reader_value_type(reader);
		changes = reader_u8(reader);
		if (changes > 1)
			reader_malformed(reader, "malformed mutability");
		global.changes = changes == 1;
		global.init = wasm_read_init(reader, global.type);
		module->globals[module->n_globals++] = global;
	}
}

static guint32
read_exported(Reader *reader, guint8 kind)
{
	guint32 index;

	switch (kind) {
	case WASM_FUNC:
		return (guint32)read_named_function(reader);
	case WASM_TABLE:
		return wasm_read_table_index(reader);
	case WASM_MEMORY:
		index = reader_u32(reader);
		if (index != 0 || !reader->module->has_memory)
			reader_invalid(reader, "unknown memory %u", index);
		return 0;
	case WASM_GLOBAL:
		return wasm_read_global_index(reader);
	default:
		reader_malformed(reader, "malformed export kind");
		return 0;
	}
}

void
wasm_read_exports(Reader *reader)
{
	WasmModule *module = reader->module;
	g_autoptr(GHashTable) names =
		g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
				      (GDestroyNotify)g_bytes_unref, NULL);
	guint32 n = reader_count(reader, 0, WASM_EXPORTS_MAX, "exports");

	module->exports = reader_grow(NULL, 0, n, sizeof(WasmExport));
	while (module->n_exports < n && reader_ok(reader)) {
		WasmExport *export = &module->exports[module->n_exports++];
		g_autofree char *quoted = NULL;

		reader->item = reader->at;
		export->name = reader_name(reader);
		export->kind = reader_u8(reader);
		export->index = read_exported(reader, export->kind);
		if (!reader_ok(reader) ||
		    g_hash_table_add(names,
				     g_bytes_new_static(export->name.data,
							export->name.len)))
			continue;
		quoted = quote_text(export->name);
		reader_invalid(reader, "duplicate export name %s", quoted);
	}
}

void
wasm_read_start(Reader *reader)
{
	const WasmModule *module = reader->module;
	guint32 index;
	const WasmType *type;

	reader->item = reader->at;
	index = wasm_read_function_index(reader);
	if (!reader_ok(reader))
		return;
	type = &module->types[module->funcs[index].type];
	if (type->n_params != 0 || type->n_results != 0)
		reader_invalid(reader, "start function %u has parameters or "
				       "results", index);
	reader->module->start = index;
}
