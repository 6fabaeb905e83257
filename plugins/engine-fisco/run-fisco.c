/* SPDX-License-Identifier: Apache-2.0
 *
 * FISCO's own transactions: deployments, calls, life cycle of contracts.
 */
#include "plugins/engine-fisco/run.h"

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/access/accounts.h"
#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/contracts.h"
#include "plugins/engine-fisco/policy.h"
#include "plugins/engine-fisco/wasm.h"

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
	run_end(receipt, code, tx->gas);
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
	guint8 address[ADDRESS_LEN];
	int32_t status = BSN_OK;

	if (wasm_chain(execution->ledger)) {
		status = wasm_new_address(execution->ledger, tx, address);
		call.contract = bsn_slice_of(address, ADDRESS_LEN);
	}
	if (status != BSN_OK)
		return status;
	tx_integer(tx->value, value, sizeof(value));
	status = run_contract(execution, &call, receipt, err);
	if (status != BSN_OK || receipt->status != FISCO_OK)
		return status;
	return run_enter(execution, extra, tx, receipt);
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
		run_end(receipt, code, tx->gas);
		return BSN_OK;
	}
	status = policy_refuses(execution->ledger, tx->data, &reason);
	if (status != BSN_OK)
		return MIN(status, BSN_E_INVALID);
	if (reason == NULL)
		return run_create(execution, tx, &extra, receipt, err);
	run_end(receipt, FISCO_REFUSED, tx->gas);
	return run_refuse(receipt, reason);
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
		.precompiled = run_precompiled(execution),
		.chain = execution->ledger->chain,
	};
	bsn_sink nowhere = { ignore_bytes };
	bsn_slice where = bsn_slice_of(address, ADDRESS_LEN);
	WasmAddress text;
	int32_t status = BSN_OK;

	if (wasm_chain(execution->ledger))
		where = wasm_address(address, &text);
	state_view_init(&view);
	*has = TRUE;
	if (is_precompiled(address) || !BSN_HAS(runtime, code))
		return BSN_OK;
	status = runtime->code(where, &view.table, &nowhere, NULL);
	if (status == BSN_NOT_FOUND)
		status = run_is_own(execution, address);
	*has = status == BSN_OK;
	return MIN(status, BSN_OK);
}

/* A chain whose machine knows no amounts moves none. */
static gboolean
moves_nothing(const Execution *execution, const Tx *tx)
{
	guint8 value[32];
	guint8 sum = 0;

	tx_integer(tx->value, value, sizeof(value));
	for (guint i = 0; i < sizeof(value); i++)
		sum |= value[i];
	return sum == 0 || !wasm_chain(execution->ledger);
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
	bsn_slice input = call->input;
	guint8 selector[SELECTOR_LEN];
	gboolean allowed = TRUE;
	int32_t status = BSN_OK;

	if (wasm_chain(execution->ledger) &&
	    run_is_own(execution, call->contract.data) == BSN_NOT_FOUND) {
		status = wasm_selector_of(execution->ledger, call->input,
					  selector);
		input = bsn_slice_of(selector, SELECTOR_LEN);
	}
	if (status == BSN_OK && !execution->reading)
		status = guard_allows_call(&execution->guard, execution->state,
					   call->contract.data, input,
					   call->caller.data, &allowed);
	if (!allowed)
		*code = FISCO_NO_CALL;
	return status;
}

int32_t
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
		run_end(receipt, code, call->budget);
		return BSN_OK;
	}
	call->kind = BSN_CALL_INVOKE;
	status = run_contract(execution, call, receipt, err);
	if (status != BSN_OK || receipt->status != FISCO_REVERT)
		return status;
	status = run_is_own(execution, call->contract.data);
	if (status == BSN_OK)
		receipt->status = FISCO_PRECOMPILED;
	return MIN(status, BSN_OK);
}

int32_t
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
		run_end(receipt, FISCO_ACCOUNT_FROZEN, tx->gas);
		return BSN_OK;
	}
	if (!moves_nothing(execution, tx)) {
		run_end(receipt, FISCO_NO_CASH, tx->gas);
		return BSN_OK;
	}
	if (tx_is_deploy(tx))
		return run_deploy(execution, tx, receipt, err);
	if (tx_is_lifecycle(tx))
		return run_lifecycle(execution, tx, receipt);
	tx_integer(tx->value, value, sizeof(value));
	return run_invoke(execution, &call, receipt, err);
}
