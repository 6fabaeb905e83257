/* SPDX-License-Identifier: Apache-2.0 */
#include "identity/sign.h"

#include <openssl/err.h>
#include <string.h>

#include <bsn/crypto.h>

#define SCALAR_LEN (IDENTITY_SIGNATURE_LEN / 2)
/* Two numbers of 33 bytes, each with a tag and a length, in a sequence. */
#define DER_SIGNATURE_MAX 72

static gboolean
is_sm2(EVP_PKEY *key)
{
	return EVP_PKEY_is_a(key, "SM2");
}

const char *
identity_digest_name(EVP_PKEY *key)
{
	if (identity_any_key_algorithm(key) == NULL)
		return NULL;
	return is_sm2(key) ? "SM3" : "SHA256";
}

static gboolean
set_user_id(EVP_PKEY *key, EVP_PKEY_CTX *ctx)
{
	return !is_sm2(key) ||
	       EVP_PKEY_CTX_set1_id(ctx, BSN_SM2_DEFAULT_ID,
				    (int)strlen(BSN_SM2_DEFAULT_ID)) > 0;
}

EVP_MD_CTX *
identity_sign_context(EVP_PKEY *key)
{
	g_autoptr(EVP_MD_CTX) ctx = EVP_MD_CTX_new();
	const char *digest = identity_digest_name(key);
	EVP_PKEY_CTX *inner = NULL;

	if (ctx == NULL || digest == NULL ||
	    EVP_DigestSignInit_ex(ctx, &inner, digest, NULL, NULL, key,
				  NULL) <= 0 ||
	    !set_user_id(key, inner))
		return NULL;
	return g_steal_pointer(&ctx);
}

static EVP_MD_CTX *
verify_context(EVP_PKEY *key)
{
	g_autoptr(EVP_MD_CTX) ctx = EVP_MD_CTX_new();
	const char *digest = identity_digest_name(key);
	EVP_PKEY_CTX *inner = NULL;

	if (ctx == NULL || digest == NULL ||
	    EVP_DigestVerifyInit_ex(ctx, &inner, digest, NULL, NULL, key,
				    NULL) <= 0 ||
	    !set_user_id(key, inner))
		return NULL;
	return g_steal_pointer(&ctx);
}

/* DER to r || s. */
static gboolean
signature_write(const guint8 *der, gsize len, guint8 *signature)
{
	g_autoptr(ECDSA_SIG) sig = d2i_ECDSA_SIG(NULL, &der, (long)len);

	return sig != NULL &&
	       BN_bn2binpad(ECDSA_SIG_get0_r(sig), signature, SCALAR_LEN) > 0 &&
	       BN_bn2binpad(ECDSA_SIG_get0_s(sig), signature + SCALAR_LEN,
			    SCALAR_LEN) > 0;
}

gboolean
identity_sign(EVP_PKEY *key, const void *message, gsize len,
	      guint8 signature[IDENTITY_SIGNATURE_LEN], GError **error)
{
	g_autoptr(EVP_MD_CTX) ctx = identity_sign_context(key);
	guint8 der[DER_SIGNATURE_MAX];
	gsize der_len = sizeof(der);

	if (ctx == NULL ||
	    EVP_DigestSign(ctx, der, &der_len, message, len) <= 0 ||
	    !signature_write(der, der_len, signature))
		return identity_fail_openssl(error, "to sign");
	return TRUE;
}

/* r || s to DER; its length, or 0. */
static gsize
signature_read(const guint8 *signature, guint8 *der)
{
	g_autoptr(ECDSA_SIG) sig = ECDSA_SIG_new();
	g_autoptr(BIGNUM) r = BN_bin2bn(signature, SCALAR_LEN, NULL);
	g_autoptr(BIGNUM) s =
		BN_bin2bn(signature + SCALAR_LEN, SCALAR_LEN, NULL);
	int len;

	if (sig == NULL || r == NULL || s == NULL ||
	    !ECDSA_SIG_set0(sig, r, s))
		return 0;
	r = NULL;
	s = NULL;
	len = i2d_ECDSA_SIG(sig, &der);
	return len > 0 ? (gsize)len : 0;
}

gboolean
identity_verify_der(EVP_PKEY *key, const void *message, gsize len,
		    const guint8 *der, gsize der_len)
{
	g_autoptr(EVP_MD_CTX) ctx = verify_context(key);
	gboolean holds = ctx != NULL && der_len > 0 &&
			 EVP_DigestVerify(ctx, der, der_len, message, len) == 1;

	if (!holds)
		ERR_clear_error();
	return holds;
}

gboolean
identity_verify(EVP_PKEY *key, const void *message, gsize len,
		const guint8 signature[IDENTITY_SIGNATURE_LEN])
{
	guint8 der[DER_SIGNATURE_MAX];

	return identity_verify_der(key, message, len, der,
				   signature_read(signature, der));
}

gboolean
identity_set_user_id(X509 *certificate)
{
	g_autoptr(ASN1_OCTET_STRING) id = NULL;

	if (X509_get_signature_nid(certificate) != NID_SM2_with_SM3)
		return TRUE;
	id = ASN1_OCTET_STRING_new();
	if (id == NULL ||
	    !ASN1_OCTET_STRING_set(id, (const guint8 *)BSN_SM2_DEFAULT_ID,
				   (int)strlen(BSN_SM2_DEFAULT_ID)))
		return FALSE;
	X509_set0_distinguishing_id(certificate, g_steal_pointer(&id));
	return TRUE;
}
