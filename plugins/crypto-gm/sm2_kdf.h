/* SPDX-License-Identifier: Apache-2.0
 *
 * The key derivation function of SM2 (GB/T 32918.4 section 5.4.3).
 */
#ifndef CRYPTO_GM_SM2_KDF_H
#define CRYPTO_GM_SM2_KDF_H

#include "plugins/crypto-gm/gm.h"

/* len bytes of SM3(begin || 1) || SM3(begin || 2) || ..., where begin has taken in
 * Z, and the numbers are of 32 bits. Time depends on len only. [any] */
void sm2_kdf(const Sm3 *begin, uint8_t *out, size_t len);

#endif
