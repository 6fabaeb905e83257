/* SPDX-License-Identifier: Apache-2.0
 *
 * host/chain/intake.h: requests of one kind on their way to a chain's engine.
 * Those that meet are given to it in one call. Lock-free, any number of
 * producers.
 */
#ifndef HOST_CHAIN_INTAKE_H
#define HOST_CHAIN_INTAKE_H

#include "host/chain/chain.h"

typedef struct {
	CallQueue queue; /* any thread */
	StrandCall call;
	Chain *chain;
	guint64 since_ns; /* atomic: the strand was told of what is queued */
	/* On the strand, chain open: gives them to the engine. A status other
	 * than BSN_OK refuses them all. */
	int32_t (*give)(Chain *chain, bsn_reply *const *replies, guint n,
			bsn_err *err);
} ChainIntake;

void intake_init(ChainIntake *intake, Chain *chain,
		 int32_t (*give)(Chain *chain, bsn_reply *const *replies,
				 guint n, bsn_err *err));
/* Takes the replies. FALSE: the chain is not open, they were refused. Main
 * loop. */
gboolean intake_push(ChainIntake *intake, bsn_reply **replies, guint n);

#endif
