/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/sink.h"
#include "plugins/runtime-wasm/machine/functions.h"
#include "plugins/runtime-wasm/machine/gas.h"

static int32_t
read_key(Frame *frame, const guint64 *values, bsn_slice *key)
{
	if (!wasm_import_slice(frame->instance, values[0], values[1], key))
		return wasm_import_outside(frame->instance);
	if (key->len >= 1 && key->len <= CONTRACT_KEY_MAX)
		return BSN_OK;
	return wasm_frame_fail(frame, BSN_FAULT,
			       "a key has 1 to %u bytes, not %" G_GUINT64_FORMAT,
			       CONTRACT_KEY_MAX, (guint64)key->len);
}

static int32_t
may_change(Frame *frame)
{
	return !frame->read_only ?
		       BSN_OK :
		       wasm_frame_fail(frame, BSN_FAULT,
				       "it tried to change state in a "
				       "read-only call");
}

/* ---- single entries ------------------------------------------------------- */

int32_t
wasm_frame_got(Frame *frame, int32_t status, guint64 *result)
{
	if (status == BSN_NOT_FOUND)
		g_byte_array_set_size(frame->held, 0);
	else if (status != BSN_OK)
		return status;
	*result = status == BSN_OK ? frame->held->len : NOTHING;
	return wasm_import_pay(frame->instance, frame->held->len,
			       GAS_GET_BYTE);
}

IMPORT(state_get)
{
	Frame *frame = user;
	bsn_slice key;
	const int32_t status = read_key(frame, values, &key);

	if (status != BSN_OK)
		return status;
	g_byte_array_set_size(frame->held, 0);
	return wasm_frame_got(frame, frame->world->get(frame, key), values);
}

IMPORT(state_put)
{
	Frame *frame = user;
	bsn_slice key, value;
	int32_t status = read_key(frame, values, &key);

	if (status == BSN_OK)
		status = may_change(frame);
	if (status != BSN_OK)
		return status;
	if (!wasm_import_slice(instance, values[2], values[3], &value))
		return wasm_import_outside(instance);
	if (value.len > CONTRACT_VALUE_MAX)
		return wasm_frame_fail(frame, BSN_FAULT,
				       "a value has at most %u bytes",
				       CONTRACT_VALUE_MAX);
	status = wasm_import_pay(instance, key.len + value.len, GAS_PUT_BYTE);
	return status == BSN_OK ? frame->world->put(frame, key, value) : status;
}

IMPORT(state_del)
{
	Frame *frame = user;
	bsn_slice key;
	int32_t status = read_key(frame, values, &key);

	if (status == BSN_OK)
		status = may_change(frame);
	return status == BSN_OK ? frame->world->del(frame, key) : status;
}

/* ---- entries in order ----------------------------------------------------- */

static int32_t
read_bounds(Frame *frame, const guint64 *values, bsn_slice *from,
	    bsn_slice *to)
{
	if (!wasm_import_slice(frame->instance, values[0], values[1], from) ||
	    !wasm_import_slice(frame->instance, values[2], values[3], to))
		return wasm_import_outside(frame->instance);
	if (from->len <= CONTRACT_KEY_MAX && to->len <= CONTRACT_KEY_MAX)
		return BSN_OK;
	return wasm_frame_fail(frame, BSN_FAULT, "a key has 1 to %u bytes",
			       CONTRACT_KEY_MAX);
}

IMPORT(iter)
{
	Frame *frame = user;
	WasmIterator *iterator;
	bsn_slice from, to;
	int32_t status = read_bounds(frame, values, &from, &to);

	if (status != BSN_OK)
		return status;
	if (frame->n_iterators == CONTRACT_ITERATORS_MAX)
		return wasm_frame_fail(frame, BSN_FAULT,
				       "a call has at most %u iterators",
				       CONTRACT_ITERATORS_MAX);
	iterator = wasm_iterator_new(from, to);
	if (to.len > 0 && slice_compare(from, to) >= 0)
		iterator->more = FALSE;
	frame->iterators[frame->n_iterators] = iterator;
	values[0] = frame->n_iterators++;
	status = frame->world->open(frame, iterator);
	return status == BSN_OK ? wasm_import_pay(instance, iterator->own->len,
						  GAS_ITER_OWN) :
				  status;
}

static WasmIterator *
iterator_at(const Frame *frame, guint64 handle)
{
	const guint32 at = (guint32)handle;

	return at < frame->n_iterators ? frame->iterators[at] : NULL;
}

static int32_t
no_iterator(Frame *frame, guint64 handle)
{
	return wasm_frame_fail(frame, BSN_FAULT, "there is no iterator %u",
			       (guint32)handle);
}

