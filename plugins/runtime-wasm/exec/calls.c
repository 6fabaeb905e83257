/* SPDX-License-Identifier: Apache-2.0
 *
 * Translation of calls and returns. Arguments are put into the caller's places,
 * which are the callee's first locals; results come back into the same slots.
 */
#include "plugins/runtime-wasm/exec/gas.h"
#include "plugins/runtime-wasm/exec/translate.h"

/* Arguments are popped, results pushed; `unit` is the call. */
static void
finish_call(WasmTranslator *t, guint32 at, const WasmType *type)
{
	guint32 behind;

	wasm_pop(t, type->n_params);
	WASM_UNIT(t, at)->d = wasm_place(t, t->operands->len);
	for (guint i = 0; i < type->n_results; i++)
		wasm_push_place(t);
	wasm_end_run(t);
	wasm_meet(t);
	behind = wasm_entry(t);
	WASM_UNIT(t, at + 1)->untaken = behind;
}

static void
call(WasmTranslator *t, guint32 function)
{
	const WasmFunc *func = &t->module->funcs[function];
	const WasmType *type = &t->module->types[func->type];
	const guint op = func->imported ? WASM_CALL_HOST : WASM_CALL;
	guint32 at;

	wasm_settle(t, type->n_params);
	at = t->ops->len;
	wasm_emit(t, op)->imm = (gint32)function;
	finish_call(t, at, type);
}

static void
call_indirect(WasmTranslator *t, const WasmInstruction *in)
{
	const WasmType *type = &t->module->types[in->x];
	WasmOp *unit;
	guint16 index;
	guint32 at;

	wasm_settle_below(t, type->n_params);
	index = wasm_slot(t, t->operands->len - 1);
	wasm_pop(t, 1);
	at = t->ops->len;
	unit = wasm_emit(t, WASM_CALL_TABLE);
	unit->a = index;
	unit->imm = (gint32)t->code->types[in->x];
	unit[1].value = in->y;
	finish_call(t, at, type);
}

/* The results of the function are the topmost operands. */
void
wasm_return(WasmTranslator *t)
{
	const guint n = WASM_CONTROL(t, 0)->results;
	const guint32 top = t->operands->len;
	WasmOp *unit;
	guint16 a;

	t->gas += n / WASM_GAS_VALUES;
	wasm_end_run(t);
	t->dead = TRUE;
	if (n == 0) {
		wasm_emit(t, WASM_RETURN);
		return;
	}
	if (n == 1) {
		a = wasm_slot(t, top - 1);
		wasm_emit(t, t->result == a ? WASM_RETURN_R : WASM_RETURN_S)
			->a = a;
		return;
	}
	wasm_settle(t, n);
	unit = wasm_emit(t, WASM_RETURN_MANY);
	unit->a = wasm_place(t, top - n);
	unit->b = (guint16)n;
}

gboolean
wasm_calls(WasmTranslator *t, const WasmInstruction *in)
{
	switch (in->op) {
	case 0x00:
		wasm_end_run(t);
		wasm_emit(t, WASM_UNREACHABLE);
		t->dead = TRUE;
		return TRUE;
	case 0x0f:
		wasm_return(t);
		return TRUE;
	case 0x10:
		call(t, (guint32)in->x);
		return TRUE;
	case 0x11:
		call_indirect(t, in);
		return TRUE;
	}
	return FALSE;
}
