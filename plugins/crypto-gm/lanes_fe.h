/* SPDX-License-Identifier: Apache-2.0
 *
 * The field of fe.h eight times side by side, with AVX-512 IFMA: a vector holds
 * the same 52 bits of eight numbers. In Montgomery form with R = 2^260, not
 * reduced to the end:
 *
 * - "fit" numbers have limbs of 52 bits and are below 2.1 p;
 * - "loose" ones are sums of a few, limbs with signs, for l8_fit;
 * - "wide" ones have limbs of 52 bits and are below 16 p.
 *
 * A product of a fit and a wide number is below 3.2 p, of two fit ones fit;
 * limbs have 52 bits in either. Constant in time.
 */
#ifndef CRYPTO_GM_LANES_FE_H
#define CRYPTO_GM_LANES_FE_H

#include <immintrin.h>
#include <stdint.h>

#include "plugins/crypto-gm/point.h"

#define L8_TARGET __attribute__((target("avx512f,avx512dq,avx512ifma")))
#define L8_INLINE static inline __attribute__((always_inline)) L8_TARGET
/* Keeps limbs in registers: no loop over them is left. */
#define L8_UNROLL _Pragma("GCC unroll 16")
#define L8_LIMBS 5
#define L8_BITS 52
#define L8_MASK 0xfffffffffffff

typedef struct {
	__m512i l[L8_LIMBS];
} L8;

L8_INLINE __m512i
l8_word(int64_t x)
{
	return _mm512_set1_epi64(x);
}

L8_INLINE L8
l8_constant(const uint64_t *limbs)
{
	L8 r;

	L8_UNROLL
	for (int i = 0; i < L8_LIMBS; i++)
		r.l[i] = l8_word((int64_t)limbs[i]);
	return r;
}

L8_INLINE L8
l8_add(L8 a, L8 b)
{
	L8_UNROLL
	for (int i = 0; i < L8_LIMBS; i++)
		a.l[i] = _mm512_add_epi64(a.l[i], b.l[i]);
	return a;
}

L8_INLINE L8
l8_sub(L8 a, L8 b)
{
	L8_UNROLL
	for (int i = 0; i < L8_LIMBS; i++)
		a.l[i] = _mm512_sub_epi64(a.l[i], b.l[i]);
	return a;
}

/* 2^bits a. */
L8_INLINE L8
l8_shift(L8 a, unsigned bits)
{
	L8_UNROLL
	for (int i = 0; i < L8_LIMBS; i++)
		a.l[i] = _mm512_slli_epi64(a.l[i], bits);
	return a;
}

L8_INLINE L8
l8_tpl(L8 a)
{
	return l8_add(a, l8_shift(a, 1));
}

/* -a in the lanes of the mask. */
L8_INLINE L8
l8_negate(L8 a, __mmask8 mask)
{
	L8_UNROLL
	for (int i = 0; i < L8_LIMBS; i++)
		a.l[i] = _mm512_mask_sub_epi64(a.l[i], mask,
					       _mm512_setzero_si512(), a.l[i]);
	return a;
}

/* b in the lanes of the mask, else a. */
L8_INLINE L8
l8_blend(L8 a, L8 b, __mmask8 mask)
{
	L8_UNROLL
	for (int i = 0; i < L8_LIMBS; i++)
		a.l[i] = _mm512_mask_mov_epi64(a.l[i], mask, b.l[i]);
	return a;
}

/* Limbs of 52 bits; the last takes what is left. */
L8_INLINE L8
l8_carry(L8 a)
{
	const __m512i mask = l8_word(L8_MASK);

	L8_UNROLL
	for (int i = 0; i < L8_LIMBS - 1; i++) {
		a.l[i + 1] = _mm512_add_epi64(
			a.l[i + 1], _mm512_srai_epi64(a.l[i], L8_BITS));
		a.l[i] = _mm512_and_si512(a.l[i], mask);
	}
	return a;
}

/* A loose number, less what it has of 2^256 times p, and p more so that it is
 * not negative. 2^256 is 2^224 + 2^96 - 2^64 + 1 modulo p. */
