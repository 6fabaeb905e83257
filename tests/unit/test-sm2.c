/* SPDX-License-Identifier: Apache-2.0
 *
 * SM2: the standard's example, and OpenSSL's own use of the same keys as a
 * second opinion on conventions and encodings.
 */
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <string.h>

#include "plugins/crypto-gm/gm.h"
#include "tests/unit/signature-rules.h"

/* test-gm-random has more. */
#define RANDOM_KEYS 200u

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY_CTX, EVP_PKEY_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ECDSA_SIG, ECDSA_SIG_free)

static const bsn_hash *const sm3 = &gm_sm3;
static const bsn_signature *const sm2 = &gm_sm2;

/* GB/T 32918.5 appendix A.2. */
static const char example_private[] =
	"3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8";
static const char example_public[] =
	"09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
	"ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
static const char example_signature[] =
	"f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
	"b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa";
static const char order[] =
	"fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";
static const char order_minus_1[] =
	"fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54122";
static const char order_minus_2[] =
	"fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54121";

static void
sm2_example_of_the_standard(void)
{
	const bsn_slice message = bsn_slice_str("message digest");
	guint8 private_key[32], public_key[64], signature[64], derived[64];

	UNHEX(example_private, private_key);
	UNHEX(example_public, public_key);
	UNHEX(example_signature, signature);
	g_assert_cmpint(sm2->public_key(private_key, derived), ==, BSN_OK);
	ASSERT_SAME(derived, public_key, 64);
	g_assert_cmpint(verify_as(sm2, BSN_SIGN_STANDARD, public_key, message,
				  signature),
			==, BSN_OK);
	g_assert_cmpint(verify_as(sm2, BSN_SIGN_PREHASHED, public_key, message,
				  signature),
			==, BSN_BAD_SIGNATURE);
}

/* ---- OpenSSL as the other side ----------------------------------------- */

static EVP_PKEY *
openssl_key(const KeyPair *pair)
{
	g_autoptr(EVP_PKEY_CTX) ctx =
		EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
	guint8 native[32], point[65] = { 4 };
	EVP_PKEY *key = NULL;
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string("group", (char[]){ "SM2" }, 0),
		OSSL_PARAM_construct_BN("priv", native, sizeof(native)),
		OSSL_PARAM_construct_octet_string("pub", point, sizeof(point)),
		OSSL_PARAM_construct_end(),
	};

	for (gsize i = 0; i < 32; i++)
		native[i] = pair->private_key[G_BYTE_ORDER == G_BIG_ENDIAN
						      ? i
						      : 31 - i];
	memcpy(point + 1, pair->public_key, 64);
	g_assert_cmpint(EVP_PKEY_fromdata_init(ctx), ==, 1);
	g_assert_cmpint(EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params),
			==, 1);
	return key;
}

static gsize
to_der(const guint8 *signature, guint8 *der)
{
	g_autoptr(ECDSA_SIG) sig = ECDSA_SIG_new();

	ECDSA_SIG_set0(sig, BN_bin2bn(signature, 32, NULL),
		       BN_bin2bn(signature + 32, 32, NULL));
	return (gsize)i2d_ECDSA_SIG(sig, &der);
}

static void
from_der(const guint8 *der, gsize len, guint8 *signature)
{
	g_autoptr(ECDSA_SIG) sig = d2i_ECDSA_SIG(NULL, &der, (long)len);

	g_assert_nonnull(sig);
	BN_bn2binpad(ECDSA_SIG_get0_r(sig), signature, 32);
	BN_bn2binpad(ECDSA_SIG_get0_s(sig), signature + 32, 32);
}

