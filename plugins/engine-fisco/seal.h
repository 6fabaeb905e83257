/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/seal.h: a block that was executed here: made from the
 * pool, or another node's, checked.
 */
#ifndef FISCO_SEAL_H
#define FISCO_SEAL_H

#include "plugins/engine-fisco/execute.h"
#include "plugins/engine-fisco/ledger.h"

typedef struct {
	Header header;
	guint8 hash[HASH_LEN];
	GByteArray *proposal;   /* what consensus decides on */
	GByteArray *header_raw;
	GByteArray *txs_raw;    /* items, encoded */
	GByteArray *receipts_raw; /* items, encoded */
	GPtrArray *txs;         /* Tx */
	Execution *execution;   /* holds what `changes` points to */
	GArray *changes;        /* OverlayChange */
	guint64 invalid;        /* transactions without effect */
} Sealed;

/* sealed_free(NULL) does nothing. */
void sealed_free(Sealed *sealed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sealed, sealed_free)

/* Makes the next block from what waits; those that expired are answered and
 * dropped on the way.
 *
 * Returns: BSN_OK and a block; BSN_NOT_FOUND when nothing waits.
 * Errors:  below 0. [strand] */
int32_t seal_from_pool(Ledger *ledger, Sealed **sealed, bsn_err *err);

/* Checks another node's proposal for the next block, executing it.
 *
 * Returns: BSN_OK and the block.
 * Errors:  BSN_BAD_REQUEST, BSN_CONFLICT, BSN_EXPIRED, BSN_DUPLICATE,
 *          BSN_BAD_SIGNATURE, BSN_TOO_LARGE: the reason says what is wrong
 *          with it; below 0. [strand] */
int32_t seal_from_proposal(Ledger *ledger, bsn_slice proposal, Sealed **sealed,
			   bsn_err *err);

#endif
