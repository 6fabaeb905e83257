/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IDENTITY_TRUST_PRIVATE_H
#define IDENTITY_TRUST_PRIVATE_H

#include "identity/trust.h"

struct TrustStore {
	X509_STORE *store;
	GPtrArray *certificates; /* X509, all in store */
};

/* Whether a CA chains to a root of the store, whatever the time. */
gboolean trust_store_has_issuer(const TrustStore *trust, X509 *ca);

#endif
