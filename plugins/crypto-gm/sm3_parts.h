/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/crypto-gm/sm3_parts.h: what the files of SM3 share.
 */
#ifndef CRYPTO_GM_SM3_PARTS_H
#define CRYPTO_GM_SM3_PARTS_H

#include <stdbool.h>
#include <string.h>

#include "plugins/crypto-gm/sm3.h"

/* The most messages that any path works on side by side. */
#define SM3_LANES_MAX 32

/* W_0 to W_67, section 5.3.2. */
#define SM3_WORDS 68

/* The states of messages side by side: word i of that of lane j is
 * word[i][j]. */
typedef struct {
	_Alignas(64) uint32_t word[SM3_STATE_WORDS][SM3_LANES_MAX];
} Sm3Lanes;

/* Messages side by side: the compression function over n blocks of each of so
 * many lanes, read from data[lane]. So few of them as too_few take longer than
 * one by one. */
typedef struct {
	unsigned lanes;
	unsigned too_few;
	void (*blocks)(Sm3Lanes *states, const uint8_t *const *data, size_t n);
} Sm3Side;

/* A way to compute SM3. */
typedef struct {
	const char *name;
	bool (*runs)(void); /* on this machine */
	void (*blocks)(uint32_t state[SM3_STATE_WORDS], const uint8_t *data,
		       size_t n);
	/* For a few messages and for many; no lanes: for none. */
	Sm3Side few, many;
} Sm3Path;

extern const uint32_t sm3_initial[SM3_STATE_WORDS];
/* T_j <<< j, section 4.2. */
extern const uint32_t sm3_constants[64];

extern const Sm3Path sm3_portable;
#ifdef __x86_64__
extern const Sm3Path sm3_bmi2, sm3_avx2, sm3_avx512;
/* BMI and BMI2 only. [any] */
void sm3_blocks_bmi2(uint32_t *state, const uint8_t *data, size_t n);
#endif
/* What sm3_open or sm3_use chose. */
extern const Sm3Path *sm3_path;

/* Ends a message of len bytes, the last of which are the used (fewer than
 * SM3_BLOCK_LEN) bytes of room, as section 5.2 has it.
 *
 * Returns: the blocks in room, 1 or 2. [any] */
size_t sm3_pad(uint8_t room[2 * SM3_BLOCK_LEN], size_t used, uint64_t len);

/* Before a loop whose indices are to be constants, so that what it is over
 * stays in registers. */
#ifdef __clang__
#define UNROLLED
#else
#define UNROLLED _Pragma("GCC unroll 16")
#endif

/* Words are big-endian. */
static inline uint32_t
sm3_swap32(uint32_t word)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return __builtin_bswap32(word);
#else
	return word;
#endif
}

static inline uint32_t
sm3_load32(const uint8_t *bytes)
{
	uint32_t word;

	memcpy(&word, bytes, sizeof(word));
	return sm3_swap32(word);
}

static inline void
sm3_store32(uint8_t *bytes, uint32_t word)
{
	word = sm3_swap32(word);
	memcpy(bytes, &word, sizeof(word));
}

#endif
