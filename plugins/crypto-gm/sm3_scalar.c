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
#define SCALAR_ADD(x, y) ((x) + (y))
#define SCALAR_XOR(x, y) ((x) ^ (y))
#define SCALAR_XOR3(x, y, z) ((x) ^ (y) ^ (z))
#define SCALAR_MAJORITY(x, y, z) (((x) & (y)) + (((x) ^ (y)) & (z)))
#define SCALAR_CHOOSE(x, y, z) (((x) & (y)) + (~(x) & (z)))
#define SCALAR_P0(x) ((x) ^ ROTATED(x, 9) ^ ROTATED(x, 17))
#define SCALAR_P1(x) ((x) ^ ROTATED(x, 15) ^ ROTATED(x, 23))

#define WORD uint32_t
#define SETS 1
#define ROW 1
#define HOLD(x) __asm__("" : "+r"(x))
#define ADD SCALAR_ADD
#define XOR SCALAR_XOR
#define XOR3 SCALAR_XOR3
#define ROTL ROTATED
#define ALL(word) (word)
#define MAJORITY SCALAR_MAJORITY
#define CHOOSE SCALAR_CHOOSE
#define P0 SCALAR_P0
#define P1 SCALAR_P1
#define COMPRESS compress_portable
#define TARGET
#include "plugins/crypto-gm/sm3_rounds.inc"

static void
blocks_portable(uint32_t *state, const uint8_t *data, size_t n)
{
	for (; n > 0; n--, data += SM3_BLOCK_LEN) {
		uint32_t w[68][1];

		for (unsigned i = 0; i < 16; i++)
			w[i][0] = sm3_load32(data + 4 * i);
		compress_portable((uint32_t(*)[1])state, w);
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
#define TARGET_BMI2 __attribute__((target("bmi,bmi2")))

#define WORD uint32_t
#define SETS 1
#define ROW 1
#define HOLD(x) __asm__("" : "+r"(x))
#define ADD SCALAR_ADD
#define XOR SCALAR_XOR
#define XOR3 SCALAR_XOR3
#define ROTL ROTATED
#define ALL(word) (word)
#define MAJORITY SCALAR_MAJORITY
#define CHOOSE SCALAR_CHOOSE
#define P0 SCALAR_P0
#define P1 SCALAR_P1
#define COMPRESS compress_bmi2
#define TARGET TARGET_BMI2
#include "plugins/crypto-gm/sm3_rounds.inc"

TARGET_BMI2 void
sm3_blocks_bmi2(uint32_t *state, const uint8_t *data, size_t n)
{
	for (; n > 0; n--, data += SM3_BLOCK_LEN) {
		uint32_t w[68][1];

		for (unsigned i = 0; i < 16; i++)
			w[i][0] = sm3_load32(data + 4 * i);
		compress_bmi2((uint32_t(*)[1])state, w);
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
