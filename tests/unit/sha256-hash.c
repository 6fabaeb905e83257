/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/sha256-hash.h"

#include <glib.h>

#define DIGEST_LEN 32u

static int32_t
digest(const bsn_slice *parts, uint64_t n, uint8_t *out)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	gsize len = DIGEST_LEN;

	for (uint64_t i = 0; i < n; i++)
		if (parts[i].len > 0)
			g_checksum_update(sum, parts[i].data,
					  (gssize)parts[i].len);
	g_checksum_get_digest(sum, out, &len);
	return BSN_OK;
}

static int32_t
digest_many(const bsn_slice *messages, uint64_t n, uint8_t *digests)
{
	for (uint64_t i = 0; i < n; i++)
		digest(&messages[i], 1, digests + i * DIGEST_LEN);
	return BSN_OK;
}

const bsn_hash sha256_hash = { .size = sizeof(bsn_hash),
			       .name = "sha-256",
			       .digest_len = DIGEST_LEN,
			       .block_len = 64,
			       .digest = digest };
const bsn_hash sha256_hash_many = { .size = sizeof(bsn_hash),
				    .name = "sha-256",
				    .digest_len = DIGEST_LEN,
				    .block_len = 64,
				    .digest = digest,
				    .digest_many = digest_many };
