/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-wasm/machine/crypto.h: algorithms that the host lends, looked up
 * when first needed: crypto plugins may be loaded after this one. [any]
 */
#ifndef WASM_CRYPTO_H
#define WASM_CRYPTO_H

#include <bsn/host.h>
#include <glib.h>

/* As contracts number them. */
#define WASM_HASH_CHAIN 0u
#define WASM_HASH_SM3 1u
#define WASM_HASH_SHA256 2u
#define WASM_HASH_KECCAK256 3u
#define WASM_HASHES 4u
#define WASM_SIGNATURE_SM2 1u
#define WASM_SIGNATURE_P256 2u
#define WASM_SIGNATURE_SECP256K1 3u
#define WASM_SIGNATURES 4u

/* Keeps the host. Errors: BSN_E_VERSION: it lends no algorithms. [main] */
int32_t wasm_crypto_open(const bsn_host *host, bsn_err *err);
/* NULL: there is none, or it gives other than 32 bytes. */
const bsn_hash *wasm_crypto_hash_named(const char *name);
const bsn_hash *wasm_crypto_hash(guint number);
const bsn_signature *wasm_crypto_signature(guint number);

#endif
