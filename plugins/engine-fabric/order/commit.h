/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/order/commit.h: a decided block is validated and goes
 * into the store in one batch; whoever waits for its transactions is answered
 * once that batch is on disk. All functions: [strand].
 */
#ifndef FABRIC_ORDER_COMMIT_H
#define FABRIC_ORDER_COMMIT_H

#include "plugins/engine-fabric/order/candidate.h"

/* Takes a decided block that follows the ledger's last one.
 *
 * Returns: BSN_OK: the head has moved, and the candidate, its block used up, is
 *          kept no more: the caller frees it.
 * Errors:  BSN_FULL, BSN_BUSY and others of bsn_store.commit;
 *          BSN_CONFLICT, BSN_BAD_REQUEST: it does not follow. Nothing has
 *          changed. */
int32_t commit_block(Channel *channel, Candidate *candidate,
		     bsn_slice certificate, bsn_err *err);

/* The blocks below `height` are on disk. */
void commit_durable(Channel *channel, guint64 height);

/* The chain closes: answers whoever still waits. */
void commit_abandon(Channel *channel);

/* answer.c: a transaction that can never take effect. */
void answer_closing(bsn_reply *reply);
void answer_duplicate(bsn_reply *reply, const char *tx_id);

#endif
