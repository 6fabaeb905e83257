/* SPDX-License-Identifier: Apache-2.0
 *
 * What a module may have at most, and that what it claims to have costs nothing
 * before it is there.
 */
#include <bsn/helpers/bytes.h>
#include <string.h>

#include "plugins/runtime-wasm/module/module.h"
#include "tests/unit/wasm-bytes.h"

static void
put_u32(GByteArray *out, guint32 value)
{
	guint8 byte;

	do {
		byte = (guint8)(value & 0x7f) | (value > 0x7f ? 0x80 : 0);
		g_byte_array_append(out, &byte, 1);
		value >>= 7;
	} while (value > 0);
}

static void
put_hex(GByteArray *out, const char *hex)
{
	g_autoptr(GByteArray) bytes = wasm_bytes(hex);

	g_byte_array_append(out, bytes->data + 8, bytes->len - 8);
}

static void
put_section(GByteArray *out, guint8 id, const GByteArray *content)
{
	g_byte_array_append(out, &id, 1);
	put_u32(out, content->len);
	g_byte_array_append(out, content->data, content->len);
}

/* A section of `n` times the same, at the end of `module`. */
static void
put_many(GByteArray *module, guint8 id, guint32 n, const char *item)
{
	g_autoptr(GByteArray) content = g_byte_array_new();

	put_u32(content, n);
	for (guint32 i = 0; i < n; i++)
		put_hex(content, item);
	put_section(module, id, content);
}

static int32_t
read_status(const GByteArray *bytes)
{
	WasmModule *module = NULL;
	int32_t status = wasm_module_read(
		(bsn_slice){ bytes->data, bytes->len }, &module, NULL);

	wasm_module_free(module);
	return status;
}

/* So many are taken, and one more is not. */
static void
test_counts(void)
{
	static const struct {
		const char *before;
		guint8 id;
		guint32 max;
		const char *item;
	} cases[] = {
		{ "", 1, WASM_TYPES_MAX, "60 00 00" },
		{ "01 { 01 60 00 00 }", 2, WASM_IMPORTS_MAX, "{}{} 00 00" },
		{ "", 4, WASM_TABLES_MAX, "70 00 00" },
		{ "02 { 01 {}{} 01 70 00 00 }", 4, WASM_TABLES_MAX - 1,
		  "70 00 00" },
		{ "", 6, WASM_GLOBALS_MAX, "7f 00 41 00 0b" },
		{ "", 9, WASM_SEGMENTS_MAX, "01 00 00" },
		{ "", 11, WASM_SEGMENTS_MAX, "01 00" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		for (guint32 more = 0; more < 2; more++) {
			g_autoptr(GByteArray) module =
				wasm_bytes(cases[i].before);

			put_many(module, cases[i].id, cases[i].max + more,
				 cases[i].item);
			g_assert_cmpint(read_status(module), ==,
					more == 0 ? BSN_OK : BSN_TOO_LARGE);
		}
	}
}

static void
test_customs(void)
{
	g_autoptr(GByteArray) module = wasm_bytes("");

	for (guint i = 0; i < WASM_CUSTOMS_MAX; i++)
		put_hex(module, "00 { {} }");
	g_assert_cmpint(read_status(module), ==, BSN_OK);
	put_hex(module, "00 { {} }");
	g_assert_cmpint(read_status(module), ==, BSN_TOO_LARGE);
}

static void
test_bytes(void)
{
	g_autoptr(GByteArray) module = wasm_bytes("");

	g_byte_array_set_size(module, WASM_BYTES_MAX + 1);
	g_assert_cmpint(read_status(module), ==, BSN_TOO_LARGE);
}

/* Counts over what is there are refused before anything is made for them. */
static void
test_claims(void)
{
	static const guint8 ids[] = { 1, 2, 3, 4, 6, 7, 9, 11 };

	for (guint i = 0; i < G_N_ELEMENTS(ids); i++) {
		g_autofree char *text = g_strdup_printf(
			"%02x { ff ff ff ff 0f }", ids[i]);
		g_autoptr(GByteArray) module = wasm_bytes(text);

		g_assert_cmpint(read_status(module), ==, BSN_FAULT);
	}
}

/* A module of `n` functions ()->() with this body. */
static GByteArray *
functions(guint32 n, const GByteArray *body)
{
	GByteArray *module = wasm_bytes("01 { 01 60 00 00 }");
	g_autoptr(GByteArray) bodies = g_byte_array_new();

	put_many(module, 3, n, "00");
	put_u32(bodies, n);
	for (guint32 i = 0; i < n; i++) {
		put_u32(bodies, body->len);
		g_byte_array_append(bodies, body->data, body->len);
	}
	put_section(module, 10, bodies);
	return module;
}

static int32_t
functions_status(guint32 n, const char *body)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(GByteArray) module = NULL;

	put_hex(bytes, body);
	module = functions(n, bytes);
	return read_status(module);
}

