/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/ledger.h: a channel's ledger on bsn.store/1:
 * blocks as Fabric's bytes, the world state, and indexes. A block with all that
 * it changes is one batch, so that after a crash there are whole blocks only.
 *
 *	status = incoming_block_read(&suite, channel_id, bytes, ...);
 *	(verify what is in block->signatures)
 *	status = channel_ledger_append(ledger, block, verdicts, &judge,
 *				       source, cookie, &outcome, err);
 *
 * A ledger is one strand's.
 */
#ifndef FABRIC_LEDGER_LEDGER_H
#define FABRIC_LEDGER_LEDGER_H

#include "plugins/engine-fabric/ledger/head.h"
#include "plugins/engine-fabric/ledger/snapshot.h"
#include "plugins/engine-fabric/ledger/validate.h"

typedef struct {
	State state;
	GBytes *channel_id;
	LedgerHead head;    /* of all blocks that the store has accepted */
	LedgerHead durable; /* of those that are on disk */
	GQueue waiting;	    /* LedgerHead, of what is accepted since; oldest
			     * first */
	Snapshots snapshots;
	guint64 first; /* LedgerOrigin.first */
	gboolean prepared; /* channel_ledger_prepare has nothing to do */
} ChannelLedger;

/* Opens what the store has; nothing yet is a ledger of height 0. What is there
 * counts as durable.
 *
 * Returns: BSN_OK and a ledger for channel_ledger_free.
 * Errors:  BSN_E_VERSION for another format; BSN_E_CORRUPT, BSN_E_IO. */
int32_t channel_ledger_open(const Suite *suite, const LedgerStore *store,
			    bsn_slice channel_id, ChannelLedger **ledger,
			    bsn_err *err);
/* All simulations must be over. channel_ledger_free(NULL) does nothing. */
void channel_ledger_free(ChannelLedger *ledger);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ChannelLedger, channel_ledger_free)

/* What a ledger that began from a snapshot needs before its next block is found
 * in its state, some at a time.
 *
 * Returns: BSN_OK: nothing is left to do.
 * Errors:  BSN_BUSY: it is to be called again; those of the source and of
 *          bsn_store.commit; BSN_E_IO, BSN_E_CORRUPT. */
int32_t channel_ledger_prepare(ChannelLedger *ledger, PrivateSource *source,
			       bsn_err *err);

/* Validates the next block and hands it to the store.
 *
 * Returns: BSN_OK: accepted; it is read from now on, and durable when the
 *          store says so for `cookie`.
 * In:      block: its metadata is filled in; verdicts, judge: as
 *          block_validate, NULL for the first block; source: may be NULL;
 *          cookie: as bsn_store.commit.
 * Out:     outcome: initialised by this function, whatever it returns.
 * Errors:  BSN_CONFLICT, BSN_BAD_REQUEST: it is not the next block, or its
 *          hashes are wrong; those of channel_ledger_prepare, which comes
 *          first, of block_validate, of the source and of bsn_store.commit.
 *          Then nothing has changed. */
int32_t channel_ledger_append(ChannelLedger *ledger, IncomingBlock *block,
			      const int32_t *verdicts, TxJudge *judge,
			      PrivateSource *source, guint64 cookie, BlockOutcome *outcome,
			      bsn_err *err);

/* The blocks below `height` are on disk. */
void channel_ledger_durable(ChannelLedger *ledger, guint64 height);

#endif
