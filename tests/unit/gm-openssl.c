/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/gm-openssl.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <string.h>

#define SCALAR_LEN 32
#define POINT_LEN 64

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ECDSA_SIG, ECDSA_SIG_free)

/* ---- keys --------------------------------------------------------------- */

/* OpenSSL takes numbers in the byte order of the machine. */
static void
to_native(const guint8 *big_endian, guint8 *native)
{
	for (gsize i = 0; i < SCALAR_LEN; i++)
		native[i] = big_endian[G_BYTE_ORDER == G_BIG_ENDIAN
					       ? i
					       : SCALAR_LEN - 1 - i];
}

EVP_PKEY *
gm_openssl_key(const guint8 *private_key, const guint8 *public_key)
{
	g_autoptr(EVP_PKEY_CTX) ctx =
		EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
	guint8 native[SCALAR_LEN], point[1 + POINT_LEN] = { 4 };
	OSSL_PARAM params[4];
	EVP_PKEY *key = NULL;
	gsize n = 0;

	params[n++] = OSSL_PARAM_construct_utf8_string(
		OSSL_PKEY_PARAM_GROUP_NAME, (char[]){ "SM2" }, 0);
	if (private_key != NULL) {
		to_native(private_key, native);
		params[n++] = OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY,
						      native, sizeof(native));
	}
	if (public_key != NULL) {
		memcpy(point + 1, public_key, POINT_LEN);
		params[n++] = OSSL_PARAM_construct_octet_string(
			OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point));
	}
	params[n] = OSSL_PARAM_construct_end();
	g_assert_cmpint(EVP_PKEY_fromdata_init(ctx), ==, 1);
	(void)EVP_PKEY_fromdata(ctx, &key,
				private_key != NULL ? EVP_PKEY_KEYPAIR
						    : EVP_PKEY_PUBLIC_KEY,
				params);
	ERR_clear_error();
	return key;
}

/* ---- signatures --------------------------------------------------------- */

gsize
gm_to_der(const guint8 *signature, guint8 *der)
{
	g_autoptr(ECDSA_SIG) sig = ECDSA_SIG_new();

	ECDSA_SIG_set0(sig, BN_bin2bn(signature, SCALAR_LEN, NULL),
		       BN_bin2bn(signature + SCALAR_LEN, SCALAR_LEN, NULL));
	return (gsize)i2d_ECDSA_SIG(sig, &der);
}

static void
from_der(const guint8 *der, gsize len, guint8 *signature)
{
	g_autoptr(ECDSA_SIG) sig = d2i_ECDSA_SIG(NULL, &der, (long)len);

	g_assert_nonnull(sig);
	BN_bn2binpad(ECDSA_SIG_get0_r(sig), signature, SCALAR_LEN);
	BN_bn2binpad(ECDSA_SIG_get0_s(sig), signature + SCALAR_LEN, SCALAR_LEN);
}

void
gm_openssl_sign(EVP_PKEY *key, const guint8 *e, guint8 *signature)
{
	g_autoptr(EVP_PKEY_CTX) ctx =
		EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	guint8 der[GM_DER_MAX];
	gsize len = sizeof(der);

	g_assert_cmpint(EVP_PKEY_sign_init(ctx), ==, 1);
	g_assert_cmpint(EVP_PKEY_sign(ctx, der, &len, e, SCALAR_LEN), ==, 1);
	from_der(der, len, signature);
}

gboolean
gm_openssl_verify(EVP_PKEY *key, const guint8 *e, const guint8 *signature)
{
	g_autoptr(EVP_PKEY_CTX) ctx =
		EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	guint8 der[GM_DER_MAX];
	gsize len = gm_to_der(signature, der);
	int good;

	g_assert_cmpint(EVP_PKEY_verify_init(ctx), ==, 1);
	good = EVP_PKEY_verify(ctx, der, len, e, SCALAR_LEN);
	ERR_clear_error();
	return good == 1;
}

static EVP_MD_CTX *
context(EVP_PKEY *key, bsn_slice user_id, gboolean signs)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *inner = NULL;

	g_assert_cmpint(signs ? EVP_DigestSignInit_ex(ctx, &inner, "SM3", NULL,
						      NULL, key, NULL)
			      : EVP_DigestVerifyInit_ex(ctx, &inner, "SM3",
							NULL, NULL, key, NULL),
			==, 1);
	g_assert_cmpint(
		EVP_PKEY_CTX_set1_id(inner, user_id.data, (int)user_id.len), ==,
		1);
	return ctx;
}

void
gm_openssl_sign_message(EVP_PKEY *key, bsn_slice user_id, bsn_slice message,
			guint8 *signature)
{
	g_autoptr(EVP_MD_CTX) ctx = context(key, user_id, TRUE);
	guint8 der[GM_DER_MAX];
	gsize len = sizeof(der);

	g_assert_cmpint(
		EVP_DigestSign(ctx, der, &len, message.data, message.len), ==,
		1);
	from_der(der, len, signature);
}

