/* SPDX-License-Identifier: Apache-2.0
 *
 * What each has of governance tokens.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/kernel/govern_private.h"

#define BALANCE_PREFIX "balanceOf_"
#define KEY_TOTAL "totalSupply"

const char *const govern_lock_names[GOVERN_LOCKS] = { "ordinary", "tdpos" };

/* ---- a balance as text ------------------------------------------------- */

char *
govern_text(const GovernBalance *balance)
{
	g_autoptr(json_t) locked = json_object();
	g_autoptr(json_t) json = json_object();

	for (guint i = 0; i < GOVERN_LOCKS; i++)
		json_object_set_new(locked, govern_lock_names[i],
				    value_of_amount(balance->locked[i]));
	json_object_set(json, "locked_balance", locked);
	json_object_set_new(json, "total_balance",
			    value_of_amount(balance->total));
	return value_text(json);
}

static gboolean
parse(const json_t *json, GovernBalance *balance)
{
	const json_t *locked = json_object_get(json, "locked_balance");

	for (guint i = 0; i < GOVERN_LOCKS; i++)
		if (!value_to_amount(json_object_get(locked,
						     govern_lock_names[i]),
				     balance->locked[i]))
			return FALSE;
	return value_to_amount(json_object_get(json, "total_balance"),
			       balance->total);
}

int32_t
govern_read(Sandbox *box, const char *owner, GovernBalance *balance,
	    bsn_err *err)
{
	g_autofree char *key = g_strconcat(BALANCE_PREFIX, owner, NULL);
	int32_t status;
	g_autoptr(json_t) json =
		value_get(box, BUCKET_GOVERN, key, &status, err);

	memset(balance, 0, sizeof(*balance));
	if (json == NULL && status == BSN_NOT_FOUND)
		return BSN_OK;
	if (json == NULL)
		return status;
	return parse(json, balance)
		       ? BSN_OK
		       : bsn_fail(err, BSN_E_CORRUPT,
				  "the governance tokens of %s cannot be read",
				  owner);
}

int32_t
govern_write(Sandbox *box, const char *owner, const GovernBalance *balance,
	     bsn_err *err)
{
	g_autofree char *key = g_strconcat(BALANCE_PREFIX, owner, NULL);
	g_autofree char *text = govern_text(balance);

	return value_put_text(box, BUCKET_GOVERN, key, text, err);
}

/* ---- locks ------------------------------------------------------------- */

int32_t
govern_lock(Sandbox *box, const char *owner, GovernLock lock,
	    const guint8 amount[AMOUNT_LEN], bsn_err *err)
{
	GovernBalance balance;
	guint8 locked[AMOUNT_LEN];
	int32_t status = govern_read(box, owner, &balance, err);

	if (status != BSN_OK)
		return status;
	if (!amount_add(locked, balance.locked[lock], amount) ||
	    amount_compare(locked, balance.total) > 0)
		return bsn_fail(err, BSN_DENIED,
				"%s has not so many governance tokens that are "
				"not locked",
				owner);
	memcpy(balance.locked[lock], locked, AMOUNT_LEN);
	return govern_write(box, owner, &balance, err);
}

int32_t
govern_unlock(Sandbox *box, const char *owner, GovernLock lock,
	      const guint8 amount[AMOUNT_LEN], bsn_err *err)
{
	GovernBalance balance;
	int32_t status = govern_read(box, owner, &balance, err);

	if (status != BSN_OK)
		return status;
	if (!amount_sub(balance.locked[lock], balance.locked[lock], amount))
		return bsn_fail(err, BSN_DENIED,
				"%s has not so many governance tokens locked",
				owner);
	return govern_write(box, owner, &balance, err);
}

int32_t
govern_total(Sandbox *box, guint8 total[AMOUNT_LEN], bsn_err *err)
{
	int32_t status;
	g_autofree char *text =
		value_get_text(box, BUCKET_GOVERN, KEY_TOTAL, &status, err);

	memset(total, 0, AMOUNT_LEN);
	if (text == NULL)
		return status == BSN_NOT_FOUND ? BSN_OK : status;
	return amount_from_text(bsn_slice_str(text), total)
		       ? BSN_OK
		       : bsn_fail(err, BSN_E_CORRUPT,
				  "the supply of governance tokens cannot be "
				  "read");
}

/* ---- the beginning ----------------------------------------------------- */

static gboolean
add_times(guint8 sum[AMOUNT_LEN], const guint8 quota[AMOUNT_LEN],
	  guint64 ratio)
{
	guint8 power[AMOUNT_LEN];

	/* By doubling, since amounts have no product. */
	memcpy(power, quota, AMOUNT_LEN);
	while (ratio > 0) {
		if ((ratio & 1) != 0 && !amount_add(sum, sum, power))
			return FALSE;
		ratio >>= 1;
		if (ratio > 0 && !amount_add(power, power, power))
			return FALSE;
	}
	return TRUE;
}

/* Shares of one address are one balance; in the config's order. */
static gboolean
gather(const ChainConfig *config, GPtrArray *order, GHashTable *balances,
       guint8 total[AMOUNT_LEN])
{
	for (guint i = 0; i < config->predistribution->len; i++) {
		const Predistribution *share = &g_array_index(
			config->predistribution, Predistribution, i);
		GovernBalance *balance =
			g_hash_table_lookup(balances, share->address);

		if (balance == NULL) {
			balance = g_new0(GovernBalance, 1);
			g_hash_table_insert(balances, (gpointer)share->address,
					    balance);
			g_ptr_array_add(order, (gpointer)share->address);
		}
		if (!add_times(balance->total, share->quota,
			       config->governance_supply_ratio) ||
		    !add_times(total, share->quota,
			       config->governance_supply_ratio))
			return FALSE;
	}
	return TRUE;
}

static int32_t
put_all(GPtrArray *order, GHashTable *balances,
	const guint8 total[AMOUNT_LEN], GovernPut put, void *owner,
	bsn_err *err)
{
	g_autofree char *sum = amount_to_text(total);
	int32_t status = put(owner, KEY_TOTAL, sum, err);

	for (guint i = 0; status == BSN_OK && i < order->len; i++) {
		const char *address = g_ptr_array_index(order, i);
		g_autofree char *key =
			g_strconcat(BALANCE_PREFIX, address, NULL);
		g_autofree char *text =
			govern_text(g_hash_table_lookup(balances, address));

		status = put(owner, key, text, err);
	}
	if (status == BSN_OK)
		status = put(owner, KEY_DISTRIBUTED, "true", err);
	return status;
}

int32_t
govern_begin(const ChainConfig *config, GovernPut put, void *owner,
	     bsn_err *err)
{
	g_autoptr(GPtrArray) order = g_ptr_array_new();
	g_autoptr(GHashTable) balances = g_hash_table_new_full(
		g_str_hash, g_str_equal, NULL, g_free);
	guint8 total[AMOUNT_LEN] = { 0 };

	if (!gather(config, order, balances, total))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"predistribution times governance.supply_ratio "
				"is over 256 bits");
	return put_all(order, balances, total, put, owner, err);
}
