/* SPDX-License-Identifier: Apache-2.0
 *
 * Which unspent outputs pay for something: those that never were frozen, from
 * some place on and around, then those that have thawed.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/state/balance.h"
#include "plugins/engine-xuper/state/utxo_private.h"

/* Ends a walk: enough, or looked at enough. No status of the store's. */
#define DONE G_MAXINT32

typedef struct {
	UtxoWalk walk;
	const guint8 *need;
	guint64 height;
	guint max, looks;
	UtxoTaken taken;
	void *taken_owner;
	GArray *chosen;
	guint8 *sum;
	guint least; /* the smallest of those chosen, once they are `max` */
} Choice;

static Utxo *
chosen_at(const Choice *choice, guint i)
{
	return &g_array_index(choice->chosen, Utxo, i);
}

static gboolean
is_enough(const Choice *choice)
{
	return amount_compare(choice->sum, choice->need) >= 0;
}

static void
find_least(Choice *choice)
{
	choice->least = 0;
	for (guint i = 1; i < choice->chosen->len; i++)
		if (amount_compare(chosen_at(choice, i)->amount,
				   chosen_at(choice, choice->least)->amount) < 0)
			choice->least = i;
}

/* The sums are parts of a balance, which does not overflow. */
static void
choose(Choice *choice, const Utxo *utxo)
{
	Utxo *least;

	if (choice->chosen->len < choice->max) {
		g_array_append_val(choice->chosen, *utxo);
		(void)amount_add(choice->sum, choice->sum, utxo->amount);
		if (choice->chosen->len == choice->max)
			find_least(choice);
		return;
	}
	least = choice->max > 0 ? chosen_at(choice, choice->least) : NULL;
	if (least == NULL || amount_compare(utxo->amount, least->amount) <= 0)
		return;
	(void)amount_sub(choice->sum, choice->sum, least->amount);
	(void)amount_add(choice->sum, choice->sum, utxo->amount);
	*least = *utxo;
	find_least(choice);
}

static int32_t
look_at(UtxoWalk *walk, const Utxo *utxo)
{
	Choice *choice = (Choice *)walk;

	choice->looks++;
	if (!amount_is_zero(utxo->amount) &&
	    (choice->taken == NULL ||
	     !choice->taken(choice->taken_owner, utxo)))
		choose(choice, utxo);
	return is_enough(choice) || choice->looks == UTXO_LOOKS ? DONE : BSN_OK;
}

/* Returns: BSN_OK: none are left; DONE. */
static int32_t
walk_all(Choice *choice, Layer *layer, bsn_slice owner, const guint8 *from)
{
	const bsn_slice begin = { from, HASH_LEN };
	const bsn_slice none = { 0 };
	const guint64 thawed = GUINT64_TO_BE(choice->height);
	int32_t status;

	choice->walk.kind = UTXO_FREE;
	status = utxo_walk(&choice->walk, layer, owner, begin, none);
	if (status == BSN_OK)
		status = utxo_walk(&choice->walk, layer, owner, none, begin);
	if (status != BSN_OK || choice->height == 0)
		return status;
	choice->walk.kind = UTXO_THAWS;
	return utxo_walk(&choice->walk, layer, owner, none,
			 bsn_slice_of(&thawed, sizeof(thawed)));
}

/* Why there was not enough. */
static int32_t
refuse(const Choice *choice, Layer *layer, bsn_slice owner, bsn_err *err)
{
	Balance balance;
	guint8 free[AMOUNT_LEN];
	int32_t status =
		balance_get(layer, owner, choice->height, &balance, err);

	if (status != BSN_OK)
		return status;
	if (!amount_sub(free, balance.total, balance.frozen))
		return bsn_fail(err, BSN_E_CORRUPT,
				"an owner has more frozen than there is");
	if (amount_compare(free, choice->need) < 0)
		return bsn_fail(err, BSN_DENIED,
				"the balance that is not frozen is too small");
	return bsn_fail(err, BSN_BUSY,
			"what it takes is in more than %u unspent outputs, or "
			"in some that wait to be spent: merge them, or try "
			"again later", choice->max);
}

static int32_t
run(Choice *choice, Layer *layer, bsn_slice owner, const guint8 *from,
    bsn_err *err)
{
	Sums sums;
	int32_t status = sums_get(layer, owner, &sums, err);

	if (status != BSN_OK || is_enough(choice))
		return status;
	if (amount_compare(sums.total, choice->need) >= 0) {
		status = walk_all(choice, layer, owner, from);
		if (status != BSN_OK && status != DONE)
			return status;
	}
	return is_enough(choice) ? BSN_OK : refuse(choice, layer, owner, err);
}

int32_t
utxo_select(Layer *layer, bsn_slice owner, const guint8 need[AMOUNT_LEN],
	    guint64 height, guint max, const guint8 from[HASH_LEN],
	    UtxoTaken taken, void *taken_owner, GArray *chosen,
	    guint8 sum[AMOUNT_LEN], bsn_err *err)
{
	Choice choice = {
		.walk = { .err = err, .utxo = look_at },
		.need = need,
		.height = height,
		.max = max,
		.taken = taken,
		.taken_owner = taken_owner,
		.chosen = chosen,
		.sum = sum,
	};
	int32_t status;

	g_array_set_size(chosen, 0);
	memset(sum, 0, AMOUNT_LEN);
	if (owner.len > UTXO_OWNER_MAX)
		return bsn_fail(err, BSN_DENIED, "nobody has such an address");
	status = run(&choice, layer, owner, from, err);
	if (status != BSN_OK) {
		g_array_set_size(chosen, 0);
		memset(sum, 0, AMOUNT_LEN);
	}
	return status;
}
