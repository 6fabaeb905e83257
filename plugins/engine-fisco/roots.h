/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/roots.h: what a header says of a block that was
 * executed: three trees (tree.h), each node above the leaves being made on
 * whichever worker is free.
 *
 *   transactionsRoot, receiptsRoot: over all of them, as FISCO BCOS 2.x has it
 *   dbHash: over the digests of the changes of state, by ascending key, each of
 *           up to ROOTS_CHANGES of them as an RLP list (overlay.h)
 *   stateRoot: the digest of the parent's stateRoot and dbHash
 */
#ifndef FISCO_ROOTS_H
#define FISCO_ROOTS_H

#include "plugins/engine-fisco/seal.h"

/* Changes of state that are digested together. */
#define ROOTS_CHANGES 16u

/* Fills in a block's roots and bloom, txs_raw, receipts_raw and changes.
 *
 * Returns: BSN_OK.
 * In:      sealed: its transactions, and the execution of all of them;
 *          receipts, EncodedReceipt, as many.
 * Errors:  as the chain's hash. [strand] */
int32_t roots_make(Ledger *ledger, Sealed *sealed, const GArray *receipts);

#endif
