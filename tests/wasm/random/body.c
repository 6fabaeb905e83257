/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/wasm/random/generate.h"

static void statements(Generator *g, guint n);

/* ---- blocks --------------------------------------------------------------- */

static void
block_type(Generator *g, const GenType *type, guint index)
{
	if (index != G_MAXUINT)
		gen_signed(g->out, (gint64)index);
	else
		gen_byte(g->out, type->n_results == 1 ? type->results[0] :
							0x40);
}

static gboolean
is_even(const GenType *type)
{
	return type->n_params == type->n_results &&
	       memcmp(type->params, type->results, type->n_params) == 0;
}

static void
push_all(Generator *g, guint n, const guint8 *types)
{
	for (guint i = 0; i < n; i++)
		gen_push(g, types[i]);
}

/* What is behind a branch is valid whatever it takes. */
static void
dead_code(Generator *g)
{
	static const char *const pieces[] = {
		"\x6a\x1a", "\x02\x40\x0b", "\x00", "\x41\x01\x04\x40\x05\x0b",
		"\x1b\x1a", "\x0c", "\x0e\x01", "\x03\x7f\x41\x07\x0b\x1a",
	};
	const guint which = random_below(g->random, G_N_ELEMENTS(pieces));

	if (!random_one_in(g->random, 4))
		return;
	g_byte_array_append(g->out, (const guint8 *)pieces[which],
			    (guint)strlen(pieces[which]));
	if (which == 5)
		gen_byte(g->out, 0);
	if (which == 6) {
		gen_byte(g->out, 0);
		gen_byte(g->out, 0);
	}
}

static void
inside(Generator *g)
{
	GenFrame *frame = &g->frames[g->n_frames - 1];
	const GenType type = frame->type;

	g->top = frame->base;
	g->floor = frame->base;
	g->dead = FALSE;
	push_all(g, type.n_params, type.params);
	statements(g, random_below(g->random, 8));
	if (g->dead)
		dead_code(g);
	gen_close(g, &type);
}

void
gen_block(Generator *g, const GenType *type, guint index)
{
	static const guint8 condition = WASM_I32;
	const guint op = 2 + random_below(g->random, 3);
	const guint floor = g->floor;
	const guint n = g->n_frames;

	gen_need(g, type->n_params, type->params);
	if (op == 4) {
		gen_value(g, condition);
		gen_pop(g, 1);
	}
	gen_op(g, op);
	block_type(g, type, index);
	g->frames[n] = (GenFrame){ op, g->top - type->n_params, *type };
	g->n_frames++;
	inside(g);
	if (op == 4 && (!is_even(type) || random_one_in(g->random, 2))) {
		gen_op(g, 0x05);
		inside(g);
	}
	gen_op(g, 0x0b);
	g->top = g->frames[n].base;
	g->n_frames--;
	g->floor = floor;
	g->dead = FALSE;
	push_all(g, type->n_results, type->results);
}

static void
any_block(Generator *g)
{
	static const GenType none = { 0 };
	const guint index = random_below(g->random, g->n_types);

	if (g->n_frames + 2 >= GEN_FRAMES)
		return;
	if (random_one_in(g->random, 3))
		gen_block(g, &none, G_MAXUINT);
	else if (g->types[index].n_params <= GEN_ARITY)
		gen_block(g, &g->types[index], index);
}

/* ---- branches ------------------------------------------------------------- */

static void
label_types(const GenFrame *frame, guint *n, const guint8 **types)
{
	*n = frame->op == 3 ? frame->type.n_params : frame->type.n_results;
	*types = frame->op == 3 ? frame->type.params : frame->type.results;
}

/* Rounds of this call are counted; most loops end by it. */
static void
count_round(Generator *g)
{
	gen_op(g, 0x20);
	gen_leb(g->out, g->n_locals - 1);
	gen_constant(g->out, WASM_I32, 1);
	gen_op(g, 0x6a);
	gen_op(g, 0x22);
	gen_leb(g->out, g->n_locals - 1);
	gen_constant(g->out, WASM_I32, random_below(g->random, 40));
	gen_op(g, random_one_in(g->random, 2) ? 0x49 : 0x48);
	gen_push(g, WASM_I32);
}

static void
branch_if(Generator *g)
{
	const guint depth = random_below(g->random, g->n_frames);
	const GenFrame *frame = &g->frames[g->n_frames - 1 - depth];
	const guint8 *types;
	guint n;

	label_types(frame, &n, &types);
	gen_need(g, n, types);
	if (frame->op == 3 && !random_one_in(g->random, 8))
		count_round(g);
	else
		gen_value(g, WASM_I32);
	gen_op(g, 0x0d);
	gen_leb(g->out, depth);
	gen_pop(g, 1);
}

static void
branch(Generator *g)
{
	const guint depth = random_below(g->random, g->n_frames);
	const GenFrame *frame = &g->frames[g->n_frames - 1 - depth];
	const guint8 *types;
	guint n;

	if (frame->op == 3 && !random_one_in(g->random, 6))
		return;
	label_types(frame, &n, &types);
	gen_need(g, n, types);
	gen_op(g, 0x0c);
	gen_leb(g->out, depth);
	g->dead = TRUE;
}

