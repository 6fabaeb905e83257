/* SPDX-License-Identifier: Apache-2.0
 *
 * identity/signed_request.h: the signed HTTP request of docs/gateway-api.md,
 * made by tools and checked by the gateway.
 */
#ifndef IDENTITY_SIGNED_REQUEST_H
#define IDENTITY_SIGNED_REQUEST_H

#include <glib.h>
#include <openssl/x509.h>

#include "identity/certificate.h"

#define SIGNED_REQUEST_CERT_HEADER "BSN-Certificate"
#define SIGNED_REQUEST_TIME_HEADER "BSN-Time"
#define SIGNED_REQUEST_NONCE_HEADER "BSN-Nonce"
#define SIGNED_REQUEST_SIGNATURE_HEADER "BSN-Signature"

/* The values of the four headers; as strings, as they stand in HTTP. */
typedef struct {
	char *certificate, *time, *nonce, *signature;
} SignedRequest;
void signed_request_clear(SignedRequest *request);

/* Signs: method in upper case, target with its query, body. */
gboolean signed_request_make(SignedRequest *out, X509 *certificate,
			     EVP_PKEY *key, const char *method,
			     const char *target, const void *body,
			     gsize body_len, gint64 now_ms, GError **error);

/* Remembers nonces and verified certificates. One per host; any thread. */
typedef struct RequestVerifier RequestVerifier;
RequestVerifier *request_verifier_new(const TrustStore *trust,
				      guint clock_skew_s);
void request_verifier_free(RequestVerifier *verifier);
/* Refuses requests signed before then: nonces do not outlive the process, so a
 * host says when it started. */
void request_verifier_begin(RequestVerifier *verifier, gint64 time_ms);

/* The caller's identity when all holds: shape of the headers, certificate
 * trusted, time within the skew, signature, nonce not seen. Refusals are
 * IDENTITY_ERROR with a reason fit for the caller. */
Identity *request_verify(RequestVerifier *verifier,
			 const SignedRequest *request, const char *method,
			 const char *target, const void *body, gsize body_len,
			 gint64 now_ms, GError **error);

#endif
