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

#define HEADER_LEN 8u /* "\0asm", version */
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

/* LEB128, 32 bits. */
static guint32
u32(Reader *reader)
{
	guint32 value = 0;
	guint8 next = 0x80;

	for (guint shift = 0; shift < 35 && (next & 0x80) != 0; shift += 7) {
		next = byte(reader);
		if (shift < 32)
			value |= (guint32)(next & 0x7f) << shift;
	}
	reader->failed |= (next & 0x80) != 0;
	return value;
}

static bsn_slice
bytes(Reader *reader)
{
	guint32 len = u32(reader);
	bsn_slice taken = bsn_slice_of(reader->rest.data, len);

	if (len > reader->rest.len) {
		reader->failed = TRUE;
		return bsn_slice_of(NULL, 0);
	}
	reader->rest.data += len;
	reader->rest.len -= len;
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

static void
read_export(Reader *reader, Module *module)
{
	static const char *const once[] = { "initialize", "upgrade" };
	bsn_slice name = bytes(reader);
	guint8 kind = byte(reader);
	guint32 index = u32(reader);
	json_t *text;

	if (reader->failed || kind != KIND_FUNCTION || name.len == 0 ||
	    name.data[0] == '_' || !is_plain(module, index))
		return;
	text = json_stringn((const char *)name.data, (size_t)name.len);
	for (guint i = 0; text != NULL && i < G_N_ELEMENTS(once); i++)
		if (bsn_slice_equal(name, bsn_slice_str(once[i]))) {
			json_array_append_new(module->names,
					      json_pack("{s:o}", "type", text));
			return;
		}
	if (text != NULL)
		json_array_append_new(module->names,
				      json_pack("{s:s, s:o}", "type",
						"function", "name", text));
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

json_t *
wasm_exports_json(bsn_slice code)
{
	g_autoptr(GByteArray) plain = g_byte_array_new();
	g_autoptr(GArray) functions =
		g_array_new(FALSE, FALSE, sizeof(guint32));
	Module module = { plain, functions, json_array() };
	Reader reader = { .rest = code };

	if (code.len < HEADER_LEN || memcmp(code.data, "\0asm", 4) != 0)
		return module.names;
	reader.rest.data += HEADER_LEN;
	reader.rest.len -= HEADER_LEN;
	while (reader.rest.len > 0 && !reader.failed) {
		guint8 id = byte(&reader);
		Reader section = { .rest = bytes(&reader) };

		read_section(id, &section, &module);
		reader.failed |= section.failed;
	}
	if (reader.failed)
		json_array_clear(module.names);
	return module.names;
}
