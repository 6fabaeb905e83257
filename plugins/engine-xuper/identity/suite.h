/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/identity/suite.h: a chain's cryptography: ECDSA on P-256
 * with SHA-256, as XuperChain has it by default, or SM2 with SM3, its GM suite.
 * All functions: [any].
 *
 * What is signed is a digest as it is (BSN_SIGN_DIGEST; for SM2 without Z_A, as
 * XuperChain's SDKs do). Signatures travel in DER. Of ECDSA's both halves of s
 * are taken, as its clients make them; since ids cover signatures a second form
 * of one is another transaction, whose inputs are spent.
 */
#ifndef XUPER_IDENTITY_SUITE_H
#define XUPER_IDENTITY_SUITE_H

#include <bsn/bsn.h>
#include <glib.h>

#define HASH_LEN 32u
#define PUBLIC_KEY_LEN 64u
#define SIGNATURE_RAW_LEN 64u

typedef struct {
	gboolean sm;
	const char *algorithm;	/* "ecdsa-p256" or "sm2" */
	const char *curve;	/* "P-256" or "SM2-P-256", in JSON keys */
	guint8 address_version; /* 1 or 2 */
	const bsn_hash *hash;
	const bsn_signature *signature;
} Suite;

/* Returns: BSN_OK. Errors: BSN_E_VERSION naming the missing algorithm. */
int32_t suite_find(Suite *suite, const bsn_crypto_by_name *crypto, gboolean sm,
		   bsn_err *err);
/* The hash of the hash of n slices one after the other. */
void suite_double(const Suite *suite, const bsn_slice *parts, guint64 n,
		  guint8 digest[HASH_LEN]);
/* The same of each of n slices by itself, HASH_LEN bytes each to `digests`,
 * which may be where the slices are. */
void suite_double_each(const Suite *suite, const bsn_slice *messages, guint64 n,
		       guint8 *digests);

/* A signature to verify. */
typedef struct {
	const guint8 *public_key; /* PUBLIC_KEY_LEN bytes */
	const guint8 *digest;	  /* HASH_LEN bytes */
	bsn_slice signature;	  /* DER */
} SuiteItem;

/* Out: results, n statuses: BSN_OK, BSN_BAD_SIGNATURE, or below 0. */
void suite_verify(const Suite *suite, const SuiteItem *items, guint64 n,
		  int32_t *results);

#endif