/* A digest-signing context of OpenSSL's with a user id. */
static EVP_MD_CTX *
openssl_context(EVP_PKEY *key, const char *user_id, gboolean signs)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *inner = NULL;

	g_assert_cmpint(signs ? EVP_DigestSignInit_ex(ctx, &inner, "SM3", NULL,
						      NULL, key, NULL)
			      : EVP_DigestVerifyInit_ex(ctx, &inner, "SM3",
							NULL, NULL, key, NULL),
			==, 1);
	g_assert_cmpint(EVP_PKEY_CTX_set1_id(inner, user_id,
					     (int)strlen(user_id)),
			==, 1);
	return ctx;
}

static void
openssl_agrees(const KeyPair *pair, const char *user_id, bsn_slice message)
{
	g_autoptr(EVP_PKEY) key = openssl_key(pair);
	g_autoptr(EVP_MD_CTX) signs = openssl_context(key, user_id, TRUE);
	g_autoptr(EVP_MD_CTX) verifies = openssl_context(key, user_id, FALSE);
	guint8 theirs[64], ours[64], der[80];
	gsize len = sizeof(der);
	bsn_verify_item item = {
		.size = sizeof(item),
		.public_key = bsn_slice_of(pair->public_key, 64),
		.user_id = bsn_slice_str(user_id),
		.message = message,
		.signature = bsn_slice_of(theirs, 64),
	};

	g_assert_cmpint(EVP_DigestSign(signs, der, &len, message.data,
				       message.len),
			==, 1);
	from_der(der, len, theirs);
	g_assert_cmpint(sm2->verify(&item), ==, BSN_OK);
	g_assert_cmpint(sm2->sign(pair->private_key, BSN_SIGN_STANDARD,
				  item.user_id, message, ours),
			==, BSN_OK);
	len = to_der(ours, der);
	g_assert_cmpint(EVP_DigestVerify(verifies, der, len, message.data,
					 message.len),
			==, 1);
	item.user_id = bsn_slice_str("somebody else");
	g_assert_cmpint(sm2->verify(&item), ==, BSN_BAD_SIGNATURE);
}

static void
openssl_agrees_on_random_keys(void)
{
	guint8 message[200];
	KeyPair pair;

	for (guint i = 0; i < RANDOM_KEYS; i++) {
		gsize len = (gsize)g_test_rand_int_range(0, sizeof(message));

		test_random(message, len);
		key_pair_random(sm2, &pair);
		openssl_agrees(&pair,
			       i % 2 == 0 ? BSN_SM2_DEFAULT_ID : "a@b.example",
			       bsn_slice_of(message, len));
	}
}

static void
prehashed_is_the_standard_over_sm3(void)
{
	const bsn_slice message = bsn_slice_str("a transaction");
	guint8 digest[32], signature[64];
	KeyPair pair;

	key_pair_random(sm2, &pair);
	sm3->digest(&message, 1, digest);
	g_assert_cmpint(sm2->sign(pair.private_key, BSN_SIGN_PREHASHED,
				  (bsn_slice){ NULL, 0 }, message, signature),
			==, BSN_OK);
	g_assert_cmpint(verify_as(sm2, BSN_SIGN_STANDARD, pair.public_key,
				  bsn_slice_of(digest, 32), signature),
			==, BSN_OK);
}

static void
digest_is_what_openssl_signs_raw(void)
{
	guint8 digest[32], signature[64], der[80];
	gsize len = sizeof(der);
	KeyPair pair;

	key_pair_random(sm2, &pair);
	test_random(digest, sizeof(digest));

	g_autoptr(EVP_PKEY) key = openssl_key(&pair);
	g_autoptr(EVP_PKEY_CTX) ctx = EVP_PKEY_CTX_new(key, NULL);

	EVP_PKEY_sign_init(ctx);
	g_assert_cmpint(EVP_PKEY_sign(ctx, der, &len, digest, 32), ==, 1);
	from_der(der, len, signature);
	g_assert_cmpint(verify_as(sm2, BSN_SIGN_DIGEST, pair.public_key,
				  bsn_slice_of(digest, 32), signature),
			==, BSN_OK);
	sm2->sign(pair.private_key, BSN_SIGN_DIGEST, (bsn_slice){ NULL, 0 },
		  bsn_slice_of(digest, 32), signature);
	len = to_der(signature, der);
	EVP_PKEY_verify_init(ctx);
	g_assert_cmpint(EVP_PKEY_verify(ctx, der, len, digest, 32), ==, 1);
}

