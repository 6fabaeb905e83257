/* SPDX-License-Identifier: Apache-2.0
 *
 * Division of multi-limb integers: Knuth, The Art of Computer Programming
 * volume 2, section 4.3.1, algorithm D, with the quotient digits found by
 * multiplication with a reciprocal (Moeller and Granlund, "Improved division
 * by invariant integers", IEEE Transactions on Computers 60(2), 2011).
 */
#include "plugins/runtime-evm/u256.h"

/* Limbs of the longest dividend: a product of two words. */
#define LIMBS_MAX 8

/* What divides by a known number of limbs is worth being straight code. */
#define STRAIGHT static inline __attribute__((always_inline))
#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 8")
#endif

/* ---- reciprocals --------------------------------------------------------- */

/* floor((2^19 - 3 * 2^8) / d) for d from 256 to 511: what the paper's algorithm
 * begins with. */
#define FIRST(d) (0x7fd00 / (d))
#define FIRST_4(d) FIRST(d), FIRST((d) + 1), FIRST((d) + 2), FIRST((d) + 3)
#define FIRST_16(d) \
	FIRST_4(d), FIRST_4((d) + 4), FIRST_4((d) + 8), FIRST_4((d) + 12)
#define FIRST_64(d) \
	FIRST_16(d), FIRST_16((d) + 16), FIRST_16((d) + 32), FIRST_16((d) + 48)

static const uint16_t first_reciprocals[256] = {
	FIRST_64(256),
	FIRST_64(320),
	FIRST_64(384),
	FIRST_64(448),
};

static uint64_t
high_half(U128 product)
{
	return (uint64_t)(product >> 64);
}

/* floor((2^128 - 1) / d) - 2^64 for a d with its top bit set (algorithm 3 of
 * the paper): each step about doubles the number of right bits. Several times
 * faster than a division on processors where that is slow. */
static uint64_t
reciprocal(uint64_t d)
{
	const uint64_t odd = d & 1;
	const uint64_t half = (d >> 1) + odd;
	const uint64_t d40 = (d >> 24) + 1;
	const uint64_t v0 = first_reciprocals[(d >> 55) - 256];
	const uint64_t v1 = (v0 << 11) - (v0 * v0 * d40 >> 40) - 1;
	const uint64_t v2 =
		(v1 << 13) + (v1 * ((UINT64_C(1) << 60) - v1 * d40) >> 47);
	const uint64_t e = ((v2 >> 1) & (0 - odd)) - v2 * half;
	const uint64_t v3 = (v2 << 31) + (high_half((U128)v2 * e) >> 1);

	return v3 - high_half((U128)v3 * d + d) - d;
}

/* floor((2^192 - 1) / high:low) - 2^64 for a high with its top bit set
 * (algorithm 6). */
static uint64_t
reciprocal_2(uint64_t high, uint64_t low)
{
	uint64_t v = reciprocal(high);
	uint64_t p = high * v + low;
	U128 t;

	if (p < low) {
		v--;
		if (p >= high) {
			v--;
			p -= high;
		}
		p -= high;
	}
	t = (U128)v * low;
	p += high_half(t);
	if (p < high_half(t)) {
		v--;
		if (p > high || (p == high && (uint64_t)t >= low))
			v--;
	}
	return v;
}

/* ---- one digit ----------------------------------------------------------- */

/* Divides high:low by d, high < d, d's top bit set; v is d's reciprocal
 * (algorithm 4 of the paper). */
static inline uint64_t
divide_2by1(uint64_t high, uint64_t low, uint64_t d, uint64_t v, uint64_t *rem)
{
	U128 q = (U128)v * high + (((U128)high << 64) | low);
	uint64_t digit = (uint64_t)(q >> 64) + 1;
	uint64_t r = low - digit * d;

	if (r > (uint64_t)q) {
		digit--;
		r += d;
	}
	if (r >= d) {
		digit++;
		r -= d;
	}
	*rem = r;
	return digit;
}

/* Shifts n limbs left by less than 64 bits; returns what leaves at the top. */
static uint64_t
shift_left(uint64_t *out, const uint64_t *in, unsigned n, unsigned bits)
{
	uint64_t over = 0;

	for (unsigned i = 0; i < n; i++) {
		uint64_t limb = in[i];

		out[i] = bits > 0 ? (limb << bits) | over : limb;
		over = bits > 0 ? limb >> (64 - bits) : 0;
	}
	return over;
}

