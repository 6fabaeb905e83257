/* SPDX-License-Identifier: Apache-2.0 */
#include "host/access/authenticate.h"

#include <bsn/helpers/error.h>

#include "host/ops/cpu.h"

static void
caller_clear(gpointer data)
{
	Caller *caller = data;

	identity_free(caller->identity);
	g_clear_pointer(&caller->certificate, g_bytes_unref);
}

Caller *
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
	return headers->signature == NULL ? SIGNED_REQUEST_SIGNATURE_HEADER
					  : NULL;
}

/* Makes a caller of an identity, or a refusal of an error. */
static int32_t
conclude(Identity *identity, const GError *error, const char *by,
	 Caller **caller, bsn_err *err)
{
	int32_t status = BSN_UNAUTHENTICATED;

	if (identity != NULL) {
		*caller = caller_new(identity, by);
		return BSN_OK;
	}
	if (g_error_matches(error, IDENTITY_ERROR, IDENTITY_BUSY))
		status = BSN_BUSY;
	return bsn_fail(err, status, "the %s is refused: %s", by,
			error->message);
}

/* Of a certificate that was found good. */
static GBytes *
header_der(const char *base64)
{
	gsize len = 0;
	guint8 *der = g_base64_decode(base64, &len);

	return g_bytes_new_take(der, len);
}

static void
free_der(gpointer der)
{
	OPENSSL_free(der);
}

static int32_t
by_signature(RequestVerifier *verifier, const Proof *proof, gint64 now_ms,
	     Caller **caller, bsn_err *err)
{
	const char *missing = missing_header(&proof->headers);
	g_autoptr(GError) error = NULL;
	Identity *identity;
	guint32 before;
	int32_t status;

	if (missing != NULL)
		return bsn_fail(err, BSN_UNAUTHENTICATED,
				"the request is signed, but header %s is "
				"missing",
				missing);
	before = cpu_charge(BSN_CPU_CRYPTO);
	identity = request_verify(verifier, &proof->headers, proof->method,
				  proof->target, proof->body, proof->body_len,
				  now_ms, &error);
	(void)cpu_charge(before);
	status = conclude(identity, error, "signature", caller, err);
	if (status == BSN_OK)
		(*caller)->certificate =
			header_der(proof->headers.certificate);
	return status;
}

static GBytes *
tls_der(X509 *certificate)
{
	guint8 *der = NULL;
	int len = i2d_X509(certificate, &der);

	if (len <= 0)
		return NULL;
	return g_bytes_new_with_free_func(der, (gsize)len, free_der, der);
}

static int32_t
by_certificate(const TrustStore *trust, const Proof *proof, gint64 now_ms,
	       Caller **caller, bsn_err *err)
{
	g_autoptr(GError) error = NULL;
	Identity *identity = trust_store_judge(trust, proof->certificate,
					       now_ms / 1000, &error);

	int32_t status = conclude(identity, error, "certificate", caller, err);

	if (status == BSN_OK)
		(*caller)->certificate = tls_der(proof->certificate);
	return status;
}

int32_t
authenticate(const TrustStore *trust, RequestVerifier *verifier,
	     const Proof *proof, gint64 now_ms, Caller **caller, bsn_err *err)
{
	*caller = NULL;
	if (is_signed(&proof->headers))
		return by_signature(verifier, proof, now_ms, caller, err);
	if (proof->certificate != NULL)
		return by_certificate(trust, proof, now_ms, caller, err);
	return bsn_fail(err, BSN_UNAUTHENTICATED,
			"there is neither a client certificate nor a "
			"signature");
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
