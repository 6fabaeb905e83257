/* SPDX-License-Identifier: Apache-2.0 */
#include "host/access/authenticate.h"

#include <bsn/helpers/error.h>

static void
caller_clear(gpointer data)
{
	Caller *caller = data;

	identity_free(caller->identity);
}

static Caller *
caller_new(Identity *identity, const char *by)
{
	Caller *caller = g_rc_box_new0(Caller);

	caller->identity = identity;
	caller->by = by;
	return caller;
}

Caller *
caller_ref(Caller *caller)
{
	return g_rc_box_acquire(caller);
}

void
caller_unref(Caller *caller)
{
	if (caller != NULL)
		g_rc_box_release_full(caller, caller_clear);
}

static int
is_signed(const SignedRequest *headers)
{
	return headers->certificate != NULL || headers->time != NULL ||
	       headers->nonce != NULL || headers->signature != NULL;
}

static const char *
missing_header(const SignedRequest *headers)
{
	if (headers->certificate == NULL)
		return SIGNED_REQUEST_CERT_HEADER;
	if (headers->time == NULL)
		return SIGNED_REQUEST_TIME_HEADER;
	if (headers->nonce == NULL)
		return SIGNED_REQUEST_NONCE_HEADER;
	return headers->signature == NULL ? SIGNED_REQUEST_SIGNATURE_HEADER :
					    NULL;
}

static Caller *
by_signature(RequestVerifier *verifier, const Proof *proof, gint64 now_ms,
	     bsn_err *err)
{
	const char *missing = missing_header(&proof->headers);
	g_autoptr(GError) error = NULL;
	Identity *identity;

	if (missing != NULL) {
		bsn_fail(err, BSN_UNAUTHENTICATED,
			 "the request is signed, but header %s is missing",
			 missing);
		return NULL;
	}
	identity = request_verify(verifier, &proof->headers, proof->method,
				  proof->target, proof->body, proof->body_len,
				  now_ms, &error);
	if (identity != NULL)
		return caller_new(identity, "signature");
	bsn_fail(err, BSN_UNAUTHENTICATED, "the signed request is refused: %s",
		 error->message);
	return NULL;
}

static Caller *
by_certificate(const TrustStore *trust, const Proof *proof, gint64 now_ms,
	       bsn_err *err)
{
	g_autoptr(GError) error = NULL;
	Identity *identity = trust_store_judge(trust, proof->certificate,
					       now_ms / 1000, &error);

	if (identity != NULL)
		return caller_new(identity, "certificate");
	bsn_fail(err, BSN_UNAUTHENTICATED,
		 "the client certificate is refused: %s", error->message);
	return NULL;
}

Caller *
authenticate(const TrustStore *trust, RequestVerifier *verifier,
	     const Proof *proof, gint64 now_ms, bsn_err *err)
{
	if (is_signed(&proof->headers))
		return by_signature(verifier, proof, now_ms, err);
	if (proof->certificate != NULL)
		return by_certificate(trust, proof, now_ms, err);
	bsn_fail(err, BSN_UNAUTHENTICATED,
		 "there is neither a client certificate nor a signature");
	return NULL;
}

gboolean
caller_still_valid(const Caller *caller, gint64 now_ms)
{
	return now_ms / 1000 <= caller->identity->not_after_s;
}

int32_t
authorise(const Caller *caller, Role need, bsn_err *err)
{
	Role have = caller->identity->role;

	if (role_allows(have, need))
		return BSN_OK;
	return bsn_fail(err, BSN_DENIED,
			"it takes the role %s, and %.80s has the role %s",
			role_name(need), caller->identity->name,
			role_name(have));
}
