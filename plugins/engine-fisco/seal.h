/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/seal.h: a block that was executed here: made from the
 * pool, or another node's, checked.
 */
#ifndef FISCO_SEAL_H
#define FISCO_SEAL_H

#include "plugins/engine-fisco/execute.h"
#include "plugins/engine-fisco/ledger.h"

/* What a block is built upon: the head, or a block that is not decided yet
 * (expect.h). Borrowed. */
typedef struct {
	guint64 number;
	guint64 time_ms;
	const guint8 *hash;
	const guint8 *state_root;
	Overlay *state; /* NULL: the store's */
} Parent;

typedef struct {
	Header header; /* while it is made, state_root is the parent's */
	guint8 hash[HASH_LEN];
	GByteArray *proposal;   /* what consensus decides on */
	GByteArray *header_raw;
	GByteArray *txs_raw;    /* items, encoded */
	GByteArray *receipts_raw; /* items, encoded */
	GPtrArray *txs;         /* Tx */
	Execution *execution;   /* holds what `changes` points to */
	GArray *changes;        /* OverlayChange */
	guint64 invalid;        /* transactions without effect */
	GHashTable *taken;      /* Tx of `txs`, once it is built upon */
} Sealed;

/* sealed_free(NULL) does nothing. */
void sealed_free(Sealed *sealed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sealed, sealed_free)

/* Makes the next block from what waits. Upon the head, those that expired are
 * answered and dropped on the way; what an undecided block would refuse waits
 * until it is decided.
 *
 * Returns: BSN_OK and a block; BSN_NOT_FOUND when nothing waits, beside what
 *          the undecided have; BSN_BUSY: it waits for their decision.
 * Errors:  below 0. [strand] */
int32_t seal_from_pool(Ledger *ledger, const Parent *parent, Sealed **sealed,
		       bsn_err *err);

/* Checks another node's proposal for the block after `parent`, executing it.
 *
 * Returns: BSN_OK and the block.
 * Errors:  BSN_BAD_REQUEST, BSN_CONFLICT, BSN_EXPIRED, BSN_DUPLICATE,
 *          BSN_BAD_SIGNATURE, BSN_TOO_LARGE: the reason says what is wrong
 *          with it; below 0. [strand] */
int32_t seal_from_proposal(Ledger *ledger, const Parent *parent,
			   bsn_slice proposal, Sealed **sealed, bsn_err *err);

#endif
