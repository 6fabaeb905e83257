/* SPDX-License-Identifier: Apache-2.0 */
#include "host/plugin/signature.h"

#include <bsn/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

#include "host/plugin/digest.h"

#define HALF (SIGNATURE_RAW_LEN / 2)

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ECDSA_SIG, ECDSA_SIG_free)

/* ---- keys --------------------------------------------------------------- */

/* Takes the BIO, which may be NULL. */
static EVP_PKEY *
read_key(BIO *bio)
{
	g_autoptr(EVP_PKEY) key = NULL;

	if (bio == NULL)
		return NULL;
	key = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
	BIO_free(bio);
	ERR_clear_error();
	if (key == NULL || !EVP_PKEY_is_a(key, "SM2"))
		return NULL;
	return g_steal_pointer(&key);
}

EVP_PKEY *
signature_key_read(const char *file)
{
	return read_key(BIO_new_file(file, "r"));
}

EVP_PKEY *
signature_key_parse(const char *pem)
{
	return read_key(BIO_new_mem_buf(pem, -1));
}

char *
signature_key_id(const EVP_PKEY *key)
{
	guint8 *der = NULL;
	int len = i2d_PUBKEY(key, &der);
	g_autoptr(GBytes) bytes = NULL;

	if (len <= 0)
		g_error("OpenSSL cannot write a public key");
	bytes = g_bytes_new(der, (gsize)len);
	OPENSSL_free(der);
	return plugin_digest(bytes);
}

/* ---- signatures --------------------------------------------------------- */

static gboolean
der_holds(EVP_PKEY *key, GBytes *message, const guint8 *der, gsize der_len)
{
	g_autoptr(EVP_MD_CTX) ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *key_ctx = NULL;
	gsize len;
	const void *data = g_bytes_get_data(message, &len);

	return EVP_DigestVerifyInit(ctx, &key_ctx, EVP_sm3(), NULL, key) == 1 &&
	       EVP_PKEY_CTX_set1_id(key_ctx, BSN_SM2_DEFAULT_ID,
				    (int)strlen(BSN_SM2_DEFAULT_ID)) == 1 &&
	       EVP_DigestVerify(ctx, der, der_len, data, len) == 1;
}

static gboolean
raw_holds(EVP_PKEY *key, GBytes *message, const guint8 *raw)
{
	g_autoptr(ECDSA_SIG) sig = ECDSA_SIG_new();
	guint8 der[SIGNATURE_DER_MAX], *end = der;
	int der_len;

	if (ECDSA_SIG_set0(sig, BN_bin2bn(raw, HALF, NULL),
			   BN_bin2bn(raw + HALF, HALF, NULL)) != 1)
		return FALSE;
	der_len = i2d_ECDSA_SIG(sig, &end);
	return der_len > 0 && der_holds(key, message, der, (gsize)der_len);
}

gboolean
signature_holds(EVP_PKEY *key, GBytes *message, GBytes *signature)
{
	gsize len;
	const guint8 *data = g_bytes_get_data(signature, &len);
	/* A short DER signature may have 64 bytes too. */
	gboolean holds =
		(len == SIGNATURE_RAW_LEN && raw_holds(key, message, data)) ||
		(len > 0 && len <= SIGNATURE_DER_MAX &&
		 der_holds(key, message, data, len));

	ERR_clear_error();
	return holds;
}
