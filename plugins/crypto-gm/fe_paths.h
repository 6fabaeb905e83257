/* SPDX-License-Identifier: Apache-2.0
 *
 * The implementations of what fe.h chooses among, as fe.h describes them.
 */
#ifndef CRYPTO_GM_FE_PATHS_H
#define CRYPTO_GM_FE_PATHS_H

#include "plugins/crypto-gm/fe.h"

#pragma GCC visibility push(hidden)

void fe_mul_portable(Fe *r, const Fe *a, const Fe *b);
void fe_sqr_portable(Fe *r, const Fe *a);

#if defined(__x86_64__) && defined(__ELF__) && !defined(__ILP32__)
#define FE_HAVE_ADX 1
void fe_mul_adx(Fe *r, const Fe *a, const Fe *b);
void fe_sqr_adx(Fe *r, const Fe *a);
#endif

#if defined(__aarch64__) && defined(__ELF__)
#define FE_HAVE_AARCH64 1
void fe_mul_aarch64(Fe *r, const Fe *a, const Fe *b);
void fe_sqr_aarch64(Fe *r, const Fe *a);
#endif

#pragma GCC visibility pop

#endif
