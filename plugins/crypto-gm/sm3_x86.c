/* SPDX-License-Identifier: Apache-2.0
 *
 * The compression function of SM3 on 16 or 32 messages side by side: a vector
 * holds the same word of 8 or 16 of them, and there are two of each.
 */
#include "plugins/crypto-gm/sm3_parts.h"

#ifdef __x86_64__

#include <immintrin.h>

/* Rows and words then have constant indices and stay in registers. */
#ifdef __clang__
#define UNROLLED
#else
#define UNROLLED _Pragma("GCC unroll 16")
#endif

#define TARGET_AVX2 __attribute__((target("avx2")))
#define TARGET_AVX512 __attribute__((target("avx512f,avx512bw")))
#define INLINE static inline __attribute__((always_inline))

/* AVX2. Rotations by a multiple of 8 bits are one shuffle of bytes, all others
 * take three instructions. */
#define SHIFTED(x, bits)                            \
	_mm256_or_si256(_mm256_slli_epi32(x, bits), \
			_mm256_srli_epi32(x, 32 - (bits)))

INLINE TARGET_AVX2 __m256i
rotate8(__m256i x)
{
	return _mm256_shuffle_epi8(
		x, _mm256_setr_epi8(3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15,
				    12, 13, 14, 3, 0, 1, 2, 7, 4, 5, 6, 11, 8,
				    9, 10, 15, 12, 13, 14));
}

/* x ^ x <<< bits ^ x <<< bits + 8 */
#define SPREAD(x, bits) \
	_mm256_xor_si256(x, SHIFTED(_mm256_xor_si256(x, rotate8(x)), bits))

INLINE TARGET_AVX2 __m256i
spread9(__m256i x)
{
	return SPREAD(x, 9);
}

INLINE TARGET_AVX2 __m256i
spread15(__m256i x)
{
	return SPREAD(x, 15);
}

#define WORD __m256i
#define SETS 2
#define ROW 4
#define HOLD(x) __asm__("" : "+x"(x))
#define ADD _mm256_add_epi32
#define XOR _mm256_xor_si256
#define XOR3(x, y, z) XOR(XOR(x, y), z)
#define ROTL SHIFTED
#define ALL(word) _mm256_set1_epi32((int)(word))
#define MAJORITY(x, y, z)                       \
	_mm256_or_si256(_mm256_and_si256(x, y), \
			_mm256_and_si256(_mm256_or_si256(x, y), z))
#define CHOOSE(x, y, z) XOR(_mm256_and_si256(x, XOR(y, z)), z)
#define P0 spread9
#define P1 spread15
#define COMPRESS compress_avx2
#define TARGET TARGET_AVX2
#include "plugins/crypto-gm/sm3_rounds.inc"

/* Rows to columns of 8 x 8 words. */
INLINE TARGET_AVX2 void
transpose8(__m256i *m)
{
	__m256i t[8];

	UNROLLED
	for (unsigned i = 0; i < 8; i += 2) {
		t[i] = _mm256_unpacklo_epi32(m[i], m[i + 1]);
		t[i + 1] = _mm256_unpackhi_epi32(m[i], m[i + 1]);
	}
	UNROLLED
	for (unsigned i = 0; i < 8; i += 4) {
		m[i] = _mm256_unpacklo_epi64(t[i], t[i + 2]);
		m[i + 1] = _mm256_unpackhi_epi64(t[i], t[i + 2]);
		m[i + 2] = _mm256_unpacklo_epi64(t[i + 1], t[i + 3]);
		m[i + 3] = _mm256_unpackhi_epi64(t[i + 1], t[i + 3]);
	}
	UNROLLED
	for (unsigned i = 0; i < 4; i++) {
		t[i] = _mm256_permute2x128_si256(m[i], m[i + 4], 0x20);
		t[i + 4] = _mm256_permute2x128_si256(m[i], m[i + 4], 0x31);
	}
	UNROLLED
	for (unsigned i = 0; i < 8; i++)
		m[i] = t[i];
}

