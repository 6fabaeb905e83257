/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/crypto-gm/lanes.h"

static int allowed = 1;

void
lanes_allow(int allow)
{
	allowed = allow;
}

#ifdef __x86_64__

#include "plugins/crypto-gm/lanes_fe.h"

int
lanes_runs(void)
{
	return allowed && __builtin_cpu_supports("avx512f") &&
	       __builtin_cpu_supports("avx512dq") &&
	       __builtin_cpu_supports("avx512ifma");
}

/* Jacobian or projective points. */
typedef struct {
	L8 x, y, z; /* fit */
} J8, P8;

/* ---- Jacobian points, variable time ------------------------------------- */

/* As jacobian_dbl. */
L8_INLINE void
j8_dbl(J8 *p)
{
	L8 delta = l8_square(p->z);
	L8 gamma = l8_square(p->y);
	L8 beta = l8_product(p->x, gamma);
	L8 alpha = l8_product(l8_fit(l8_sub(p->x, delta)),
			      l8_fit(l8_add(p->x, delta)));
	L8 square = l8_square(gamma);

	p->z = l8_fit(l8_shift(l8_product(p->y, p->z), 1));
	alpha = l8_fit(l8_tpl(alpha));
	beta = l8_shift(beta, 2);
	p->x = l8_fit(l8_sub(l8_square(alpha), l8_shift(beta, 1)));
	beta = l8_fit(l8_sub(beta, p->x));
	p->y = l8_fit(l8_sub(l8_product(alpha, beta), l8_shift(square, 3)));
}

__attribute__((noinline)) L8_TARGET static void
j8_dbl_n(J8 *p, unsigned n)
{
	while (n-- > 0)
		j8_dbl(p);
}

/* As jacobian_sum. h and s are loose, x, y and z below 3.2 p. */
L8_INLINE void
j8_sum(J8 *r, L8 x, L8 y, L8 z, L8 h, L8 s)
{
	L8 hh, hhh, v;

	h = l8_fit(h);
	s = l8_fit(s);
	hh = l8_square(h);
	r->z = l8_product(z, h);
	hhh = l8_product(hh, h);
	v = l8_product(x, hh);
	r->x = l8_fit(l8_sub(l8_sub(l8_square(s), hhh), l8_shift(v, 1)));
	v = l8_fit(l8_sub(v, r->x));
	r->y = l8_fit(l8_sub(l8_product(s, v), l8_product(y, hhh)));
}

/* Adds affine points, which are wide, negated in the lanes of the mask. Where
 * it should be a doubling, or is infinity, z becomes 0 and stays it. */
__attribute__((noinline)) L8_TARGET static void
j8_add_affine(J8 *p, const L8 *x, const L8 *y, __mmask8 negative)
{
	L8 zz = l8_square(p->z);
	L8 h = l8_sub(l8_product(*x, zz), p->x);
	L8 zzz = l8_product(zz, p->z);
	L8 s = l8_sub(l8_negate(l8_product(*y, zzz), negative), p->y);

	j8_sum(p, p->x, p->y, p->z, h, s);
}

/* Adds a point with wide coordinates, likewise. */
__attribute__((noinline)) L8_TARGET static void
j8_add(J8 *p, const J8 *q, __mmask8 negative)
{
	L8 pzz = l8_square(p->z);
	L8 qzz = l8_square(q->z);
	L8 x1 = l8_product(p->x, qzz);
	L8 h = l8_sub(l8_product(q->x, pzz), x1);
	L8 y1 = l8_product(p->y, l8_product(q->z, qzz));
	L8 s = l8_product(q->y, l8_product(p->z, pzz));

	s = l8_sub(l8_negate(s, negative), y1);
	j8_sum(p, x1, y1, l8_product(p->z, q->z), h, s);
}

L8_INLINE void
j8_write(Jacobian *r, const J8 *p)
{
	__m512i w[16];

	l8_to_words(p->x, w);
	l8_to_words(p->y, w + 4);
	l8_to_words(p->z, w + 8);
	for (int i = 12; i < 16; i++)
		w[i] = _mm512_setzero_si512();
	l8_transpose(w);
	l8_transpose(w + 8);
	for (unsigned i = 0; i < LANES; i++) {
		_mm512_storeu_si512(&r[i].x, w[i]);
		_mm256_storeu_si256((__m256i *)(void *)&r[i].z,
				    _mm512_castsi512_si256(w[8 + i]));
	}
}

