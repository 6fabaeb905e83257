/* SPDX-License-Identifier: Apache-2.0
 *
 * Tokens that contracts move. What an owner has in hand is one sum: outputs are
 * made only at the end, one for each owner that has anything left, so that what
 * came in can go on within the transaction.
 */
#include "plugins/engine-xuper/contract/sandbox-private.h"

#include <bsn/helpers/error.h>

#include "plugins/kit/reason.h"
#include "plugins/kit/sink.h"

void
purse_free(gpointer data)
{
	Purse *purse = data;

	g_bytes_unref(purse->owner);
	g_free(purse);
}

static Purse *
find_purse(Sandbox *box, bsn_slice owner)
{
	g_autoptr(GBytes) name = g_bytes_new(owner.data, owner.len);
	Purse *purse = g_hash_table_lookup(box->purses, name);

	if (purse != NULL)
		return purse;
	purse = g_new0(Purse, 1);
	purse->owner = g_bytes_ref(name);
	g_hash_table_insert(box->purses, purse->owner, purse);
	return purse;
}

static void
set_amount(Sandbox *box, Purse *purse, const guint8 amount[AMOUNT_LEN])
{
	Undo undo = { .kind = UNDO_PURSE, .purse = purse };

	memcpy(undo.amount, purse->amount, AMOUNT_LEN);
	g_array_append_val(box->undo, undo);
	memcpy(purse->amount, amount, AMOUNT_LEN);
}

static int32_t
give(Sandbox *box, Purse *purse, const guint8 amount[AMOUNT_LEN], bsn_err *err)
{
	guint8 sum[AMOUNT_LEN];

	if (!amount_add(sum, purse->amount, amount))
		return bsn_fail(err, BSN_TOO_LARGE,
				"an amount is over 2^256 - 1");
	set_amount(box, purse, sum);
	return BSN_OK;
}

static gboolean
is_chosen(void *owner, const Utxo *utxo)
{
	const Sandbox *box = owner;

	for (guint i = 0; i < box->chosen->len; i++) {
		const Utxo *other = &g_array_index(box->chosen, Chosen, i).utxo;

		if (other->offset == utxo->offset &&
		    memcmp(other->txid, utxo->txid, HASH_LEN) == 0)
			return TRUE;
	}
	return FALSE;
}

static void
choose(Sandbox *box, Purse *purse, const GArray *utxos)
{
	const Undo undo = { .kind = UNDO_CHOSEN };

	for (guint i = 0; i < utxos->len; i++) {
		const Chosen chosen = { purse, g_array_index(utxos, Utxo, i) };

		g_array_append_val(box->chosen, chosen);
		g_array_append_val(box->undo, undo);
	}
}

/* Why outputs could not be chosen: of those that are not chosen yet there is not
 * enough, or they are too many pieces. */
static int32_t
tell_shortage(const Sandbox *box, const Purse *purse,
	      const guint8 need[AMOUNT_LEN], bsn_err *err)
{
	Balance balance;
	guint8 *left = balance.total;
	int32_t status = balance_get(box->below, bytes_slice(purse->owner),
				     box->env.height, &balance, err);

	if (status != BSN_OK)
		return status;
	(void)amount_sub(left, left, balance.frozen);
	for (guint i = 0; i < box->chosen->len; i++) {
		const Chosen *chosen = &g_array_index(box->chosen, Chosen, i);

		if (chosen->purse == purse)
			(void)amount_sub(left, left, chosen->utxo.amount);
	}
	if (amount_compare(left, need) < 0)
		return bsn_fail(err, BSN_DENIED, "%.*s has not enough tokens",
				(int)bytes_slice(purse->owner).len,
				(const char *)bytes_slice(purse->owner).data);
	return bsn_fail(err, BSN_TOO_LARGE,
			"a transaction's contracts spend at most %u outputs",
			SANDBOX_SPENT_MAX);
}

/* Where choosing begins: not at the same output for all who wait, and for one
 * transaction at the same one on all nodes. */
static void
choose_first(const Sandbox *box, guint8 first[HASH_LEN])
{
	const guint64 time_ms = GUINT64_TO_BE(box->env.time_ms);
	const bsn_slice parts[] = {
		bsn_slice_str(box->env.initiator),
		bsn_slice_of(&time_ms, sizeof(time_ms)),
	};

	suite_double(box->env.suite, parts, G_N_ELEMENTS(parts), first);
}

/* Takes outputs in hand until the purse has `amount`. */
static int32_t
fill_purse(Sandbox *box, Purse *purse, const guint8 amount[AMOUNT_LEN],
	   bsn_err *err)
{
	guint8 first[HASH_LEN];
	g_autoptr(GArray) utxos = g_array_new(FALSE, FALSE, sizeof(Utxo));
	guint8 need[AMOUNT_LEN];
	guint8 sum[AMOUNT_LEN];
	int32_t status;

	if (!amount_sub(need, amount, purse->amount) || amount_is_zero(need))
		return BSN_OK;
	box->unversioned = TRUE;
	choose_first(box, first);
	status = utxo_select(box->below, bytes_slice(purse->owner), need,
			     box->env.height,
			     SANDBOX_SPENT_MAX - box->chosen->len, first,
			     is_chosen, box, utxos, sum, err);
	if (status == BSN_BUSY)
		return tell_shortage(box, purse, need, err);
	if (status != BSN_OK)
		return status;
	choose(box, purse, utxos);
	return give(box, purse, sum, err);
}

