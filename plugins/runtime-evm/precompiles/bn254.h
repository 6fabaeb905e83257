/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-evm/precompiles/bn254.h: the pairing-friendly curve of
 * EIP-196 and EIP-197, also called alt_bn128: y^2 = x^3 + 3 over F_p, a
 * Barreto-Naehrig curve ("Pairing-friendly elliptic curves of prime order",
 * SAC 2005) with u = 4965661367192848881.
 *
 * Elements of F_p are kept in Montgomery form. F_p2 = F_p[i] / (i^2 + 1);
 * F_p12 = F_p2[w] / (w^6 - xi) with xi = 9 + i.
 *
 * Nothing here is secret, so nothing is constant in time. All functions: [any].
 */
#ifndef PLUGINS_RUNTIME_EVM_BN254_H
#define PLUGINS_RUNTIME_EVM_BN254_H

#include "plugins/runtime-evm/u256.h"

/* ---- F_p ---------------------------------------------------------------- */

typedef U256 Fp;

extern const U256 bn254_p; /* the field's prime, an ordinary integer */
extern const U256 bn254_r; /* the group's order */

Fp fp_of(uint64_t value);
/* From and to an ordinary integer below p. */
Fp fp_from(const U256 *value);
U256 fp_to(const Fp *a);
Fp fp_add(const Fp *a, const Fp *b);
Fp fp_sub(const Fp *a, const Fp *b);
Fp fp_mul(const Fp *a, const Fp *b);
Fp fp_neg(const Fp *a);
/* 0 for 0. */
Fp fp_inverse(const Fp *a);

/* ---- F_p2 --------------------------------------------------------------- */

typedef struct {
	Fp re;
	Fp im;
} Fp2;

Fp2 fp2_add(const Fp2 *a, const Fp2 *b);
Fp2 fp2_sub(const Fp2 *a, const Fp2 *b);
Fp2 fp2_mul(const Fp2 *a, const Fp2 *b);
Fp2 fp2_mul_fp(const Fp2 *a, const Fp *b);
Fp2 fp2_neg(const Fp2 *a);
Fp2 fp2_conjugate(const Fp2 *a);
Fp2 fp2_inverse(const Fp2 *a);
/* Times xi. */
Fp2 fp2_mul_xi(const Fp2 *a);
bool fp2_is_zero(const Fp2 *a);
bool fp2_eq(const Fp2 *a, const Fp2 *b);

/* ---- F_p12 -------------------------------------------------------------- */

/* The sum of c[k] w^k. */
typedef struct {
	Fp2 c[6];
} Fp12;

Fp12 fp12_one(void);
bool fp12_is_one(const Fp12 *a);
Fp12 fp12_mul(const Fp12 *a, const Fp12 *b);
Fp12 fp12_square(const Fp12 *a);
/* Times c0 + c1 w + c3 w^3, c0 in F_p: the shape of a line. */
Fp12 fp12_mul_line(const Fp12 *a, const Fp *c0, const Fp2 *c1, const Fp2 *c3);
Fp12 fp12_inverse(const Fp12 *a);
/* To the power p^6. */
Fp12 fp12_conjugate(const Fp12 *a);
/* To the power p. */
Fp12 fp12_frobenius(const Fp12 *a);
/* xi^(k (p - 1) / 6) for k = 0 to 5. */
const Fp2 *bn254_gamma(void);

/* ---- the groups --------------------------------------------------------- */

/* Affine points; `infinite` is the neutral element. */
typedef struct {
	Fp x;
	Fp y;
	bool infinite;
} G1;

/* On the twist y^2 = x^3 + 3 / xi. */
typedef struct {
	Fp2 x;
	Fp2 y;
	bool infinite;
} G2;

bool g1_is_on_curve(const G1 *a);
G1 g1_add(const G1 *a, const G1 *b);
G1 g1_mul(const G1 *a, const U256 *n);
bool g2_is_on_curve(const G2 *a);
/* Whether its order is that of the group (or it is infinite). */
bool g2_is_in_group(const G2 *a);

/* Whether the product of e(p[i], q[i]) is one. No point is infinite. */
bool bn254_pairing_is_one(const G1 *p, const G2 *q, uint64_t n);

#endif