L8_INLINE void
affine_load(L8 *x, L8 *y, const Affine *const *points)
{
	__m512i w[8];

	for (unsigned i = 0; i < LANES; i++)
		w[i] = _mm512_loadu_si512(points[i]);
	l8_transpose(w);
	*x = l8_of_words(w);
	*y = l8_of_words(w + 4);
}

static const uint64_t one[L8_LIMBS] = { 0x10, 0x0ffffffff0000, 0, 0, 0x100000 };

/* ---- digits, variable time ---------------------------------------------- */

/* A scalar as digits that are odd: with all windows of width bits, digit i is
 * 2 b - 2^width + 1 where b is window i of (k + 2^(width windows) - 1) / 2 and
 * k is odd. An even k is n less an odd number. */
typedef struct {
	Bits bits;
	unsigned flip; /* 1: the digits are those of -k */
} Odd;

#define ODD_WINDOWS(width) ((SCALAR_BITS + (width)-1) / (width))

static void
odd_of(Odd *odd, const Sc *k, unsigned width)
{
	unsigned top = ODD_WINDOWS(width) * width - 1;
	uint64_t *w = odd->bits.w;
	Sc opposite;

	odd->flip = !(k->w[0] & 1);
	if (odd->flip) {
		sc_neg(&opposite, k);
		k = &opposite;
	}
	bits_of(&odd->bits, k);
	for (unsigned i = 0; i < LIMBS; i++)
		w[i] = w[i] >> 1 | w[i + 1] << 63;
	w[top / 64] |= 1ULL << top % 64;
}

/* Which of the odd multiples digit `index` is; out: 1 for its negative. */
static unsigned
odd_at(const Odd *odd, unsigned width, unsigned index, unsigned *negative)
{
	uint32_t half = 1u << (width - 1);
	uint32_t b = bits_at(&odd->bits, index * width, width);

	*negative = (b < half) ^ odd->flip;
	return b < half ? half - 1 - b : b - half;
}

/* The eight entries of digit `index` in tables of odd multiples. */
static __mmask8
odds_entries(const Affine **entries, const Odd *odd,
	     const Affine *const *tables, unsigned span, unsigned width,
	     unsigned index)
{
	size_t row = (size_t)(index * width / span) << (width - 1);
	unsigned negative = 0, one_negative;

	for (unsigned i = 0; i < LANES; i++) {
		entries[i] = tables[i] + row +
			     odd_at(&odd[i], width, index, &one_negative);
		negative |= one_negative << i;
	}
	return (__mmask8)negative;
}

/* One side of a sum: scalars and tables of all lanes, for digits of `width`
 * bits, the next lower one each time. */
typedef struct {
	Odd odd[LANES];
	const Affine *tables[LANES];
	unsigned span, width;
} Side;

/* All entries that there will be: tables are larger than caches. */
static void
side_prefetch(const Side *side)
{
	const Affine *entries[LANES];

	for (unsigned i = 0; i < ODD_WINDOWS(side->width); i++) {
		odds_entries(entries, side->odd, side->tables, side->span,
			     side->width, i);
		for (unsigned j = 0; j < LANES; j++)
			__builtin_prefetch(entries[j], 0, 2);
	}
}

L8_INLINE void
side_add(J8 *sum, int *begun, const Side *side, unsigned index)
{
	const Affine *entries[LANES];
	__mmask8 negative = odds_entries(entries, side->odd, side->tables,
					 side->span, side->width, index);
	L8 x, y;

	affine_load(&x, &y, entries);
	if (*begun) {
		j8_add_affine(sum, &x, &y, negative);
		return;
	}
	sum->x = l8_fit(x);
	sum->y = l8_fit(l8_negate(y, negative));
	sum->z = l8_constant(one);
	*begun = 1;
}

/* Adds the digits that have `position` doublings to come. */
L8_INLINE void
side_position(J8 *sum, int *begun, const Side *side, unsigned position)
{
	for (unsigned i = 0; i < ODD_WINDOWS(side->width); i++)
		if (i * side->width % side->span == position)
			side_add(sum, begun, side, i);
}

