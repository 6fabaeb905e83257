/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/wasm/random/oracle.h"

#include <string.h>

#include "plugins/runtime-wasm/exec/gas.h"
#include "tests/wasm/random/numeric.h"

/* A function that runs. */
typedef struct {
	guint32 function, at;
	guint64 *locals;
	guint32 labels; /* of the callers */
} Call;

static int
trap(Oracle *o, const char *text)
{
	o->trap = text;
	return WASM_TRAP;
}

static int
pay(Oracle *o, guint64 gas)
{
	if (gas > o->gas) {
		o->gas = 0;
		return WASM_OUT_OF_GAS;
	}
	o->gas -= gas;
	return WASM_DONE;
}

static int
go_to(Oracle *o, Call *call, guint32 at)
{
	call->at = at;
	return pay(o, oracle_cost(o, call->function, at));
}

static const WasmType *
type_of(const Oracle *o, guint32 function)
{
	return &o->module->types[o->module->funcs[function].type];
}

/* ---- control -------------------------------------------------------------- */

static void
open_label(Oracle *o, const OracleStep *step)
{
	const gint64 type = (gint64)step->x;
	const WasmType *of = type >= 0 ? &o->module->types[type] : NULL;
	const guint params = of != NULL ? of->n_params : 0;
	OracleLabel label = { .loops = step->op == 0x03 };

	label.at = label.loops ? step->next : o->end[step->next];
	label.height = o->top - params;
	label.arity = label.loops ? params :
		      of != NULL  ? of->n_results :
				    type != -64;
	g_array_append_val(o->labels, label);
}

/* The end of the function, an instruction of a byte. */
static guint32
last_of(const Oracle *o, const Call *call)
{
	const WasmFunc *func = &o->module->funcs[call->function];

	return (guint32)(func->at + func->len) - 1;
}

static int
branch(Oracle *o, Call *call, guint64 depth)
{
	const guint32 n = o->labels->len;
	const OracleLabel label =
		g_array_index(o->labels, OracleLabel, n - 1 - depth);

	memmove(o->stack + label.height, o->stack + o->top - label.arity,
		label.arity * sizeof(*o->stack));
	o->top = label.height + label.arity;
	g_array_set_size(o->labels, n - (guint)depth - (label.loops ? 0 : 1));
	if (label.at != 0)
		return go_to(o, call, label.at);
	call->at = 0;
	return pay(o, oracle_cost(o, call->function, last_of(o, call)));
}

/* The end of the function is not passed. */
static void
leave(Oracle *o, Call *call)
{
	const OracleLabel label =
		g_array_index(o->labels, OracleLabel, call->labels);

	memmove(o->stack + label.height, o->stack + o->top - label.arity,
		label.arity * sizeof(*o->stack));
	o->top = label.height + label.arity;
	g_array_set_size(o->labels, call->labels);
	call->at = 0;
}

static int
branch_table(Oracle *o, Call *call, const OracleStep *step)
{
	const guint64 index = (guint32)oracle_pop(o);
	guint32 at = step->labels;
	guint64 depth = 0;

	for (guint64 i = 0; i <= MIN(index, step->x); i++)
		depth = oracle_leb(o->module->bytes, &at);
	return branch(o, call, depth);
}

static int
begin_if(Oracle *o, Call *call, const OracleStep *step)
{
	const gboolean condition = (guint32)oracle_pop(o) != 0;
	const guint32 other = o->other[step->next];

	if (!condition && other == 0)
		return go_to(o, call, o->end[step->next]);
	open_label(o, step);
	return go_to(o, call, condition ? step->next : other);
}

/* ---- calls ---------------------------------------------------------------- */

static int run(Oracle *o, Call *call);

