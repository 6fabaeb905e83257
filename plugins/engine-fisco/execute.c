/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/execute.h"

#include "plugins/engine-fisco/access/accounts.h"
#include "plugins/engine-fisco/access/guard.h"
#include "plugins/engine-fisco/account.h"
#include "plugins/engine-fisco/ahead.h"
#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/contracts.h"
#include "plugins/engine-fisco/error.h"
#include "plugins/engine-fisco/ethtx.h"
#include "plugins/engine-fisco/policy.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/state.h"
#include "plugins/kit/sink.h"

struct Execution {
	Ledger *ledger;
	Overlay *state;
	bsn_block_env env;
	BlockHashes hashes;
	Closed closed;
	Guard guard;
	gboolean reading; /* nothing of it stays: execution_call */
	Ahead *ahead; /* NULL until transactions are run ahead */
	guint64 runs; /* transactions that were run or taken */
	guint64 gas_used;
	guint64 receipts_bytes;
};

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

/* ---- one run of the contract runtime ----------------------------------- */

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
	if (receipt->status == FISCO_OK)
		return BSN_OK;
	receipt_drop_effects(receipt);
	/* Nothing failed here, but whoever asks may want the machine's word. */
	return bsn_fail(err, BSN_OK, "%s", view->reason);
}

static Precompiled
precompiled_of(const Execution *execution)
{
	return (Precompiled){ .ledger = execution->ledger,
			      .state = execution->state,
			      .block = execution->env.number };
}

static int32_t
run_contract(Execution *execution, bsn_call *call, Receipt *receipt,
	     bsn_err *err)
{
	Ledger *ledger = execution->ledger;
	StateView view = {
		.overlay = execution->state,
		.hashes = &execution->hashes,
		.closed = &execution->closed,
		.guard = execution->reading ? NULL : &execution->guard,
		.precompiled = precompiled_of(execution),
		.chain = ledger->chain,
		.suite = &ledger->suite,
		.number = execution->env.number,
		.receipt = receipt,
	};
	int32_t status;

	state_view_init(&view);
	call->size = sizeof(*call);
	call->block = &execution->env;
	call->origin = call->caller;
	status = ledger->runtime->execute(call, &view.table, err);
	if (status == BSN_OK)
		status = finish_run(&view, call, err);
	else
		status = MIN(status, BSN_E_INVALID);
	state_view_clear(&view);
	return status;
}

/* Whether it is one of the engine's own contracts that was called. */
static int32_t
is_own(Execution *execution, const guint8 *address)
{
	const Precompiled precompiled = precompiled_of(execution);

	return precompiled_exists(&precompiled, address);
}

/* The engine itself ended it. */
static void
end_with(Receipt *receipt, guint32 code, guint64 gas)
{
	receipt->status = code;
	receipt->gas_used = MIN(gas, ENGINE_GAS);
}

/* The chain's policy ended it; callers see the reason as a contract's own. */
static int32_t
refuse(Receipt *receipt, const char *reason)
{
	BufferSink output = buffer_sink(receipt->output, RECEIPT_BYTES_MAX);

	g_byte_array_set_size(receipt->output, 0);
	receipt->status = FISCO_REFUSED;
	return error_write(FALSE, reason, &output.sink);
}

/* ---- kinds of transactions --------------------------------------------- */

static int32_t
run_lifecycle(Execution *execution, const Tx *tx, Receipt *receipt)
{
	g_auto(LifecycleExtra) extra = { 0 };
	guint32 code = FISCO_PRECOMPILED;
	int32_t status = lifecycle_extra_parse(tx->extra, &extra, NULL);

	if (status == BSN_OK)
		status = contract_lifecycle(execution->state, &extra,
					    tx->sender, &code);
	closed_clear(&execution->closed);
	end_with(receipt, code, tx->gas);
	return MIN(status, BSN_OK);
}

static int32_t
run_create(Execution *execution, const Tx *tx, const DeployExtra *extra,
	   Receipt *receipt, bsn_err *err)
{
	guint8 value[32] = { 0 };
	bsn_call call = {
		.kind = BSN_CALL_CREATE,
		.caller = bsn_slice_of(tx->sender, ADDRESS_LEN),
		.input = tx->data,
		.value = bsn_slice_of(value, sizeof(value)),
		.budget = tx->gas,
	};
	int32_t status;

	tx_integer(tx->value, value, sizeof(value));
	status = run_contract(execution, &call, receipt, err);
	if (status != BSN_OK || receipt->status != FISCO_OK)
		return status;
	return contract_enter(execution->state, extra, tx, receipt->contract,
			      execution->env.number);
}

