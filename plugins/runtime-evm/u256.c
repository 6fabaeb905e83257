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

/* floor((2^128 - 1) / d) - 2^64 for a d with its top bit set. */
static uint64_t
reciprocal(uint64_t d)
{
	return (uint64_t)((((U128)~d << 64) | UINT64_MAX) / d);
}

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

/* u[0..n] -= q * v[0..n-1]; returns the borrow. */
static uint64_t
submul(uint64_t *u, const uint64_t *v, unsigned n, uint64_t q)
{
	uint64_t carry = 0;

	for (unsigned i = 0; i < n; i++) {
		U128 product = (U128)q * v[i] + carry;
		uint64_t low = (uint64_t)product;

		carry = (uint64_t)(product >> 64) + (u[i] < low);
		u[i] -= low;
	}
	if (u[n] >= carry) {
		u[n] -= carry;
		return 0;
	}
	u[n] -= carry;
	return 1;
}

/* u[0..n] += v[0..n-1]. */
static void
add_back(uint64_t *u, const uint64_t *v, unsigned n)
{
	uint64_t carry = 0;

	for (unsigned i = 0; i < n; i++) {
		U128 sum = (U128)u[i] + v[i] + carry;

		u[i] = (uint64_t)sum;
		carry = (uint64_t)(sum >> 64);
	}
	u[n] += carry;
}

/* One digit of the quotient (steps D3 to D6): u has n + 1 limbs, n >= 2. */
static uint64_t
next_digit(uint64_t *u, const uint64_t *v, unsigned n, uint64_t recip)
{
	uint64_t q = UINT64_MAX;
	uint64_t r;

	if (u[n] < v[n - 1]) {
		q = divide_2by1(u[n], u[n - 1], v[n - 1], recip, &r);
		while ((U128)q * v[n - 2] > (((U128)r << 64) | u[n - 2])) {
			q--;
			r += v[n - 1];
			if (r < v[n - 1])
				break;
		}
	}
	if (submul(u, v, n, q) != 0) {
		q--;
		add_back(u, v, n);
	}
	return q;
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
	uint64_t recip;

	u[nn] = shift_left(u, num, nn, bits);
	(void)shift_left(v, den, dn, bits);
	recip = reciprocal(v[dn - 1]);
	if (dn == 1) {
		uint64_t r = u[nn];

		for (unsigned i = nn; i > 0; i--)
			quot[i - 1] = divide_2by1(r, u[i - 1], v[0], recip, &r);
		rem[0] = r >> bits;
		return;
	}
	for (unsigned i = nn - dn + 1; i > 0; i--)
		quot[i - 1] = next_digit(u + i - 1, v, dn, recip);
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

	for (unsigned i = 0; i < 4; i++) {
		uint64_t carry = 0;

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
