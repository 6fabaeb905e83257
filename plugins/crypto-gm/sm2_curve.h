/* SPDX-License-Identifier: Apache-2.0
 *
 * The curve of SM2 (GB/T 32918.5) and the keys on it.
 */
#ifndef CRYPTO_GM_SM2_CURVE_H
#define CRYPTO_GM_SM2_CURVE_H

#include <glib.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include "plugins/crypto-gm/gm.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BN_CTX, BN_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EC_POINT, EC_POINT_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY_CTX, EVP_PKEY_CTX_free)

int32_t sm2_curve_open(bsn_err *err);

const EC_GROUP *sm2_group(void);

/* a || b || xG || yG, 128 bytes: the curve's part of Z_A. */
bsn_slice sm2_curve_parameters(void);

/* d = seed mod (n - 2) + 1, in [1, n - 2] as GB/T 32918.1 section 6.1 has it.
 * BSN_E_NOMEM. */
int32_t sm2_scalar_from_seed(const uint8_t *seed, uint8_t *private_key);

/* BSN_BAD_REQUEST when the scalar is not in [1, n - 2]; BSN_E_NOMEM. */
int32_t sm2_derive(const uint8_t *private_key, uint8_t *public_key);

/* Reads X || Y. NULL when it is no point of the curve. */
EC_POINT *sm2_point_read(const uint8_t *public_key, BN_CTX *bn);

/* A private key as OpenSSL's signing wants it. NULL when out of memory. */
EVP_PKEY *sm2_private_pkey(const uint8_t *private_key);

#endif
