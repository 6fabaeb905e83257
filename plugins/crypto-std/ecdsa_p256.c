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

#include "plugins/crypto-std/ecdsa_p256_tables.h"
#include "plugins/crypto-std/std.h"

#define POINT_LEN 64
#define SIGNATURE_LEN 64
#define UNCOMPRESSED 0x04

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIGNUM, BN_clear_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BN_CTX, BN_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EC_KEY, EC_KEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EC_POINT, EC_POINT_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ECDSA_SIG, ECDSA_SIG_free)

static EC_GROUP *group;
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

/* NULL when out of memory. */
static EC_KEY *
private_key_read(const uint8_t *private_key)
{
	g_autoptr(BIGNUM) scalar = BN_bin2bn(private_key, STD_SCALAR_LEN, NULL);
	g_autoptr(EC_KEY) key = EC_KEY_new();

	return scalar != NULL && key != NULL && EC_KEY_set_group(key, group) &&
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
	status = message_digest(convention, message, digest);
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

/* ---- verifying ---- */

/* What a verification works with, from one BN_CTX frame. */
typedef struct {
	BN_CTX *bn;
	BIGNUM *r, *s, *u1, *u2;
} Numbers;

static int
in_range(const BIGNUM *number)
{
	return !BN_is_zero(number) &&
	       BN_cmp(number, EC_GROUP_get0_order(group)) < 0;
}

/* u1 = e / s and u2 = r / s; 0 when out of memory. */
static int
numbers_divide(const Numbers *n, const uint8_t *digest)
{
	const BIGNUM *q = EC_GROUP_get0_order(group);

	return BN_mod_inverse(n->s, n->s, q, n->bn) != NULL &&
	       BN_bin2bn(digest, STD_DIGEST_LEN, n->u1) != NULL &&
	       BN_mod_mul(n->u1, n->u1, n->s, q, n->bn) &&
	       BN_mod_mul(n->u2, n->r, n->s, q, n->bn);
}

/* sum = u1 G + u2 Q, with Q's table. */
static int32_t
add_by_table(const Numbers *n, const P256Table *table, EC_POINT *sum)
{
	g_autoptr(EC_POINT) other = EC_POINT_new(group);

	return other != NULL &&
			       EC_POINT_mul(group, sum, n->u1, NULL, NULL,
					    n->bn) &&
			       EC_POINT_mul(table->group, other, n->u2, NULL,
					    NULL, n->bn) &&
			       EC_POINT_add(group, sum, sum, other, n->bn)
		       ? BSN_OK
		       : BSN_E_NOMEM;
}

/* The same without; BSN_BAD_SIGNATURE when Q is no point of the curve. */
static int32_t
add_by_key(const Numbers *n, const uint8_t *public_key, EC_POINT *sum)
{
	g_autoptr(EC_POINT) key = EC_POINT_new(group);
	uint8_t octets[1 + POINT_LEN] = { UNCOMPRESSED };

	memcpy(octets + 1, public_key, POINT_LEN);
	if (key == NULL)
		return BSN_E_NOMEM;
	if (!EC_POINT_oct2point(group, key, octets, sizeof(octets), n->bn))
		return BSN_BAD_SIGNATURE;
	return EC_POINT_mul(group, sum, n->u1, key, n->u2, n->bn)
		       ? BSN_OK
		       : BSN_E_NOMEM;
}

/* The signature holds when the sum's x is r, modulo the order. */
static int32_t
compare(const Numbers *n, const EC_POINT *sum)
{
	if (EC_POINT_is_at_infinity(group, sum))
		return BSN_BAD_SIGNATURE;
	if (!EC_POINT_get_affine_coordinates(group, sum, n->u1, NULL, n->bn) ||
	    !BN_nnmod(n->u1, n->u1, EC_GROUP_get0_order(group), n->bn))
		return BSN_E_NOMEM;
	return BN_cmp(n->u1, n->r) == 0 ? BSN_OK : BSN_BAD_SIGNATURE;
}

/* FIPS 186-5 section 6.4.2. */
static int32_t
judge_numbers(const Numbers *n, const uint8_t *public_key,
	      const uint8_t *digest)
{
	g_autoptr(EC_POINT) sum = EC_POINT_new(group);
	P256Table *table;
	int32_t status;

	if (!in_range(n->r) || !in_range(n->s))
		return BSN_BAD_SIGNATURE;
	if (sum == NULL || !numbers_divide(n, digest))
		return BSN_E_NOMEM;
	table = p256_table_of(group, public_key);
	status = table != NULL ? add_by_table(n, table, sum)
			       : add_by_key(n, public_key, sum);
	p256_table_unref(table);
	return status == BSN_OK ? compare(n, sum) : status;
}

static int32_t
judge(const uint8_t *public_key, const uint8_t *signature,
      const uint8_t *digest)
{
	g_autoptr(BN_CTX) bn = BN_CTX_new();
	Numbers n = { .bn = bn };
	int32_t status = BSN_E_NOMEM;

	if (bn == NULL)
		return status;
	BN_CTX_start(bn);
	n.r = BN_CTX_get(bn);
	n.s = BN_CTX_get(bn);
	n.u1 = BN_CTX_get(bn);
	n.u2 = BN_CTX_get(bn);
	if (n.u2 != NULL && BN_bin2bn(signature, STD_SCALAR_LEN, n.r) != NULL &&
	    BN_bin2bn(signature + STD_SCALAR_LEN, STD_SCALAR_LEN, n.s) != NULL)
		status = judge_numbers(&n, public_key, digest);
	BN_CTX_end(bn);
	return status;
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
	if (group != NULL)
		return BSN_OK;
	group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	if (group != NULL &&
	    BN_bn2binpad(EC_GROUP_get0_order(group), order, sizeof(order)) > 0)
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
