/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/snapshot/snapshot.h: digests of the whole state, on which
 * the chain agrees, so that a node can take over the state of a late block
 * instead of executing all blocks before it. For chains whose config has a
 * snapshot_interval; others do nothing of this.
 *
 *   undo.c      what the state was at the last checkpoints
 *   source.c walk.c   the entries of the state at a checkpoint
 *   lthash.c deltas.c the digest of a set of entries
 *   manifest.c  sections
 *   gather.c    the sections of a checkpoint, from those of the one before
 *   section.c   one of them, as it is sent and judged
 *   install.c   how it gets into a store; jump.c: and the chain goes on with it
 *
 * The block that comes snapshot_lag(interval) after a checkpoint has the digest
 * of the checkpoint's manifest in its header, so that making it can be spread
 * over the blocks in between; what is left is done when that block is made. A
 * block that changes the members has the new list in its header: then whoever
 * has nothing but headers and certificates knows all the way who certifies.
 * Items of a header's extraData:
 *
 *   'S' digest   of the manifest of the checkpoint
 *   'M' list     members (member.h) from the next block on
 *
 * Records: KEY_MANIFEST checkpoint: the manifest; KEY_TOTALS checkpoint:
 * transactions and invalid ones up to it, 8 bytes big-endian each. All
 * functions: [strand].
 */
#ifndef FISCO_SNAPSHOT_SNAPSHOT_H
#define FISCO_SNAPSHOT_SNAPSHOT_H

#include "plugins/engine-fisco/batch.h"
#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/snapshot/gather.h"
#include "plugins/engine-fisco/snapshot/manifest.h"

typedef struct Snapshots {
	Manifest last; /* of the last checkpoint that has one */
	guint8 digest[HASH_LEN]; /* of it */
	Gather *gather;          /* the next one, in the making; or NULL */
	guint64 cleaned; /* undo.c: epoch whose slot holds nothing old */
} Snapshots;

/* Blocks from a checkpoint to the one that has its digest. [any] */
guint64 snapshot_lag(guint64 interval);
/* The checkpoint whose digest block `number` has; 0: none. [any] */
guint64 snapshot_of_block(guint64 interval, guint64 number);

/* Finds the last manifest; the head has been loaded.
 *
 * Returns: BSN_OK. Errors: as bsn_store.scan; BSN_E_CORRUPT. */
int32_t snapshot_load(Ledger *ledger, bsn_err *err);
void snapshot_free(Ledger *ledger);

/* Adds what a block's batch has besides. In: head after it; changes of the world
 * state, OverlayChange. Returns: BSN_OK. Errors: as bsn_store.get. */
int32_t snapshot_put(Ledger *ledger, const Head *head, const GArray *changes,
		     Batch *batch);
/* The store has accepted the block, with so many changes: goes on gathering. */
void snapshot_goes_on(Ledger *ledger, guint changes);

/* Appends the items that block `number` has in its extraData.
 *
 * Returns: BSN_OK. Errors: as gather_step. */
int32_t snapshot_extra(Ledger *ledger, guint64 number, const GArray *changes,
		       GByteArray *items);

typedef struct {
	bsn_slice digest;  /* of a manifest: HASH_LEN bytes, or empty */
	bsn_slice members; /* the new list, or empty */
} SnapshotExtra;

/* Reads a header's items; what is none of these is left out. [any] */
SnapshotExtra snapshot_extra_read(bsn_slice items);

/* The manifest of a checkpoint, as encoded. Returns: BSN_OK or BSN_NOT_FOUND:
 * this node has not got it, or not any more. Errors: as bsn_store.get. */
int32_t snapshot_manifest(const Ledger *ledger, guint64 checkpoint,
			  GByteArray *out);
/* The same of one that is being installed. */
int32_t snapshot_manifest_load(const Ledger *ledger, guint64 checkpoint,
			       GByteArray *out);

#endif
