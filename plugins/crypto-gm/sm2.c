/* SPDX-License-Identifier: Apache-2.0
 *
 * SM2 signatures (GB/T 32918.2) in three conventions, see bsn/base.h.
 */
#include <openssl/ecdsa.h>
#include <openssl/err.h>

#include "plugins/crypto-gm/sm2_curve.h"
#include "plugins/crypto-gm/sm2_digest.h"
#include "plugins/crypto-gm/sm2_signers.h"

#define SIGNATURE_LEN 64
/* Two numbers of 33 bytes, each with a tag and a length, in a sequence. */
#define DER_SIGNATURE_MAX 72

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ECDSA_SIG, ECDSA_SIG_free)

static int32_t
sm2_generate(const uint8_t *seed, uint8_t *private_key, uint8_t *public_key)
{
	int32_t status;

	if (seed == NULL || private_key == NULL || public_key == NULL)
		return BSN_E_INVALID;
	status = sm2_scalar_from_seed(seed, private_key);
	return status == BSN_OK ? sm2_derive(private_key, public_key) : status;
}

static int32_t
sm2_public_key(const uint8_t *private_key, uint8_t *public_key)
{
	if (private_key == NULL || public_key == NULL)
		return BSN_E_INVALID;
	return sm2_derive(private_key, public_key);
}

/* DER to r || s. */
static int
signature_write(const uint8_t *der, size_t len, uint8_t *signature)
{
	g_autoptr(ECDSA_SIG) sig = d2i_ECDSA_SIG(NULL, &der, (long)len);

	return sig != NULL &&
	       BN_bn2binpad(ECDSA_SIG_get0_r(sig), signature,
			    SM2_SCALAR_LEN) > 0 &&
	       BN_bn2binpad(ECDSA_SIG_get0_s(sig), signature + SM2_SCALAR_LEN,
			    SM2_SCALAR_LEN) > 0;
}

/* OpenSSL signs what it is given as e, with a nonce of its own. */
static int
sign_number(const uint8_t *private_key, const uint8_t *e, uint8_t *signature)
{
	g_autoptr(EVP_PKEY) key = sm2_private_pkey(private_key);
	g_autoptr(EVP_PKEY_CTX) ctx =
		key != NULL ? EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL) :
			      NULL;
	uint8_t der[DER_SIGNATURE_MAX];
	size_t len = sizeof(der);

	return ctx != NULL && EVP_PKEY_sign_init(ctx) > 0 &&
	       EVP_PKEY_sign(ctx, der, &len, e, SM3_LEN) > 0 &&
	       signature_write(der, len, signature);
}

static int32_t
sm2_sign(const uint8_t *private_key, uint32_t convention, bsn_slice user_id,
	 bsn_slice message, uint8_t *signature)
{
	uint8_t public_key[SM2_POINT_LEN], e[SM3_LEN];
	int32_t status;

	if (private_key == NULL || signature == NULL)
		return BSN_E_INVALID;
	status = sm2_signer_public_key(private_key, public_key);
	if (status == BSN_OK)
		status = sm2_digest(convention, public_key, user_id, message,
				    e);
	if (status != BSN_OK)
		return status;
	ERR_set_mark();
	status = sign_number(private_key, e, signature) ? BSN_OK
							: BSN_E_INTERNAL;
	ERR_pop_to_mark();
	return status;
}

/* What a verification works with, from one BN_CTX frame. */
typedef struct {
	BN_CTX *bn;
	BIGNUM *r, *s, *t, *x;
} Numbers;

static int
numbers_read(Numbers *numbers, const uint8_t *signature)
{
	numbers->r = BN_CTX_get(numbers->bn);
	numbers->s = BN_CTX_get(numbers->bn);
	numbers->t = BN_CTX_get(numbers->bn);
	numbers->x = BN_CTX_get(numbers->bn);
	return numbers->x != NULL &&
	       BN_bin2bn(signature, SM2_SCALAR_LEN, numbers->r) != NULL &&
	       BN_bin2bn(signature + SM2_SCALAR_LEN, SM2_SCALAR_LEN,
			 numbers->s) != NULL;
}

