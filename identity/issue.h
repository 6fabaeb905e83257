/* SPDX-License-Identifier: Apache-2.0
 *
 * identity/issue.h: making certificates, piece by piece. Internal to identity/,
 * and for the simulator, whose certificates follow from a seed.
 */
#ifndef IDENTITY_ISSUE_H
#define IDENTITY_ISSUE_H

#include "identity/openssl.h"

/* Who certifies, what, for how long. */
typedef struct {
	X509 *ca; /* NULL: the key certifies itself */
	EVP_PKEY *ca_key;
	EVP_PKEY *key;
	int days;
	gint64 begin_s; /* Unix time; 0: now, a little backdated */
} Issue;

/* A certificate with serial number, key, period and issuer; neither subject nor
 * extensions nor signature. A period that would outlast the CA's ends with
 * it. */
X509 *issue_begin(const Issue *issue, GError **error);

/* Adds one attribute to the subject: "CN", "O", "OU". */
gboolean issue_add_name(X509 *certificate, const char *attribute,
			const char *text, GError **error);

/* One extension, in OpenSSL's configuration words; not for outside text. */
typedef struct {
	int nid;
	const char *value;
} IssueExtension;

/* Adds extensions, names the issuer, and signs. */
gboolean issue_finish(const Issue *issue, X509 *certificate,
		      const IssueExtension *extensions, gsize n,
		      GError **error);

#endif
