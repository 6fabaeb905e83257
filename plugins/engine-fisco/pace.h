/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/pace.h: how many transactions of a chain are worth
 * running ahead of their turn (ahead.h), from how that went lately. Nothing
 * that a block holds depends on it.
 *
 * All functions: [strand].
 */
#ifndef FISCO_PACE_H
#define FISCO_PACE_H

#include "plugins/engine-fisco/tx.h"

/* Transactions of a round. */
#define PACE_SPAN_MIN 64u
#define PACE_SPAN_MAX 4096u
/* Contracts whose calls met are remembered; the oldest are forgotten. */
#define PACE_CONTRACTS 16u

/* A contract whose calls met although nothing told so beforehand. */
typedef struct {
	guint8 to[ADDRESS_LEN]; /* zeros: creations */
	gint rounds;   /* above 0: that its calls stay together; below: that
			* they have not */
	gint together; /* rounds that they were kept together last */
} PaceContract;

/* All zeros at first. */
typedef struct {
	guint span;  /* transactions of the next round; 0: the most */
	guint pause; /* transactions that go in turn after a bad round */
	guint left;  /* of them, yet */
	gboolean doubted; /* the last round was bad */
	guint64 gas_each; /* of the last round's transactions, on average */
	PaceContract contracts[PACE_CONTRACTS];
	guint n_contracts;
	guint oldest;
	guint64 tried; /* so far: transactions that were run ahead, */
	guint64 taken; /* and those that counted */
} Pace;

/* Begins a round: how many of n transactions go ahead at most; 0: then the
 * first *in_turn of them go in turn. */
guint pace_begin(Pace *pace, guint n, guint *in_turn);
/* Ends one: of those tried, the first `taken` count. After them two met; or
 * NULL, NULL. */
void pace_end(Pace *pace, guint tried, guint taken, const Tx *one,
	      const Tx *other);

/* Whether calls of a transaction's contract are to be kept together with all
 * others of such contracts. */
gboolean pace_meets(const Pace *pace, const Tx *tx);

#endif
