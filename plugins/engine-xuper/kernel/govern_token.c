/* SPDX-License-Identifier: Apache-2.0
 *
 * $govern_token: governance tokens are moved, and locked by the contracts that
 * count them.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/kernel/args.h"
#include "plugins/engine-xuper/kernel/govern_private.h"


static int32_t
put_in_box(void *owner, const char *key, const char *value, bsn_err *err)
{
	return value_put_text(owner, BUCKET_GOVERN, key, value, err);
}

/* The genesis has done it; clients of XuperChain ask for it all the same. */
static int32_t
init(KernelCall *call, bsn_err *err)
{
	int32_t status = sandbox_get(call->box, bsn_slice_str(BUCKET_GOVERN),
				     bsn_slice_str(KEY_DISTRIBUTED), NULL, err);

	if (status == BSN_OK)
		return bsn_fail(err, BSN_DUPLICATE,
				"the governance tokens are distributed "
				"already");
	if (status != BSN_NOT_FOUND)
		return status;
	return govern_begin(sandbox_env(call->box)->config, put_in_box,
			    call->box, err);
}

/* What can be transferred: what is not locked in any way. */
static void
free_tokens(const GovernBalance *balance, guint8 amount[AMOUNT_LEN])
{
	guint8 one[AMOUNT_LEN];

	memcpy(amount, balance->total, AMOUNT_LEN);
	for (guint i = 0; i < GOVERN_LOCKS; i++)
		if (amount_sub(one, balance->total, balance->locked[i]) &&
		    amount_compare(one, amount) < 0)
			memcpy(amount, one, AMOUNT_LEN);
}

static int32_t
take(Sandbox *box, const char *from, const guint8 amount[AMOUNT_LEN],
     bsn_err *err)
{
	GovernBalance balance;
	guint8 free[AMOUNT_LEN];
	int32_t status = govern_read(box, from, &balance, err);

	if (status != BSN_OK)
		return status;
	free_tokens(&balance, free);
	if (amount_compare(amount, free) > 0)
		return bsn_fail(err, BSN_DENIED,
				"%s has not so many governance tokens that are "
				"not locked",
				from);
	amount_sub(balance.total, balance.total, amount);
	return govern_write(box, from, &balance, err);
}

static int32_t
give(Sandbox *box, const char *to, const guint8 amount[AMOUNT_LEN],
     bsn_err *err)
{
	GovernBalance balance;
	int32_t status = govern_read(box, to, &balance, err);

	if (status != BSN_OK)
		return status;
	/* No sum is above the supply, which has 256 bits. */
	if (!amount_add(balance.total, balance.total, amount))
		return bsn_fail(err, BSN_E_CORRUPT,
				"there are more governance tokens than the "
				"supply");
	return govern_write(box, to, &balance, err);
}

static int32_t
transfer(KernelCall *call, bsn_err *err)
{
	const char *from = call_initiator(call, err);
	g_autofree char *to = NULL;
	guint8 amount[AMOUNT_LEN];
	int32_t status;

	if (from == NULL)
		return BSN_DENIED;
	to = arg_owner(call, "to", err);
	if (to == NULL || !arg_amount(call, "amount", amount, err))
		return BSN_BAD_REQUEST;
	status = take(call->box, from, amount, err);
	if (status == BSN_OK)
		status = give(call->box, to, amount, err);
	return status;
}

typedef struct {
	char *from;
	GovernLock lock;
	guint8 amount[AMOUNT_LEN];
} LockArgs;

static int32_t
read_lock(const KernelCall *call, LockArgs *args, bsn_err *err)
{
	bsn_slice name = kernel_arg(call, "lock_type");

	args->from = NULL;
	if (g_strcmp0(call->caller, "$proposal") != 0 &&
	    g_strcmp0(call->caller, "$tdpos") != 0)
		return bsn_fail(err, BSN_DENIED,
				"only $proposal and $tdpos lock and unlock "
				"governance tokens");
	for (args->lock = 0; args->lock < GOVERN_LOCKS; args->lock++)
		if (bsn_slice_equal(
			    name,
			    bsn_slice_str(govern_lock_names[args->lock])))
			break;
	if (args->lock == GOVERN_LOCKS)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the argument lock_type must be ordinary or "
				"tdpos");
	args->from = arg_owner(call, "from", err);
	if (args->from == NULL || !arg_amount(call, "amount", args->amount, err))
		return BSN_BAD_REQUEST;
	return BSN_OK;
}

static int32_t
lock(KernelCall *call, bsn_err *err)
{
	LockArgs args;
	int32_t status = read_lock(call, &args, err);

	if (status == BSN_OK)
		status = govern_lock(call->box, args.from, args.lock,
				     args.amount, err);
	g_free(args.from);
	return status;
}

static int32_t
unlock(KernelCall *call, bsn_err *err)
{
	LockArgs args;
	int32_t status = read_lock(call, &args, err);

	if (status == BSN_OK)
		status = govern_unlock(call->box, args.from, args.lock,
				       args.amount, err);
	g_free(args.from);
	return status;
}

static int32_t
query(KernelCall *call, bsn_err *err)
{
	g_autofree char *account = arg_owner(call, "account", err);
	g_autofree char *text = NULL;
	GovernBalance balance;
	int32_t status;

	if (account == NULL)
		return BSN_BAD_REQUEST;
	status = govern_read(call->box, account, &balance, err);
	if (status != BSN_OK)
		return status;
	text = govern_text(&balance);
	answer_text(call, text);
	return BSN_OK;
}

static int32_t
total_supply(KernelCall *call, bsn_err *err)
{
	guint8 total[AMOUNT_LEN];
	int32_t status = govern_total(call->box, total, err);
	g_autofree char *text = amount_to_text(total);

	answer_text(call, text);
	return status;
}

const KernelMethod kernel_govern_token[] = {
	{ "$govern_token", "Init", init, 0, "" },
	{ "$govern_token", "Transfer", transfer, 0, "to, amount" },
	{ "$govern_token", "Lock", lock, 0, "from, amount, lock_type" },
	{ "$govern_token", "UnLock", unlock, 0, "from, amount, lock_type" },
	{ "$govern_token", "Query", query, KERNEL_READS, "account" },
	{ "$govern_token", "TotalSupply", total_supply, KERNEL_READS, "" },
	{ NULL, NULL, NULL, 0, NULL },
};