static void
side_of_g(Side *side, const LaneSum *sums, const Odds *g)
{
	side->span = g->span;
	side->width = g->width - 1;
	for (unsigned i = 0; i < LANES; i++) {
		odd_of(&side->odd[i], sums[i].s, side->width);
		side->tables[i] = g->points;
	}
	side_prefetch(side);
}

L8_TARGET void
lanes_sum(Jacobian *r, const LaneSum *sums, const Odds *g, unsigned span,
	  unsigned width)
{
	unsigned from = g->span > span ? g->span : span;
	int begun = 0;
	Side ours, theirs;
	J8 sum;

	side_of_g(&ours, sums, g);
	theirs.span = span;
	theirs.width = width - 1;
	for (unsigned i = 0; i < LANES; i++) {
		odd_of(&theirs.odd[i], sums[i].t, theirs.width);
		theirs.tables[i] = sums[i].p;
	}
	side_prefetch(&theirs);
	while (from-- > 0) {
		if (begun)
			j8_dbl_n(&sum, 1);
		side_position(&sum, &begun, &ours, from);
		side_position(&sum, &begun, &theirs, from);
	}
	j8_write(r, &sum);
}

/* ---- points that are met once ------------------------------------------- */

#define ONCE_WIDTH 5u
#define ONCE_ROW (1u << (ONCE_WIDTH - 1))
#define ONCE_WORDS 16u

/* The odd multiples of eight points, a lane's together. */
typedef struct {
	uint64_t words[LANES][ONCE_ROW][ONCE_WORDS];
} __attribute__((aligned(64))) Once;

L8_INLINE void
once_write(Once *once, unsigned entry, const J8 *p)
{
	__m512i w[ONCE_WORDS];

	L8_UNROLL
	for (int i = 0; i < L8_LIMBS; i++) {
		w[i] = p->x.l[i];
		w[L8_LIMBS + i] = p->y.l[i];
		w[2 * L8_LIMBS + i] = p->z.l[i];
	}
	w[15] = _mm512_setzero_si512();
	l8_transpose(w);
	l8_transpose(w + 8);
	for (unsigned i = 0; i < LANES; i++) {
		_mm512_store_si512(once->words[i][entry], w[i]);
		_mm512_store_si512(once->words[i][entry] + 8, w[8 + i]);
	}
}

L8_INLINE __mmask8
once_read(J8 *p, const Once *once, const Odd *odd, unsigned index)
{
	unsigned negative = 0, one_negative;
	__m512i w[ONCE_WORDS];

	for (unsigned i = 0; i < LANES; i++) {
		const uint64_t *entry = once->words[i][odd_at(
			&odd[i], ONCE_WIDTH, index, &one_negative)];

		w[i] = _mm512_load_si512(entry);
		w[8 + i] = _mm512_load_si512(entry + 8);
		negative |= one_negative << i;
	}
	l8_transpose(w);
	l8_transpose(w + 8);
	L8_UNROLL
	for (int i = 0; i < L8_LIMBS; i++) {
		p->x.l[i] = w[i];
		p->y.l[i] = w[L8_LIMBS + i];
		p->z.l[i] = w[2 * L8_LIMBS + i];
	}
	return (__mmask8)negative;
}

L8_INLINE void
once_make(Once *once, const LaneSum *sums)
{
	const Affine *points[LANES];
	J8 multiple, twice;

	for (unsigned i = 0; i < LANES; i++)
		points[i] = sums[i].p;
	affine_load(&multiple.x, &multiple.y, points);
	multiple.x = l8_fit(multiple.x);
	multiple.y = l8_fit(multiple.y);
	multiple.z = l8_constant(one);
	twice = multiple;
	j8_dbl_n(&twice, 1);
	once_write(once, 0, &multiple);
	for (unsigned i = 1; i < ONCE_ROW; i++) {
		j8_add(&multiple, &twice, 0);
		once_write(once, i, &multiple);
	}
}

