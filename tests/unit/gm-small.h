/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/gm-small.h: the formulas of SM2's points and multiples, the very
 * source, over a field of 613 elements and a curve of 601 points, of which all
 * can be tried: y^2 = x^3 - 3 x + 16, which (0, 4) generates.
 */
#ifndef TESTS_UNIT_GM_SMALL_H
#define TESTS_UNIT_GM_SMALL_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "plugins/crypto-gm/limbs.h"
#include "plugins/crypto-gm/window.h"

#define SMALL_P 613u
#define SMALL_N 601u

/* Elements are below p, in the lowest limb. */
typedef struct {
	uint64_t w[LIMBS];
} Fe;

static const Fe fe_zero = { { 0 } };
static const Fe fe_one = { { 1 } };
static const Fe curve_b = { { 16 } };

static inline Fe
fe_of(uint64_t value)
{
	return (Fe){ { value % SMALL_P } };
}

static inline void
fe_mul(Fe *r, const Fe *a, const Fe *b)
{
	*r = fe_of(a->w[0] * b->w[0]);
}

static inline void
fe_sqr(Fe *r, const Fe *a)
{
	fe_mul(r, a, a);
}

static inline void
fe_add(Fe *r, const Fe *a, const Fe *b)
{
	*r = fe_of(a->w[0] + b->w[0]);
}

static inline void
fe_sub(Fe *r, const Fe *a, const Fe *b)
{
	*r = fe_of(a->w[0] + SMALL_P - b->w[0]);
}

static inline void
fe_dbl(Fe *r, const Fe *a)
{
	fe_add(r, a, a);
}

static inline void
fe_tpl(Fe *r, const Fe *a)
{
	*r = fe_of(3 * a->w[0]);
}

static inline void
fe_neg(Fe *r, const Fe *a)
{
	fe_sub(r, &fe_zero, a);
}

static inline void
fe_cmov(Fe *r, const Fe *a, uint64_t mask)
{
	if (mask != 0)
		*r = *a;
}

static inline void
fe_cneg(Fe *r, const Fe *a, uint64_t mask)
{
	Fe negative;

	fe_neg(&negative, a);
	*r = mask != 0 ? negative : *a;
}

static inline uint64_t
fe_is_zero(const Fe *a)
{
	return a->w[0] == 0 ? UINT64_MAX : 0;
}

static inline uint64_t
fe_equal(const Fe *a, const Fe *b)
{
	return a->w[0] == b->w[0] ? UINT64_MAX : 0;
}

/* 0 for 0. */
static inline void
fe_inv(Fe *r, const Fe *a)
{
	Fe power = fe_one;

	for (unsigned i = 0; i < SMALL_P - 2; i++)
		fe_mul(&power, &power, a);
	*r = power;
}

static inline void
fe_inv_batch_vartime(Fe *a, Fe *scratch, size_t n)
{
	(void)scratch;
	for (size_t i = 0; i < n; i++)
		fe_inv(&a[i], &a[i]);
}

#include "plugins/crypto-gm/point.inc"

static const Affine curve_g = { { { 0 } }, { { 4 } } };

static inline void
scan_affine(Affine *r, const Affine *row, unsigned n, uint32_t index)
{
	(void)n;
	*r = index == 0 ? (Affine){ { { 0 } }, { { 0 } } } : row[index - 1];
}

#include "plugins/crypto-gm/mul.inc"

#endif
