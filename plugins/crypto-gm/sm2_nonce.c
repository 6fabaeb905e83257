/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/crypto-gm/sm2_nonce.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <string.h>

#define RANDOM_LEN 32
/* Signatures that one call of the generator is for. */
#define DRAWS 16u

/* Random bytes of this thread, each used once. */
typedef struct {
	uint8_t bytes[DRAWS][RANDOM_LEN];
	unsigned left;
} Pool;

static _Thread_local Pool pool;

static void
draw(uint8_t *random)
{
	if (pool.left == 0) {
		ERR_set_mark();
		if (RAND_priv_bytes(pool.bytes[0], sizeof(pool.bytes)) <= 0)
			memset(pool.bytes, 0, sizeof(pool.bytes));
		ERR_pop_to_mark();
		pool.left = DRAWS;
	}
	pool.left--;
	memcpy(random, pool.bytes[pool.left], RANDOM_LEN);
	OPENSSL_cleanse(pool.bytes[pool.left], RANDOM_LEN);
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
