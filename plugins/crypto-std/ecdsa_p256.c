/* SPDX-License-Identifier: Apache-2.0
 *
 * ECDSA on P-256 with SHA-256 (FIPS 186-5), through OpenSSL's assembly.
 */
#include <glib.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/crypto-std/std.h"

#define POINT_LEN 64
#define SIGNATURE_LEN 64
/* Two numbers of 33 bytes, each with a tag and a length, in a sequence. */
#define DER_SIGNATURE_MAX 72
#define UNCOMPRESSED 0x04

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIGNUM, BN_clear_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BN_CTX, BN_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EC_POINT, EC_POINT_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ECDSA_SIG, ECDSA_SIG_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY_CTX, EVP_PKEY_CTX_free)

static EC_GROUP *group;
/* A key of the curve without its numbers: copying it and setting the point
 * costs a quarter of making a key by the curve's name. */
static EVP_PKEY *pattern;
static uint8_t order[STD_SCALAR_LEN];

static int
multiply_generator(const BIGNUM *scalar, BN_CTX *bn, uint8_t *octets)
{
	g_autoptr(EC_POINT) point = EC_POINT_new(group);

	return point != NULL &&
	       EC_POINT_mul(group, point, scalar, NULL, NULL, bn) &&
	       EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED,
				  octets, 1 + POINT_LEN, bn) == 1 + POINT_LEN;
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
	    BN_cmp(scalar, EC_GROUP_get0_order(group)) >= 0)
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

static int32_t
message_digest(uint32_t convention, bsn_slice message, uint8_t *digest)
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

/* OpenSSL takes numbers in the byte order of the machine. */
static void
to_native(const uint8_t *big_endian, uint8_t *native)
{
	for (size_t i = 0; i < STD_SCALAR_LEN; i++)
		native[i] = G_BYTE_ORDER == G_BIG_ENDIAN
				    ? big_endian[i]
				    : big_endian[STD_SCALAR_LEN - 1 - i];
}

/* A key of the curve; with a NULL scalar only its parameters. */
static EVP_PKEY *
make_pkey(uint8_t *native_scalar)
{
	g_autoptr(EVP_PKEY_CTX) ctx =
		EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	char curve[] = "P-256";
	EVP_PKEY *key = NULL;
	OSSL_PARAM params[3] = { OSSL_PARAM_construct_utf8_string(
		OSSL_PKEY_PARAM_GROUP_NAME, curve, 0) };
	int part = EVP_PKEY_KEY_PARAMETERS;

	params[1] = OSSL_PARAM_construct_end();
	if (native_scalar != NULL) {
		part = EVP_PKEY_KEYPAIR;
		params[1] = OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY,
						    native_scalar,
						    STD_SCALAR_LEN);
		params[2] = OSSL_PARAM_construct_end();
	}
	if (ctx != NULL && EVP_PKEY_fromdata_init(ctx) > 0)
		(void)EVP_PKEY_fromdata(ctx, &key, part, params);
	return key;
}

static EVP_PKEY *
private_pkey(const uint8_t *private_key)
{
	uint8_t native[STD_SCALAR_LEN];
	EVP_PKEY *key;

	to_native(private_key, native);
	key = make_pkey(native);
	OPENSSL_cleanse(native, sizeof(native));
	return key;
}

static int
signature_write(const uint8_t *der, size_t len, uint8_t *signature)
{
	g_autoptr(ECDSA_SIG) sig = d2i_ECDSA_SIG(NULL, &der, (long)len);

	return sig != NULL &&
	       BN_bn2binpad(ECDSA_SIG_get0_r(sig), signature,
			    STD_SCALAR_LEN) > 0 &&
	       BN_bn2binpad(ECDSA_SIG_get0_s(sig), signature + STD_SCALAR_LEN,
			    STD_SCALAR_LEN) > 0;
}

