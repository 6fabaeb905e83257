/* SPDX-License-Identifier: Apache-2.0
 *
 * The algorithms of this plugin: SM2, SM3 and SM4 (GB/T 32918, 32905, 32907),
 * of which SM4 and all random numbers are OpenSSL's. Each part is readied once,
 * from bsn_plugin_open; after that all of it may be used from any thread.
 */
#ifndef CRYPTO_GM_GM_H
#define CRYPTO_GM_GM_H

#include <bsn/crypto.h>

#include "plugins/crypto-gm/sm3.h"

#define SM2_SCALAR_LEN 32
#define SM2_POINT_LEN 64
#define SM2_SIGNATURE_LEN 64

extern const bsn_hash gm_sm3;
extern const bsn_signature gm_sm2;
extern const bsn_cipher gm_sm4_cbc, gm_sm4_ctr;

/* Choose what this machine does best, make tables, and fetch what OpenSSL has
 * to give. BSN_E_INTERNAL and a reason when its configuration withholds SM4,
 * BSN_E_IO when it has no random numbers. [main] */
int32_t gm_sm3_open(bsn_err *err);
int32_t gm_sm2_open(bsn_err *err);
int32_t gm_sm4_open(bsn_err *err);

#endif