L8_TARGET void
lanes_sum_once(Jacobian *r, const LaneSum *sums, const Odds *g)
{
	unsigned from = ONCE_WIDTH * (ODD_WINDOWS(ONCE_WIDTH) - 1), index;
	Odd odd[LANES];
	int begun = 1;
	J8 sum, entry;
	__mmask8 negative;
	Side ours;
	Once once;

	side_of_g(&ours, sums, g);
	for (unsigned i = 0; i < LANES; i++)
		odd_of(&odd[i], sums[i].t, ONCE_WIDTH);
	once_make(&once, sums);
	negative = once_read(&sum, &once, odd, from / ONCE_WIDTH);
	sum.y = l8_fit(l8_negate(sum.y, negative));
	for (;;) {
		if (from < g->span)
			side_position(&sum, &begun, &ours, from);
		if (from == 0)
			break;
		j8_dbl_n(&sum, 1);
		from--;
		if (from % ONCE_WIDTH != 0)
			continue;
		index = from / ONCE_WIDTH;
		negative = once_read(&entry, &once, odd, index);
		j8_add(&sum, &entry, negative);
	}
	j8_write(r, &sum);
}

/* ---- projective points, constant time ------------------------------------ */

typedef struct {
	L8 xx, yy, zz, xy, xz, yz; /* fit, or products */
} Products8;

static const uint64_t b8[L8_LIMBS] = { 0x30632bc0dd422, 0xb09b537ab70d2,
				       0xa51c3c71cf379, 0x2c8527981505e,
				       0x040fe188da20e };

/* As projective_sum. */
L8_INLINE void
p8_sum(P8 *r, const Products8 *m)
{
	L8 b = l8_constant(b8);
	L8 u, minus, plus, v, w, zz3;

	u = l8_tpl(l8_sub(m->xz, l8_product(b, m->zz)));
	minus = l8_fit(l8_sub(m->yy, u));
	plus = l8_fit(l8_add(m->yy, u));
	zz3 = l8_tpl(m->zz);
	v = l8_sub(l8_sub(l8_product(b, m->xz), zz3), m->xx);
	v = l8_fit(l8_tpl(v));
	w = l8_fit(l8_sub(l8_tpl(m->xx), zz3));
	r->x = l8_fit(l8_sub(l8_product(m->xy, plus), l8_product(m->yz, v)));
	r->y = l8_fit(l8_add(l8_product(plus, minus), l8_product(w, v)));
	r->z = l8_fit(l8_add(l8_product(m->yz, minus), l8_product(m->xy, w)));
}

/* As cross. */
L8_INLINE L8
l8_cross(L8 a1, L8 b1, L8 a2, L8 b2, L8 aa, L8 bb)
{
	L8 t = l8_product(l8_fit(l8_add(a1, b1)), l8_fit(l8_add(a2, b2)));

	return l8_fit(l8_sub(t, l8_add(aa, bb)));
}

__attribute__((noinline)) L8_TARGET static void
p8_add(P8 *r, const P8 *p, const P8 *q)
{
	Products8 m;

	m.xx = l8_product(p->x, q->x);
	m.yy = l8_product(p->y, q->y);
	m.zz = l8_product(p->z, q->z);
	m.xy = l8_cross(p->x, p->y, q->x, q->y, m.xx, m.yy);
	m.yz = l8_cross(p->y, p->z, q->y, q->z, m.yy, m.zz);
	m.xz = l8_cross(p->x, p->z, q->x, q->z, m.xx, m.zz);
	p8_sum(r, &m);
}

/* x and y are fit. */
__attribute__((noinline)) L8_TARGET static void
p8_add_affine(P8 *r, const P8 *p, const L8 *x, const L8 *y)
{
	Products8 m;

	m.xx = l8_product(p->x, *x);
	m.yy = l8_product(p->y, *y);
	m.zz = p->z;
	m.xy = l8_cross(p->x, p->y, *x, *y, m.xx, m.yy);
	m.yz = l8_fit(l8_add(l8_product(*y, p->z), p->y));
	m.xz = l8_fit(l8_add(l8_product(*x, p->z), p->x));
	p8_sum(r, &m);
}

/* As scan_affine. The loads are not masked: what is not wanted is read, too. */
L8_INLINE __m512i
scan8(const Affine *row, uint32_t index)
{
	const __m512i wanted = l8_word((int64_t)index);
	__m512i at = l8_word(1), entry = _mm512_setzero_si512();

	for (unsigned i = 0; i < BASE_ROW; i++) {
		__m512i mask =
			_mm512_movm_epi64(_mm512_cmpeq_epi64_mask(at, wanted));

		entry = _mm512_ternarylogic_epi64(
			entry, _mm512_load_si512(&row[i]), mask, 0xf8);
		at = _mm512_add_epi64(at, l8_word(1));
	}
	return entry;
}

