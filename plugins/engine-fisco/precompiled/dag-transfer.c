/* SPDX-License-Identifier: Apache-2.0
 *
 * 0x5002: accounts by name, for measuring transfers. A record: the balance, 32
 * bytes. Who only receives is added to, so that many can pay to one account
 * side by side.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/precompiled/call.h"
#include "plugins/engine-fisco/precompiled/codes.h"
#include "plugins/engine-fisco/precompiled/contracts.h"

static int32_t
user_key(const PrecompiledCall *call, bsn_slice name, StateKey *key)
{
	guint8 digest[HASH_LEN];

	*key = state_key('D');
	if (suite_digest1(&call->ledger->suite, name, digest) != BSN_OK)
		return BSN_E_INTERNAL;
	state_key_add(key, bsn_slice_of(digest, sizeof(digest)));
	return BSN_OK;
}

static gboolean
is_zero(bsn_slice amount)
{
	for (guint64 i = 0; i < amount.len; i++)
		if (amount.data[i] != 0)
			return FALSE;
	return TRUE;
}

/* to + amount in `sum`; FALSE when it overflows. */
static gboolean
add(const guint8 *to, const guint8 *amount, guint8 *sum)
{
	guint carry = 0;

	for (guint i = WORD_LEN; i-- > 0;) {
		carry += (guint)to[i] + amount[i];
		sum[i] = (guint8)carry;
		carry >>= 8;
	}
	return carry == 0;
}

/* from - amount; from is not less. */
static void
subtract(const guint8 *from, const guint8 *amount, guint8 *rest)
{
	guint borrow = 0;

	for (guint i = WORD_LEN; i-- > 0;) {
		guint less = amount[i] + borrow;

		borrow = from[i] < less;
		rest[i] = (guint8)(from[i] - less);
	}
}

/* ---- balances ---------------------------------------------------------- */

/* Reads all of a balance.
 * Out: code: 0, or PRECOMPILED_NO_USER. */
static int32_t
read_balance(PrecompiledCall *call, const StateKey *key, guint8 *balance,
	     gint64 *code)
{
	bsn_slice value;
	int32_t status = precompiled_get(call, key, &value);

	*code = status == BSN_NOT_FOUND ? PRECOMPILED_NO_USER : 0;
	if (status != BSN_OK)
		return status == BSN_NOT_FOUND ? BSN_OK : status;
	if (value.len != WORD_LEN)
		return BSN_E_CORRUPT;
	memcpy(balance, value.data, WORD_LEN);
	return BSN_OK;
}

static int32_t
write_balance(PrecompiledCall *call, const StateKey *key,
	      const guint8 *balance)
{
	return precompiled_put(call, key, bsn_slice_of(balance, WORD_LEN));
}

/* Adds to a balance, which is made when there is none.
 * Out: code: 0, or PRECOMPILED_OVERFLOW. */
static int32_t
credit(PrecompiledCall *call, const StateKey *key, const guint8 *amount,
       gint64 *code)
{
	guint8 sum[WORD_LEN];
	bsn_slice value;
	int32_t status = precompiled_peek(call, key, 0, WORD_LEN, &value);

	*code = 0;
	if (status == BSN_NOT_FOUND)
		return write_balance(call, key, amount);
	if (status != BSN_OK)
		return status;
	if (value.len != WORD_LEN)
		return BSN_E_CORRUPT;
	if (add(value.data, amount, sum))
		return precompiled_increase(call, key, 0,
					    bsn_slice_of(amount, WORD_LEN));
	/* That it overflows depends on what it is. */
	status = precompiled_get(call, key, &value);
	*code = PRECOMPILED_OVERFLOW;
	return status;
}

/* Takes from a balance.
 * Out: code: 0, PRECOMPILED_NO_USER or PRECOMPILED_INSUFFICIENT. */
static int32_t
debit(PrecompiledCall *call, const StateKey *key, const guint8 *amount,
      gint64 *code)
{
	guint8 balance[WORD_LEN];
	int32_t status = read_balance(call, key, balance, code);

	if (status != BSN_OK || *code != 0)
		return status;
	if (memcmp(balance, amount, WORD_LEN) < 0) {
		*code = PRECOMPILED_INSUFFICIENT;
		return BSN_OK;
	}
	subtract(balance, amount, balance);
	return write_balance(call, key, balance);
}

/* ---- functions --------------------------------------------------------- */

/* The user that the first argument names, the amount that the second one is.
 * Out: code: 0, PRECOMPILED_USER_NAME or PRECOMPILED_AMOUNT. */
