/* SPDX-License-Identifier: Apache-2.0
 *
 * $utxo: what an address, account or contract has, as questions: they look at
 * outputs without the versions that a transaction would need, so no transaction
 * can ask them.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/kernel/args.h"
#include "plugins/engine-xuper/query/json.h"
#include "plugins/engine-xuper/services.h"
#include "plugins/engine-xuper/state/utxo.h"

/* Outputs that one question answers. */
#define LIST_MAX 1000u
/* Owners that are added up while somebody waits. */
#define OWNERS_MAX 100000u

/* The height at which it is asked whether an output is frozen: of the next
 * block; 0, where that is not known, has all frozen ones frozen. */
static guint64
height_of(const KernelCall *call)
{
	return sandbox_env(call->box)->height;
}

static int32_t
only_asked(bsn_err *err)
{
	return bsn_fail(err, BSN_DENIED,
			"$utxo only answers questions: no transaction can "
			"call it");
}

/* Whose outputs are asked for; NULL: the reason says why. */
static char *
owner_of(const KernelCall *call, int32_t *status, bsn_err *err)
{
	char *owner = NULL;

	*status = BSN_BAD_REQUEST;
	if (call->read_only)
		owner = arg_text(call, "address", UTXO_OWNER_MAX, err);
	else
		*status = only_asked(err);
	return owner;
}

static json_t *
amount_json(const guint8 amount[AMOUNT_LEN])
{
	return tokens_json(amount_slice(amount));
}

/* ---- balances ---- */

static int32_t
read_balance(KernelCall *call, Balance *balance, bsn_err *err)
{
	int32_t status;
	g_autofree char *owner = owner_of(call, &status, err);

	return owner == NULL ? status
			     : balance_get(sandbox_layer(call->box),
					   bsn_slice_str(owner),
					   height_of(call), balance, err);
}

static int32_t
ask_balance(KernelCall *call, bsn_err *err)
{
	Balance balance;
	g_autoptr(json_t) answer = NULL;
	const int32_t status = read_balance(call, &balance, err);

	if (status != BSN_OK)
		return status;
	answer = json_pack("{s:o, s:o, s:o}", "balance",
			   amount_json(balance.total), "frozen",
			   amount_json(balance.frozen), "utxos",
			   number_json(balance.count));
	answer_json(call, answer);
	return BSN_OK;
}

static int32_t
ask_detail(KernelCall *call, bsn_err *err)
{
	Balance balance;
	guint8 free_ones[AMOUNT_LEN];
	g_autoptr(json_t) answer = NULL;
	const int32_t status = read_balance(call, &balance, err);

	if (status != BSN_OK)
		return status;
	if (!amount_sub(free_ones, balance.total, balance.frozen))
		return bsn_fail(err, BSN_E_CORRUPT,
				"more is frozen than there is");
	answer = json_pack("[{s:o, s:b}, {s:o, s:b}]", "balance",
			   amount_json(free_ones), "isFrozen", 0, "balance",
			   amount_json(balance.frozen), "isFrozen", 1);
	answer_json(call, answer);
	return BSN_OK;
}

static int32_t
ask_supply(KernelCall *call, bsn_err *err)
{
	Supply supply;
	g_autoptr(json_t) answer = NULL;
	int32_t status;

	if (!call->read_only)
		return only_asked(err);
	status = supply_get(sandbox_layer(call->box), OWNERS_MAX, &supply,
			    err);
	if (status != BSN_OK)
		return status;
	answer = json_pack("{s:o, s:o}", "totalSupply",
			   amount_json(supply.total), "owners",
			   number_json(supply.owners));
	answer_json(call, answer);
	return BSN_OK;
}

/* ---- outputs ---- */