/* The entries of eight windows from `first` on, which are negated as their
 * digits are. Mask: the digits that are 0, and windows that there are not. */
L8_INLINE __mmask8
base_entries(L8 *x, L8 *y, const Bits *bits, const Affine *table,
	     unsigned first)
{
	uint32_t negative = 0, zero = 0;
	__m512i w[8];

	for (unsigned i = 0; i < LANES; i++) {
		unsigned index = first + i;
		Digit digit = { 0, 0 };

		w[i] = _mm512_setzero_si512();
		if (index < WINDOWS(BASE_WIDTH)) {
			digit = digit_at(bits, BASE_WIDTH, index);
			w[i] = scan8(table + index * BASE_ROW, digit.magnitude);
		}
		negative |= (uint32_t)(digit.negative & 1) << i;
		zero |= ((digit.magnitude - 1) >> 31) << i;
	}
	l8_transpose(w);
	*x = l8_fit(l8_of_words(w));
	*y = l8_fit(l8_negate(l8_of_words(w + 4), (__mmask8)negative));
	return (__mmask8)zero;
}

L8_INLINE void
p8_blend(P8 *p, const P8 *q, __mmask8 mask)
{
	p->x = l8_blend(p->x, q->x, mask);
	p->y = l8_blend(p->y, q->y, mask);
	p->z = l8_blend(p->z, q->z, mask);
}

/* Lane i of p where there was lane i ^ by; by is 1, 2 or 4. */
L8_INLINE L8
l8_swap(L8 a, int by)
{
	const __m512i lanes = _mm512_xor_si512(
		_mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7), l8_word(by));

	L8_UNROLL
	for (int i = 0; i < L8_LIMBS; i++)
		a.l[i] = _mm512_permutexvar_epi64(lanes, a.l[i]);
	return a;
}

/* The sum of all lanes, in each. */
L8_INLINE void
p8_sum_lanes(P8 *p)
{
	for (int by = 4; by > 0; by /= 2) {
		const P8 q = { l8_swap(p->x, by), l8_swap(p->y, by),
			       l8_swap(p->z, by) };

		p8_add(p, p, &q);
	}
}

L8_TARGET void
lanes_mul_base(Projective *r, const Sc *k, const Affine *table)
{
	L8 zero = { { _mm512_setzero_si512() } };
	P8 sum, next;
	Jacobian lanes[LANES];
	__mmask8 none;
	Bits bits;
	L8 x, y;

	L8_UNROLL
	for (int i = 0; i < L8_LIMBS; i++)
		zero.l[i] = _mm512_setzero_si512();
	bits_of(&bits, k);
	none = base_entries(&x, &y, &bits, table, 0);
	sum.x = l8_blend(x, zero, none);
	sum.y = l8_blend(y, l8_constant(one), none);
	sum.z = l8_blend(l8_constant(one), zero, none);
	for (unsigned i = LANES; i < WINDOWS(BASE_WIDTH); i += LANES) {
		none = base_entries(&x, &y, &bits, table, i);
		p8_add_affine(&next, &sum, &x, &y);
		p8_blend(&sum, &next, (__mmask8)~none);
	}
	p8_sum_lanes(&sum);
	j8_write(lanes, &sum);
	r->x = lanes[0].x;
	r->y = lanes[0].y;
	r->z = lanes[0].z;
}

#else

int
lanes_runs(void)
{
	return 0;
}

void
lanes_sum(Jacobian *r, const LaneSum *sums, const Odds *g, unsigned span,
	  unsigned width)
{
	(void)r;
	(void)sums;
	(void)g;
	(void)span;
	(void)width;
}

void
lanes_sum_once(Jacobian *r, const LaneSum *sums, const Odds *g)
{
	(void)r;
	(void)sums;
	(void)g;
}

void
lanes_mul_base(Projective *r, const Sc *k, const Affine *table)
{
	(void)r;
	(void)k;
	(void)table;
}

#endif
