/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers of four 64-bit limbs, least first, and sums of them modulo an odd
 * number m of 256 bits, for the field and the scalars of SM2. Operands of the
 * mod_ functions are below m and so are results. Constant in time; results may
 * be written over operands. Masks are 0 or ~0.
 */
#ifndef CRYPTO_GM_LIMBS_H
#define CRYPTO_GM_LIMBS_H

#include <stdint.h>

#define LIMBS 4

__extension__ typedef unsigned __int128 Limbs2;

/* Hides from the compiler what a mask can be, lest it make a branch of it. */
static inline uint64_t
limb_barrier(uint64_t mask)
{
	__asm__("" : "+r"(mask));
	return mask;
}

/* b where the mask is set, else a. What the compiler cannot see through it
 * does not gather into vectors either, which would wait for the limbs' way
 * through memory. */
static inline uint64_t
limb_select(uint64_t a, uint64_t b, uint64_t mask)
{
	return limb_barrier(a ^ ((a ^ b) & mask));
}

/* a + b + *carry. */
static inline uint64_t
limb_add(uint64_t a, uint64_t b, uint64_t *carry)
{
	Limbs2 sum = (Limbs2)a + b + *carry;

	*carry = (uint64_t)(sum >> 64);
	return (uint64_t)sum;
}

/* a - b - *borrow. */
static inline uint64_t
limb_sub(uint64_t a, uint64_t b, uint64_t *borrow)
{
	Limbs2 difference = (Limbs2)a - b - *borrow;

	*borrow = (uint64_t)(difference >> 64) & 1;
	return (uint64_t)difference;
}

/* a * b + c + *carry, which two limbs hold. */
static inline uint64_t
limb_mac(uint64_t a, uint64_t b, uint64_t c, uint64_t *carry)
{
	Limbs2 sum = (Limbs2)a * b + c + *carry;

	*carry = (uint64_t)(sum >> 64);
	return (uint64_t)sum;
}

static inline uint64_t
limbs_add(uint64_t *r, const uint64_t *a, const uint64_t *b)
{
	uint64_t carry = 0;

	for (int i = 0; i < LIMBS; i++)
		r[i] = limb_add(a[i], b[i], &carry);
	return carry;
}

static inline uint64_t
limbs_sub(uint64_t *r, const uint64_t *a, const uint64_t *b)
{
	uint64_t borrow = 0;

	for (int i = 0; i < LIMBS; i++)
		r[i] = limb_sub(a[i], b[i], &borrow);
	return borrow;
}

static inline uint64_t
limbs_are_zero(const uint64_t *a)
{
	uint64_t any = a[0] | a[1] | a[2] | a[3];

	return limb_barrier(((any | (0 - any)) >> 63) - 1);
}

static inline uint64_t
limbs_are_equal(const uint64_t *a, const uint64_t *b)
{
	uint64_t any =
		(a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) | (a[3] ^ b[3]);

	return limb_barrier(((any | (0 - any)) >> 63) - 1);
}

static inline void
limbs_cmov(uint64_t *r, const uint64_t *a, uint64_t mask)
{
	mask = limb_barrier(mask);
	for (int i = 0; i < LIMBS; i++)
		r[i] = limb_select(r[i], a[i], mask);
}

/* high * 2^256 + a, which is below 2m, modulo m. */
static inline void
limbs_reduce_once(uint64_t *r, const uint64_t *a, uint64_t high,
		  const uint64_t *m)
{
	uint64_t less[LIMBS];
	uint64_t borrow = limbs_sub(less, a, m);
	uint64_t below = limb_barrier(high - borrow);

	for (int i = 0; i < LIMBS; i++)
		r[i] = limb_select(less[i], a[i], below);
}

static inline void
limbs_mod_add(uint64_t *r, const uint64_t *a, const uint64_t *b,
	      const uint64_t *m)
{
	uint64_t sum[LIMBS];
	uint64_t carry = limbs_add(sum, a, b);

	limbs_reduce_once(r, sum, carry, m);
}

static inline void
limbs_mod_sub(uint64_t *r, const uint64_t *a, const uint64_t *b,
	      const uint64_t *m)
{
	uint64_t difference[LIMBS];
	uint64_t mask = limb_barrier(0 - limbs_sub(difference, a, b));
	uint64_t carry = 0;

	for (int i = 0; i < LIMBS; i++)
		r[i] = limb_add(difference[i], m[i] & mask, &carry);
}

static inline void
limbs_read(uint64_t *r, const uint8_t *bytes)
{
	for (int i = 0; i < LIMBS; i++) {
		const uint8_t *at = bytes + 8 * (LIMBS - 1 - i);

		r[i] = 0;
		for (int j = 0; j < 8; j++)
			r[i] = r[i] << 8 | at[j];
	}
}

static inline void
limbs_write(uint8_t *bytes, const uint64_t *a)
{
	for (int i = 0; i < 8 * LIMBS; i++)
		bytes[i] = (uint8_t)(a[LIMBS - 1 - i / 8] >> (56 - i % 8 * 8));
}

#endif
