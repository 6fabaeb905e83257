/* SPDX-License-Identifier: Apache-2.0
 *
 * F_p12 of bn254.h, as polynomials in w over F_p2.
 */
#include <glib.h>

#include "plugins/runtime-evm/precompiles/bn254.h"

Fp12
fp12_one(void)
{
	Fp12 r = { 0 };

	r.c[0].re = fp_of(1);
	return r;
}

bool
fp12_is_one(const Fp12 *a)
{
	Fp12 one = fp12_one();

	for (unsigned i = 0; i < 6; i++)
		if (!fp2_eq(&a->c[i], &one.c[i]))
			return false;
	return true;
}

/* Adds x w^k, k under 12: w^6 = xi. */
static void
add_term(Fp12 *r, unsigned k, const Fp2 *x)
{
	Fp2 folded = *x;

	if (k >= 6)
		folded = fp2_mul_xi(x);
	r->c[k % 6] = fp2_add(&r->c[k % 6], &folded);
}

Fp12
fp12_mul(const Fp12 *a, const Fp12 *b)
{
	Fp2 t[11] = { 0 };
	Fp12 r;

	for (unsigned i = 0; i < 6; i++) {
		for (unsigned j = 0; j < 6; j++) {
			Fp2 x = fp2_mul(&a->c[i], &b->c[j]);

			t[i + j] = fp2_add(&t[i + j], &x);
		}
	}
	memcpy(r.c, t, sizeof(r.c));
	for (unsigned k = 6; k < 11; k++)
		add_term(&r, k, &t[k]);
	return r;
}

/* Each mixed product once. */
Fp12
fp12_square(const Fp12 *a)
{
	Fp2 t[11] = { 0 };
	Fp12 r;

	for (unsigned i = 0; i < 6; i++) {
		Fp2 twice = fp2_add(&a->c[i], &a->c[i]);
		Fp2 x = fp2_mul(&a->c[i], &a->c[i]);

		t[2 * i] = fp2_add(&t[2 * i], &x);
		for (unsigned j = i + 1; j < 6; j++) {
			x = fp2_mul(&twice, &a->c[j]);
			t[i + j] = fp2_add(&t[i + j], &x);
		}
	}
	memcpy(r.c, t, sizeof(r.c));
	for (unsigned k = 6; k < 11; k++)
		add_term(&r, k, &t[k]);
	return r;
}

Fp12
fp12_mul_line(const Fp12 *a, const Fp *c0, const Fp2 *c1, const Fp2 *c3)
{
	Fp12 r;

	for (unsigned i = 0; i < 6; i++)
		r.c[i] = fp2_mul_fp(&a->c[i], c0);
	for (unsigned i = 0; i < 6; i++) {
		Fp2 x = fp2_mul(&a->c[i], c1);
		Fp2 y = fp2_mul(&a->c[i], c3);

		add_term(&r, i + 1, &x);
		add_term(&r, i + 3, &y);
	}
	return r;
}

/* w^(p^6) = -w. */
Fp12
fp12_conjugate(const Fp12 *a)
{
	Fp12 r = *a;

	for (unsigned i = 1; i < 6; i += 2)
		r.c[i] = fp2_neg(&a->c[i]);
	return r;
}

/* The inverse of x + y v + z v^2 in F_p6 = F_p2[v] / (v^3 - xi), in place. */
static void
fp6_inverse(Fp2 *x, Fp2 *y, Fp2 *z)
{
	Fp2 xx = fp2_mul(x, x), yy = fp2_mul(y, y), zz = fp2_mul(z, z);
	Fp2 xy = fp2_mul(x, y), xz = fp2_mul(x, z), yz = fp2_mul(y, z);
	Fp2 a, b, c, t, norm;

	t = fp2_mul_xi(&yz);
	a = fp2_sub(&xx, &t);
	t = fp2_mul_xi(&zz);
	b = fp2_sub(&t, &xy);
	c = fp2_sub(&yy, &xz);
	/* x a + xi (z b + y c) */
	norm = fp2_mul(z, &b);
	t = fp2_mul(y, &c);
	norm = fp2_add(&norm, &t);
	norm = fp2_mul_xi(&norm);
	t = fp2_mul(x, &a);
	norm = fp2_add(&norm, &t);
	norm = fp2_inverse(&norm);
	*x = fp2_mul(&a, &norm);
	*y = fp2_mul(&b, &norm);
	*z = fp2_mul(&c, &norm);
}

/* a' / (a a'), a' the conjugate: a a' has even powers of w only, that is, it
 * is in F_p6 with v = w^2. */
Fp12
fp12_inverse(const Fp12 *a)
{
	Fp12 conjugate = fp12_conjugate(a);
	Fp12 norm = fp12_mul(a, &conjugate);

	fp6_inverse(&norm.c[0], &norm.c[2], &norm.c[4]);
	return fp12_mul(&conjugate, &norm);
}

static Fp2
power(const Fp2 *base, const U256 *exponent)
{
	Fp2 r = { fp_of(1), { { 0 } } };

	for (unsigned i = 256; i > 0; i--) {
		r = fp2_mul(&r, &r);
		if ((exponent->w[(i - 1) / 64] >> ((i - 1) % 64)) & 1)
			r = fp2_mul(&r, base);
	}
	return r;
}

const Fp2 *
bn254_gamma(void)
{
	static Fp2 gamma[6];
	static gsize made;

	if (g_once_init_enter(&made)) {
		const U256 one = u256_of(1), six = u256_of(6);
		const Fp2 xi = { fp_of(9), fp_of(1) };
		U256 exponent = u256_sub(&bn254_p, &one);

		exponent = u256_divmod(&exponent, &six, NULL);
		gamma[0] = (Fp2){ fp_of(1), { { 0 } } };
		gamma[1] = power(&xi, &exponent);
		for (unsigned i = 2; i < 6; i++)
			gamma[i] = fp2_mul(&gamma[i - 1], &gamma[1]);
		g_once_init_leave(&made, 1);
	}
	return gamma;
}

/* (c w^k)^p = conjugate(c) w^k (w^6)^(k (p - 1) / 6). */
Fp12
fp12_frobenius(const Fp12 *a)
{
	const Fp2 *gamma = bn254_gamma();
	Fp12 r;

	for (unsigned i = 0; i < 6; i++) {
		Fp2 conjugate = fp2_conjugate(&a->c[i]);

		r.c[i] = fp2_mul(&conjugate, &gamma[i]);
	}
	return r;
}