L8_INLINE L8
l8_fit(L8 a)
{
	const __m512i high = _mm512_srai_epi64(a.l[4], 48);

	a.l[4] = _mm512_and_si512(a.l[4], l8_word(0xffffffffffff));
	a.l[4] = _mm512_add_epi64(a.l[4], _mm512_slli_epi64(high, 16));
	a.l[1] = _mm512_add_epi64(
		a.l[1], _mm512_sub_epi64(_mm512_slli_epi64(high, 44),
					 _mm512_slli_epi64(high, 12)));
	a.l[0] = _mm512_add_epi64(a.l[0], high);
	/* p is 2^256 - 2^224 - 2^96 + 2^64 - 1. */
	a.l[0] = _mm512_sub_epi64(a.l[0], l8_word(1));
	a.l[1] = _mm512_sub_epi64(a.l[1], l8_word((1LL << 44) - (1LL << 12)));
	a.l[4] = _mm512_add_epi64(a.l[4], l8_word((1LL << 48) - (1LL << 16)));
	return l8_carry(a);
}

/* t 2^-260 for the ten limbs of a product. As p is -1 modulo 2^52, each step
 * adds m p with m the lowest limb itself:
 * m p = -m + 2^52 m (p1 + 1) - 2^104 m + 2^208 m (p4 + 1). */
L8_INLINE L8
l8_reduce(__m512i *t)
{
	const __m512i mask = l8_word(L8_MASK);
	const __m512i p1 = l8_word(0xff00000001000);
	const __m512i p4 = l8_word(0xffffffff0000);
	L8 r;

	L8_UNROLL
	for (int i = 0; i < L8_LIMBS; i++) {
		__m512i m = _mm512_and_si512(t[i], mask);

		t[i + 1] = _mm512_add_epi64(t[i + 1],
					    _mm512_srai_epi64(t[i], L8_BITS));
		t[i + 1] = _mm512_madd52lo_epu64(t[i + 1], m, p1);
		t[i + 2] = _mm512_sub_epi64(t[i + 2], m);
		t[i + 2] = _mm512_madd52hi_epu64(t[i + 2], m, p1);
		t[i + 4] = _mm512_madd52lo_epu64(t[i + 4], m, p4);
		t[i + 5] = _mm512_madd52hi_epu64(t[i + 5], m, p4);
	}
	L8_UNROLL
	for (int i = 0; i < L8_LIMBS; i++)
		r.l[i] = t[L8_LIMBS + i];
	return l8_carry(r);
}

L8_INLINE L8
l8_product(L8 a, L8 b)
{
	__m512i t[2 * L8_LIMBS];

	L8_UNROLL
	for (int i = 0; i < 2 * L8_LIMBS; i++)
		t[i] = _mm512_setzero_si512();
	L8_UNROLL
	for (int i = 0; i < L8_LIMBS; i++) {
		L8_UNROLL
		for (int j = 0; j < L8_LIMBS; j++) {
			t[i + j] =
				_mm512_madd52lo_epu64(t[i + j], a.l[i], b.l[j]);
			t[i + j + 1] = _mm512_madd52hi_epu64(t[i + j + 1],
							     a.l[i], b.l[j]);
		}
	}
	return l8_reduce(t);
}

L8_INLINE L8
l8_square(L8 a)
{
	__m512i t[2 * L8_LIMBS];

	L8_UNROLL
	for (int i = 0; i < 2 * L8_LIMBS; i++)
		t[i] = _mm512_setzero_si512();
	L8_UNROLL
	for (int i = 0; i < L8_LIMBS; i++) {
		L8_UNROLL
		for (int j = i + 1; j < L8_LIMBS; j++) {
			t[i + j] =
				_mm512_madd52lo_epu64(t[i + j], a.l[i], a.l[j]);
			t[i + j + 1] = _mm512_madd52hi_epu64(t[i + j + 1],
							     a.l[i], a.l[j]);
		}
	}
	L8_UNROLL
	for (int i = 1; i < 2 * L8_LIMBS - 1; i++)
		t[i] = _mm512_add_epi64(t[i], t[i]);
	L8_UNROLL
	for (int i = 0; i < L8_LIMBS; i++) {
		t[2 * i] = _mm512_madd52lo_epu64(t[2 * i], a.l[i], a.l[i]);
		t[2 * i + 1] =
			_mm512_madd52hi_epu64(t[2 * i + 1], a.l[i], a.l[i]);
	}
	return l8_reduce(t);
}

