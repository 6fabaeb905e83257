/* SPDX-License-Identifier: Apache-2.0
 *
 * SM3 behind bsn_hash.
 */
#include <stdbool.h>

#include "plugins/crypto-gm/gm.h"

int32_t
gm_sm3_open(bsn_err *err)
{
	sm3_open();
	return BSN_OK;
}

static bool
have_data(const bsn_slice *slices, uint64_t n)
{
	if (slices == NULL)
		return n == 0;
	for (uint64_t i = 0; i < n; i++)
		if (slices[i].data == NULL && slices[i].len > 0)
			return false;
	return true;
}

static int32_t
digest(const bsn_slice *parts, uint64_t n, uint8_t *out)
{
	Sm3 sm3;

	if (out == NULL || !have_data(parts, n))
		return BSN_E_INVALID;
	sm3_init(&sm3);
	for (uint64_t i = 0; i < n; i++)
		sm3_update(&sm3, parts[i].data, parts[i].len);
	sm3_final(&sm3, out);
	return BSN_OK;
}

static int32_t
digest_many(const bsn_slice *messages, uint64_t n, uint8_t *digests)
{
	if ((digests == NULL && n > 0) || !have_data(messages, n))
		return BSN_E_INVALID;
	sm3_digest_many(NULL, messages, n, digests);
	return BSN_OK;
}

const bsn_hash gm_sm3 = {
	.size = sizeof(bsn_hash),
	.name = "sm3",
	.digest_len = SM3_LEN,
	.block_len = SM3_BLOCK_LEN,
	.digest = digest,
	.digest_many = digest_many,
};