static int
in_range(const BIGNUM *number)
{
	return !BN_is_zero(number) &&
	       BN_cmp(number, EC_GROUP_get0_order(sm2_group())) < 0;
}

/* R = e + x1 with (x1, y1) = s G + t P; the signature holds when R is r. */
static int32_t
compare(const Numbers *n, const EC_POINT *key, const uint8_t *e)
{
	const EC_GROUP *group = sm2_group();
	const BIGNUM *order = EC_GROUP_get0_order(group);
	g_autoptr(EC_POINT) sum = EC_POINT_new(group);

	if (sum == NULL ||
	    !EC_POINT_mul(group, sum, n->s, key, n->t, n->bn))
		return BSN_E_NOMEM;
	if (EC_POINT_is_at_infinity(group, sum))
		return BSN_BAD_SIGNATURE;
	if (!EC_POINT_get_affine_coordinates(group, sum, n->x, NULL, n->bn) ||
	    BN_bin2bn(e, SM3_LEN, n->t) == NULL ||
	    !BN_mod_add(n->x, n->x, n->t, order, n->bn))
		return BSN_E_NOMEM;
	return BN_cmp(n->x, n->r) == 0 ? BSN_OK : BSN_BAD_SIGNATURE;
}

/* GB/T 32918.2 section 7.1. */
static int32_t
judge(Numbers *n, const uint8_t *public_key, const uint8_t *signature,
      const uint8_t *e)
{
	const BIGNUM *order = EC_GROUP_get0_order(sm2_group());
	g_autoptr(EC_POINT) key = NULL;

	if (!numbers_read(n, signature))
		return BSN_E_NOMEM;
	if (!in_range(n->r) || !in_range(n->s))
		return BSN_BAD_SIGNATURE;
	if (!BN_mod_add(n->t, n->r, n->s, order, n->bn))
		return BSN_E_NOMEM;
	if (BN_is_zero(n->t))
		return BSN_BAD_SIGNATURE;
	key = sm2_point_read(public_key, n->bn);
	return key != NULL ? compare(n, key, e) : BSN_BAD_SIGNATURE;
}

static int32_t
verify_number(const uint8_t *public_key, const uint8_t *signature,
	      const uint8_t *e)
{
	g_autoptr(BN_CTX) bn = BN_CTX_new();
	Numbers numbers = { .bn = bn };
	int32_t status;

	if (bn == NULL)
		return BSN_E_NOMEM;
	ERR_set_mark();
	BN_CTX_start(bn);
	status = judge(&numbers, public_key, signature, e);
	BN_CTX_end(bn);
	ERR_pop_to_mark();
	return status;
}

static int32_t
sm2_verify(const bsn_verify_item *item)
{
	uint8_t e[SM3_LEN];
	int32_t status;

	if (item == NULL || !BSN_REACHES(item, signature) ||
	    item->public_key.data == NULL || item->signature.data == NULL)
		return BSN_E_INVALID;
	if (item->convention > BSN_SIGN_DIGEST)
		return BSN_NOT_OFFERED;
	if (item->public_key.len != SM2_POINT_LEN ||
	    item->signature.len != SIGNATURE_LEN)
		return BSN_BAD_SIGNATURE;
	status = sm2_digest(item->convention, item->public_key.data,
			    item->user_id, item->message, e);
	if (status == BSN_BAD_REQUEST)
		return BSN_BAD_SIGNATURE;
	if (status != BSN_OK)
		return status;
	return verify_number(item->public_key.data, item->signature.data, e);
}

int32_t
gm_sm2_open(bsn_err *err)
{
	int32_t status = sm2_curve_open(err);

	return status == BSN_OK ? sm2_signers_open(err) : status;
}

const bsn_signature gm_sm2 = {
	.size = sizeof(bsn_signature),
	.name = "sm2",
	.public_key_len = SM2_POINT_LEN,
	.signature_len = SIGNATURE_LEN,
	.generate = sm2_generate,
	.public_key = sm2_public_key,
	.sign = sm2_sign,
	.verify = sm2_verify,
};
