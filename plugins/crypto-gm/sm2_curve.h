/* SPDX-License-Identifier: Apache-2.0
 *
 * The group of SM2 (GB/T 32918.5): keys and multiples of points. Private keys
 * and public keys are bytes as bsn/crypto.h has them.
 */
#ifndef CRYPTO_GM_SM2_CURVE_H
#define CRYPTO_GM_SM2_CURVE_H

#include "plugins/crypto-gm/gm.h"
#include "plugins/crypto-gm/lanes.h"
#include "plugins/crypto-gm/point.h"
#include "plugins/crypto-gm/sc.h"
#include "plugins/crypto-gm/window.h"

/* Makes the tables of the generator. More than once is allowed. [main] */
void sm2_curve_open(void);

/* a || b || xG || yG, 128 bytes: the curve's part of Z_A. */
bsn_slice sm2_curve_parameters(void);

/* ---- constant time ------------------------------------------------------ */

/* d = seed mod (n - 2) + 1, in [1, n - 2] as GB/T 32918.1 section 6.1 has it,
 * from 48 bytes. */
void sm2_scalar_from_seed(const uint8_t *seed, uint8_t *private_key);

/* A private key as a number. Mask: whether it is in [1, n - 2]. */
uint64_t sm2_private_read(Sc *d, const uint8_t *private_key);

/* BSN_BAD_REQUEST when the private key is not in [1, n - 2]. */
int32_t sm2_derive(const uint8_t *private_key, uint8_t *public_key);

/* k times the generator. Mask: 0 when that is infinity, r (0, 0). */
uint64_t sm2_mul_base(Affine *r, const Sc *k);

/* k times p, a point of the curve. Mask as above. */
uint64_t sm2_mul(Affine *r, const Sc *k, const Affine *p);

/* ---- variable time ------------------------------------------------------ */

/* Reads X || Y. 0 when it is no point of the curve. */
int sm2_point_read(Affine *r, const uint8_t *public_key);

/* Writes X || Y; constant time, too. */
void sm2_point_write(uint8_t *public_key, const Affine *p);

/* Multiples of a point, made once for many sums. Opaque but for its size. */
#define SM2_TABLE_POINTS (ODDS_ROWS(SM2_TABLE_SPAN) * ODDS_ROW(SM2_TABLE_WIDTH))
#define SM2_TABLE_SPAN 16u
#define SM2_TABLE_WIDTH 6u

void sm2_table_make(Affine *table, const Affine *p);

/* s G + t P, where P's table is or, for once, its point. */
void sm2_sum(Jacobian *r, const Sc *s, const Sc *t, const Affine *table);
void sm2_sum_once(Jacobian *r, const Sc *s, const Sc *t, const Affine *p);

/* n <= LANES sums, with their tables or without. */
void sm2_sums(Jacobian *r, const LaneSum *sums, unsigned n, int tables);

#endif
