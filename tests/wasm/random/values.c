/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/wasm/random/generate.h"
#include "tests/wasm/random/numeric.h"

void
gen_op(Generator *g, guint op)
{
	if (op >= 0xfc00) {
		gen_byte(g->out, 0xfc);
		op -= 0xfc00;
	}
	gen_byte(g->out, op);
}

void
gen_push(Generator *g, guint8 type)
{
	g_assert_cmpuint(g->top, <, GEN_STACK);
	g->stack[g->top++] = type;
}

void
gen_pop(Generator *g, guint n)
{
	g_assert_cmpuint(g->top, >=, n);
	g->top -= n;
}

guint8
gen_type(Generator *g)
{
	static const guint8 numbers[] = { WASM_I32, WASM_I32, WASM_I32,
					  WASM_I64, WASM_I64, WASM_F32,
					  WASM_F64 };

	if (random_one_in(g->random, 12))
		return random_one_in(g->random, 2) ? WASM_FUNCREF :
						     WASM_EXTERNREF;
	return numbers[random_below(g->random, g->floats ? 7 : 5)];
}

void
gen_need(Generator *g, guint n, const guint8 *types)
{
	guint there = MIN(n, g->top - g->floor);

	while (there > 0 &&
	       memcmp(g->stack + g->top - there, types, there) != 0)
		there--;
	for (; there < n; there++)
		gen_value(g, types[there]);
}

static guint8
type_of_letter(char letter)
{
	return letter == 'i' ? WASM_I32 :
	       letter == 'I' ? WASM_I64 :
	       letter == 'f' ? WASM_F32 :
			       WASM_F64;
}

/* Mostly not 0. */
static void
divisor(Generator *g, guint op)
{
	const gboolean wide = op >= 0x7f;

	if (!((op >= 0x6d && op <= 0x70) || (op >= 0x7f && op <= 0x82)) ||
	    random_one_in(g->random, 12))
		return;
	gen_constant(g->out, wide ? WASM_I64 : WASM_I32,
		     1 + random_below(g->random, 3));
	gen_op(g, wide ? 0x84 : 0x72);
}

/* Tries some at random. */
gboolean
gen_numeric(Generator *g, guint8 result)
{
	for (guint tries = 0; tries < 12; tries++) {
		const guint which = random_below(g->random, 0x88);
		const guint op = which < 0x80 ? 0x45 + which :
						0xfc00 + which - 0x80;
		const char *type = numeric_type(op);
		const guint n = type[1] == ':' ? 1 : 2;
		const guint8 given = type_of_letter(type[n + 1]);
		const guint8 params[2] = { type_of_letter(type[0]),
					   type_of_letter(type[0]) };

		if ((result != 0 && given != result) ||
		    (!g->floats && strpbrk(type, "fF") != NULL) ||
		    (op >= 0xa8 && op <= 0xb1 && op != 0xac && op != 0xad &&
		     !random_one_in(g->random, 8)))
			continue;
		gen_need(g, n, params);
		divisor(g, op);
		gen_op(g, op);
		gen_pop(g, n);
		gen_push(g, given);
		return TRUE;
	}
	return FALSE;
}

/* ---- leaves --------------------------------------------------------------- */

static gboolean
find(Generator *g, const guint8 *types, guint n, guint8 type, guint *at)
{
	const guint from = n > 0 ? random_below(g->random, n) : 0;

	for (guint i = 0; i < n; i++) {
		*at = (from + i) % n;
		if (types[*at] == type)
			return TRUE;
	}
	return FALSE;
}

static void
leaf(Generator *g, guint8 type)
{
	guint at;

	switch (random_below(g->random, 8)) {
	case 0: case 1: case 2: case 3:
		if (find(g, g->locals, g->n_locals, type, &at)) {
			gen_op(g, 0x20);
			gen_leb(g->out, at);
			return;
		}
		break;
	case 4:
		if (find(g, g->globals, g->n_globals, type, &at)) {
			gen_op(g, 0x23);
			gen_leb(g->out, at);
			return;
		}
		break;
	case 5:
		if (type == WASM_FUNCREF) {
			gen_op(g, 0xd2);
			gen_leb(g->out, random_below(g->random, g->n_funcs));
			return;
		}
	}
	gen_constant(g->out, type, random_value(g->random, type));
}