static int
call_host(Oracle *o, guint32 function)
{
	const WasmType *type = type_of(o, function);
	guint64 values[WASM_PARAMS_MAX] = { 0 };
	const char *text;
	guint import = 0;

	if (pay(o, o->host_gas) != WASM_DONE)
		return WASM_OUT_OF_GAS;
	while (o->module->imports[import].kind != WASM_FUNC ||
	       o->module->imports[import].index != function)
		import++;
	o->top -= type->n_params;
	memcpy(values, o->stack + o->top, type->n_params * sizeof(*values));
	text = o->host(o->user, &o->module->imports[import], o->memory,
		       (guint64)o->pages * WASM_PAGE, values);
	if (text != NULL)
		return trap(o, text);
	if (type->n_results > 0)
		oracle_push(o, values[0]);
	return WASM_DONE;
}

/* Its arguments are on the stack, its results will be. */
static int
enter(Oracle *o, guint32 function)
{
	const WasmFunc *func = &o->module->funcs[function];
	const WasmType *type = type_of(o, function);
	const guint n = func->imported ? type->n_params : func->n_locals;
	const guint zeroes = n - type->n_params;
	guint64 *locals = g_newa(guint64, n + 1);
	Call call = { function, (guint32)func->at, locals, o->labels->len };
	OracleLabel label = { 0 };
	int ending;

	if (o->depth == o->bounds.depth)
		return trap(o, "call stack exhausted");
	if (func->imported) {
		o->function = function;
		ending = call_host(o, function);
		o->function = ending == WASM_DONE ? G_MAXUINT32 : function;
		return ending;
	}
	oracle_scan(o, function);
	if (pay(o, zeroes / WASM_GAS_LOCALS +
			   oracle_cost(o, function, call.at)) != WASM_DONE)
		return WASM_OUT_OF_GAS;
	memset(locals, 0, (n + 1) * sizeof(*locals));
	o->top -= type->n_params;
	memcpy(locals, o->stack + o->top, type->n_params * sizeof(*locals));
	label.height = o->top;
	label.arity = type->n_results;
	g_array_append_val(o->labels, label);
	g_assert_cmpuint(o->top, <, ORACLE_STACK - 70000);
	o->depth++;
	ending = run(o, &call);
	o->depth--;
	return ending;
}

static int
call_direct(Oracle *o, Call *call, const OracleStep *step)
{
	const guint32 function = (guint32)step->x;
	const int ending = o->module->funcs[function].imported ?
				   call_host(o, function) :
				   enter(o, function);

	return ending == WASM_DONE ? go_to(o, call, step->next) : ending;
}

static gboolean
same_types(const WasmType *a, const WasmType *b)
{
	return a->n_params == b->n_params && a->n_results == b->n_results &&
	       (a->n_params == 0 ||
		memcmp(a->params, b->params, a->n_params) == 0) &&
	       (a->n_results == 0 ||
		memcmp(a->results, b->results, a->n_results) == 0);
}

static int
call_indirect(Oracle *o, Call *call, const OracleStep *step)
{
	const OracleTable *table = &o->tables[step->y];
	const guint32 index = (guint32)oracle_pop(o);
	guint32 function;
	int ending;

	if (index >= table->n)
		return trap(o, "undefined element");
	if (table->elements[index] == 0)
		return trap(o, "uninitialized element");
	function = (guint32)table->elements[index] - 1;
	if (!same_types(type_of(o, function), &o->module->types[step->x]))
		return trap(o, "indirect call type mismatch");
	ending = enter(o, function);
	return ending == WASM_DONE ? go_to(o, call, step->next) : ending;
}

/* ---- instructions --------------------------------------------------------- */

static int
numeric(Oracle *o, guint op, const char *type)
{
	const guint64 b = type[1] != ':' ? oracle_pop(o) : 0;
	const guint64 a = oracle_pop(o);
	guint64 result = 0;
	const char *text = numeric_do(op, a, b, &result);

	if (text != NULL)
		return trap(o, text);
	oracle_push(o, result);
	return WASM_DONE;
}