static void
shift_right(uint64_t *limbs, unsigned n, unsigned bits)
{
	if (bits == 0)
		return;
	for (unsigned i = 0; i < n; i++)
		limbs[i] = (limbs[i] >> bits) |
			   (i + 1 < n ? limbs[i + 1] << (64 - bits) : 0);
}

/* Divides u2:u1:u0 by d, u2:u1 < d, d's top bit set; v is d's reciprocal
 * (algorithm 5). */
static inline uint64_t
divide_3by2(U128 high, uint64_t low, U128 d, uint64_t v, U128 *rem)
{
	const uint64_t d1 = high_half(d);
	const uint64_t d0 = (uint64_t)d;
	const U128 q = (U128)v * high_half(high) + high;
	uint64_t digit = high_half(q);
	U128 r = ((U128)((uint64_t)high - digit * d1) << 64) | low;

	r -= (U128)d0 * digit + d;
	digit++;
	if (high_half(r) >= (uint64_t)q) {
		digit--;
		r += d;
	}
	if (r >= d) {
		digit++;
		r -= d;
	}
	*rem = r;
	return digit;
}

/* u[0..n-1] -= q * v[0..n-1]; returns what is to be taken from u[n]. */
STRAIGHT uint64_t
submul(uint64_t *u, const uint64_t *v, unsigned n, uint64_t q)
{
	uint64_t carry = 0;

	UNROLL
	for (unsigned i = 0; i < n; i++) {
		U128 product = (U128)q * v[i] + carry;
		uint64_t low = (uint64_t)product;

		carry = high_half(product) + (u[i] < low);
		u[i] -= low;
	}
	return carry;
}

/* u[0..n-1] += v[0..n-1]; returns the carry. */
static inline uint64_t
add_back(uint64_t *u, const uint64_t *v, unsigned n)
{
	uint64_t carry = 0;

	for (unsigned i = 0; i < n; i++) {
		U128 sum = (U128)u[i] + v[i] + carry;

		u[i] = (uint64_t)sum;
		carry = high_half(sum);
	}
	return carry;
}

/* The digit where the dividend's two highest limbs equal the divisor's: the
 * largest there is, or one less. */
static uint64_t
largest_digit(uint64_t *u, const uint64_t *v, unsigned n)
{
	uint64_t taken = submul(u, v, n, UINT64_MAX);
	bool below = u[n] < taken;

	u[n] -= taken;
	if (!below)
		return UINT64_MAX;
	u[n] += add_back(u, v, n);
	return UINT64_MAX - 1;
}

/* One digit of the quotient (steps D3 to D6): u has n + 1 limbs, n >= 2. */
STRAIGHT uint64_t
next_digit(uint64_t *u, const uint64_t *v, unsigned n, uint64_t recip)
{
	const U128 d = ((U128)v[n - 1] << 64) | v[n - 2];
	const U128 high = ((U128)u[n] << 64) | u[n - 1];
	uint64_t q;
	uint64_t taken;
	U128 r;

	if (high >= d)
		return largest_digit(u, v, n);
	q = divide_3by2(high, u[n - 2], d, recip, &r);
	taken = submul(u, v, n - 2, q);
	u[n] = 0;
	u[n - 1] = high_half(r - taken);
	u[n - 2] = (uint64_t)(r - taken);
	if (r >= taken)
		return q;
	(void)add_back(u, v, n);
	return q - 1;
}

/* ---- all digits ---------------------------------------------------------- */

/* The digits of the quotient of u, of nn + 1 limbs, by v, of n >= 2; the
 * remainder is left in u. Where n is known the loops within are straight. */
STRAIGHT void
divide_by(uint64_t *u, unsigned nn, const uint64_t *v, unsigned n,
	  uint64_t *quot)
{
	const uint64_t recip = reciprocal_2(v[n - 1], v[n - 2]);

	for (unsigned i = nn - n + 1; i > 0; i--)
		quot[i - 1] = next_digit(u + i - 1, v, n, recip);
}

static void
divide_by_one(const uint64_t *u, unsigned nn, uint64_t v, uint64_t *quot,
	      uint64_t *rem)
{
	const uint64_t recip = reciprocal(v);
	uint64_t r = u[nn];

	for (unsigned i = nn; i > 0; i--)
		quot[i - 1] = divide_2by1(r, u[i - 1], v, recip, &r);
	*rem = r;
}

/* Divides `num` of nn limbs by `den` of dn, whose top limb is not 0; nn >= dn.
 * quot gets nn - dn + 1 limbs, rem dn. */
