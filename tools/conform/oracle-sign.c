/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/oracle-sign.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/conform/openssl.h"
#include "tools/conform/oracle-curve.h"

#define NUMBER_LEN CURVE_NUMBER_LEN
#define RAW_LEN (2u * NUMBER_LEN) /* r || s */
#define DER_MAX 72u
#define ED25519_LEN 32u

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OSSL_PARAM_BLD, OSSL_PARAM_BLD_free)

static inline void
params_free(OSSL_PARAM *params)
{
	OSSL_PARAM_free(params);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OSSL_PARAM, params_free)

/* The key is good, so only a lack of memory or of the algorithm is left. */
#define MUST(done)                                                             \
	do {                                                                   \
		if (!(done))                                                   \
			g_error("OpenSSL fails: %s", #done);                   \
	} while (0)

static const struct {
	const char *scheme;
	const char *type, *group; /* OpenSSL's names */
} schemes[] = {
	{ "sm2", "SM2", "SM2" },
	{ "ecdsa-p256", "EC", "P-256" },
	{ "secp256k1", "EC", "secp256k1" },
	{ "ed25519", NULL, NULL },
};

static gsize
index_of(const char *scheme)
{
	gsize i = 0;

	while (i < G_N_ELEMENTS(schemes) &&
	       strcmp(schemes[i].scheme, scheme) != 0)
		i++;
	return i;
}

static gboolean
is(const char *scheme, const char *name)
{
	return strcmp(scheme, name) == 0;
}

gboolean
oracle_knows(const char *scheme)
{
	return index_of(scheme) < G_N_ELEMENTS(schemes);
}

gboolean
oracle_has_convention(const char *scheme, guint32 convention)
{
	switch (convention) {
	case BSN_SIGN_STANDARD:
		return TRUE;
	case BSN_SIGN_PREHASHED:
		return is(scheme, "sm2");
	case BSN_SIGN_DIGEST:
		return !is(scheme, "ed25519");
	}
	return FALSE;
}

/* ---- keys ----------------------------------------------------------------- */

static EVP_PKEY *
ed25519_private(const guint8 *private_key)
{
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL,
						     private_key, ED25519_LEN);

	MUST(key != NULL);
	return key;
}

/* `less`: SM2's private keys go to n - 2 (GB/T 32918.1 section 6.1), ECDSA's
 * to n - 1. */
void
oracle_keys(const char *scheme, const guint8 *seed, OracleKeys *keys)
{
	g_autoptr(Curve) curve = curve_new(scheme);
	g_autoptr(EVP_PKEY) key = NULL;
	gsize len = ED25519_LEN;

	memset(keys, 0, sizeof(*keys));
	if (curve != NULL) {
		curve_reduce(curve, seed, is(scheme, "sm2") ? 2 : 1,
			     keys->private_key);
		MUST(curve_public_key(curve, keys->private_key,
				      keys->public_key));
		return;
	}
	memcpy(keys->private_key, seed, ED25519_LEN);
	key = ed25519_private(keys->private_key);
	MUST(EVP_PKEY_get_raw_public_key(key, keys->public_key, &len));
}

/* NULL when OpenSSL does not take the public key. private_key may be NULL. */
EVP_PKEY *
oracle_key(const char *scheme, const guint8 *private_key,
	   const guint8 *public_key)
{
	gsize i = index_of(scheme);
	guint8 octets[1 + CURVE_POINT_LEN] = { 0x04 };
	g_autoptr(OSSL_PARAM_BLD) builder = OSSL_PARAM_BLD_new();
	g_autoptr(BIGNUM) d = NULL;
	g_autoptr(OSSL_PARAM) params = NULL;
	g_autoptr(EVP_PKEY_CTX) ctx =
		EVP_PKEY_CTX_new_from_name(NULL, schemes[i].type, NULL);
	EVP_PKEY *key = NULL;

	memcpy(octets + 1, public_key, CURVE_POINT_LEN);
	MUST(builder != NULL && ctx != NULL &&
	     OSSL_PARAM_BLD_push_utf8_string(builder,
					     OSSL_PKEY_PARAM_GROUP_NAME,
					     schemes[i].group, 0) &&
	     OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY,
					      octets, sizeof(octets)));
	if (private_key != NULL) {
		d = BN_bin2bn(private_key, NUMBER_LEN, NULL);
		MUST(d != NULL &&
		     OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY,
					    d));
	}
	params = OSSL_PARAM_BLD_to_param(builder);
	MUST(params != NULL && EVP_PKEY_fromdata_init(ctx) > 0);
	if (EVP_PKEY_fromdata(ctx, &key,
			      private_key != NULL ? EVP_PKEY_KEYPAIR :
						    EVP_PKEY_PUBLIC_KEY,
			      params) <= 0)
		ERR_clear_error();
	return key;
}

