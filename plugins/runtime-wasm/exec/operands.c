/* SPDX-License-Identifier: Apache-2.0
 *
 * The operands that are on the stack at an instruction. Those that are the same
 * local are chained from the topmost one down, so that all work on them is as
 * long as the body at most.
 */
#include "plugins/runtime-wasm/exec/translate.h"

guint16
wasm_place(const WasmTranslator *t, guint32 operand)
{
	return (guint16)(t->locals + operand);
}

void
wasm_push(WasmTranslator *t, guint kind, guint64 value)
{
	WasmOperand operand = { .kind = kind, .value = value };
	const guint32 at = t->operands->len;

	if (kind == WASM_IN_LOCAL) {
		operand.next = t->last_use[value];
		t->last_use[value] = at + 1;
	}
	g_array_append_val(t->operands, operand);
	t->highest = MAX(t->highest, at + 1);
}

guint16
wasm_push_place(WasmTranslator *t)
{
	wasm_push(t, WASM_IN_PLACE, 0);
	return wasm_place(t, t->operands->len - 1);
}

void
wasm_pop(WasmTranslator *t, guint n)
{
	for (guint i = 0; i < n; i++) {
		const guint32 top = t->operands->len - 1;
		const WasmOperand *operand = WASM_OPERAND(t, top);

		if (operand->kind == WASM_IN_LOCAL)
			t->last_use[operand->value] = operand->next;
		g_array_set_size(t->operands, top);
	}
	t->settled = MIN(t->settled, t->operands->len);
}

/* Two moves that follow each other are one instruction. */
static void
emit_move(WasmTranslator *t, guint16 from, guint16 to)
{
	WasmOp *last = t->last != 0 ? WASM_UNIT(t, t->last - 1) : NULL;

	if (last == NULL || last->number != WASM_MOVE) {
		wasm_emit_to(t, WASM_MOVE, to)->a = from;
		return;
	}
	last->number = WASM_MOVE_TWO;
	last->b = to;
	last->c = from;
	t->last = 0;
	t->result = to;
}

/* The value of an operand, which may have been popped already, into a slot. */
static void
move(WasmTranslator *t, const WasmOperand *operand, guint16 place, guint16 to)
{
	const guint16 from = operand->kind == WASM_IN_LOCAL
		? (guint16)operand->value : place;

	if (operand->kind == WASM_NUMBER)
		wasm_emit_number(t, to, operand->value);
	else if (from != to)
		emit_move(t, from, to);
}

/* Puts an operand into its place. It is the topmost one of its local. */
static void
settle(WasmTranslator *t, guint32 at)
{
	WasmOperand *operand = WASM_OPERAND(t, at);

	if (operand->kind == WASM_IN_PLACE)
		return;
	if (operand->kind == WASM_IN_LOCAL)
		t->last_use[operand->value] = operand->next;
	move(t, operand, wasm_place(t, at), wasm_place(t, at));
	operand->kind = WASM_IN_PLACE;
}

guint16
wasm_slot(WasmTranslator *t, guint32 at)
{
	const WasmOperand *operand = WASM_OPERAND(t, at);

	if (operand->kind == WASM_IN_LOCAL)
		return (guint16)operand->value;
	if (operand->kind == WASM_NUMBER)
		settle(t, at);
	return wasm_place(t, at);
}

void
wasm_settle(WasmTranslator *t, guint n)
{
	const guint32 top = t->operands->len;

	for (guint32 at = top; at-- > MAX(top - n, t->settled);)
		settle(t, at);
	if (top - n <= t->settled)
		t->settled = top;
}

void
wasm_settle_below(WasmTranslator *t, guint n)
{
	const WasmOperand top = *WASM_OPERAND(t, t->operands->len - 1);

	wasm_pop(t, 1);
	wasm_settle(t, n);
	wasm_push(t, top.kind, top.value);
}

void
wasm_move_top(WasmTranslator *t, guint16 to)
{
	const guint32 top = t->operands->len - 1;
	const WasmOperand operand = *WASM_OPERAND(t, top);
	const guint16 place = wasm_place(t, top);
	WasmOp *last = wasm_last_to(t, place);

	if (operand.kind != WASM_IN_PLACE || last == NULL) {
		move(t, &operand, place, to);
		return;
	}
	last->d = to; /* straight there */
	if (t->result == place)
		t->result = to;
}

void
wasm_local_get(WasmTranslator *t, guint32 local)
{
	wasm_push(t, WASM_IN_LOCAL, local);
}

/* Operands that are the local keep its value from before. */
static void
keep_uses(WasmTranslator *t, guint32 local)
{
	while (t->last_use[local] != 0)
		settle(t, t->last_use[local] - 1);
}

void
wasm_local_set(WasmTranslator *t, guint32 local)
{
	const guint32 top = t->operands->len - 1;
	const WasmOperand operand = *WASM_OPERAND(t, top);

	wasm_pop(t, 1);
	if (operand.kind == WASM_IN_LOCAL && operand.value == local)
		return;
	keep_uses(t, local);
	wasm_push(t, operand.kind, operand.value);
	wasm_move_top(t, (guint16)local);
	wasm_pop(t, 1);
}

void
wasm_local_tee(WasmTranslator *t, guint32 local)
{
	const WasmOperand operand = *WASM_OPERAND(t, t->operands->len - 1);

	wasm_local_set(t, local);
	if (operand.kind == WASM_NUMBER)
		wasm_push(t, WASM_NUMBER, operand.value);
	else
		wasm_push(t, WASM_IN_LOCAL, local);
}
