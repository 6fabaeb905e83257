/* SPDX-License-Identifier: Apache-2.0
 *
 * A division step takes (delta, f, g), f odd, to
 *	(1 - delta, g, (g - f) / 2)  when delta > 0 and g is odd,
 *	(1 + delta, f, (g + g_0 f) / 2)  otherwise, g_0 being g modulo 2.
 * From delta = 1/2, f = m and 0 <= g < m < 2^256, 590 of them make g zero and f
 * plus or minus the greatest common divisor; more change no more than delta. k
 * steps depend on no more than delta and the low k bits of f and g, and are a
 * matrix of integers over 2^k, which is then put to f and g, and modulo m to d
 * and e, of which f = d a and g = e a.
 */
#include "plugins/crypto-gm/modinv.h"

#include "plugins/crypto-gm/limbs.h"

#define ROUNDS 10
#define MASK ((UINT64_C(1) << MODINV_BITS) - 1)
#define TOP (MODINV_LIMBS - 1)

__extension__ typedef __int128 Int128;

/* (f, g) becomes (u f + v g, q f + r g) / 2^k; |u| + |v| and |q| + |r| are at
 * most 2^k. */
typedef struct matrix {
	int64_t u, v, q, r;
} Matrix;

/*
 * PACKED_STEPS steps in one word for (f, u, v) and one for (g, q, r): f and g
 * of 20 bits, each with room for its sign, and the rows of the matrix, which
 * begin as 2^20 times those of the identity, so that they can be halved 20
 * times as g is. A row's entries reach 2^20 in the beginning only, and never
 * -2^20, which does fit its 21 bits: the rows are those of the negative matrix.
 */
#define PACKED_STEPS 20
#define PACKED_LOW ((1 << PACKED_STEPS) - 1)
#define PACKED_U 21
#define PACKED_V 42

/* theta is delta - 1/2, so that delta > 0 when it is not negative, and 1 -
 * delta is -theta, 1 + delta is theta + 1. */
typedef struct packed {
	int64_t theta;
	int64_t f;
	int64_t g;
} Packed;

#if defined(__x86_64__)
static inline void
packed_step(Packed *p)
{
	int64_t signed_f, even_theta, odd_f, odd_theta;

	__asm__("movq %[f], %[signed_f]\n\t"
		"negq %[signed_f]\n\t"
		"movq %[theta], %[odd_theta]\n\t"
		"negq %[odd_theta]\n\t"
		"leaq 1(%[theta]), %[even_theta]\n\t"
		"movq %[g], %[odd_f]\n\t"
		"testq %[theta], %[theta]\n\t"
		"cmovsq %[f], %[signed_f]\n\t"
		"cmovsq %[even_theta], %[odd_theta]\n\t"
		"cmovsq %[f], %[odd_f]\n\t"
		"addq %[g], %[signed_f]\n\t"
		"testb $1, %b[g]\n\t"
		"cmovnzq %[signed_f], %[g]\n\t"
		"cmovnzq %[odd_f], %[f]\n\t"
		"cmovzq %[even_theta], %[odd_theta]\n\t"
		"sarq %[g]"
		: [f] "+&r"(p->f), [g] "+&r"(p->g), [signed_f] "=&r"(signed_f),
		  [even_theta] "=&r"(even_theta), [odd_f] "=&r"(odd_f),
		  [odd_theta] "=&r"(odd_theta)
		: [theta] "r"(p->theta)
		: "cc");
	p->theta = odd_theta;
}
#else
static inline void
packed_step(Packed *p)
{
	int64_t odd = (int64_t)limb_barrier(0 - ((uint64_t)p->g & 1));
	int64_t positive = (int64_t)limb_barrier(~(uint64_t)(p->theta >> 63));
	int64_t swap = odd & positive;

	p->g += ((p->f ^ positive) - positive) & odd;
	/* f + (g - f) is the g of before. */
	p->f += p->g & swap;
	p->theta = (p->theta ^ swap) + 1;
	p->g >>= 1;
}
#endif

/* One row, of which the first field is not wanted any more. */
static inline void
unpack_row(int64_t row, int64_t *u, int64_t *v)
{
	uint64_t even = (uint64_t)row + (UINT64_C(1) << PACKED_STEPS);

	*u = -((int64_t)(even << (64 - PACKED_V)) >> (64 - PACKED_U));
	*v = -((int64_t)(even + (UINT64_C(1) << (PACKED_V - 1))) >> PACKED_V);
}