/* ---- signatures ----------------------------------------------------------- */

static void
from_der(const guint8 *der, gsize len, guint8 *raw)
{
	g_autoptr(ECDSA_SIG) sig = d2i_ECDSA_SIG(NULL, &der, (long)len);

	MUST(sig != NULL &&
	     BN_bn2binpad(ECDSA_SIG_get0_r(sig), raw, NUMBER_LEN) > 0 &&
	     BN_bn2binpad(ECDSA_SIG_get0_s(sig), raw + NUMBER_LEN,
			  NUMBER_LEN) > 0);
}

static gsize
to_der(const guint8 *raw, guint8 *der)
{
	g_autoptr(ECDSA_SIG) sig = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(raw, NUMBER_LEN, NULL);
	BIGNUM *s = BN_bin2bn(raw + NUMBER_LEN, NUMBER_LEN, NULL);
	int len;

	MUST(sig != NULL && r != NULL && s != NULL &&
	     ECDSA_SIG_set0(sig, r, s));
	len = i2d_ECDSA_SIG(sig, &der);
	MUST(len > 0 && (gsize)len <= DER_MAX);
	return (gsize)len;
}

/* SM2 with the whole of OpenSSL's own way from message to signature, so that
 * its Z_A is a second opinion on ours as well. */
static EVP_MD_CTX *
sm2_context(EVP_PKEY *key, bsn_slice user_id)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pkey = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);

	if (user_id.len == 0)
		user_id = bsn_slice_str(BSN_SM2_DEFAULT_ID);
	MUST(ctx != NULL && pkey != NULL &&
	     EVP_PKEY_CTX_set1_id(pkey, user_id.data, (int)user_id.len) > 0);
	EVP_MD_CTX_set_pkey_ctx(ctx, pkey);
	return ctx;
}

static void
sm2_sign(EVP_PKEY *key, bsn_slice user_id, bsn_slice message, guint8 *raw)
{
	g_autoptr(EVP_MD_CTX) ctx = sm2_context(key, user_id);
	EVP_PKEY_CTX *pkey = EVP_MD_CTX_get_pkey_ctx(ctx);
	guint8 der[DER_MAX];
	gsize len = sizeof(der);

	MUST(EVP_DigestSignInit(ctx, NULL, EVP_sm3(), NULL, key) > 0 &&
	     EVP_DigestSign(ctx, der, &len, message.data, message.len) > 0);
	from_der(der, len, raw);
	EVP_PKEY_CTX_free(pkey);
}

static gboolean
sm2_verify(EVP_PKEY *key, bsn_slice user_id, bsn_slice message,
	   const guint8 *der, gsize len)
{
	g_autoptr(EVP_MD_CTX) ctx = sm2_context(key, user_id);
	EVP_PKEY_CTX *pkey = EVP_MD_CTX_get_pkey_ctx(ctx);
	gboolean good;

	MUST(EVP_DigestVerifyInit(ctx, NULL, EVP_sm3(), NULL, key) > 0);
	good = EVP_DigestVerify(ctx, der, len, message.data, message.len) == 1;
	EVP_PKEY_CTX_free(pkey);
	return good;
}

static void
number_sign(EVP_PKEY *key, const guint8 *e, guint8 *raw)
{
	g_autoptr(EVP_PKEY_CTX) ctx =
		EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	guint8 der[DER_MAX];
	gsize len = sizeof(der);

	MUST(ctx != NULL && EVP_PKEY_sign_init(ctx) > 0 &&
	     EVP_PKEY_sign(ctx, der, &len, e, NUMBER_LEN) > 0);
	from_der(der, len, raw);
}

