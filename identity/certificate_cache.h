/* SPDX-License-Identifier: Apache-2.0
 *
 * identity/certificate_cache.h: certificates that were judged good, so that a
 * chain is verified once and not with every request. Internal to identity/.
 */
#ifndef IDENTITY_CERTIFICATE_CACHE_H
#define IDENTITY_CERTIFICATE_CACHE_H

#include "identity/trust.h"

typedef struct CertificateCache CertificateCache;

/* The oldest goes when there is no room for one more. */
CertificateCache *certificate_cache_new(const TrustStore *trust, guint room);
void certificate_cache_free(CertificateCache *cache);

/* As trust_store_judge_der, from memory while the whole chain is still valid.
 * `key` is a reference of the caller's. Any thread. */
Identity *certificate_cache_judge(CertificateCache *cache, const guint8 *der,
				  gsize len, gint64 now_s, EVP_PKEY **key,
				  GError **error);

#endif
