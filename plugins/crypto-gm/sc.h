/* SPDX-License-Identifier: Apache-2.0
 *
 * Scalars: integers modulo n, the order of SM2's base point (GB/T 32918.5), as
 * they are (not in Montgomery form) and always below n.
 *
 * Constant in time. Results may be written over operands; masks are 0 or ~0.
 * Without GLib and OpenSSL. [any]
 */
#ifndef CRYPTO_GM_SC_H
#define CRYPTO_GM_SC_H

#include <stddef.h>
#include <stdint.h>

#include "plugins/crypto-gm/limbs.h"

#define SC_LEN 32
#define SC_WIDE_LEN 64

#pragma GCC visibility push(hidden)

/* Little-endian limbs. */
typedef struct sc {
	uint64_t w[LIMBS];
} Sc;

extern const Sc sc_zero, sc_one, sc_n;

/* Big-endian. 0, and r is 0, when the number is not below n; else ~0. */
uint64_t sc_read(Sc *r, const uint8_t bytes[SC_LEN]);
/* The number modulo n, be it what it may: a digest. */
void sc_read_mod(Sc *r, const uint8_t bytes[SC_LEN]);
/* The number modulo n: 512 uniform bits give a scalar without a bias. */
void sc_read_wide(Sc *r, const uint8_t bytes[SC_WIDE_LEN]);
/* A private key of what a generator gave: the number of len bytes, a multiple
 * of 4, modulo n - 2, plus 1, so within [1, n - 2] (GB/T 32918.1 section 6.1).
 */
void sc_read_key(Sc *r, const uint8_t *seed, size_t len);
void sc_write(uint8_t bytes[SC_LEN], const Sc *a);
/* 4 limbs below 2^256, as fe_to_plain has them, modulo n. */
void sc_from_plain(Sc *r, const uint64_t plain[LIMBS]);

void sc_mul(Sc *r, const Sc *a, const Sc *b);

/* a^-1; 0 for 0. */
void sc_inv(Sc *r, const Sc *a);

#pragma GCC visibility pop

static inline uint64_t
sc_is_zero(const Sc *a)
{
	return limbs_are_zero(a->w);
}

static inline uint64_t
sc_equal(const Sc *a, const Sc *b)
{
	return limbs_are_equal(a->w, b->w);
}

static inline void
sc_add(Sc *r, const Sc *a, const Sc *b)
{
	limbs_mod_add(r->w, a->w, b->w, sc_n.w);
}

static inline void
sc_sub(Sc *r, const Sc *a, const Sc *b)
{
	limbs_mod_sub(r->w, a->w, b->w, sc_n.w);
}

static inline void
sc_neg(Sc *r, const Sc *a)
{
	sc_sub(r, &sc_zero, a);
}

#endif