/* From data, half a block of each lane. */
INLINE TARGET_AVX2 void
load8(__m256i (*w)[2], unsigned k, const uint8_t *const *data, size_t at)
{
	const __m256i big_endian = _mm256_setr_epi8(
		3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12, 3, 2, 1,
		0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
	__m256i row[8];

	UNROLLED
	for (unsigned i = 0; i < 8; i++)
		row[i] = _mm256_shuffle_epi8(
			_mm256_loadu_si256((const void *)(data[i] + at)),
			big_endian);
	transpose8(row);
	UNROLLED
	for (unsigned i = 0; i < 8; i++)
		w[i][k] = row[i];
}

static TARGET_AVX2 void
blocks_avx2(Sm3Lanes *states, const uint8_t *const *data, size_t n)
{
	const size_t half = SM3_BLOCK_LEN / 2;
	__m256i w[68][2];

	for (size_t at = 0; at < n * SM3_BLOCK_LEN; at += SM3_BLOCK_LEN) {
		load8(w, 0, data, at);
		load8(w + 8, 0, data, at + half);
		load8(w, 1, data + 8, at);
		load8(w + 8, 1, data + 8, at + half);
		compress_avx2((void *)states->word, w);
	}
}

static bool
runs_avx2(void)
{
	return __builtin_cpu_supports("avx2") && sm3_bmi2.runs();
}

const Sm3Path sm3_avx2 = {
	.name = "avx2",
	.runs = runs_avx2,
	.blocks = sm3_blocks_bmi2,
	.lanes = 16,
	.blocks_side = blocks_avx2,
	.too_few = 2,
};

/* AVX-512 rotates, and has any function of three operands in one instruction;
 * the number is what it gives for 111, 110, 101 and so on, from the highest
 * bit. */
#define TERNARY _mm512_ternarylogic_epi32

INLINE TARGET_AVX512 __m512i
p0_avx512(__m512i x)
{
	return TERNARY(x, _mm512_rol_epi32(x, 9), _mm512_rol_epi32(x, 17),
		       0x96);
}

INLINE TARGET_AVX512 __m512i
p1_avx512(__m512i x)
{
	return TERNARY(x, _mm512_rol_epi32(x, 15), _mm512_rol_epi32(x, 23),
		       0x96);
}

#define WORD __m512i
#define SETS 2
#define ROW 2
#define HOLD(x) __asm__("" : "+v"(x))
#define ADD _mm512_add_epi32
#define XOR _mm512_xor_si512
#define XOR3(x, y, z) TERNARY(x, y, z, 0x96)
#define ROTL _mm512_rol_epi32
#define ALL(word) _mm512_set1_epi32((int)(word))
#define MAJORITY(x, y, z) TERNARY(x, y, z, 0xe8)
#define CHOOSE(x, y, z) TERNARY(x, y, z, 0xca)
#define P0 p0_avx512
#define P1 p1_avx512
#define COMPRESS compress_avx512
#define TARGET TARGET_AVX512
#include "plugins/crypto-gm/sm3_rounds.inc"

/* Rows to columns of 16 x 16 words: pairs, then pairs of pairs, within
 * quarters of a vector, then the quarters themselves. */
INLINE TARGET_AVX512 void
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

INLINE TARGET_AVX512 void
load16(__m512i (*w)[2], unsigned k, const uint8_t *const *data, size_t at)
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
		w[i][k] = row[i];
}

static TARGET_AVX512 void
blocks_avx512(Sm3Lanes *states, const uint8_t *const *data, size_t n)
{
	__m512i w[68][2];

	for (size_t at = 0; at < n * SM3_BLOCK_LEN; at += SM3_BLOCK_LEN) {
		load16(w, 0, data, at);
		load16(w, 1, data + 16, at);
		compress_avx512((void *)states->word, w);
	}
}

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
	.lanes = 32,
	.blocks_side = blocks_avx512,
	.too_few = 1,
};

#endif
