/* SPDX-License-Identifier: Apache-2.0
 *
 * Sections 9, 11 and 12: segments of elements and of data, and how many of the
 * latter there will be.
 */
#include "plugins/runtime-wasm/module/sections.h"

/* Flags of a segment of elements. */
#define NOT_ACTIVE 1u
#define HAS_TABLE 2u   /* when active; otherwise: declared only */
#define EXPRESSIONS 4u /* items are expressions, not functions' indices */

static WasmInit
read_item(Reader *reader, guint32 flags, guint8 type)
{
	WasmInit item = { .op = 0xd2 };
	guint32 index;

	if ((flags & EXPRESSIONS) != 0)
		return wasm_read_init(reader, type);
	index = wasm_read_function_index(reader);
	if (reader_ok(reader))
		reader->module->funcs[index].named = TRUE;
	item.value = index;
	return item;
}

static void
read_items(Reader *reader, guint32 flags, WasmElements *elements)
{
	guint32 n = reader_count(reader, reader->n_items, WASM_ITEMS_MAX,
				 "elements in segments");
	WasmInit *items = reader_grow(NULL, 0, n, sizeof(WasmInit));

	reader->n_items += n;
	elements->items = items;
	elements->n = n;
	for (guint32 i = 0; i < n && reader_ok(reader); i++)
		items[i] = read_item(reader, flags, elements->type);
}

/* What the items are, where the segment says so. */
static guint8
read_items_type(Reader *reader, guint32 flags)
{
	if ((flags & (NOT_ACTIVE | HAS_TABLE)) == 0)
		return WASM_FUNCREF;
	if ((flags & EXPRESSIONS) != 0)
		return reader_ref_type(reader);
	if (reader_u8(reader) != 0)
		reader_malformed(reader, "malformed element kind");
	return WASM_FUNCREF;
}

static guint8
mode_of(guint32 flags)
{
	if ((flags & NOT_ACTIVE) == 0)
		return WASM_ACTIVE;
	return (flags & HAS_TABLE) != 0 ? WASM_DECLARED : WASM_PASSIVE;
}

static void
read_table_and_offset(Reader *reader, guint32 flags, WasmElements *elements)
{
	if ((flags & HAS_TABLE) != 0)
		elements->table = wasm_read_table_index(reader);
	else if (reader->module->n_tables == 0)
		reader_invalid(reader, "unknown table 0");
	elements->offset = wasm_read_init(reader, WASM_I32);
}

static void
read_elements(Reader *reader, WasmElements *elements)
{
	guint32 flags = reader_u32(reader);

	if (flags > 7)
		reader_malformed(reader, "malformed elements segment kind");
	elements->mode = mode_of(flags);
	if (elements->mode == WASM_ACTIVE)
		read_table_and_offset(reader, flags, elements);
	elements->type = read_items_type(reader, flags);
	if (reader_ok(reader) && elements->mode == WASM_ACTIVE &&
	    reader->module->tables[elements->table].type != elements->type)
		reader_invalid(reader, "type mismatch");
	read_items(reader, flags, elements);
}

void
wasm_read_elements(Reader *reader)
{
	WasmModule *module = reader->module;
	guint32 n = reader_count(reader, 0, WASM_SEGMENTS_MAX,
				 "segments of elements");

	module->elements = reader_grow(NULL, 0, n, sizeof(WasmElements));
	while (module->n_elements < n && reader_ok(reader)) {
		reader->item = reader->at;
		read_elements(reader, &module->elements[module->n_elements++]);
	}
}

void
wasm_read_data_count(Reader *reader)
{
	reader->counts_data = TRUE;
	reader->data_count = reader_u32(reader);
}

static void
read_data(Reader *reader, WasmData *data)
{
	guint32 flags = reader_u32(reader);
	guint32 memory = flags == 2 ? reader_u32(reader) : 0;
	guint32 len;

	if (flags > 2)
		reader_malformed(reader, "malformed data segment kind");
	data->mode = flags == 1 ? WASM_PASSIVE : WASM_ACTIVE;
	if (memory != 0)
		reader_invalid(reader, "unknown memory %u", memory);
	if (data->mode == WASM_ACTIVE) {
		wasm_need_memory(reader);
		data->offset = wasm_read_init(reader, WASM_I32);
	}
	len = reader_u32(reader);
	data->bytes = reader_bytes(reader, len);
}

void
wasm_read_data(Reader *reader)
{
	WasmModule *module = reader->module;
	guint32 n = reader_count(reader, 0, WASM_SEGMENTS_MAX,
				 "segments of data");

	module->data = reader_grow(NULL, 0, n, sizeof(WasmData));
	while (module->n_data < n && reader_ok(reader)) {
		reader->item = reader->at;
		read_data(reader, &module->data[module->n_data++]);
	}
}
