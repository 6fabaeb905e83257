/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/crypto-gm/sm2_numbers.h"

int
numbers_read(Numbers *numbers, const uint8_t *signature)
{
	if (!sc_read(&numbers->r, signature) ||
	    !sc_read(&numbers->s, signature + SM2_SCALAR_LEN) ||
	    sc_is_zero(&numbers->r) || sc_is_zero(&numbers->s))
		return 0;
	sc_add(&numbers->t, &numbers->r, &numbers->s);
	return !sc_is_zero(&numbers->t);
}

/* Whether the sum's x, which is x / z^2, is that number. */
static int
x_is(const Jacobian *sum, const Fe *zz, const uint64_t *number)
{
	uint8_t bytes[FE_LEN];
	Fe x;

	limbs_write(bytes, number);
	if (!fe_read(&x, bytes))
		return 0;
	fe_mul(&x, &x, zz);
	return fe_equal(&x, &sum->x) != 0;
}

/* x1 is below p, so it is r - e modulo n or that plus n. */
int
numbers_hold(const Numbers *numbers, const uint8_t *e, const Jacobian *sum)
{
	uint64_t more[LIMBS];
	Sc x;
	Fe zz;

	if (fe_is_zero(&sum->z))
		return 0;
	sc_read_mod(&x, e);
	sc_sub(&x, &numbers->r, &x);
	fe_sqr(&zz, &sum->z);
	return x_is(sum, &zz, x.w) ||
	       (limbs_add(more, x.w, sc_n.w) == 0 && x_is(sum, &zz, more));
}
