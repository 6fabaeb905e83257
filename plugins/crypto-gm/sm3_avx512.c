/* SPDX-License-Identifier: Apache-2.0
 *
 * The compression function of SM3 on 16 or 32 messages side by side, by
 * AVX-512: a vector holds the same word of 16 of them.
 */
#include "plugins/crypto-gm/sm3_parts.h"

#ifdef __x86_64__

#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw")))
#define INLINE static inline __attribute__((always_inline)) TARGET

/* Any function of three operands is one instruction; the number is what it
 * gives for 111, 110, 101 and so on, from the highest bit. */
#define TERNARY _mm512_ternarylogic_epi32

INLINE __m512i
p0(__m512i x)
{
	return TERNARY(x, _mm512_rol_epi32(x, 9), _mm512_rol_epi32(x, 17),
		       0x96);
}

INLINE __m512i
p1(__m512i x)
{
	return TERNARY(x, _mm512_rol_epi32(x, 15), _mm512_rol_epi32(x, 23),
		       0x96);
}

#define WORD __m512i
#define WORD_LANES 16
#define HOLD(x) __asm__("" : "+v"(x))
#define ADD _mm512_add_epi32
#define XOR _mm512_xor_si512
#define XOR3(x, y, z) TERNARY(x, y, z, 0x96)
#define ROTL _mm512_rol_epi32
#define ALL(word) _mm512_set1_epi32((int)(word))
#define MAJORITY(x, y, z) TERNARY(x, y, z, 0xe8)
#define CHOOSE(x, y, z) TERNARY(x, y, z, 0xca)
#define P0 p0
#define P1 p1

/* Rows to columns of 16 x 16 words: pairs, then pairs of pairs, within
 * quarters of a vector, then the quarters themselves. */
INLINE void
transpose16(__m512i *m)
{
	__m512i t[16];

	UNROLLED
	for (unsigned i = 0; i < 16; i += 2) {
		t[i] = _mm512_unpacklo_epi32(m[i], m[i + 1]);
		t[i + 1] = _mm512_unpackhi_epi32(m[i], m[i + 1]);
	}
	UNROLLED
	for (unsigned i = 0; i < 16; i += 4) {
		m[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
		m[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
		m[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
		m[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
	}
	UNROLLED
	for (unsigned i = 0; i < 4; i++) {
		t[i] = _mm512_shuffle_i32x4(m[i], m[i + 4], 0x88);
		t[i + 4] = _mm512_shuffle_i32x4(m[i], m[i + 4], 0xdd);
		t[i + 8] = _mm512_shuffle_i32x4(m[i + 8], m[i + 12], 0x88);
		t[i + 12] = _mm512_shuffle_i32x4(m[i + 8], m[i + 12], 0xdd);
	}
	UNROLLED
	for (unsigned i = 0; i < 8; i++) {
		m[i] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0x88);
		m[i + 8] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0xdd);
	}
}

/* A block of 16 lanes, to every sets-th vector of w. */
INLINE void
load(__m512i *w, unsigned sets, const uint8_t *const *data, size_t at)
{
	const __m512i big_endian = _mm512_broadcast_i32x4(_mm_setr_epi8(
		3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12));
	__m512i row[16];

	UNROLLED
	for (unsigned i = 0; i < 16; i++)
		row[i] = _mm512_shuffle_epi8(_mm512_loadu_si512(data[i] + at),
					     big_endian);
	transpose16(row);
	UNROLLED
	for (unsigned i = 0; i < 16; i++)
		w[i * sets] = row[i];
}

#include "plugins/crypto-gm/sm3_side.inc"

static bool
runs_avx512(void)
{
	return __builtin_cpu_supports("avx512f") &&
	       __builtin_cpu_supports("avx512bw") && sm3_bmi2.runs();
}

const Sm3Path sm3_avx512 = {
	.name = "avx512",
	.runs = runs_avx512,
	.blocks = sm3_blocks_bmi2,
	.few = { 16, 1, blocks_few },
	.many = { 32, 2, blocks_many },
};

#endif
