/* SPDX-License-Identifier: Apache-2.0
 *
 * Translation of numeric instructions.
 */
#include "plugins/runtime-wasm/exec/translate.h"

/* Which of the variants, from the first one on. */
enum { SS, SI, RS, RI, SR };

enum { OTHER, COMMUTING, ORDERED, DIVISION, COMPARISON, UNARY, FLOAT, FLOAT1, SAME };

typedef struct {
	guint8 kind;
	gboolean wide;           /* a number is 64 bits */
	guint16 op;              /* the first variant */
	guint8 swapped, negated; /* opcodes of comparisons */
	guint16 step;            /* the first variant of a branch with a sum */
} Rule;

#define WIDE(type) (sizeof(type) == 8)
#define STEP_guint32(name) WASM_STEP_##name##_S
#define STEP_gint32(name) WASM_STEP_##name##_S
#define STEP_guint64(name) 0
#define STEP_gint64(name) 0
static const Rule rules[0x108] = {
#define X(name, opcode, type, ...)                                             \
	[opcode] = { COMMUTING, WIDE(type), WASM_##name##_SS, 0, 0, 0 },
	WASM_COMMUTING(X)
#undef X
#define X(name, opcode, type, ...)                                             \
	[opcode] = { ORDERED, WIDE(type), WASM_##name##_SS, 0, 0, 0 },
	WASM_ORDERED(X)
#undef X
#define X(name, opcode, type, ...)                                             \
	[opcode] = { DIVISION, WIDE(type), WASM_##name##_SS, 0, 0, 0 },
	WASM_DIVISIONS(X)
#undef X
#define X(name, opcode, type, result, swapped, negated)                        \
	[opcode] = { COMPARISON, WIDE(type), WASM_##name##_SS, swapped,        \
		     negated, STEP_##type(name) },
	WASM_COMPARISONS(X)
#undef X
#define X(name, opcode, ...)                                                   \
	[opcode] =                                                             \
		{ UNARY, FALSE, WASM_##name##_S, 0, 0, 0 },
	WASM_UNARY(X)
#undef X
#define X(name, opcode, ...) [opcode] = { FLOAT, FALSE, WASM_##name, 0, 0, 0 },
	WASM_FLOAT_BINARY(X) WASM_FLOAT_COMPARISONS(X)
#undef X
#define X(name, opcode, ...) [opcode] = { FLOAT1, FALSE, WASM_##name, 0, 0, 0 },
	WASM_FLOAT_UNARY(X)
#undef X
#define X(name, opcode, saturating, ...)                                       \
	[opcode] = { FLOAT1, FALSE, WASM_##name, 0, 0, 0 },                       \
	[0x100 + saturating] = { FLOAT1, FALSE, WASM_##name##_SAT, 0, 0, 0 },
	WASM_TRUNCATIONS(X)
#undef X
	[0xad] = { .kind = SAME }, /* i64.extend_i32_u; reinterpretations */
	[0xbc] = { .kind = SAME },
	[0xbd] = { .kind = SAME },
	[0xbe] = { .kind = SAME },
	[0xbf] = { .kind = SAME },
};

/* Two operands: where they are. */
typedef struct {
	guint variant;
	guint16 a, b;
	gint32 imm;
	gboolean swapped;
} Pair;

static gboolean
fits(guint64 value, gboolean wide)
{
	return !wide || (gint64)value == (gint32)value;
}

/* Finds the topmost two operands, and pops them. */
static Pair
take_pair(WasmTranslator *t, gboolean swaps, gboolean wide)
{
	const guint32 n = t->operands->len;
	guint32 a = n - 2, b = n - 1;
	Pair pair = { .swapped = FALSE };
	gboolean number;

	if (swaps && WASM_OPERAND(t, a)->kind == WASM_NUMBER) {
		pair.swapped = TRUE;
		a = n - 1;
		b = n - 2;
	}
	number = WASM_OPERAND(t, b)->kind == WASM_NUMBER &&
		fits(WASM_OPERAND(t, b)->value, wide);
	pair.imm = (gint32)(guint32)WASM_OPERAND(t, b)->value;
	if (!number)
		pair.b = wasm_slot(t, b);
	pair.a = wasm_slot(t, a);
	pair.variant = number ? SI : SS;
	if (t->result == pair.a)
		pair.variant = number ? RI : RS;
	else if (!number && t->result == pair.b)
		pair.variant = SR;
	if (pair.variant == SR && swaps) {
		const guint16 left = pair.a;

		pair.swapped = !pair.swapped;
		pair.variant = RS;
		pair.a = pair.b;
		pair.b = left;
	}
	wasm_pop(t, 2);
	return pair;
}

static gboolean
is_number(const Pair *pair)
{
	return pair->variant == SI || pair->variant == RI;
}

static void
complete(WasmOp *unit, const Pair *pair)
{
	unit->a = pair->a;
	if (is_number(pair))
		unit->imm = pair->imm;
	else
		unit->b = pair->b;
}

static void
emit_pair(WasmTranslator *t, guint op, const Pair *pair)
{
	complete(wasm_emit_to(t, op + pair->variant, wasm_push_place(t)),
		 pair);
}

/* Which one of the commuting instructions of its type. */
static guint
second_of(const Rule *rule)
{
	return (guint)(rule->op -
		(rule->wide ? WASM_I64_ADD_SS : WASM_I32_ADD_SS)) / 4;
}

/* Into a slot; as branches they can have an operand in the result. */
static void
compare(WasmTranslator *t, const Rule *rule)
{
	Pair pair = take_pair(t, TRUE, rule->wide);

	pair.variant = is_number(&pair) ? SI : SS;
	if (pair.swapped)
		rule = &rules[rule->swapped];
	emit_pair(t, rule->op, &pair);
}

/* The opcode of a comparison; 0: it is none. */
static guint
comparison_of(gsize op)
{
	static const guint8 opcodes[] = {
#define X(name, opcode, ...)                                                   \
	[WASM_##name##_SS] = opcode, [WASM_##name##_SI] = opcode,
		WASM_COMPARISONS(X)
#undef X
	};

	return op < G_N_ELEMENTS(opcodes) ? opcodes[op] : 0;
}

/* The comparison that made the topmost operand and may be taken back. */
static const Rule *
last_comparison(const WasmTranslator *t)
{
	const guint32 top = t->operands->len - 1;
	const WasmOp *last = wasm_last_to(t, wasm_place(t, top));
	guint opcode;

	if (WASM_OPERAND(t, top)->kind != WASM_IN_PLACE || last == NULL)
		return NULL;
	opcode = comparison_of(last->number);
	return opcode != 0 ? &rules[opcode] : NULL;
}

/* i32.eqz, i64.eqz */
static void
equal_zero(WasmTranslator *t, guint opcode)
{
	const Rule *rule = opcode == 0x45 ? last_comparison(t) : NULL;

	if (rule != NULL) {
		WasmOp *last = WASM_UNIT(t, t->last - 1);

		last->number = last->number - rule->op +
			rules[rule->negated].op;
		return;
	}
	wasm_push(t, WASM_NUMBER, 0);
	compare(t, &rules[opcode + 1]);
}

/* The first variant of the branch that a comparison is with. */
static guint
branch_of(guint comparison)
{
	return 2 * (comparison - WASM_I32_EQ_SS) + WASM_IF_I32_EQ_SS;
}

/* The last comparison, which is taken back, or one with 0. */
static Pair
take_condition(WasmTranslator *t, const Rule **rule)
{
	Pair pair;
	WasmOp last;

	*rule = last_comparison(t);
	if (*rule == NULL) {
		wasm_push(t, WASM_NUMBER, 0);
		/* With a number on the left it would be swapped. */
		wasm_slot(t, t->operands->len - 2);
		*rule = &rules[0x47];
		return take_pair(t, TRUE, FALSE);
	}
	last = *WASM_UNIT(t, t->last - 1);
	pair = (Pair){ .variant = (guint)last.number - (*rule)->op,
		       .a = last.a, .b = last.b, .imm = last.imm };
	wasm_take_back(t);
	wasm_pop(t, 1);
	if (t->result == pair.a)
		pair.variant += RS - SS;
	return pair;
}

/* When what is compared was made by the addition of a number right before. */
static WasmOp *
emit_step(WasmTranslator *t, const Rule *rule, const Pair *pair)
{
	const gboolean number = pair->variant == RI;
	const WasmOp *last = wasm_last_to(t, pair->a);
	WasmOp sum, *unit;

	if (rule->step == 0 || last == NULL ||
	    (pair->variant != RI && pair->variant != RS) ||
	    (last->number != WASM_I32_ADD_SI &&
	     last->number != WASM_I32_ADD_RI))
		return NULL;
	sum = *last;
	if (!number && pair->b == sum.d)
		return NULL;
	wasm_take_back(t);
	unit = wasm_emit(t, rule->step + (number ? 1u : 0u));
	unit->d = sum.d;
	unit->a = sum.a;
	unit[1].value = (guint32)sum.imm |
		(guint64)(number ? (guint32)pair->imm : pair->b) << 32;
	t->result = sum.d;
	return unit;
}

guint32
wasm_emit_if(WasmTranslator *t, gboolean zero)
{
	const Rule *rule;
	const Pair pair = take_condition(t, &rule);
	WasmOp *unit;

	if (zero)
		rule = &rules[rule->negated];
	unit = emit_step(t, rule, &pair);
	if (unit == NULL) {
		unit = wasm_emit(t, branch_of(rule->op) + pair.variant);
		unit->d = pair.a;
		if (is_number(&pair))
			unit[1].value = (guint64)pair.imm;
		else
			unit->a = pair.b;
	}
	return (guint32)(unit - WASM_UNIT(t, 0));
}

static void
unary(WasmTranslator *t, const Rule *rule)
{
	const guint16 a = wasm_slot(t, t->operands->len - 1);
	const guint op = rule->op + (t->result == a ? 1u : 0u);

	wasm_pop(t, 1);
	wasm_emit_to(t, op, wasm_push_place(t))->a = a;
}

static void
of_floats(WasmTranslator *t, const Rule *rule)
{
	const guint n = rule->kind == FLOAT ? 2 : 1;
	const guint32 top = t->operands->len - 1;
	const guint16 b = wasm_slot(t, top);
	const guint16 a = n == 2 ? wasm_slot(t, top - 1) : b;
	WasmOp *unit;

	wasm_pop(t, n);
	unit = wasm_emit_float(t, rule->op, wasm_push_place(t));
	unit->a = a;
	unit->b = b;
}

gboolean
wasm_arithmetic(WasmTranslator *t, const WasmInstruction *in)
{
	const guint opcode = in->op >= 0xfc00 && in->op < 0xfc08
		? in->op - 0xfc00 + 0x100 : in->op;
	const Rule *rule;
	Pair pair;

	if (opcode >= G_N_ELEMENTS(rules))
		return FALSE;
	rule = &rules[opcode];
	switch (rule->kind) {
	case COMMUTING:
		if (wasm_fuse(t, second_of(rule), rule->wide))
			return TRUE;
		/* fall through */
	case ORDERED:
		pair = take_pair(t, rule->kind == COMMUTING, rule->wide);
		emit_pair(t, rule->op, &pair);
		return TRUE;
	case DIVISION: /* of slots: the result is in one, too */
		pair = take_pair(t, FALSE, rule->wide);
		pair.variant = is_number(&pair) ? SI : SS;
		emit_pair(t, rule->op, &pair);
		return TRUE;
	case COMPARISON:
		compare(t, rule);
		return TRUE;
	case UNARY:
		unary(t, rule);
		return TRUE;
	case FLOAT:
	case FLOAT1:
		of_floats(t, rule);
		return TRUE;
	case SAME:
		return TRUE;
	}
	if (opcode != 0x45 && opcode != 0x50)
		return FALSE;
	equal_zero(t, opcode);
	return TRUE;
}
