/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/precompiled/call.h"

#include <stdarg.h>
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/access/lists.h"
#include "plugins/engine-fisco/precompiled/address.h"

int32_t
precompiled_charge(PrecompiledCall *call, guint64 gas)
{
	if (gas > call->budget - call->used) {
		call->used = call->budget;
		return BSN_OUT_OF_BUDGET;
	}
	call->used += gas;
	return BSN_OK;
}

int32_t
precompiled_fail(PrecompiledCall *call, const char *format, ...)
{
	va_list args;

	g_free(call->reason);
	va_start(args, format);
	call->reason = g_strdup_vprintf(format, args);
	va_end(args);
	return BSN_REVERTED;
}

int32_t
precompiled_answer(PrecompiledCall *call, gint64 value)
{
	results_put_int(&call->results, value);
	return BSN_OK;
}

/* ---- the world state ---------------------------------------------------- */

static int32_t
charge_read(PrecompiledCall *call, int32_t found, const bsn_slice *value)
{
	if (found != BSN_OK)
		return found;
	return precompiled_charge(call, value->len * GAS_READ_BYTE);
}

int32_t
precompiled_get(PrecompiledCall *call, const StateKey *key, bsn_slice *value)
{
	int32_t status = precompiled_charge(call, GAS_READ);

	if (status != BSN_OK)
		return status;
	return charge_read(call,
			   overlay_get(call->state, state_key_slice(key),
				       value),
			   value);
}

int32_t
precompiled_peek(PrecompiledCall *call, const StateKey *key, guint64 at,
		 guint64 len, bsn_slice *value)
{
	int32_t status = precompiled_charge(call, GAS_READ);

	if (status != BSN_OK)
		return status;
	return charge_read(call,
			   overlay_peek(call->state, state_key_slice(key), at,
					len, value),
			   value);
}

static int32_t
may_write(PrecompiledCall *call, guint64 gas)
{
	if (call->read_only)
		return precompiled_fail(call, "a read-only call cannot change "
					      "the state");
	return precompiled_charge(call, gas);
}

int32_t
precompiled_put(PrecompiledCall *call, const StateKey *key, bsn_slice value)
{
	int32_t status =
		may_write(call, GAS_WRITE + value.len * GAS_WRITE_BYTE);

	if (status == BSN_OK)
		overlay_put(call->state, state_key_slice(key), value);
	return status;
}

int32_t
precompiled_increase(PrecompiledCall *call, const StateKey *key, guint64 at,
		     bsn_slice amount)
{
	int32_t status =
		may_write(call, GAS_WRITE + amount.len * GAS_WRITE_BYTE);

	if (status != BSN_OK)
		return status;
	return overlay_add(call->state, state_key_slice(key), at, amount);
}

int32_t
precompiled_delete(PrecompiledCall *call, const StateKey *key)
{
	int32_t status = may_write(call, GAS_WRITE);

	if (status == BSN_OK)
		overlay_delete(call->state, state_key_slice(key));
	return status;
}

int32_t
precompiled_emit(PrecompiledCall *call, const bsn_slice *topics, guint n,
		 bsn_slice data)
{
	guint64 gas = GAS_EVENT + n * GAS_EVENT_TOPIC +
		      data.len * GAS_EVENT_BYTE;
	int32_t status = may_write(call, gas);

	if (status != BSN_OK || call->events == NULL)
		return status;
	status = call->events->emit(call->events,
				    bsn_slice_of(call->contract, ADDRESS_LEN),
				    topics, n, data);
	return status == BSN_TOO_LARGE ? BSN_OUT_OF_BUDGET : status;
}

int32_t
precompiled_allowed(PrecompiledCall *call, const char *table,
		    gboolean *allowed)
{
	const AccessKey key = access_table(table);
	int32_t status = precompiled_charge(call, GAS_READ);

	if (status != BSN_OK)
		return status;
	return access_allows(call->state, &key, call->origin, allowed);
}

/* ---- objects ------------------------------------------------------------ */

int32_t
precompiled_make(PrecompiledCall *call, const PrecompiledContract *contract,
		 guint32 *object)
{
	int32_t status = precompiled_charge(call, GAS_OBJECT);

	if (status != BSN_OK)
		return status;
	*object = objects_make(call->objects, contract);
	if (*object == 0)
		return precompiled_fail(call,
					"an execution makes at most %u "
					"entries, conditions and results",
					OBJECTS_MAX);
	return BSN_OK;
}

int32_t
precompiled_add(PrecompiledCall *call, guint32 object, const ObjectItem *item)
{
	guint64 len = item->name.len + item->value.len;
	int32_t status = precompiled_charge(
		call, GAS_OBJECT_ITEM + len * GAS_OBJECT_BYTE);

	if (status == BSN_OK)
		objects_add(call->objects, object, item);
	return status;
}

void
precompiled_put_object(PrecompiledCall *call, guint32 object)
{
	guint8 address[ADDRESS_LEN];

	address_of_number(object, address);
	results_put_address(&call->results, address);
}

int32_t
precompiled_object_arg(PrecompiledCall *call, guint i,
		       const PrecompiledContract *contract,
		       const Object **object)
{
	guint32 number;

	*object = NULL;
	if (address_is_number(call->args[i].bytes.data, &number))
		*object = objects_find(call->objects, number);
	if (*object != NULL && (*object)->contract == contract)
		return BSN_OK;
	return precompiled_fail(call,
				"argument %u must be the address of a %s that "
				"this transaction has made",
				i + 1, contract->name);
}

guint32
precompiled_self(const PrecompiledCall *call)
{
	guint32 number = 0;

	(void)address_is_number(call->contract, &number);
	return number;
}
