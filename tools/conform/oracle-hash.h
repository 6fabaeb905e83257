/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/oracle-hash.h: a second opinion on hash functions: OpenSSL's,
 * and Keccak-256 written down from its specification, which OpenSSL 3.0 has
 * only as SHA-3.
 */
#ifndef TOOLS_CONFORM_ORACLE_HASH_H
#define TOOLS_CONFORM_ORACLE_HASH_H

#include <glib.h>

/* Bytes of each of them. */
#define ORACLE_DIGEST_LEN 32u

/* The digest by "sm3", "sha-256" or "keccak-256"; other names are a mistake of
 * the caller's. */
void oracle_digest(const char *algorithm, const void *data, gsize len,
		   guint8 *digest);

/* Keccak[c = 512] of 32 bytes with this byte of padding: 0x01 as Ethereum has
 * it, 0x06 for SHA3-256 (FIPS 202 section 6.1). */
void oracle_keccak(guint8 padding, const void *data, gsize len, guint8 *digest);

#endif