/* What a page took the node is paid when it has come. */
static int32_t
pay_page(const Frame *frame, const WasmIterator *iterator)
{
	const guint64 gas = iterator->page->len * (guint64)GAS_ITER_ENTRY +
			    iterator->page_bytes * (guint64)GAS_GET_BYTE;

	return wasm_use_gas(frame->instance, gas) ? BSN_OK : BSN_OUT_OF_BUDGET;
}

static int32_t
give_next(Frame *frame, WasmIterator *iterator, guint64 *result)
{
	bsn_slice key;
	int32_t status;

	for (;;) {
		status = wasm_iterator_next(iterator, &key);
		if (status != BSN_BUSY)
			break;
		status = frame->world->fetch(frame, iterator);
		if (status != BSN_OK)
			return status;
		status = pay_page(frame, iterator);
		if (status != BSN_OK)
			return status;
	}
	if (status == BSN_OK)
		return wasm_import_hold(frame, result, key);
	g_byte_array_set_size(frame->held, 0);
	*result = NOTHING;
	return BSN_OK;
}

int32_t
wasm_frame_next(Frame *frame, guint64 *result)
{
	const int32_t status = pay_page(frame, frame->waits);

	return status == BSN_OK ? give_next(frame, frame->waits, result) :
				  status;
}

IMPORT(iter_next)
{
	Frame *frame = user;
	WasmIterator *iterator = iterator_at(frame, values[0]);

	if (iterator == NULL)
		return no_iterator(frame, values[0]);
	frame->waits = iterator;
	return give_next(frame, iterator, values);
}

IMPORT(iter_value)
{
	Frame *frame = user;
	const WasmIterator *iterator = iterator_at(frame, values[0]);

	if (iterator == NULL)
		return no_iterator(frame, values[0]);
	if (iterator->value == NULL)
		return wasm_frame_fail(frame, BSN_FAULT,
				       "the iterator is at no entry");
	return wasm_import_hold(frame, values, bytes_slice(iterator->value));
}

/* ---- others --------------------------------------------------------------- */

IMPORT(emit)
{
	Frame *frame = user;
	bsn_slice name, data;
	int32_t status = may_change(frame);

	if (status != BSN_OK)
		return status;
	if (!wasm_import_slice(instance, values[0], values[1], &name) ||
	    !wasm_import_slice(instance, values[2], values[3], &data))
		return wasm_import_outside(instance);
	if (name.len < 1 || name.len > CONTRACT_EVENT_MAX ||
	    data.len > CONTRACT_DATA_MAX)
		return wasm_frame_fail(frame, BSN_FAULT,
				       "an event has a name of 1 to %u bytes "
				       "and at most %u bytes of data",
				       CONTRACT_EVENT_MAX, CONTRACT_DATA_MAX);
	status = wasm_import_pay(instance, name.len + data.len, GAS_EMIT_BYTE);
	return status == BSN_OK ? frame->world->emit(frame, name, data) :
				  status;
}

int32_t
wasm_frame_called(Frame *frame, int32_t ended, guint64 *result)
{
	*result = (guint32)ended;
	return wasm_import_pay(frame->instance, frame->held->len,
			       GAS_GET_BYTE);
}

/* Names are looked up, and perhaps digested; arguments are copied: so all of it is
 * bounded, and paid for before. */
static int32_t
read_call(Frame *frame, const guint64 *values, bsn_slice *contract,
	  bsn_slice *function, bsn_slice *arguments)
{
	WasmInstance *instance = frame->instance;

	if (!wasm_import_slice(instance, values[0], values[1], contract) ||
	    !wasm_import_slice(instance, values[2], values[3], function) ||
	    !wasm_import_slice(instance, values[4], values[5], arguments))
		return wasm_import_outside(instance);
	if (contract->len > CONTRACT_NAME_MAX ||
	    function->len > CONTRACT_NAME_MAX ||
	    arguments->len > CONTRACT_DATA_MAX)
		return wasm_frame_fail(frame, BSN_FAULT,
				       "a call's contract and function have at "
				       "most %u bytes, its arguments %u",
				       CONTRACT_NAME_MAX, CONTRACT_DATA_MAX);
	return wasm_import_pay(instance,
			       contract->len + function->len + arguments->len,
			       GAS_GIVE_BYTE);
}

IMPORT(call)
{
	Frame *frame = user;
	bsn_slice contract, function, arguments;
	int32_t ended = BSN_OK;
	int32_t status =
		read_call(frame, values, &contract, &function, &arguments);

	if (status != BSN_OK)
		return status;
	g_byte_array_set_size(frame->held, 0);
	status = frame->world->call(frame, contract, function, arguments,
				    &ended);
	return status == BSN_OK ? wasm_frame_called(frame, ended, values) :
				  status;
}
