/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/order/agree.h: the engine as its consensus sees it.
 * [strand]
 */
#ifndef FABRIC_ORDER_AGREE_H
#define FABRIC_ORDER_AGREE_H

#include "plugins/engine-fabric/order/candidate.h"

/* Joins the chain's consensus. Returns as bsn_consensus.create. */
int32_t agree_join(Channel *channel, bsn_err *err);
/* Leaves it, and forgets what was proposed and decided. */
void agree_leave(Channel *channel);

/* order_take. */
int32_t agree_take(Channel *channel, guint64 number, bsn_slice proposal,
		   bsn_slice certificate, bsn_err *err);
/* Goes on with what the store refused before. */
void agree_retry(Channel *channel);
/* TIMER_CUT. */
void agree_cut(Channel *channel);

/* check.c: whether this node agrees that a block be the next one.
 *
 * Returns: BSN_OK. Errors: of its first transaction that may not be ordered, or
 * of the block: BSN_BAD_REQUEST, BSN_TOO_LARGE, BSN_DENIED, BSN_EXPIRED,
 * BSN_DUPLICATE, BSN_BAD_SIGNATURE; BSN_E_*. */
int32_t check_transactions(Channel *channel, const Candidate *candidate,
			   bsn_err *err);

#endif
