/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-wasm/exec/gas.h"
#include "tests/wasm/random/oracle.h"

static const char no_memory[] = "out of bounds memory access";
static const char no_element[] = "out of bounds table access";

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

guint64
oracle_constant(const Oracle *o, const WasmInit *init)
{
	if (init->op == 0x23)
		return o->globals[init->value];
	return init->op == 0xd0 ? 0 : init->value + (init->op == 0xd2);
}

/* ---- loads and stores ----------------------------------------------------- */

static guint
width_of(guint op)
{
	static const guint8 widths[] = { 4, 8, 4, 8, 1, 1, 2, 2, 1, 1, 2, 2,
					 4, 4, 4, 8, 4, 8, 1, 2, 1, 2, 4 };

	return widths[op - 0x28];
}

static int
load(Oracle *o, const OracleStep *step)
{
	const guint64 at = (guint32)oracle_pop(o) + step->x;
	const guint width = width_of(step->op);
	const gboolean is_signed = step->op >= 0x2c && (step->op & 1) == 0;
	guint64 value = 0;

	if (at + width > (guint64)o->pages * WASM_PAGE)
		return trap(o, no_memory);
	for (guint i = 0; i < width; i++)
		value |= (guint64)o->memory[at + i] << (8 * i);
	if (is_signed && (value >> (8 * width - 1) & 1) != 0)
		value |= G_MAXUINT64 << (8 * width);
	if (step->op == 0x2c || step->op == 0x2e)
		value = (guint32)value;
	oracle_push(o, value);
	return WASM_DONE;
}

static int
store(Oracle *o, const OracleStep *step)
{
	const guint64 value = oracle_pop(o);
	const guint64 at = (guint32)oracle_pop(o) + step->x;
	const guint width = width_of(step->op);

	if (at + width > (guint64)o->pages * WASM_PAGE)
		return trap(o, no_memory);
	for (guint i = 0; i < width; i++)
		o->memory[at + i] = (guint8)(value >> (8 * i));
	return WASM_DONE;
}

/* ---- bulk ----------------------------------------------------------------- */

static int
grow_memory(Oracle *o)
{
	const guint64 more = (guint32)oracle_pop(o);

	if (o->pages + more > o->pages_max) {
		oracle_push(o, G_MAXUINT32);
		return WASM_DONE;
	}
	if (pay(o, more * WASM_GAS_PAGE) != WASM_DONE)
		return WASM_OUT_OF_GAS;
	oracle_push(o, o->pages);
	o->pages += (guint32)more;
	return WASM_DONE;
}

/* memory.init 8, memory.copy 10, memory.fill 11 */
static int
bulk_memory(Oracle *o, const OracleStep *step)
{
	const guint64 n = (guint32)oracle_pop(o);
	const guint64 from = (guint32)oracle_pop(o);
	const guint64 to = (guint32)oracle_pop(o);
	const guint64 len = (guint64)o->pages * WASM_PAGE;
	const gboolean up = step->op == 0xfc0a && from < to;
	guint64 there = len;
	const guint8 *source = o->memory;

	if (step->op == 0xfc08) {
		source = o->module->data[step->x].bytes.data;
		there = o->data_dropped[step->x] ?
				0 : o->module->data[step->x].bytes.len;
	}
	if (to + n > len || (step->op != 0xfc0b && from + n > there))
		return trap(o, no_memory);
	if (pay(o, n / WASM_GAS_BYTES) != WASM_DONE)
		return WASM_OUT_OF_GAS;
	for (guint64 k = 0; k < n; k++) {
		const guint64 i = up ? n - 1 - k : k;

		o->memory[to + i] = step->op == 0xfc0b ? (guint8)from :
							 source[from + i];
	}
	return WASM_DONE;
}