/* A digest over the order is a number like any other. */
static void
digest_over_the_order_is_reduced(void)
{
	guint8 digest[32], signature[64];
	KeyPair pair;

	key_pair_random(sm2, &pair);
	memset(digest, 0xff, sizeof(digest));
	g_assert_cmpint(sm2->sign(pair.private_key, BSN_SIGN_DIGEST,
				  (bsn_slice){ NULL, 0 },
				  bsn_slice_of(digest, 32), signature),
			==, BSN_OK);
	g_assert_cmpint(verify_as(sm2, BSN_SIGN_DIGEST, pair.public_key,
				  bsn_slice_of(digest, 32), signature),
			==, BSN_OK);
}

/* ---- malformed input --------------------------------------------------- */

static void
scalars_out_of_range_are_refused(void)
{
	const char *const bad[] = { order, order_minus_1 };
	guint8 scalar[32] = { 0 }, out[64];
	const bsn_slice none = { NULL, 0 };

	for (gsize i = 0; i <= G_N_ELEMENTS(bad); i++) {
		g_assert_cmpint(sm2->public_key(scalar, out), ==,
				BSN_BAD_REQUEST);
		for (guint32 j = 0; j <= BSN_SIGN_DIGEST; j++)
			g_assert_cmpint(sm2->sign(scalar, j, none,
						  bsn_slice_of(out, 32), out),
					==, BSN_BAD_REQUEST);
		if (i < G_N_ELEMENTS(bad))
			UNHEX(bad[i], scalar);
	}
	UNHEX(order_minus_2, scalar);
	g_assert_cmpint(sm2->public_key(scalar, out), ==, BSN_OK);
}

static void
seeds_at_the_edges_give_scalars_in_range(void)
{
	guint8 seed[48] = { 0 }, one[32] = { 0 };
	KeyPair pair;

	one[31] = 1;
	g_assert_cmpint(sm2->generate(seed, pair.private_key, pair.public_key),
			==, BSN_OK);
	ASSERT_SAME(pair.private_key, one, 32);
	/* n - 3 is the largest remainder of n - 2, so the key is n - 2. */
	unhex(order_minus_2, seed + 16, 32);
	seed[47]--;
	g_assert_cmpint(sm2->generate(seed, pair.private_key, pair.public_key),
			==, BSN_OK);
	UNHEX(order_minus_2, one);
	ASSERT_SAME(pair.private_key, one, 32);
}

static void
signature_numbers_out_of_range_are_refused(void)
{
	const bsn_slice message = bsn_slice_str("message digest");
	guint8 public_key[64], good[64], bad[64], n[32];

	UNHEX(example_public, public_key);
	UNHEX(example_signature, good);
	UNHEX(order, n);
	for (guint half = 0; half < 64; half += 32) {
		memcpy(bad, good, 64);
		memset(bad + half, 0, 32);
		g_assert_cmpint(verify_as(sm2, 0, public_key, message, bad), ==,
				BSN_BAD_SIGNATURE);
		memcpy(bad + half, n, 32);
		g_assert_cmpint(verify_as(sm2, 0, public_key, message, bad), ==,
				BSN_BAD_SIGNATURE);
		memset(bad + half, 0xff, 32);
		g_assert_cmpint(verify_as(sm2, 0, public_key, message, bad), ==,
				BSN_BAD_SIGNATURE);
	}
}

