/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/suite.h: a channel's cryptography: SHA-256 with ECDSA
 * on P-256 as Fabric has it, or SM3 with SM2. All functions: [any].
 *
 * Signatures travel in DER; of ECDSA's only those with s in the lower half of
 * the order are valid (as Fabric asks, so that nobody can make a second valid
 * one). SM2 signs as GM variants of Fabric do: a digest by SM3, which SM2 takes
 * as its message (BSN_SIGN_PREHASHED).
 */
#ifndef FABRIC_SUITE_H
#define FABRIC_SUITE_H

#include <bsn/crypto.h>
#include <bsn/host.h>
#include <glib.h>

#define HASH_LEN 32u
#define PUBLIC_KEY_LEN 64u
#define PRIVATE_KEY_LEN 32u
/* Bytes of a signature as algorithms make it, r || s, and in DER at most. */
#define SIGNATURE_RAW_LEN 64u
#define SIGNATURE_MAX 72u

typedef struct {
	gboolean sm;
	const char *algorithm;  /* "sm2" or "ecdsa-p256" */
	const char *hash_name;  /* as a channel's config names it */
	guint32 convention;     /* BSN_SIGN_*, of all signatures */
	const bsn_hash *hash;
	const bsn_signature *signature;
} Suite;

/* Finds the algorithms.
 *
 * Returns: BSN_OK.
 * Errors:  BSN_E_VERSION: the reason names the algorithm that no loaded plugin
 *          offers. */
int32_t suite_find(Suite *suite, const bsn_crypto_by_name *crypto, gboolean sm,
		   bsn_err *err);

/* Digests the concatenation of n slices to HASH_LEN bytes. Returns as
 * bsn_hash.digest. */
int32_t suite_digest(const Suite *suite, const bsn_slice *parts, guint64 n,
		     guint8 *digest);

/* A signature to verify. */
typedef struct {
	const guint8 *public_key; /* PUBLIC_KEY_LEN bytes */
	bsn_slice message;
	bsn_slice signature; /* DER */
} SuiteItem;

/* Verifies n signatures.
 *
 * Out:     results, n statuses: BSN_OK, BSN_BAD_SIGNATURE, or below 0. */
void suite_verify(const Suite *suite, const SuiteItem *items, guint64 n,
		  int32_t *results);

/* Makes a signature fit to travel: DER, and s in the lower half for ECDSA.
 *
 * Returns: the number of bytes at `der`, at most SIGNATURE_MAX.
 * In:      raw, r || s as bsn_signature.sign gives it. */
gsize suite_finish_signature(const Suite *suite,
			     const guint8 raw[SIGNATURE_RAW_LEN], guint8 *der);

#endif
