/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/ledger/effects.h: what a transaction does to the state:
 * inputs are spent, outputs are there, values are written (bucket "$transient",
 * which holds events and the like, is not). It must have been judged before:
 * what is not as it says is an error, not an answer.
 */
#ifndef XUPER_LEDGER_EFFECTS_H
#define XUPER_LEDGER_EFFECTS_H

#include "plugins/engine-xuper/format/tx.h"
#include "plugins/engine-xuper/state/layer.h"
#include "plugins/engine-xuper/state/utxo.h" /* OWNER_FEE */

#define BUCKET_TRANSIENT "$transient"

/* Whether it spends or writes anything, which another one of the same content then
 * cannot do again. Of one that does not (it only has events, say) the digest of its
 * content is kept in the state ('D' digest): who changes the form of a signature,
 * or leaves out one of more than it takes, would have it happen twice. [any] */
gboolean effects_any(const Tx *tx);
/* Whether one of that content, without effects, is there.
 * Returns: BSN_OK, BSN_NOT_FOUND. Errors: of the store. [any] */
int32_t effects_done(Layer *layer, const Tx *tx, bsn_err *err);

/* Returns: BSN_OK. Errors: BSN_NOT_FOUND: an input is not there, or has another
 * amount; BSN_BAD_REQUEST: an amount or offset is none; BSN_TOO_LARGE: a balance
 * overflows, or an item is over its limit; of the store. Then a part of it was
 * done: the caller takes it back to a mark of its own (layer_revert). [strand] */
int32_t effects_apply(Layer *layer, const Tx *tx, bsn_err *err);

#endif
