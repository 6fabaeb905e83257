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
	execution->state = ledger_state(ledger);
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
execution_end(Execution *execution)
{
	g_clear_pointer(&execution->ahead, ahead_free);
	clear_memory(execution);
	run_forget_machine(execution);
	g_clear_pointer(&execution->receipt, receipt_free);
	g_clear_pointer(&execution->encoded, g_byte_array_unref);
}

void
execution_free(Execution *execution)
{
	if (execution == NULL)
		return;
	execution_end(execution);
	overlay_free(execution->state);
	g_free(execution);
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
fits(const Execution *execution, const EncodedReceipt *receipt)
{
	return execution->gas_used + receipt->gas_used <=
		       execution->env.budget &&
	       execution->receipts_bytes + receipt->bytes <=
		       RECEIPTS_BYTES_MAX;
}

gboolean
execution_count(Execution *execution, const EncodedReceipt *receipt)
{
	if (!fits(execution, receipt))
		return FALSE;
	execution->gas_used += receipt->gas_used;
	execution->receipts_bytes += receipt->bytes;
	return TRUE;
}

static int32_t
run_in_turn(Execution *execution, const Tx *tx, EncodedReceipt *receipt,
	    bsn_err *err)
{
	Receipt *made = run_begin(execution);
	guint mark = overlay_mark(execution->state);
	int32_t status = run_tx(execution, tx, made, err);

	if (status == BSN_OK)
		status = bound_receipt(execution, mark, tx, made, err);
	if (status == BSN_OK) {
		*receipt = run_finish(execution);
		if (!execution_count(execution, receipt))
			status = BSN_TOO_LARGE;
	}
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
	return BSN_OK;
}

/* ---- ahead of their turn ----------------------------------------------- */

Execution *
execution_on_trial(const Execution *execution)
{
	Execution *own = g_new0(Execution, 1);

	own->ledger = execution->ledger;
	own->state = overlay_trial(execution->state);
	own->env = execution->env;
	own->gas_used = execution->gas_used;
	own->receipts_bytes = execution->receipts_bytes;
	return own;
}

static void
settle(Execution *execution)
{
	if (execution->ahead != NULL && ahead_settle(execution->ahead))
		forget_state(execution);
}

gboolean
execution_wants_ahead(const Execution *execution)
{
	return ledger_config(execution->ledger)->parallel &&
	       (execution->ahead == NULL || ahead_is_over(execution->ahead));
}

/* How many there is gas for if they take what those of the last round did. */
static guint64
room_of(const Execution *execution)
{
	guint64 each = MAX(execution->ledger->pace.gas_each, ENGINE_GAS);

	return (execution->env.budget - execution->gas_used) / each + 1;
}

void
execution_ahead(Execution *execution, Tx *const *txs, guint n)
{
	if (execution->ahead == NULL)
		execution->ahead = ahead_new(execution);
	settle(execution);
	ahead_run(execution->ahead, txs, (guint)MIN(n, room_of(execution)));
}

bsn_chain *
execution_chain(const Execution *execution)
{
	return execution->ledger->chain;
}

int32_t
execution_run(Execution *execution, const Tx *tx, EncodedReceipt *receipt,
	      bsn_err *err)
{
	const EncodedReceipt *ready = NULL;

	if (execution->ahead != NULL)
		ready = ahead_peek(execution->ahead, tx);
	if (ready != NULL) {
		if (!execution_count(execution, ready))
			return BSN_TOO_LARGE;
		*receipt = *ready;
		ahead_take(execution->ahead);
		return BSN_OK;
	}
	settle(execution);
	if (execution->ahead != NULL)
		ahead_pass(execution->ahead);
	return run_in_turn(execution, tx, receipt, err);
}

Overlay *
execution_state(Execution *execution)
{
	settle(execution);
	return execution->state;
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
