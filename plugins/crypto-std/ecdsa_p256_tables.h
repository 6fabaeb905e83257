/* SPDX-License-Identifier: Apache-2.0
 *
 * Multiples of public keys that verify again and again, as OpenSSL has them of the
 * generator: a verification takes less than half the time. A table takes 150 KiB
 * and as long to make as several hundred verifications, so only a key that comes
 * so often gets one, and few keys have one at a time.
 */
#ifndef CRYPTO_STD_ECDSA_P256_TABLES_H
#define CRYPTO_STD_ECDSA_P256_TABLES_H

#include <openssl/ec.h>

#include "plugins/crypto-std/std.h"

/* Times that a key is seen before it gets a table. */
#define P256_TABLE_WORTH 512u
/* A power of two: keys that are counted. Keys that meet in one slot compete. */
#define P256_TABLES 64u

typedef struct {
	EC_GROUP *group; /* P-256 with the key as its generator */
} P256Table;

/* Counts a use of a key.
 *
 * Returns: its table, a reference; NULL: it has none.
 * In:      group: P-256; public_key: 64 bytes. [any] */
P256Table *p256_table_of(const EC_GROUP *group, const uint8_t *public_key);
void p256_table_unref(P256Table *table);

#endif
