/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/snapshot/undo.h: what the world state was after a
 * snapshot's block, for as long as the snapshot is in the making. When a block
 * is the first one to change an entry that the walk has not passed, the entry
 * goes into the store before that block does, so that it is there after a crash
 * if the block is. Nothing of it is in memory.
 *
 * An entry's key is the state's with another first byte; its value is 1 and the
 * value before, or 0: there was none. All functions: [strand].
 */
#ifndef FABRIC_SNAPSHOT_UNDO_H
#define FABRIC_SNAPSHOT_UNDO_H

#include "plugins/engine-fabric/engine.h"
#include "plugins/engine-fabric/ledger/key.h"

/* Reads an entry's value. FALSE: there was none. [any] */
gboolean undo_read(bsn_slice value, bsn_slice *before);

/* Adds an entry to a batch, unless there is one.
 *
 * Returns: BSN_OK. In: kind: the first byte. Errors: as bsn_store.get. */
int32_t undo_put(const Channel *channel, guint8 kind, const StateItem *before,
		 LedgerBatch *batch, bsn_err *err);

#endif
