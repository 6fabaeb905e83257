/* SPDX-License-Identifier: Apache-2.0
 *
 * Modules that are no modules, or not valid: what is said of each.
 */
#include <bsn/helpers/bytes.h>
#include <string.h>

#include "plugins/runtime-wasm/module/module.h"
#include "tests/unit/wasm-bytes.h"

typedef struct {
	const char *text;
	const char *reason; /* how it begins */
} Refused;

static void
assert_refused(bsn_slice bytes, const char *reason)
{
	bsn_err err = { .size = sizeof(err) };
	WasmModule *module = NULL;

	g_assert_cmpint(wasm_module_read(bytes, &module, &err), ==, BSN_FAULT);
	g_assert_null(module);
	if (!g_str_has_prefix(err.reason, reason))
		g_assert_cmpstr(err.reason, ==, reason);
	g_assert_cmpint(wasm_module_read(bytes, &module, NULL), ==, BSN_FAULT);
}

static void
assert_all_refused(const Refused *cases, guint n)
{
	for (guint i = 0; i < n; i++) {
		g_autoptr(GByteArray) bytes = wasm_bytes(cases[i].text);

		g_test_message("%s", cases[i].text);
		assert_refused((bsn_slice){ bytes->data, bytes->len },
			       cases[i].reason);
	}
}

static void
test_head(void)
{
	assert_refused((bsn_slice){ NULL, 0 }, "malformed: length out of "
					       "bounds, at byte 0");
	assert_refused(bsn_slice_of("\0asm\1\0\0", 7),
		       "malformed: length out of bounds");
	assert_refused(bsn_slice_of("\0asn\1\0\0\0", 8),
		       "malformed: magic header not detected");
	assert_refused(bsn_slice_of("\0asm\2\0\0\0", 8),
		       "malformed: unknown binary version");
}

/* Sections, and what is encoded alike everywhere. */
static void
test_malformed(void)
{
	static const Refused cases[] = {
		{ "0d { }", "malformed: malformed section id 13" },
		{ "01", "malformed: unexpected end" },
		{ "01 02 00", "malformed: length out of bounds" },
		{ "01 { 00 00 }", "malformed: section size mismatch" },
		{ "01 { 00 } 01 { 00 }", "malformed: unexpected content" },
		{ "03 { 00 } 02 { 00 }", "malformed: unexpected content" },
		{ "0a { 00 } 0c { 00 }", "malformed: unexpected content" },
		{ "00 { }", "malformed: unexpected end" },
		{ "00 { 02 61 }", "malformed: length out of bounds" },
		{ "00 { {c0 80} }", "malformed: malformed UTF-8 encoding" },
		{ "00 { {00 ed a0 80} }", "malformed: malformed UTF-8" },
		{ "01 { 80 80 80 80 80 00 }",
		  "malformed: integer representation too long" },
		{ "01 { 80 80 80 80 10 }", "malformed: integer too large" },
		{ "01 { 02 60 }", "malformed: length out of bounds" },
		{ "01 { 01 5f 00 00 }", "malformed: malformed function type" },
		{ "01 { 01 60 01 40 00 }", "malformed: malformed value type" },
		{ "02 { 01 {} {} 04 00 }", "malformed: malformed import kind" },
		{ "02 { 01 {} {} 03 7f 02 }",
		  "malformed: malformed mutability" },
		{ "04 { 01 7f 00 00 }", "malformed: malformed reference" },
		{ "04 { 01 70 02 00 }", "malformed: malformed limits flags" },
		{ "06 { 01 7f 02 41 00 0b }",
		  "malformed: malformed mutability" },
		{ "06 { 01 7f 00 06 0b }", "malformed: illegal opcode 06" },
		{ "06 { 01 7f 00 41 00 }", "malformed: unexpected end" },
		{ "05 { 01 00 01 } 07 { 01 {} 04 00 }",
		  "malformed: malformed export kind" },
		{ "09 { 01 08 00 }", "malformed: malformed elements segment" },
		{ "09 { 01 01 01 00 }", "malformed: malformed element kind" },
		{ "0b { 01 03 00 }", "malformed: malformed data segment" },
		{ "0c { 01 }", "malformed: data count and data section" },
		{ "0c { 00 } 0b { 01 01 00 }",
		  "malformed: data count and data section" },
		{ "01 { 01 60 00 00 } 03 { 01 00 }",
		  "malformed: function and code section" },
		{ "0a { 01 { 00 0b } }",
		  "malformed: function and code section" },
	};

	assert_all_refused(cases, G_N_ELEMENTS(cases));
}

