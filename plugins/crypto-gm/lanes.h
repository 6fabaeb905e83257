/* SPDX-License-Identifier: Apache-2.0
 *
 * Eight multiplications of points side by side, where the machine has vectors
 * for it (AVX-512 IFMA). What uses this asks lanes_runs() first.
 */
#ifndef CRYPTO_GM_LANES_H
#define CRYPTO_GM_LANES_H

#include "plugins/crypto-gm/point.h"
#include "plugins/crypto-gm/window.h"

#define LANES 8u

/* A sum s G + t P. */
typedef struct {
	const Sc *s, *t;
	const Affine *p; /* the point, or its table */
} LaneSum;

/* Whether the processor has what it takes. [any] */
int lanes_runs(void);

/* For tests and measurements: 0 has lanes_runs say no. [main] */
void lanes_allow(int allowed);

/* The eight sums, P by its odd multiples. z is 0 for infinity, and may also be
 * 0 when any partial sum was infinity or any addition was one of a point and
 * itself: then the sum is to be had some other way. Scalars are not 0.
 * Variable time. [any] */
void lanes_sum(Jacobian *r, const LaneSum *sums, const Odds *g, unsigned span,
	       unsigned width);

/* The same where each P is only a point. */
void lanes_sum_once(Jacobian *r, const LaneSum *sums, const Odds *g);

/* k G of a table as mul.inc's mul_base has it, in constant time. */
void lanes_mul_base(Projective *r, const Sc *k, const Affine *table);

#endif