/* Eight rows of eight words to eight columns. */
L8_INLINE void
l8_transpose(__m512i *w)
{
	__m512i a[8], b[8];

	L8_UNROLL
	for (int i = 0; i < 8; i += 2) {
		a[i] = _mm512_unpacklo_epi64(w[i], w[i + 1]);
		a[i + 1] = _mm512_unpackhi_epi64(w[i], w[i + 1]);
	}
	L8_UNROLL
	for (int i = 0; i < 2; i++) {
		b[i] = _mm512_shuffle_i64x2(a[i], a[i + 2], 0x88);
		b[i + 2] = _mm512_shuffle_i64x2(a[i], a[i + 2], 0xdd);
		b[i + 4] = _mm512_shuffle_i64x2(a[i + 4], a[i + 6], 0x88);
		b[i + 6] = _mm512_shuffle_i64x2(a[i + 4], a[i + 6], 0xdd);
	}
	L8_UNROLL
	for (int i = 0; i < 4; i++) {
		w[i] = _mm512_shuffle_i64x2(b[i], b[i + 4], 0x88);
		w[i + 4] = _mm512_shuffle_i64x2(b[i], b[i + 4], 0xdd);
	}
}

/* Eight Fe, four words each, as wide numbers: shifted by the 4 bits that the
 * two Montgomery forms differ by. */
L8_INLINE L8
l8_of_words(const __m512i *v)
{
	const __m512i mask = l8_word(L8_MASK);
	L8 r;

	r.l[0] = _mm512_slli_epi64(v[0], 4);
	r.l[1] = _mm512_or_si512(_mm512_srli_epi64(v[0], 48),
				 _mm512_slli_epi64(v[1], 16));
	r.l[2] = _mm512_or_si512(_mm512_srli_epi64(v[1], 36),
				 _mm512_slli_epi64(v[2], 28));
	r.l[3] = _mm512_or_si512(_mm512_srli_epi64(v[2], 24),
				 _mm512_slli_epi64(v[3], 40));
	r.l[4] = _mm512_srli_epi64(v[3], 12);
	L8_UNROLL
	for (int i = 0; i < L8_LIMBS - 1; i++)
		r.l[i] = _mm512_and_si512(r.l[i], mask);
	return r;
}

/* The other way, of a wide number or less: its product with a number that is
 * little over p is below 2 p. */
L8_INLINE void
l8_to_words(L8 a, __m512i *v)
{
	static const uint64_t to_fe[L8_LIMBS] = { 0, 0, 0, 0, 1ULL << 48 };
	static const uint64_t p[L8_LIMBS] = { 0xfffffffffffff, 0xff00000000fff,
					      0xfffffffffffff, 0xfffffffffffff,
					      0x0fffffffeffff };
	L8 less;

	a = l8_product(a, l8_constant(to_fe));
	less = l8_carry(l8_sub(a, l8_constant(p)));
	a = l8_blend(less, a, _mm512_movepi64_mask(less.l[4]));
	v[0] = _mm512_or_si512(a.l[0], _mm512_slli_epi64(a.l[1], 52));
	v[1] = _mm512_or_si512(_mm512_srli_epi64(a.l[1], 12),
			       _mm512_slli_epi64(a.l[2], 40));
	v[2] = _mm512_or_si512(_mm512_srli_epi64(a.l[2], 24),
			       _mm512_slli_epi64(a.l[3], 28));
	v[3] = _mm512_or_si512(_mm512_srli_epi64(a.l[3], 36),
			       _mm512_slli_epi64(a.l[4], 16));
}

#endif
