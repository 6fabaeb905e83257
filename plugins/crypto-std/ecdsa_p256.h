/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/crypto-std/ecdsa_p256.h: what signing and verifying on P-256 share.
 */
#ifndef CRYPTO_STD_ECDSA_P256_H
#define CRYPTO_STD_ECDSA_P256_H

#include <glib.h>
#include <openssl/bn.h>
#include <openssl/ec.h>

#include "plugins/crypto-std/std.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BN_CTX, BN_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EC_POINT, EC_POINT_free)

/* Of std_ecdsa_p256_open. */
extern EC_GROUP *p256_group;

/* What is signed of a message: STD_DIGEST_LEN bytes. BSN_BAD_REQUEST: it is no
 * digest where it must be; BSN_NOT_OFFERED. [any] */
int32_t p256_digest(uint32_t convention, bsn_slice message, uint8_t *digest);

/* As bsn_signature has them. [any] */
int32_t p256_verify(const bsn_verify_item *item);
int32_t p256_verify_many(const bsn_verify_item *items, uint64_t n,
			 int32_t *results);

#endif