static inline int64_t
packed_steps(int64_t theta, uint64_t f, uint64_t g, Matrix *t)
{
	const int64_t identity = -(INT64_C(1) << PACKED_STEPS);
	Packed p = {
		theta,
		(int64_t)(f & PACKED_LOW) + identity * (1 << PACKED_U),
		(int64_t)(g & PACKED_LOW) + identity * (INT64_C(1) << PACKED_V),
	};

#pragma GCC unroll 20
	for (int i = 0; i < PACKED_STEPS; i++)
		packed_step(&p);
	unpack_row(p.f, &t->u, &t->v);
	unpack_row(p.g, &t->q, &t->r);
	return p.theta;
}

/* t = s t. */
static inline void
matrix_mul(Matrix *t, const Matrix *s)
{
	Matrix product = {
		s->u * t->u + s->v * t->q,
		s->u * t->v + s->v * t->r,
		s->q * t->u + s->r * t->q,
		s->q * t->v + s->r * t->r,
	};

	*t = product;
}

/* A row that is over 2^steps, put to the low bits of f and g. */
static inline uint64_t
row_mul(int64_t u, int64_t v, uint64_t f, uint64_t g, int steps)
{
	return ((uint64_t)u * f + (uint64_t)v * g) >> steps;
}

/* 60 steps. Returns the next theta. */
static int64_t
divsteps(int64_t theta, uint64_t f, uint64_t g, Matrix *t)
{
	theta = packed_steps(theta, f, g, t);
	for (int i = PACKED_STEPS; i < MODINV_BITS; i += PACKED_STEPS) {
		uint64_t next_f = row_mul(t->u, t->v, f, g, i);
		uint64_t next_g = row_mul(t->q, t->r, f, g, i);
		Matrix s;

		theta = packed_steps(theta, next_f, next_g, &s);
		matrix_mul(t, &s);
	}
	return theta;
}

/* The lowest limb of *sum, which is taken off. */
static inline int64_t
next_limb(Int128 *sum)
{
	int64_t limb = (int64_t)((uint64_t)*sum & MASK);

	*sum >>= MODINV_BITS;
	return limb;
}

static inline void
update_fg(ModinvNumber *f, ModinvNumber *g, const Matrix *t)
{
	Int128 sum_f = 0;
	Int128 sum_g = 0;

#pragma GCC unroll 5
	for (int i = 0; i < MODINV_LIMBS; i++) {
		int64_t fi = f->v[i];
		int64_t gi = g->v[i];

		sum_f += (Int128)t->u * fi + (Int128)t->v * gi;
		sum_g += (Int128)t->q * fi + (Int128)t->r * gi;
		if (i == 0) {
			sum_f >>= MODINV_BITS;
			sum_g >>= MODINV_BITS;
			continue;
		}
		f->v[i - 1] = next_limb(&sum_f);
		g->v[i - 1] = next_limb(&sum_g);
	}
	f->v[TOP] = (int64_t)sum_f;
	g->v[TOP] = (int64_t)sum_g;
}

/* How often m is to be added to a sum of which the lowest limb is given so that
 * 2^60 divides it: at most times, and more than times - 2^60. */
static inline int64_t
multiple(int64_t times, uint64_t lowest, const ModinvModulus *modulus)
{
	uint64_t rest = modulus->inverse * lowest + (uint64_t)times;

	return times - (int64_t)(rest & MASK);
}

/* The same for d and e, within (-2m, m) before and after: m is added to what is
 * negative, which leaves (-m, m); a row of the matrix gives (-2^60 m, 2^60 m);
 * and then up to 2^60 - 1 times m is taken away, so that 2^60 divides it. */