static void
choose(Oracle *o)
{
	const guint64 condition = (guint32)oracle_pop(o);
	const guint64 b = oracle_pop(o), a = oracle_pop(o);

	oracle_push(o, condition != 0 ? a : b);
}

static void
variable(Oracle *o, const Call *call, const OracleStep *step)
{
	switch (step->op) {
	case 0x20: oracle_push(o, call->locals[step->x]); break;
	case 0x21: call->locals[step->x] = oracle_pop(o); break;
	case 0x22: call->locals[step->x] = o->stack[o->top - 1]; break;
	case 0x23: oracle_push(o, o->globals[step->x]); break;
	default: o->globals[step->x] = oracle_pop(o); break;
	}
}

/* What goes elsewhere. */
static int
control(Oracle *o, Call *call, const OracleStep *step)
{
	switch (step->op) {
	case 0x00: return trap(o, "unreachable");
	case 0x02: case 0x03: open_label(o, step); return WASM_DONE;
	case 0x04: return begin_if(o, call, step);
	case 0x05: return branch(o, call, 0);
	case 0x0b:
		if (o->labels->len == call->labels + 1)
			call->at = 0;
		g_array_set_size(o->labels, o->labels->len - 1);
		return WASM_DONE;
	case 0x0c: return branch(o, call, step->x);
	case 0x0d:
		return (guint32)oracle_pop(o) != 0 ?
			       branch(o, call, step->x) :
			       go_to(o, call, step->next);
	case 0x0e: return branch_table(o, call, step);
	case 0x0f: leave(o, call); return WASM_DONE;
	case 0x10: return call_direct(o, call, step);
	case 0x11: return call_indirect(o, call, step);
	}
	return WASM_DONE; /* nop */
}

static int
instruction(Oracle *o, Call *call, const OracleStep *step)
{
	const char *type = numeric_type(step->op);

	if (step->op <= 0x11)
		return control(o, call, step);
	if (type != NULL)
		return numeric(o, step->op, type);
	switch (step->op) {
	case 0x1a: oracle_pop(o); return WASM_DONE;
	case 0x1b: case 0x1c: choose(o); return WASM_DONE;
	case 0x20: case 0x21: case 0x22: case 0x23: case 0x24:
		variable(o, call, step);
		return WASM_DONE;
	case 0x41: case 0x42: case 0x43: case 0x44:
		oracle_push(o, step->x);
		return WASM_DONE;
	case 0xd0: oracle_push(o, 0); return WASM_DONE;
	case 0xd1: oracle_push(o, oracle_pop(o) == 0); return WASM_DONE;
	case 0xd2: oracle_push(o, step->x + 1); return WASM_DONE;
	}
	return oracle_storage(o, step);
}

static int
run(Oracle *o, Call *call)
{
	while (call->at != 0) {
		const OracleStep step =
			oracle_step(o->module->bytes, call->at);
		int ending;

		call->at = step.next;
		ending = instruction(o, call, &step);
		if (ending != WASM_DONE) {
			if (o->function == G_MAXUINT32)
				o->function = call->function;
			return ending;
		}
	}
	return WASM_DONE;
}

/* ---- from outside --------------------------------------------------------- */

int
oracle_invoke(Oracle *o, guint32 function, guint64 *values)
{
	const WasmType *type = type_of(o, function);
	int ending;

	o->top = 0;
	o->depth = 0;
	o->trap = NULL;
	o->function = G_MAXUINT32;
	g_array_set_size(o->labels, 0);
	for (guint i = 0; i < type->n_params; i++)
		oracle_push(o, values[i]);
	ending = enter(o, function);
	for (guint i = 0; ending == WASM_DONE && i < type->n_results; i++)
		values[i] = o->stack[i];
	return ending;
}

int
oracle_start(Oracle *o)
{
	return o->module->start < 0 ?
		       WASM_DONE :
		       oracle_invoke(o, (guint32)o->module->start, NULL);
}