static int32_t
run_deploy(Execution *execution, const Tx *tx, Receipt *receipt, bsn_err *err)
{
	g_auto(DeployExtra) extra = { 0 };
	g_autofree char *reason = NULL;
	guint32 code = FISCO_PRECOMPILED;
	int32_t status = deploy_extra_parse(tx->extra, &extra, NULL);

	if (status == BSN_OK)
		status = contract_may_deploy(execution->state, &extra,
					     tx->sender, &code);
	if (status < 0)
		return status;
	if (code != FISCO_OK) {
		end_with(receipt, code, tx->gas);
		return BSN_OK;
	}
	status = policy_refuses(execution->ledger, tx->data, &reason);
	if (status != BSN_OK)
		return MIN(status, BSN_E_INVALID);
	if (reason == NULL)
		return run_create(execution, tx, &extra, receipt, err);
	end_with(receipt, FISCO_REFUSED, tx->gas);
	return refuse(receipt, reason);
}

static int32_t
ignore_bytes(bsn_sink *sink, const void *data, uint64_t len)
{
	return BSN_OK;
}

/* Addresses below 2^16: precompiled contracts of the runtime. */
static gboolean
is_precompiled(const guint8 *address)
{
	static const guint8 zeros[ADDRESS_LEN - 2] = { 0 };

	return memcmp(address, zeros, sizeof(zeros)) == 0;
}

/* Contracts that contracts made are not in the registry but have code. */
static int32_t
has_code(Execution *execution, const guint8 *address, gboolean *has)
{
	const bsn_runtime *runtime = execution->ledger->runtime;
	StateView view = {
		.overlay = execution->state,
		.hashes = &execution->hashes,
		.closed = &execution->closed,
		.precompiled = precompiled_of(execution),
		.chain = execution->ledger->chain,
	};
	bsn_sink nowhere = { ignore_bytes };
	int32_t status = BSN_OK;

	state_view_init(&view);
	*has = TRUE;
	if (is_precompiled(address) || !BSN_HAS(runtime, code))
		return BSN_OK;
	status = runtime->code(bsn_slice_of(address, ADDRESS_LEN), &view.table,
			       &nowhere, NULL);
	if (status == BSN_NOT_FOUND)
		status = is_own(execution, address);
	*has = status == BSN_OK;
	return MIN(status, BSN_OK);
}

/* Whether a contract takes calls; else why not. */
static int32_t
callable(Execution *execution, const guint8 *address, guint32 *code)
{
	Contract contract;
	gboolean has;
	int32_t status = contract_load(execution->state, address, &contract);

	*code = FISCO_OK;
	if (status == BSN_NOT_FOUND) {
		status = has_code(execution, address, &has);
		*code = has ? FISCO_OK : FISCO_NO_CONTRACT;
		return status;
	}
	if (status != BSN_OK)
		return status;
	if (contract.state == CONTRACT_FROZEN)
		*code = FISCO_FROZEN;
	if (contract.state == CONTRACT_UNINSTALLED)
		*code = FISCO_NO_CONTRACT;
	return BSN_OK;
}

/* Who only reads may call everything: all of it is public anyway. */
static int32_t
permitted(Execution *execution, const bsn_call *call, guint32 *code)
{
	gboolean allowed = TRUE;
	int32_t status = BSN_OK;

	if (!execution->reading)
		status = guard_allows_call(&execution->guard, execution->state,
					   call->contract.data, call->input,
					   call->caller.data, &allowed);
	if (!allowed)
		*code = FISCO_NO_CALL;
	return status;
}

static int32_t
run_invoke(Execution *execution, bsn_call *call, Receipt *receipt,
	   bsn_err *err)
{
	guint32 code;
	int32_t status = callable(execution, call->contract.data, &code);

	if (status == BSN_OK && code == FISCO_OK)
		status = permitted(execution, call, &code);
	if (status != BSN_OK)
		return status;
	if (code != FISCO_OK) {
		end_with(receipt, code, call->budget);
		return BSN_OK;
	}
	call->kind = BSN_CALL_INVOKE;
	status = run_contract(execution, call, receipt, err);
	if (status != BSN_OK || receipt->status != FISCO_REVERT)
		return status;
	status = is_own(execution, call->contract.data);
	if (status == BSN_OK)
		receipt->status = FISCO_PRECOMPILED;
	return MIN(status, BSN_OK);
}

/* A transaction of Ethereum's is in a block only if its nonce is the account's
 * and the machine begins it, so that the nonce goes up. */
static int32_t
check_account(Execution *execution, const Tx *tx, bsn_err *err)
{
	bsn_account account;
	int32_t status = account_load(execution->ledger, execution->state,
				      tx->sender, &account);

	if (status != BSN_OK)
		return bsn_fail(err, MIN(status, BSN_E_INVALID),
				"the sender's account cannot be read");
	if (account.nonce == tx->account_nonce)
		return BSN_OK;
	return bsn_fail_native(
		err,
		account.nonce > tx->account_nonce ? BSN_DUPLICATE
						  : BSN_CONFLICT,
		FISCO_NONCE,
		"nonce too %s: the transaction has %" G_GUINT64_FORMAT
		", the account's next one is %" G_GUINT64_FORMAT,
		account.nonce > tx->account_nonce ? "low" : "high",
		tx->account_nonce, account.nonce);
}