/* Outside of bodies. */
static void
test_invalid(void)
{
	static const Refused cases[] = {
		{ "03 { 01 00 }", "invalid: unknown type 0, at byte 11" },
		{ "02 { 01 {} {} 00 01 }", "invalid: unknown type 1" },
		{ "04 { 01 70 01 02 01 }", "invalid: size minimum must not" },
		{ "05 { 01 00 81 80 04 }", "invalid: memory size must be" },
		{ "05 { 01 01 00 ff ff ff ff 0f }",
		  "invalid: memory size must be" },
		{ "05 { 02 00 00 00 00 }", "invalid: multiple memories" },
		{ "02 { 01 {} {} 02 00 00 } 05 { 01 00 00 }",
		  "invalid: multiple memories" },
		{ "06 { 01 7f 00 0b }", "invalid: type mismatch" },
		{ "06 { 01 7f 00 42 00 0b }", "invalid: type mismatch" },
		{ "06 { 01 7f 00 41 00 41 00 0b }", "invalid: type mismatch" },
		{ "06 { 01 7f 00 41 00 45 0b }",
		  "invalid: constant expression required" },
		{ "06 { 02 7f 00 41 00 0b 7f 00 23 00 0b }",
		  "invalid: unknown global 0" },
		{ "02 { 01 {} {} 03 7f 01 } 06 { 01 7f 00 23 00 0b }",
		  "invalid: constant expression required" },
		{ "06 { 01 70 00 d2 00 0b }", "invalid: unknown function 0" },
		{ "07 { 01 {} 00 00 }", "invalid: unknown function 0" },
		{ "07 { 01 {} 01 00 }", "invalid: unknown table 0" },
		{ "07 { 01 {} 02 00 }", "invalid: unknown memory 0" },
		{ "07 { 01 {} 03 00 }", "invalid: unknown global 0" },
		{ "05 { 01 00 01 } 07 { 02 {\"a\"} 02 00 {\"a\"} 02 00 }",
		  "invalid: duplicate export name \"a\", at byte 20" },
		{ "08 { 00 }", "invalid: unknown function 0" },
		{ "01 { 01 60 01 7f 00 } 02 { 01 {} {} 00 00 } 08 { 00 }",
		  "invalid: start function 0" },
		{ "09 { 01 00 41 00 0b 00 }", "invalid: unknown table 0" },
		{ "04 { 01 6f 00 00 } 09 { 01 00 41 00 0b 00 }",
		  "invalid: type mismatch" },
		{ "09 { 01 01 00 01 00 }", "invalid: unknown function 0" },
		{ "0b { 01 00 41 00 0b 00 }", "invalid: unknown memory 0" },
		{ "05 { 01 00 01 } 0b { 01 02 01 41 00 0b 00 }",
		  "invalid: unknown memory 1" },
		{ "05 { 01 00 01 } 0b { 01 00 42 00 0b 00 }",
		  "invalid: type mismatch" },
	};

	assert_all_refused(cases, G_N_ELEMENTS(cases));
}

/* A module with types (i32)->(), ()->(), (i64)->(i32), ()->(i32 i32); tables of
 * both kinds, a memory, an immutable global, a segment of each kind, not declared
 * function 1; and function 0, which takes an i32 and has this body. */
