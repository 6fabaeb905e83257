/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums of the field for x86-64, for fe_inline.h: compilers make carries and
 * choices much slower than they are.
 */
#ifndef CRYPTO_GM_FE_SUMS_X86_64_H
#define CRYPTO_GM_FE_SUMS_X86_64_H

static inline void
fe_add(Fe *r, const Fe *a, const Fe *b)
{
	uint64_t s0 = a->w[0], s1 = a->w[1], s2 = a->w[2], s3 = a->w[3];
	uint64_t d0, d1, d2, d3, high;

	__asm__("addq %[b0], %[s0]\n\t"
		"movl $0, %k[high]\n\t"
		"adcq %[b1], %[s1]\n\t"
		"adcq %[b2], %[s2]\n\t"
		"adcq %[b3], %[s3]\n\t"
		"adcq $0, %[high]\n\t"
		"movq %[s0], %[d0]\n\t"
		"movq %[s1], %[d1]\n\t"
		"movq %[s2], %[d2]\n\t"
		"movq %[s3], %[d3]\n\t"
		"subq $-1, %[d0]\n\t"
		"sbbq %[p1], %[d1]\n\t"
		"sbbq $-1, %[d2]\n\t"
		"sbbq %[p3], %[d3]\n\t"
		"sbbq $0, %[high]\n\t"
		"cmovcq %[s0], %[d0]\n\t"
		"cmovcq %[s1], %[d1]\n\t"
		"cmovcq %[s2], %[d2]\n\t"
		"cmovcq %[s3], %[d3]"
		: [s0] "+&r"(s0), [s1] "+&r"(s1), [s2] "+&r"(s2),
		  [s3] "+&r"(s3), [d0] "=&r"(d0), [d1] "=&r"(d1),
		  [d2] "=&r"(d2), [d3] "=&r"(d3), [high] "=&r"(high)
		: [b0] "m"(b->w[0]), [b1] "m"(b->w[1]), [b2] "m"(b->w[2]),
		  [b3] "m"(b->w[3]), [p1] "m"(fe_p[1]), [p3] "m"(fe_p[3])
		: "cc");
	*r = (Fe){ { d0, d1, d2, d3 } };
}

static inline void
fe_sub(Fe *r, const Fe *a, const Fe *b)
{
	uint64_t d0 = a->w[0], d1 = a->w[1], d2 = a->w[2], d3 = a->w[3];
	uint64_t mask, m1, m3;

	__asm__("subq %[b0], %[d0]\n\t"
		"sbbq %[b1], %[d1]\n\t"
		"sbbq %[b2], %[d2]\n\t"
		"sbbq %[b3], %[d3]\n\t"
		"sbbq %[mask], %[mask]\n\t"
		"movq %[p1], %[m1]\n\t"
		"movq %[p3], %[m3]\n\t"
		"andq %[mask], %[m1]\n\t"
		"andq %[mask], %[m3]\n\t"
		"addq %[mask], %[d0]\n\t"
		"adcq %[m1], %[d1]\n\t"
		"adcq %[mask], %[d2]\n\t"
		"adcq %[m3], %[d3]"
		: [d0] "+&r"(d0), [d1] "+&r"(d1), [d2] "+&r"(d2),
		  [d3] "+&r"(d3), [mask] "=&r"(mask), [m1] "=&r"(m1),
		  [m3] "=&r"(m3)
		: [b0] "m"(b->w[0]), [b1] "m"(b->w[1]), [b2] "m"(b->w[2]),
		  [b3] "m"(b->w[3]), [p1] "m"(fe_p[1]), [p3] "m"(fe_p[3])
		: "cc");
	*r = (Fe){ { d0, d1, d2, d3 } };
}

#endif