static int
grow_table(Oracle *o, guint32 index)
{
	OracleTable *table = &o->tables[index];
	const guint64 more = (guint32)oracle_pop(o);
	const guint64 value = oracle_pop(o);
	const guint32 max = o->module->tables[index].max;

	if (more + table->n > max || more + o->elements > o->bounds.elements) {
		oracle_push(o, G_MAXUINT32);
		return WASM_DONE;
	}
	if (pay(o, more / WASM_GAS_ELEMENTS) != WASM_DONE)
		return WASM_OUT_OF_GAS;
	oracle_push(o, table->n);
	table->elements = g_renew(guint64, table->elements, table->n + more);
	for (guint64 i = 0; i < more; i++)
		table->elements[table->n + i] = value;
	table->n += (guint32)more;
	o->elements += (guint32)more;
	return WASM_DONE;
}

static int
fill_table(Oracle *o, OracleTable *table)
{
	const guint64 n = (guint32)oracle_pop(o);
	const guint64 value = oracle_pop(o);
	const guint64 to = (guint32)oracle_pop(o);

	if (to + n > table->n)
		return trap(o, no_element);
	if (pay(o, n / WASM_GAS_ELEMENTS) != WASM_DONE)
		return WASM_OUT_OF_GAS;
	for (guint64 i = 0; i < n; i++)
		table->elements[to + i] = value;
	return WASM_DONE;
}

/* table.init and table.copy: the source is a segment, or another table. */
static int
copy_elements(Oracle *o, OracleTable *table, const OracleStep *step)
{
	const guint64 n = (guint32)oracle_pop(o);
	const guint64 from = (guint32)oracle_pop(o);
	const guint64 to = (guint32)oracle_pop(o);
	const OracleTable *source = &o->tables[step->y % WASM_TABLES_MAX];
	const gboolean is_init = step->op == 0xfc0c;
	const WasmElements *segment =
		is_init ? &o->module->elements[step->x] : NULL;
	const guint64 there = !is_init			     ? source->n :
			      o->elements_dropped[step->x] ? 0 :
							       segment->n;

	if (to + n > table->n || from + n > there)
		return trap(o, no_element);
	if (pay(o, n / WASM_GAS_ELEMENTS) != WASM_DONE)
		return WASM_OUT_OF_GAS;
	for (guint64 k = 0; k < n; k++) {
		const guint64 i = from < to ? n - 1 - k : k;

		table->elements[to + i] =
			is_init ? oracle_constant(o, &segment->items[from + i]) :
				  source->elements[from + i];
	}
	return WASM_DONE;
}

static int
element(Oracle *o, const OracleStep *step)
{
	OracleTable *table = &o->tables[step->x];
	const guint64 value = step->op == 0x26 ? oracle_pop(o) : 0;
	const guint32 at = (guint32)oracle_pop(o);

	if (at >= table->n)
		return trap(o, no_element);
	if (step->op == 0x26)
		table->elements[at] = value;
	else
		oracle_push(o, table->elements[at]);
	return WASM_DONE;
}

int
oracle_storage(Oracle *o, const OracleStep *step)
{
	switch (step->op) {
	case 0x25: case 0x26:
		return element(o, step);
	case 0x3f:
		oracle_push(o, o->pages);
		return WASM_DONE;
	case 0x40:
		return grow_memory(o);
	case 0xfc08: case 0xfc0a: case 0xfc0b:
		return bulk_memory(o, step);
	case 0xfc09:
		o->data_dropped[step->x] = TRUE;
		return WASM_DONE;
	case 0xfc0c:
		return copy_elements(o, &o->tables[step->y], step);
	case 0xfc0d:
		o->elements_dropped[step->x] = TRUE;
		return WASM_DONE;
	case 0xfc0e:
		return copy_elements(o, &o->tables[step->x], step);
	case 0xfc0f:
		return grow_table(o, (guint32)step->x);
	case 0xfc10:
		oracle_push(o, o->tables[step->x].n);
		return WASM_DONE;
	case 0xfc11:
		return fill_table(o, &o->tables[step->x]);
	}
	g_assert_true(step->op >= 0x28 && step->op <= 0x3e);
	return step->op <= 0x35 ? load(o, step) : store(o, step);
}
