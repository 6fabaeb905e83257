/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/suite.h: a chain's cryptography: SM2 with SM3, or
 * secp256k1 with Keccak-256. All functions: [any].
 */
#ifndef FISCO_SUITE_H
#define FISCO_SUITE_H

#include <bsn/crypto.h>
#include <glib.h>

#define HASH_LEN 32u
#define ADDRESS_LEN 20u
#define PUBLIC_KEY_LEN 64u

typedef struct {
	gboolean sm;
	const bsn_hash *hash;
	const bsn_signature *signature;
	guint32 convention;      /* of signatures over a transaction's digest */
	guint32 signature_len;   /* 64, or 65 with the recovery id */
} Suite;

/* The name of the members' and users' signature scheme. */
const char *suite_algorithm(gboolean sm);

/* Finds the algorithms.
 *
 * Returns: BSN_OK.
 * Errors:  BSN_E_VERSION: the reason names the algorithm that no loaded
 *          plugin offers. */
int32_t suite_find(Suite *suite, gboolean sm, bsn_err *err);

/* Digests the concatenation of n slices to 32 bytes. Returns as
 * bsn_hash.digest. */
int32_t suite_digest(const Suite *suite, const bsn_slice *parts, guint64 n,
		     guint8 *digest);
/* The same for one slice. */
int32_t suite_digest1(const Suite *suite, bsn_slice data, guint8 *digest);
/* Digests each of n slices by itself, HASH_LEN bytes each to `digests`. */
int32_t suite_digest_each(const Suite *suite, const bsn_slice *messages,
			  guint64 n, guint8 *digests);

/* The address of a public key (64 bytes): the last 20 bytes of its digest. */
int32_t suite_address(const Suite *suite, bsn_slice public_key,
		      guint8 *address);

/* The hash function that a contract's selectors were made with: "keccak-256"
 * or "sm3"; NULL when no plugin offers it. */
const bsn_hash *suite_selector_hash(gboolean sm3);

#endif
