/* SPDX-License-Identifier: Apache-2.0
 *
 * The optimal ate pairing (Vercauteren, "Optimal pairings", IEEE Transactions
 * on Information Theory 56, 2010) on the curve of bn254.h. A point (x, y) of
 * the twist is (x w^2, y w^3) on the curve over F_p12.
 */
#include <glib.h>

#include "plugins/runtime-evm/precompiles/bn254.h"

#define U UINT64_C(4965661367192848881)

/* Multiplies f by the line through t with the slope on the twist, at p:
 * y_p - slope x_p w + (slope x_t - y_t) w^3. */
static void
mul_line(Fp12 *f, const G2 *t, const Fp2 *slope, const G1 *p)
{
	Fp2 c1 = fp2_mul_fp(slope, &p->x);
	Fp2 c3 = fp2_mul(slope, &t->x);

	c1 = fp2_neg(&c1);
	c3 = fp2_sub(&c3, &t->y);
	*f = fp12_mul_line(f, &p->y, &c1, &c3);
}

/* The third point on a line through t and one of abscissa x, mirrored. */
static void
move_on(G2 *t, const Fp2 *slope, const Fp2 *x)
{
	Fp2 new_x = fp2_mul(slope, slope);
	Fp2 y;

	new_x = fp2_sub(&new_x, &t->x);
	new_x = fp2_sub(&new_x, x);
	y = fp2_sub(&t->x, &new_x);
	y = fp2_mul(slope, &y);
	t->y = fp2_sub(&y, &t->y);
	t->x = new_x;
}

static void
double_step(Fp12 *f, G2 *t, const G1 *p)
{
	Fp2 xx = fp2_mul(&t->x, &t->x);
	Fp2 slope = fp2_add(&t->y, &t->y);
	Fp2 x = t->x;

	slope = fp2_inverse(&slope);
	slope = fp2_mul(&slope, &xx);
	xx = fp2_add(&slope, &slope);
	slope = fp2_add(&slope, &xx);
	mul_line(f, t, &slope, p);
	move_on(t, &slope, &x);
}

static void
add_step(Fp12 *f, G2 *t, const G2 *q, const G1 *p)
{
	Fp2 dx = fp2_sub(&q->x, &t->x);
	Fp2 slope = fp2_sub(&q->y, &t->y);

	dx = fp2_inverse(&dx);
	slope = fp2_mul(&slope, &dx);
	mul_line(f, t, &slope, p);
	move_on(t, &slope, &q->x);
}

/* The Frobenius map of the curve, on the twist. */
static G2
frobenius(const G2 *q)
{
	const Fp2 *gamma = bn254_gamma();
	Fp2 x = fp2_conjugate(&q->x);
	Fp2 y = fp2_conjugate(&q->y);

	return (G2){ fp2_mul(&x, &gamma[2]), fp2_mul(&y, &gamma[3]), false };
}

static void
last_steps(Fp12 *f, G2 *t, const G2 *q, const G1 *p)
{
	G2 q1 = frobenius(q);
	G2 q2 = frobenius(&q1);

	q2.y = fp2_neg(&q2.y);
	add_step(f, t, &q1, p);
	add_step(f, t, &q2, p);
}

/* Miller's loop over all pairs at once, of length 6 u + 2. */
static Fp12
miller(const G1 *p, const G2 *q, uint64_t n)
{
	const U128 length = (U128)6 * U + 2;
	g_autofree G2 *t = g_memdup2(q, n * sizeof(*q));
	Fp12 f = fp12_one();

	for (unsigned bit = 64; bit > 0; bit--) {
		f = fp12_square(&f);
		for (uint64_t i = 0; i < n; i++) {
			double_step(&f, &t[i], &p[i]);
			if ((length >> (bit - 1)) & 1)
				add_step(&f, &t[i], &q[i], &p[i]);
		}
	}
	for (uint64_t i = 0; i < n; i++)
		last_steps(&f, &t[i], &q[i], &p[i]);
	return f;
}

static Fp12
power_u(const Fp12 *a)
{
	Fp12 r = *a;

	for (unsigned bit = 62; bit > 0; bit--) {
		r = fp12_square(&r);
		if ((U >> (bit - 1)) & 1)
			r = fp12_mul(&r, a);
	}
	return r;
}

/* To the power (p^6 - 1)(p^2 + 1). */
static Fp12
easy_part(const Fp12 *f)
{
	Fp12 inverse = fp12_inverse(f);
	Fp12 r = fp12_conjugate(f);
	Fp12 t;

	r = fp12_mul(&r, &inverse);
	t = fp12_frobenius(&r);
	t = fp12_frobenius(&t);
	return fp12_mul(&t, &r);
}

/* To the power (p^4 - p^2 + 1) / r by the addition chain of Scott, Benger,
 * Charlemagne, Dominguez Perez, Kachisa ("On the final exponentiation for
 * calculating pairings on ordinary elliptic curves", Pairing 2009), section 5:
 * y0 y1^2 y2^6 y3^12 y4^18 y5^30 y6^36. An inverse is a conjugate here. */
static Fp12
hard_part(const Fp12 *f)
{
	Fp12 fu = power_u(f), fu2 = power_u(&fu), fu3 = power_u(&fu2);
	Fp12 fp = fp12_frobenius(f), fpp = fp12_frobenius(&fp);
	Fp12 fppp = fp12_frobenius(&fpp);
	Fp12 fu_p = fp12_frobenius(&fu), fu2_p = fp12_frobenius(&fu2);
	Fp12 fu3_p = fp12_frobenius(&fu3), y2 = fp12_frobenius(&fu2_p);
	Fp12 y0 = fp12_mul(&fp, &fpp), y1 = fp12_conjugate(f);
	Fp12 y3 = fp12_conjugate(&fu_p), y4 = fp12_mul(&fu, &fu2_p);
	Fp12 y5 = fp12_conjugate(&fu2), y6 = fp12_mul(&fu3, &fu3_p);
	Fp12 a, b;

	y0 = fp12_mul(&y0, &fppp);
	y4 = fp12_conjugate(&y4);
	y6 = fp12_conjugate(&y6);
	a = fp12_square(&y6);
	a = fp12_mul(&a, &y4);
	a = fp12_mul(&a, &y5);
	b = fp12_mul(&y3, &y5);
	b = fp12_mul(&b, &a);
	a = fp12_mul(&a, &y2);
	b = fp12_square(&b);
	b = fp12_mul(&b, &a);
	b = fp12_square(&b);
	a = fp12_mul(&b, &y1);
	b = fp12_mul(&b, &y0);
	a = fp12_square(&a);
	return fp12_mul(&a, &b);
}

bool
bn254_pairing_is_one(const G1 *p, const G2 *q, uint64_t n)
{
	Fp12 f;

	if (n == 0)
		return true;
	f = miller(p, q, n);
	f = easy_part(&f);
	f = hard_part(&f);
	return fp12_is_one(&f);
}
