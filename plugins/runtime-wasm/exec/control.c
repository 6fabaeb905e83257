/* SPDX-License-Identifier: Apache-2.0
 *
 * Translation of blocks and branches. Where control flow meets, all operands are
 * in their places.
 */
#include "plugins/runtime-wasm/exec/gas.h"
#include "plugins/runtime-wasm/exec/translate.h"

static WasmControl *
control_at(WasmTranslator *t, guint64 depth)
{
	return WASM_CONTROL(t, t->controls->len - 1 - depth);
}

/* What a branch to it takes along. */
static guint
arity(const WasmControl *control)
{
	return control->op == 0x03 ? control->params : control->results;
}

/* A branch at `at` goes to `to`, which is entered as `entry`. */
static void
land(WasmTranslator *t, guint32 at, guint32 to, guint32 entry)
{
	WasmOp *unit = WASM_UNIT(t, at);

	unit->to = (gint32)to - (gint32)at;
	if (unit->number == WASM_JUMP)
		unit->gas = entry;
	else
		unit[1].taken = entry;
}

/* A chain of branches lands here. */
static void
land_all(WasmTranslator *t, guint32 chain, guint32 entry)
{
	while (chain != 0) {
		const guint32 next = (guint32)WASM_UNIT(t, chain - 1)->to;

		land(t, chain - 1, t->ops->len, entry);
		chain = next;
	}
}

/* The branch at `at` goes to where branches to the control go. */
static void
aim(WasmTranslator *t, WasmControl *control, guint32 at)
{
	if (control->op == 0x03) {
		land(t, at, control->start, control->entry);
		return;
	}
	WASM_UNIT(t, at)->to = (gint32)control->branches;
	control->branches = at + 1;
}

static void
emit_jump(WasmTranslator *t, WasmControl *control)
{
	const guint32 at = t->ops->len;

	wasm_emit(t, WASM_JUMP);
	aim(t, control, at);
}

/* Whether the topmost operands, in their places, are not where the control wants
 * them. */
static gboolean
must_move(const WasmTranslator *t, const WasmControl *control)
{
	const guint n = arity(control);

	return n != 0 && t->operands->len - n != control->base;
}

static void
emit_move(WasmTranslator *t, const WasmControl *control)
{
	const guint n = arity(control);
	WasmOp *unit = wasm_emit(t, WASM_MOVE_MANY);

	unit->d = wasm_place(t, control->base);
	unit->a = wasm_place(t, t->operands->len - n);
	unit->b = (guint16)n;
	wasm_meet(t);
}

static void
br(WasmTranslator *t, guint64 depth)
{
	WasmControl *control = control_at(t, depth);

	t->gas += arity(control) / WASM_GAS_VALUES;
	wasm_end_run(t);
	t->dead = TRUE;
	if (must_move(t, control) && arity(control) == 1) {
		wasm_move_top(t, wasm_place(t, control->base));
	} else {
		wasm_settle(t, arity(control));
		if (must_move(t, control))
			emit_move(t, control);
	}
	emit_jump(t, control);
}

static void
set_untaken(WasmTranslator *t, guint32 at)
{
	const guint32 entry = wasm_entry(t);

	WASM_UNIT(t, at + 1)->untaken = entry;
}

static void
br_if(WasmTranslator *t, guint64 depth)
{
	WasmControl *control = control_at(t, depth);
	guint32 at;

	t->gas += arity(control) / WASM_GAS_VALUES;
	wasm_settle_below(t, arity(control));
	wasm_end_run(t);
	if (t->operands->len - 1 - arity(control) == control->base ||
	    arity(control) == 0) {
		at = wasm_emit_if(t, FALSE);
		aim(t, control, at);
		set_untaken(t, at);
		return;
	}
	at = wasm_emit_if(t, TRUE); /* around a move and a jump */
	emit_move(t, control);
	emit_jump(t, control);
	land(t, at, t->ops->len, wasm_entry(t));
	wasm_meet(t);
}

/* One entry of a table: a jump that is only read. */
static void
table_entry(WasmTranslator *t, guint depth)
{
	WasmControl *control = control_at(t, depth);
	const guint32 at = t->ops->len;

	if (!must_move(t, control)) {
		emit_jump(t, control);
		return;
	}
	if (control->stub == 0)
		g_array_append_val(t->stubs, depth);
	wasm_emit(t, WASM_JUMP)->to = (gint32)control->stub;
	control->stub = at + 1;
}

static void
emit_stubs(WasmTranslator *t)
{
	for (guint i = 0; i < t->stubs->len; i++) {
		WasmControl *control =
			control_at(t, g_array_index(t->stubs, guint, i));

		land_all(t, control->stub, 0);
		control->stub = 0;
		emit_move(t, control);
		emit_jump(t, control);
	}
	g_array_set_size(t->stubs, 0);
}