/* What its signer has no right to is in no block: had it no effect at all, its
 * nonce would not go up either. (Calls that are not allowed revert.) */
static int32_t
check_rights(Execution *execution, const Tx *tx, guint32 kind, bsn_err *err)
{
	AccessKey deploy = access_table(TABLE_DEPLOY);
	gboolean allowed = TRUE;
	gboolean frozen;
	int32_t status = account_frozen(execution->state, tx->sender, &frozen);

	if (status == BSN_OK && kind == BSN_CALL_CREATE)
		status = access_allows(execution->state, &deploy, tx->sender,
				       &allowed);
	if (status != BSN_OK)
		return bsn_fail(err, MIN(status, BSN_E_INVALID),
				"the sender's rights cannot be read");
	if (frozen)
		return bsn_fail_native(err, BSN_FROZEN, FISCO_ACCOUNT_FROZEN,
				       "the account is frozen");
	if (!allowed)
		return bsn_fail_native(err, BSN_DENIED, FISCO_NO_DEPLOY,
				       "the account may not deploy");
	return BSN_OK;
}

/* The machine begins it, so that the account's nonce goes up, with the gas that
 * this takes; code that is no instruction ends it there. */
static int32_t
run_refused(Execution *execution, bsn_call *call, const char *reason,
	    Receipt *receipt, bsn_err *err)
{
	static const guint8 invalid[] = { 0xfe };
	const bsn_runtime *runtime = execution->ledger->runtime;
	uint64_t least = call->budget;
	int32_t status = BSN_OK;

	call->block = &execution->env;
	if (BSN_HAS(runtime, least_budget))
		status = runtime->least_budget(call, &least, err);
	if (status != BSN_OK || least > call->budget)
		return bsn_fail(err, BSN_FAULT,
				"less gas than it takes to begin");
	call->budget = least;
	call->input = bsn_slice_of(invalid, sizeof(invalid));
	status = run_contract(execution, call, receipt, err);
	if (status != BSN_OK || receipt->gas_used == 0)
		return status;
	return refuse(receipt, reason);
}

static int32_t
run_machine(Execution *execution, bsn_call *call, Receipt *receipt,
	    bsn_err *err)
{
	g_autofree char *reason = NULL;
	int32_t status = BSN_OK;

	if (call->kind == BSN_CALL_CREATE && call->input.len > 0)
		status = policy_refuses(execution->ledger, call->input,
					&reason);
	if (status != BSN_OK)
		return MIN(status, BSN_E_INVALID);
	return reason != NULL ? run_refused(execution, call, reason, receipt,
					    err)
			      : run_contract(execution, call, receipt, err);
}

static int32_t
run_ethereum(Execution *execution, const Tx *tx, Receipt *receipt,
	     bsn_err *err)
{
	char none[] = "";
	const DeployExtra nameless = { .name = none, .version = none };
	guint8 value[32];
	bsn_call call = ethtx_call(tx, value);
	int32_t status = check_account(execution, tx, err);

	if (status == BSN_OK)
		status = check_rights(execution, tx, call.kind, err);
	if (status == BSN_OK)
		status = run_machine(execution, &call, receipt, err);
	if (status != BSN_OK)
		return status;
	if (receipt->gas_used == 0)
		return bsn_fail_native(err, BSN_FAULT, FISCO_NO_CASH,
				       "insufficient funds for gas * price + "
				       "value: the machine does not begin it");
	if (call.kind != BSN_CALL_CREATE || receipt->status != FISCO_OK)
		return BSN_OK;
	return contract_enter(execution->state, &nameless, tx,
			      receipt->contract, execution->env.number);
}

static int32_t
run_tx(Execution *execution, const Tx *tx, Receipt *receipt, bsn_err *err)
{
	guint8 value[32] = { 0 };
	bsn_call call = {
		.caller = bsn_slice_of(tx->sender, ADDRESS_LEN),
		.contract = tx->to,
		.input = tx->data,
		.value = bsn_slice_of(value, sizeof(value)),
		.budget = tx->gas,
	};
	gboolean frozen;
	int32_t status;

	if (tx_is_ethereum(tx))
		return run_ethereum(execution, tx, receipt, err);
	status = account_frozen(execution->state, tx->sender, &frozen);
	if (status != BSN_OK)
		return status;
	if (frozen) {
		end_with(receipt, FISCO_ACCOUNT_FROZEN, tx->gas);
		return BSN_OK;
	}
	if (tx_is_deploy(tx))
		return run_deploy(execution, tx, receipt, err);
	if (tx_is_lifecycle(tx))
		return run_lifecycle(execution, tx, receipt);
	tx_integer(tx->value, value, sizeof(value));
	return run_invoke(execution, &call, receipt, err);
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
		return status;
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
