/* SPDX-License-Identifier: Apache-2.0
 *
 * F_p and F_p2 of bn254.h. Montgomery multiplication is word by word (Koc,
 * Acar, Kaliski, "Analyzing and comparing Montgomery multiplication
 * algorithms", IEEE Micro 1996, CIOS).
 */
#include "plugins/runtime-evm/precompiles/bn254.h"

const U256 bn254_p = { { 0x3c208c16d87cfd47, 0x97816a916871ca8d,
			 0xb85045b68181585d, 0x30644e72e131a029 } };
const U256 bn254_r = { { 0x43e1f593f0000001, 0x2833e84879b97091,
			 0xb85045b68181585d, 0x30644e72e131a029 } };

/* -1 / p mod 2^64; 2^512 mod p. */
#define P_INVERSE UINT64_C(0x87d20782e4866389)
static const U256 square_of_2_256 = { { 0xf32cfc5b538afa89, 0xb5e71911d44501fb,
					0x47ab1eff0a417ff6,
					0x06d89f71cab8351f } };

static Fp
reduce_once(const U256 *a)
{
	bool borrow;
	U256 r = u256_sub_borrow(a, &bn254_p, &borrow);

	return borrow ? *a : r;
}

/* p is under 2^254, so that sums of two elements stay within four limbs. */
Fp
fp_add(const Fp *a, const Fp *b)
{
	U256 sum = u256_add(a, b);

	return reduce_once(&sum);
}

Fp
fp_sub(const Fp *a, const Fp *b)
{
	bool borrow;
	U256 r = u256_sub_borrow(a, b, &borrow);

	return borrow ? u256_add(&r, &bn254_p) : r;
}

Fp
fp_neg(const Fp *a)
{
	const Fp zero = { { 0 } };

	return fp_sub(&zero, a);
}

/* t = (t + a b_i + m p) / 2^64 for each limb of b, m chosen so that it divides.
 */
Fp
fp_mul(const Fp *a, const Fp *b)
{
	uint64_t t[5] = { 0 };

	for (unsigned i = 0; i < 4; i++) {
		U128 s = (U128)a->w[0] * b->w[i] + t[0];
		uint64_t m = (uint64_t)s * P_INVERSE;
		U128 r = (U128)m * bn254_p.w[0] + (uint64_t)s;

		for (unsigned j = 1; j < 4; j++) {
			s = (U128)a->w[j] * b->w[i] + t[j] +
			    (uint64_t)(s >> 64);
			r = (U128)m * bn254_p.w[j] + (uint64_t)s +
			    (uint64_t)(r >> 64);
			t[j - 1] = (uint64_t)r;
		}
		t[3] = (uint64_t)(s >> 64) + (uint64_t)(r >> 64);
	}
	return reduce_once(&(U256){ { t[0], t[1], t[2], t[3] } });
}

Fp
fp_from(const U256 *value)
{
	return fp_mul(value, &square_of_2_256);
}

Fp
fp_of(uint64_t value)
{
	const U256 word = u256_of(value);

	return fp_from(&word);
}

U256
fp_to(const Fp *a)
{
	const U256 one = u256_of(1);

	return fp_mul(a, &one);
}

/* a^(p - 2), Fermat. */
Fp
fp_inverse(const Fp *a)
{
	const U256 two = u256_of(2);
	U256 exponent = u256_sub(&bn254_p, &two);
	Fp r = fp_of(1);

	for (unsigned i = 256; i > 0; i--) {
		r = fp_mul(&r, &r);
		if ((exponent.w[(i - 1) / 64] >> ((i - 1) % 64)) & 1)
			r = fp_mul(&r, a);
	}
	return r;
}

/* ---- F_p2 --------------------------------------------------------------- */

Fp2
fp2_add(const Fp2 *a, const Fp2 *b)
{
	return (Fp2){ fp_add(&a->re, &b->re), fp_add(&a->im, &b->im) };
}

Fp2
fp2_sub(const Fp2 *a, const Fp2 *b)
{
	return (Fp2){ fp_sub(&a->re, &b->re), fp_sub(&a->im, &b->im) };
}

/* Karatsuba: three products. */
Fp2
fp2_mul(const Fp2 *a, const Fp2 *b)
{
	Fp re = fp_mul(&a->re, &b->re);
	Fp im = fp_mul(&a->im, &b->im);
	Fp sum_a = fp_add(&a->re, &a->im);
	Fp sum_b = fp_add(&b->re, &b->im);
	Fp cross = fp_mul(&sum_a, &sum_b);

	cross = fp_sub(&cross, &re);
	return (Fp2){ fp_sub(&re, &im), fp_sub(&cross, &im) };
}

Fp2
fp2_mul_fp(const Fp2 *a, const Fp *b)
{
	return (Fp2){ fp_mul(&a->re, b), fp_mul(&a->im, b) };
}

Fp2
fp2_neg(const Fp2 *a)
{
	return (Fp2){ fp_neg(&a->re), fp_neg(&a->im) };
}

Fp2
fp2_conjugate(const Fp2 *a)
{
	return (Fp2){ a->re, fp_neg(&a->im) };
}

Fp2
fp2_inverse(const Fp2 *a)
{
	Fp re2 = fp_mul(&a->re, &a->re);
	Fp im2 = fp_mul(&a->im, &a->im);
	Fp norm = fp_add(&re2, &im2);
	Fp2 conjugate = fp2_conjugate(a);

	norm = fp_inverse(&norm);
	return fp2_mul_fp(&conjugate, &norm);
}

/* (9 + i)(x + y i) = (9 x - y) + (x + 9 y) i. */
Fp2
fp2_mul_xi(const Fp2 *a)
{
	Fp2 r = fp2_add(a, a);

	r = fp2_add(&r, &r);
	r = fp2_add(&r, &r);
	r = fp2_add(&r, a);
	return (Fp2){ fp_sub(&r.re, &a->im), fp_add(&r.im, &a->re) };
}

bool
fp2_is_zero(const Fp2 *a)
{
	return u256_is_zero(&a->re) && u256_is_zero(&a->im);
}

bool
fp2_eq(const Fp2 *a, const Fp2 *b)
{
	return u256_eq(&a->re, &b->re) && u256_eq(&a->im, &b->im);
}
