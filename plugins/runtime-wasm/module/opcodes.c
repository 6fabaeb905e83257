/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of opcodes. Source: WebAssembly Core Specification 2.0, section 5.4
 * and the index of instructions in its appendix.
 */
#include "plugins/runtime-wasm/module/checks.h"

#define PREFIX 0xfc
#define FIRST_NUMERIC 0x45
#define LAST_NUMERIC 0xc4

/* What an instruction takes and gives, in the letters of exec.h, "ii:i"; and what
 * reads and checks the rest of it before. */
typedef struct {
	const char *type; /* NULL: `check` does it */
	void (*check)(Body *body, guint8 arg);
	guint8 arg;
} Opcode;

/* From FIRST_NUMERIC on. */
static const char *const numeric[] = {
	/* i32.eqz, and comparisons of i32 */
	"i:i", "ii:i", "ii:i", "ii:i", "ii:i", "ii:i", "ii:i", "ii:i", "ii:i",
	"ii:i", "ii:i",
	/* i64.eqz, and comparisons of i64 */
	"I:i", "II:i", "II:i", "II:i", "II:i", "II:i", "II:i", "II:i", "II:i",
	"II:i", "II:i",
	/* comparisons of f32, f64 */
	"ff:i", "ff:i", "ff:i", "ff:i", "ff:i", "ff:i", "FF:i", "FF:i", "FF:i",
	"FF:i", "FF:i", "FF:i",
	/* i32: clz to popcnt, add to rotr */
	"i:i", "i:i", "i:i", "ii:i", "ii:i", "ii:i", "ii:i", "ii:i", "ii:i",
	"ii:i", "ii:i", "ii:i", "ii:i", "ii:i", "ii:i", "ii:i", "ii:i", "ii:i",
	/* i64 */
	"I:I", "I:I", "I:I", "II:I", "II:I", "II:I", "II:I", "II:I", "II:I",
	"II:I", "II:I", "II:I", "II:I", "II:I", "II:I", "II:I", "II:I", "II:I",
	/* f32: abs to sqrt, add to copysign */
	"f:f", "f:f", "f:f", "f:f", "f:f", "f:f", "f:f", "ff:f", "ff:f",
	"ff:f", "ff:f", "ff:f", "ff:f", "ff:f",
	/* f64 */
	"F:F", "F:F", "F:F", "F:F", "F:F", "F:F", "F:F", "FF:F", "FF:F",
	"FF:F", "FF:F", "FF:F", "FF:F", "FF:F",
	/* i32: wrap, trunc */
	"I:i", "f:i", "f:i", "F:i", "F:i",
	/* i64: extend, trunc */
	"i:I", "i:I", "f:I", "f:I", "F:I", "F:I",
	/* f32: convert, demote */
	"i:f", "i:f", "I:f", "I:f", "F:f",
	/* f64: convert, promote */
	"i:F", "i:F", "I:F", "I:F", "f:F",
	/* reinterpret */
	"f:i", "F:I", "i:f", "I:F",
	/* extend8_s to extend32_s */
	"i:i", "i:i", "I:I", "I:I", "I:I",
};
G_STATIC_ASSERT(G_N_ELEMENTS(numeric) == LAST_NUMERIC - FIRST_NUMERIC + 1);

static const Opcode opcodes[] = {
	[0x00] = { NULL, check_unreachable, 0 },
	[0x01] = { ":", NULL, 0 }, /* nop */
	[0x02] = { NULL, check_block, 0x02 },
	[0x03] = { NULL, check_block, 0x03 }, /* loop */
	[0x04] = { NULL, check_block, 0x04 }, /* if */
	[0x05] = { NULL, check_else, 0 },
	[0x0b] = { NULL, check_end, 0 },
	[0x0c] = { NULL, check_br, 0 },
	[0x0d] = { NULL, check_br_if, 0 },
	[0x0e] = { NULL, check_br_table, 0 },
	[0x0f] = { NULL, check_return, 0 },
	[0x10] = { NULL, check_call, 0 },
	[0x11] = { NULL, check_call_indirect, 0 },
	[0x1a] = { NULL, check_drop, 0 },
	[0x1b] = { NULL, check_select, 0 },
	[0x1c] = { NULL, check_typed_select, 0 },
	[0x20] = { NULL, check_local, GIVES },         /* get */
	[0x21] = { NULL, check_local, TAKES },         /* set */
	[0x22] = { NULL, check_local, TAKES | GIVES }, /* tee */
	[0x23] = { NULL, check_global, GIVES },
	[0x24] = { NULL, check_global, TAKES },
	[0x25] = { NULL, check_table_get, 0 },
	[0x26] = { NULL, check_table_set, 0 },
	/* Loads and stores, with the logarithm of their natural alignment. */
	[0x28] = { "i:i", check_memarg, 2 }, /* i32.load */
	[0x29] = { "i:I", check_memarg, 3 },
	[0x2a] = { "i:f", check_memarg, 2 },
	[0x2b] = { "i:F", check_memarg, 3 },
	[0x2c] = { "i:i", check_memarg, 0 }, /* i32.load8_s */
	[0x2d] = { "i:i", check_memarg, 0 },
	[0x2e] = { "i:i", check_memarg, 1 },
	[0x2f] = { "i:i", check_memarg, 1 },
	[0x30] = { "i:I", check_memarg, 0 }, /* i64.load8_s */
	[0x31] = { "i:I", check_memarg, 0 },
	[0x32] = { "i:I", check_memarg, 1 },
	[0x33] = { "i:I", check_memarg, 1 },
	[0x34] = { "i:I", check_memarg, 2 },
	[0x35] = { "i:I", check_memarg, 2 },
	[0x36] = { "ii:", check_memarg, 2 }, /* i32.store */
	[0x37] = { "iI:", check_memarg, 3 },
	[0x38] = { "if:", check_memarg, 2 },
	[0x39] = { "iF:", check_memarg, 3 },
	[0x3a] = { "ii:", check_memarg, 0 }, /* i32.store8 */
	[0x3b] = { "ii:", check_memarg, 1 },
	[0x3c] = { "iI:", check_memarg, 0 }, /* i64.store8 */
	[0x3d] = { "iI:", check_memarg, 1 },
	[0x3e] = { "iI:", check_memarg, 2 },
	[0x3f] = { ":i", check_memories, 1 },  /* memory.size */
	[0x40] = { "i:i", check_memories, 1 }, /* memory.grow */
	[0x41] = { ":i", check_i32, 0 },
	[0x42] = { ":I", check_i64, 0 },
	[0x43] = { ":f", check_bits, 4 },
	[0x44] = { ":F", check_bits, 8 },
	[0xd0] = { NULL, check_ref_null, 0 },
	[0xd1] = { NULL, check_ref_is_null, 0 },
	[0xd2] = { NULL, check_ref_func, 0 },
};

