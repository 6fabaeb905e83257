/* SPDX-License-Identifier: Apache-2.0 */
#include "host/service/keystore_seal.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>
#include <sys/mman.h>

#define KEY_LEN 32

/* What the files of format version 1 use. */
#define SCRYPT_N (G_GUINT64_CONSTANT(1) << 15)
#define SCRYPT_R 8u
#define SCRYPT_P 1u
/* 128 * N * r bytes are needed; the limit is above. */
#define SCRYPT_MEMORY (G_GUINT64_CONSTANT(64) << 20)

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_KDF, EVP_KDF_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_KDF_CTX, EVP_KDF_CTX_free)

/* Fills a page of its own. */
struct Seal {
	guint8 key[KEY_LEN];
};

static gboolean
derive(const void *passphrase, gsize len, const guint8 *salt, guint8 *key)
{
	g_autoptr(EVP_KDF) kdf = EVP_KDF_fetch(NULL, "SCRYPT", NULL);
	g_autoptr(EVP_KDF_CTX) ctx =
		kdf != NULL ? EVP_KDF_CTX_new(kdf) : NULL;
	guint64 n = SCRYPT_N, memory = SCRYPT_MEMORY;
	guint32 r = SCRYPT_R, p = SCRYPT_P;
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_PASSWORD,
						  (void *)(guintptr)passphrase,
						  len),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT,
						  (void *)(guintptr)salt,
						  SEAL_SALT_LEN),
		OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
		OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_R, &r),
		OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_P, &p),
		OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM,
					    &memory),
		OSSL_PARAM_construct_end(),
	};

	return ctx != NULL && EVP_KDF_derive(ctx, key, KEY_LEN, params) > 0;
}

Seal *
seal_new(const void *passphrase, gsize len, const guint8 salt[SEAL_SALT_LEN])
{
	Seal *seal = mmap(NULL, sizeof(*seal), PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (seal == MAP_FAILED)
		return NULL;
	/* Both protect where they can; the limit on locked memory may be 0. */
	(void)mlock(seal, sizeof(*seal));
	(void)madvise(seal, sizeof(*seal), MADV_DONTDUMP);
	if (derive(passphrase, len, salt, seal->key))
		return seal;
	ERR_clear_error();
	seal_free(seal);
	return NULL;
}

void
seal_free(Seal *seal)
{
	if (seal == NULL)
		return;
	OPENSSL_cleanse(seal, sizeof(*seal));
	munmap(seal, sizeof(*seal));
}

static EVP_CIPHER_CTX *
begin(const Seal *seal, const guint8 *nonce, gboolean encrypt)
{
	g_autoptr(EVP_CIPHER_CTX) ctx = EVP_CIPHER_CTX_new();

	if (ctx == NULL ||
	    !EVP_CipherInit_ex2(ctx, EVP_aes_256_gcm(), seal->key, nonce,
				encrypt, NULL))
		return NULL;
	return g_steal_pointer(&ctx);
}

gboolean
seal_close(const Seal *seal, const guint8 *bound, gsize bound_len,
	   const guint8 *text, gsize len, guint8 *sealed)
{
	g_autoptr(EVP_CIPHER_CTX) ctx = NULL;
	guint8 *out = sealed + SEAL_NONCE_LEN;
	int n = 0;

	if (RAND_bytes(sealed, SEAL_NONCE_LEN) <= 0)
		return FALSE;
	ctx = begin(seal, sealed, TRUE);
	return ctx != NULL &&
	       EVP_CipherUpdate(ctx, NULL, &n, bound, (int)bound_len) &&
	       EVP_CipherUpdate(ctx, out, &n, text, (int)len) &&
	       EVP_CipherFinal_ex(ctx, out + len, &n) &&
	       EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, SEAL_TAG_LEN,
				   out + len) > 0;
}

gboolean
seal_open(const Seal *seal, const guint8 *bound, gsize bound_len,
	  const guint8 *sealed, gsize len, guint8 *text)
{
	g_autoptr(EVP_CIPHER_CTX) ctx = NULL;
	guint8 tag[SEAL_TAG_LEN];
	gsize text_len;
	int n = 0;

	if (len < SEAL_OVERHEAD)
		return FALSE;
	text_len = len - SEAL_OVERHEAD;
	memcpy(tag, sealed + SEAL_NONCE_LEN + text_len, SEAL_TAG_LEN);
	ctx = begin(seal, sealed, FALSE);
	if (ctx != NULL &&
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, SEAL_TAG_LEN,
				tag) > 0 &&
	    EVP_CipherUpdate(ctx, NULL, &n, bound, (int)bound_len) &&
	    EVP_CipherUpdate(ctx, text, &n, sealed + SEAL_NONCE_LEN,
			     (int)text_len) &&
	    EVP_CipherFinal_ex(ctx, text + text_len, &n))
		return TRUE;
	OPENSSL_cleanse(text, text_len);
	return FALSE;
}
