/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/contract/pay.h"

#include "plugins/engine-xuper/contract/reserve.h"
#include "plugins/engine-xuper/ledger/effects.h"

#define NS_PER_MS G_GUINT64_CONSTANT(1000000)
/* With more outputs than that, transactions take a few more than they need, so
 * that there are fewer of them. */
#define MANY_OUTPUTS 64u
#define TAKEN_ALONG 8u

typedef struct {
	Plan *plan;
	guint64 height; /* of the block that it may be in */
	guint64 now_ms;
	GArray *chosen; /* Utxo */
	guint8 sum[AMOUNT_LEN];
} Payment;

/* ---- choosing ---------------------------------------------------------- */

static gboolean
is_reserved(void *owner, const Utxo *utxo)
{
	const Payment *payment = owner;

	return reserved_has(payment->plan->ledger->reserved, utxo,
			    payment->now_ms);
}

static int32_t
select_outputs(Payment *payment, const guint8 need[AMOUNT_LEN], bsn_err *err)
{
	Plan *plan = payment->plan;
	guint8 from[HASH_LEN];
	int32_t status = services.random->fill(plan->ledger->chain, from,
					       sizeof(from));

	if (status != BSN_OK)
		return bsn_fail(err, status, "there is nothing random");
	return utxo_select(plan->layer, bsn_slice_str(plan->initiator), need,
			   payment->height, PAY_INPUTS_MAX, from, is_reserved,
			   payment, payment->chosen, payment->sum, err);
}

typedef struct {
	UtxoScan scan;
	Payment *payment;
	guint max; /* outputs in all */
} More;

static gboolean
is_chosen(const Payment *payment, const Utxo *utxo)
{
	for (guint i = 0; i < payment->chosen->len; i++) {
		const Utxo *other = &g_array_index(payment->chosen, Utxo, i);

		if (other->offset == utxo->offset &&
		    memcmp(other->txid, utxo->txid, HASH_LEN) == 0)
			return TRUE;
	}
	return FALSE;
}

/* Any status but BSN_OK ends a scan; this one says that there is enough. */
static int32_t
take_one(UtxoScan *scan, const Utxo *utxo)
{
	More *more = (More *)scan;
	Payment *payment = more->payment;

	if (payment->chosen->len >= more->max)
		return BSN_NOT_FOUND;
	if (utxo_free_at(utxo, payment->height) &&
	    !is_reserved(payment, utxo) && !is_chosen(payment, utxo) &&
	    amount_add(payment->sum, payment->sum, utxo->amount))
		g_array_append_val(payment->chosen, *utxo);
	return BSN_OK;
}

static int32_t
take_more(Payment *payment, guint max, bsn_err *err)
{
	More more = { { take_one }, payment, max };
	int32_t status =
		utxo_scan(payment->plan->layer,
			  bsn_slice_str(payment->plan->initiator), &more.scan,
			  err);

	return status == BSN_NOT_FOUND ? BSN_OK : status;
}

static int32_t
merge(Payment *payment, bsn_err *err)
{
	int32_t status = take_more(payment, PAY_INPUTS_MAX, err);

	if (status == BSN_OK && payment->chosen->len < 2)
		return bsn_fail(err, BSN_CONFLICT,
				"%s has not two outputs that could be merged",
				payment->plan->initiator);
	return status;
}

static int32_t
take_along(Payment *payment, bsn_err *err)
{
	Balance balance;
	int32_t status = balance_get(
		payment->plan->layer, bsn_slice_str(payment->plan->initiator),
		payment->height, &balance, err);

	if (status != BSN_OK || balance.count <= MANY_OUTPUTS)
		return status;
	return take_more(payment,
			 MIN(payment->chosen->len + TAKEN_ALONG,
			     PAY_INPUTS_MAX),
			 err);
}

static int32_t
choose(Payment *payment, const guint8 need[AMOUNT_LEN], bsn_err *err)
{
	int32_t status;

	if (payment->plan->merges)
		return merge(payment, err);
	status = select_outputs(payment, need, err);
	if (status == BSN_BUSY)
		return bsn_fail(err, status,
				"%s has enough, but others of its "
				"transactions were just begun with it, or it "
				"is in over %u outputs: wait, or call $utxo "
				"merge",
				payment->plan->initiator, PAY_INPUTS_MAX);
	return status == BSN_OK ? take_along(payment, err) : status;
}

/* ---- putting it in ----------------------------------------------------- */

