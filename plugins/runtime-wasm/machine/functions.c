/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-wasm/machine/functions.h"

#include "plugins/kit/sink.h"
#include "plugins/runtime-wasm/machine/gas.h"

gboolean
wasm_import_slice(WasmInstance *instance, guint64 at, guint64 len,
		  bsn_slice *slice)
{
	const guint32 bytes = (guint32)len;
	const guint8 *data = wasm_memory(instance, (guint32)at, bytes);

	*slice = bsn_slice_of(data, bytes);
	return data != NULL;
}

int32_t
wasm_import_outside(WasmInstance *instance)
{
	return wasm_trap(instance, "out of bounds memory access");
}

int32_t
wasm_import_pay(WasmInstance *instance, guint64 len, guint64 price)
{
	return wasm_use_gas(instance, len * price) ? BSN_OK : BSN_OUT_OF_BUDGET;
}

int32_t
wasm_import_hold(Frame *frame, guint64 *values, bsn_slice bytes)
{
	if (!wasm_use_gas(frame->instance, GAS_COPY(bytes.len)))
		return BSN_OUT_OF_BUDGET;
	g_byte_array_set_size(frame->held, 0);
	if (bytes.len > 0)
		g_byte_array_append(frame->held, bytes.data, (guint)bytes.len);
	values[0] = bytes.len;
	return BSN_OK;
}

/* ---- arguments ------------------------------------------------------------ */

static const WasmArgument *
argument_named(const Frame *frame, bsn_slice name)
{
	for (guint i = 0; name.len > 0 && i < frame->n_arguments; i++)
		if (bsn_slice_equal(frame->arguments[i].name, name))
			return &frame->arguments[i];
	return NULL;
}

static const WasmArgument *
argument_placed(const Frame *frame, guint32 place)
{
	for (guint i = 0; i < frame->n_arguments; i++)
		if (frame->arguments[i].name.len == 0 && place-- == 0)
			return &frame->arguments[i];
	return NULL;
}

IMPORT(arg)
{
	Frame *frame = user;
	const WasmArgument *argument;
	bsn_slice name;

	if (!wasm_import_slice(instance, values[1], values[2], &name))
		return wasm_import_outside(instance);
	if (wasm_import_pay(instance, frame->n_arguments,
			    GAS_ARGUMENT + GAS_COPY(name.len)) != BSN_OK)
		return BSN_OUT_OF_BUDGET;
	argument = argument_named(frame, name);
	if (argument == NULL)
		argument = argument_placed(frame, (guint32)values[0]);
	if (argument != NULL)
		return wasm_import_hold(frame, values, argument->value);
	g_byte_array_set_size(frame->held, 0);
	values[0] = NOTHING;
	return BSN_OK;
}

IMPORT(arg_count)
{
	const Frame *frame = user;

	values[0] = frame->n_arguments;
	return BSN_OK;
}

/* ---- the register --------------------------------------------------------- */

IMPORT(take)
{
	const Frame *frame = user;
	const guint len = frame->held->len;
	guint8 *to = wasm_memory(instance, (guint32)values[0], len);

	if (to == NULL)
		return wasm_import_outside(instance);
	if (!wasm_use_gas(instance, GAS_COPY(len)))
		return BSN_OUT_OF_BUDGET;
	if (len > 0)
		memcpy(to, frame->held->data, len);
	return BSN_OK;
}

IMPORT(register_len)
{
	const Frame *frame = user;

	values[0] = frame->held->len;
	return BSN_OK;
}

/* ---- who and when --------------------------------------------------------- */

IMPORT(caller)
{
	Frame *frame = user;

	return wasm_import_hold(frame, values, frame->caller);
}

IMPORT(origin)
{
	Frame *frame = user;

	return wasm_import_hold(frame, values, frame->origin);
}

IMPORT(self)
{
	Frame *frame = user;

	return wasm_import_hold(frame, values, frame->self);
}

IMPORT(function)
{
	Frame *frame = user;

	return wasm_import_hold(frame, values, frame->function);
}

IMPORT(block_number)
{
	const Frame *frame = user;

	values[0] = frame->number;
	return BSN_OK;
}

IMPORT(block_time)
{
	const Frame *frame = user;

	values[0] = frame->time_ms;
	return BSN_OK;
}

/* ---- what it gives -------------------------------------------------------- */

static int32_t
give(Frame *frame, WasmInstance *instance, const guint64 *values)
{
	bsn_slice bytes;

	if (!wasm_import_slice(instance, values[0], values[1], &bytes))
		return wasm_import_outside(instance);
	if (bytes.len > CONTRACT_DATA_MAX)
		return wasm_frame_fail(frame, BSN_FAULT,
				       "an output may have %u bytes",
				       CONTRACT_DATA_MAX);
	if (wasm_import_pay(instance, bytes.len, GAS_RESULT_BYTE) != BSN_OK)
		return BSN_OUT_OF_BUDGET;
	g_byte_array_set_size(frame->output, 0);
	if (bytes.len > 0)
		g_byte_array_append(frame->output, bytes.data,
				    (guint)bytes.len);
	return BSN_OK;
}

IMPORT(result)
{
	return give(user, instance, values);
}

/* What it says is the reason, as far as it is a text. */
IMPORT(revert)
{
	Frame *frame = user;
	const int32_t status = give(frame, instance, values);
	g_autofree char *valid = NULL;

	if (status != BSN_OK)
		return status;
	if (frame->output->len == 0)
		return wasm_frame_fail(frame, BSN_REVERTED,
				       "the contract reverted");
	valid = g_utf8_make_valid((const char *)frame->output->data,
				  (gssize)MIN(frame->output->len,
					      BSN_REASON_MAX));
	return wasm_frame_fail(frame, BSN_REVERTED, "%s", valid);
}

IMPORT(log)
{
	Frame *frame = user;
	bsn_slice text;

	if (!wasm_import_slice(instance, values[0], values[1], &text))
		return wasm_import_outside(instance);
	if (wasm_import_pay(instance, text.len, GAS_LOG_BYTE) != BSN_OK)
		return BSN_OUT_OF_BUDGET;
	if (frame->world->log == NULL ||
	    text.len > CONTRACT_LOG_MAX - frame->logged)
		return BSN_OK;
	frame->logged += text.len;
	frame->world->log(frame, text);
	return BSN_OK;
}
