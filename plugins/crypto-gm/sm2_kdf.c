/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/crypto-gm/sm2_kdf.h"

#include <openssl/crypto.h>
#include <string.h>

#include <bsn/helpers/bytes.h>

/* Digests that are made side by side. */
#define SIDE_BY_SIDE 16u
#define COUNTER_LEN 4u

/* Digests number first + 1 and the n - 1 after it. */
static void
digests(const Sm3 *begin, size_t first, size_t n, uint8_t *out)
{
	uint8_t counters[SIDE_BY_SIDE][COUNTER_LEN];
	bsn_slice messages[SIDE_BY_SIDE];
	const Sm3 *begins[SIDE_BY_SIDE];

	for (size_t i = 0; i < n; i++) {
		const size_t counter = first + i + 1;

		for (unsigned j = 0; j < COUNTER_LEN; j++)
			counters[i][j] =
				(uint8_t)(counter >> (24 - 8 * j) & 0xff);
		messages[i] = bsn_slice_of(counters[i], COUNTER_LEN);
		begins[i] = begin;
	}
	sm3_digest_many(begins, messages, n, out);
}

void
sm2_kdf(const Sm3 *begin, uint8_t *out, size_t len)
{
	uint8_t block[SIDE_BY_SIDE * SM3_LEN];

	for (size_t at = 0; at < len; at += sizeof(block)) {
		const size_t left = len - at;
		const size_t n = left < sizeof(block) ? left : sizeof(block);

		digests(begin, at / SM3_LEN, (n + SM3_LEN - 1) / SM3_LEN,
			block);
		memcpy(out + at, block, n);
	}
	OPENSSL_cleanse(block, sizeof(block));
}
