/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IDENTITY_TRUST_PRIVATE_H
#define IDENTITY_TRUST_PRIVATE_H

#include "identity/trust.h"

struct TrustStore {
	X509_STORE *store;
	GPtrArray *certificates; /* X509, all in store */
	GPtrArray *crls;	 /* X509_CRL, of these */
	gboolean any_key;	 /* IDENTITY_SECP256K1, too */
	gboolean others_crls;	 /* lists of other CAs are passed over */
	const char *ca_files;	 /* "[identity] ca_files": for errors */
};

/* Whether a CA chains to a root of the store, whatever the time. */
gboolean trust_store_has_issuer(const TrustStore *trust, X509 *ca);
/* The algorithm of a key that certificates in this store may have, or NULL. */
const char *trust_store_key_algorithm(const TrustStore *trust, EVP_PKEY *key);

/* Adds the lists of PEM files; the CAs are there already. */
gboolean trust_store_add_crls(TrustStore *trust, const char *const *files,
			      GError **error);
/* Whether a list of its issuer names it. */
gboolean trust_store_is_revoked(const TrustStore *trust, X509 *certificate);

#endif