static int
sign_digest(EVP_PKEY *key, const uint8_t *digest, uint8_t *signature)
{
	g_autoptr(EVP_PKEY_CTX) ctx =
		EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	uint8_t der[DER_SIGNATURE_MAX];
	size_t len = sizeof(der);

	return ctx != NULL && EVP_PKEY_sign_init(ctx) > 0 &&
	       EVP_PKEY_sign(ctx, der, &len, digest, STD_DIGEST_LEN) > 0 &&
	       signature_write(der, len, signature);
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
	g_autoptr(EVP_PKEY) key = NULL;
	uint8_t digest[STD_DIGEST_LEN];
	int32_t status;

	if (private_key == NULL || signature == NULL)
		return BSN_E_INVALID;
	status = message_digest(convention, message, digest);
	if (status != BSN_OK)
		return status;
	if (!scalar_in_range(private_key))
		return BSN_BAD_REQUEST;
	ERR_set_mark();
	key = private_pkey(private_key);
	status = key != NULL && sign_digest(key, digest, signature)
			 ? BSN_OK
			 : BSN_E_INTERNAL;
	ERR_pop_to_mark();
	return status;
}

/* NULL when X || Y is no point of the curve. */
static EVP_PKEY *
public_pkey(const uint8_t *public_key)
{
	g_autoptr(EVP_PKEY) key = EVP_PKEY_dup(pattern);
	uint8_t octets[1 + POINT_LEN] = { UNCOMPRESSED };

	memcpy(octets + 1, public_key, POINT_LEN);
	if (key == NULL || EVP_PKEY_set1_encoded_public_key(
				   key, octets, sizeof(octets)) <= 0)
		return NULL;
	return g_steal_pointer(&key);
}

/* r || s to DER; the length, or 0 when out of memory. */
static size_t
signature_read(const uint8_t *signature, uint8_t *der)
{
	g_autoptr(ECDSA_SIG) sig = ECDSA_SIG_new();
	g_autoptr(BIGNUM) r = BN_bin2bn(signature, STD_SCALAR_LEN, NULL);
	g_autoptr(BIGNUM) s = BN_bin2bn(signature + STD_SCALAR_LEN,
					STD_SCALAR_LEN, NULL);
	int len;

	if (sig == NULL || r == NULL || s == NULL ||
	    !ECDSA_SIG_set0(sig, r, s))
		return 0;
	r = NULL;
	s = NULL;
	len = i2d_ECDSA_SIG(sig, &der);
	return len > 0 ? (size_t)len : 0;
}

/* OpenSSL refuses an r or s outside [1, n - 1]. */
static int32_t
judge(const uint8_t *public_key, const uint8_t *signature,
      const uint8_t *digest)
{
	g_autoptr(EVP_PKEY) key = public_pkey(public_key);
	g_autoptr(EVP_PKEY_CTX) ctx = NULL;
	uint8_t der[DER_SIGNATURE_MAX];
	size_t len = signature_read(signature, der);

	if (key == NULL)
		return BSN_BAD_SIGNATURE;
	ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	if (len == 0 || ctx == NULL || EVP_PKEY_verify_init(ctx) <= 0)
		return BSN_E_NOMEM;
	return EVP_PKEY_verify(ctx, der, len, digest, STD_DIGEST_LEN) == 1
		       ? BSN_OK
		       : BSN_BAD_SIGNATURE;
}

static int32_t
p256_verify(const bsn_verify_item *item)
{
	uint8_t digest[STD_DIGEST_LEN];
	int32_t shape = std_check_item(&std_ecdsa_p256, item);
	int32_t status;

	if (shape == BSN_E_INVALID)
		return shape;
	status = message_digest(item->convention, item->message, digest);
	if (status == BSN_BAD_REQUEST || (status == BSN_OK && shape != BSN_OK))
		return BSN_BAD_SIGNATURE;
	if (status != BSN_OK)
		return status;
	ERR_set_mark();
	status = judge(item->public_key.data, item->signature.data, digest);
	ERR_pop_to_mark();
	return status;
}

int32_t
std_ecdsa_p256_open(bsn_err *err)
{
	if (pattern != NULL)
		return BSN_OK;
	group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	if (group != NULL &&
	    BN_bn2binpad(EC_GROUP_get0_order(group), order, sizeof(order)) > 0)
		pattern = make_pkey(NULL);
	if (pattern != NULL)
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
};
