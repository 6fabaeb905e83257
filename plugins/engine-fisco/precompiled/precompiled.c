/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/precompiled/precompiled.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/access/lists.h"
#include "plugins/engine-fisco/error.h"
#include "plugins/engine-fisco/precompiled/address.h"
#include "plugins/engine-fisco/precompiled/call.h"
#include "plugins/engine-fisco/precompiled/contracts.h"
#include "plugins/engine-fisco/precompiled/table.h"

void
precompiled_clear(Precompiled *precompiled)
{
	objects_clear(&precompiled->objects);
	g_clear_pointer(&precompiled->reason, g_free);
}

guint64
precompiled_mark(const Precompiled *precompiled)
{
	return (guint64)overlay_mark(precompiled->state) << 32 |
	       objects_mark(&precompiled->objects);
}

void
precompiled_revert(Precompiled *precompiled, guint64 mark)
{
	overlay_rollback(precompiled->state, (guint)(mark >> 32));
	objects_revert(&precompiled->objects, (guint)(mark & G_MAXUINT32));
}

/* ---- finding ------------------------------------------------------------ */

static const PrecompiledContract *
find_numbered(const Precompiled *precompiled, guint32 number)
{
	const Object *object = objects_find(&precompiled->objects, number);

	return object != NULL ? object->contract : precompiled_contract(number);
}

/* Returns: BSN_OK or BSN_NOT_FOUND. */
static int32_t
find_contract(const Precompiled *precompiled, const guint8 *address,
	      const PrecompiledContract **contract)
{
	TableAddress kind;
	const guint8 *table;
	guint32 number;

	*contract = NULL;
	if (address_is_number(address, &number)) {
		*contract = find_numbered(precompiled, number);
		return *contract != NULL ? BSN_OK : BSN_NOT_FOUND;
	}
	table = address_table(address, &kind);
	if (table == NULL)
		return BSN_NOT_FOUND;
	*contract = kind == TABLE_ADDRESS ? &table_contract :
					    &kv_table_contract;
	return table_exists(precompiled->state, table);
}

int32_t
precompiled_exists(const Precompiled *precompiled, const guint8 *address)
{
	const PrecompiledContract *contract;

	return find_contract(precompiled, address, &contract);
}

/* ---- running ------------------------------------------------------------ */

static gboolean
has_value(bsn_slice value)
{
	for (guint64 i = 0; i < value.len; i++)
		if (value.data[i] != 0)
			return TRUE;
	return FALSE;
}

static int32_t
run_function(PrecompiledCall *call, const PrecompiledContract *contract,
	     const PrecompiledFunction *function, bsn_slice data)
{
	const char *problem;
	int32_t status = precompiled_charge(
		call, function->gas + data.len * GAS_INPUT_BYTE);

	if (status != BSN_OK)
		return status;
	if (args_decode(function->signature, data, call->args, &problem) < 0)
		return precompiled_fail(call, "%s.%s: %s", contract->name,
					function->signature, problem);
	status = function->run(call);
	if (status == BSN_OK)
		status = precompiled_charge(call, results_len(&call->results) *
							  GAS_OUTPUT_BYTE);
	return status;
}

/* Out: sm3, the kind of selectors that the caller speaks. */
static int32_t
dispatch(PrecompiledCall *call, const PrecompiledContract *contract,
	 const bsn_call *from, gboolean *sm3)
{
	const PrecompiledFunction *function = NULL;
	bsn_slice input = from->input;

	if ((from->flags & BSN_CALL_DELEGATE) != 0)
		return precompiled_fail(call, "%s cannot be called by "
					      "DELEGATECALL or CALLCODE",
					contract->name);
	if (has_value(from->value))
		return precompiled_fail(call, "%s takes no value",
					contract->name);
	if (input.len >= SELECTOR_LEN)
		function = precompiled_function(
			contract, input.data, call->ledger->suite.sm, sm3);
	if (function == NULL)
		return precompiled_fail(call, "%s has no such function",
					contract->name);
	return run_function(call, contract, function,
			    bsn_slice_of(input.data + SELECTOR_LEN,
					 input.len - SELECTOR_LEN));
}

static PrecompiledCall
call_of(Precompiled *precompiled, const bsn_call *from)
{
	PrecompiledCall call = {
		.ledger = precompiled->ledger,
		.state = precompiled->state,
		.objects = &precompiled->objects,
		.block = precompiled->block,
		.origin = from->origin.data,
		.caller = from->caller.data,
		.contract = from->contract.data,
		.read_only = (from->flags & BSN_CALL_READ_ONLY) != 0,
		.events = BSN_HAS(from, events) ? from->events : NULL,
		.budget = from->budget,
	};

	results_init(&call.results);
	return call;
}

static int32_t
write_output(Precompiled *precompiled, PrecompiledCall *call, int32_t status,
	     gboolean sm3, bsn_sink *output)
{
	bsn_slice bytes;

	g_free(precompiled->reason);
	precompiled->reason = g_steal_pointer(&call->reason);
	if (status == BSN_REVERTED)
		return error_write(sm3, precompiled->reason, output);
	if (status != BSN_OK)
		return BSN_OK;
	bytes = results_finish(&call->results);
	return output->write(output, bytes.data, bytes.len);
}

int32_t
precompiled_run(Precompiled *precompiled, const bsn_call *from,
		bsn_sink *output, bsn_outcome *outcome)
{
	guint64 mark = precompiled_mark(precompiled);
	gboolean sm3 = precompiled->ledger->suite.sm;
	const PrecompiledContract *contract;
	PrecompiledCall call;
	int32_t status = find_contract(precompiled, from->contract.data,
				       &contract);

	if (status != BSN_OK)
		return status == BSN_NOT_FOUND ? BSN_NOT_OFFERED : status;
	call = call_of(precompiled, from);
	status = dispatch(&call, contract, from, &sm3);
	if (status != BSN_OK)
		precompiled_revert(precompiled, mark);
	outcome->status = status;
	outcome->budget_used = call.used;
	status = write_output(precompiled, &call, status, sm3, output);
	if (precompiled->reason != NULL)
		outcome->reason = bsn_slice_str(precompiled->reason);
	args_clear(call.args);
	results_clear(&call.results);
	return status == BSN_OK ? BSN_OK : BSN_E_INTERNAL;
}
