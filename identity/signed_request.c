/* SPDX-License-Identifier: Apache-2.0
 *
 * Signing a request.
 */
#include "identity/signed_request.h"

#include <openssl/rand.h>

#include "identity/base64.h"
#include "identity/canonical.h"
#include "identity/sign.h"

/* A multiple of three, so that base64 has no padding: 32 characters. */
#define NONCE_BYTES 24

void
signed_request_clear(SignedRequest *request)
{
	g_clear_pointer(&request->certificate, g_free);
	g_clear_pointer(&request->time, g_free);
	g_clear_pointer(&request->nonce, g_free);
	g_clear_pointer(&request->signature, g_free);
}

static char *
new_nonce(GError **error)
{
	guint8 bytes[NONCE_BYTES];
	char *nonce;

	if (RAND_bytes(bytes, sizeof(bytes)) <= 0) {
		identity_fail_openssl(error, "to make a nonce");
		return NULL;
	}
	nonce = g_base64_encode(bytes, sizeof(bytes));
	g_strdelimit(nonce, "+", '-');
	return g_strdelimit(nonce, "/", '_');
}

static gboolean
check(X509 *certificate, EVP_PKEY *key, const char *method, const char *target,
      gint64 now_ms, GError **error)
{
	if (identity_key_algorithm(key) == NULL)
		return identity_fail(error, IDENTITY_MALFORMED,
				     "the key is neither SM2 nor P-256");
	if (!X509_check_private_key(certificate, key))
		return identity_fail(error, IDENTITY_UNFIT,
				     "the key does not belong to the "
				     "certificate");
	if (!canonical_method_is_fit(method) ||
	    !canonical_target_is_fit(target) || now_ms < 0)
		return identity_fail(error, IDENTITY_MALFORMED,
				     "a request is signed with a method in "
				     "upper case, a target that begins with / "
				     "and has no blanks, and a time");
	return TRUE;
}

static char *
sign_request(const SignedRequest *request, EVP_PKEY *key, const char *method,
	     const char *target, const void *body, gsize body_len,
	     GError **error)
{
	const CanonicalRequest canonical = { method, target, request->time,
					     request->nonce };
	g_autofree char *string =
		canonical_string(key, &canonical, body, body_len);
	guint8 signature[IDENTITY_SIGNATURE_LEN];

	if (string == NULL)
		identity_fail_openssl(error, "to digest a body");
	if (string == NULL ||
	    !identity_sign(key, string, strlen(string), signature, error))
		return NULL;
	return g_base64_encode(signature, sizeof(signature));
}

gboolean
signed_request_make(SignedRequest *out, X509 *certificate, EVP_PKEY *key,
		    const char *method, const char *target, const void *body,
		    gsize body_len, gint64 now_ms, GError **error)
{
	*out = (SignedRequest){ NULL, NULL, NULL, NULL };
	if (!check(certificate, key, method, target, now_ms, error))
		return FALSE;
	out->time = g_strdup_printf("%" G_GINT64_FORMAT, now_ms);
	out->nonce = new_nonce(error);
	if (out->nonce != NULL)
		out->certificate =
			identity_base64_certificate(certificate, error);
	if (out->certificate != NULL)
		out->signature = sign_request(out, key, method, target, body,
					      body_len, error);
	if (out->signature != NULL)
		return TRUE;
	signed_request_clear(out);
	return FALSE;
}
