/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/crypto-gm/sm3.h: the hash function SM3 (GB/T 32905-2016), one message
 * at a time and many side by side, by the best means of the machine.
 *
 * Digests do not depend on the path that makes them. Data given with a length
 * of 0 may be NULL. Time depends on lengths only, never on the data.
 */
#ifndef CRYPTO_GM_SM3_H
#define CRYPTO_GM_SM3_H

#include <bsn/base.h>
#include <stddef.h>

#define SM3_LEN 32
#define SM3_BLOCK_LEN 64
#define SM3_STATE_WORDS 8

/* A digest that is being made. A copy goes on by itself: what many messages
 * begin with needs to be taken in only once. */
typedef struct {
	uint32_t state[SM3_STATE_WORDS];
	uint64_t len;		      /* bytes taken in */
	uint8_t block[SM3_BLOCK_LEN]; /* the last len % SM3_BLOCK_LEN of them */
} Sm3;

/* The empty message. [any] */
void sm3_init(Sm3 *sm3);
/* Takes in more. [any] */
void sm3_update(Sm3 *sm3, const void *data, size_t len);
/* The digest of all that was taken in; sm3 is of no use afterwards. [any] */
void sm3_final(Sm3 *sm3, uint8_t digest[SM3_LEN]);
/* All three at once. [any] */
void sm3_digest(const void *data, size_t len, uint8_t digest[SM3_LEN]);

/* The compression function over n blocks. [any] */
void sm3_blocks(uint32_t state[SM3_STATE_WORDS], const uint8_t *data, size_t n);

/* Digests n messages, each by itself, n times SM3_LEN bytes to digests. With
 * begins, message i follows what begins[i] has taken in; it may be NULL for
 * nothing, and several may be the same. They are not changed. [any] */
void sm3_digest_many(const Sm3 *const *begins, const bsn_slice *messages,
		     uint64_t n, uint8_t *digests);

/* Chooses the best path that this machine can run; until then it is the
 * portable one. More than once is allowed. [main] */
void sm3_open(void);
/* The names of the paths that this machine can run, the best one first, ended
 * by NULL: "avx512", "avx2", "bmi2", "portable". [any] */
const char *const *sm3_paths(void);
/* Has all use the path of this name, for tests and comparisons. 0; -1 when the
 * machine cannot run it. [main] */
int sm3_use(const char *path);

#endif