static void
keys_off_the_curve_are_refused(void)
{
	static const char *const keys[] = {
		/* (0, 0), all ones, and the example with x = p. */
		"00000000000000000000000000000000"
		"00000000000000000000000000000000"
		"00000000000000000000000000000000"
		"00000000000000000000000000000000",
		"ffffffffffffffffffffffffffffffff"
		"ffffffffffffffffffffffffffffffff"
		"ffffffffffffffffffffffffffffffff"
		"ffffffffffffffffffffffffffffffff",
		"fffffffeffffffffffffffffffffffff"
		"ffffffff00000000ffffffffffffffff"
		"ccea490ce26775a52dc6ea718cc1aa60"
		"0aed05fbf35e084a6632f6072da9ad13",
	};
	guint8 signature[64], key[64];

	UNHEX(example_signature, signature);
	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		UNHEX(keys[i], key);
		g_assert_cmpint(verify_as(sm2, 0, key,
					  bsn_slice_str("message digest"),
					  signature),
				==, BSN_BAD_SIGNATURE);
	}
}

/* Some point with an x so small that x + p fits in 32 bytes too. */
static EC_POINT *
point_of_small_x(const EC_GROUP *group, BIGNUM *x)
{
	EC_POINT *point = EC_POINT_new(group);

	BN_one(x);
	while (!EC_POINT_set_compressed_coordinates(group, point, x, 0, NULL))
		BN_add_word(x, 1);
	return point;
}

/* A digest that the signature (r, s) of small numbers is valid for under any
 * key: e is r - x1 with (x1, y1) = s G + (r + s) P. A t of 0 leaves out P. */
static void
forge_digest(const EC_POINT *key, BN_ULONG r, const BIGNUM *s, BN_ULONG t,
	     guint8 *digest)
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_sm2);
	EC_POINT *sum = EC_POINT_new(group);
	BIGNUM *x = BN_new(), *number = BN_new();
	BN_CTX *bn = BN_CTX_new();

	BN_set_word(number, t);
	EC_POINT_mul(group, sum, s, key, key != NULL ? number : NULL, bn);
	EC_POINT_get_affine_coordinates(group, sum, x, NULL, bn);
	BN_set_word(number, r);
	BN_mod_sub(x, number, x, EC_GROUP_get0_order(group), bn);
	BN_bn2binpad(x, digest, 32);
	BN_CTX_free(bn);
	BN_free(x);
	BN_free(number);
	EC_POINT_free(sum);
	EC_GROUP_free(group);
}

static void
a_point_has_one_encoding(void)
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_sm2);
	BIGNUM *x = BN_new(), *y = BN_new(), *p = BN_new();
	EC_POINT *point = point_of_small_x(group, x);
	guint8 key[64], digest[32], signature[64] = { 0 };

	signature[31] = 1;
	signature[63] = 1;
	forge_digest(point, 1, BN_value_one(), 2, digest);
	EC_POINT_get_affine_coordinates(group, point, x, y, NULL);
	BN_bn2binpad(x, key, 32);
	BN_bn2binpad(y, key + 32, 32);
	g_assert_cmpint(verify_as(sm2, BSN_SIGN_DIGEST, key,
				  bsn_slice_of(digest, 32), signature),
			==, BSN_OK);
	EC_GROUP_get_curve(group, p, NULL, NULL, NULL);
	BN_add(x, x, p);
	BN_bn2binpad(x, key, 32);
	g_assert_cmpint(verify_as(sm2, BSN_SIGN_DIGEST, key,
				  bsn_slice_of(digest, 32), signature),
			==, BSN_BAD_SIGNATURE);
	BN_free(x);
	BN_free(y);
	BN_free(p);
	EC_POINT_free(point);
	EC_GROUP_free(group);
}

