/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-evm/u256.h: the EVM's 256-bit word: four 64-bit limbs, least
 * significant first. All arithmetic is modulo 2^256; signed operations take
 * two's complement (Yellow Paper, appendix H.2).
 *
 * What the interpreter runs most is inline; division is in u256.c.
 *
 * All functions: [any].
 */
#ifndef PLUGINS_RUNTIME_EVM_U256_H
#define PLUGINS_RUNTIME_EVM_U256_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

__extension__ typedef unsigned __int128 U128;

typedef struct {
	uint64_t w[4];
} U256;

static inline U256
u256_of(uint64_t value)
{
	return (U256){ { value, 0, 0, 0 } };
}

/* Limb by limb: what was written in limbs and is read in wider pieces waits
 * until it has left the store buffer. */
static inline void
u256_copy(U256 *to, const U256 *from)
{
	to->w[0] = from->w[0];
	to->w[1] = from->w[1];
	to->w[2] = from->w[2];
	to->w[3] = from->w[3];
}

static inline bool
u256_is_zero(const U256 *a)
{
	return (a->w[0] | a->w[1] | a->w[2] | a->w[3]) == 0;
}

/* Whether it is below 2^64. */
static inline bool
u256_is_u64(const U256 *a)
{
	return (a->w[1] | a->w[2] | a->w[3]) == 0;
}

/* The value, or UINT64_MAX when it is larger. */
static inline uint64_t
u256_saturate(const U256 *a)
{
	return u256_is_u64(a) ? a->w[0] : UINT64_MAX;
}

static inline bool
u256_eq(const U256 *a, const U256 *b)
{
	return ((a->w[0] ^ b->w[0]) | (a->w[1] ^ b->w[1]) |
		(a->w[2] ^ b->w[2]) | (a->w[3] ^ b->w[3])) == 0;
}

/* Sum and difference with what leaves at the top. Compilers do not find the
 * carry chain by themselves and put limbs into memory in between. */
#ifdef __x86_64__

static inline U256
u256_sub_borrow(const U256 *a, const U256 *b, bool *borrow)
{
	U256 r = { { a->w[0], a->w[1], a->w[2], a->w[3] } };

	__asm__("subq %[b0], %[r0]\n\t"
		"sbbq %[b1], %[r1]\n\t"
		"sbbq %[b2], %[r2]\n\t"
		"sbbq %[b3], %[r3]"
		: [r0] "+&r"(r.w[0]), [r1] "+&r"(r.w[1]), [r2] "+&r"(r.w[2]),
		  [r3] "+&r"(r.w[3]), "=@ccc"(*borrow)
		: [b0] "m"(b->w[0]), [b1] "m"(b->w[1]), [b2] "m"(b->w[2]),
		  [b3] "m"(b->w[3]));
	return r;
}

static inline U256
u256_add_carry(const U256 *a, const U256 *b, bool *carry)
{
	U256 r = { { a->w[0], a->w[1], a->w[2], a->w[3] } };

	__asm__("addq %[b0], %[r0]\n\t"
		"adcq %[b1], %[r1]\n\t"
		"adcq %[b2], %[r2]\n\t"
		"adcq %[b3], %[r3]"
		: [r0] "+&r"(r.w[0]), [r1] "+&r"(r.w[1]), [r2] "+&r"(r.w[2]),
		  [r3] "+&r"(r.w[3]), "=@ccc"(*carry)
		: [b0] "m"(b->w[0]), [b1] "m"(b->w[1]), [b2] "m"(b->w[2]),
		  [b3] "m"(b->w[3]));
	return r;
}

#else

static inline U256
u256_sub_borrow(const U256 *a, const U256 *b, bool *borrow)
{
	uint64_t c = 0;
	U256 r;

	for (unsigned i = 0; i < 4; i++) {
		U128 t = (U128)a->w[i] - b->w[i] - c;

		r.w[i] = (uint64_t)t;
		c = (uint64_t)(t >> 64) & 1;
	}
	*borrow = c != 0;
	return r;
}

static inline U256
u256_add_carry(const U256 *a, const U256 *b, bool *carry)
{
	uint64_t c = 0;
	U256 r;

	for (unsigned i = 0; i < 4; i++) {
		U128 t = (U128)a->w[i] + b->w[i] + c;

		r.w[i] = (uint64_t)t;
		c = (uint64_t)(t >> 64);
	}
	*carry = c != 0;
	return r;
}

#endif

static inline bool
u256_lt(const U256 *a, const U256 *b)
{
	bool borrow;

	(void)u256_sub_borrow(a, b, &borrow);
	return borrow;
}

static inline bool
u256_is_negative(const U256 *a)
{
	return (a->w[3] >> 63) != 0;
}

static inline bool
u256_slt(const U256 *a, const U256 *b)
{
	if (u256_is_negative(a) != u256_is_negative(b))
		return u256_is_negative(a);
	return u256_lt(a, b);
}

static inline U256
u256_add(const U256 *a, const U256 *b)
{
	bool carry;

	return u256_add_carry(a, b, &carry);
}

static inline U256
u256_sub(const U256 *a, const U256 *b)
{
	bool borrow;

	return u256_sub_borrow(a, b, &borrow);
}

static inline U256
u256_not(const U256 *a)
{
	return (U256){ { ~a->w[0], ~a->w[1], ~a->w[2], ~a->w[3] } };
}

static inline U256
u256_neg(const U256 *a)
{
	const U256 zero = { { 0, 0, 0, 0 } };

	return u256_sub(&zero, a);
}

