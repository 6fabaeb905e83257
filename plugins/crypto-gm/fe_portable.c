/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/crypto-gm/fe_paths.h"

/* Adds lowest * p to the number of 5 limbs that begins with lowest, which makes
 * that limb 0, and takes it away: -1/p is 1 modulo 2^64. lowest * (p + 1) is
 * lowest * 2^64 * (2^192 - 2^160 - 2^32 + 1). Returns what does not fit into
 * the four limbs that stay, moved down to t[0]. */
static inline uint64_t
reduce_limb(uint64_t *t, uint64_t lowest)
{
	uint64_t low = lowest << 32;
	uint64_t high = lowest >> 32;
	uint64_t borrow = 0;
	uint64_t carry = 0;
	uint64_t product[FE_LIMBS];

	product[0] = limb_sub(lowest, low, &borrow);
	product[1] = limb_sub(0, high, &borrow);
	product[2] = limb_sub(0, low, &borrow);
	product[3] = limb_sub(lowest, high, &borrow);
	for (int i = 0; i < FE_LIMBS; i++)
		t[i] = limb_add(t[i + 1], product[i], &carry);
	return carry;
}

/* a * b / R, limb after limb of b. */
void
fe_mul_portable(Fe *r, const Fe *a, const Fe *b)
{
	uint64_t t[FE_LIMBS + 1] = { 0 };
	uint64_t over = 0;

	for (int i = 0; i < FE_LIMBS; i++) {
		uint64_t carry = 0;

		for (int j = 0; j < FE_LIMBS; j++)
			t[j] = limb_mac(a->w[j], b->w[i], t[j], &carry);
		t[FE_LIMBS] = over + carry;
		over = reduce_limb(t, t[0]);
	}
	limbs_reduce_once(r->w, t, over, fe_p);
}

void
fe_sqr_portable(Fe *r, const Fe *a)
{
	fe_mul_portable(r, a, a);
}
