/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/checker_private.h: what the checker remembers.
 */
#ifndef TOOLS_SIM_CHECKER_PRIVATE_H
#define TOOLS_SIM_CHECKER_PRIVATE_H

#include "tools/sim/checker.h"

/* A block as the first honest node that made it durable has it. */
typedef struct {
	bsn_id hash, state_hash;
	guint64 txs;
	guint node;
} SimBlock;

/* What the first honest node decided for a height. */
typedef struct {
	guint64 proposal; /* FNV; 0: nobody yet */
	guint node;
} SimDecision;

struct SimChecker {
	GArray *blocks;       /* SimBlock, by height */
	GArray *decisions;    /* SimDecision, by height */
	GHashTable *executed; /* FNV of a proposal to bsn_id, its digest */
	guint first_open;     /* all transactions before have a place */
};

/* Whether a transaction that a block has may have, or lack, its effect. */
void sim_checker_effect(SimWorld *world, const SimTx *tx, guint64 number,
			gint32 native);

#endif