/* Column by column, the low 256 bits only. */
static inline U256
u256_mul(const U256 *a, const U256 *b)
{
	U256 r;
	U128 t = (U128)a->w[0] * b->w[0];
	uint64_t carry;

	r.w[0] = (uint64_t)t;
	t = (U128)a->w[1] * b->w[0] + (uint64_t)(t >> 64);
	r.w[1] = (uint64_t)t;
	t = (U128)a->w[2] * b->w[0] + (uint64_t)(t >> 64);
	r.w[2] = (uint64_t)t;
	r.w[3] = a->w[3] * b->w[0] + (uint64_t)(t >> 64);

	t = (U128)a->w[0] * b->w[1] + r.w[1];
	r.w[1] = (uint64_t)t;
	t = (U128)a->w[1] * b->w[1] + r.w[2] + (uint64_t)(t >> 64);
	r.w[2] = (uint64_t)t;
	carry = (uint64_t)(t >> 64);
	r.w[3] += a->w[2] * b->w[1] + carry;

	t = (U128)a->w[0] * b->w[2] + r.w[2];
	r.w[2] = (uint64_t)t;
	r.w[3] += a->w[1] * b->w[2] + (uint64_t)(t >> 64);
	r.w[3] += a->w[0] * b->w[3];
	return r;
}

/* a << n; 0 for n over 255. */
static inline U256
u256_shl(const U256 *a, uint64_t n)
{
	U256 r = { { 0, 0, 0, 0 } };
	unsigned words = (unsigned)(n / 64) & 3u;
	unsigned bits = (unsigned)(n % 64);

	if (n > 255)
		return r;
	for (unsigned i = 3; i + 1 > words; i--) {
		r.w[i] = a->w[i - words] << bits;
		if (bits > 0 && i > words)
			r.w[i] |= a->w[i - words - 1] >> (64 - bits);
	}
	return r;
}

/* a >> n, filled up with `fill`, which is 0 or all ones. */
static inline U256
u256_shift_right(const U256 *a, uint64_t n, uint64_t fill)
{
	U256 r = { { fill, fill, fill, fill } };
	unsigned words = (unsigned)(n / 64) & 3u;
	unsigned bits = (unsigned)(n % 64);

	if (n > 255)
		return r;
	for (unsigned i = 0; i + words < 4; i++) {
		uint64_t high = i + words < 3 ? a->w[i + words + 1] : fill;

		r.w[i] = a->w[i + words] >> bits;
		if (bits > 0)
			r.w[i] |= high << (64 - bits);
	}
	return r;
}

static inline U256
u256_shr(const U256 *a, uint64_t n)
{
	return u256_shift_right(a, n, 0);
}

static inline U256
u256_sar(const U256 *a, uint64_t n)
{
	return u256_shift_right(a, n, u256_is_negative(a) ? UINT64_MAX : 0);
}

/* The byte at `index`, counted from the most significant one. */
static inline uint64_t
u256_byte(const U256 *a, uint64_t index)
{
	if (index > 31)
		return 0;
	return (a->w[3 - index / 8] >> (56 - 8 * (index % 8))) & 0xff;
}

static inline uint64_t
u256_load_be64(const void *bytes)
{
	uint64_t value;

	memcpy(&value, bytes, 8);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return __builtin_bswap64(value);
#else
	return value;
#endif
}

static inline void
u256_store_be64(void *bytes, uint64_t value)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	value = __builtin_bswap64(value);
#endif
	memcpy(bytes, &value, 8);
}

/* From 32 bytes, big-endian. */
static inline U256
u256_load(const uint8_t *bytes)
{
	return (U256){ { u256_load_be64(bytes + 24),
			 u256_load_be64(bytes + 16), u256_load_be64(bytes + 8),
			 u256_load_be64(bytes) } };
}

/* To 32 bytes, big-endian. */
static inline void
u256_store(const U256 *a, uint8_t *bytes)
{
	u256_store_be64(bytes, a->w[3]);
	u256_store_be64(bytes + 8, a->w[2]);
	u256_store_be64(bytes + 16, a->w[1]);
	u256_store_be64(bytes + 24, a->w[0]);
}

/* From at most 32 bytes, big-endian, of which the last is the least
 * significant. */
static inline U256
u256_load_short(const uint8_t *bytes, uint64_t len)
{
	uint8_t full[32] = { 0 };

	if (len > 0)
		memcpy(full + 32 - len, bytes, len);
	return u256_load(full);
}

/* Bytes that are needed to write it without leading zeros. */
static inline unsigned
u256_byte_length(const U256 *a)
{
	for (unsigned i = 4; i > 0; i--)
		if (a->w[i - 1] != 0)
			return i * 8 -
			       (unsigned)__builtin_clzll(a->w[i - 1]) / 8;
	return 0;
}

/* The quotient, and the remainder in *rem (may be NULL); both 0 when b is. */
U256 u256_divmod(const U256 *a, const U256 *b, U256 *rem);
U256 u256_sdiv(const U256 *a, const U256 *b);
U256 u256_smod(const U256 *a, const U256 *b);
/* (a + b) mod m and (a * b) mod m without wrapping; 0 when m is. */
U256 u256_addmod(const U256 *a, const U256 *b, const U256 *m);
U256 u256_mulmod(const U256 *a, const U256 *b, const U256 *m);
U256 u256_exp(const U256 *base, const U256 *exponent);
/* Extends the sign of the number in bytes 0 (least significant) to `index`. */
U256 u256_signextend(const U256 *index, const U256 *a);

#endif
