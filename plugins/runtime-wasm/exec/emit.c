/* SPDX-License-Identifier: Apache-2.0
 */
#include "plugins/runtime-wasm/exec/translate.h"

static const guint8 shapes[] = {
#define WASM_OP(name, shape) [WASM_##name] = WASM_SHAPE_##shape,
	WASM_OPS
#undef WASM_OP
};

WasmOp *
wasm_emit(WasmTranslator *t, guint op)
{
	const guint32 at = t->ops->len;
	const gboolean two = shapes[op] == WASM_SHAPE_WIDE ||
		shapes[op] == WASM_SHAPE_BRANCH;

	g_array_set_size(t->ops, at + (two ? 2 : 1));
	t->last = 0;
	WASM_UNIT(t, at)->number = op;
	return WASM_UNIT(t, at);
}

WasmOp *
wasm_emit_to(WasmTranslator *t, guint op, guint16 to)
{
	const guint32 previous = t->last;
	WasmOp *unit = wasm_emit(t, op);

	unit->d = to;
	t->previous = previous;
	t->previous_result = t->last_result;
	t->last = (guint32)(unit - WASM_UNIT(t, 0)) + 1;
	t->last_result = t->result;
	t->result = to;
	return unit;
}

WasmOp *
wasm_emit_float(WasmTranslator *t, guint op, guint16 to)
{
	WasmOp *unit = wasm_emit_to(t, op, to);

	t->result = -1;
	return unit;
}

void
wasm_emit_number(WasmTranslator *t, guint16 to, guint64 value)
{
	if (value <= G_MAXUINT32) {
		wasm_emit_to(t, WASM_CONST32, to)->imm =
			(gint32)(guint32)value;
		return;
	}
	wasm_emit_to(t, WASM_CONST64, to)[1].value = value;
}

WasmOp *
wasm_last_to(const WasmTranslator *t, guint16 slot)
{
	WasmOp *unit;

	if (t->last == 0)
		return NULL;
	unit = WASM_UNIT(t, t->last - 1);
	return unit->d == slot ? unit : NULL;
}

void
wasm_take_back(WasmTranslator *t)
{
	g_array_set_size(t->ops, t->last - 1);
	t->result = t->last_result;
	t->last = t->previous;
	t->last_result = t->previous_result;
	t->previous = 0;
}

void
wasm_meet(WasmTranslator *t)
{
	t->last = 0;
	t->result = -1;
}

/* The number of an entry here. */
guint32
wasm_entry(WasmTranslator *t)
{
	const WasmEntry entry = { .from = t->gas, .run = t->runs->len };

	g_array_append_val(t->entries, entry);
	return t->entries->len - 1;
}

void
wasm_end_run(WasmTranslator *t)
{
	g_array_append_val(t->runs, t->gas);
}
