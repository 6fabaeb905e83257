/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/ahead.h: runs the next transactions of a block on all
 * workers before their turn, each on a trial of the state as it is. When a
 * transaction's turn comes, its trial counts if what it read is still so, and
 * else the transaction is run then. What a block holds is so the same as if
 * they had been run one after the other, however the work was shared out and
 * whatever a contract says of its conflicts.
 *
 * Transactions that are known to meet (conflict.h) are one worker's: each is
 * run on what those before it did, so that their trials hold, too.
 *
 * After: Gelashvili et al., "Block-STM", 2022, of which it is the simplest
 * case: one try each, then the order of the block.
 */
#ifndef FISCO_AHEAD_H
#define FISCO_AHEAD_H

#include "plugins/engine-fisco/execute.h"

/* Transactions that are run ahead together: a round. */
#define AHEAD_MAX 1024u

typedef struct Ahead Ahead;

/* For a block's execution, which outlives it. [strand] */
Ahead *ahead_new(const Execution *execution, Overlay *state, AheadPace *pace);
/* ahead_free(NULL) does nothing. [strand] */
void ahead_free(Ahead *ahead);

/* Whether all that were run ahead have had their turn. [strand] */
gboolean ahead_is_over(const Ahead *ahead);
/* The next round: n transactions, borrowed until it is over; n <= AHEAD_MAX.
 * Rounds are left out while trials do not count. [strand] */
void ahead_run(Ahead *ahead, Tx *const *txs, guint n);

/* A trial whose turn has come. */
typedef struct {
	Overlay *trial;
	Receipt *receipt;
	guint index; /* for ahead_taken */
} AheadResult;

/* Comes to a transaction's turn; those before it have had theirs.
 *
 * Returns: whether its trial counts in the present state. [strand] */
gboolean ahead_claim(Ahead *ahead, const Tx *tx, AheadResult *result);
/* A trial's changes were taken as those of a run. Its receipt is the
 * caller's. [strand] */
void ahead_taken(Ahead *ahead, const AheadResult *result, guint64 run);

#endif
