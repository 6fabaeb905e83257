/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/wasm/random/generate.h"

static const guint8 i32s[] = { WASM_I32, WASM_I32, WASM_I32 };

/* ---- loads and stores ----------------------------------------------------- */

static void
mask(Generator *g, guint value)
{
	gen_constant(g->out, WASM_I32, value);
	gen_op(g, 0x71);
}

static void
rounds(Generator *g)
{
	gen_op(g, 0x20);
	gen_leb(g->out, g->n_locals - 1);
}

/* Rounds, which are few, as an index of elements of some width. */
static void
scaled(Generator *g)
{
	rounds(g);
	gen_constant(g->out, WASM_I32, random_below(g->random, 4));
	gen_op(g, 0x74);
}

/* A sum of two, each of them rounds, rounds that are scaled, or a number. */
static void
address_of_rounds(Generator *g)
{
	for (guint i = 0; i < 2; i++)
		switch (random_below(g->random, 3)) {
		case 0:
			rounds(g);
			break;
		case 1:
			scaled(g);
			break;
		default:
			gen_constant(g->out, WASM_I32,
				     random_below(g->random, 200));
		}
	gen_op(g, 0x6a);
	gen_push(g, WASM_I32);
}

/* Mostly within memory, and where there is something. */
static void
address(Generator *g)
{
	if (random_one_in(g->random, 3)) {
		gen_constant(g->out, WASM_I32,
			     random_below(g->random,
					  random_one_in(g->random, 4) ? 65000 :
									300));
		gen_push(g, WASM_I32);
		return;
	}
	if (random_one_in(g->random, 6)) {
		address_of_rounds(g);
		return;
	}
	gen_value(g, WASM_I32);
	switch (random_below(g->random, 16)) {
	case 0:
		break;
	case 1: case 2: case 3: case 4: case 5:
		mask(g, 0xff);
		gen_value(g, WASM_I32);
		mask(g, 0x3f);
		gen_op(g, 0x6a);
		gen_pop(g, 1);
		break;
	case 6: case 7: case 8: case 9: case 10:
		mask(g, 0x7f);
		gen_constant(g->out, WASM_I32,
			     random_below(g->random, 200));
		gen_op(g, 0x6a);
		break;
	default:
		mask(g, random_one_in(g->random, 3) ? 0x7fff : 0xff);
	}
}

static void
memarg(Generator *g, guint align)
{
	gen_leb(g->out, random_below(g->random, align + 1));
	switch (random_below(g->random, 48)) {
	case 0:
		gen_leb(g->out, random_below(g->random, 70000));
		break;
	case 1:
		gen_leb(g->out, (guint32)random_next(g->random) |
					(random_one_in(g->random, 2) ?
						 0xffff0000 : 0));
		break;
	case 2: case 3: case 4: case 5: case 6: case 7: case 8: case 9:
	case 10: case 11: case 12: case 13: case 14: case 15:
		gen_leb(g->out, random_below(g->random, 300));
		break;
	default:
		gen_leb(g->out, 0);
	}
}

void
gen_load(Generator *g, guint8 type)
{
	static const guint8 narrow[] = { 0, 0, 1, 1 };
	static const guint8 wide[] = { 0, 0, 1, 1, 2, 2 };
	guint which;

	address(g);
	gen_pop(g, 1);
	gen_push(g, type);
	if (type == WASM_F32 || type == WASM_F64) {
		gen_op(g, type == WASM_F32 ? 0x2a : 0x2b);
		memarg(g, type == WASM_F32 ? 2 : 3);
	} else if (random_one_in(g->random, 3)) {
		gen_op(g, type == WASM_I32 ? 0x28 : 0x29);
		memarg(g, type == WASM_I32 ? 2 : 3);
	} else if (type == WASM_I32) {
		which = random_below(g->random, 4);
		gen_op(g, 0x2c + which);
		memarg(g, narrow[which]);
	} else {
		which = random_below(g->random, 6);
		gen_op(g, 0x30 + which);
		memarg(g, wide[which]);
	}
}

static void
store(Generator *g)
{
	static const guint8 types[] = { WASM_I32, WASM_I64, WASM_F32,
					WASM_F64, WASM_I32, WASM_I32,
					WASM_I64, WASM_I64, WASM_I64 };
	static const guint8 aligns[] = { 2, 3, 2, 3, 0, 1, 0, 1, 2 };
	const guint which = random_below(g->random, G_N_ELEMENTS(types));

	if (!g->floats && (which == 2 || which == 3))
		return;
	address(g);
	gen_value(g, types[which]);
	gen_op(g, 0x36 + which);
	memarg(g, aligns[which]);
	gen_pop(g, 2);
}

