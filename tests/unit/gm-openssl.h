/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/gm-openssl.h: SM2 as OpenSSL does it, a second opinion. Keys are
 * bytes as bsn/crypto.h has them, signatures r || s. Any thread.
 */
#ifndef TESTS_UNIT_GM_OPENSSL_H
#define TESTS_UNIT_GM_OPENSSL_H

#include <bsn/crypto.h>
#include <glib.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIGNUM, BN_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BN_CTX, BN_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EC_POINT, EC_POINT_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY_CTX, EVP_PKEY_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)

/* The longest signature in DER, and more. */
#define GM_DER_MAX 80u

/* NULL when OpenSSL does not take it: no point of the curve, out of range.
 * Either may be NULL. */
EVP_PKEY *gm_openssl_key(const guint8 *private_key, const guint8 *public_key);

/* e is 32 bytes. */
void gm_openssl_sign(EVP_PKEY *key, const guint8 *e, guint8 *signature);
gboolean gm_openssl_verify(EVP_PKEY *key, const guint8 *e,
			   const guint8 *signature);
/* With Z_A of the user id, which is not empty. */
void gm_openssl_sign_message(EVP_PKEY *key, bsn_slice user_id,
			     bsn_slice message, guint8 *signature);
gboolean gm_openssl_verify_message(EVP_PKEY *key, bsn_slice user_id,
				   bsn_slice message, const guint8 *signature);

gsize gm_to_der(const guint8 *signature, guint8 *der);

/* ---- numbers and points ------------------------------------------------- */

const EC_GROUP *gm_group(void);
const BIGNUM *gm_order(void);
/* p of the field. To be freed. */
BIGNUM *gm_prime(void);

/* n + offset, 32 bytes. */
void gm_near_order(gint offset, guint8 *out);
void gm_small(guint64 value, guint8 *out);
/* x || y of k G; k is reduced modulo n and not 0 then. */
void gm_times_g(const BIGNUM *k, guint8 *xy);
/* The same of any point; FALSE when it is infinity. */
gboolean gm_times(const BIGNUM *k, const guint8 *point, guint8 *xy);

/* x1 of (x1, y1) = s G + (r + s) P; FALSE when that is infinity, or P is no
 * point. r and s are any numbers of 32 bytes. */
gboolean gm_sum_x(const guint8 *public_key, const guint8 *r, const guint8 *s,
		  guint8 *x1);
/* e = r - x1 modulo n: with it (r, s) is a signature by P if r, s and r + s are
 * such as may be. */
gboolean gm_fitting_number(const guint8 *public_key, const guint8 *r,
			   const guint8 *s, guint8 *e);

#endif
