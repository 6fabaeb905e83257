/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/chain/submit.h: transactions at the door, from clients and
 * from other nodes. All functions: [strand].
 */
#ifndef XUPER_CHAIN_SUBMIT_H
#define XUPER_CHAIN_SUBMIT_H

#include "plugins/engine-xuper/chain/chain.h"

/* bsn_tx_ops.submit. */
int32_t submit_batch(bsn_ledger *ledger, const bsn_submission *items,
		     uint64_t n, bsn_err *err);
/* One of a client that does not wait for its block.
 *
 * Returns: BSN_OK: it waits; the same one may have waited before.
 * Out:     txid. Errors: as the answers of submit_batch. */
int32_t submit_one(bsn_ledger *ledger, bsn_slice bytes,
		   guint8 txid[HASH_LEN], bsn_err *err);
/* Transactions that another node has passed on: nobody is answered.
 *
 * Returns: BSN_OK: each was taken, known, or refused for itself.
 * Out:     refused: how many were.
 * Errors:  BSN_BAD_REQUEST, BSN_BAD_SIGNATURE: one is none, or forged: no
 *          honest node passes it on; the others were judged. */
int32_t submit_forwarded(bsn_ledger *ledger, const bsn_slice *txs, guint n,
			 guint *refused, bsn_err *err);

/* What has left the pool (PoolOwner.left). */
void submit_pool_left(PoolOwner *owner, Tx *tx, gint why, gint code,
		      const bsn_err *err);

#endif