/* ---- values --------------------------------------------------------------- */

static void
select_value(Generator *g, guint8 type)
{
	const guint8 types[] = { type, type, WASM_I32 };
	const gboolean is_reference = type == WASM_FUNCREF ||
				      type == WASM_EXTERNREF;

	gen_need(g, 3, types);
	if (is_reference || random_one_in(g->random, 3)) {
		gen_op(g, 0x1c);
		gen_leb(g->out, 1);
		gen_byte(g->out, type);
	} else {
		gen_op(g, 0x1b);
	}
	gen_pop(g, 3);
	gen_push(g, type);
}

static gboolean
tee(Generator *g, guint8 type)
{
	guint at;

	/* The last one counts, and the parameters are often read again. */
	if (!find(g, g->locals, g->n_locals - 1, type, &at))
		return FALSE;
	gen_need(g, 1, &type);
	gen_op(g, 0x22);
	gen_leb(g->out, at);
	return TRUE;
}

static gboolean
call_for(Generator *g, guint8 type)
{
	guint f = gen_callee(g);

	for (guint i = 0; i < g->n_funcs; i++, f = (f + 1) % g->n_funcs)
		if (g->func_types[f].n_results == 1 &&
		    g->func_types[f].results[0] == type) {
			gen_call(g, f);
			return TRUE;
		}
	return FALSE;
}

static gboolean
is_null(Generator *g)
{
	const guint8 type = random_one_in(g->random, 2) ? WASM_FUNCREF :
							  WASM_EXTERNREF;

	gen_need(g, 1, &type);
	gen_op(g, 0xd1);
	gen_pop(g, 1);
	gen_push(g, WASM_I32);
	return TRUE;
}

/* Returns whether there is a value of that type now. */
static gboolean
branch_out(Generator *g, guint8 type)
{
	const GenType of = { .n_results = 1, .results = { type } };

	switch (random_below(g->random, 16)) {
	case 0:
		if (type == WASM_FUNCREF || type == WASM_EXTERNREF)
			return FALSE;
		gen_load(g, type);
		return TRUE;
	case 1:
		if (g->n_frames + 2 >= GEN_FRAMES)
			return FALSE;
		gen_block(g, &of, G_MAXUINT);
		return TRUE;
	case 2:
		return call_for(g, type);
	case 3:
		select_value(g, type);
		return TRUE;
	case 4: case 5:
		return tee(g, type);
	case 6:
		return type == WASM_I32 && is_null(g);
	default:
		return type != WASM_FUNCREF && type != WASM_EXTERNREF &&
		       gen_numeric(g, type);
	}
}

void
gen_value(Generator *g, guint8 type)
{
	const guint floor = g->floor, top = g->top;

	g->floor = top;
	if (g->budget == 0 || top > GEN_STACK / 2 ||
	    random_one_in(g->random, 2)) {
		leaf(g, type);
		gen_push(g, type);
	} else {
		g->budget--;
		if (!branch_out(g, type)) {
			leaf(g, type);
			gen_push(g, type);
		}
	}
	g->floor = floor;
	g_assert_cmpuint(g->top, ==, top + 1);
	g_assert_cmpuint(g->stack[top], ==, type);
}

/* One less: into a local, or nowhere. */
static void
drop(Generator *g)
{
	const guint8 type = g->stack[g->top - 1];
	guint at;

	if (random_one_in(g->random, 2) &&
	    find(g, g->locals, g->n_locals - 1, type, &at)) {
		gen_op(g, 0x21);
		gen_leb(g->out, at);
	} else {
		gen_op(g, 0x1a);
	}
	gen_pop(g, 1);
}

void
gen_close(Generator *g, const GenType *type)
{
	const guint base = g->frames[g->n_frames - 1].base;
	guint there = MIN(g->top - base, type->n_results);

	if (g->dead)
		return;
	while (there > 0 &&
	       memcmp(g->stack + base, type->results, there) != 0)
		there--;
	while (g->top > base + there)
		drop(g);
	for (; there < type->n_results; there++)
		gen_value(g, type->results[there]);
}
