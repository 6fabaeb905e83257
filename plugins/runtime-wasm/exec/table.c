/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables' instructions, as memory.c.
 */
#include "plugins/runtime-wasm/exec/gas.h"
#include "plugins/runtime-wasm/exec/instance.h"

#include <string.h>

static const char outside[] = "out of bounds table access";

/* `c` has a table, or below a table the index of a segment or another table. */
#define TABLE(pc) (&in->tables[(pc)->c])
#define UPPER(pc) (&in->tables[(pc)->c >> 12])
#define LOWER(pc) ((guint)(pc)->c & 0xfff)

static gboolean
within(guint64 n, guint32 at, guint32 len)
{
	return at <= n && len <= n - at;
}

static gboolean
use_elements(WasmInstance *in, guint32 n)
{
	return wasm_use_gas(in, n / WASM_GAS_ELEMENTS);
}

const char *
wasm_table_get(WasmInstance *in, guint64 *fp, const WasmOp *pc)
{
	const WasmTableState *table = TABLE(pc);
	const guint32 at = (guint32)fp[pc->a];

	if (at >= table->n)
		return outside;
	fp[pc->d] = table->elements[at];
	return NULL;
}

const char *
wasm_table_set(WasmInstance *in, guint64 *fp, const WasmOp *pc)
{
	const WasmTableState *table = TABLE(pc);
	const guint32 at = (guint32)fp[pc->d];

	if (at >= table->n)
		return outside;
	table->elements[at] = fp[pc->a];
	return NULL;
}

const char *
wasm_table_size(WasmInstance *in, guint64 *fp, const WasmOp *pc)
{
	fp[pc->d] = TABLE(pc)->n;
	return NULL;
}

static void
fill(WasmTableState *table, guint32 at, guint32 n, guint64 value)
{
	for (guint32 i = 0; i < n; i++)
		table->elements[at + i] = value;
}

/* Twice as much each time, so that growing by one again and again copies each
 * element no more than once or twice. */
static void
make_room(WasmTableState *table, guint32 n)
{
	if (n <= table->room)
		return;
	table->room = MAX(n, 2 * table->room);
	table->elements = g_renew(guint64, table->elements, table->room);
}

const char *
wasm_table_grow(WasmInstance *in, guint64 *fp, const WasmOp *pc)
{
	WasmTableState *table = TABLE(pc);
	const guint32 more = (guint32)fp[pc->b];
	const guint32 had = table->n;

	if (more > table->max - had ||
	    more > in->bounds.elements - in->elements) {
		fp[pc->d] = G_MAXUINT32;
		return NULL;
	}
	if (!use_elements(in, more))
		return wasm_no_gas;
	make_room(table, had + more);
	table->n += more;
	in->elements += more;
	fill(table, had, more, fp[pc->a]);
	fp[pc->d] = had;
	return NULL;
}

const char *
wasm_table_fill(WasmInstance *in, guint64 *fp, const WasmOp *pc)
{
	WasmTableState *table = TABLE(pc);
	const guint32 at = (guint32)fp[pc->d], n = (guint32)fp[pc->b];

	if (!within(table->n, at, n))
		return outside;
	if (!use_elements(in, n))
		return wasm_no_gas;
	fill(table, at, n, fp[pc->a]);
	return NULL;
}

const char *
wasm_table_copy(WasmInstance *in, guint64 *fp, const WasmOp *pc)
{
	const WasmTableState *to = UPPER(pc), *from = &in->tables[LOWER(pc)];
	const guint32 d = (guint32)fp[pc->d], s = (guint32)fp[pc->a];
	const guint32 n = (guint32)fp[pc->b];

	if (!within(to->n, d, n) || !within(from->n, s, n))
		return outside;
	if (!use_elements(in, n))
		return wasm_no_gas;
	if (n > 0)
		memmove(to->elements + d, from->elements + s,
			n * sizeof *to->elements);
	return NULL;
}

static void
copy_items(WasmInstance *in, const WasmTableState *table, guint32 at,
	   const WasmInit *items, guint32 n)
{
	for (guint32 i = 0; i < n; i++)
		table->elements[at + i] = wasm_init_value(in, &items[i]);
}

/* A dropped segment is empty. */
const char *
wasm_table_init(WasmInstance *in, guint64 *fp, const WasmOp *pc)
{
	const WasmTableState *table = UPPER(pc);
	const guint segment = LOWER(pc);
	const WasmElements *elements = &in->code->module->elements[segment];
	const guint32 there = in->elements_dropped[segment] ? 0 : elements->n;
	const guint32 to = (guint32)fp[pc->d], from = (guint32)fp[pc->a];
	const guint32 n = (guint32)fp[pc->b];

	if (!within(table->n, to, n) || !within(there, from, n))
		return outside;
	if (!use_elements(in, n))
		return wasm_no_gas;
	if (n > 0)
		copy_items(in, table, to, elements->items + from, n);
	return NULL;
}

const char *
wasm_elem_drop(WasmInstance *in, guint64 *fp G_GNUC_UNUSED, const WasmOp *pc)
{
	in->elements_dropped[pc->c] = TRUE;
	return NULL;
}

static const char *
place_elements(WasmInstance *in, guint i)
{
	const WasmElements *elements = &in->code->module->elements[i];
	const WasmTableState *table = &in->tables[elements->table];
	const guint32 at = (guint32)wasm_init_value(in, &elements->offset);

	if (!within(table->n, at, elements->n))
		return outside;
	copy_items(in, table, at, elements->items, elements->n);
	in->elements_dropped[i] = TRUE;
	return NULL;
}

static const char *
place_data(WasmInstance *in, guint i)
{
	const WasmData *data = &in->code->module->data[i];
	const guint32 at = (guint32)wasm_init_value(in, &data->offset);
	guint8 *to = wasm_memory(in, at, data->bytes.len);

	if (to == NULL)
		return "out of bounds memory access";
	if (data->bytes.len > 0)
		memcpy(to, data->bytes.data, data->bytes.len);
	in->data_dropped[i] = TRUE;
	return NULL;
}

const char *
wasm_place_segments(WasmInstance *in)
{
	const WasmModule *module = in->code->module;
	const char *trap = NULL;

	for (guint i = 0; i < module->n_elements && trap == NULL; i++) {
		if (module->elements[i].mode == WASM_ACTIVE)
			trap = place_elements(in, i);
		if (module->elements[i].mode == WASM_DECLARED)
			in->elements_dropped[i] = TRUE;
	}
	for (guint i = 0; i < module->n_data && trap == NULL; i++)
		if (module->data[i].mode == WASM_ACTIVE)
			trap = place_data(in, i);
	return trap;
}
