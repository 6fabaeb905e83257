/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/snapshot/undo.h: what the world state was at the last
 * checkpoints. A checkpoint is a block whose number is a multiple of the
 * chain's snapshot_interval; the blocks from one to the next are an epoch, whose
 * number is that of its checkpoint divided by the interval. When a block is the
 * first of its epoch to change a key, the value before goes into an undo entry,
 * in the same batch.
 *
 * An entry's key is the state's with another first byte, one of UNDO_SLOTS by
 * the epoch; its value is the epoch (8 bytes, big-endian), 1 or 0, and the value
 * before, if there was one. What is left of an older epoch in a slot is known by
 * its number: it counts for nothing, and is deleted in pieces. All functions:
 * [strand].
 */
#ifndef FISCO_SNAPSHOT_UNDO_H
#define FISCO_SNAPSHOT_UNDO_H

#include "plugins/engine-fisco/batch.h"
#include "plugins/engine-fisco/ledger.h"

/* This epoch, the one before, and one that is being deleted. */
#define UNDO_SLOTS 3u
/* Bytes before the value. */
#define UNDO_HEAD 9u

/* The epoch of a block, 1 or above. */
guint64 undo_epoch(const Ledger *ledger, guint64 number);
/* First byte of an epoch's keys. */
guint8 undo_byte(guint64 epoch);
/* Reads an entry's value. FALSE: it is another epoch's, or damaged. */
gboolean undo_read(bsn_slice value, guint64 epoch, gboolean *there,
		   bsn_slice *before);

/* Adds the entries for a block's changes, OverlayChange, to its batch, and
 * deletions of old ones: about twice as many.
 *
 * Returns: BSN_OK. Errors: as bsn_store.get. */
int32_t undo_put(Ledger *ledger, const GArray *changes, guint64 number,
		 Batch *batch);

/* What a key of the world state had after block `checkpoint`, one of the last
 * two that the head has reached; replaces *value.
 *
 * Returns: BSN_OK, or BSN_NOT_FOUND: there was no such entry.
 * Errors:  as bsn_store.get; BSN_E_CORRUPT. */
int32_t undo_value_at(const Ledger *ledger, guint64 checkpoint, bsn_slice key,
		      GByteArray *value);

#endif
