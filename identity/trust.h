/* SPDX-License-Identifier: Apache-2.0
 *
 * identity/trust.h: what a trust store offers inside identity/.
 */
#ifndef IDENTITY_TRUST_H
#define IDENTITY_TRUST_H

#include "identity/openssl.h"

/* From PEM text; `name` stands for its file in errors. */
TrustStore *trust_store_parse(const char *pem, gsize len, const char *name,
			      GError **error);

/* As trust_store_judge_der. Out: the parsed certificate, and the last second
 * at which every certificate of its chain is valid. */
Identity *trust_store_judge_chain(const TrustStore *trust, const guint8 *der,
				  gsize len, gint64 now_s, X509 **certificate,
				  gint64 *until_s, GError **error);

#endif
