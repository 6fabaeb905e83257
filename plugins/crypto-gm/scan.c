/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/crypto-gm/scan.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

static void
portable(Affine *r, const Affine *row, unsigned n, uint32_t index)
{
	Affine entry = { { { 0 } }, { { 0 } } };

	for (uint32_t i = 0; i < n; i++) {
		uint32_t differ = (i + 1) ^ index;
		uint64_t mask = (uint64_t)((differ | (0 - differ)) >> 31) - 1;

		for (unsigned j = 0; j < 4; j++) {
			entry.x.w[j] |= row[i].x.w[j] & mask;
			entry.y.w[j] |= row[i].y.w[j] & mask;
		}
	}
	*r = entry;
}

void (*scan_affine)(Affine *r, const Affine *row, unsigned n,
		    uint32_t index) = portable;

#if defined(__x86_64__)

__attribute__((target("avx2"))) static void
avx2(Affine *r, const Affine *row, unsigned n, uint32_t index)
{
	const __m256i one = _mm256_set1_epi32(1);
	const __m256i wanted = _mm256_set1_epi32((int32_t)index);
	__m256i x = _mm256_setzero_si256(), y = x, at = one;

	for (unsigned i = 0; i < n; i++) {
		__m256i mask = _mm256_cmpeq_epi32(at, wanted);
		const __m256i *entry = (const __m256i *)(const void *)&row[i];

		x = _mm256_or_si256(
			x, _mm256_and_si256(mask, _mm256_load_si256(entry)));
		y = _mm256_or_si256(
			y,
			_mm256_and_si256(mask, _mm256_load_si256(entry + 1)));
		at = _mm256_add_epi32(at, one);
	}
	_mm256_storeu_si256((__m256i *)(void *)&r->x, x);
	_mm256_storeu_si256((__m256i *)(void *)&r->y, y);
}

void
scan_use(int best)
{
	scan_affine = best && __builtin_cpu_supports("avx2") ? avx2 : portable;
}

#else

void
scan_use(int best)
{
	(void)best;
	scan_affine = portable;
}

#endif
