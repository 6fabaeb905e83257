/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/mvcc.h: whether what a transaction read is still
 * so, and what its writes make of the state.
 */
#ifndef FABRIC_LEDGER_MVCC_H
#define FABRIC_LEDGER_MVCC_H

#include "plugins/engine-fabric/ledger/state.h"
#include "plugins/engine-fabric/ledger/trail.h"
#include "plugins/engine-fabric/ledger/tx.h"

/* Compares a transaction's reads with the state and with what earlier ones of
 * the block have changed: a key that one of them touched has been changed, even
 * if it is as before; a range query that is made anew must give the same keys
 * with the same versions.
 *
 * Returns: BSN_OK.
 * In:      updates: a tree of items.
 * Out:     code: VALID, MVCC_READ_CONFLICT or PHANTOM_READ_CONFLICT: the first
 *          that Fabric finds.
 * Errors:  BSN_E_IO, BSN_E_CORRUPT. [any] */
int32_t mvcc_check(const State *state, GTree *updates, const Transaction *tx,
		   TxCode *code, bsn_err *err);

/* Adds what a valid transaction writes to the block's changes and trail. A
 * value that is written keeps the metadata of before; metadata of a key that is
 * not there is dropped.
 *
 * Returns: as mvcc_check. */
int32_t mvcc_apply(const State *state, GTree *updates, Trail *trail,
		   const TxWrites *writes, Version version, bsn_err *err);

#endif
