/* SPDX-License-Identifier: Apache-2.0
 *
 * Translation of what moves values: locals, globals, memory, tables, constants,
 * select.
 */
#include "plugins/runtime-wasm/exec/translate.h"

/* Which of a load's variants, from the first one on. */
enum { S, R, I, XSS, XRS, XSI, XRI, YSS, YSI };
/* And of a store's. */
enum { SS, RS, SR, IS, IR, SN,
       STORE_XSS, STORE_XSI, STORE_YSS, STORE_YSI, STORE_XSN };

static const guint16 loads[] = {
	[0x28] = WASM_LOAD32_U_S,   [0x29] = WASM_LOAD64_S,
	[0x2a] = WASM_LOAD32_U_S,   [0x2b] = WASM_LOAD64_S,
	[0x2c] = WASM_LOAD8_S32_S,  [0x2d] = WASM_LOAD8_U_S,
	[0x2e] = WASM_LOAD16_S32_S, [0x2f] = WASM_LOAD16_U_S,
	[0x30] = WASM_LOAD8_S64_S,  [0x31] = WASM_LOAD8_U_S,
	[0x32] = WASM_LOAD16_S64_S, [0x33] = WASM_LOAD16_U_S,
	[0x34] = WASM_LOAD32_S64_S, [0x35] = WASM_LOAD32_U_S,
};
static const guint16 stores[] = {
	[0x36] = WASM_STORE32_SS, [0x37] = WASM_STORE64_SS,
	[0x38] = WASM_STORE32_SS, [0x39] = WASM_STORE64_SS,
	[0x3a] = WASM_STORE8_SS,  [0x3b] = WASM_STORE16_SS,
	[0x3c] = WASM_STORE8_SS,  [0x3d] = WASM_STORE16_SS,
	[0x3e] = WASM_STORE32_SS,
};

/* Whether an address is a number, so that the whole is known. */
static gboolean
known(const WasmOperand *address, guint64 offset)
{
	return address->kind == WASM_NUMBER &&
		address->value + offset <= G_MAXUINT32;
}

/* log2 of how many bytes it moves, by opcode less 0x28. */
static const guint8 widths[] = { 2, 3, 2, 3, 0, 0, 1, 1, 0, 0, 1, 1, 2, 2,
				 2, 3, 2, 3, 0, 1, 0, 1, 2 };

/* The variant that reads from the sum that the instruction makes; 0: none. A sum
 * of two slots can be made with the offset in 16 bits, one with a number only with
 * none. */
static guint
sum_variant(const WasmOp *last, guint64 offset, guint width)
{
	switch (last->number) {
	case WASM_I32_ADD_SS: case WASM_I32_ADD_RS:
		return offset <= G_MAXUINT16 ? XSS : 0;
	case WASM_I32_ADD_SI: case WASM_I32_ADD_RI:
		return offset == 0 ? XSI : 0;
	case WASM_I32_SHL_SI_ADD:
		return offset <= G_MAXUINT16 && width != 0 && last->b == width
			? YSS : 0;
	}
	return 0;
}

/* What is before a sum with a number, and in a place, if it is a shift: the sum
 * becomes one with that. */
static void
take_shift(WasmTranslator *t, guint width, WasmOp *sum, guint *variant)
{
	const WasmOp *last = wasm_last_to(t, sum->a);

	if (*variant != XSI || sum->a < t->locals || width == 0 ||
	    last == NULL || last->imm != (gint32)width ||
	    (last->number != WASM_I32_SHL_SI &&
	     last->number != WASM_I32_SHL_RI))
		return;
	sum->a = last->a;
	*variant = YSI;
	wasm_take_back(t);
}

/* Returns whether the addition of an operand, which ends the code, was taken
 * back. */
static gboolean
take_sum(WasmTranslator *t, guint32 operand, const WasmInstruction *in,
	 WasmOp *sum, guint *variant)
{
	const WasmOp *last = wasm_last_to(t, wasm_place(t, operand));
	const guint width = widths[in->op - 0x28];

	if (WASM_OPERAND(t, operand)->kind != WASM_IN_PLACE || last == NULL)
		return FALSE;
	*variant = sum_variant(last, in->x, width);
	if (*variant == 0)
		return FALSE;
	*sum = *last;
	wasm_take_back(t);
	take_shift(t, width, sum, variant);
	if (*variant == YSS)
		sum->b = sum->c;
	if (*variant == XSS || *variant == YSS)
		sum->c = (guint16)in->x;
	if (*variant < YSS && t->result == sum->a)
		(*variant)++; /* XRS, XRI */
	return TRUE;
}

