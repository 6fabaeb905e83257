/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/run.h"

#include <bsn/helpers/error.h>

#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/error.h"
#include "plugins/engine-fisco/wasm.h"
#include "plugins/kit/sink.h"

/* ---- receipts ----------------------------------------------------------- */

Receipt *
run_begin(Execution *execution)
{
	if (execution->receipt == NULL)
		execution->receipt = receipt_new();
	else
		receipt_reset(execution->receipt);
	return execution->receipt;
}

EncodedReceipt
run_finish(Execution *execution)
{
	const Receipt *receipt = execution->receipt;

	if (execution->encoded == NULL)
		execution->encoded = g_byte_array_new();
	g_byte_array_set_size(execution->encoded, 0);
	receipt_put(receipt, execution->encoded);
	return (EncodedReceipt){
		.encoded = bsn_slice_of(
			overlay_copy(execution->state,
				     buffer_slice(execution->encoded)),
			execution->encoded->len),
		.bytes = receipt_bytes(receipt),
		.gas_used = receipt->gas_used,
		.status = receipt->status,
	};
}

/* ---- contracts ---------------------------------------------------------- */

static int32_t
finish_run(const StateView *view, const bsn_call *call, bsn_err *err)
{
	Receipt *receipt = view->receipt;

	if (!view->done)
		return bsn_fail(err, BSN_E_INTERNAL,
				"the runtime did not finish inside the call");
	if (view->status < 0 || view->failed < 0)
		return bsn_fail(err, MIN(view->status, view->failed),
				"the runtime failed: %s", view->reason);
	receipt->status = fisco_code_of_status(view->status);
	receipt->gas_used = MIN(receipt->gas_used, call->budget);
	/* A contract that is called by name reverts with a text. */
	if (view->by_name && view->status == BSN_REVERTED &&
	    receipt->output->len == 0)
		g_byte_array_append(receipt->output,
				    (const guint8 *)view->reason,
				    (guint)strlen(view->reason));
	if (receipt->status == FISCO_OK)
		return BSN_OK;
	receipt_drop_effects(receipt);
	/* Nothing failed here, but whoever asks may want the machine's word. */
	return bsn_fail(err, BSN_OK, "%s", view->reason);
}

/* It may have been asked for before there was such a contract. */
int32_t
run_enter(Execution *execution, const DeployExtra *extra, const Tx *tx,
	  const Receipt *receipt)
{
	closed_clear(&execution->closed);
	return contract_enter(execution->state, extra, tx, receipt->contract,
			      execution->env.number);
}

Precompiled
run_precompiled(const Execution *execution)
{
	return (Precompiled){ .ledger = execution->ledger,
			      .state = execution->state,
			      .block = execution->env.number };
}

static gboolean
has_machines(const bsn_runtime *runtime)
{
	return BSN_HAS(runtime, machine_new) &&
	       BSN_HAS(runtime, machine_free) && BSN_HAS(runtime, execute_on);
}

/* Executes on the machine of those before, where the runtime has machines. */
static int32_t
execute_on(Execution *execution, const bsn_call *call, bsn_state *state,
	   bsn_err *err)
{
	const bsn_runtime *runtime = execution->ledger->runtime;

	if (!has_machines(runtime))
		return runtime->execute(call, state, err);
	if (execution->machine == NULL)
		execution->machine = runtime->machine_new();
	if (execution->machine == NULL)
		return bsn_fail(err, BSN_E_NOMEM, "out of memory");
	return runtime->execute_on(execution->machine, call, state, err);
}

void
run_forget_machine(Execution *execution)
{
	if (execution->machine != NULL)
		execution->ledger->runtime->machine_free(execution->machine);
	execution->machine = NULL;
}

/* Where contracts see addresses as texts; the engine's own ones are not for the
 * runtime. */
static int32_t
execute_by_name(Execution *execution, const bsn_call *call, StateView *view,
		bsn_err *err)
{
	WasmAddress caller, contract;
	bsn_call own = *call;
	int32_t status = BSN_NOT_FOUND;

	if (call->kind == BSN_CALL_INVOKE)
		status = run_is_own(execution, call->contract.data);
	if (status == BSN_OK)
		return state_run_own(view, call);
	if (status != BSN_NOT_FOUND)
		return status;
	own.caller = wasm_address(call->caller.data, &caller);
	own.origin = own.caller;
	own.contract = wasm_address(call->contract.data, &contract);
	own.value = bsn_slice_of(NULL, 0);
	own.flags |= BSN_CALL_UNCOUNTED;
	return execute_on(execution, &own, &view->table, err);
}

int32_t
run_contract(Execution *execution, bsn_call *call, Receipt *receipt,
	     bsn_err *err)
{
	Ledger *ledger = execution->ledger;
	StateView view = {
		.overlay = execution->state,
		.hashes = &execution->hashes,
		.closed = &execution->closed,
		.guard = execution->reading ? NULL : &execution->guard,
		.precompiled = run_precompiled(execution),
		.chain = ledger->chain,
		.suite = &ledger->suite,
		.number = execution->env.number,
		.by_name = wasm_chain(ledger),
		.receipt = receipt,
	};
	int32_t status;

	state_view_init(&view);
	call->size = sizeof(*call);
	call->block = &execution->env;
	call->origin = call->caller;
	status = view.by_name
			 ? execute_by_name(execution, call, &view, err)
			 : execute_on(execution, call, &view.table, err);
	if (status == BSN_OK)
		status = finish_run(&view, call, err);
	else
		status = MIN(status, BSN_E_INVALID);
	state_view_clear(&view);
	return status;
}

int32_t
run_is_own(Execution *execution, const guint8 *address)
{
	const Precompiled precompiled = run_precompiled(execution);

	return precompiled_exists(&precompiled, address);
}

void
run_end(Receipt *receipt, guint32 code, guint64 gas)
{
	receipt->status = code;
	receipt->gas_used = MIN(gas, ENGINE_GAS);
}

int32_t
run_refuse(Receipt *receipt, const char *reason)
{
	BufferSink output = buffer_sink(receipt->output, RECEIPT_BYTES_MAX);

	g_byte_array_set_size(receipt->output, 0);
	receipt->status = FISCO_REFUSED;
	return error_write(FALSE, reason, &output.sink);
}
