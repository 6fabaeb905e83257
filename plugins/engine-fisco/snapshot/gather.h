/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/snapshot/gather.h: from the sections of one checkpoint to
 * those of the next: each takes in what the blocks in between changed, then
 * those that have grown too long are divided and empty ones are left out. The
 * first checkpoint's are made from all there is. It is done in bounded steps
 * while the chain goes on, and comes out the same however long that takes.
 *
 * Each section's LtHash is kept under vector_key(start). All functions: [strand].
 */
#ifndef FISCO_SNAPSHOT_GATHER_H
#define FISCO_SNAPSHOT_GATHER_H

#include "plugins/engine-fisco/batch.h"
#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/snapshot/manifest.h"

typedef struct Gather Gather;

/* In: before: the manifest of the checkpoint before, or one without sections;
 *     to: the last checkpoint that the head has reached; txs, invalid_txs: the
 *     chain's totals after it. */
Gather *gather_new(const Manifest *before, guint64 to, guint64 txs,
		   guint64 invalid_txs);
/* gather_free(NULL) does nothing. */
void gather_free(Gather *gather);

/* Goes on with some WALK_STEP entries.
 *
 * Returns: BSN_OK.
 * Errors:  as bsn_store.get, scan, bsn_hash.digest: it is of no use any more. */
int32_t gather_step(Ledger *ledger, Gather *gather);
/* When it is done: the manifest, borrowed; else NULL. */
const Manifest *gather_result(const Gather *gather);
/* Adds what it changes in the store to a batch: the vectors. */
void gather_put(const Gather *gather, Batch *batch);

/* Where a section's vector is kept; the length of the key. In: out,
 * BSN_STORE_KEY_MAX bytes. [any] */
guint vector_key(bsn_slice start, guint8 *out);

#endif
