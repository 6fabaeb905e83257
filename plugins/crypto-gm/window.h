/* SPDX-License-Identifier: Apache-2.0
 *
 * The signed digits of scalars.
 */
#ifndef CRYPTO_GM_WINDOW_H
#define CRYPTO_GM_WINDOW_H

#include <stdint.h>

#include "plugins/crypto-gm/sc.h"

#define SCALAR_BITS 256u
/* Windows of so many bits that a scalar has, and the carry out of the last. */
#define WINDOWS(width) (SCALAR_BITS / (width) + 1)

/* The table of mul.inc's mul_base. */
#define BASE_WIDTH 7u
#define BASE_ROW (1u << (BASE_WIDTH - 1))

/* Tables of odd multiples, see point.inc. */
#define ODDS_ROW(width) (1u << ((width)-2))
#define ODDS_ROWS(span) (SCALAR_BITS / (span))

/* A scalar's bits, the lowest first, with zeros behind. */
typedef struct {
	uint64_t w[5];
} Bits;

static inline void
bits_of(Bits *bits, const Sc *scalar)
{
	for (unsigned i = 0; i < LIMBS; i++)
		bits->w[i] = scalar->w[i];
	bits->w[4] = 0;
}

/* count bits from the one at `at`, at most 32 of them; at <= SCALAR_BITS. */
static inline uint32_t
bits_at(const Bits *bits, unsigned at, unsigned count)
{
	const uint64_t *w = &bits->w[at / 64];
	uint64_t value = w[0] >> (at % 64);

	if (at % 64 + count > 64)
		value |= w[1] << (64 - at % 64);
	return (uint32_t)value & ((1u << count) - 1);
}

/* A digit of a scalar in the radix 2^width, from -2^(width - 1) to
 * 2^(width - 1); the scalar is the sum of digit i times 2^(width i). */
typedef struct {
	uint32_t magnitude;
	uint64_t negative; /* mask */
} Digit;

/* Time depends on width and index only. */
static inline Digit
digit_at(const Bits *bits, unsigned width, unsigned index)
{
	uint32_t v = index == 0 ? bits_at(bits, 0, width) << 1
				: bits_at(bits, width * index - 1, width + 1);
	uint32_t negative = (uint32_t)limb_barrier(0 - (uint64_t)(v >> width));
	uint32_t magnitude = (v + 1) >> 1;

	magnitude ^= (magnitude ^ ((1u << width) - magnitude)) & negative;
	return (Digit){ magnitude, (uint64_t)(int64_t)(int32_t)negative };
}

#endif
