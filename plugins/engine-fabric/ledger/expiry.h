/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/expiry.h: digests of collections with a
 * block_to_live go when that many blocks have followed, on all nodes with the
 * same block and outside of its commit hash, as in Fabric (pvtstatepurgemgmt).
 * Whoever has the values loses them then, too (private_settle).
 *
 * A record is written with each digest. It counts only while the key has not been
 * written by a later block. A node that began from a snapshot has digests without
 * records: it makes them of the digests' versions, before its first block, since
 * a collection's block_to_live never changes. All functions: [strand].
 */
#ifndef FABRIC_LEDGER_EXPIRY_H
#define FABRIC_LEDGER_EXPIRY_H

#include "plugins/engine-fabric/ledger/validate.h"

/* The block with which a value goes that was written in one: Fabric's
 * GetExpiringBlock. G_MAXUINT64: never. [any] */
guint64 expiry_block(guint64 written, guint64 block_to_live);

/* Makes the records of all digests that are there, unless that was done: for a
 * ledger that began from a snapshot. Some at a time, in batches of its own.
 *
 * Returns: BSN_OK: all are there.
 * Errors:  BSN_BUSY: it is to be called again; BSN_E_IO, BSN_E_CORRUPT; those of
 *          the source and of bsn_store.commit. */
int32_t expiry_restore(const State *state, PrivateSource *source, bsn_err *err);
/* What goes with block `number` and is not written by it, as deleted items to
 * outcome->private_updates; the batch deletes the records.
 *
 * Returns: BSN_OK. Errors: BSN_E_IO, BSN_E_CORRUPT. */
int32_t expiry_due(const State *state, guint64 number, BlockOutcome *outcome,
		   LedgerBatch *batch, bsn_err *err);
/* Puts records of what block `number` writes. Returns: as the source. */
int32_t expiry_note(const State *state, guint64 number,
		    const BlockOutcome *outcome, PrivateSource *source,
		    LedgerBatch *batch, bsn_err *err);

#endif
