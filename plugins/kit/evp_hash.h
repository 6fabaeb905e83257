/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/evp_hash.h: a hash function of OpenSSL's behind bsn_hash. Included
 * by the one source file of each such algorithm, which defines before it
 * EVP_HASH_NAME (OpenSSL's) and EVP_HASH_LEN (bytes), and puts evp_hash_digest
 * and evp_hash_digest_many into its table.
 */
#ifndef KIT_EVP_HASH_H
#define KIT_EVP_HASH_H

#include <glib.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <bsn/crypto.h>
#include <bsn/helpers/error.h>

static EVP_MD *evp_hash;

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
	if (!EVP_DigestInit_ex2(ctx, evp_hash, NULL))
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
evp_hash_digest(const bsn_slice *parts, uint64_t n, uint8_t *digest)
{
	EVP_MD_CTX *ctx;

	if (digest == NULL || (parts == NULL && n > 0))
		return BSN_E_INVALID;
	ctx = context();
	return ctx != NULL ? digest_with(ctx, parts, n, digest) : BSN_E_NOMEM;
}

static int32_t
evp_hash_digest_many(const bsn_slice *messages, uint64_t n, uint8_t *digests)
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
				     digests + i * EVP_HASH_LEN);
	return status;
}

/* Fetches it. BSN_E_INTERNAL and a reason when OpenSSL withholds it. [main] */
static int32_t
evp_hash_open(bsn_err *err)
{
	if (evp_hash == NULL)
		evp_hash = EVP_MD_fetch(NULL, EVP_HASH_NAME, NULL);
	if (evp_hash != NULL)
		return BSN_OK;
	ERR_clear_error();
	return bsn_fail(err, BSN_E_INTERNAL,
			"OpenSSL has no " EVP_HASH_NAME
			": its configuration or build leaves it out");
}

#endif
