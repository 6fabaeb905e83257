/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/state/utxo.h: unspent outputs and what each address has.
 * Amounts are unsigned integers of 32 bytes big-endian (format/amount.h).
 *
 * In the layer, each owner with its length before it, so that none is the
 * beginning of another:
 *   'U' owner txid offset -> amount: of those that never were frozen
 *   'Z' owner txid offset -> height, amount: of those that are or were
 *   'F' owner height txid offset -> amount: of these by when they thaw, so that
 *       who chooses passes over none that has not; not of those for ever
 *   'B' owner -> the number of its unspent outputs, their sum, and how much of
 *       it is frozen for ever
 */
#ifndef XUPER_STATE_UTXO_H
#define XUPER_STATE_UTXO_H

#include "plugins/engine-xuper/format/amount.h"
#include "plugins/engine-xuper/identity/suite.h"
#include "plugins/engine-xuper/state/layer.h"

/* Bytes of an owner's text: address, account or contract, or "$" for fees. */
#define UTXO_OWNER_MAX 100u
/* Owner of fees: nobody can spend them, so there is only their balance. */
#define OWNER_FEE "$"
#define FROZEN_FOR_EVER (-1)

typedef struct {
	guint8 txid[HASH_LEN];
	gint32 offset;
	gint64 frozen; /* height up to which it cannot be spent; 0: not frozen;
			* below 0: FROZEN_FOR_EVER */
	guint8 amount[AMOUNT_LEN];
} Utxo;

/* Whether it can be spent in a block of that height. */
gboolean utxo_free_at(const Utxo *utxo, guint64 height);

/* txid and offset are the query; the rest is filled in.
 * Returns: BSN_OK or BSN_NOT_FOUND. Errors: BSN_E_CORRUPT; of the store. [any] */
int32_t utxo_get(Layer *layer, bsn_slice owner, Utxo *utxo, bsn_err *err);
/* Returns: BSN_OK. Errors: BSN_TOO_LARGE: the sum overflows, or the owner's text
 * is too long; BSN_E_CORRUPT; of the store. Then nothing was written. */
int32_t utxo_add(Layer *layer, bsn_slice owner, const Utxo *utxo,
		 bsn_err *err);
/* `utxo` as utxo_get gave it. */
int32_t utxo_spend(Layer *layer, bsn_slice owner, const Utxo *utxo,
		   bsn_err *err);

typedef struct {
	guint8 total[AMOUNT_LEN];
	guint8 frozen[AMOUNT_LEN]; /* of total */
	guint64 count;
} Balance;
/* Of an owner in a block of that height; zeros for one that has nothing. The sum
 * is read, not made; only what is frozen and thaws some time is added up. */
int32_t balance_get(Layer *layer, bsn_slice owner, guint64 height,
		    Balance *balance, bsn_err *err);

typedef struct {
	guint8 total[AMOUNT_LEN]; /* of all owners, with the fees' */
	guint64 owners;
} Supply;
/* Adds up what all owners have, which takes as long as they are many.
 * Returns: BSN_OK. Errors: BSN_TOO_LARGE: they are more than `max`;
 * BSN_E_CORRUPT; of the store. */
int32_t supply_get(Layer *layer, guint64 max, Supply *supply, bsn_err *err);

/* Which of them somebody has in mind already. */
typedef gboolean (*UtxoTaken)(void *owner, const Utxo *utxo);
/* Chooses free outputs of at least `need`, at most `max` of them; `from` is where
 * it begins (a txid, so that many who spend do not meet; zeros: the first), and
 * it goes on at the first one. Of more than `max` the larger ones are kept, so
 * that dust which somebody sends to an address does not stand in its way; it
 * looks at UTXO_LOOKS at most. `taken` must not read the layers.
 * Returns: BSN_OK; BSN_DENIED: it has not enough; BSN_BUSY: enough, but taken or
 * in more than `max` pieces (merge them first). Out: chosen (Utxo), sum; empty
 * and zero unless BSN_OK. */
#define UTXO_LOOKS 4096u
int32_t utxo_select(Layer *layer, bsn_slice owner,
		    const guint8 need[AMOUNT_LEN], guint64 height, guint max,
		    const guint8 from[HASH_LEN], UtxoTaken taken,
		    void *taken_owner, GArray *chosen,
		    guint8 sum[AMOUNT_LEN], bsn_err *err);

typedef struct UtxoScan UtxoScan;
struct UtxoScan {
	int32_t (*utxo)(UtxoScan *scan, const Utxo *utxo);
};
/* All of an owner, frozen or not, but for OWNER_FEE's. Returns: BSN_OK, or what
 * the sink returned, which must not use the layers. */
int32_t utxo_scan(Layer *layer, bsn_slice owner, UtxoScan *scan, bsn_err *err);

#endif
