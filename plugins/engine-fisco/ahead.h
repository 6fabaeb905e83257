/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/ahead.h: runs the next transactions of a block on all
 * workers before their turn.
 *
 * A round's transactions are shared out among lanes, those that will probably
 * meet (conflict.h) into the same one. Each lane runs its own in the block's
 * order on a trial of the state as it was before the round. Then the trials are
 * compared: up to the first turn at which one lane used what another one
 * changed, no lane has seen anything of another's, so that all of it is what
 * one after the other would have given, in whatever order. That much counts;
 * the rest is run anew. So what a block holds does not depend on how the work
 * was shared out, nor on what a contract says of its conflicts.
 *
 * After: the transaction groups of FISCO BCOS (white paper, 3.3.3), and
 * validation as in optimistic concurrency control (Kung and Robinson, "On
 * Optimistic Methods for Concurrency Control", 1981), but of whole lanes, so
 * that it costs little beside a transfer.
 */
#ifndef FISCO_AHEAD_H
#define FISCO_AHEAD_H

#include "plugins/engine-fisco/execute.h"

typedef struct Ahead Ahead;

/* For a block's execution, which outlives it. [strand] */
Ahead *ahead_new(Execution *execution);
/* What was not settled is dropped. ahead_free(NULL) does nothing. [strand] */
void ahead_free(Ahead *ahead);

/* Whether the next round may begin. [strand] */
gboolean ahead_is_over(const Ahead *ahead);
/* The next round, when the last one is settled: some of n transactions, from the first on, borrowed until it
 * is over. It may be that they go in turn. [strand] */
void ahead_run(Ahead *ahead, Tx *const *txs, guint n);

/* The receipt of the transaction whose turn comes, if it has been run and that
 * counts; else NULL. [strand] */
const EncodedReceipt *ahead_peek(const Ahead *ahead, const Tx *tx);
/* It had its turn: what it did is of the block. [strand] */
void ahead_take(Ahead *ahead);
/* Puts what was taken into the state and drops the rest. Returns whether there
 * was anything. [strand] */
gboolean ahead_settle(Ahead *ahead);
/* A transaction is about to be run in turn. [strand] */
void ahead_pass(Ahead *ahead);

#endif
