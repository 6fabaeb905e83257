/* SPDX-License-Identifier: Apache-2.0
 *
 * Verifying a signed request: the shape of its headers, the certificate, time
 * and nonce, the signature. The nonce is remembered last, when everything else
 * holds, so that strangers cannot use up the memory.
 */
#include "identity/signed_request.h"

#include <string.h>

#include "identity/base64.h"
#include "identity/canonical.h"
#include "identity/certificate_cache.h"
#include "identity/nonce_memory.h"
#include "identity/sign.h"

/* About 64 MiB when full: 1,600 requests a second for five minutes each way
 * of the clock. */
#define NONCES_MAX 1000000
#define CERTIFICATES_MAX 4096
#define PUBLIC_KEY_LEN 64

struct RequestVerifier {
	CertificateCache *certificates;
	NonceMemory *nonces;
};

RequestVerifier *
request_verifier_new(const TrustStore *trust, guint clock_skew_s)
{
	RequestVerifier *verifier = g_new0(RequestVerifier, 1);

	verifier->certificates =
		certificate_cache_new(trust, CERTIFICATES_MAX);
	verifier->nonces = nonce_memory_new(clock_skew_s, NONCES_MAX);
	return verifier;
}

void
request_verifier_free(RequestVerifier *verifier)
{
	if (verifier == NULL)
		return;
	certificate_cache_free(verifier->certificates);
	nonce_memory_free(verifier->nonces);
	g_free(verifier);
}

void
request_verifier_begin(RequestVerifier *verifier, gint64 time_ms)
{
	nonce_memory_begin(verifier->nonces, time_ms);
}

static gboolean
check_shape(const SignedRequest *request, const char *method,
	    const char *target, GError **error)
{
	if (request->certificate == NULL || request->time == NULL ||
	    request->nonce == NULL || request->signature == NULL)
		return identity_fail(error, IDENTITY_MALFORMED,
				     "a signed request needs the headers "
				     "BSN-Certificate, BSN-Time, BSN-Nonce "
				     "and BSN-Signature");
	if (!canonical_time_is_fit(request->time))
		return identity_fail(error, IDENTITY_MALFORMED,
				     "BSN-Time is not a decimal number of "
				     "milliseconds since 1970-01-01");
	if (!canonical_nonce_is_fit(request->nonce))
		return identity_fail(error, IDENTITY_MALFORMED,
				     "BSN-Nonce is not 16 to 64 characters of "
				     "A-Za-z0-9_-");
	if (!canonical_method_is_fit(method) ||
	    !canonical_target_is_fit(target))
		return identity_fail(error, IDENTITY_MALFORMED,
				     "the request line has a method or target "
				     "that cannot be signed");
	return TRUE;
}

static gboolean
explain(NonceVerdict verdict, GError **error)
{
	switch (verdict) {
	case NONCE_NEW:
		return TRUE;
	case NONCE_USED:
		return identity_fail(error, IDENTITY_UNTRUSTED,
				     "BSN-Nonce was used before: every "
				     "request needs a new one");
	case NONCE_OUT_OF_TIME:
		return identity_fail(error, IDENTITY_EXPIRED,
				     "BSN-Time is too far from this host's "
				     "clock, or from before its start: set "
				     "the clock and sign anew");
	case NONCE_NO_ROOM:
		break;
	}
	return identity_fail(error, IDENTITY_BUSY,
			     "this host remembers as many nonces as it can: "
			     "try again in a few minutes");
}

/* A caller is its key: the same certificate can be encoded with another valid
 * signature of its CA, which must not make an old nonce new. */
static gboolean
nonce_id(const Identity *identity, const char *nonce, guint8 *id)
{
	guint8 digest[EVP_MAX_MD_SIZE];
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	g_byte_array_append(bytes, identity->public_key, PUBLIC_KEY_LEN);
	g_byte_array_append(bytes, (const guint8 *)nonce,
			    (guint)strlen(nonce));
	if (!EVP_Q_digest(NULL, "SHA256", NULL, bytes->data, bytes->len,
			  digest, NULL))
		return FALSE;
	memcpy(id, digest, NONCE_ID_LEN);
	return TRUE;
}

static Identity *
judge_certificate(RequestVerifier *verifier, const SignedRequest *request,
		  gint64 now_ms, EVP_PKEY **key, GError **error)
{
	gsize len = 0;
	g_autofree guint8 *der = identity_base64_decode(
		request->certificate, IDENTITY_CERT_MAX, &len);

	if (der == NULL) {
		identity_fail(error, IDENTITY_MALFORMED,
			      "BSN-Certificate is not the base64 of a DER "
			      "certificate of at most %d bytes",
			      IDENTITY_CERT_MAX);
		return NULL;
	}
	return certificate_cache_judge(verifier->certificates, der, len,
				       now_ms / 1000, key, error);
}

/* A request in its parts, as it goes through the steps. */
typedef struct {
	const SignedRequest *headers;
	CanonicalRequest canonical;
	const void *body;
	gsize body_len;
	gint64 time_ms, now_ms;
} Received;

static gboolean
check_signature(EVP_PKEY *key, const Received *received, GError **error)
{
	g_autofree char *string = NULL;
	g_autofree guint8 *signature = NULL;
	gsize len = 0;

	signature = identity_base64_decode(received->headers->signature,
					   IDENTITY_SIGNATURE_LEN, &len);
	if (signature == NULL || len != IDENTITY_SIGNATURE_LEN)
		return identity_fail(error, IDENTITY_MALFORMED,
				     "BSN-Signature is not the base64 of 64 "
				     "bytes r || s");
	string = canonical_string(key, &received->canonical, received->body,
				  received->body_len);
	if (string != NULL &&
	    identity_verify(key, string, strlen(string), signature))
		return TRUE;
	return identity_fail(error, IDENTITY_UNTRUSTED,
			     "BSN-Signature does not hold for this method, "
			     "target, body, time and nonce under the "
			     "certificate's key");
}

static gboolean
check_request(RequestVerifier *verifier, const Identity *identity,
	      EVP_PKEY *key, const Received *received, GError **error)
{
	guint8 id[NONCE_ID_LEN];

	if (!nonce_id(identity, received->headers->nonce, id))
		return identity_fail_openssl(error, "to digest a nonce");
	return explain(nonce_memory_peek(verifier->nonces, id,
					 received->time_ms, received->now_ms),
		       error) &&
	       check_signature(key, received, error) &&
	       explain(nonce_memory_use(verifier->nonces, id,
					received->time_ms, received->now_ms),
		       error);
}

Identity *
request_verify(RequestVerifier *verifier, const SignedRequest *request,
	       const char *method, const char *target, const void *body,
	       gsize body_len, gint64 now_ms, GError **error)
{
	g_autoptr(Identity) identity = NULL;
	g_autoptr(EVP_PKEY) key = NULL;
	Received received = {
		.headers = request,
		.canonical = { method, target, request->time, request->nonce },
		.body = body,
		.body_len = body_len,
		.now_ms = now_ms,
	};

	if (!check_shape(request, method, target, error))
		return NULL;
	received.time_ms = g_ascii_strtoll(request->time, NULL, 10);
	identity = judge_certificate(verifier, request, now_ms, &key, error);
	if (identity == NULL ||
	    !check_request(verifier, identity, key, &received, error))
		return NULL;
	return g_steal_pointer(&identity);
}
