/* SPDX-License-Identifier: Apache-2.0
 *
 * identity/base64.h: certificates and other bytes as text, written in one way
 * only (RFC 4648, section 4). Internal to identity/.
 */
#ifndef IDENTITY_BASE64_H
#define IDENTITY_BASE64_H

#include "identity/openssl.h"

/* Characters for n bytes. */
#define BASE64_LEN(n) (((n) + 2) / 3 * 4)

/* 1 to `max` bytes from text as an encoder writes it: no blanks, no second
 * form; g_free them. NULL for anything else; text may be NULL. */
guint8 *identity_base64_decode(const char *text, gsize max, gsize *len);

/* A certificate's DER. NULL, with an error, when it is over IDENTITY_CERT_MAX
 * bytes. */
char *identity_base64_certificate(X509 *certificate, GError **error);

#endif
