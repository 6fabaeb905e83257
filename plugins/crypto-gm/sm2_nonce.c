/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/crypto-gm/sm2_nonce.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <string.h>

#define RANDOM_LEN 32

/* Zeros when the generator gives nothing. */
static void
draw(uint8_t *random)
{
	ERR_set_mark();
	if (RAND_priv_bytes(random, RANDOM_LEN) <= 0)
		memset(random, 0, RANDOM_LEN);
	ERR_pop_to_mark();
}

void
sm2_wide_digest(const Sm3 *begin, unsigned attempt, uint8_t wide[SC_WIDE_LEN])
{
	Sm3 sm3;

	for (unsigned i = 0; i < 2; i++) {
		const uint8_t counter = (uint8_t)(2 * attempt + i);

		sm3 = *begin;
		sm3_update(&sm3, &counter, 1);
		sm3_final(&sm3, wide + (size_t)i * SM3_LEN);
	}
	OPENSSL_cleanse(&sm3, sizeof(sm3));
}

void
sm2_nonce(Sc *k, const uint8_t *private_key, const uint8_t *e, unsigned attempt)
{
	uint8_t random[RANDOM_LEN], wide[SC_WIDE_LEN];
	Sm3 begin;

	draw(random);
	sm3_init(&begin);
	sm3_update(&begin, private_key, SM2_SCALAR_LEN);
	sm3_update(&begin, random, sizeof(random));
	sm3_update(&begin, e, SM3_LEN);
	sm2_wide_digest(&begin, attempt, wide);
	sc_read_wide(k, wide);
	OPENSSL_cleanse(random, sizeof(random));
	OPENSSL_cleanse(wide, sizeof(wide));
	OPENSSL_cleanse(&begin, sizeof(begin));
}
