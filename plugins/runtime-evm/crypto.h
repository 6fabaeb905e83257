/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-evm/crypto.h: algorithms that the host lends, looked up when
 * first needed: crypto plugins may be loaded after this one.
 */
#ifndef PLUGINS_RUNTIME_EVM_CRYPTO_H
#define PLUGINS_RUNTIME_EVM_CRYPTO_H

#include <bsn/host.h>

/* Keeps the host. Errors: BSN_E_VERSION: it lends no algorithms. [main] */
int32_t crypto_open(const bsn_host *host, bsn_err *err);

/* A hash function of 32-byte digests that chains use ("keccak-256", "sm3",
 * "sha-256"), or NULL. [any] */
const bsn_hash *crypto_hash(const char *name);

/* secp256k1 with recovery, or NULL. [any] */
const bsn_signature *crypto_secp256k1(void);

#endif
