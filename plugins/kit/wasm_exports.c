/* SPDX-License-Identifier: Apache-2.0
 *
 * WebAssembly Core Specification, 5.5: a module is sections, each an id, a size and
 * its contents; of these it takes the types, the imports, the functions' types and
 * the exports.
 */
#include "plugins/kit/wasm_exports.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <glib.h>

#include "plugins/kit/wasm_section.h"

#define SECTION_TYPE 1u
#define SECTION_IMPORT 2u
#define SECTION_FUNCTION 3u
#define SECTION_EXPORT 7u
#define KIND_FUNCTION 0u
#define KIND_TABLE 1u
#define KIND_MEMORY 2u
#define KIND_GLOBAL 3u
#define FUNCTION_TYPE 0x60u
#define COUNT_MAX 65536u

/* Reading past the end gives zeros, and says so in the end. */
typedef struct {
	bsn_slice rest;
	gboolean failed;
} Reader;

typedef struct {
	GByteArray *plain;     /* of each type: whether it is of nothing to nothing */
	GArray *functions;     /* guint32: each function's type, imported first */
	json_t *names;
} Module;

static guint8
byte(Reader *reader)
{
	if (reader->rest.len == 0) {
		reader->failed = TRUE;
		return 0;
	}
	reader->rest.len--;
	return *reader->rest.data++;
}

static guint32
u32(Reader *reader)
{
	guint64 value;

	if (wasm_take_number(&reader->rest, &value) && value <= G_MAXUINT32)
		return (guint32)value;
	reader->failed = TRUE;
	return 0;
}

static bsn_slice
bytes(Reader *reader)
{
	bsn_slice taken = { NULL, 0 };

	reader->failed |= !wasm_take_bytes(&reader->rest, &taken);
	return taken;
}

static guint32
count(Reader *reader)
{
	guint32 n = u32(reader);

	if (n > COUNT_MAX)
		reader->failed = TRUE;
	return reader->failed ? 0 : n;
}

/* ---- sections ---------------------------------------------------------- */

static void
read_types(Reader *reader, Module *module)
{
	for (guint32 n = count(reader); n > 0 && !reader->failed; n--) {
		guint8 plain;

		if (byte(reader) != FUNCTION_TYPE)
			reader->failed = TRUE;
		plain = bytes(reader).len == 0;
		plain &= bytes(reader).len == 0;
		g_byte_array_append(module->plain, &plain, 1);
	}
}

static void
skip_limits(Reader *reader)
{
	gboolean bounded = (byte(reader) & 1) != 0;

	(void)u32(reader);
	if (bounded)
		(void)u32(reader);
}

static void
read_import(Reader *reader, Module *module)
{
	guint32 type;

	(void)bytes(reader);
	(void)bytes(reader);
	switch (byte(reader)) {
	case KIND_FUNCTION:
		type = u32(reader);
		g_array_append_val(module->functions, type);
		break;
	case KIND_TABLE:
		(void)byte(reader);
		skip_limits(reader);
		break;
	case KIND_MEMORY:
		skip_limits(reader);
		break;
	case KIND_GLOBAL:
		(void)byte(reader);
		(void)byte(reader);
		break;
	default:
		reader->failed = TRUE;
	}
}

static void
read_functions(Reader *reader, Module *module)
{
	for (guint32 n = count(reader); n > 0 && !reader->failed; n--) {
		guint32 type = u32(reader);

		g_array_append_val(module->functions, type);
	}
}

static gboolean
is_plain(const Module *module, guint32 function)
{
	guint32 type;

	if (function >= module->functions->len)
		return FALSE;
	type = g_array_index(module->functions, guint32, function);
	return type < module->plain->len && module->plain->data[type];
}

/* The function as its entry; NULL: it is none of the contract's. */
static json_t *
entry_json(bsn_slice name)
{
	json_t *text = json_stringn((const char *)name.data, (size_t)name.len);

	if (wasm_name_is_callable(name))
		return json_pack("{s:s, s:o}", "type", "function", "name",
				 text);
	if (bsn_slice_equal(name, bsn_slice_str(WASM_INITIALIZE)) ||
	    bsn_slice_equal(name, bsn_slice_str(WASM_UPGRADE)))
		return json_pack("{s:o}", "type", text);
	json_decref(text);
	return NULL;
}

static void
read_export(Reader *reader, Module *module)
{
	const bsn_slice name = bytes(reader);
	const guint8 kind = byte(reader);
	const guint32 index = u32(reader);

	if (!reader->failed && kind == KIND_FUNCTION && is_plain(module, index))
		json_array_append_new(module->names, entry_json(name));
}

static void
read_section(guint8 id, Reader *reader, Module *module)
{
	if (id == SECTION_TYPE)
		read_types(reader, module);
	else if (id == SECTION_FUNCTION)
		read_functions(reader, module);
	else if (id == SECTION_IMPORT)
		for (guint32 n = count(reader); n > 0 && !reader->failed; n--)
			read_import(reader, module);
	else if (id == SECTION_EXPORT)
		for (guint32 n = count(reader); n > 0 && !reader->failed; n--)
			read_export(reader, module);
}

gboolean
wasm_name_is_callable(bsn_slice name)
{
	return name.len > 0 && name.data[0] != '_' &&
	       !bsn_slice_equal(name, bsn_slice_str(WASM_INITIALIZE)) &&
	       !bsn_slice_equal(name, bsn_slice_str(WASM_UPGRADE));
}

json_t *
wasm_exports_json(bsn_slice code)
{
	g_autoptr(GByteArray) plain = g_byte_array_new();
	g_autoptr(GArray) functions =
		g_array_new(FALSE, FALSE, sizeof(guint32));
	Module module = { plain, functions, json_array() };
	Reader reader = { .rest = code };

	if (code.len < WASM_HEADER_LEN || memcmp(code.data, "\0asm", 4) != 0)
		return module.names;
	reader.rest.data += WASM_HEADER_LEN;
	reader.rest.len -= WASM_HEADER_LEN;
	while (reader.rest.len > 0 && !reader.failed) {
		Reader section = { .failed = FALSE };
		guint8 id;

		reader.failed =
			!wasm_take_section(&reader.rest, &id, &section.rest);
		if (reader.failed)
			break;
		read_section(id, &section, &module);
		reader.failed = section.failed;
	}
	if (reader.failed)
		json_array_clear(module.names);
	return module.names;
}