/* ---- bulk ----------------------------------------------------------------- */

/* An operand of a bulk instruction, or an index: small, or any. */
static void
small(Generator *g, guint below)
{
	if (random_one_in(g->random, 24)) {
		gen_value(g, WASM_I32);
		return;
	}
	gen_constant(g->out, WASM_I32, random_below(g->random, below));
	gen_push(g, WASM_I32);
}

static void
bulk_memory(Generator *g)
{
	const guint op = 0xfc08 + random_below(g->random, 4);
	const guint segment = random_below(g->random, GEN_DATA);

	if (op == 0xfc09) {
		if (!random_one_in(g->random, 4))
			return;
		gen_op(g, op);
		gen_leb(g->out, segment);
		return;
	}
	small(g, 65000);
	if (op == 0xfc0b)
		gen_value(g, WASM_I32);
	else
		small(g, op == 0xfc08 ? 9 : 64000);
	small(g, op == 0xfc08 ? 9 : 700);
	gen_op(g, op);
	if (op == 0xfc08)
		gen_leb(g->out, segment);
	gen_byte(g->out, 0);
	if (op == 0xfc0a)
		gen_byte(g->out, 0);
	gen_pop(g, 3);
}

static void
fill_or_grow(Generator *g, guint op, guint table, guint8 type)
{
	if (op == 0xfc11)
		small(g, 4);
	gen_value(g, type);
	small(g, 5);
	gen_op(g, op);
	gen_leb(g->out, table);
	gen_pop(g, op == 0xfc11 ? 3 : 2);
	if (op == 0xfc0f)
		gen_push(g, WASM_I32);
}

static void
copy(Generator *g, guint op, guint x, guint y)
{
	small(g, 7);
	small(g, 4);
	small(g, 3);
	gen_op(g, op);
	gen_leb(g->out, x);
	gen_leb(g->out, y);
	gen_pop(g, 3);
}

/* Tables: 0 and 2 of functions, 1 of others. */
static void
bulk_table(Generator *g)
{
	const guint table = random_below(g->random, 3);
	const guint8 type = table == 1 ? WASM_EXTERNREF : WASM_FUNCREF;

	switch (random_below(g->random, 8)) {
	case 0:
		small(g, 8);
		gen_op(g, 0x25);
		gen_leb(g->out, table);
		gen_pop(g, 1);
		gen_push(g, type);
		break;
	case 1:
		small(g, 8);
		gen_value(g, type);
		gen_op(g, 0x26);
		gen_leb(g->out, table);
		gen_pop(g, 2);
		break;
	case 2:
		copy(g, 0xfc0c, random_below(g->random, GEN_ELEMENTS),
		     random_one_in(g->random, 2) ? 0 : 2);
		break;
	case 3:
		if (!random_one_in(g->random, 4))
			break;
		gen_op(g, 0xfc0d);
		gen_leb(g->out, random_below(g->random, GEN_ELEMENTS));
		break;
	case 4:
		copy(g, 0xfc0e, table, table == 1 ? 1 :
				       random_one_in(g->random, 2) ? 0 : 2);
		break;
	case 5:
		gen_op(g, 0xfc10);
		gen_leb(g->out, table);
		gen_push(g, WASM_I32);
		break;
	default:
		fill_or_grow(g, random_one_in(g->random, 2) ? 0xfc0f : 0xfc11,
			     table, type);
	}
}

static void
set_global(Generator *g)
{
	const guint at = 2 + random_below(g->random, g->n_globals - 2);

	gen_need(g, 1, &g->globals[at]);
	gen_op(g, 0x24);
	gen_leb(g->out, at);
	gen_pop(g, 1);
}

void
gen_storage(Generator *g)
{
	switch (random_below(g->random, 10)) {
	case 0: case 1: case 2: case 3:
		store(g);
		break;
	case 4: case 5:
		bulk_memory(g);
		break;
	case 6: case 7:
		bulk_table(g);
		break;
	case 8:
		set_global(g);
		break;
	default:
		if (random_one_in(g->random, 2)) {
			gen_op(g, 0x3f);
			gen_push(g, WASM_I32);
		} else {
			small(g, 3);
			gen_need(g, 1, i32s);
			gen_op(g, 0x40);
		}
		gen_byte(g->out, 0);
	}
}
