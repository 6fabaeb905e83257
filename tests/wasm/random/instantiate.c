/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/wasm/random/oracle.h"

#include <string.h>

static int32_t
make_tables(Oracle *o)
{
	guint64 elements = 0;

	for (guint i = 0; i < o->module->n_tables; i++)
		elements += o->module->tables[i].min;
	if (elements > o->bounds.elements)
		return BSN_OUT_OF_BUDGET;
	o->elements = (guint32)elements;
	for (guint i = 0; i < o->module->n_tables; i++) {
		o->tables[i].n = o->module->tables[i].min;
		o->tables[i].elements = g_new0(guint64, o->tables[i].n);
	}
	return BSN_OK;
}

static gboolean
place_elements(Oracle *o, guint index)
{
	const WasmElements *segment = &o->module->elements[index];
	const OracleTable *table = &o->tables[segment->table];
	guint64 at;

	if (segment->mode != WASM_PASSIVE)
		o->elements_dropped[index] = TRUE;
	if (segment->mode != WASM_ACTIVE)
		return TRUE;
	at = (guint32)oracle_constant(o, &segment->offset);
	if (at + segment->n > table->n)
		return FALSE;
	for (guint i = 0; i < segment->n; i++)
		table->elements[at + i] = oracle_constant(o, &segment->items[i]);
	return TRUE;
}

static gboolean
place_data(Oracle *o, guint index)
{
	const WasmData *data = &o->module->data[index];
	guint64 at;

	if (data->mode != WASM_ACTIVE)
		return TRUE;
	o->data_dropped[index] = TRUE;
	at = (guint32)oracle_constant(o, &data->offset);
	if (at + data->bytes.len > (guint64)o->pages * WASM_PAGE)
		return FALSE;
	if (data->bytes.len > 0)
		memcpy(o->memory + at, data->bytes.data, data->bytes.len);
	return TRUE;
}

static int32_t
place(Oracle *o)
{
	for (guint i = 0; i < o->module->n_elements; i++)
		if (!place_elements(o, i)) {
			o->trap = "out of bounds table access";
			return BSN_FAULT;
		}
	for (guint i = 0; i < o->module->n_data; i++)
		if (!place_data(o, i)) {
			o->trap = "out of bounds memory access";
			return BSN_FAULT;
		}
	return BSN_OK;
}

static void
make_maps(Oracle *o)
{
	const gsize n = o->module->len + 1;

	o->other = g_new0(guint32, n);
	o->end = g_new0(guint32, n);
	o->costs = g_new0(guint32, n);
	o->along = g_new0(guint32, n);
	o->scanned = g_new0(gboolean, o->module->n_funcs + 1);
	o->stack = g_new(guint64, ORACLE_STACK);
	o->labels = g_array_new(FALSE, FALSE, sizeof(OracleLabel));
	o->globals = g_new0(guint64, o->module->n_globals + 1);
	o->data_dropped = g_new0(gboolean, o->module->n_data + 1);
	o->elements_dropped = g_new0(gboolean, o->module->n_elements + 1);
}

int32_t
oracle_init(Oracle *o, const WasmModule *module, const WasmBounds *bounds)
{
	o->module = module;
	o->bounds = *bounds;
	make_maps(o);
	if (module->has_memory) {
		if (module->memory_min > bounds->pages)
			return BSN_OUT_OF_BUDGET;
		o->pages = module->memory_min;
		o->pages_max = MIN(module->memory_max, bounds->pages);
	}
	o->memory = g_malloc0((gsize)o->pages_max * WASM_PAGE + 1);
	if (make_tables(o) != BSN_OK)
		return BSN_OUT_OF_BUDGET;
	for (guint i = module->n_imported_globals; i < module->n_globals; i++)
		o->globals[i] = oracle_constant(o, &module->globals[i].init);
	return place(o);
}

void
oracle_clear(Oracle *o)
{
	for (guint i = 0; i < WASM_TABLES_MAX; i++)
		g_free(o->tables[i].elements);
	g_free(o->memory);
	g_free(o->globals);
	g_free(o->data_dropped);
	g_free(o->elements_dropped);
	g_free(o->other);
	g_free(o->end);
	g_free(o->costs);
	g_free(o->along);
	g_free(o->scanned);
	g_free(o->stack);
	g_array_free(o->labels, TRUE);
}