/* Another label that takes the same types, or that one. */
static guint
like(Generator *g, guint depth)
{
	const guint other = random_below(g->random, g->n_frames);
	const guint8 *types, *wanted;
	guint n, m;

	label_types(&g->frames[g->n_frames - 1 - depth], &n, &wanted);
	label_types(&g->frames[g->n_frames - 1 - other], &m, &types);
	return n == m && memcmp(types, wanted, n) == 0 ? other : depth;
}

static void
branch_table(Generator *g)
{
	const guint depth = random_below(g->random, g->n_frames);
	const GenFrame *frame = &g->frames[g->n_frames - 1 - depth];
	const guint entries = random_below(g->random, 7);
	const guint8 *types;
	guint n;

	if (frame->op == 3)
		return;
	label_types(frame, &n, &types);
	gen_need(g, n, types);
	gen_value(g, WASM_I32);
	if (random_one_in(g->random, 2)) {
		gen_constant(g->out, WASM_I32, 7);
		gen_op(g, 0x71);
	}
	gen_op(g, 0x0e);
	gen_leb(g->out, entries);
	for (guint i = 0; i < entries; i++)
		gen_leb(g->out, like(g, depth));
	gen_leb(g->out, depth);
	g->dead = TRUE;
}

static void
leave(Generator *g)
{
	const GenType *type = &g->frames[0].type;

	if (random_one_in(g->random, 12)) {
		gen_op(g, 0x00);
	} else {
		gen_need(g, type->n_results, type->results);
		gen_op(g, 0x0f);
	}
	g->dead = TRUE;
}

/* ---- calls ---------------------------------------------------------------- */

/* What a host function is given is mostly a place and a length. */
static void
host_arguments(Generator *g, const GenType *type)
{
	for (guint i = 0; i < type->n_params; i++) {
		if (random_one_in(g->random, 10)) {
			gen_value(g, type->params[i]);
			continue;
		}
		gen_constant(g->out, type->params[i],
			     random_below(g->random, 40));
		gen_push(g, type->params[i]);
	}
}

void
gen_call(Generator *g, guint function)
{
	const GenType *type = &g->func_types[function];

	if (function < g->n_imports)
		host_arguments(g, type);
	else
		gen_need(g, type->n_params, type->params);
	gen_op(g, 0x10);
	gen_leb(g->out, function);
	gen_pop(g, type->n_params);
	push_all(g, type->n_results, type->results);
}

guint
gen_callee(Generator *g)
{
	const guint behind = g->n_funcs - 1 - g->function;
	const guint n = g->n_imports + behind;
	guint which;

	if (n == 0 || random_one_in(g->random, 12))
		return random_below(g->random, g->n_funcs);
	which = random_below(g->random, n);
	return which < g->n_imports ? which :
				      which - g->n_imports + g->function + 1;
}

static void
call_indirect(Generator *g)
{
	guint at = random_below(g->random, GEN_TABLE);
	guint index;
	const GenType *type;

	for (guint i = 0; i < 3 && g->table[at] <= g->function; i++)
		at = random_below(g->random, GEN_TABLE);
	index = random_one_in(g->random, 16) ?
			random_below(g->random, g->n_types) :
			g->func_type_indices[g->table[at]];
	type = &g->types[index];
	gen_need(g, type->n_params, type->params);
	if (random_one_in(g->random, 16)) {
		gen_value(g, WASM_I32);
	} else {
		gen_constant(g->out, WASM_I32, g->table_at + at);
		gen_push(g, WASM_I32);
	}
	gen_op(g, 0x11);
	gen_leb(g->out, index);
	gen_leb(g->out, random_one_in(g->random, 32) ? 2 : 0);
	gen_pop(g, type->n_params + 1);
	push_all(g, type->n_results, type->results);
}

/* ---- statements ----------------------------------------------------------- */

static void
set_local(Generator *g)
{
	const guint at = random_below(g->random, g->n_locals);

	gen_need(g, 1, &g->locals[at]);
	gen_op(g, random_one_in(g->random, 3) ? 0x22 : 0x21);
	gen_leb(g->out, at);
	if (g->out->data[g->out->len - 2] == 0x21)
		gen_pop(g, 1);
}

static void
statement(Generator *g)
{
	switch (random_below(g->random, 24)) {
	case 0: case 1: case 2: case 3:
		set_local(g);
		break;
	case 4: case 5: case 6:
		gen_numeric(g, 0);
		break;
	case 7: case 8:
		gen_value(g, gen_type(g));
		break;
	case 9: case 10: case 11: case 12:
		gen_storage(g);
		break;
	case 13: case 14: case 15:
		any_block(g);
		break;
	case 16: case 17:
		branch_if(g);
		break;
	case 18:
		branch(g);
		break;
	case 19:
		branch_table(g);
		break;
	case 20: case 21:
		gen_call(g, gen_callee(g));
		break;
	case 22:
		call_indirect(g);
		break;
	default:
		if (random_one_in(g->random, 4))
			leave(g);
		else
			gen_op(g, 0x01);
	}
}

static void
statements(Generator *g, guint n)
{
	for (guint i = 0; i < n && !g->dead && g->budget > 0 &&
	     g->top < GEN_STACK / 2; i++) {
		g->budget--;
		statement(g);
	}
}

void
gen_body(Generator *g, const GenType *type, guint n)
{
	g->frames[0] = (GenFrame){ 0, 0, *type };
	g->frames[0].type.n_params = 0;
	g->n_frames = 1;
	g->top = g->floor = 0;
	g->dead = FALSE;
	statements(g, n);
	gen_close(g, type);
	gen_op(g, 0x0b);
}