static json_t *
utxo_json(const KernelCall *call, const Utxo *utxo)
{
	return json_pack("{s:o, s:i, s:o, s:I, s:b}", "refTxid",
			 bytes_json(bsn_slice_of(utxo->txid, HASH_LEN)),
			 "refOffset", (int)utxo->offset, "amount",
			 amount_json(utxo->amount), "frozenHeight",
			 (json_int_t)utxo->frozen, "isFrozen",
			 (int)!utxo_free_at(utxo, height_of(call)));
}

typedef struct {
	UtxoScan scan;
	const KernelCall *call;
	json_t *list;
	guint64 limit;
	gboolean more;
} Listing;

/* Ends the scan: no status of the store's. */
#define ENOUGH G_MAXINT32

static int32_t
list_one(UtxoScan *scan, const Utxo *utxo)
{
	Listing *listing = (Listing *)scan;

	listing->more = json_array_size(listing->list) >= listing->limit;
	if (listing->more)
		return ENOUGH;
	json_array_append_new(listing->list, utxo_json(listing->call, utxo));
	return BSN_OK;
}

static int32_t
read_limit(const KernelCall *call, guint64 *limit, bsn_err *err)
{
	*limit = LIST_MAX;
	if (kernel_arg(call, "limit").len > 0 &&
	    !arg_number(call, "limit", limit, err))
		return BSN_BAD_REQUEST;
	if (*limit > 0 && *limit <= LIST_MAX)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"the argument limit must be from 1 to %u", LIST_MAX);
}

static int32_t
ask_list(KernelCall *call, bsn_err *err)
{
	int32_t status;
	g_autofree char *owner = owner_of(call, &status, err);
	g_autoptr(json_t) list = json_array();
	Listing listing = { { list_one }, call, list, 0, FALSE };
	g_autoptr(json_t) answer = NULL;

	if (owner == NULL)
		return status;
	status = read_limit(call, &listing.limit, err);
	if (status == BSN_OK)
		status = utxo_scan(sandbox_layer(call->box),
				   bsn_slice_str(owner), &listing.scan, err);
	if (status != BSN_OK && status != ENOUGH)
		return status;
	answer = json_pack("{s:O, s:b}", "utxoList", list, "more",
			   (int)listing.more);
	answer_json(call, answer);
	return BSN_OK;
}

static int32_t
ask_select(KernelCall *call, bsn_err *err)
{
	guint8 first[HASH_LEN] = { 0 };
	int32_t status;
	g_autofree char *owner = owner_of(call, &status, err);
	g_autoptr(GArray) chosen = g_array_new(FALSE, FALSE, sizeof(Utxo));
	guint8 need[AMOUNT_LEN], sum[AMOUNT_LEN];
	g_autoptr(json_t) list = json_array();
	g_autoptr(json_t) answer = NULL;

	if (owner == NULL)
		return status;
	if (!arg_amount(call, "amount", need, err))
		return BSN_BAD_REQUEST;
	/* Who asks at the same time is not given the same. */
	(void)services.random->fill(NULL, first, sizeof(first));
	status = utxo_select(sandbox_layer(call->box), bsn_slice_str(owner),
			     need, height_of(call), LIST_MAX, first, NULL, NULL,
			     chosen, sum, err);
	if (status != BSN_OK)
		return status;
	for (guint i = 0; i < chosen->len; i++)
		json_array_append_new(
			list, utxo_json(call, &g_array_index(chosen, Utxo, i)));
	answer = json_pack("{s:O, s:o}", "utxoList", list, "totalSelected",
			   amount_json(sum));
	answer_json(call, answer);
	return BSN_OK;
}

const KernelMethod kernel_query[] = {
	{ "$utxo", "balance", ask_balance, KERNEL_READS, "address" },
	{ "$utxo", "totalSupply", ask_supply, KERNEL_READS, "" },
	{ "$utxo", "balance_detail", ask_detail, KERNEL_READS, "address" },
	{ "$utxo", "list", ask_list, KERNEL_READS, "address, limit" },
	{ "$utxo", "select", ask_select, KERNEL_READS, "address, amount" },
	{ 0 },
};
