/* SPDX-License-Identifier: Apache-2.0
 *
 * SM2, SM3 and SM4: the standards' examples, and OpenSSL's own use of the same
 * keys as a second opinion on conventions and encodings.
 */
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <string.h>

#include "tests/unit/signature-rules.h"

#define RANDOM_KEYS 2000u

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY_CTX, EVP_PKEY_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ECDSA_SIG, ECDSA_SIG_free)

static const bsn_crypto *gm;
static const bsn_hash *sm3;
static const bsn_signature *sm2;

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
check_sm3(bsn_slice message, const char *hex)
{
	guint8 expected[32], digest[32];

	UNHEX(hex, expected);
	g_assert_cmpint(sm3->digest(&message, 1, digest), ==, BSN_OK);
	ASSERT_SAME(digest, expected, 32);
}

static void
sm3_examples_of_the_standard(void)
{
	check_sm3(bsn_slice_str("abc"),
		  "66c7f0f462eeedd9d1f2d46bdc10e4e2"
		  "4167c4875cf2f7a2297da02b8f4ba8e0");
	check_sm3(bsn_slice_str("abcdabcdabcdabcdabcdabcdabcdabcd"
				"abcdabcdabcdabcdabcdabcdabcdabcd"),
		  "debe9ff92275b8a138604889c18e5a4d"
		  "6fdb70e5387e5765293dcba39c0c5732");
}

static void
sm3_of_a_million_letters(void)
{
	g_autofree char *letters = g_strnfill(1000000, 'a');

	check_sm3(bsn_slice_str(letters), "c8aaf89429554029e231941a2acc0ad6"
					  "1ff2a5acd8fadd25847a3a732b3b02c3");
}

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

