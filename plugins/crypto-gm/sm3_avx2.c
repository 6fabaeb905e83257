/* SPDX-License-Identifier: Apache-2.0
 *
 * The compression function of SM3 on 8 or 16 messages side by side, by AVX2: a
 * vector holds the same word of 8 of them.
 */
#include "plugins/crypto-gm/sm3_parts.h"

#ifdef __x86_64__

#include <immintrin.h>

#define TARGET __attribute__((target("avx2")))
#define INLINE static inline __attribute__((always_inline)) TARGET

/* Rotations by a multiple of 8 bits are one shuffle of bytes, all others take
 * three instructions. */
#define SHIFTED(x, bits)                            \
	_mm256_or_si256(_mm256_slli_epi32(x, bits), \
			_mm256_srli_epi32(x, 32 - (bits)))

INLINE __m256i
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

INLINE __m256i
spread9(__m256i x)
{
	return SPREAD(x, 9);
}

INLINE __m256i
spread15(__m256i x)
{
	return SPREAD(x, 15);
}

#define WORD __m256i
#define WORD_LANES 8
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

/* Rows to columns of 8 x 8 words. */
INLINE void
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

/* Half a block of 8 lanes, to every sets-th vector of w. */
INLINE void
load_half(__m256i *w, unsigned sets, const uint8_t *const *data, size_t at)
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
		w[i * sets] = row[i];
}

INLINE void
load(__m256i *w, unsigned sets, const uint8_t *const *data, size_t at)
{
	load_half(w, sets, data, at);
	load_half(w + 8 * sets, sets, data, at + SM3_BLOCK_LEN / 2);
}

#include "plugins/crypto-gm/sm3_side.inc"

static bool
runs_avx2(void)
{
	return __builtin_cpu_supports("avx2") && sm3_bmi2.runs();
}

const Sm3Path sm3_avx2 = {
	.name = "avx2",
	.runs = runs_avx2,
	.blocks = sm3_blocks_bmi2,
	.few = { 8, 2, blocks_few },
	.many = { 16, 3, blocks_many },
};

#endif
