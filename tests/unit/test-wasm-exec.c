/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions that are run: what they answer, by families of instructions, and how
 * they trap.
 */
#include "plugins/runtime-wasm/exec/exec.h"
#include "tests/unit/wasm-run.h"

#define NAN32 0x7fc00000u
#define NAN64 G_GUINT64_CONSTANT(0x7ff8000000000000)
#define MIN32 0x80000000u
#define MIN64 G_GUINT64_CONSTANT(0x8000000000000000)

typedef struct {
	const char *params, *results; /* value types, in hexadecimal */
	const char *body;             /* declarations of locals, instructions */
	guint64 a, b;
	guint64 want;
	const char *trap;
} Case;

static void
check(const Case *c)
{
	g_autofree char *text = g_strdup_printf(
		"01 { 01 60 { %s } { %s } } 03 { 01 00 } 04 { 01 70 01 04 06 }"
		"05 { 01 01 01 03 } 06 { 01 7f 01 41 05 0b }"
		"07 { 01 { \"f\" } 00 00 } 0c { 01 } 0a { 01 { %s } }"
		"0b { 01 01 { \"abc\" } }",
		c->params, c->results, c->body);
	g_autoptr(WasmInstance) in = wasm_run_instance(text, NULL);
	guint64 values[2] = { c->a, c->b };
	const int ending = wasm_invoke(in, 0, values);

	g_test_message("%s", c->body);
	if (c->trap != NULL) {
		g_assert_cmpint(ending, ==, WASM_TRAP);
		g_assert_cmpstr(wasm_trap_text(in), ==, c->trap);
		g_assert_cmpuint(wasm_trap_function(in), ==, 0);
		return;
	}
	g_assert_cmpint(ending, ==, WASM_DONE);
	if (c->results[0] != '\0')
		g_assert_cmphex(values[0], ==, c->want);
}

#define II "7f 7f", "7f"
#define LL "7e 7e", "7e"
#define GET "00 20 00 20 01 "
static const Case integers[] = {
	{ II, GET "6a 0b", G_MAXUINT32, 2, 1, NULL },
	{ II, GET "6b 0b", 1, 2, G_MAXUINT32, NULL },
	{ II, GET "6c 0b", 0x10001, 0x10001, 0x20001, NULL },
	{ II, GET "6d 0b", (guint32)-7, 2, (guint32)-3, NULL },
	{ II, GET "6d 0b", 7, 0, 0, "integer divide by zero" },
	{ II, GET "6d 0b", MIN32, G_MAXUINT32, 0, "integer overflow" },
	{ II, GET "6e 0b", (guint32)-7, 2, 0x7ffffffc, NULL },
	{ II, GET "6f 0b", (guint32)-7, 2, G_MAXUINT32, NULL },
	{ II, GET "6f 0b", MIN32, G_MAXUINT32, 0, NULL },
	{ II, GET "70 0b", 7, 0, 0, "integer divide by zero" },
	{ II, GET "74 0b", 1, 33, 2, NULL },
	{ II, GET "75 0b", MIN32, 31, G_MAXUINT32, NULL },
	{ II, GET "76 0b", MIN32, 31, 1, NULL },
	{ II, GET "77 0b", 0x80000001u, 0, 0x80000001u, NULL },
	{ II, GET "78 0b", 1, 1, MIN32, NULL },
	{ II, GET "48 0b", MIN32, 0, 1, NULL },
	{ II, GET "49 0b", MIN32, 0, 0, NULL },
	/* a number on the left, on the right, on both sides */
	{ II, "00 41 0a 20 00 6b 0b", 3, 0, 7, NULL },
	{ II, "00 20 00 41 0a 6b 0b", 3, 0, (guint32)-7, NULL },
	{ II, "00 41 0a 41 03 6b 0b", 0, 0, 7, NULL },
	{ II, "00 41 0a 20 00 4a 0b", 3, 0, 1, NULL },
	/* the result on the left, and on the right: (a+b)-a, a-(a+b) */
	{ II, GET "6a 20 00 6b 0b", 3, 9, 9, NULL },
	{ II, "00 20 00 20 00 20 01 6a 6b 0b", 3, 9, (guint32)-9, NULL },
	{ II, "00 20 00 20 00 20 01 6a 4a 0b", 3, 9, 0, NULL },
	{ II, "00 20 00 67 20 00 68 6a 20 00 69 6a 0b", 0xf0, 0, 32, NULL },
	{ II, "00 20 00 67 20 00 68 6a 0b", 0, 0, 64, NULL },
	{ II, "00 20 00 45 45 45 0b", 0, 0, 1, NULL },
	{ II, "00 20 00 c0 0b", 0x180, 0, 0xffffff80u, NULL },
	{ LL, GET "7c 0b", G_MAXUINT64, 2, 1, NULL },
	{ LL, GET "7f 0b", MIN64, G_MAXUINT64, 0, "integer overflow" },
	{ LL, GET "81 0b", MIN64, G_MAXUINT64, 0, NULL },
	{ LL, GET "8a 0b", 1, 65, MIN64, NULL },
	{ LL, "00 20 00 42 80 80 80 80 20 7c 0b", 1, 0,
	  G_GUINT64_CONSTANT(0x200000001), NULL },
	{ LL, "00 20 00 42 7f 84 0b", 1, 0, G_MAXUINT64, NULL },
	{ LL, "00 20 00 c4 0b", MIN32, 0, 0xffffffff80000000u, NULL },
	{ LL, "00 20 00 a7 ad 0b", G_MAXUINT64, 0, G_MAXUINT32, NULL },
	{ LL, "00 20 00 a7 ac 0b", G_MAXUINT64, 0, G_MAXUINT64, NULL },
	{ "7e 7e", "7f", GET "53 0b", MIN64, 0, 1, NULL },
	{ "7e 7e", "7f", "00 20 00 50 0b", 0, 0, 1, NULL },
};

