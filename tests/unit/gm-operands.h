/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers below a modulus whose limbs are often those where carries go wrong,
 * the same on every machine. Without GLib.
 */
#ifndef TESTS_GM_OPERANDS_H
#define TESTS_GM_OPERANDS_H

#include <stdint.h>
#include <string.h>

#include "plugins/crypto-gm/limbs.h"

/* SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number
 * generators). */
static inline uint64_t
gm_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static inline uint64_t
gm_random_limb(uint64_t *state, uint64_t of_modulus)
{
	uint64_t full = gm_random(state);
	uint64_t choice = gm_random(state) % 16;
	const uint64_t edges[] = { 0,
				   1,
				   UINT64_MAX,
				   UINT64_MAX - 1,
				   UINT64_C(1) << 63,
				   UINT32_MAX,
				   UINT64_MAX << 32,
				   of_modulus,
				   of_modulus - 1,
				   full >> (full & 63) };

	return choice < sizeof(edges) / sizeof(edges[0]) ? edges[choice] : full;
}

/* Any number below m, which is above 2^255: one in eight is within 3 of 0 or of
 * m, half of the others are random in all limbs. */
static inline void
gm_random_below(uint64_t *state, uint64_t *r, const uint64_t *m)
{
	uint64_t kind = gm_random(state) % 8;
	uint64_t few[LIMBS] = { gm_random(state) % 4, 0, 0, 0 };

	for (int i = 0; i < LIMBS; i++)
		r[i] = kind < 4 ? gm_random(state)
				: gm_random_limb(state, m[i]);
	if (kind == 7)
		memcpy(r, few, sizeof(few));
	if (kind == 7 && few[0] != 0 && gm_random(state) % 2 != 0)
		(void)limbs_sub(r, m, r);
	limbs_reduce_once(r, r, 0, m);
}

#endif