static void
test_bodies(void)
{
	static const Refused cases[] = {
		{ "", "malformed: unexpected end" },
		{ "06", "malformed: illegal opcode 06" },
		{ "fc 12", "malformed: illegal opcode fc 12" },
		{ "0b 0b", "malformed: END opcode expected" },
		{ "05 0b", "malformed: else without an if" },
		{ "02 40 05 0b 0b", "malformed: else without an if" },
		{ "02 40 0b", "malformed: unexpected end" },
		{ "02 50 0b 0b", "malformed: malformed value type" },
		{ "41 ff ff ff ff 0f 0b", "malformed: integer too large" },
		{ "3f 01 1a 0b", "malformed: zero byte expected" },
		{ "fc 09 00 0b", "malformed: data count section required" },
		{ "0e 7f 00 0b", "malformed: length out of bounds" },
		{ "02 09 0b 0b", "invalid: unknown type 9" },
		{ "01 1a 0b", "invalid: type mismatch: a value expected, "
			      "nothing found, at byte 68, in function 0" },
		{ "41 00 0b", "invalid: type mismatch: 1 values too many" },
		{ "42 00 45 1a 0b",
		  "invalid: type mismatch: i32 expected, i64 found" },
		{ "02 7f 0b 1a 0b", "invalid: type mismatch" },
		{ "41 00 02 40 1a 0b 0b", "invalid: type mismatch" },
		{ "41 00 04 7f 41 00 0b 1a 0b",
		  "invalid: type mismatch: an if without else" },
		{ "0c 01 0b", "invalid: unknown label 1" },
		{ "02 7f 0c 00 0b 1a 0b", "invalid: type mismatch" },
		{ "02 7f 41 00 41 00 0e 01 00 01 0b 1a 0b",
		  "invalid: type mismatch: labels of a table differ" },
		{ "10 02 0b", "invalid: unknown function 2" },
		{ "10 00 0b", "invalid: type mismatch" },
		{ "41 00 11 07 00 0b", "invalid: unknown type 7" },
		{ "41 00 11 01 02 0b", "invalid: unknown table 2" },
		{ "41 00 11 01 01 0b", "invalid: type mismatch: a table of" },
		{ "d0 70 d0 70 41 00 1b 1a 0b",
		  "invalid: type mismatch: select of references" },
		{ "41 00 41 00 41 00 1c 00 1a 0b",
		  "invalid: invalid result arity" },
		{ "20 01 1a 0b", "invalid: unknown local 1" },
		{ "42 00 21 00 0b", "invalid: type mismatch" },
		{ "23 01 1a 0b", "invalid: unknown global 1" },
		{ "41 00 24 00 0b", "invalid: global 0 is immutable" },
		{ "41 00 28 03 00 1a 0b",
		  "invalid: alignment must not be larger than natural" },
		{ "41 00 25 02 1a 0b", "invalid: unknown table 2" },
		{ "41 00 d0 6f 26 00 0b", "invalid: type mismatch" },
		{ "41 00 41 00 41 00 fc 0e 00 01 0b",
		  "invalid: type mismatch" },
		{ "41 00 41 00 41 00 fc 0c 00 01 0b",
		  "invalid: type mismatch" },
		{ "fc 0d 01 0b", "invalid: unknown elem segment 1" },
		{ "41 00 d1 1a 0b", "invalid: type mismatch: a reference" },
		{ "d2 01 1a 0b", "invalid: undeclared function reference 1" },
		{ "d2 05 1a 0b", "invalid: unknown function 5" },
		/* Never reached, and checked all the same. */
		{ "00 42 00 45 1a 0b", "invalid: type mismatch" },
		{ "0f 41 00 0b", "invalid: type mismatch: 1 values" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = g_strdup_printf(
			"01 { 04 60 01 7f 00 60 00 00 60 01 7e 01 7f"
			" 60 00 02 7f 7f } 03 { 02 00 01 }"
			"04 { 02 70 00 01 6f 00 01 } 05 { 01 00 01 }"
			"06 { 01 7f 00 41 00 0b } 09 { 01 01 00 01 00 }"
			"0a { 02 { 00 %s } { 00 0b } }", cases[i].text);
		const Refused refused = { text, cases[i].reason };

		assert_all_refused(&refused, 1);
	}
}

static void
test_data_index(void)
{
	static const Refused cases[] = {
		{ "01 { 01 60 00 00 } 03 { 01 00 } 0c { 01 }"
		  "0a { 01 { 00 fc 09 01 0b } } 0b { 01 01 00 }",
		  "invalid: unknown data segment 1" },
		{ "01 { 01 60 00 00 } 03 { 01 00 }"
		  "0a { 01 { 00 41 00 40 00 1a 0b } }",
		  "invalid: unknown memory 0" },
	};

	assert_all_refused(cases, G_N_ELEMENTS(cases));
}

/* However much of a module is missing, that is noticed. */
static void
test_cut(void)
{
	g_autoptr(GByteArray) bytes = wasm_bytes(
		"01 { 02 60 01 7f 01 7f 60 00 00 } 03 { 01 00 }"
		"04 { 01 70 00 01 } 05 { 01 00 01 } 06 { 01 7f 00 41 00 0b }"
		"07 { 01 {\"f\"} 00 00 } 09 { 01 00 41 00 0b 01 00 } 0c { 01 }"
		"0a { 01 { 01 01 7e 20 00 04 7f 41 01 05 41 02 0b 0b } }"
		"0b { 01 01 {\"data\"} }");
	WasmModule *whole = NULL;

	g_assert_cmpint(wasm_module_read((bsn_slice){ bytes->data, bytes->len },
					 &whole, NULL), ==, BSN_OK);
	wasm_module_free(whole);
	/* Behind the types, nothing asks for the rest yet. */
	for (guint len = 0; len < bytes->len; len++)
		if (len != 8 && len != 19)
			assert_refused((bsn_slice){ bytes->data, len },
				       "malformed: ");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/wasm/refused/no-head", test_head);
	g_test_add_func("/wasm/refused/malformed", test_malformed);
	g_test_add_func("/wasm/refused/invalid", test_invalid);
	g_test_add_func("/wasm/refused/invalid-bodies", test_bodies);
	g_test_add_func("/wasm/refused/data-index", test_data_index);
	g_test_add_func("/wasm/refused/cut-anywhere", test_cut);
	return g_test_run();
}
