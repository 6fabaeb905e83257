/* SPDX-License-Identifier: Apache-2.0
 *
 * The secret number k of an SM2 signature.
 */
#ifndef CRYPTO_GM_SM2_NONCE_H
#define CRYPTO_GM_SM2_NONCE_H

#include "plugins/crypto-gm/gm.h"
#include "plugins/crypto-gm/sc.h"

/* 512 bits of what begin has taken in: SM3(begin || i), i = 2 attempt and
 * 2 attempt + 1 in a byte, others for every attempt from 0 to 127. [any] */
void sm2_wide_digest(const Sm3 *begin, unsigned attempt,
		     uint8_t wide[SC_WIDE_LEN]);

/* k for the number e under a private key; another one for every attempt at the
 * same signature, from 0 to 127. Below n; the caller tries again should it be
 * 0. [any]
 *
 * k is SM3(d || z || e || i), i = 2 attempt and 2 attempt + 1, 512 bits
 * modulo n, where z is 32 bytes of the system's generator. With a
 * good z, k is uniform and independent of all others. Should the generator
 * fail (z is 0 then), repeat itself or be known to an adversary, then k is still
 * the output of a pseudorandom function under d: the same k is never used for
 * two different e, and a signature that is made again is the same signature, as
 * with RFC 6979. All inputs have a fixed length, so that none can be continued
 * into another.
 *
 * z is drawn 64 at a time, in each thread. A forked process has its parent's
 * rest: the same z is no harm, as above. A generator that was put in place of
 * OpenSSL's own is asked for every signature, so that who sets its state before
 * one has the same signature again. */
void sm2_nonce(Sc *k, const uint8_t *private_key, const uint8_t *e,
	       unsigned attempt);

#endif