/* t = r + s mod n = 0 would take the key out of the equation. */
static void
signature_with_t_zero_is_refused(void)
{
	guint8 public_key[64], bad[64] = { 0 }, n_minus_1[32];

	UNHEX(example_public, public_key);
	UNHEX(order_minus_1, n_minus_1);
	bad[31] = 1;
	memcpy(bad + 32, n_minus_1, 32);
	g_assert_cmpint(verify_as(sm2, 0, public_key,
				  bsn_slice_str("message digest"), bad),
			==, BSN_BAD_SIGNATURE);
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

/* A digest that the signature r = 1, s = 1 is valid for under any key: e is
 * r - x1 with (x1, y1) = s G + (r + s) P. */
static void
forge_digest(const EC_GROUP *group, const EC_POINT *key, guint8 *digest)
{
	EC_POINT *sum = EC_POINT_new(group);
	BIGNUM *number = BN_new(), *two = BN_new();
	BN_CTX *bn = BN_CTX_new();

	BN_set_word(two, 2);
	EC_POINT_mul(group, sum, BN_value_one(), key, two, bn);
	EC_POINT_get_affine_coordinates(group, sum, number, NULL, bn);
	BN_mod_sub(number, BN_value_one(), number,
		   EC_GROUP_get0_order(group), bn);
	BN_bn2binpad(number, digest, 32);
	BN_CTX_free(bn);
	BN_free(number);
	BN_free(two);
	EC_POINT_free(sum);
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
	forge_digest(group, point, digest);
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

/* ---- SM4 --------------------------------------------------------------- */

static const char sm4_key[] = "0123456789abcdeffedcba9876543210";

static const bsn_cipher *
cipher(const char *name)
{
	for (gsize i = 0; gm->ciphers[i] != NULL; i++)
		if (strcmp(gm->ciphers[i]->name, name) == 0)
			return gm->ciphers[i];
	g_assert_not_reached();
}

/* GB/T 32907 appendix A.1: one block under CBC with a zero IV. */
static void
sm4_example_of_the_standard(void)
{
	guint8 key[16], expected[16], zero[16] = { 0 }, out[32];
	bsn_fixed_sink sink = bsn_fixed_sink_of(out, sizeof(out));

	UNHEX(sm4_key, key);
	UNHEX("681edf34d206965e86b3e94f536e4246", expected);
	g_assert_cmpint(cipher("sm4-cbc")->crypt(1, key, zero,
						 bsn_slice_of(key, 16),
						 &sink.sink),
			==, BSN_OK);
	g_assert_cmpuint(sink.len, ==, 32);
	ASSERT_SAME(out, expected, 16);
}

/* Appendix A.2: a million times, as the key stream of CTR. */
static void
sm4_a_million_times(void)
{
	guint8 key[16], block[16], expected[16];
	const guint8 zero[16] = { 0 };
	const bsn_cipher *ctr = cipher("sm4-ctr");

	UNHEX(sm4_key, key);
	UNHEX(sm4_key, block);
	UNHEX("595298c7c6fd271f0402f804c33d3f66", expected);
	for (guint i = 0; i < 1000000; i++) {
		bsn_fixed_sink sink = bsn_fixed_sink_of(block, sizeof(block));

		ctr->crypt(1, key, block, bsn_slice_of(zero, 16), &sink.sink);
	}
	ASSERT_SAME(block, expected, 16);
}

static void
round_trip(const bsn_cipher *mode, gsize len)
{
	g_autofree guint8 *plain = g_malloc(len + 1);
	g_autofree guint8 *secret = g_malloc(len + 16);
	g_autofree guint8 *back = g_malloc(len + 16);
	bsn_fixed_sink out = bsn_fixed_sink_of(secret, len + 16);
	bsn_fixed_sink in = bsn_fixed_sink_of(back, len + 16);
	guint8 key[16], iv[16];

	test_random(plain, len);
	test_random(key, 16);
	test_random(iv, 16);
	g_assert_cmpint(mode->crypt(1, key, iv, bsn_slice_of(plain, len),
				    &out.sink),
			==, BSN_OK);
	g_assert_cmpint(mode->crypt(0, key, iv, bsn_slice_of(secret, out.len),
				    &in.sink),
			==, BSN_OK);
	g_assert_cmpuint(in.len, ==, len);
	ASSERT_SAME(back, plain, len);
}

static void
sm4_round_trips_at_every_length(void)
{
	static const gsize large[] = { 4095, 4096, 4097, 100000 };

	for (gsize len = 0; len < 70; len++) {
		round_trip(cipher("sm4-cbc"), len);
		round_trip(cipher("sm4-ctr"), len);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(large); i++) {
		round_trip(cipher("sm4-cbc"), large[i]);
		round_trip(cipher("sm4-ctr"), large[i]);
	}
}

static int32_t
decrypt(const guint8 *secret, gsize len)
{
	guint8 key[16] = { 0 }, out[64];
	bsn_fixed_sink sink = bsn_fixed_sink_of(out, sizeof(out));

	return cipher("sm4-cbc")->crypt(0, key, key, bsn_slice_of(secret, len),
					&sink.sink);
}

static void
sm4_bad_padding_is_refused(void)
{
	guint8 key[16] = { 0 }, secret[32];
	bsn_fixed_sink sink = bsn_fixed_sink_of(secret, sizeof(secret));

	cipher("sm4-cbc")->crypt(1, key, key, bsn_slice_of(key, 16),
				 &sink.sink);
	g_assert_cmpint(decrypt(secret, 32), ==, BSN_OK);
	g_assert_cmpint(decrypt(secret, 31), ==, BSN_BAD_REQUEST);
	g_assert_cmpint(decrypt(secret, 16), ==, BSN_BAD_REQUEST);
	g_assert_cmpint(decrypt(secret, 0), ==, BSN_BAD_REQUEST);
}

static void
sm4_gives_back_what_the_sink_says(void)
{
	guint8 key[16] = { 0 }, out[8];
	bsn_fixed_sink sink = bsn_fixed_sink_of(out, sizeof(out));

	g_assert_cmpint(cipher("sm4-cbc")->crypt(1, key, key,
						 bsn_slice_of(key, 16),
						 &sink.sink),
			==, BSN_TOO_LARGE);
	g_assert_cmpint(cipher("sm4-cbc")->crypt(2, key, key,
						 bsn_slice_of(key, 16),
						 &sink.sink),
			==, BSN_E_INVALID);
}

static void
open_plugin(void)
{
	const bsn_host host = { .size = sizeof(host) };
	const bsn_plugin *plugin = NULL;

	/* Twice: opening is idempotent. */
	g_assert_cmpint(bsn_plugin_open(&host, &plugin, NULL), ==, BSN_OK);
	g_assert_cmpint(bsn_plugin_open(&host, &plugin, NULL), ==, BSN_OK);
	g_assert_null(plugin->query("bsn.engine/1"));
	gm = bsn_crypto_of(plugin);
	sm3 = gm->hashes[0];
	sm2 = gm->signatures[0];
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	open_plugin();
	hash_rules_add(sm3);
	signature_rules_add(sm2, 7);
	g_test_add_func("/sm3/examples-of-the-standard",
			sm3_examples_of_the_standard);
	g_test_add_func("/sm3/a-million-letters", sm3_of_a_million_letters);
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
	g_test_add_func("/sm2/signature-with-t-zero-is-refused",
			signature_with_t_zero_is_refused);
	g_test_add_func("/sm2/keys-off-the-curve-are-refused",
			keys_off_the_curve_are_refused);
	g_test_add_func("/sm2/a-point-has-one-encoding",
			a_point_has_one_encoding);
	g_test_add_func("/sm2/user-ids-are-bounded", user_ids_are_bounded);
	g_test_add_func("/sm4/example-of-the-standard",
			sm4_example_of_the_standard);
	g_test_add_func("/sm4/a-million-times", sm4_a_million_times);
	g_test_add_func("/sm4/round-trips-at-every-length",
			sm4_round_trips_at_every_length);
	g_test_add_func("/sm4/bad-padding-is-refused",
			sm4_bad_padding_is_refused);
	g_test_add_func("/sm4/gives-back-what-the-sink-says",
			sm4_gives_back_what_the_sink_says);
	return g_test_run();
}
