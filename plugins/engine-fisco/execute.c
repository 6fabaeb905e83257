/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/execute.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fisco/account.h"
#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/error.h"
#include "plugins/engine-fisco/run.h"

bsn_block_env
execution_env(const Ledger *ledger, guint64 number, guint64 time_ms,
	      const guint8 *sealer)
{
	const Config *config = ledger_config(ledger);

	return (bsn_block_env){
		.size = sizeof(bsn_block_env),
		.number = number,
		.time_ms = time_ms,
		.budget = config->block_gas_max,
		.chain_id = config->chain_id,
		.proposer = bsn_slice_of(sealer,
					 sealer != NULL ? ADDRESS_LEN : 0),
		.hash = ledger->suite.hash->name,
		.rules = config_rules(config),
	};
}

Execution *
execution_new(Ledger *ledger, guint64 number, guint64 time_ms,
	      const guint8 *sealer)
{
	Execution *execution = g_new0(Execution, 1);

	execution->ledger = ledger;
	execution->state = overlay_new(ledger->chain);
	execution->env = execution_env(ledger, number, time_ms, sealer);
	return execution;
}

/* What is only remembered of the state that may have changed. */
static void
forget_state(Execution *execution)
{
	closed_clear(&execution->closed);
	guard_clear(&execution->guard);
}

static void
clear_memory(Execution *execution)
{
	block_hashes_clear(&execution->hashes);
	forget_state(execution);
}

void
execution_free(Execution *execution)
{
	if (execution == NULL)
		return;
	ahead_free(execution->ahead);
	overlay_free(execution->state);
	clear_memory(execution);
	g_free(execution);
}

Overlay *
execution_state(Execution *execution)
{
	return execution->state;
}

guint64
execution_gas_used(const Execution *execution)
{
	return execution->gas_used;
}

/* ---- within the block's limits ----------------------------------------- */

static void
undo(Execution *execution, guint mark)
{
	overlay_rollback(execution->state, mark);
	forget_state(execution);
}

/* What would not fit a receipt has no effect and uses up its gas. One of
 * Ethereum's has no place in a block then: only its effect on the account's
 * nonce keeps it from coming again. */
static int32_t
bound_receipt(Execution *execution, guint mark, const Tx *tx, Receipt *receipt,
	      bsn_err *err)
{
	if (receipt_bytes(receipt) <= RECEIPT_BYTES_MAX)
		return BSN_OK;
	if (tx_is_ethereum(tx))
		return bsn_fail_native(err, BSN_FAULT, FISCO_OUT_OF_GAS,
				       "the transaction's output and logs are "
				       "over %u bytes",
				       RECEIPT_BYTES_MAX);
	undo(execution, mark);
	receipt_drop_effects(receipt);
	g_byte_array_set_size(receipt->output, 0);
	receipt->status = FISCO_OUT_OF_GAS;
	receipt->gas_used = tx->gas;
	return BSN_OK;
}

static gboolean
fits(const Execution *execution, const Receipt *receipt)
{
	return execution->gas_used + receipt->gas_used <=
		       execution->env.budget &&
	       execution->receipts_bytes + receipt_bytes(receipt) <=
		       RECEIPTS_BYTES_MAX;
}

static void
count(Execution *execution, const Receipt *receipt)
{
	execution->gas_used += receipt->gas_used;
	execution->receipts_bytes += receipt_bytes(receipt);
}

static int32_t
run_in_turn(Execution *execution, const Tx *tx, Receipt **receipt, bsn_err *err)
{
	g_autoptr(Receipt) made = receipt_new();
	guint mark = overlay_mark(execution->state);
	int32_t status = run_tx(execution, tx, made, err);

	if (status == BSN_OK)
		status = bound_receipt(execution, mark, tx, made, err);
	if (status == BSN_OK && !fits(execution, made))
		status = BSN_TOO_LARGE;
	if (status != BSN_OK) {
		undo(execution, mark);
		return status == BSN_TOO_LARGE
			       ? status
			       : error_explain(status,
					       "the state that it needs "
					       "cannot be read",
					       err);
	}
	overlay_forget_marks(execution->state);
	count(execution, made);
	*receipt = g_steal_pointer(&made);
	return BSN_OK;
}

