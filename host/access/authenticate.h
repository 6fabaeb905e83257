/* SPDX-License-Identifier: Apache-2.0
 *
 * host/access/authenticate.h: who asks, and whether they may.
 */
#ifndef HOST_ACCESS_AUTHENTICATE_H
#define HOST_ACCESS_AUTHENTICATE_H

#include <bsn/base.h>
#include <glib.h>

#include "identity/certificate.h"
#include "identity/signed_request.h"

/* Somebody who has proven who they are. Shared by reference; main loop only. */
typedef struct {
	Identity *identity;
	const char *by; /* "certificate" (of TLS), "signature" or "token" */
	GBytes *certificate; /* by which they did, DER; NULL: a token */
} Caller;

/* Takes `identity`; `by` is a literal. */
Caller *caller_new(Identity *identity, const char *by);
Caller *caller_ref(Caller *caller);
void caller_unref(Caller *caller); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Caller, caller_unref)

/* What a request proves. `certificate` is TLS's, NULL for none; `headers` are
 * the four of a signed request, each NULL when absent. */
typedef struct {
	X509 *certificate;
	SignedRequest headers;
	const char *method, *target;
	const void *body;
	gsize body_len;
} Proof;

/* The caller by a signature, if there is one of the four headers, or else by
 * the TLS certificate.
 *
 * Returns: BSN_OK.
 * Out:     caller, for caller_unref.
 * Errors:  BSN_UNAUTHENTICATED; BSN_BUSY when it cannot be judged just now. */
int32_t authenticate(const TrustStore *trust, RequestVerifier *verifier,
		     const Proof *proof, gint64 now_ms, Caller **caller,
		     bsn_err *err);

/* Whether a caller that was found earlier still is one: a certificate may
 * expire while its connection lasts. */
gboolean caller_still_valid(const Caller *caller, gint64 now_ms);

/* Returns: BSN_OK, or BSN_DENIED with a reason that names both roles. */
int32_t authorise(const Caller *caller, Role need, bsn_err *err);

#endif
