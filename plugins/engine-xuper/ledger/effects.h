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

#define BUCKET_TRANSIENT "$transient"
/* Owner of fees: nobody can spend them. */
#define OWNER_FEE "$"

/* Returns: BSN_OK. Errors: BSN_NOT_FOUND: an input is not there;
 * BSN_TOO_LARGE: a balance overflows; of the store. Then the layer is as it was
 * at a mark that the caller keeps. [strand] */
int32_t effects_apply(Layer *layer, const Tx *tx, bsn_err *err);

#endif
