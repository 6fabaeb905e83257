/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/balances.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fisco/state.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/u256.h"

static gint
compare(gconstpointer a, gconstpointer b)
{
	return memcmp(((const Balance *)a)->address,
		      ((const Balance *)b)->address, ADDRESS_LEN);
}

static gboolean
is_zero(const Balance *balance)
{
	static const guint8 zeros[sizeof(balance->amount)];

	return memcmp(balance->amount, zeros, sizeof(zeros)) == 0;
}

/* FALSE when the sum of all is over 2^256 - 1. */
static gboolean
sum_fits(const GArray *balances)
{
	guint8 sum[32] = { 0 };

	for (guint i = 0; i < balances->len; i++) {
		const Balance *one = &g_array_index(balances, Balance, i);
		guint carry = 0;

		for (gsize at = sizeof(sum); at-- > 0;) {
			carry += (guint)sum[at] + one->amount[at];
			sum[at] = (guint8)carry;
			carry >>= 8;
		}
		if (carry != 0)
			return FALSE;
	}
	return TRUE;
}

/* What is wrong with balances in order of their addresses, or NULL. */
static const char *
problem(const GArray *balances)
{
	for (guint i = 0; i < balances->len; i++) {
		const Balance *one = &g_array_index(balances, Balance, i);

		if (is_zero(one))
			return "a balance of 0 is none: leave the account out";
		if (i > 0 && compare(one - 1, one) >= 0)
			return "an address stands there twice";
	}
	return sum_fits(balances) ? NULL
				  : "all balances together must be below 2^256";
}

/* ---- from the config --------------------------------------------------- */

static int32_t
parse_one(const char *address, const json_t *amount, Balance *balance,
	  bsn_err *err)
{
	const U256Type type = { 256, FALSE };
	bsn_err own = BSN_ERR_INIT;

	if (!g_str_has_prefix(address, "0x") ||
	    !hex_decode_fixed(address, strlen(address), balance->address,
			      ADDRESS_LEN))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"\"%.50s\" is no address: 0x and 40 "
				"hexadecimal digits",
				address);
	if (u256_from_json(amount, type, balance->amount, &own) != BSN_OK)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the balance of %s: %s", address, own.reason);
	return BSN_OK;
}

int32_t
balances_parse(const json_t *object, GArray **balances, bsn_err *err)
{
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(Balance));
	const char *what;
	const char *address;
	json_t *amount;

	if (json_object_size(object) == 0)
		return BSN_OK;
	if (json_object_size(object) > BALANCES_MAX)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a chain begins with at most %u balances",
				BALANCES_MAX);
	json_object_foreach((json_t *)object, address, amount) {
		Balance one;

		if (parse_one(address, amount, &one, err) != BSN_OK)
			return BSN_BAD_REQUEST;
		g_array_append_val(all, one);
	}
	g_array_sort(all, compare);
	what = problem(all);
	if (what != NULL)
		return bsn_fail(err, BSN_BAD_REQUEST, "%s", what);
	*balances = g_steal_pointer(&all);
	return BSN_OK;
}

/* ---- in the genesis ---------------------------------------------------- */

void
balances_put(const GArray *balances, GByteArray *out)
{
	g_autofree RlpItem *items = g_new(RlpItem, 2 * (gsize)balances->len);

	for (guint i = 0; i < balances->len; i++) {
		const Balance *one = &g_array_index(balances, Balance, i);

		items[2 * i] =
			rlp_bytes(bsn_slice_of(one->address, ADDRESS_LEN));
		items[2 * i + 1] = rlp_integer(
			bsn_slice_of(one->amount, sizeof(one->amount)));
	}
	rlp_put_list(out, items, 2 * (guint64)balances->len);
}

GArray *
balances_read(RlpReader *reader)
{
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(Balance));
	const char *what;

	rlp_enter(reader, "balances");
	while (rlp_more(reader) && all->len < BALANCES_MAX) {
		Balance one = { 0 };
		bsn_slice amount;

		rlp_read_fixed(reader, "address", one.address, ADDRESS_LEN);
		amount = rlp_read_integer(reader, "balance",
					  sizeof(one.amount));
		if (amount.len > 0)
			memcpy(one.amount + sizeof(one.amount) - amount.len,
			       amount.data, amount.len);
		g_array_append_val(all, one);
	}
	rlp_leave(reader);
	what = problem(all);
	if (what != NULL)
		rlp_fail(reader, "balances", what);
	return all->len > 0 ? g_steal_pointer(&all) : NULL;
}

/* ---- in the state ------------------------------------------------------ */

int32_t
balances_fund(const Ledger *ledger, Overlay *state, bsn_err *err)
{
	const GArray *balances = ledger_config(ledger)->balances;
	StateView view = { .overlay = state };
	int32_t status = BSN_OK;

	state_view_init(&view);
	for (guint i = 0; status == BSN_OK && balances != NULL &&
			  i < balances->len;
	     i++) {
		const Balance *one = &g_array_index(balances, Balance, i);

		status = ledger->runtime->fund(
			bsn_slice_of(one->address, ADDRESS_LEN),
			bsn_slice_of(one->amount, sizeof(one->amount)),
			&view.table, err);
	}
	state_view_clear(&view);
	return status;
}