/* Valid as s = 1, so valid as s = n + 1 to who does not look. */
static void
a_number_has_one_encoding(void)
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_sm2);
	EC_POINT *key = EC_POINT_dup(EC_GROUP_get0_generator(group), group);
	guint8 public_key[64], digest[32], signature[64] = { 0 };
	BIGNUM *x = BN_new(), *y = BN_new();

	EC_POINT_get_affine_coordinates(group, key, x, y, NULL);
	BN_bn2binpad(x, public_key, 32);
	BN_bn2binpad(y, public_key + 32, 32);
	forge_digest(key, 1, BN_value_one(), 2, digest);
	signature[31] = 1;
	signature[63] = 1;
	g_assert_cmpint(verify_as(sm2, BSN_SIGN_DIGEST, public_key,
				  bsn_slice_of(digest, 32), signature),
			==, BSN_OK);
	unhex(order, signature + 32, 32);
	signature[63]++;
	g_assert_cmpint(verify_as(sm2, BSN_SIGN_DIGEST, public_key,
				  bsn_slice_of(digest, 32), signature),
			==, BSN_BAD_SIGNATURE);
	BN_free(x);
	BN_free(y);
	EC_POINT_free(key);
	EC_GROUP_free(group);
}

/* t = r + s mod n = 0 takes the key out of the equation: the forgery would hold
 * under every key. */
static void
a_signature_with_t_zero_is_refused(void)
{
	guint8 public_key[64], digest[32], signature[64] = { 0 };
	BIGNUM *s = NULL;

	UNHEX(example_public, public_key);
	signature[31] = 1;
	unhex(order_minus_1, signature + 32, 32);
	s = BN_bin2bn(signature + 32, 32, NULL);
	forge_digest(NULL, 1, s, 0, digest);
	g_assert_cmpint(verify_as(sm2, BSN_SIGN_DIGEST, public_key,
				  bsn_slice_of(digest, 32), signature),
			==, BSN_BAD_SIGNATURE);
	BN_free(s);
}

static void
user_ids_are_bounded(void)
{
	g_autofree char *id = g_strnfill(8192, 'i');
	guint8 signature[64];
	KeyPair pair;

	key_pair_random(sm2, &pair);
	g_assert_cmpint(sm2->sign(pair.private_key, 0, bsn_slice_of(id, 8191),
				  bsn_slice_str("m"), signature),
			==, BSN_OK);
	g_assert_cmpint(sm2->sign(pair.private_key, 0, bsn_slice_of(id, 8192),
				  bsn_slice_str("m"), signature),
			==, BSN_BAD_REQUEST);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_assert_cmpint(gm_sm3_open(NULL), ==, BSN_OK);
	g_assert_cmpint(gm_sm2_open(NULL), ==, BSN_OK);
	signature_rules_add(sm2, 7);
	g_test_add_func("/sm2/example-of-the-standard",
			sm2_example_of_the_standard);
	g_test_add_func("/sm2/openssl-agrees-on-random-keys",
			openssl_agrees_on_random_keys);
	g_test_add_func("/sm2/prehashed-is-the-standard-over-sm3",
			prehashed_is_the_standard_over_sm3);
	g_test_add_func("/sm2/digest-is-what-openssl-signs-raw",
			digest_is_what_openssl_signs_raw);
	g_test_add_func("/sm2/digest-over-the-order-is-reduced",
			digest_over_the_order_is_reduced);
	g_test_add_func("/sm2/scalars-out-of-range-are-refused",
			scalars_out_of_range_are_refused);
	g_test_add_func("/sm2/seeds-at-the-edges-give-scalars-in-range",
			seeds_at_the_edges_give_scalars_in_range);
	g_test_add_func("/sm2/signature-numbers-out-of-range-are-refused",
			signature_numbers_out_of_range_are_refused);
	g_test_add_func("/sm2/a-signature-with-t-zero-is-refused",
			a_signature_with_t_zero_is_refused);
	g_test_add_func("/sm2/a-number-has-one-encoding",
			a_number_has_one_encoding);
	g_test_add_func("/sm2/keys-off-the-curve-are-refused",
			keys_off_the_curve_are_refused);
	g_test_add_func("/sm2/a-point-has-one-encoding",
			a_point_has_one_encoding);
	g_test_add_func("/sm2/user-ids-are-bounded", user_ids_are_bounded);
	return g_test_run();
}
