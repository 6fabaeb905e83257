/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/test-ca.h: organisations with a CA, for tests of identities.
 */
#ifndef TESTS_UNIT_TEST_CA_H
#define TESTS_UNIT_TEST_CA_H

#include "identity/openssl.h"
#include "identity/signed_request.h"

#define DAY_S ((gint64)86400)

/* A key and its certificate. */
typedef struct {
	EVP_PKEY *key;
	X509 *cert;
} KeyCert;
void key_cert_clear(KeyCert *pair);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(KeyCert, key_cert_clear)

/* All fail the test on an error. */
KeyCert test_ca(const char *algorithm, const char *organisation);
/* A CA below another. */
KeyCert test_intermediate(const KeyCert *ca, const char *algorithm,
			  const char *organisation);
KeyCert test_leaf(const KeyCert *ca, const char *algorithm, const char *name,
		  Role role);
/* Trusts the certificates of n CAs. */
TrustStore *test_trust(const KeyCert *const *cas, gsize n, GError **error);
TrustStore *test_trust_one(const KeyCert *ca);

/* Seconds since 1970, now. */
gint64 test_now(void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TrustStore, trust_store_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RequestVerifier, request_verifier_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SignedRequest, signed_request_clear)

#endif
