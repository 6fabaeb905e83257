/* SPDX-License-Identifier: Apache-2.0
 *
 * SM4 in CBC mode with PKCS #7 padding and in CTR mode (GB/T 17964).
 */
#include <glib.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/crypto-gm/gm.h"

#define SM4_BLOCK_LEN 16
/* Input goes through in pieces, so that a long message needs no copy. */
#define PIECE_LEN 4096

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)

static EVP_CIPHER *cbc, *ctr;

static int32_t
put(bsn_sink *output, const uint8_t *data, int len)
{
	if (len <= 0)
		return BSN_OK;
	return output->write(output, data, (uint64_t)len);
}

/* A failure of the last step is one of the input: its length or padding. */
static int32_t
finish(EVP_CIPHER_CTX *ctx, bsn_sink *output)
{
	uint8_t last[SM4_BLOCK_LEN];
	int len = 0;
	int32_t status = BSN_BAD_REQUEST;

	ERR_set_mark();
	if (EVP_CipherFinal_ex(ctx, last, &len))
		status = put(output, last, len);
	ERR_pop_to_mark();
	OPENSSL_cleanse(last, sizeof(last));
	return status;
}

static int32_t
stream(EVP_CIPHER_CTX *ctx, bsn_slice input, bsn_sink *output)
{
	uint8_t piece[PIECE_LEN + SM4_BLOCK_LEN];
	int32_t status = BSN_OK;

	for (uint64_t at = 0; at < input.len && status == BSN_OK;) {
		uint64_t take = MIN(input.len - at, PIECE_LEN);
		int len = 0;

		status = EVP_CipherUpdate(ctx, piece, &len, input.data + at,
					  (int)take)
				 ? put(output, piece, len)
				 : BSN_E_NOMEM;
		at += take;
	}
	OPENSSL_cleanse(piece, sizeof(piece));
	return status == BSN_OK ? finish(ctx, output) : status;
}

static int32_t
sm4_crypt(const EVP_CIPHER *cipher, uint32_t encrypt, const uint8_t *key,
	  const uint8_t *iv, bsn_slice input, bsn_sink *output)
{
	g_autoptr(EVP_CIPHER_CTX) ctx = NULL;

	if (encrypt > 1 || key == NULL || iv == NULL || output == NULL ||
	    (input.data == NULL && input.len > 0))
		return BSN_E_INVALID;
	ctx = EVP_CIPHER_CTX_new();
	if (ctx == NULL ||
	    !EVP_CipherInit_ex2(ctx, cipher, key, iv, (int)encrypt, NULL))
		return BSN_E_NOMEM;
	return stream(ctx, input, output);
}

static int32_t
cbc_crypt(uint32_t encrypt, const uint8_t *key, const uint8_t *iv,
	  bsn_slice input, bsn_sink *output)
{
	return sm4_crypt(cbc, encrypt, key, iv, input, output);
}

static int32_t
ctr_crypt(uint32_t encrypt, const uint8_t *key, const uint8_t *iv,
	  bsn_slice input, bsn_sink *output)
{
	return sm4_crypt(ctr, encrypt, key, iv, input, output);
}

int32_t
gm_sm4_open(bsn_err *err)
{
	if (cbc == NULL)
		cbc = EVP_CIPHER_fetch(NULL, "SM4-CBC", NULL);
	if (ctr == NULL)
		ctr = EVP_CIPHER_fetch(NULL, "SM4-CTR", NULL);
	if (cbc != NULL && ctr != NULL)
		return BSN_OK;
	ERR_clear_error();
	return bsn_fail(err, BSN_E_INTERNAL,
			"OpenSSL has no SM4: its configuration or build "
			"leaves it out");
}

const bsn_cipher gm_sm4_cbc = {
	.size = sizeof(bsn_cipher),
	.name = "sm4-cbc",
	.key_len = SM4_BLOCK_LEN,
	.iv_len = SM4_BLOCK_LEN,
	.crypt = cbc_crypt,
};

const bsn_cipher gm_sm4_ctr = {
	.size = sizeof(bsn_cipher),
	.name = "sm4-ctr",
	.key_len = SM4_BLOCK_LEN,
	.iv_len = SM4_BLOCK_LEN,
	.crypt = ctr_crypt,
};
