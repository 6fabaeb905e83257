/* SPDX-License-Identifier: Apache-2.0
 *
 * An instruction and the one right before it, which made one of its operands, that
 * become one.
 */
#include "plugins/runtime-wasm/exec/translate.h"

/* The first one of those that begin with an instruction, by its number; 0: none. */
static const guint16 fused[] = {
#define X(T, first, from, ...)                                                 \
	[WASM_##T##_##first##_S##from] = WASM_##T##_##first##_S##from##_ADD,   \
	[WASM_##T##_##first##_R##from] = WASM_##T##_##first##_S##from##_ADD,
	WASM_FIRSTS(X)
#undef X
	[WASM_LOAD32_U_S] = WASM_I32_LOAD_ADD,
	[WASM_LOAD32_U_R] = WASM_I32_LOAD_ADD,
	[WASM_LOAD32_U_XSI] = WASM_I32_LOAD_X_ADD,
	[WASM_LOAD32_U_XRI] = WASM_I32_LOAD_X_ADD,
	[WASM_LOAD64_S] = WASM_I64_LOAD_ADD,
	[WASM_LOAD64_R] = WASM_I64_LOAD_ADD,
	[WASM_LOAD64_XSI] = WASM_I64_LOAD_X_ADD,
	[WASM_LOAD64_XRI] = WASM_I64_LOAD_X_ADD,
};

/* Whether it is one of the 64-bit ones. */
static gboolean
is_wide(guint op)
{
	return (op >= WASM_I64_ADD_SS_ADD && op < WASM_I32_LOAD_ADD) ||
		op >= WASM_I64_LOAD_ADD;
}

static gboolean
has_slots(gsize op)
{
	switch (op) {
#define X(n, ...) case WASM_##n##_SS: case WASM_##n##_RS:
	WASM_COMMUTING(X)
#undef X
		return TRUE;
	}
	return FALSE;
}

static gboolean
has_offset(guint op)
{
	return (op >= WASM_I32_LOAD_ADD && op < WASM_I32_LOAD_X_ADD) ||
		(op >= WASM_I64_LOAD_ADD && op < WASM_I64_LOAD_X_ADD);
}

/* Whether what there is besides `a` has 16 bits. */
static gboolean
fits(const WasmOp *first, guint op)
{
	if (has_slots(first->number))
		return TRUE;
	if (has_offset(op))
		return (guint32)first->imm <= G_MAXUINT16;
	return first->imm == (gint16)first->imm;
}

/* Whether an operand, which nothing else can name, was made by what ends the
 * code, that can be a first one. */
static gboolean
starts(const WasmTranslator *t, guint32 operand, gboolean wide)
{
	const WasmOp *last = wasm_last_to(t, wasm_place(t, operand));

	if (WASM_OPERAND(t, operand)->kind != WASM_IN_PLACE || last == NULL ||
	    last->number >= G_N_ELEMENTS(fused) || fused[last->number] == 0)
		return FALSE;
	return is_wide(fused[last->number]) == wide &&
		fits(last, fused[last->number]);
}

gboolean
wasm_fuse(WasmTranslator *t, guint second, gboolean wide)
{
	const guint32 top = t->operands->len - 1;
	guint32 made = top, other = top - 1;
	guint16 c;
	WasmOp first, *unit;

	if (!starts(t, top, wide)) {
		made = top - 1;
		other = top;
	}
	if (!starts(t, made, wide) ||
	    WASM_OPERAND(t, other)->kind == WASM_NUMBER)
		return FALSE;
	first = *WASM_UNIT(t, t->last - 1);
	wasm_take_back(t);
	c = wasm_slot(t, other);
	second += fused[first.number];
	wasm_pop(t, 2);
	unit = wasm_emit_to(t, second, wasm_push_place(t));
	unit->a = first.a;
	unit->b = has_slots(first.number) ? first.b : (guint16)first.imm;
	unit->c = c;
	return TRUE;
}