static const Case floats[] = {
	{ "7d 7d", "7d", GET "92 0b", 0x3f800000, 0x40000000, 0x40400000,
	  NULL },
	/* whatever NaN comes in, and of whatever sign, one comes out */
	{ "7d 7d", "7d", GET "92 0b", 0xffa00001u, 0x3f800000, NAN32, NULL },
	{ "7d 7d", "7d", GET "95 0b", 0, 0, NAN32, NULL },
	{ "7d 7d", "7d", GET "95 0b", 0x3f800000, MIN32, 0xff800000u, NULL },
	{ "7d 7d", "7d", GET "96 0b", 0, MIN32, MIN32, NULL },
	{ "7d 7d", "7d", GET "97 0b", MIN32, 0, 0, NULL },
	{ "7d 7d", "7d", GET "98 0b", NAN32, MIN32, NAN32 | MIN32, NULL },
	{ "7d 7d", "7d", "00 20 00 8c 0b", 0x7fa00000, 0, 0xffa00000u, NULL },
	{ "7d 7d", "7d", "00 20 00 91 0b", 0xbf800000u, 0, NAN32, NULL },
	{ "7d 7d", "7d", "00 20 00 90 0b", 0x40200000, 0, 0x40000000, NULL },
	{ "7d 7d", "7d", "00 20 00 8d 0b", 0xbf000000u, 0, MIN32, NULL },
	{ "7d 7d", "7f", GET "5c 0b", NAN32, NAN32, 1, NULL },
	{ "7d 7d", "7f", GET "5f 0b", NAN32, NAN32, 0, NULL },
	{ "7d", "7f", "00 20 00 a8 0b", 0xcf000000u, 0, MIN32, NULL },
	{ "7d", "7f", "00 20 00 a8 0b", 0x4f000000, 0, 0, "integer overflow" },
	{ "7d", "7f", "00 20 00 a8 0b", NAN32, 0, 0,
	  "invalid conversion to integer" },
	{ "7d", "7f", "00 20 00 fc 00 0b", 0x4f000000, 0, 0x7fffffff, NULL },
	{ "7d", "7f", "00 20 00 fc 00 0b", NAN32, 0, 0, NULL },
	{ "7d", "7f", "00 20 00 fc 01 0b", 0xbf800000u, 0, 0, NULL },
	{ "7d", "7f", "00 20 00 bc 0b", 0x7fa00001, 0, 0x7fa00001, NULL },
	{ "7c 7c", "7c", GET "a0 0b", NAN64 | 1, 0, NAN64, NULL },
	{ "7c 7c", "7c", GET "a2 0b", 0x3ff8000000000000u,
	  0x4000000000000000u, 0x4008000000000000u, NULL },
	{ "7c", "7d", "00 20 00 b6 0b", MIN64 | NAN64, 0, NAN32, NULL },
	{ "7e", "7c", "00 20 00 ba 0b", G_MAXUINT64, 0, 0x43f0000000000000u,
	  NULL },
	{ "7e", "7d", "00 20 00 b5 0b", 0x8000008000000001u, 0, 0x5f000001,
	  NULL },
};

