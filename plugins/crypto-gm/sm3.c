/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/crypto-gm/gm.h"

#define EVP_HASH_NAME "SM3"
#define EVP_HASH_LEN SM3_LEN
#include "plugins/kit/evp_hash.h"

int32_t
gm_sm3_open(bsn_err *err)
{
	return evp_hash_open(err);
}

const bsn_hash gm_sm3 = {
	.size = sizeof(bsn_hash),
	.name = "sm3",
	.digest_len = EVP_HASH_LEN,
	.block_len = 64,
	.digest = evp_hash_digest,
	.digest_many = evp_hash_digest_many,
};