static void
load(WasmTranslator *t, const WasmInstruction *in)
{
	const guint32 top = t->operands->len - 1;
	const WasmOperand address = *WASM_OPERAND(t, top);
	const guint op = loads[in->op];
	WasmOp sum = { 0 };
	WasmOp *unit;
	guint variant = I;

	if (take_sum(t, top, in, &sum, &variant)) {
		wasm_pop(t, 1);
		unit = wasm_emit_to(t, op + variant, wasm_push_place(t));
		unit->a = sum.a;
		unit->imm = sum.imm;
		return;
	}
	if (!known(&address, in->x)) {
		sum.a = wasm_slot(t, top);
		variant = t->result == sum.a ? R : S;
	}
	wasm_pop(t, 1);
	unit = wasm_emit_to(t, op + variant, wasm_push_place(t));
	unit->a = sum.a;
	unit->imm = (gint32)(guint32)in->x;
	if (variant == I)
		unit->imm = (gint32)(guint32)(address.value + in->x);
}

/* Whether what is stored is a number that an instruction has room for. */
static gboolean
is_short(const WasmOperand *value, guint width)
{
	const gint64 number = width == 3 ? (gint64)value->value
		: (gint32)(guint32)value->value;

	return value->kind == WASM_NUMBER && number == (gint16)number;
}

/* The same of a short number to the sum of a slot and a number. */
static gboolean
store_number_to_sum(WasmTranslator *t, const WasmInstruction *in,
		    const WasmOperand *value)
{
	const guint32 at = t->operands->len - 2;
	const WasmOp *last = wasm_last_to(t, wasm_place(t, at));
	WasmOp sum, *unit;

	if (!is_short(value, widths[in->op - 0x28]) ||
	    WASM_OPERAND(t, at)->kind != WASM_IN_PLACE || last == NULL ||
	    sum_variant(last, in->x, 0) != XSI)
		return FALSE;
	sum = *last;
	wasm_take_back(t);
	wasm_pop(t, 2);
	unit = wasm_emit(t, stores[in->op] + STORE_XSN);
	unit->d = (guint16)value->value;
	unit->a = sum.a;
	unit->imm = sum.imm;
	return TRUE;
}

/* A store to a sum, when the value was there before it. A number that needs a
 * place would be put where an operand of the sum may be. */
static gboolean
store_to_sum(WasmTranslator *t, const WasmInstruction *in)
{
	const guint32 top = t->operands->len - 1;
	const WasmOperand value = *WASM_OPERAND(t, top);
	guint variant;
	WasmOp sum, *unit;

	if (value.kind == WASM_NUMBER)
		return store_number_to_sum(t, in, &value);
	if (!take_sum(t, top - 1, in, &sum, &variant))
		return FALSE;
	variant = variant < YSS ? STORE_XSS + (variant - XSS) / 2
		: STORE_YSS + (variant - YSS);
	sum.d = wasm_slot(t, top);
	wasm_pop(t, 2);
	unit = wasm_emit(t, stores[in->op] + variant);
	unit->d = sum.d;
	unit->a = sum.a;
	unit->imm = sum.imm;
	return TRUE;
}

static guint
store_variant(const WasmTranslator *t, gboolean is_known, guint16 base,
	      gboolean number, guint16 value)
{
	if (number)
		return SN;
	if (t->result == value)
		return is_known ? IR : SR;
	if (is_known)
		return IS;
	return t->result == base ? RS : SS;
}

static void
store(WasmTranslator *t, const WasmInstruction *in)
{
	const guint32 at = t->operands->len - 2;
	const WasmOperand address = *WASM_OPERAND(t, at);
	const gboolean is_known = known(&address, in->x);
	const WasmOperand operand = *WASM_OPERAND(t, at + 1);
	const gboolean number = !is_known &&
		is_short(&operand, widths[in->op - 0x28]);
	const guint16 value = number ? (guint16)operand.value
		: wasm_slot(t, at + 1);
	const guint16 base = is_known ? 0 : wasm_slot(t, at);
	const guint variant =
		store_variant(t, is_known, base, number, value);
	WasmOp *unit;

	wasm_pop(t, 2);
	unit = wasm_emit(t, stores[in->op] + variant);
	unit->d = value;
	unit->a = base;
	unit->imm = (gint32)(guint32)(in->x + (is_known ? address.value : 0));
}

static void
select_one(WasmTranslator *t)
{
	const guint32 top = t->operands->len - 1;
	const guint16 b = wasm_slot(t, top - 1);
	const guint16 a = wasm_slot(t, top - 2);
	const guint16 c = wasm_slot(t, top);
	const guint op = t->result == c ? WASM_SELECT_R : WASM_SELECT_S;
	WasmOp *unit;

	wasm_pop(t, 3);
	unit = wasm_emit_to(t, op, wasm_push_place(t));
	unit->a = a;
	unit->b = b;
	unit->c = c;
}

