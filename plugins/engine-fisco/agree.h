/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/agree.h: the engine as its consensus sees it: what it
 * proposes is an executed block, voted on by its header's digest.
 */
#ifndef FISCO_AGREE_H
#define FISCO_AGREE_H

#include "plugins/engine-fisco/ledger.h"

/* Joins the chain's consensus.
 *
 * Returns: BSN_OK. Errors: as bsn_consensus.create. [strand] */
int32_t agree_join(Ledger *ledger, bsn_err *err);
/* Leaves it, and forgets proposals. [strand] */
void agree_leave(Ledger *ledger);

/* Takes a block that was agreed on and that this node got by itself.
 *
 * Returns: BSN_OK: the head has moved.
 * In:      proposal as it was decided; certificate, which the caller has
 *          verified.
 * Errors:  as seal_from_proposal, commit_block; BSN_BUSY: not now. [strand] */
int32_t agree_take(Ledger *ledger, guint64 height, bsn_slice proposal,
		   bsn_slice certificate, bsn_err *err);

/* The head has jumped: what was about blocks before it is forgotten. [strand] */
void agree_jump(Ledger *ledger);

/* The pool has something. [strand] */
void agree_pending(Ledger *ledger);
/* Goes on with what the store refused before. [strand] */
void agree_retry(Ledger *ledger);

#endif
