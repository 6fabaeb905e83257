/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/snapshot/sweep.h: parts of snapshots in the store, and
 * their end. All functions: [strand].
 */
#ifndef FABRIC_SNAPSHOT_SWEEP_H
#define FABRIC_SNAPSHOT_SWEEP_H

#include "plugins/engine-fabric/snapshot/manifest.h"

/* Adds a part and its mark to a batch. In: bytes: borrowed until it is
 * committed. */
void part_put(LedgerBatch *batch, guint64 block, guint index,
	      const SnapshotPart *part, bsn_slice bytes);
/* Reads a mark. [any] */
gboolean part_mark_read(bsn_slice bytes, SnapshotPart *part);

/* Adds to a batch that the first entries of a range go, a bounded number.
 *
 * Returns: BSN_OK.
 * Out:     over: no other ones are left.
 * Errors:  as bsn_store.scan. */
int32_t sweep_put(const Channel *channel, bsn_slice from, bsn_slice to,
		  LedgerBatch *batch, gboolean *over, bsn_err *err);

#endif
