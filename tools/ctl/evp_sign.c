/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/evp_sign.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <string.h>

#include <bsn/crypto.h>

#include "tools/ctl/error.h"

#define DER_MAX 80 /* of a signature over a 256-bit curve */
#define HALF 32

static GBytes *
raw_of_der(const guint8 *der, gsize len)
{
	ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &der, (long)len);
	guint8 raw[2 * HALF];
	const BIGNUM *r, *s;
	gboolean ok;

	if (signature == NULL)
		return NULL;
	ECDSA_SIG_get0(signature, &r, &s);
	ok = BN_bn2binpad(r, raw, HALF) == HALF &&
	     BN_bn2binpad(s, raw + HALF, HALF) == HALF;
	ECDSA_SIG_free(signature);
	return ok ? g_bytes_new(raw, sizeof(raw)) : NULL;
}

/* Signs a message with the algorithm's own hash; SM2 mixes Z_A in. */
static GBytes *
sign_message(EVP_PKEY *key, gboolean sm2, const guint8 *message, gsize len)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
	guint8 der[DER_MAX];
	size_t der_len = sizeof(der);
	GBytes *raw = NULL;

	EVP_MD_CTX_set_pkey_ctx(md, context);
	if ((!sm2 || EVP_PKEY_CTX_set1_id(context, BSN_SM2_DEFAULT_ID,
					  strlen(BSN_SM2_DEFAULT_ID)) > 0) &&
	    EVP_DigestSignInit(md, NULL, sm2 ? EVP_sm3() : EVP_sha256(), NULL,
			       key) > 0 &&
	    EVP_DigestSign(md, der, &der_len, message, len) > 0)
		raw = raw_of_der(der, der_len);
	EVP_MD_CTX_free(md);
	EVP_PKEY_CTX_free(context);
	return raw;
}

static GBytes *
sign_digest(EVP_PKEY *key, const guint8 *digest, gsize len)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
	guint8 der[DER_MAX];
	size_t der_len = sizeof(der);
	GBytes *raw = NULL;

	if (EVP_PKEY_sign_init(context) > 0 &&
	    EVP_PKEY_sign(context, der, &der_len, digest, len) > 0)
		raw = raw_of_der(der, der_len);
	EVP_PKEY_CTX_free(context);
	return raw;
}

static GBytes *
sign_prehashed(EVP_PKEY *key, const guint8 *message, gsize len)
{
	guint8 hash[32];

	if (EVP_Digest(message, len, hash, NULL, EVP_sm3(), NULL) != 1)
		return NULL;
	return sign_message(key, TRUE, hash, sizeof(hash));
}

GBytes *
evp_sign(EVP_PKEY *key, const char *algorithm, const char *convention,
	 const guint8 *message, gsize len, GError **error)
{
	gboolean sm2 = strcmp(algorithm, "sm2") == 0;
	GBytes *raw;

	if (strcmp(convention, "standard") == 0) {
		raw = sign_message(key, sm2, message, len);
	} else if (strcmp(convention, "digest") == 0) {
		raw = sign_digest(key, message, len);
	} else if (strcmp(convention, "prehashed") == 0 && sm2) {
		raw = sign_prehashed(key, message, len);
	} else {
		ctl_fail(error, CTL_ERROR_FAILED,
			 "%s has no signing convention '%s'\nNothing was "
			 "signed; a newer bsnctl may know it.",
			 algorithm, convention);
		return NULL;
	}
	if (raw == NULL)
		ctl_fail(error, CTL_ERROR_FAILED, "signing failed: %s",
			 ERR_reason_error_string(ERR_peek_last_error()));
	return raw;
}