/* ---- ahead of their turn ----------------------------------------------- */

gboolean
execution_wants_ahead(const Execution *execution)
{
	return ledger_config(execution->ledger)->parallel &&
	       (execution->ahead == NULL || ahead_is_over(execution->ahead));
}

void
execution_ahead(Execution *execution, Tx *const *txs, guint n)
{
	if (execution->ahead == NULL)
		execution->ahead = ahead_new(execution, execution->state,
					     &execution->ledger->pace);
	ahead_run(execution->ahead, txs, n);
}

bsn_chain *
execution_chain(const Execution *execution)
{
	return execution->ledger->chain;
}

int32_t
execution_try(const Execution *execution, Overlay *trial, const Tx *tx,
	      Receipt *receipt)
{
	Execution own = {
		.ledger = execution->ledger,
		.state = trial,
		.env = execution->env,
	};
	int32_t status = run_tx(&own, tx, receipt, NULL);

	clear_memory(&own);
	return status;
}

static int32_t
take(Execution *execution, const AheadResult *result, Receipt **receipt)
{
	static const guint8 runtime[] = { STATE_BYTE, STATE_RUNTIME_BYTE };

	if (!fits(execution, result->receipt))
		return BSN_TOO_LARGE;
	if (overlay_touches_other(result->trial,
				  bsn_slice_of(runtime, sizeof(runtime))))
		forget_state(execution);
	overlay_take(execution->state, result->trial);
	ahead_taken(execution->ahead, result, execution->runs);
	count(execution, result->receipt);
	*receipt = result->receipt;
	return BSN_OK;
}

int32_t
execution_run(Execution *execution, const Tx *tx, Receipt **receipt,
	      bsn_err *err)
{
	AheadResult result;

	overlay_begin_run(execution->state, ++execution->runs);
	if (execution->ahead != NULL &&
	    ahead_claim(execution->ahead, tx, &result))
		return take(execution, &result, receipt);
	return run_in_turn(execution, tx, receipt, err);
}

int32_t
execution_call(Execution *execution, const guint8 *sender,
	       const guint8 *contract, bsn_slice input, bsn_slice value,
	       guint64 gas, Receipt **receipt, bsn_err *err)
{
	g_autoptr(Receipt) made = receipt_new();
	bsn_call call = {
		.caller = bsn_slice_of(sender, ADDRESS_LEN),
		.contract = bsn_slice_of(contract, ADDRESS_LEN),
		.input = input,
		.value = value,
		.budget = gas,
	};
	int32_t status;

	execution->reading = TRUE;
	status = run_invoke(execution, &call, made, err);
	if (status == BSN_OK && receipt_bytes(made) > RECEIPT_BYTES_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"the call's output is over %u bytes",
				RECEIPT_BYTES_MAX);
	if (status == BSN_OK)
		*receipt = g_steal_pointer(&made);
	return status;
}

/* The output of a create is the contract's code. */
static int32_t
take_code(const Execution *execution, Receipt *receipt)
{
	g_byte_array_set_size(receipt->output, 0);
	return account_code(execution->ledger, execution->state,
			    receipt->contract, receipt->output);
}

int32_t
execution_simulate(Execution *execution, bsn_call *call, Receipt **receipt,
		   bsn_err *err)
{
	g_autoptr(Receipt) made = receipt_new();
	guint mark = overlay_mark(execution->state);
	int32_t status = run_contract(execution, call, made, err);

	if (status == BSN_OK && call->kind == BSN_CALL_CREATE &&
	    made->status == FISCO_OK)
		status = take_code(execution, made);
	undo(execution, mark);
	if (status == BSN_OK && receipt_bytes(made) > RECEIPT_BYTES_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"output and logs are over %u bytes",
				RECEIPT_BYTES_MAX);
	if (status == BSN_OK)
		*receipt = g_steal_pointer(&made);
	return status;
}
