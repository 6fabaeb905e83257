/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/crypto-gm/sm2_curve.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#define SEED_LEN 48
#define PARAMETERS_LEN (4 * SM2_SCALAR_LEN)
#define UNCOMPRESSED 0x04

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIGNUM, BN_clear_free)

static EC_GROUP *group;
static BIGNUM *scalar_max; /* n - 2 */
static uint8_t parameters[PARAMETERS_LEN];

const EC_GROUP *
sm2_group(void)
{
	return group;
}

bsn_slice
sm2_curve_parameters(void)
{
	return bsn_slice_of(parameters, sizeof(parameters));
}

static int
point_write(const EC_POINT *point, BN_CTX *bn, uint8_t *xy)
{
	uint8_t octets[1 + SM2_POINT_LEN];

	if (EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED,
			       octets, sizeof(octets), bn) != sizeof(octets))
		return 0;
	memcpy(xy, octets + 1, SM2_POINT_LEN);
	return 1;
}

static int
parameters_write(void)
{
	g_autoptr(BN_CTX) bn = BN_CTX_new();
	g_autoptr(BIGNUM) a = BN_new();
	g_autoptr(BIGNUM) b = BN_new();

	return bn != NULL && a != NULL && b != NULL &&
	       EC_GROUP_get_curve(group, NULL, a, b, bn) &&
	       BN_bn2binpad(a, parameters, SM2_SCALAR_LEN) > 0 &&
	       BN_bn2binpad(b, parameters + SM2_SCALAR_LEN, SM2_SCALAR_LEN) >
		       0 &&
	       point_write(EC_GROUP_get0_generator(group), bn,
			   parameters + SM2_POINT_LEN);
}

int32_t
sm2_curve_open(bsn_err *err)
{
	if (scalar_max != NULL)
		return BSN_OK;
	group = EC_GROUP_new_by_curve_name(NID_sm2);
	if (group != NULL && parameters_write())
		scalar_max = BN_dup(EC_GROUP_get0_order(group));
	if (scalar_max != NULL && BN_sub_word(scalar_max, 2))
		return BSN_OK;
	ERR_clear_error();
	return bsn_fail(err, BSN_E_INTERNAL,
			"OpenSSL has no SM2: its configuration or build "
			"leaves it out");
}

int32_t
sm2_scalar_from_seed(const uint8_t *seed, uint8_t *private_key)
{
	g_autoptr(BN_CTX) bn = BN_CTX_secure_new();
	g_autoptr(BIGNUM) wide = BN_bin2bn(seed, SEED_LEN, NULL);
	g_autoptr(BIGNUM) scalar = BN_new();

	if (bn == NULL || wide == NULL || scalar == NULL)
		return BSN_E_NOMEM;
	BN_set_flags(wide, BN_FLG_CONSTTIME);
	if (!BN_mod(scalar, wide, scalar_max, bn) || !BN_add_word(scalar, 1) ||
	    BN_bn2binpad(scalar, private_key, SM2_SCALAR_LEN) < 0)
		return BSN_E_NOMEM;
	return BSN_OK;
}

int32_t
sm2_derive(const uint8_t *private_key, uint8_t *public_key)
{
	g_autoptr(BN_CTX) bn = BN_CTX_secure_new();
	g_autoptr(BIGNUM) scalar = BN_bin2bn(private_key, SM2_SCALAR_LEN, NULL);
	g_autoptr(EC_POINT) point = EC_POINT_new(group);

	if (bn == NULL || scalar == NULL || point == NULL)
		return BSN_E_NOMEM;
	if (BN_is_zero(scalar) || BN_cmp(scalar, scalar_max) > 0)
		return BSN_BAD_REQUEST;
	BN_set_flags(scalar, BN_FLG_CONSTTIME);
	if (!EC_POINT_mul(group, point, scalar, NULL, NULL, bn) ||
	    !point_write(point, bn, public_key))
		return BSN_E_NOMEM;
	return BSN_OK;
}

EC_POINT *
sm2_point_read(const uint8_t *public_key, BN_CTX *bn)
{
	g_autoptr(EC_POINT) point = EC_POINT_new(group);
	uint8_t octets[1 + SM2_POINT_LEN] = { UNCOMPRESSED };

	memcpy(octets + 1, public_key, SM2_POINT_LEN);
	if (point == NULL ||
	    !EC_POINT_oct2point(group, point, octets, sizeof(octets), bn))
		return NULL;
	return g_steal_pointer(&point);
}

/* OpenSSL takes numbers in the byte order of the machine. */
static void
to_native(const uint8_t *big_endian, uint8_t *native)
{
	for (size_t i = 0; i < SM2_SCALAR_LEN; i++)
		native[i] = G_BYTE_ORDER == G_BIG_ENDIAN
				    ? big_endian[i]
				    : big_endian[SM2_SCALAR_LEN - 1 - i];
}

EVP_PKEY *
sm2_private_pkey(const uint8_t *private_key)
{
	g_autoptr(EVP_PKEY_CTX) ctx =
		EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
	char curve[] = "SM2";
	uint8_t native[SM2_SCALAR_LEN];
	EVP_PKEY *key = NULL;
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME,
						 curve, 0),
		OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, native,
					sizeof(native)),
		OSSL_PARAM_construct_end(),
	};

	to_native(private_key, native);
	if (ctx != NULL && EVP_PKEY_fromdata_init(ctx) > 0)
		(void)EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params);
	OPENSSL_cleanse(native, sizeof(native));
	return key;
}
