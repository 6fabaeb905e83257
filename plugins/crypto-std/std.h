/* SPDX-License-Identifier: Apache-2.0
 *
 * The algorithms of this plugin: ECDSA P-256, Ed25519 and SHA-256 on OpenSSL,
 * secp256k1 on libsecp256k1, Keccak-256 of its own. Each part is readied once,
 * from bsn_plugin_open; after that all of it may be used from any thread.
 */
#ifndef CRYPTO_STD_STD_H
#define CRYPTO_STD_STD_H

#include <bsn/crypto.h>

#define STD_SEED_LEN 48
#define STD_SCALAR_LEN 32
#define STD_DIGEST_LEN 32

extern const bsn_hash std_sha256, std_keccak256;
extern const bsn_signature std_ecdsa_p256, std_ed25519, std_secp256k1;

/* Fetch what the libraries have to give. BSN_E_INTERNAL and a reason when one
 * of them withholds an algorithm. [main] */
int32_t std_sha256_open(bsn_err *err);
int32_t std_ecdsa_p256_open(bsn_err *err);
int32_t std_secp256k1_open(bsn_err *err);

/* d = seed mod (n - 1) + 1, in [1, n - 1] (FIPS 186-5 A.2.1).
 *
 * Returns: BSN_OK.
 * In:      seed, 48 bytes; order, n, 32 bytes big-endian.
 * Out:     private_key, 32 bytes.
 * Errors:  BSN_E_NOMEM. */
int32_t std_scalar_from_seed(const uint8_t *seed, const uint8_t *order,
			     uint8_t *private_key);

/* BSN_OK when the item's parts are there and its key and signature have the
 * scheme's lengths; otherwise what verify must answer. */
int32_t std_check_item(const bsn_signature *scheme,
		       const bsn_verify_item *item);

#endif
