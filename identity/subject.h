/* SPDX-License-Identifier: Apache-2.0
 *
 * identity/subject.h: what a certificate's subject and key say. Internal to
 * identity/.
 */
#ifndef IDENTITY_SUBJECT_H
#define IDENTITY_SUBJECT_H

#include "identity/openssl.h"

/* Bounds of X.520 (ub-common-name, ub-organization-name), in characters. */
#define SUBJECT_TEXT_MAX 64

/* 1 to SUBJECT_TEXT_MAX printable characters of UTF-8. */
gboolean subject_text_is_fit(const char *text, gssize len);

/* Reads a leaf: one CN, one O, one OU that is a role, a key of a known kind
 * (IDENTITY_SECP256K1 only if `any_key`). It judges neither chain nor time. */
Identity *subject_read(X509 *certificate, gboolean any_key, GError **error);

/* An end of validity as Unix time. */
gint64 subject_time(const ASN1_TIME *time);

#endif
