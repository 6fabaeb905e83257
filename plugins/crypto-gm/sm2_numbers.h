/* SPDX-License-Identifier: Apache-2.0
 *
 * The numbers of a signature, and whether they hold. Variable in time.
 */
#ifndef CRYPTO_GM_SM2_NUMBERS_H
#define CRYPTO_GM_SM2_NUMBERS_H

#include "plugins/crypto-gm/sm2_curve.h"

typedef struct {
	Sc r, s, t; /* t = r + s */
} Numbers;

/* 0 when r or s is not in [1, n - 1], or t is 0. [any] */
int numbers_read(Numbers *numbers, const uint8_t *signature);

/* Whether r = e + x1, where sum is (x1, y1) = s G + t P and e a number of 32
 * bytes. Infinity never holds. [any] */
int numbers_hold(const Numbers *numbers, const uint8_t *e, const Jacobian *sum);

#endif