static void
global(WasmTranslator *t, const WasmInstruction *in)
{
	const guint32 top = t->operands->len - 1;
	guint16 a;

	if (in->op == 0x23) {
		wasm_emit_to(t, WASM_GLOBAL_GET, wasm_push_place(t))->imm =
			(gint32)in->x;
		return;
	}
	a = wasm_slot(t, top);
	wasm_pop(t, 1);
	wasm_emit(t, WASM_GLOBAL_SET)->a = a;
	WASM_UNIT(t, t->ops->len - 1)->imm = (gint32)in->x;
}

/* What a function of memory.c does: operands, whether there is a result, and
 * what is in `c`. */
static void
outside(WasmTranslator *t, guint op, guint operands, gboolean result, guint c)
{
	guint16 slots[3] = { 0 };
	WasmOp *unit;

	for (guint i = operands; i-- > 0;)
		slots[i] = wasm_slot(t, t->operands->len - operands + i);
	wasm_pop(t, operands);
	if (result) {
		unit = wasm_emit(t, op);
		unit->b = slots[1];
		unit->a = slots[0];
		unit->d = wasm_push_place(t);
	} else {
		unit = wasm_emit(t, op);
		unit->d = slots[0];
		unit->a = slots[1];
		unit->b = slots[2];
	}
	unit->c = (guint16)c;
	wasm_meet(t);
}

/* The index of a table goes above that of a segment, or another table. */
#define TABLE_AND(table, other) ((guint)(table) << 12 | (guint)(other))

static gboolean
bulk(WasmTranslator *t, const WasmInstruction *in)
{
	const guint x = (guint)in->x;

	switch (in->op) {
	case 0x40: outside(t, WASM_MEMORY_GROW, 1, TRUE, 0); return TRUE;
	case 0x25: outside(t, WASM_TABLE_GET, 1, TRUE, x); return TRUE;
	case 0x26: outside(t, WASM_TABLE_SET, 2, FALSE, x); return TRUE;
	case 0xfc08: outside(t, WASM_MEMORY_INIT, 3, FALSE, x); return TRUE;
	case 0xfc09: outside(t, WASM_DATA_DROP, 0, FALSE, x); return TRUE;
	case 0xfc0a: outside(t, WASM_MEMORY_COPY, 3, FALSE, 0); return TRUE;
	case 0xfc0b: outside(t, WASM_MEMORY_FILL, 3, FALSE, 0); return TRUE;
	case 0xfc0c:
		outside(t, WASM_TABLE_INIT, 3, FALSE, TABLE_AND(in->y, x));
		return TRUE;
	case 0xfc0d: outside(t, WASM_ELEM_DROP, 0, FALSE, x); return TRUE;
	case 0xfc0e:
		outside(t, WASM_TABLE_COPY, 3, FALSE, TABLE_AND(x, in->y));
		return TRUE;
	case 0xfc0f: outside(t, WASM_TABLE_GROW, 2, TRUE, x); return TRUE;
	case 0xfc10: outside(t, WASM_TABLE_SIZE, 0, TRUE, x); return TRUE;
	case 0xfc11: outside(t, WASM_TABLE_FILL, 3, FALSE, x); return TRUE;
	}
	return FALSE;
}

/* ref.is_null: a null reference is 0. */
static gboolean
is_null(WasmTranslator *t)
{
	return wasm_arithmetic(t, &(WasmInstruction){ .op = 0x50 });
}

gboolean
wasm_access(WasmTranslator *t, const WasmInstruction *in)
{
	switch (in->op) {
	case 0x01: return TRUE; /* nop */
	case 0x1a: wasm_pop(t, 1); return TRUE; /* drop */
	case 0x1b: case 0x1c: select_one(t); return TRUE;
	case 0x20: wasm_local_get(t, (guint32)in->x); return TRUE;
	case 0x21: wasm_local_set(t, (guint32)in->x); return TRUE;
	case 0x22: wasm_local_tee(t, (guint32)in->x); return TRUE;
	case 0x23: case 0x24: global(t, in); return TRUE;
	case 0x3f:
		wasm_emit_to(t, WASM_MEMORY_SIZE, wasm_push_place(t));
		return TRUE;
	case 0x41: case 0x42: case 0x43: case 0x44:
		wasm_push(t, WASM_NUMBER, in->x);
		return TRUE;
	case 0xd0: wasm_push(t, WASM_NUMBER, 0); return TRUE;
	case 0xd1: return is_null(t);
	case 0xd2: wasm_push(t, WASM_NUMBER, in->x + 1); return TRUE;
	}
	if (in->op >= 0x28 && in->op < G_N_ELEMENTS(loads)) {
		load(t, in);
		return TRUE;
	}
	if (in->op >= 0x36 && in->op < G_N_ELEMENTS(stores)) {
		if (!store_to_sum(t, in))
			store(t, in);
		return TRUE;
	}
	return bulk(t, in);
}
