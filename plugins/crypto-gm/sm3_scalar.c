/* SPDX-License-Identifier: Apache-2.0
 *
 * The compression function of SM3 on one message.
 */
#include "plugins/crypto-gm/sm3_parts.h"

#define ROTATED(word, bits) ((word) << (bits) | (word) >> (32 - (bits)))
/* By 0 too. */
#define TURNED(word, bits) ((word) << (bits) | (word) >> (32 - (bits)) % 32)
#define EARLY(j) TURNED(0x79cc4519u, j)
#define LATE(j) TURNED(0x7a879d8au, j)
#define EIGHT(OF, j)                                               \
	OF(j), OF((j) + 1), OF((j) + 2), OF((j) + 3), OF((j) + 4), \
		OF((j) + 5), OF((j) + 6), OF((j) + 7)

const uint32_t sm3_initial[SM3_STATE_WORDS] = {
	0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600,
	0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e,
};

const uint32_t sm3_constants[64] = {
	EIGHT(EARLY, 0), EIGHT(EARLY, 8), EIGHT(LATE, 16), EIGHT(LATE, 24),
	EIGHT(LATE, 0),	 EIGHT(LATE, 8),  EIGHT(LATE, 16), EIGHT(LATE, 24),
};

/* Both terms of MAJORITY and of CHOOSE have no bit in common, so that they may
 * be added: in any order with what else is. */
#define WORD uint32_t
#define ROW 1
#define HOLD(x) __asm__("" : "+r"(x))
#define ADD(x, y) ((x) + (y))
#define XOR(x, y) ((x) ^ (y))
#define XOR3(x, y, z) ((x) ^ (y) ^ (z))
#define ROTL ROTATED
#define ALL(word) (word)
#define MAJORITY(x, y, z) (((x) & (y)) + (((x) ^ (y)) & (z)))
#define CHOOSE(x, y, z) (((x) & (y)) + (~(x) & (z)))
#define P0(x) ((x) ^ ROTATED(x, 9) ^ ROTATED(x, 17))
#define P1(x) ((x) ^ ROTATED(x, 15) ^ ROTATED(x, 23))

#define SETS 1
#define TARGET
#define COMPRESS compress_portable
#include "plugins/crypto-gm/sm3_rounds.inc"

static inline void
load(uint32_t (*w)[1], const uint8_t *data)
{
	for (unsigned i = 0; i < SM3_BLOCK_LEN / sizeof(uint32_t); i++)
		w[i][0] = sm3_load32(data + i * sizeof(uint32_t));
}

static void
blocks_portable(uint32_t *state, const uint8_t *data, size_t n)
{
	uint32_t w[SM3_WORDS][1];

	for (; n > 0; n--, data += SM3_BLOCK_LEN) {
		load(w, data);
		compress_portable((void *)state, w);
	}
}

static bool
runs_everywhere(void)
{
	return true;
}

const Sm3Path sm3_portable = {
	.name = "portable",
	.runs = runs_everywhere,
	.blocks = blocks_portable,
};

#ifdef __x86_64__

/* ANDN is half of CHOOSE, and RORX rotates without a copy. */
#undef TARGET
#define TARGET __attribute__((target("bmi,bmi2")))
#define SETS 1
#define COMPRESS compress_bmi2
#include "plugins/crypto-gm/sm3_rounds.inc"

TARGET void
sm3_blocks_bmi2(uint32_t *state, const uint8_t *data, size_t n)
{
	uint32_t w[SM3_WORDS][1];

	for (; n > 0; n--, data += SM3_BLOCK_LEN) {
		load(w, data);
		compress_bmi2((void *)state, w);
	}
}

static bool
runs_bmi2(void)
{
	return __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}

const Sm3Path sm3_bmi2 = {
	.name = "bmi2",
	.runs = runs_bmi2,
	.blocks = sm3_blocks_bmi2,
};

#endif
