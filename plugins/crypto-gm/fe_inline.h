/* SPDX-License-Identifier: Apache-2.0
 *
 * What is shorter than a call, for fe.h. Constant in time.
 */
#ifndef CRYPTO_GM_FE_INLINE_H
#define CRYPTO_GM_FE_INLINE_H

#include "plugins/crypto-gm/fe.h"
#include "plugins/crypto-gm/limbs.h"

/* p's limbs 0 and 2 are all ones. */
#define FE_P1 0xffffffff00000000
#define FE_P3 0xfffffffeffffffff

static const uint64_t fe_p[FE_LIMBS] = { UINT64_MAX, FE_P1, UINT64_MAX, FE_P3 };

static inline uint64_t
fe_is_zero(const Fe *a)
{
	return limbs_are_zero(a->w);
}

static inline uint64_t
fe_equal(const Fe *a, const Fe *b)
{
	return limbs_are_equal(a->w, b->w);
}

/* a where the mask is set. */
static inline void
fe_cmov(Fe *r, const Fe *a, uint64_t mask)
{
	limbs_cmov(r->w, a->w, mask);
}

#if defined(__x86_64__) && !defined(__ILP32__)
#include "plugins/crypto-gm/fe_sums_x86_64.h"
#elif defined(__aarch64__)
#include "plugins/crypto-gm/fe_sums_aarch64.h"
#else
static inline void
fe_add(Fe *r, const Fe *a, const Fe *b)
{
	limbs_mod_add(r->w, a->w, b->w, fe_p);
}

static inline void
fe_sub(Fe *r, const Fe *a, const Fe *b)
{
	limbs_mod_sub(r->w, a->w, b->w, fe_p);
}
#endif

static inline void
fe_dbl(Fe *r, const Fe *a)
{
	fe_add(r, a, a);
}

/* 3a. */
static inline void
fe_tpl(Fe *r, const Fe *a)
{
	Fe twice;

	fe_dbl(&twice, a);
	fe_add(r, &twice, a);
}

static inline void
fe_neg(Fe *r, const Fe *a)
{
	fe_sub(r, &fe_zero, a);
}

/* -a where the mask is set, else a. */
static inline void
fe_cneg(Fe *r, const Fe *a, uint64_t mask)
{
	Fe negative;

	fe_neg(&negative, a);
	*r = *a;
	fe_cmov(r, &negative, mask);
}

#endif
