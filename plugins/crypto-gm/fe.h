/* SPDX-License-Identifier: Apache-2.0
 *
 * The field of SM2's curve (GB/T 32918.5): integers modulo
 * p = 2^256 - 2^224 - 2^96 + 2^64 - 1, in Montgomery form with R = 2^256 and
 * always below p, so that equal numbers have equal limbs.
 *
 * Everything here takes the same time and touches the same memory whatever its
 * operands are, but for what says that it is variable in time. Results may be
 * written over any operand. Masks are 0 or ~0. Without GLib and OpenSSL, so
 * that it can be built and tested for other processors. [any] after fe_open.
 */
#ifndef CRYPTO_GM_FE_H
#define CRYPTO_GM_FE_H

#include <stddef.h>
#include <stdint.h>

#define FE_LEN 32
#define FE_LIMBS 4

#pragma GCC visibility push(hidden)

/* Little-endian limbs. */
typedef struct fe {
	uint64_t w[FE_LIMBS];
} Fe;

extern const Fe fe_zero, fe_one;

/* Chooses the best implementation that this processor runs. Until then the
 * portable one is used. May be called again. [main] */
void fe_open(void);

/* The names of those that this processor can run, worst first, NULL at the end:
 * "portable", "x86-64-adx", "aarch64". */
const char *const *fe_paths(void);

/* For tests and measurements: uses that one. 0 when there is no such. [main] */
int fe_use(const char *path);

extern void (*fe_mul)(Fe *r, const Fe *a, const Fe *b);
extern void (*fe_sqr)(Fe *r, const Fe *a);

/* fe_add, fe_sub, fe_dbl, fe_tpl, fe_neg, fe_cneg, fe_cmov, fe_is_zero and
 * fe_equal are in fe_inline.h. */

/* a^-1; 0 for 0. As long as some 150 multiplications, which what is variable in
 * time would not do faster. */
void fe_inv(Fe *r, const Fe *a);

/* Inverts each of the n by one inversion and 3n multiplications; 0 for 0.
 * scratch has room for n. Which of them are 0 shows in the time. */
void fe_inv_batch_vartime(Fe *a, Fe *scratch, size_t n);

/* Big-endian. 0, and r is 0, when the number is not below p; else ~0. */
uint64_t fe_read(Fe *r, const uint8_t bytes[FE_LEN]);
void fe_write(uint8_t bytes[FE_LEN], const Fe *a);

/* The number itself, not in Montgomery form, little-endian limbs. */
void fe_to_plain(uint64_t plain[FE_LIMBS], const Fe *a);

#pragma GCC visibility pop

#include "plugins/crypto-gm/fe_inline.h"

#endif
