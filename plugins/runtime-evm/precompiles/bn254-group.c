/* SPDX-License-Identifier: Apache-2.0
 *
 * The two groups of bn254.h.
 */
#include "plugins/runtime-evm/precompiles/bn254.h"

#define F Fp
#define F_(operation) fp_##operation
#define F_IS_ZERO u256_is_zero
#define F_ONE fp_of(1)
#define POINT G1
#define NAME(function) g1_##function
#include "plugins/runtime-evm/precompiles/bn254-curve.inc"
#undef F
#undef F_
#undef F_IS_ZERO
#undef F_ONE
#undef POINT
#undef NAME

#define F Fp2
#define F_(operation) fp2_##operation
#define F_IS_ZERO fp2_is_zero
#define F_ONE ((Fp2){ fp_of(1), { { 0 } } })
#define POINT G2
#define NAME(function) g2_##function
#include "plugins/runtime-evm/precompiles/bn254-curve.inc"

bool
g1_is_on_curve(const G1 *a)
{
	Fp left = fp_mul(&a->y, &a->y);
	Fp right = fp_mul(&a->x, &a->x);
	Fp three = fp_of(3);

	if (a->infinite)
		return true;
	right = fp_mul(&right, &a->x);
	right = fp_add(&right, &three);
	return u256_eq(&left, &right);
}

static G1
lower(const g1_Jacobian *p)
{
	Fp inverse = fp_inverse(&p->z);
	Fp square = fp_mul(&inverse, &inverse);
	Fp cube = fp_mul(&square, &inverse);

	if (u256_is_zero(&p->z))
		return (G1){ .infinite = true };
	return (G1){ fp_mul(&p->x, &square), fp_mul(&p->y, &cube), false };
}

G1
g1_add(const G1 *a, const G1 *b)
{
	g1_Jacobian p = g1_lift(a);
	g1_Jacobian q = g1_lift(b);

	p = g1_plus(&p, &q);
	return lower(&p);
}

G1
g1_mul(const G1 *a, const U256 *n)
{
	g1_Jacobian p = g1_times(a, n);

	return lower(&p);
}

bool
g2_is_on_curve(const G2 *a)
{
	const Fp2 xi = { fp_of(9), fp_of(1) };
	const Fp three = fp_of(3);
	Fp2 left = fp2_mul(&a->y, &a->y);
	Fp2 right = fp2_mul(&a->x, &a->x);
	Fp2 b = fp2_inverse(&xi);

	if (a->infinite)
		return true;
	right = fp2_mul(&right, &a->x);
	b = fp2_mul_fp(&b, &three);
	right = fp2_add(&right, &b);
	return fp2_eq(&left, &right);
}

bool
g2_is_in_group(const G2 *a)
{
	g2_Jacobian p = g2_times(a, &bn254_r);

	return fp2_is_zero(&p.z);
}
