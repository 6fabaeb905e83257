/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-wasm/module/module.h"

#include <bsn/helpers/bytes.h>
#include <string.h>

#include "plugins/runtime-wasm/module/sections.h"

#define N_SECTIONS 13

/* By its id: where it may come, and what reads it. Custom sections, of id 0, may
 * come anywhere. */
static const struct {
	guint8 order;
	void (*read)(Reader *reader);
} sections[N_SECTIONS] = {
	[1] = { 1, wasm_read_types },
	[2] = { 2, wasm_read_imports },
	[3] = { 3, wasm_read_functions },
	[4] = { 4, wasm_read_tables },
	[5] = { 5, wasm_read_memories },
	[6] = { 6, wasm_read_globals },
	[7] = { 7, wasm_read_exports },
	[8] = { 8, wasm_read_start },
	[9] = { 9, wasm_read_elements },
	[12] = { 10, wasm_read_data_count },
	[10] = { 11, wasm_read_bodies },
	[11] = { 12, wasm_read_data },
};

static void
read_head(Reader *reader)
{
	static const guint8 head[] = { 0, 'a', 's', 'm', 1, 0, 0, 0 };
	bsn_slice magic = reader_bytes(reader, 4);
	bsn_slice version;

	if (reader_ok(reader) && memcmp(magic.data, head, 4) != 0)
		reader_malformed(reader, "magic header not detected");
	version = reader_bytes(reader, 4);
	if (reader_ok(reader) && memcmp(version.data, head + 4, 4) != 0)
		reader_malformed(reader, "unknown binary version");
}

static void
read_custom(Reader *reader, gsize at)
{
	WasmModule *module = reader->module;
	WasmCustom custom = { .at = at, .end = reader->end };

	custom.name = reader_name(reader);
	custom.bytes = reader_bytes(reader, reader->end - reader->at);
	if (module->n_customs == WASM_CUSTOMS_MAX) {
		reader_too_large(reader, WASM_CUSTOMS_MAX, "custom sections");
		return;
	}
	module->customs = reader_grow(module->customs, module->n_customs, 1,
				      sizeof(WasmCustom));
	module->customs[module->n_customs++] = custom;
}

/* `order`: of the section before, which is set. */
static void
read_content(Reader *reader, guint8 id, guint8 *order)
{
	if (sections[id].order <= *order) {
		reader_malformed(reader, "unexpected content after last "
					 "section: section %u is out of order",
				 id);
		return;
	}
	*order = sections[id].order;
	sections[id].read(reader);
	if (reader->at != reader->end)
		reader_malformed(reader, "section size mismatch");
}

static void
read_section(Reader *reader, guint8 *order)
{
	gsize at = reader->at, end = reader->end;
	guint8 id = reader_u8(reader);
	guint32 len;

	if (id >= N_SECTIONS)
		reader_malformed(reader, "malformed section id %u", id);
	len = reader_u32(reader);
	if (len > end - reader->at)
		reader_malformed(reader, "length out of bounds");
	if (!reader_ok(reader))
		return;
	reader->end = reader->at + len;
	reader->item = reader->at;
	if (id == 0)
		read_custom(reader, at);
	else
		read_content(reader, id, order);
	reader->end = end;
}

static void
read_all(Reader *reader)
{
	WasmModule *module = reader->module;
	guint8 order = 0;

	read_head(reader);
	while (reader_ok(reader) && reader->at < reader->end)
		read_section(reader, &order);
	if (reader->n_bodies != module->n_funcs - module->n_imported_funcs)
		reader_malformed(reader, "function and code section have "
					 "inconsistent lengths");
	if (reader->counts_data && reader->data_count != module->n_data)
		reader_malformed(reader, "data count and data section have "
					 "inconsistent lengths");
}

int32_t
wasm_module_read(bsn_slice bytes, WasmModule **module, bsn_err *err)
{
	g_autoptr(WasmModule) made = NULL;
	Reader reader = { .function = -1, .err = err };

	if (bytes.len > WASM_BYTES_MAX) {
		reader_too_large(&reader, WASM_BYTES_MAX, "bytes");
		return reader.status;
	}
	made = g_new0(WasmModule, 1);
	made->bytes = g_malloc(bytes.len + 1); /* never NULL */
	if (bytes.len > 0)
		memcpy(made->bytes, bytes.data, bytes.len);
	made->len = bytes.len;
	made->start = -1;
	reader.module = made;
	reader.bytes = made->bytes;
	reader.end = made->len;
	read_all(&reader);
	if (reader_ok(&reader))
		*module = g_steal_pointer(&made);
	return reader.status;
}

void
wasm_module_free(WasmModule *module)
{
	if (module == NULL)
		return;
	for (guint i = 0; i < module->n_funcs; i++)
		g_free((gpointer)module->funcs[i].locals);
	for (guint i = 0; i < module->n_elements; i++)
		g_free((gpointer)module->elements[i].items);
	g_free(module->types);
	g_free(module->imports);
	g_free(module->funcs);
	g_free(module->tables);
	g_free(module->globals);
	g_free(module->exports);
	g_free(module->elements);
	g_free(module->data);
	g_free(module->customs);
	g_free(module->bytes);
	g_free(module);
}

const WasmExport *
wasm_module_export(const WasmModule *module, guint8 kind, bsn_slice name)
{
	for (guint i = 0; i < module->n_exports; i++) {
		const WasmExport *export = &module->exports[i];

		if (export->kind == kind &&
		    bsn_slice_equal(export->name, name))
			return export;
	}
	return NULL;
}
