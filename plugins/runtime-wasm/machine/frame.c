/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-wasm/machine/frame.h"

#include <bsn/helpers/error.h>
#include <stdarg.h>

#include "plugins/kit/reason.h"
#include "plugins/kit/sink.h"
#include "plugins/runtime-wasm/machine/gas.h"

void
wasm_frame_init(Frame *frame, const WasmWorld *world)
{
	*frame = (Frame){ .world = world, .entry = -1 };
	frame->held = g_byte_array_new();
	frame->output = g_byte_array_new();
	frame->links = (WasmLinks){ wasm_imports, wasm_imports_n, frame, NULL };
}

void
wasm_frame_clear(Frame *frame)
{
	wasm_instance_free(frame->instance);
	for (guint i = 0; i < frame->n_iterators; i++)
		wasm_iterator_free(frame->iterators[i]);
	g_byte_array_unref(frame->held);
	g_byte_array_unref(frame->output);
	g_free(frame->arguments);
}

int32_t
wasm_frame_fail(Frame *frame, int32_t status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	reason_print(frame->reason, format, args);
	va_end(args);
	return status;
}

int32_t
wasm_frame_arguments(Frame *frame, bsn_slice arguments)
{
	bsn_slice rest = arguments, name, value;
	int32_t status;

	frame->arguments = g_new(WasmArgument, ARGUMENTS_MAX);
	while ((status = arguments_next(&rest, &name, &value)) == BSN_OK) {
		if (frame->n_arguments == ARGUMENTS_MAX)
			return wasm_frame_fail(frame, BSN_FAULT,
					       "there may be %u arguments",
					       ARGUMENTS_MAX);
		frame->arguments[frame->n_arguments++] =
			(WasmArgument){ name, value };
	}
	return status == BSN_NOT_FOUND ?
		       BSN_OK :
		       wasm_frame_fail(frame, BSN_FAULT,
				       "the arguments are not encoded as "
				       "arguments are: a length says more than "
				       "there is");
}

/* ---- the instance --------------------------------------------------------- */

guint64
wasm_frame_price(const WasmCode *code)
{
	const WasmModule *module = wasm_code_module(code);

	return GAS_CALL + (guint64)module->memory_min * GAS_CALL_PAGE;
}

guint64
wasm_frame_gas(const Frame *frame)
{
	return frame->instance != NULL ? wasm_gas(frame->instance) : 0;
}

static int32_t
out_of_gas(Frame *frame)
{
	return wasm_frame_fail(frame, BSN_OUT_OF_BUDGET,
			       "the budget is used up");
}

static int32_t
trapped(Frame *frame)
{
	return wasm_frame_fail(frame, BSN_FAULT, "%s, in function %u",
			       wasm_trap_text(frame->instance),
			       wasm_trap_function(frame->instance));
}

/* How the interpreter came back. */
static int32_t
ended(Frame *frame, int how)
{
	int32_t status;

	switch (how) {
	case WASM_WAITING:
		return WASM_WAIT;
	case WASM_TRAP:
		return trapped(frame);
	case WASM_OUT_OF_GAS:
		return out_of_gas(frame);
	case WASM_STOPPED:
		status = wasm_stop_status(frame->instance);
		return status == BSN_OUT_OF_BUDGET && frame->reason[0] == '\0' ?
			       out_of_gas(frame) :
			       status;
	default:
		return BSN_E_INTERNAL;
	}
}

static int32_t
go_on(Frame *frame, int how)
{
	while (how == WASM_DONE && frame->entry >= 0) {
		const guint32 entry = (guint32)frame->entry;

		frame->entry = -1;
		how = wasm_invoke(frame->instance, entry, frame->values);
	}
	return how == WASM_DONE ? BSN_OK : ended(frame, how);
}

static int32_t
instantiate(Frame *frame, WasmCode *code)
{
	const WasmBounds bounds = WASM_BOUNDS_DEFAULT;
	const char *trap = NULL;
	bsn_err err = { .size = sizeof(err) };
	const int32_t status =
		wasm_instance_new(code, &frame->links, &bounds,
				  &frame->instance, &trap, &err);

	if (status == BSN_OK)
		return BSN_OK;
	return wasm_frame_fail(frame, status, "%s",
			       trap != NULL ? trap : err.reason);
}

int32_t
wasm_frame_begin(Frame *frame, WasmCode *code, gint64 entry, guint64 gas)
{
	const int32_t status = instantiate(frame, code);

	if (status != BSN_OK)
		return status;
	frame->entry = entry;
	wasm_set_gas(frame->instance, MIN(gas, (guint64)G_MAXINT64));
	return go_on(frame, wasm_start(frame->instance));
}

int32_t
wasm_frame_resume(Frame *frame, guint64 result)
{
	return go_on(frame,
		     wasm_resume(frame->instance, result, frame->values));
}