static int32_t
move(Sandbox *box, Purse *from, Purse *to, const guint8 amount[AMOUNT_LEN],
     bsn_err *err)
{
	guint8 left[AMOUNT_LEN];
	int32_t status = fill_purse(box, from, amount, err);

	if (status != BSN_OK)
		return status;
	if (!amount_sub(left, from->amount, amount))
		return bsn_fail(err, BSN_E_INTERNAL,
				"outputs that were chosen are not enough");
	set_amount(box, from, left);
	return give(box, to, amount, err);
}

int32_t
sandbox_transfer(Sandbox *box, bsn_slice from, bsn_slice to,
		 const guint8 amount[AMOUNT_LEN], bsn_err *err)
{
	guint64 mark = sandbox_mark(box);
	int32_t status = sandbox_may_change(box, err);

	if (status != BSN_OK)
		return status;
	if (from.len == 0 || from.len > UTXO_OWNER_MAX || to.len == 0 ||
	    to.len > UTXO_OWNER_MAX)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"an owner's name has 1 to %u bytes",
				UTXO_OWNER_MAX);
	if (amount_is_zero(amount))
		return BSN_OK;
	status = move(box, find_purse(box, from), find_purse(box, to), amount,
		      err);
	if (status != BSN_OK)
		sandbox_revert(box, mark);
	return status;
}

void
tokens_undo(Sandbox *box, const Undo *undo)
{
	if (undo->kind == UNDO_PURSE)
		memcpy(undo->purse->amount, undo->amount, AMOUNT_LEN);
	else
		g_array_set_size(box->chosen, box->chosen->len - 1);
}

/* ---- the result -------------------------------------------------------- */

static ProtobufCBinaryData
copy_bytes(Arena *arena, bsn_slice bytes)
{
	return (ProtobufCBinaryData){
		(size_t)bytes.len,
		(uint8_t *)arena_copy(arena, bytes.data, bytes.len)
	};
}

static void
put_inputs(const Sandbox *box, Arena *arena, Xldgpb__Transaction *msg)
{
	msg->n_tx_inputs = box->chosen->len;
	msg->tx_inputs = arena_room(arena, MAX(box->chosen->len, 1) *
						   sizeof(*msg->tx_inputs));
	for (guint i = 0; i < box->chosen->len; i++) {
		const Chosen *chosen = &g_array_index(box->chosen, Chosen, i);
		Xldgpb__TxInput *input = arena_room(arena, sizeof(*input));

		xldgpb__tx_input__init(input);
		input->ref_txid = copy_bytes(
			arena, bsn_slice_of(chosen->utxo.txid, HASH_LEN));
		input->ref_offset = chosen->utxo.offset;
		input->from_addr =
			copy_bytes(arena, bytes_slice(chosen->purse->owner));
		input->amount =
			copy_bytes(arena, amount_slice(chosen->utxo.amount));
		input->frozen_height = chosen->utxo.frozen;
		msg->tx_inputs[i] = input;
	}
}

static gint
compare_purses(gconstpointer a, gconstpointer b)
{
	const Purse *first = *(const Purse *const *)a;
	const Purse *second = *(const Purse *const *)b;

	return g_bytes_compare(first->owner, second->owner);
}

static GPtrArray *
sorted_purses(const Sandbox *box)
{
	GPtrArray *purses = g_ptr_array_new();
	GHashTableIter iter;
	gpointer purse;

	g_hash_table_iter_init(&iter, box->purses);
	while (g_hash_table_iter_next(&iter, NULL, &purse))
		g_ptr_array_add(purses, purse);
	g_ptr_array_sort(purses, compare_purses);
	return purses;
}

void
tokens_result(Sandbox *box, Arena *arena, Xldgpb__Transaction *msg)
{
	g_autoptr(GPtrArray) purses = sorted_purses(box);
	gsize room = MAX(purses->len, 1) * sizeof(*msg->tx_outputs);

	put_inputs(box, arena, msg);
	msg->n_tx_outputs = 0;
	msg->tx_outputs = arena_room(arena, room);
	for (guint i = 0; i < purses->len; i++) {
		const Purse *purse = purses->pdata[i];
		Xldgpb__TxOutput *output;

		if (amount_is_zero(purse->amount))
			continue;
		output = arena_room(arena, sizeof(*output));
		xldgpb__tx_output__init(output);
		output->to_addr = copy_bytes(arena, bytes_slice(purse->owner));
		output->amount =
			copy_bytes(arena, amount_slice(purse->amount));
		msg->tx_outputs[msg->n_tx_outputs++] = output;
	}
}