#define OUTSIDE "out of bounds memory access"
static const Case memory[] = {
	{ II, GET "36 02 00 20 00 28 02 00 0b", 65532, 0xfedcba98, 0xfedcba98,
	  NULL },
	{ II, GET "36 02 00 20 00 28 02 00 0b", 65533, 7, 0, OUTSIDE },
	{ II, GET "36 02 00 20 00 2c 00 03 0b", 16, 0xfedcba98, 0xfffffffe,
	  NULL },
	{ II, GET "3b 01 00 20 00 28 02 00 0b", 16, 0xfedcba98, 0xba98, NULL },
	{ II, "00 20 00 28 02 ff ff ff ff 0f 0b", G_MAXUINT32, 0, 0,
	  OUTSIDE },
	/* sums as addresses are of 32 bits, with an offset they are not */
	{ II, GET "6a 2d 00 00 0b", G_MAXUINT32, 1, 0, NULL },
	{ II, GET "6a 2d 00 01 0b", G_MAXUINT32, 65536, 0, OUTSIDE },
	{ II, "00 20 00 41 01 6a 2d 00 00 0b", G_MAXUINT32, 0, 0, NULL },
	{ II, "00 41 7f 2d 00 01 0b", 0, 0, 0, OUTSIDE },
	{ II, "00 41 10 20 00 3a 00 00 41 10 2d 00 00 0b", 0x1ff, 0, 0xff,
	  NULL },
	{ II, "00 20 00 40 00 1a 3f 00 0b", 2, 0, 3, NULL },
	{ II, "00 20 00 40 00 0b", 3, 0, G_MAXUINT32, NULL },
	{ II, "00 41 0a 20 00 41 03 fc 0b 00 41 0c 2d 00 00 0b", 0x155, 0,
	  0x55, NULL },
	{ II, "00 41 7f 20 00 41 02 fc 0b 00 41 00 0b", 0, 0, 0, OUTSIDE },
	{ II, "00 41 00 41 01 41 02 fc 08 00 00 41 00 2f 01 00 0b", 0, 0,
	  0x6362, NULL },
	{ II, "00 41 00 41 02 41 02 fc 08 00 00 41 00 0b", 0, 0, 0, OUTSIDE },
	{ II, "00 fc 09 00 41 00 41 00 41 01 fc 08 00 00 41 00 0b", 0, 0, 0,
	  OUTSIDE },
	{ II, "00 41 00 41 00 41 03 fc 08 00 00 41 01 41 00 41 03 fc 0a 00 00"
	      "41 00 28 02 00 0b", 0, 0, 0x63626161, NULL },
	{ LL, "00 41 08 20 00 3e 02 00 41 08 34 02 00 0b", 0x1ffffffff, 0,
	  G_MAXUINT64, NULL },
	{ II, "00 23 00 20 00 6a 24 00 23 00 0b", 3, 0, 8, NULL },
};

#define TABLE "out of bounds table access"
static const Case tables[] = {
	{ II, "00 20 00 25 00 d1 0b", 3, 0, 1, NULL },
	{ II, "00 20 00 25 00 d1 0b", 4, 0, 0, TABLE },
	{ II, "00 41 01 d2 00 26 00 41 01 25 00 d1 0b", 0, 0, 0, NULL },
	{ II, "00 d0 70 20 00 fc 0f 00 fc 10 00 41 10 6c 6a 0b", 2, 0, 100,
	  NULL },
	{ II, "00 d0 70 20 00 fc 0f 00 0b", 3, 0, G_MAXUINT32, NULL },
	{ II, "00 41 02 d2 00 41 03 fc 11 00 41 00 0b", 0, 0, 0, TABLE },
	{ II, "00 41 00 41 01 41 04 fc 0e 00 00 41 00 0b", 0, 0, 0, TABLE },
	{ II, GET "20 00 11 00 00 0b", 9, 0, 0, "undefined element" },
	{ II, GET "20 00 11 00 00 0b", 2, 0, 0, "uninitialized element" },
	{ II, "00 00 0b", 0, 0, 0, "unreachable" },
};

static void
test_cases(gconstpointer data)
{
	const Case *cases = data;
	const guint n = cases == integers ? G_N_ELEMENTS(integers)
		: cases == floats ? G_N_ELEMENTS(floats)
		: cases == memory ? G_N_ELEMENTS(memory)
				  : G_N_ELEMENTS(tables);

	for (guint i = 0; i < n; i++)
		check(&cases[i]);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/wasm/exec/integers", integers, test_cases);
	g_test_add_data_func("/wasm/exec/floats", floats, test_cases);
	g_test_add_data_func("/wasm/exec/memory", memory, test_cases);
	g_test_add_data_func("/wasm/exec/tables", tables, test_cases);
	return g_test_run();
}