/* Behind PREFIX. */
static const Opcode prefixed[] = {
	[0] = { "f:i", NULL, 0 }, /* i32.trunc_sat_f32_s */
	[1] = { "f:i", NULL, 0 },
	[2] = { "F:i", NULL, 0 },
	[3] = { "F:i", NULL, 0 },
	[4] = { "f:I", NULL, 0 }, /* i64.trunc_sat_f32_s */
	[5] = { "f:I", NULL, 0 },
	[6] = { "F:I", NULL, 0 },
	[7] = { "F:I", NULL, 0 },
	[8] = { "iii:", check_data, 1 }, /* memory.init */
	[9] = { ":", check_data, 0 },    /* data.drop */
	[10] = { "iii:", check_memories, 2 }, /* memory.copy */
	[11] = { "iii:", check_memories, 1 }, /* memory.fill */
	[12] = { "iii:", check_table_init, 0 },
	[13] = { ":", check_elements, 0 }, /* elem.drop */
	[14] = { "iii:", check_table_copy, 0 },
	[15] = { NULL, check_table_grow, 0 },
	[16] = { ":i", check_table, 0 }, /* table.size */
	[17] = { NULL, check_table_fill, 0 },
};

static gboolean
is_numeric(guint8 op)
{
	return op >= FIRST_NUMERIC && op <= LAST_NUMERIC;
}

static gboolean
is_there(const Opcode *table, gsize n, guint32 op)
{
	return op < n && (table[op].type != NULL || table[op].check != NULL);
}

gboolean
wasm_is_opcode(guint8 op)
{
	return is_numeric(op) || op == PREFIX ||
	       is_there(opcodes, G_N_ELEMENTS(opcodes), op);
}

static guint8
type_of(Reader *reader, char letter)
{
	if (letter == 'i')
		return WASM_I32;
	if (letter == 'I')
		return WASM_I64;
	reader_note_float(reader, reader->item);
	return letter == 'f' ? WASM_F32 : WASM_F64;
}

static void
apply(Body *body, const char *type)
{
	const char *colon = type;

	while (*colon != ':')
		colon++;
	for (const char *taken = colon; taken > type; taken--)
		body_pop(body, type_of(body->reader, taken[-1]));
	if (colon[1] != '\0')
		body_push(body, type_of(body->reader, colon[1]));
}

static void
check(Body *body, const Opcode *opcode)
{
	if (opcode->check != NULL)
		opcode->check(body, opcode->arg);
	if (opcode->type != NULL)
		apply(body, opcode->type);
}

static void
check_prefixed(Body *body)
{
	Reader *reader = body->reader;
	guint32 op = reader_u32(reader);

	if (is_there(prefixed, G_N_ELEMENTS(prefixed), op))
		check(body, &prefixed[op]);
	else
		reader_malformed(reader, "illegal opcode fc %02x", op);
}

void
wasm_check_instruction(Body *body)
{
	Reader *reader = body->reader;
	guint8 op;

	reader->item = reader->at;
	op = reader_u8(reader);
	if (!reader_ok(reader))
		return;
	if (is_numeric(op))
		apply(body, numeric[op - FIRST_NUMERIC]);
	else if (op == PREFIX)
		check_prefixed(body);
	else if (is_there(opcodes, G_N_ELEMENTS(opcodes), op))
		check(body, &opcodes[op]);
	else
		reader_malformed(reader, "illegal opcode %02x", op);
}