static void
put_inputs(const Payment *payment, Xldgpb__Transaction *msg)
{
	Arena *arena = &payment->plan->arena;
	const char *owner = payment->plan->initiator;
	gsize n = msg->n_tx_inputs;
	Xldgpb__TxInput **inputs = arena_room(
		arena, (n + payment->chosen->len) * sizeof(*inputs));

	if (n > 0)
		memcpy(inputs, msg->tx_inputs, n * sizeof(*inputs));
	for (guint i = 0; i < payment->chosen->len; i++) {
		const Utxo *utxo = &g_array_index(payment->chosen, Utxo, i);
		Xldgpb__TxInput *input = arena_room(arena, sizeof(*input));
		bsn_slice amount = amount_slice(utxo->amount);

		xldgpb__tx_input__init(input);
		input->ref_txid.len = HASH_LEN;
		input->ref_txid.data =
			(uint8_t *)arena_copy(arena, utxo->txid, HASH_LEN);
		input->ref_offset = utxo->offset;
		input->from_addr.len = strlen(owner);
		input->from_addr.data =
			(uint8_t *)arena_copy(arena, owner, strlen(owner));
		input->amount.len = amount.len;
		input->amount.data = (uint8_t *)arena_copy(arena, amount.data,
							   amount.len);
		input->frozen_height = utxo->frozen;
		inputs[n + i] = input;
	}
	msg->tx_inputs = inputs;
	msg->n_tx_inputs = n + payment->chosen->len;
}

static void
put_outputs(Plan *plan, Xldgpb__Transaction *msg)
{
	gsize n = msg->n_tx_outputs;
	gsize more = plan->outputs->len;
	Xldgpb__TxOutput **outputs =
		arena_room(&plan->arena, (n + more) * sizeof(*outputs));

	if (n > 0)
		memcpy(outputs, msg->tx_outputs, n * sizeof(*outputs));
	memcpy(outputs + n, plan->outputs->pdata, more * sizeof(*outputs));
	msg->tx_outputs = outputs;
	msg->n_tx_outputs = n + more;
}

static void
reserve(const Payment *payment)
{
	for (guint i = 0; i < payment->chosen->len; i++)
		reserved_add(payment->plan->ledger->reserved,
			     &g_array_index(payment->chosen, Utxo, i),
			     payment->now_ms);
}

/* ---- the whole --------------------------------------------------------- */

static void
fee_of(const Plan *plan, guint64 gas, guint8 fee[AMOUNT_LEN])
{
	amount_from_u64(gas, fee);
	if (amount_compare(fee, plan->options.fee) < 0)
		memcpy(fee, plan->options.fee, AMOUNT_LEN);
}

static int32_t
settle(Payment *payment, const guint8 need[AMOUNT_LEN],
       Xldgpb__Transaction *msg, bsn_err *err)
{
	Plan *plan = payment->plan;
	guint8 change[AMOUNT_LEN];
	int32_t status = choose(payment, need, err);

	if (status != BSN_OK)
		return status;
	if (!amount_sub(change, payment->sum, need))
		return bsn_fail(err, BSN_DENIED,
				"what %s has to merge is less than the fee",
				plan->initiator);
	if (!amount_is_zero(change))
		plan_output(plan, bsn_slice_str(plan->initiator), change, 0);
	put_inputs(payment, msg);
	put_outputs(plan, msg);
	reserve(payment);
	return BSN_OK;
}

int32_t
pay(Plan *plan, guint64 gas, Xldgpb__Transaction *msg, bsn_err *err)
{
	Payment payment = {
		.plan = plan,
		.height = ledger_head(plan->ledger->ledger)->block->height + 1,
		.now_ms = services.clock->mono_ns(plan->ledger->chain) /
			  NS_PER_MS,
	};
	guint8 fee[AMOUNT_LEN];
	guint8 need[AMOUNT_LEN];
	int32_t status;

	fee_of(plan, gas, fee);
	if (!amount_add(need, plan->sum, fee))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"amount and fee are over 2^256 - 1");
	if (amount_is_zero(need) && !plan->merges)
		return BSN_OK;
	if (!amount_is_zero(fee))
		plan_output(plan, bsn_slice_str(OWNER_FEE), fee, 0);
	payment.chosen = g_array_new(FALSE, FALSE, sizeof(Utxo));
	status = settle(&payment, need, msg, err);
	g_array_unref(payment.chosen);
	return status;
}
