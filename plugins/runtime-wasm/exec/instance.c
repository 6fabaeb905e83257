/* SPDX-License-Identifier: Apache-2.0
 */
#include "plugins/runtime-wasm/exec/instance.h"

#define PAGES_RESERVED 256u

guint64
wasm_init_value(const WasmInstance *instance, const WasmInit *init)
{
	switch (init->op) {
	case 0x23: return instance->globals[init->value];
	case 0xd0: return 0;
	case 0xd2: return init->value + 1;
	}
	return init->value;
}

static int32_t
over(const char *reason, bsn_err *err)
{
	if (err != NULL)
		g_strlcpy(err->reason, reason, sizeof err->reason);
	return BSN_OUT_OF_BUDGET;
}

/* All instances with the same bounds have room of the same size, unless memory may
 * be large. */
static int32_t
reserve(WasmInstance *in, bsn_err *err)
{
	const guint32 pages =
		MAX(in->pages_max, MIN(in->bounds.pages, PAGES_RESERVED));

	in->room = (WasmRoom){
		.memory = (gsize)pages * WASM_PAGE,
		.values = (gsize)in->bounds.values * sizeof *in->values,
		.frames = (gsize)in->bounds.depth * sizeof *in->frames,
	};
	/* This node's trouble alone, so no outcome of an execution. */
	if (!wasm_room_take(&in->room)) {
		(void)over("the system gives no memory", err);
		return BSN_E_NOMEM;
	}
	in->memory = in->room.at;
	in->values = (guint64 *)(gpointer)(in->room.at + in->room.memory);
	in->frames = (WasmFrame *)(gpointer)(in->room.at + in->room.memory +
					     in->room.values);
	return BSN_OK;
}

static int32_t
make_memory(WasmInstance *in, bsn_err *err)
{
	const WasmModule *module = in->code->module;

	if (module->has_memory) {
		if (module->memory_min > in->bounds.pages)
			return over("memory is larger than it may be", err);
		in->pages = module->memory_min;
		in->pages_max = MIN(MIN(module->memory_max, in->bounds.pages),
				    65536);
	}
	in->memory_len = (guint64)in->pages * WASM_PAGE;
	return reserve(in, err);
}

static int32_t
make_tables(WasmInstance *in, bsn_err *err)
{
	const WasmModule *module = in->code->module;

	for (guint i = 0; i < module->n_tables; i++) {
		const WasmTable *table = &module->tables[i];

		if (table->min > in->bounds.elements - in->elements)
			return over("tables are larger than they may be", err);
		in->elements += table->min;
		in->tables[i] = (WasmTableState){
			.elements = g_new0(guint64, table->min),
			.n = table->min,
			.max = table->max,
			.room = table->min,
		};
	}
	return BSN_OK;
}

static void
make_globals(WasmInstance *in)
{
	const WasmModule *module = in->code->module;

	for (guint i = module->n_imported_globals; i < module->n_globals; i++)
		in->globals[i] = wasm_init_value(in, &module->globals[i].init);
}

static int32_t
make(WasmInstance *in, bsn_err *err)
{
	const WasmModule *module = in->code->module;
	int32_t status;

	in->globals = g_new0(guint64, module->n_globals);
	in->tables = g_new0(WasmTableState, module->n_tables);
	in->data_dropped = g_new0(gboolean, module->n_data);
	in->elements_dropped = g_new0(gboolean, module->n_elements);
	status = wasm_link(in, err);
	if (status == BSN_OK)
		status = make_memory(in, err);
	if (status == BSN_OK)
		status = make_tables(in, err);
	if (status == BSN_OK)
		make_globals(in);
	return status;
}

int32_t
wasm_instance_new(WasmCode *code, const WasmLinks *links,
		  const WasmBounds *bounds, WasmInstance **instance,
		  const char **trap, bsn_err *err)
{
	g_autoptr(WasmInstance) in = g_new0(WasmInstance, 1);
	int32_t status;

	*trap = NULL;
	in->code = wasm_code_ref(code);
	in->links = links;
	in->bounds = *bounds;
	status = make(in, err);
	if (status != BSN_OK)
		return status;
	*trap = wasm_place_segments(in);
	if (*trap != NULL) {
		if (err != NULL)
			g_strlcpy(err->reason, *trap, sizeof err->reason);
		return BSN_FAULT;
	}
	*instance = g_steal_pointer(&in);
	return BSN_OK;
}

void
wasm_instance_free(WasmInstance *in)
{
	if (in == NULL)
		return;
	wasm_room_give(&in->room, in->memory_len);
	for (guint i = 0; in->tables != NULL &&
	     i < in->code->module->n_tables; i++)
		g_free(in->tables[i].elements);
	g_free(in->tables);
	g_free(in->linked);
	g_free(in->globals);
	g_free(in->data_dropped);
	g_free(in->elements_dropped);
	wasm_code_unref(in->code);
	g_free(in);
}

gboolean
wasm_global(const WasmInstance *instance, guint32 index, guint64 *value)
{
	if (index >= instance->code->module->n_globals)
		return FALSE;
	*value = instance->globals[index];
	return TRUE;
}
