/* SPDX-License-Identifier: Apache-2.0 */
#include <glib.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <bsn/helpers/error.h>

#include "plugins/crypto-gm/gm.h"

#define SM3_BLOCK_LEN 64

static EVP_MD *sm3;

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
	if (!EVP_DigestInit_ex2(ctx, sm3, NULL))
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
sm3_digest(const bsn_slice *parts, uint64_t n, uint8_t *digest)
{
	EVP_MD_CTX *ctx;

	if (digest == NULL || (parts == NULL && n > 0))
		return BSN_E_INVALID;
	ctx = context();
	return ctx != NULL ? digest_with(ctx, parts, n, digest) : BSN_E_NOMEM;
}

static int32_t
sm3_digest_many(const bsn_slice *messages, uint64_t n, uint8_t *digests)
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
				     digests + i * SM3_LEN);
	return status;
}

int32_t
gm_sm3_open(bsn_err *err)
{
	if (sm3 == NULL)
		sm3 = EVP_MD_fetch(NULL, "SM3", NULL);
	if (sm3 != NULL)
		return BSN_OK;
	ERR_clear_error();
	return bsn_fail(err, BSN_E_INTERNAL,
			"OpenSSL has no SM3: its configuration or build "
			"leaves it out");
}

const bsn_hash gm_sm3 = {
	.size = sizeof(bsn_hash),
	.name = "sm3",
	.digest_len = SM3_LEN,
	.block_len = SM3_BLOCK_LEN,
	.digest = sm3_digest,
	.digest_many = sm3_digest_many,
};
