/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-wasm/exec/gas.h"
#include "tests/wasm/random/oracle.h"

#include <string.h>

guint64
oracle_leb(const guint8 *bytes, guint32 *at)
{
	guint64 value = 0;

	for (guint shift = 0;; shift += 7) {
		const guint8 byte = bytes[(*at)++];

		value |= (guint64)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return value;
	}
}

static guint64
signed_leb(const guint8 *bytes, guint32 *at)
{
	const guint32 from = *at;
	guint64 value = oracle_leb(bytes, at);
	const guint bits = (*at - from) * 7;

	if (bits < 64 && (value >> (bits - 1) & 1) != 0)
		value |= G_MAXUINT64 << bits;
	return value;
}

static guint64
fixed(const guint8 *bytes, guint32 *at, guint n)
{
	guint64 value = 0;

	memcpy(&value, bytes + *at, n);
	*at += n;
	return GUINT64_FROM_LE(value);
}

/* Immediates of opcodes behind 0xfc. */
static void
prefixed(const guint8 *bytes, OracleStep *step)
{
	const guint which = (guint)oracle_leb(bytes, &step->next);

	step->op = 0xfc00 + which;
	if (which >= 8)
		step->x = oracle_leb(bytes, &step->next);
	if (which == 8 || which == 10 || which == 12 || which == 14)
		step->y = oracle_leb(bytes, &step->next);
}

OracleStep
oracle_step(const guint8 *bytes, guint32 at)
{
	OracleStep step = { .op = bytes[at], .next = at + 1 };
	guint32 *next = &step.next;

	switch (step.op) {
	case 0x02: case 0x03: case 0x04:
	case 0x42:
		step.x = signed_leb(bytes, next);
		break;
	case 0x41:
		step.x = (guint32)signed_leb(bytes, next);
		break;
	case 0x43: step.x = fixed(bytes, next, 4); break;
	case 0x44: step.x = fixed(bytes, next, 8); break;
	case 0x0c: case 0x0d: case 0x10:
	case 0x20: case 0x21: case 0x22: case 0x23: case 0x24: case 0x25:
	case 0x26: case 0x3f: case 0x40: case 0xd0: case 0xd2:
		step.x = oracle_leb(bytes, next);
		break;
	case 0x11:
		step.x = oracle_leb(bytes, next);
		step.y = oracle_leb(bytes, next);
		break;
	case 0x0e: case 0x1c:
		step.x = oracle_leb(bytes, next);
		step.labels = *next;
		for (guint64 i = step.op == 0x0e ? 0 : 1; i <= step.x; i++)
			oracle_leb(bytes, next);
		break;
	case 0xfc: prefixed(bytes, &step); break;
	}
	if (step.op >= 0x28 && step.op <= 0x3e) {
		step.y = oracle_leb(bytes, next);
		step.x = oracle_leb(bytes, next);
	}
	return step;
}

/* A block that is open; the first is the function's own. */
typedef struct {
	guint32 at;
	guint arity; /* of a branch to it */
} Open;

static guint
arity_of(const WasmModule *module, const OracleStep *step)
{
	const gint64 type = (gint64)step->x;

	if (type < 0)
		return step->op != 0x03 && type != -64;
	return step->op == 0x03 ? module->types[type].n_params :
				  module->types[type].n_results;
}

/* How many values an instruction takes along. */
static guint
along(const Oracle *o, const OracleStep *step, const GArray *open)
{
	guint64 depth = step->x;
	guint32 at = step->labels;

	if (step->op == 0x0e)
		for (guint64 i = 0; i <= step->x; i++)
			depth = oracle_leb(o->module->bytes, &at);
	if (step->op == 0x0f || (step->op == 0x0b && open->len == 1))
		depth = open->len - 1;
	else if (step->op < 0x0c || step->op > 0x0e)
		return 0;
	return g_array_index(open, Open, open->len - 1 - depth).arity;
}

void
oracle_scan(Oracle *o, guint32 function)
{
	const WasmFunc *func = &o->module->funcs[function];
	const guint32 end = (guint32)(func->at + func->len);
	g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(Open));
	Open own = { 0, o->module->types[func->type].n_results };

	if (o->scanned[function])
		return;
	o->scanned[function] = TRUE;
	g_array_append_val(open, own);
	for (guint32 at = (guint32)func->at; at < end;) {
		const OracleStep step = oracle_step(o->module->bytes, at);
		const guint32 block =
			g_array_index(open, Open, open->len - 1).at;

		at = step.next;
		o->along[at] = along(o, &step, open);
		if (step.op >= 0x02 && step.op <= 0x04) {
			own = (Open){ at, arity_of(o->module, &step) };
			g_array_append_val(open, own);
		} else if (step.op == 0x05) {
			o->other[block] = at;
		} else if (step.op == 0x0b) {
			o->end[block] = at;
			g_array_set_size(open, open->len - 1);
		}
	}
}

guint32
oracle_cost(Oracle *o, guint32 function, guint32 at)
{
	static const guint8 ends[] = { 0x00, 0x04, 0x05, 0x0c, 0x0d,
				       0x0e, 0x0f, 0x10, 0x11 };
	const WasmFunc *func = &o->module->funcs[function];
	const guint32 from = at, end = (guint32)(func->at + func->len);
	guint32 cost = 0;

	if (o->costs[from] != 0)
		return o->costs[from] - 1;
	while (at < end) {
		const OracleStep step = oracle_step(o->module->bytes, at);

		at = step.next;
		cost += step.op == 0x05 ? 1 : wasm_gas_of(step.op);
		cost += o->along[at] / WASM_GAS_VALUES;
		if (step.op <= 0x11 &&
		    memchr(ends, (int)step.op, sizeof(ends)) != NULL)
			break;
	}
	o->costs[from] = cost + 1;
	return cost;
}
