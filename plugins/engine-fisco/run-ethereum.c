/* SPDX-License-Identifier: Apache-2.0
 *
 * Ethereum's transactions: what is in a block at all, and what the chain's
 * policy makes of it.
 */
#include "plugins/engine-fisco/run.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fisco/access/accounts.h"
#include "plugins/engine-fisco/account.h"
#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/contracts.h"
#include "plugins/engine-fisco/ethintake.h"
#include "plugins/engine-fisco/ethtx.h"
#include "plugins/engine-fisco/policy.h"

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
	return run_refuse(receipt, reason);
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

int32_t
run_ethereum(Execution *execution, const Tx *tx, Receipt *receipt,
	     bsn_err *err)
{
	char none[] = "";
	const DeployExtra nameless = { .name = none, .version = none };
	guint8 value[32];
	bsn_call call = ethtx_call(tx, value);
	int32_t status = ethintake_offered(execution->ledger, err);

	if (status == BSN_OK)
		status = check_account(execution, tx, err);
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
	return run_enter(execution, &nameless, tx, receipt);
}