static inline void
update_de(ModinvNumber *d, ModinvNumber *e, const Matrix *t,
	  const ModinvModulus *modulus)
{
	const int64_t *m = modulus->m.v;
	int64_t d_negative = d->v[TOP] >> 63;
	int64_t e_negative = e->v[TOP] >> 63;
	int64_t times_d = (t->u & d_negative) + (t->v & e_negative);
	int64_t times_e = (t->q & d_negative) + (t->r & e_negative);
	Int128 sum_d = (Int128)t->u * d->v[0] + (Int128)t->v * e->v[0];
	Int128 sum_e = (Int128)t->q * d->v[0] + (Int128)t->r * e->v[0];

	times_d = multiple(times_d, (uint64_t)sum_d, modulus);
	times_e = multiple(times_e, (uint64_t)sum_e, modulus);
	sum_d = (sum_d + (Int128)times_d * m[0]) >> MODINV_BITS;
	sum_e = (sum_e + (Int128)times_e * m[0]) >> MODINV_BITS;
#pragma GCC unroll 5
	for (int i = 1; i < MODINV_LIMBS; i++) {
		int64_t di = d->v[i];
		int64_t ei = e->v[i];

		sum_d += (Int128)t->u * di + (Int128)t->v * ei +
			 (Int128)times_d * m[i];
		sum_e += (Int128)t->q * di + (Int128)t->r * ei +
			 (Int128)times_e * m[i];
		d->v[i - 1] = next_limb(&sum_d);
		e->v[i - 1] = next_limb(&sum_e);
	}
	d->v[TOP] = (int64_t)sum_d;
	e->v[TOP] = (int64_t)sum_e;
}

/* Brings limbs that hold more or less than they should into their range. */
static void
carry_limbs(ModinvNumber *a)
{
	for (int i = 0; i < TOP; i++) {
		a->v[i + 1] += a->v[i] >> MODINV_BITS;
		a->v[i] &= (int64_t)MASK;
	}
}

static void
add_if_negative(ModinvNumber *a, const ModinvNumber *m)
{
	int64_t mask = (int64_t)limb_barrier((uint64_t)(a->v[TOP] >> 63));

	for (int i = 0; i < MODINV_LIMBS; i++)
		a->v[i] += m->v[i] & mask;
	carry_limbs(a);
}

static void
negate_if(ModinvNumber *a, int64_t mask)
{
	for (int i = 0; i < MODINV_LIMBS; i++)
		a->v[i] = (a->v[i] ^ mask) - mask;
	carry_limbs(a);
}

static ModinvNumber
from_limbs(const uint64_t *a)
{
	return (ModinvNumber){ {
		(int64_t)(a[0] & MASK),
		(int64_t)((a[0] >> 60 | a[1] << 4) & MASK),
		(int64_t)((a[1] >> 56 | a[2] << 8) & MASK),
		(int64_t)((a[2] >> 52 | a[3] << 12) & MASK),
		(int64_t)(a[3] >> 48),
	} };
}

static void
to_limbs(uint64_t *r, const ModinvNumber *a)
{
	uint64_t v[MODINV_LIMBS];

	for (int i = 0; i < MODINV_LIMBS; i++)
		v[i] = (uint64_t)a->v[i];
	r[0] = v[0] | v[1] << 60;
	r[1] = v[1] >> 4 | v[2] << 56;
	r[2] = v[2] >> 8 | v[3] << 52;
	r[3] = v[3] >> 12 | v[4] << 48;
}

/* d, which is a^-1 times f, and f is 1 or -1; or d is 0, and f is m. */
static void
finish(uint64_t *r, ModinvNumber *d, const ModinvNumber *f,
       const ModinvModulus *modulus)
{
	int64_t mask = (int64_t)limb_barrier((uint64_t)(f->v[TOP] >> 63));

	add_if_negative(d, &modulus->m);
	negate_if(d, mask);
	add_if_negative(d, &modulus->m);
	to_limbs(r, d);
}

void
modinv(uint64_t *r, const uint64_t *a, const ModinvModulus *modulus)
{
	ModinvNumber f = modulus->m;
	ModinvNumber g = from_limbs(a);
	ModinvNumber d = { { 0 } };
	ModinvNumber e = { { 1 } };
	int64_t theta = 0;

	for (int i = 0; i < ROUNDS; i++) {
		Matrix t;

		theta = divsteps(theta, (uint64_t)f.v[0], (uint64_t)g.v[0], &t);
		update_fg(&f, &g, &t);
		update_de(&d, &e, &t, modulus);
	}
	finish(r, &d, &f, modulus);
}