static int32_t
user_and_amount(const PrecompiledCall *call, StateKey *key, gint64 *code)
{
	*code = 0;
	if (call->args[0].bytes.len == 0)
		*code = PRECOMPILED_USER_NAME;
	else if (is_zero(call->args[1].bytes))
		*code = PRECOMPILED_AMOUNT;
	return user_key(call, call->args[0].bytes, key);
}

static int32_t
user_add(PrecompiledCall *call)
{
	guint8 balance[WORD_LEN];
	StateKey key;
	gint64 code;
	int32_t status = user_key(call, call->args[0].bytes, &key);

	if (call->args[0].bytes.len == 0)
		return precompiled_answer(call, PRECOMPILED_USER_NAME);
	if (status == BSN_OK)
		status = read_balance(call, &key, balance, &code);
	if (status != BSN_OK)
		return status;
	if (code == 0)
		return precompiled_answer(call, PRECOMPILED_USER_EXISTS);
	status = write_balance(call, &key, call->args[1].bytes.data);
	return status == BSN_OK ? precompiled_answer(call, 0) : status;
}

/* Changes a balance by the amount, credit or debit. */
static int32_t
change(PrecompiledCall *call,
       int32_t (*how)(PrecompiledCall *call, const StateKey *key,
		      const guint8 *amount, gint64 *code))
{
	StateKey key;
	gint64 code;
	int32_t status = user_and_amount(call, &key, &code);

	if (status == BSN_OK && code == 0)
		status = how(call, &key, call->args[1].bytes.data, &code);
	return status == BSN_OK ? precompiled_answer(call, code) : status;
}

static int32_t
user_save(PrecompiledCall *call)
{
	return change(call, credit);
}

static int32_t
user_draw(PrecompiledCall *call)
{
	return change(call, debit);
}

/* What the receiver cannot take stays with the payer. */
static int32_t
move(PrecompiledCall *call, gint64 *code)
{
	const guint8 *amount = call->args[2].bytes.data;
	guint mark = overlay_mark(call->state);
	StateKey from, to;
	int32_t status = user_key(call, call->args[0].bytes, &from);

	if (status == BSN_OK)
		status = user_key(call, call->args[1].bytes, &to);
	if (status == BSN_OK)
		status = debit(call, &from, amount, code);
	if (status != BSN_OK || *code != 0)
		return status;
	status = credit(call, &to, amount, code);
	if (status == BSN_OK && *code != 0)
		overlay_rollback(call->state, mark);
	return status;
}

static int32_t
user_transfer(PrecompiledCall *call)
{
	const Arg *args = call->args;
	gint64 code = 0;
	int32_t status = BSN_OK;

	if (args[0].bytes.len == 0 || args[1].bytes.len == 0)
		code = PRECOMPILED_USER_NAME;
	else if (is_zero(args[2].bytes))
		code = PRECOMPILED_AMOUNT;
	else if (!bsn_slice_equal(args[0].bytes, args[1].bytes))
		status = move(call, &code);
	return status == BSN_OK ? precompiled_answer(call, code) : status;
}

/* A code and the balance, 0 with a code. */
static int32_t
user_balance(PrecompiledCall *call)
{
	guint8 balance[WORD_LEN] = { 0 };
	gint64 code = PRECOMPILED_USER_NAME;
	StateKey key;
	int32_t status = user_key(call, call->args[0].bytes, &key);

	if (status == BSN_OK && call->args[0].bytes.len > 0)
		status = read_balance(call, &key, balance, &code);
	if (status != BSN_OK)
		return status;
	results_put_int(&call->results, code);
	results_put_word(&call->results, balance);
	return BSN_OK;
}

static const PrecompiledFunction functions[] = {
	{ 0x3fe8e3f5, 0xebceb511, "userAdd(string,uint256)",
	  user_add, GAS_WRITES },
	{ 0xe555f3d9, 0x622793a5, "userSave(string,uint256)",
	  user_save, GAS_WRITES },
	{ 0xff2b0127, 0x2f327550, "userDraw(string,uint256)",
	  user_draw, GAS_WRITES },
	{ 0x0b37617b, 0x1626c092, "userTransfer(string,string,uint256)",
	  user_transfer, GAS_WRITES },
	{ 0x1536aedd, 0x01d04396, "userBalance(string)",
	  user_balance, GAS_READS },
};

const PrecompiledContract dag_transfer_contract = {
	"DagTransfer", 0x5002, functions, G_N_ELEMENTS(functions)
};
