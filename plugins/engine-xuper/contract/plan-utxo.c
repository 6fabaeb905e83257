/* SPDX-License-Identifier: Apache-2.0
 *
 * Tokens that move without a contract.
 */
#include "plugins/engine-xuper/contract/plan.h"

#include "plugins/engine-xuper/kernel/value.h"
#include "plugins/kit/reason.h"

static gboolean
is_owner(const Plan *plan, const char *text)
{
	bsn_slice owner = bsn_slice_str(text);

	return address_valid(owner) ||
	       account_of_chain(owner,
				bsn_slice_str(plan->ledger->config->name));
}

static void
require_amount(JsonFields *fields, const guint8 amount[AMOUNT_LEN])
{
	if (amount_is_zero(amount))
		fields_fail(fields, "amount",
			    "must be above zero: decimal digits");
}

/* -1: for ever; else the height up to which it is frozen. */
static gint64
read_frozen(JsonFields *fields)
{
	const json_t *value = fields_any(fields, "frozen_height");

	if (value != NULL && (json_integer_value(value) == FROZEN_FOR_EVER ||
			      g_strcmp0(json_string_value(value), "-1") == 0))
		return FROZEN_FOR_EVER;
	return (gint64)value_u64(fields, "frozen_height", 0, G_MAXINT64, 0);
}

static int32_t
transfer(Plan *plan, JsonFields *fields)
{
	const char *to = fields_string(fields, "to", ACCOUNT_MAX, "");
	const char *desc = fields_string(fields, "desc", 65536, NULL);
	gint64 frozen = read_frozen(fields);
	guint8 amount[AMOUNT_LEN];
	int32_t status;

	value_amount(fields, "amount", amount);
	require_amount(fields, amount);
	if (!is_owner(plan, to))
		fields_fail(fields, "to",
			    "must be an address, or an account of this chain");
	status = fields_end(fields);
	if (status != BSN_OK)
		return status;
	plan->desc = g_strdup(desc);
	plan_output(plan, bsn_slice_str(to), amount, frozen);
	memcpy(plan->sum, amount, AMOUNT_LEN);
	return BSN_OK;
}

static int32_t
merge(Plan *plan, JsonFields *fields)
{
	plan->merges = TRUE;
	return fields_end(fields);
}

static int32_t
split(Plan *plan, JsonFields *fields)
{
	guint64 count = value_u64(fields, "count", 1, SPLIT_MAX, 2);
	guint8 amount[AMOUNT_LEN];
	int32_t status;

	value_amount(fields, "amount", amount);
	require_amount(fields, amount);
	status = fields_end(fields);
	for (guint64 i = 0; i < count && status == BSN_OK; i++) {
		plan_output(plan, bsn_slice_str(plan->initiator), amount, 0);
		if (!amount_add(plan->sum, plan->sum, amount))
			status = bsn_fail(fields->err, BSN_BAD_REQUEST,
					  "args.amount is too much");
	}
	return status;
}

int32_t
plan_utxo(Plan *plan, const bsn_tx_request *request, bsn_err *err)
{
	static const struct {
		const char *name, *args;
		int32_t (*plan)(Plan *plan, JsonFields *fields);
	} functions[] = { { "transfer", "to, amount, frozen_height, desc",
			    transfer },
			  { "merge", "", merge },
			  { "split", "amount, count", split } };
	g_autoptr(json_t) args = NULL;
	g_autofree char *quoted = NULL;
	JsonFields fields;
	int32_t status;

	for (guint i = 0; i < G_N_ELEMENTS(functions); i++) {
		if (!bsn_slice_equal(request->function,
				     bsn_slice_str(functions[i].name)))
			continue;
		status = args_read_named(request->args, functions[i].args,
					 &args, err);
		if (status != BSN_OK)
			return status;
		fields = fields_of(args, "args", err);
		return functions[i].plan(plan, &fields);
	}
	quoted = quote_text(request->function);
	return bsn_fail(err, BSN_NOT_FOUND,
			"tokens are moved by transfer, merge and split, not "
			"%s",
			quoted);
}
