/* SPDX-License-Identifier: Apache-2.0
 *
 * identity/canonical.h: the string that a signed request signs, see
 * docs/gateway-api.md. Internal to identity/.
 */
#ifndef IDENTITY_CANONICAL_H
#define IDENTITY_CANONICAL_H

#include "identity/openssl.h"

/* What is signed, besides the body. */
typedef struct {
	const char *method, *target, *time, *nonce;
} CanonicalRequest;

/* Upper-case letters. */
gboolean canonical_method_is_fit(const char *method);
/* Visible ASCII from "/" on, as HTTP has it. */
gboolean canonical_target_is_fit(const char *target);
gboolean canonical_time_is_fit(const char *time);
gboolean canonical_nonce_is_fit(const char *nonce);

/* The six lines. The body's digest goes with the key. NULL on failure. */
char *canonical_string(EVP_PKEY *key, const CanonicalRequest *request,
		       const void *body, gsize body_len);

#endif
