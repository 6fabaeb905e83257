/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <bsn/helpers/error.h>

#include "plugins/crypto-std/std.h"

#define SHA256_BLOCK_LEN 64

static EVP_MD *sha256;

static void
context_free(gpointer context)
{
	EVP_MD_CTX_free(context);
}

/* One context for each thread: making one costs as much as a short digest. */
static GPrivate contexts = G_PRIVATE_INIT(context_free);

static EVP_MD_CTX *
context(void)
{
	EVP_MD_CTX *mine = g_private_get(&contexts);

	if (mine == NULL) {
		mine = EVP_MD_CTX_new();
		g_private_set(&contexts, mine);
	}
	return mine;
}

static int32_t
digest_with(EVP_MD_CTX *ctx, const bsn_slice *parts, uint64_t n,
	    uint8_t *digest)
{
	if (!EVP_DigestInit_ex2(ctx, sha256, NULL))
		return BSN_E_NOMEM;
	for (uint64_t i = 0; i < n; i++) {
		if (parts[i].len == 0)
			continue;
		if (parts[i].data == NULL)
			return BSN_E_INVALID;
		if (!EVP_DigestUpdate(ctx, parts[i].data, parts[i].len))
			return BSN_E_NOMEM;
	}
	return EVP_DigestFinal_ex(ctx, digest, NULL) ? BSN_OK : BSN_E_NOMEM;
}

static int32_t
sha256_digest(const bsn_slice *parts, uint64_t n, uint8_t *digest)
{
	EVP_MD_CTX *ctx;

	if (digest == NULL || (parts == NULL && n > 0))
		return BSN_E_INVALID;
	ctx = context();
	return ctx != NULL ? digest_with(ctx, parts, n, digest) : BSN_E_NOMEM;
}

static int32_t
sha256_digest_many(const bsn_slice *messages, uint64_t n, uint8_t *digests)
{
	EVP_MD_CTX *ctx;
	int32_t status = BSN_OK;

	if (n > 0 && (digests == NULL || messages == NULL))
		return BSN_E_INVALID;
	ctx = context();
	if (ctx == NULL)
		return BSN_E_NOMEM;
	for (uint64_t i = 0; i < n && status == BSN_OK; i++)
		status = digest_with(ctx, &messages[i], 1,
				     digests + i * STD_DIGEST_LEN);
	return status;
}

int32_t
std_sha256_open(bsn_err *err)
{
	if (sha256 == NULL)
		sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (sha256 != NULL)
		return BSN_OK;
	ERR_clear_error();
	return bsn_fail(err, BSN_E_INTERNAL,
			"OpenSSL has no SHA-256: its configuration or build "
			"leaves it out");
}

const bsn_hash std_sha256 = {
	.size = sizeof(bsn_hash),
	.name = "sha-256",
	.digest_len = STD_DIGEST_LEN,
	.block_len = SHA256_BLOCK_LEN,
	.digest = sha256_digest,
	.digest_many = sha256_digest_many,
};
