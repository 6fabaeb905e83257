/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/crypto-std/std.h"

#define EVP_HASH_NAME "SHA-256"
#define EVP_HASH_LEN STD_DIGEST_LEN
#include "plugins/kit/evp_hash.h"

int32_t
std_sha256_open(bsn_err *err)
{
	return evp_hash_open(err);
}

const bsn_hash std_sha256 = {
	.size = sizeof(bsn_hash),
	.name = "sha-256",
	.digest_len = EVP_HASH_LEN,
	.block_len = 64,
	.digest = evp_hash_digest,
	.digest_many = evp_hash_digest_many,
};
