/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/msp/certificate.h: X.509 certificates and revocation
 * lists as MSPs have them: one in PEM, of the channel's algorithms alone
 * (RFC 5280; GM/T 0015 for SM2 with SM3). All functions: [any].
 */
#ifndef FABRIC_MSP_CERTIFICATE_H
#define FABRIC_MSP_CERTIFICATE_H

#include <openssl/x509.h>

#include "plugins/engine-fabric/suite.h"

/* Bytes of a certificate in PEM, text around it included. */
#define CERTIFICATE_PEM_MAX (16u << 10)
/* Bytes of a revocation list in PEM: some 20,000 entries. */
#define CRL_PEM_MAX (1u << 20)

G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_CRL, X509_CRL_free)

/* Parses the first block of a PEM text, which must be a certificate in its only
 * encoding. `suite` NULL takes keys and signatures of any algorithm.
 *
 * Returns: BSN_OK and a certificate for X509_free.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE: "the certificate is ..." */
int32_t certificate_parse(const Suite *suite, bsn_slice pem, X509 **certificate,
			  bsn_err *err);
/* The same for a revocation list. */
int32_t certificate_parse_crl(const Suite *suite, bsn_slice pem, X509_CRL **crl,
			      bsn_err *err);

/* Whether it may certify others: basicConstraints and keyUsage say so. */
gboolean certificate_is_ca(X509 *certificate);
/* Whether the list is signed by that CA. */
gboolean certificate_signed_crl(X509 *ca, X509_CRL *crl);

/* X || Y of its key. FALSE when it has none of a suite's. */
gboolean certificate_public_key(X509 *certificate,
				guint8 public_key[PUBLIC_KEY_LEN]);
/* The digest of what its issuer signed, the same however the signature is
 * written. Returns as suite_digest. */
int32_t certificate_digest(const Suite *suite, X509 *certificate,
			   guint8 digest[HASH_LEN]);
/* The digest of n certificates in DER in a row. Returns as suite_digest. */
int32_t certificate_chain_digest(const Suite *suite, X509 *const *chain,
				 guint n, guint8 digest[HASH_LEN]);
/* Its organizational units, NULL at the end, for g_strfreev. */
char **certificate_units(X509 *certificate);
/* The start and the end of its validity, Unix time in seconds. */
gint64 certificate_not_before(X509 *certificate);
gint64 certificate_not_after(X509 *certificate);

#endif
