/* SPDX-License-Identifier: Apache-2.0
 *
 * Translation of a module, function by function.
 */
#include "plugins/runtime-wasm/exec/gas.h"
#include "plugins/runtime-wasm/exec/translate.h"

#include <string.h>

/* Slots that one instruction can add. */
#define SLOTS_STEP (2 * WASM_PARAMS_MAX)

static guint32
gas_of(const WasmTranslator *t, guint32 number)
{
	const WasmEntry *entry = &g_array_index(t->entries, WasmEntry, number);

	return number == 0 ? 0
		: g_array_index(t->runs, guint32, entry->run) - entry->from;
}

static const guint8 shapes[] = {
#define WASM_OP(name, shape) [WASM_##name] = WASM_SHAPE_##shape,
	WASM_OPS
#undef WASM_OP
};

/* Puts gas and labels into a function's units. */
static void
link_units(WasmTranslator *t, const void *const *labels)
{
	for (guint32 at = t->begin; at < t->ops->len; at++) {
		WasmOp *unit = WASM_UNIT(t, at);
		const gsize op = unit->number;

		unit->label = labels[op];
		if (shapes[op] == WASM_SHAPE_JUMP)
			unit->gas = gas_of(t, unit->gas);
		if (shapes[op] == WASM_SHAPE_BRANCH) {
			unit[1].taken = gas_of(t, unit[1].taken);
			unit[1].untaken = gas_of(t, unit[1].untaken);
		}
		if (shapes[op] == WASM_SHAPE_BRANCH || shapes[op] == WASM_SHAPE_WIDE)
			at++;
	}
}

static gboolean
translate_one(WasmTranslator *t, const WasmInstruction *in, const guint8 **at)
{
	if (t->dead) {
		if (!wasm_dead_control(t, in) && in->op == 0x0e)
			wasm_skip_labels(at, in->x);
		return TRUE;
	}
	if (t->locals + t->operands->len + SLOTS_STEP > WASM_SLOTS_MAX ||
	    t->ops->len > WASM_OPS_MAX)
		return FALSE;
	t->gas += wasm_gas_of(in->op);
	return wasm_access(t, in) || wasm_arithmetic(t, in) ||
		wasm_control(t, in, at) || wasm_calls(t, in);
}

static gboolean
translate_body(WasmTranslator *t, const WasmFunc *func)
{
	const guint8 *at = t->module->bytes + func->at;
	const guint8 *end = at + func->len;
	WasmInstruction in;

	while (at < end) {
		wasm_decode(&at, &in);
		if (!translate_one(t, &in, &at))
			return FALSE;
	}
	return TRUE;
}

static void
reset(WasmTranslator *t, const WasmFunc *func)
{
	t->locals = func->n_locals;
	t->begin = t->ops->len;
	t->settled = t->highest = t->gas = 0;
	t->dead = FALSE;
	memset(t->last_use, 0, func->n_locals * sizeof *t->last_use);
	g_array_set_size(t->operands, 0);
	g_array_set_size(t->controls, 0);
	g_array_set_size(t->entries, 1);
	g_array_set_size(t->runs, 0);
	wasm_meet(t);
}

/* So that a table and a caller from outside need not tell them apart. */
static void
call_host(WasmTranslator *t, guint32 index)
{
	wasm_emit(t, WASM_CALL_HOST)->imm = (gint32)index;
	wasm_emit(t, WASM_RETURN);
}

static gboolean
translate_function(WasmTranslator *t, guint32 index)
{
	const WasmFunc *func = &t->module->funcs[index];
	const WasmType *type = &t->module->types[func->type];
	WasmBody *body = &t->code->bodies[index];
	guint32 entry;

	reset(t, func);
	body->params = type->n_params;
	body->results = type->n_results;
	body->type = t->code->types[func->type];
	body->narrow = type->n_results == 1 &&
		(type->results[0] == WASM_I32 || type->results[0] == WASM_F32);
	body->at = t->begin;
	entry = wasm_entry(t);
	if (func->imported) {
		call_host(t, index);
		wasm_end_run(t);
	} else {
		body->zeroes = func->n_locals - type->n_params;
		wasm_begin(t, type);
		if (!translate_body(t, func))
			return FALSE;
	}
	body->slots = MAX(MAX(func->n_locals + t->highest, type->n_params),
			  type->n_results);
	body->gas = gas_of(t, entry) + body->zeroes / WASM_GAS_LOCALS;
	body->n = t->ops->len - t->begin;
	link_units(t, wasm_labels());
	return TRUE;
}

static gboolean
translate_all(WasmTranslator *t)
{
	for (guint32 i = 0; i < t->module->n_funcs; i++)
		if (!translate_function(t, i))
			return FALSE;
	return TRUE;
}

static void
init(WasmTranslator *t, WasmCode *code)
{
	*t = (WasmTranslator){
		.code = code,
		.module = code->module,
		.ops = g_array_new(FALSE, TRUE, sizeof(WasmOp)),
		.operands = g_array_new(FALSE, FALSE, sizeof(WasmOperand)),
		.last_use = g_new(guint32, WASM_LOCALS_MAX),
		.controls = g_array_new(FALSE, FALSE, sizeof(WasmControl)),
		.stubs = g_array_new(FALSE, FALSE, sizeof(guint)),
		.entries = g_array_new(FALSE, TRUE, sizeof(WasmEntry)),
		.runs = g_array_new(FALSE, FALSE, sizeof(guint32)),
	};
}

static void
finish(WasmTranslator *t)
{
	WasmCode *code = t->code;

	code->n_ops = t->ops->len;
	code->ops = g_renew(WasmOp, g_array_free(t->ops, FALSE), code->n_ops);
	for (guint32 i = 0; i < t->module->n_funcs; i++)
		code->bodies[i].ops = code->ops + code->bodies[i].at;
	g_array_free(t->operands, TRUE);
	g_free(t->last_use);
	g_array_free(t->controls, TRUE);
	g_array_free(t->stubs, TRUE);
	g_array_free(t->entries, TRUE);
	g_array_free(t->runs, TRUE);
}

int32_t
wasm_translate(WasmCode *code, bsn_err *err)
{
	WasmTranslator t;
	gboolean fits;

	init(&t, code);
	fits = translate_all(&t);
	finish(&t);
	if (fits)
		return BSN_OK;
	if (err != NULL)
		g_strlcpy(err->reason, "a function is too large to translate",
			  sizeof err->reason);
	return BSN_TOO_LARGE;
}
