/* SPDX-License-Identifier: Apache-2.0
 *
 * ECDSA on P-256 with SHA-256 (FIPS 186-5), through OpenSSL's assembly: that of
 * the curve, since to make keys for EVP takes as long as a signature.
 */

/* EC_KEY and ECDSA_do_sign. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include <glib.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/crypto-std/ecdsa_p256.h"

#define POINT_LEN 64
#define SIGNATURE_LEN 64

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIGNUM, BN_clear_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EC_KEY, EC_KEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ECDSA_SIG, ECDSA_SIG_free)

EC_GROUP *p256_group;
static uint8_t order[STD_SCALAR_LEN];

static int
multiply_generator(const BIGNUM *scalar, BN_CTX *bn, uint8_t *octets)
{
	g_autoptr(EC_POINT) point = EC_POINT_new(p256_group);

	return point != NULL &&
	       EC_POINT_mul(p256_group, point, scalar, NULL, NULL, bn) &&
	       EC_POINT_point2oct(p256_group, point,
				  POINT_CONVERSION_UNCOMPRESSED, octets,
				  1 + POINT_LEN, bn) == 1 + POINT_LEN;
}

static int32_t
p256_public_key(const uint8_t *private_key, uint8_t *public_key)
{
	g_autoptr(BN_CTX) bn = BN_CTX_secure_new();
	g_autoptr(BIGNUM) scalar = NULL;
	uint8_t octets[1 + POINT_LEN];

	if (private_key == NULL || public_key == NULL)
		return BSN_E_INVALID;
	scalar = BN_bin2bn(private_key, STD_SCALAR_LEN, NULL);
	if (bn == NULL || scalar == NULL)
		return BSN_E_NOMEM;
	if (BN_is_zero(scalar) ||
	    BN_cmp(scalar, EC_GROUP_get0_order(p256_group)) >= 0)
		return BSN_BAD_REQUEST;
	BN_set_flags(scalar, BN_FLG_CONSTTIME);
	if (!multiply_generator(scalar, bn, octets))
		return BSN_E_NOMEM;
	memcpy(public_key, octets + 1, POINT_LEN);
	return BSN_OK;
}

static int32_t
p256_generate(const uint8_t *seed, uint8_t *private_key, uint8_t *public_key)
{
	int32_t status;

	if (seed == NULL || private_key == NULL)
		return BSN_E_INVALID;
	status = std_scalar_from_seed(seed, order, private_key);
	if (status != BSN_OK)
		return status;
	return p256_public_key(private_key, public_key);
}

int32_t
p256_digest(uint32_t convention, bsn_slice message, uint8_t *digest)
{
	switch (convention) {
	case BSN_SIGN_STANDARD:
		return std_sha256.digest(&message, 1, digest);
	case BSN_SIGN_DIGEST:
		if (message.len != STD_DIGEST_LEN)
			return BSN_BAD_REQUEST;
		if (message.data == NULL)
			return BSN_E_INVALID;
		memcpy(digest, message.data, STD_DIGEST_LEN);
		return BSN_OK;
	}
	return BSN_NOT_OFFERED;
}

/* NULL when out of memory. */
static EC_KEY *
private_key_read(const uint8_t *private_key)
{
	g_autoptr(BIGNUM) scalar = BN_bin2bn(private_key, STD_SCALAR_LEN, NULL);
	g_autoptr(EC_KEY) key = EC_KEY_new();

	return scalar != NULL && key != NULL &&
			       EC_KEY_set_group(key, p256_group) &&
			       EC_KEY_set_private_key(key, scalar)
		       ? g_steal_pointer(&key)
		       : NULL;
}

static int
sign_digest(EC_KEY *key, const uint8_t *digest, uint8_t *signature)
{
	g_autoptr(ECDSA_SIG) sig = ECDSA_do_sign(digest, STD_DIGEST_LEN, key);

	return sig != NULL &&
	       BN_bn2binpad(ECDSA_SIG_get0_r(sig), signature,
			    STD_SCALAR_LEN) > 0 &&
	       BN_bn2binpad(ECDSA_SIG_get0_s(sig), signature + STD_SCALAR_LEN,
			    STD_SCALAR_LEN) > 0;
}

/* 1 when it is in [1, n - 1], in constant time but for the answer. */
static int
scalar_in_range(const uint8_t *scalar)
{
	unsigned any = 0, borrow = 0;

	for (size_t i = STD_SCALAR_LEN; i-- > 0;) {
		any |= scalar[i];
		borrow = (unsigned)(scalar[i] - order[i] - (int)borrow) >> 31;
	}
	return any != 0 && borrow == 1;
}

static int32_t
p256_sign(const uint8_t *private_key, uint32_t convention, bsn_slice user_id,
	  bsn_slice message, uint8_t *signature)
{
	g_autoptr(EC_KEY) key = NULL;
	uint8_t digest[STD_DIGEST_LEN];
	int32_t status;

	if (private_key == NULL || signature == NULL)
		return BSN_E_INVALID;
	status = p256_digest(convention, message, digest);
	if (status != BSN_OK)
		return status;
	if (!scalar_in_range(private_key))
		return BSN_BAD_REQUEST;
	ERR_set_mark();
	key = private_key_read(private_key);
	status = key != NULL && sign_digest(key, digest, signature)
			 ? BSN_OK
			 : BSN_E_INTERNAL;
	ERR_pop_to_mark();
	return status;
}

int32_t
std_ecdsa_p256_open(bsn_err *err)
{
	if (p256_group != NULL)
		return BSN_OK;
	p256_group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	if (p256_group != NULL &&
	    BN_bn2binpad(EC_GROUP_get0_order(p256_group), order, sizeof(order)) > 0)
		return BSN_OK;
	ERR_clear_error();
	return bsn_fail(err, BSN_E_INTERNAL,
			"OpenSSL has no P-256: its configuration or build "
			"leaves it out");
}

const bsn_signature std_ecdsa_p256 = {
	.size = sizeof(bsn_signature),
	.name = "ecdsa-p256",
	.public_key_len = POINT_LEN,
	.signature_len = SIGNATURE_LEN,
	.generate = p256_generate,
	.public_key = p256_public_key,
	.sign = p256_sign,
	.verify = p256_verify,
	.verify_many = p256_verify_many,
};