static void
test_functions(void)
{
	g_assert_cmpint(functions_status(WASM_FUNCS_MAX, "00 0b"), ==, BSN_OK);
	g_assert_cmpint(functions_status(WASM_FUNCS_MAX + 1, "00 0b"), ==,
			BSN_TOO_LARGE);
}

static void
test_locals(void)
{
	/* 4096 in a function, 256 functions of those. */
	g_assert_cmpint(functions_status(1, "01 80 20 7f 0b"), ==, BSN_OK);
	g_assert_cmpint(functions_status(1, "01 81 20 7f 0b"), ==,
			BSN_TOO_LARGE);
	g_assert_cmpint(functions_status(256, "01 80 20 7f 0b"), ==, BSN_OK);
	g_assert_cmpint(functions_status(257, "01 80 20 7f 0b"), ==,
			BSN_TOO_LARGE);
	/* More than 32 bits can count are no module. */
	g_assert_cmpint(functions_status(
				1, "02 ff ff ff ff 0f 7f 01 7f 0b"),
			==, BSN_FAULT);
}

/* A body of `n` times `item`, and as many times `end`. */
static int32_t
repeated_status(guint n, const char *item, const char *end)
{
	g_autoptr(GByteArray) body = g_byte_array_new();
	g_autoptr(GByteArray) module = NULL;

	put_hex(body, "00");
	for (guint i = 0; i < n; i++)
		put_hex(body, item);
	for (guint i = 0; i < n; i++)
		put_hex(body, end);
	put_hex(body, "0b");
	module = functions(1, body);
	return read_status(module);
}

/* The body itself is a block, too. */
static void
test_nesting(void)
{
	g_assert_cmpint(repeated_status(WASM_NESTING_MAX - 1, "02 40", "0b"),
			==, BSN_OK);
	g_assert_cmpint(repeated_status(WASM_NESTING_MAX, "02 40", "0b"), ==,
			BSN_TOO_LARGE);
}

static void
test_operands(void)
{
	g_assert_cmpint(repeated_status(WASM_OPERANDS_MAX, "41 00", "1a"), ==,
			BSN_OK);
	g_assert_cmpint(repeated_status(WASM_OPERANDS_MAX + 1, "41 00", "1a"),
			==, BSN_TOO_LARGE);
}

static void
test_body(void)
{
	g_assert_cmpint(repeated_status(WASM_BODY_MAX - 2, "01", ""), ==,
			BSN_OK);
	g_assert_cmpint(repeated_status(WASM_BODY_MAX - 1, "01", ""), ==,
			BSN_TOO_LARGE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/wasm/limits/counts", test_counts);
	g_test_add_func("/wasm/limits/custom-sections", test_customs);
	g_test_add_func("/wasm/limits/bytes", test_bytes);
	g_test_add_func("/wasm/limits/claims-cost-nothing", test_claims);
	g_test_add_func("/wasm/limits/functions", test_functions);
	g_test_add_func("/wasm/limits/locals", test_locals);
	g_test_add_func("/wasm/limits/nesting", test_nesting);
	g_test_add_func("/wasm/limits/operands", test_operands);
	g_test_add_func("/wasm/limits/body", test_body);
	return g_test_run();
}
