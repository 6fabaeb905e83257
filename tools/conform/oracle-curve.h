/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/oracle-curve.h: arithmetic on the curves that signatures are
 * made on, with OpenSSL's numbers. It makes keys, and what only arithmetic can
 * make: signatures that fit a key while their numbers are out of range, or at
 * the very edge of it.
 *
 * Numbers and coordinates are 32 bytes big-endian, points X || Y.
 */
#ifndef TOOLS_CONFORM_ORACLE_CURVE_H
#define TOOLS_CONFORM_ORACLE_CURVE_H

#include <glib.h>

#define CURVE_NUMBER_LEN 32u
#define CURVE_POINT_LEN 64u

typedef struct Curve Curve;

/* The curve of "sm2", "ecdsa-p256" or "secp256k1"; NULL for others. */
Curve *curve_new(const char *scheme);
void curve_free(Curve *curve);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Curve, curve_free)

/* The order n plus `add` (which may be below 0), and the field's prime p. */
void curve_order(const Curve *curve, gint64 add, guint8 *number);
void curve_prime(const Curve *curve, guint8 *number);
/* A number below 2^63. */
void curve_small(guint64 value, guint8 *number);

/* number = seed mod (n - less) + 1, of 48 bytes of seed. */
void curve_reduce(const Curve *curve, const guint8 *seed, guint less,
		  guint8 *number);
/* a + b as a plain number; FALSE when it takes more than 32 bytes. */
gboolean curve_add_plain(const guint8 *a, const guint8 *b, guint8 *sum);
/* n - a, for a in [1, n]. */
void curve_negative(const Curve *curve, const guint8 *a, guint8 *number);
/* Whether a is in the upper half, over (n - 1) / 2. */
gboolean curve_is_high(const Curve *curve, const guint8 *a);

/* d G. FALSE when that is the point at infinity. */
gboolean curve_public_key(const Curve *curve, const guint8 *d, guint8 *point);
/* The point with the smallest x from `x` on (x goes up), and its y of even
 * parity. */
void curve_point_from(const Curve *curve, const guint8 *x, guint8 *point);

/* SM2 (GB/T 32918.2 section 7.1) turned around: the number e under which
 * (r, s), whatever they are, fit the key as far as arithmetic goes modulo n:
 * e = r - x(sG + (r + s)P). FALSE when the sum is the point at infinity. */
gboolean curve_sm2_number(const Curve *curve, const guint8 *public_key,
			  const guint8 *r, const guint8 *s, guint8 *e);
/* The key under which the sum is `sum`: P = (r + s)^-1 (sum - sG). */
void curve_sm2_key(const Curve *curve, const guint8 *sum, const guint8 *r,
		   const guint8 *s, guint8 *public_key);
/* s = -r d / (1 + d): the sum is the point at infinity. */
void curve_sm2_infinite(const Curve *curve, const guint8 *d, const guint8 *r,
			guint8 *s);
/* x of k G in k = s(1 + d) + r d, the nonce behind a signature, as a point. */
void curve_sm2_nonce(const Curve *curve, const guint8 *d,
		     const guint8 *signature, guint8 *nonce_point);

/* ECDSA turned around (SEC 1 section 4.1.6): the key under which (x(R), s) is a
 * signature of e: P = r^-1 (sR - eG), r = x(R) mod n. */
void curve_ecdsa_key(const Curve *curve, const guint8 *R, const guint8 *s,
		     const guint8 *e, guint8 *public_key);
/* A signature for any key, with R = G + P, so that s = r = e. `odd` is the
 * parity of R's y. */
void curve_ecdsa_any(const Curve *curve, const guint8 *public_key, guint8 *r,
		     gboolean *odd);

#endif
