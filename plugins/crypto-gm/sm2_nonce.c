/* SPDX-License-Identifier: Apache-2.0 */
/* For RAND_get_rand_method: nothing newer tells of a generator that somebody
 * has put in OpenSSL's place. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "plugins/crypto-gm/sm2_nonce.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <string.h>

#define RANDOM_LEN 32
/* One call of the generator gives so many: most of its time is the question
 * whether the process has forked. */
#define STOCK 64u

static _Thread_local struct {
	uint8_t random[STOCK][RANDOM_LEN];
	unsigned left;
} stock;

/* Zeros when the generator gives nothing. */
static void
draw(uint8_t *random, size_t len)
{
	ERR_set_mark();
	if (RAND_priv_bytes(random, (int)len) <= 0)
		memset(random, 0, len);
	ERR_pop_to_mark();
}

/* One of the stock; or fresh, for who has set a generator of its own and knows
 * how often it is asked. */
static void
take(uint8_t *random)
{
	if (RAND_get_rand_method() != RAND_OpenSSL()) {
		draw(random, RANDOM_LEN);
		return;
	}
	if (stock.left == 0) {
		draw(stock.random[0], sizeof(stock.random));
		stock.left = STOCK;
	}
	stock.left--;
	memcpy(random, stock.random[stock.left], RANDOM_LEN);
	OPENSSL_cleanse(stock.random[stock.left], RANDOM_LEN);
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

	take(random);
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