gboolean
gm_openssl_verify_message(EVP_PKEY *key, bsn_slice user_id, bsn_slice message,
			  const guint8 *signature)
{
	g_autoptr(EVP_MD_CTX) ctx = context(key, user_id, FALSE);
	guint8 der[GM_DER_MAX];
	gsize len = gm_to_der(signature, der);
	int good = EVP_DigestVerify(ctx, der, len, message.data, message.len);

	ERR_clear_error();
	return good == 1;
}

/* ---- numbers and points ------------------------------------------------- */

const EC_GROUP *
gm_group(void)
{
	static gsize made;

	if (g_once_init_enter(&made)) {
		EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_sm2);

		g_assert_nonnull(group);
		g_once_init_leave(&made, (gsize)group);
	}
	return (const EC_GROUP *)made;
}

const BIGNUM *
gm_order(void)
{
	return EC_GROUP_get0_order(gm_group());
}

BIGNUM *
gm_prime(void)
{
	BIGNUM *p = BN_new();

	g_assert_cmpint(EC_GROUP_get_curve(gm_group(), p, NULL, NULL, NULL), ==,
			1);
	return p;
}

void
gm_near_order(gint offset, guint8 *out)
{
	g_autoptr(BIGNUM) n = BN_dup(gm_order());

	if (offset < 0)
		BN_sub_word(n, (BN_ULONG)-offset);
	else
		BN_add_word(n, (BN_ULONG)offset);
	BN_bn2binpad(n, out, SCALAR_LEN);
}

void
gm_small(guint64 value, guint8 *out)
{
	memset(out, 0, SCALAR_LEN);
	for (guint i = 0; i < 8; i++)
		out[SCALAR_LEN - 1 - i] = (guint8)(value >> (8 * i));
}

static gboolean
write_point(const EC_POINT *point, BN_CTX *bn, guint8 *xy)
{
	guint8 octets[1 + POINT_LEN];

	if (EC_POINT_point2oct(gm_group(), point, POINT_CONVERSION_UNCOMPRESSED,
			       octets, sizeof(octets), bn) != sizeof(octets))
		return FALSE;
	memcpy(xy, octets + 1, POINT_LEN);
	return TRUE;
}

static EC_POINT *
read_point(const guint8 *xy, BN_CTX *bn)
{
	g_autoptr(EC_POINT) point = EC_POINT_new(gm_group());
	guint8 octets[1 + POINT_LEN] = { 4 };

	memcpy(octets + 1, xy, POINT_LEN);
	if (EC_POINT_oct2point(gm_group(), point, octets, sizeof(octets), bn))
		return g_steal_pointer(&point);
	ERR_clear_error();
	return NULL;
}

void
gm_times_g(const BIGNUM *k, guint8 *xy)
{
	g_autoptr(BN_CTX) bn = BN_CTX_new();
	g_autoptr(EC_POINT) point = EC_POINT_new(gm_group());

	g_assert_cmpint(EC_POINT_mul(gm_group(), point, k, NULL, NULL, bn), ==,
			1);
	g_assert_true(write_point(point, bn, xy));
}

gboolean
gm_times(const BIGNUM *k, const guint8 *point, guint8 *xy)
{
	g_autoptr(BN_CTX) bn = BN_CTX_new();
	g_autoptr(EC_POINT) from = read_point(point, bn);
	g_autoptr(EC_POINT) to = EC_POINT_new(gm_group());

	g_assert_nonnull(from);
	g_assert_cmpint(EC_POINT_mul(gm_group(), to, NULL, from, k, bn), ==, 1);
	return write_point(to, bn, xy);
}

gboolean
gm_sum_x(const guint8 *public_key, const guint8 *r, const guint8 *s, guint8 *x1)
{
	g_autoptr(BN_CTX) bn = BN_CTX_new();
	g_autoptr(EC_POINT) key = read_point(public_key, bn);
	g_autoptr(EC_POINT) sum = EC_POINT_new(gm_group());
	g_autoptr(BIGNUM) u = BN_bin2bn(s, SCALAR_LEN, NULL);
	g_autoptr(BIGNUM) t = BN_bin2bn(r, SCALAR_LEN, NULL);
	guint8 xy[POINT_LEN];

	if (key == NULL)
		return FALSE;
	g_assert_cmpint(BN_mod_add(t, t, u, gm_order(), bn), ==, 1);
	g_assert_cmpint(EC_POINT_mul(gm_group(), sum, u, key, t, bn), ==, 1);
	if (!write_point(sum, bn, xy))
		return FALSE;
	memcpy(x1, xy, SCALAR_LEN);
	return TRUE;
}

gboolean
gm_fitting_number(const guint8 *public_key, const guint8 *r, const guint8 *s,
		  guint8 *e)
{
	g_autoptr(BN_CTX) bn = BN_CTX_new();
	g_autoptr(BIGNUM) number = BN_bin2bn(r, SCALAR_LEN, NULL);
	g_autoptr(BIGNUM) x = NULL;
	guint8 x1[SCALAR_LEN];

	if (!gm_sum_x(public_key, r, s, x1))
		return FALSE;
	x = BN_bin2bn(x1, SCALAR_LEN, NULL);
	g_assert_cmpint(BN_mod_sub(number, number, x, gm_order(), bn), ==, 1);
	BN_bn2binpad(number, e, SCALAR_LEN);
	return TRUE;
}
