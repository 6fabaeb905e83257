/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/state/balance.h: the sums that are kept of each owner.
 */
#ifndef XUPER_STATE_BALANCE_H
#define XUPER_STATE_BALANCE_H

#include "plugins/engine-xuper/state/utxo.h"

typedef struct {
	guint64 count;
	guint8 total[AMOUNT_LEN];
	guint8 for_ever[AMOUNT_LEN]; /* of total: frozen for ever */
} Sums;

/* Zeros for one that has nothing. The owner's text fits.
 * Returns: BSN_OK. Errors: BSN_E_CORRUPT; of the store. [any] */
int32_t sums_get(Layer *layer, bsn_slice owner, Sums *sums, bsn_err *err);
/* None at all is no entry. [strand] */
void sums_put(Layer *layer, bsn_slice owner, const Sums *sums);

/* An output more, or less. Returns: FALSE: it overflows, or was not in them;
 * then they are void. [any] */
gboolean sums_add(Sums *sums, const Utxo *utxo);
gboolean sums_take(Sums *sums, const Utxo *utxo);

#endif