static void
br_table(WasmTranslator *t, guint64 n, const guint8 **at)
{
	const guint8 *last = *at;
	guint16 index;
	guint values;

	for (guint64 i = 0; i < n; i++)
		wasm_leb_u(&last);
	values = arity(control_at(t, wasm_leb_u(&last)));
	t->gas += values / WASM_GAS_VALUES;
	wasm_settle_below(t, values);
	index = wasm_slot(t, t->operands->len - 1);
	wasm_pop(t, 1);
	wasm_end_run(t);
	wasm_emit(t, WASM_TABLE_JUMP)->a = index;
	WASM_UNIT(t, t->ops->len - 1)->imm = (gint32)n;
	for (guint64 i = 0; i <= n; i++)
		table_entry(t, (guint)wasm_leb_u(at));
	emit_stubs(t);
	t->dead = TRUE;
}

/* Parameters and results of a block. */
static void
block_type(const WasmModule *module, gint64 type, WasmControl *control)
{
	if (type >= 0) {
		control->params = module->types[type].n_params;
		control->results = module->types[type].n_results;
	} else {
		control->results = type == -64 ? 0 : 1;
	}
}

static void
block(WasmTranslator *t, const WasmInstruction *in)
{
	WasmControl control = { .op = in->op };

	block_type(t->module, (gint64)in->x, &control);
	if (in->op == 0x04) {
		wasm_settle_below(t, t->operands->len - 1);
		wasm_end_run(t);
		control.other = wasm_emit_if(t, TRUE) + 1;
		set_untaken(t, control.other - 1);
	} else {
		wasm_settle(t, t->operands->len);
	}
	control.base = t->operands->len - control.params;
	if (in->op == 0x03) {
		wasm_meet(t);
		control.start = t->ops->len;
		control.entry = wasm_entry(t);
	}
	g_array_append_val(t->controls, control);
}

/* Operands are what they are at the beginning, or the end, of a control. */
static void
reset(WasmTranslator *t, const WasmControl *control, guint n)
{
	wasm_pop(t, t->operands->len - control->base);
	for (guint i = 0; i < n; i++)
		wasm_push_place(t);
	wasm_meet(t);
}

static void
begin_else(WasmTranslator *t)
{
	WasmControl *control = control_at(t, 0);

	if (!t->dead) {
		t->gas++; /* it jumps over what follows */
		wasm_settle(t, control->results);
		wasm_end_run(t);
		emit_jump(t, control);
	}
	land_all(t, control->other, wasm_entry(t));
	control->other = 0;
	reset(t, control, control->params);
	t->dead = FALSE;
}

/* Branches to the end land here. */
static void
meet_end(WasmTranslator *t, WasmControl *control)
{
	guint32 entry;

	if (!t->dead)
		wasm_settle(t, control->results);
	entry = wasm_entry(t);
	land_all(t, control->branches, entry);
	land_all(t, control->other, entry);
	reset(t, control, control->results);
	t->dead = FALSE;
}

static void
end(WasmTranslator *t)
{
	WasmControl *control = control_at(t, 0);

	if (control->branches != 0 || control->other != 0)
		meet_end(t, control);
	if (control->op == 0 && !t->dead)
		wasm_return(t);
	g_array_set_size(t->controls, t->controls->len - 1);
}

void
wasm_begin(WasmTranslator *t, const WasmType *type)
{
	const WasmControl control = { .results = type->n_results };

	g_array_append_val(t->controls, control);
}

gboolean
wasm_dead_control(WasmTranslator *t, const WasmInstruction *in)
{
	switch (in->op) {
	case 0x02: case 0x03: case 0x04:
		t->dead_blocks++;
		return TRUE;
	case 0x05:
		if (t->dead_blocks == 0)
			begin_else(t);
		return TRUE;
	case 0x0b:
		if (t->dead_blocks == 0)
			end(t);
		else
			t->dead_blocks--;
		return TRUE;
	}
	return FALSE;
}

gboolean
wasm_control(WasmTranslator *t, const WasmInstruction *in, const guint8 **at)
{
	switch (in->op) {
	case 0x02: case 0x03: case 0x04:
		block(t, in);
		return TRUE;
	case 0x05:
		begin_else(t);
		return TRUE;
	case 0x0b:
		end(t);
		return TRUE;
	case 0x0c:
		br(t, in->x);
		return TRUE;
	case 0x0d:
		br_if(t, in->x);
		return TRUE;
	case 0x0e:
		br_table(t, in->x, at);
		return TRUE;
	}
	return FALSE;
}
