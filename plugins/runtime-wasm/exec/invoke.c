/* SPDX-License-Identifier: Apache-2.0
 *
 * Entering the interpreter, and leaving it.
 */
#include "plugins/runtime-wasm/exec/instance.h"

#include <string.h>

void
wasm_set_gas(WasmInstance *instance, guint64 gas)
{
	instance->gas = (gint64)MIN(gas, (guint64)G_MAXINT64);
}

guint64
wasm_gas(const WasmInstance *instance)
{
	return (guint64)instance->gas;
}

gboolean
wasm_use_gas(WasmInstance *instance, guint64 gas)
{
	if (gas > (guint64)instance->gas) {
		instance->gas = 0;
		return FALSE;
	}
	instance->gas -= (gint64)gas;
	return TRUE;
}

const char *
wasm_trap_text(const WasmInstance *instance)
{
	return instance->trap;
}

int32_t
wasm_stop_status(const WasmInstance *instance)
{
	return instance->stop;
}

int32_t
wasm_trap(WasmInstance *instance, const char *text)
{
	instance->trap = text;
	return BSN_FAULT;
}

/* Runs, and takes the results out when it is done. */
static int
run(WasmInstance *in, guint64 *values)
{
	const WasmBody *body = &in->code->bodies[in->function];
	const int ending = wasm_run(in);

	if (ending == WASM_DONE && body->results > 0)
		memcpy(values, in->values, body->results * sizeof *values);
	return ending;
}

int
wasm_invoke(WasmInstance *in, guint32 function, guint64 *values)
{
	const WasmBody *body = &in->code->bodies[function];

	in->function = function;
	in->trap = NULL;
	if (in->bounds.depth == 0 || body->slots > in->bounds.values) {
		in->trap = "call stack exhausted";
		return WASM_TRAP;
	}
	if (!wasm_use_gas(in, body->gas))
		return WASM_OUT_OF_GAS;
	in->frames[0] = (WasmFrame){ in->code->exit, in->values };
	in->frame = in->frames + 1;
	in->pc = body->ops;
	in->fp = in->values;
	if (body->params > 0)
		memcpy(in->values, values, body->params * sizeof *values);
	memset(in->values + body->params, 0,
	       body->zeroes * sizeof *in->values);
	return run(in, values);
}

int
wasm_start(WasmInstance *instance)
{
	const gint64 start = instance->code->module->start;

	return start < 0 ? WASM_DONE
		: wasm_invoke(instance, (guint32)start, NULL);
}

int
wasm_resume(WasmInstance *in, guint64 result, guint64 *values)
{
	const WasmOp *call = in->pc;
	const WasmBody *host = &in->code->bodies[call->imm];

	if (host->results > 0)
		in->fp[call->d] = host->narrow ? (guint32)result : result;
	if (!wasm_use_gas(in, call[1].untaken))
		return WASM_OUT_OF_GAS;
	in->pc += 2;
	return run(in, values);
}

guint32
wasm_trap_function(const WasmInstance *in)
{
	const WasmCode *code = in->code;
	const gsize at = in->pc == NULL ? 0 : (gsize)(in->pc - code->ops);
	guint32 low = 0, high = code->module->n_funcs;

	while (high - low > 1) {
		const guint32 middle = low + (high - low) / 2;

		if (code->bodies[middle].at <= at)
			low = middle;
		else
			high = middle;
	}
	return low;
}