static void
divide(const uint64_t *num, unsigned nn, const uint64_t *den, unsigned dn,
       uint64_t *quot, uint64_t *rem)
{
	uint64_t u[LIMBS_MAX + 1];
	uint64_t v[4];
	unsigned bits = (unsigned)__builtin_clzll(den[dn - 1]);

	u[nn] = shift_left(u, num, nn, bits);
	(void)shift_left(v, den, dn, bits);
	if (dn == 4)
		divide_by(u, nn, v, 4, quot);
	else if (dn == 3)
		divide_by(u, nn, v, 3, quot);
	else if (dn == 2)
		divide_by(u, nn, v, 2, quot);
	else
		divide_by_one(u, nn, v[0], quot, u);
	shift_right(u, dn, bits);
	memcpy(rem, u, dn * sizeof(*u));
}

static unsigned
limbs_used(const uint64_t *limbs, unsigned n)
{
	while (n > 0 && limbs[n - 1] == 0)
		n--;
	return n;
}

/* The quotient's low four limbs; the rest can only be dropped where the caller
 * does not need it. */
static U256
divide_limbs(const uint64_t *num, unsigned nn, const U256 *den, U256 *rem)
{
	U256 r = { { 0, 0, 0, 0 } };
	uint64_t quot[LIMBS_MAX + 1] = { 0 };
	unsigned dn = limbs_used(den->w, 4);

	nn = limbs_used(num, nn);
	if (dn > 0 && nn >= dn)
		divide(num, nn, den->w, dn, quot, r.w);
	else if (dn > 0)
		memcpy(r.w, num, nn * sizeof(*num));
	*rem = r;
	return (U256){ { quot[0], quot[1], quot[2], quot[3] } };
}

U256
u256_divmod(const U256 *a, const U256 *b, U256 *rem)
{
	U256 r;
	U256 q;

	if (u256_is_u64(a) && u256_is_u64(b) && b->w[0] != 0) {
		q = u256_of(a->w[0] / b->w[0]);
		r = u256_of(a->w[0] % b->w[0]);
	} else {
		q = divide_limbs(a->w, 4, b, &r);
	}
	if (rem != NULL)
		*rem = r;
	return q;
}

static U256
magnitude(const U256 *a)
{
	return u256_is_negative(a) ? u256_neg(a) : *a;
}

U256
u256_sdiv(const U256 *a, const U256 *b)
{
	U256 x = magnitude(a);
	U256 y = magnitude(b);
	U256 q = u256_divmod(&x, &y, NULL);

	if (u256_is_negative(a) != u256_is_negative(b))
		q = u256_neg(&q);
	return q;
}

U256
u256_smod(const U256 *a, const U256 *b)
{
	U256 x = magnitude(a);
	U256 y = magnitude(b);
	U256 r;

	(void)u256_divmod(&x, &y, &r);
	return u256_is_negative(a) ? u256_neg(&r) : r;
}

U256
u256_addmod(const U256 *a, const U256 *b, const U256 *m)
{
	bool carry;
	U256 sum = u256_add_carry(a, b, &carry);
	const uint64_t limbs[5] = { sum.w[0], sum.w[1], sum.w[2], sum.w[3],
				    carry };
	U256 r;

	(void)divide_limbs(limbs, 5, m, &r);
	return r;
}

U256
u256_mulmod(const U256 *a, const U256 *b, const U256 *m)
{
	uint64_t product[LIMBS_MAX] = { 0 };
	U256 r;

	UNROLL
	for (unsigned i = 0; i < 4; i++) {
		uint64_t carry = 0;

		UNROLL
		for (unsigned j = 0; j < 4; j++) {
			U128 t = (U128)a->w[i] * b->w[j] + product[i + j] +
				 carry;

			product[i + j] = (uint64_t)t;
			carry = (uint64_t)(t >> 64);
		}
		product[i + 4] = carry;
	}
	(void)divide_limbs(product, LIMBS_MAX, m, &r);
	return r;
}

U256
u256_exp(const U256 *base, const U256 *exponent)
{
	U256 power = *base;
	U256 r = u256_of(1);
	unsigned bits = u256_byte_length(exponent) * 8;

	for (unsigned i = 0; i < bits; i++) {
		if ((exponent->w[i / 64] >> (i % 64)) & 1)
			r = u256_mul(&r, &power);
		power = u256_mul(&power, &power);
	}
	return r;
}

U256
u256_signextend(const U256 *index, const U256 *a)
{
	unsigned shift;
	U256 r;

	if (!u256_is_u64(index) || index->w[0] > 30)
		return *a;
	shift = 248 - 8 * (unsigned)index->w[0];
	r = u256_shl(a, shift);
	return u256_sar(&r, shift);
}
