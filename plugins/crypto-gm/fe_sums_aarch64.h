/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums of the field for 64-bit Arm, for fe_inline.h: compilers make carries and
 * choices slower than they are.
 */
#ifndef CRYPTO_GM_FE_SUMS_AARCH64_H
#define CRYPTO_GM_FE_SUMS_AARCH64_H

static inline void
fe_add(Fe *r, const Fe *a, const Fe *b)
{
	uint64_t s0 = a->w[0], s1 = a->w[1], s2 = a->w[2], s3 = a->w[3];
	uint64_t d0, d1, d2, d3, high;

	__asm__("adds %[s0], %[s0], %[b0]\n\t"
		"adcs %[s1], %[s1], %[b1]\n\t"
		"adcs %[s2], %[s2], %[b2]\n\t"
		"adcs %[s3], %[s3], %[b3]\n\t"
		"adc %[high], xzr, xzr\n\t"
		"subs %[d0], %[s0], %[p0]\n\t"
		"sbcs %[d1], %[s1], %[p1]\n\t"
		"sbcs %[d2], %[s2], %[p0]\n\t"
		"sbcs %[d3], %[s3], %[p3]\n\t"
		"sbcs %[high], %[high], xzr\n\t"
		"csel %[d0], %[s0], %[d0], lo\n\t"
		"csel %[d1], %[s1], %[d1], lo\n\t"
		"csel %[d2], %[s2], %[d2], lo\n\t"
		"csel %[d3], %[s3], %[d3], lo"
		: [s0] "+&r"(s0), [s1] "+&r"(s1), [s2] "+&r"(s2),
		  [s3] "+&r"(s3), [d0] "=&r"(d0), [d1] "=&r"(d1),
		  [d2] "=&r"(d2), [d3] "=&r"(d3), [high] "=&r"(high)
		: [b0] "r"(b->w[0]), [b1] "r"(b->w[1]), [b2] "r"(b->w[2]),
		  [b3] "r"(b->w[3]), [p0] "r"(UINT64_MAX), [p1] "r"(FE_P1),
		  [p3] "r"(FE_P3)
		: "cc");
	*r = (Fe){ { d0, d1, d2, d3 } };
}

static inline void
fe_sub(Fe *r, const Fe *a, const Fe *b)
{
	uint64_t d0 = a->w[0], d1 = a->w[1], d2 = a->w[2], d3 = a->w[3];
	uint64_t mask, m1, m3;

	__asm__("subs %[d0], %[d0], %[b0]\n\t"
		"sbcs %[d1], %[d1], %[b1]\n\t"
		"sbcs %[d2], %[d2], %[b2]\n\t"
		"sbcs %[d3], %[d3], %[b3]\n\t"
		"csetm %[mask], lo\n\t"
		"and %[m1], %[mask], #0xffffffff00000000\n\t"
		"and %[m3], %[mask], #0xfffffffeffffffff\n\t"
		"adds %[d0], %[d0], %[mask]\n\t"
		"adcs %[d1], %[d1], %[m1]\n\t"
		"adcs %[d2], %[d2], %[mask]\n\t"
		"adc %[d3], %[d3], %[m3]"
		: [d0] "+&r"(d0), [d1] "+&r"(d1), [d2] "+&r"(d2),
		  [d3] "+&r"(d3), [mask] "=&r"(mask), [m1] "=&r"(m1),
		  [m3] "=&r"(m3)
		: [b0] "r"(b->w[0]), [b1] "r"(b->w[1]), [b2] "r"(b->w[2]),
		  [b3] "r"(b->w[3])
		: "cc");
	*r = (Fe){ { d0, d1, d2, d3 } };
}

#endif
