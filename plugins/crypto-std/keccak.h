/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_STD_KECCAK_H
#define CRYPTO_STD_KECCAK_H

#include <bsn/base.h>

/* The bytes that are absorbed between two permutations: the capacity is 512
 * bits. */
#define KECCAK_RATE_LEN 136

/* The byte that begins the padding: Ethereum's Keccak is the submission to the
 * SHA-3 contest, FIPS 202 added two bits. */
#define KECCAK_PAD_ETHEREUM 0x01u
#define KECCAK_PAD_FIPS_202 0x06u
/* What its last byte adds. */
#define KECCAK_PAD_END 0x80u

/* The sponge Keccak[512] over the concatenation of n slices, 32 bytes out.
 *
 * Returns: BSN_OK. Errors: BSN_E_INVALID for a slice without data. [any] */
int32_t keccak_256(const bsn_slice *parts, uint64_t n, uint8_t pad,
		   uint8_t *digest);

/* The same over each of n messages; n times 32 bytes out. [any] */
int32_t keccak_256_many(const bsn_slice *messages, uint64_t n, uint8_t pad,
			uint8_t *digests);

#endif
