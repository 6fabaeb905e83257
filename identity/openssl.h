/* SPDX-License-Identifier: Apache-2.0
 *
 * identity/openssl.h: OpenSSL's types under g_autoptr, and its failures as
 * GError. Internal to identity/.
 */
#ifndef IDENTITY_OPENSSL_H
#define IDENTITY_OPENSSL_H

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "identity/certificate.h"

static inline void
identity_bignum_clear(BIGNUM *number)
{
	BN_clear_free(number);
}

static inline void
identity_bio_free(BIO *bio)
{
	BIO_free_all(bio);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ASN1_OCTET_STRING, ASN1_OCTET_STRING_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIGNUM, identity_bignum_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO, identity_bio_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ECDSA_SIG, ECDSA_SIG_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GENERAL_NAMES, GENERAL_NAMES_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_CRL, X509_CRL_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_REVOKED, X509_REVOKED_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_EXTENSION, X509_EXTENSION_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_STORE_CTX, X509_STORE_CTX_free)

/* The algorithm of any key that certificates are made with; NULL for others. */
const char *identity_any_key_algorithm(EVP_PKEY *key);

/* Sets an error of IDENTITY_ERROR, empties OpenSSL's own queue, and returns
 * FALSE. */
gboolean identity_fail(GError **error, IdentityError code, const char *format,
		       ...) G_GNUC_PRINTF(3, 4);

/* The same for what only a lack of memory or of randomness explains. */
gboolean identity_fail_openssl(GError **error, const char *what);

#endif
