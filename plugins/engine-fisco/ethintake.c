/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/ethintake.h"

#include "plugins/engine-fisco/account.h"
#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/ethtx.h"
#include "plugins/engine-fisco/execute.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/wasm.h"
#include "plugins/kit/u256.h"

/* ---- in any block ------------------------------------------------------ */

static int32_t
check_gas(const Ledger *ledger, const Tx *tx, bsn_err *err)
{
	const bsn_block_env env = execution_env(ledger, ledger->head.number + 1,
						ledger->head.time_ms, NULL);
	guint8 value[U256_BYTES];
	bsn_call call = ethtx_call(tx, value);
	guint64 least = 0;
	int32_t status = BSN_OK;

	call.block = &env;
	if (BSN_HAS(ledger->runtime, least_budget))
		status = ledger->runtime->least_budget(&call, &least, err);
	if (status != BSN_OK) {
		if (err != NULL)
			err->native = FISCO_MALFORMED;
		return status;
	}
	if (least > tx->gas)
		return bsn_fail_native(err, BSN_BAD_REQUEST, FISCO_OUT_OF_GAS,
				       "intrinsic gas too low: gas is "
				       "%" G_GUINT64_FORMAT
				       ", this transaction needs at least "
				       "%" G_GUINT64_FORMAT,
				       tx->gas, least);
	return BSN_OK;
}

int32_t
ethintake_offered(const Ledger *ledger, bsn_err *err)
{
	if (!wasm_chain(ledger) && BSN_HAS(ledger->runtime, account))
		return BSN_OK;
	return bsn_fail_native(err, BSN_NOT_OFFERED, FISCO_MALFORMED,
			       "the chain's contract runtime \"%s\" has no "
			       "accounts with nonces, which Ethereum's "
			       "transactions need",
			       ledger->runtime->name);
}

int32_t
ethintake_check(const Ledger *ledger, const Tx *tx, bsn_err *err)
{
	if (!tx->is_protected)
		return bsn_fail_native(
			err, BSN_BAD_REQUEST, FISCO_CHAIN_ID,
			"only replay-protected (EIP-155) transactions are "
			"taken: sign it for chain id %" G_GUINT64_FORMAT,
			ledger_config(ledger)->chain_id);
	if (ethintake_offered(ledger, err) != BSN_OK)
		return BSN_NOT_OFFERED;
	return check_gas(ledger, tx, err);
}

/* ---- in the pool ------------------------------------------------------- */

static int32_t
check_nonce(const Ledger *ledger, const Tx *tx, guint64 nonce, bsn_err *err)
{
	if (pool_find(&ledger->pool, tx->hash) != NULL)
		return bsn_fail_native(err, BSN_DUPLICATE, FISCO_KNOWN,
				       "already known: the transaction waits "
				       "in the pool");
	if (tx->account_nonce < nonce)
		return bsn_fail_native(err, BSN_DUPLICATE, FISCO_NONCE,
				       "nonce too low: the transaction has "
				       "%" G_GUINT64_FORMAT
				       ", the account's next one is "
				       "%" G_GUINT64_FORMAT,
				       tx->account_nonce, nonce);
	if (pool_find_account(&ledger->pool, tx->sender, tx->account_nonce) !=
	    NULL)
		return bsn_fail_native(err, BSN_DUPLICATE, FISCO_NONCE,
				       "replacement transaction underpriced: "
				       "another transaction with nonce "
				       "%" G_GUINT64_FORMAT
				       " waits and is not replaced, since gas "
				       "has no price here",
				       tx->account_nonce);
	return BSN_OK;
}

static int32_t
check_value(const Tx *tx, const bsn_account *account, bsn_err *err)
{
	guint8 value[U256_BYTES];
	g_autofree char *have = NULL;
	g_autofree char *want = NULL;

	tx_integer(tx->value, value, U256_BYTES);
	if (memcmp(account->balance, value, U256_BYTES) >= 0)
		return BSN_OK;
	have = u256_to_text(account->balance, FALSE);
	want = u256_to_text(value, FALSE);
	return bsn_fail_native(err, BSN_FAULT, FISCO_NO_CASH,
			       "insufficient funds for gas * price + value: "
			       "have %s want %s",
			       have, want);
}

/* Of an account whose transactions wait, the pool knows the nonce. */
static int32_t
load_account(const Ledger *ledger, const Tx *tx, bsn_account *account,
	     bsn_err *err)
{
	const PoolSender *sender = pool_sender(&ledger->pool, tx->sender);
	g_autoptr(Overlay) state = NULL;
	int32_t status;

	*account = (bsn_account){ .size = sizeof(*account) };
	if (sender != NULL)
		account->nonce = sender->nonce;
	if (sender != NULL && tx->value.len == 0)
		return BSN_OK;
	state = ledger_state(ledger);
	status = account_load(ledger, state, tx->sender, account);
	return status == BSN_OK
		       ? BSN_OK
		       : bsn_fail(err, status, "the account cannot be read");
}

static int32_t
check_room(const Ledger *ledger, const Tx *tx, guint64 nonce, bsn_err *err)
{
	const Pool *pool = &ledger->pool;
	const PoolSender *sender = pool_sender(pool, tx->sender);
	guint64 ready_end = sender != NULL ? sender->ready_end : nonce;
	int32_t status = pool_room(pool, tx->raw.len, err);

	if (status == BSN_OK && tx->account_nonce > ready_end)
		status = pool_room_later(pool, sender, err);
	return status;
}

int32_t
ethintake_admit(Ledger *ledger, const Tx *tx, guint64 *nonce, bsn_err *err)
{
	bsn_account account;
	int32_t status = load_account(ledger, tx, &account, err);

	*nonce = account.nonce;
	if (status == BSN_OK)
		status = check_nonce(ledger, tx, account.nonce, err);
	if (status == BSN_OK)
		status = check_value(tx, &account, err);
	if (status == BSN_OK)
		status = check_room(ledger, tx, account.nonce, err);
	return status;
}