static gboolean
number_verify(EVP_PKEY *key, const guint8 *e, const guint8 *der, gsize len)
{
	g_autoptr(EVP_PKEY_CTX) ctx =
		EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);

	MUST(ctx != NULL && EVP_PKEY_verify_init(ctx) > 0);
	return EVP_PKEY_verify(ctx, der, len, e, NUMBER_LEN) == 1;
}

/* s to the lower half; v is whichever of 0 and 1 gives R back. With R = s^-1
 * (eG + rP), v is the parity of its y. */
static void
finish_secp256k1(const guint8 *public_key, const guint8 *e, guint8 *signature)
{
	g_autoptr(Curve) curve = curve_new("secp256k1");
	guint8 *s = signature + NUMBER_LEN;
	guint8 point[CURVE_POINT_LEN], key[CURVE_POINT_LEN];

	if (curve_is_high(curve, s))
		curve_negative(curve, s, s);
	curve_point_from(curve, signature, point); /* of even y */
	curve_ecdsa_key(curve, point, s, e, key);
	signature[RAW_LEN] = memcmp(key, public_key, CURVE_POINT_LEN) == 0 ?
				     0 :
				     1;
}

static void
ed25519_sign(const guint8 *private_key, bsn_slice message, guint8 *signature)
{
	g_autoptr(EVP_PKEY) key = ed25519_private(private_key);
	g_autoptr(EVP_MD_CTX) ctx = EVP_MD_CTX_new();
	gsize len = RAW_LEN;

	MUST(ctx != NULL && EVP_DigestSignInit(ctx, NULL, NULL, NULL, key) &&
	     EVP_DigestSign(ctx, signature, &len, message.data, message.len));
}

static gboolean
ed25519_verify(const guint8 *public_key, bsn_slice message,
	       const guint8 *signature)
{
	g_autoptr(EVP_PKEY) key = EVP_PKEY_new_raw_public_key(
		EVP_PKEY_ED25519, NULL, public_key, ED25519_LEN);
	g_autoptr(EVP_MD_CTX) ctx = EVP_MD_CTX_new();

	MUST(ctx != NULL);
	return key != NULL &&
	       EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key) > 0 &&
	       EVP_DigestVerify(ctx, signature, RAW_LEN, message.data,
				message.len) == 1;
}

/* Whether OpenSSL is asked for all of it. It takes user ids of 8190 bytes, while
 * ENTL can count 8191 (GB/T 32918.2 section 5.5); that one is for our own Z_A. */
static gboolean
is_for_sm2_alone(const char *scheme, guint32 convention, bsn_slice user_id)
{
	return is(scheme, "sm2") && convention == BSN_SIGN_STANDARD &&
	       user_id.len < G_MAXUINT16 / 8;
}

void
oracle_sign(const char *scheme, guint32 convention, const OracleKeys *keys,
	    bsn_slice user_id, bsn_slice message, guint8 *signature)
{
	g_autoptr(EVP_PKEY) key = NULL;
	guint8 e[NUMBER_LEN];

	if (is(scheme, "ed25519")) {
		ed25519_sign(keys->private_key, message, signature);
		return;
	}
	key = oracle_key(scheme, keys->private_key, keys->public_key);
	MUST(key != NULL);
	if (is_for_sm2_alone(scheme, convention, user_id)) {
		sm2_sign(key, user_id, message, signature);
		return;
	}
	oracle_number(scheme, convention, keys->public_key, user_id, message,
		      e);
	number_sign(key, e, signature);
	if (is(scheme, "secp256k1"))
		finish_secp256k1(keys->public_key, e, signature);
}

gboolean
oracle_verify(const char *scheme, guint32 convention, const guint8 *public_key,
	      bsn_slice user_id, bsn_slice message, const guint8 *signature)
{
	g_autoptr(EVP_PKEY) key = NULL;
	guint8 e[NUMBER_LEN], der[DER_MAX];
	gsize len;
	gboolean good;

	if (is(scheme, "ed25519"))
		return ed25519_verify(public_key, message, signature);
	key = oracle_key(scheme, NULL, public_key);
	if (key == NULL)
		return FALSE;
	len = to_der(signature, der);
	if (is_for_sm2_alone(scheme, convention, user_id)) {
		good = sm2_verify(key, user_id, message, der, len);
	} else {
		oracle_number(scheme, convention, public_key, user_id, message,
			      e);
		good = number_verify(key, e, der, len);
	}
	ERR_clear_error();
	return good;
}
