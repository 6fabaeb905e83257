/* SPDX-License-Identifier: Apache-2.0
 *
 * ECDSA P-256, Ed25519, secp256k1, SHA-256 and Keccak-256: published vectors,
 * and OpenSSL as a second opinion.
 */
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <string.h>

#include "plugins/crypto-std/keccak.h"
#include "tests/unit/signature-rules.h"

#define RANDOM_KEYS 2000u

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIGNUM, BN_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY_CTX, EVP_PKEY_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ECDSA_SIG, ECDSA_SIG_free)

static const bsn_hash *sha256, *keccak256;
static const bsn_signature *p256, *ed25519, *k1;
static const bsn_slice none = { NULL, 0 };

static void
check_hash(const bsn_hash *hash, bsn_slice message, const char *hex)
{
	guint8 expected[32], digest[32];

	UNHEX(hex, expected);
	g_assert_cmpint(hash->digest(&message, 1, digest), ==, BSN_OK);
	ASSERT_SAME(digest, expected, 32);
}

/* FIPS 180-4's examples. */
static void
sha256_examples_of_the_standard(void)
{
	check_hash(sha256, bsn_slice_str("abc"),
		   "ba7816bf8f01cfea414140de5dae2223"
		   "b00361a396177a9cb410ff61f20015ad");
	check_hash(sha256, none,
		   "e3b0c44298fc1c149afbf4c8996fb924"
		   "27ae41e4649b934ca495991b7852b855");
}

/* The empty one is the Yellow Paper's hash of no code. */
static void
keccak_as_ethereum_has_it(void)
{
	check_hash(keccak256, none,
		   "c5d2460186f7233c927e7db2dcc703c0"
		   "e500b653ca82273b7bfad8045d85a470");
	check_hash(keccak256, bsn_slice_str("abc"),
		   "4e03657aea45a94fc7d47ba826c8d667"
		   "c0d1e6e33a64a036ec44f58fa12d6c45");
	check_hash(keccak256, bsn_slice_str("Transfer(address,address,uint256)"),
		   "ddf252ad1be2c89b69c2b068fc378daa"
		   "952ba7f163c4a11628f55a4df523b3ef");
}

/* SHA3-256 is the same sponge with another pad, and OpenSSL has it. */
static void
keccak_with_the_other_pad_is_sha3(void)
{
	guint8 bytes[600], ours[32], theirs[32];
	bsn_slice message = { bytes, 0 };

	test_random(bytes, sizeof(bytes));
	for (; message.len <= sizeof(bytes); message.len++) {
		g_assert_cmpint(keccak_256(&message, 1, KECCAK_PAD_FIPS_202,
					   ours),
				==, BSN_OK);
		g_assert_true(EVP_Digest(bytes, message.len, theirs, NULL,
					 EVP_sha3_256(), NULL));
		ASSERT_SAME(ours, theirs, 32);
	}
}

/* ---- P-256 ------------------------------------------------------------- */

static const char p256_order[] =
	"ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

/* RFC 6979 appendix A.2.5. */
static void
p256_examples_of_rfc_6979(void)
{
	static const struct {
		const char *message, *signature;
	} examples[] = {
		{ "sample", "efd48b2aacb6a8fd1140dd9cd45e81d6"
			    "9d2c877b56aaf991c34d0ea84eaf3716"
			    "f7cb1c942d657c41d436c7a1b6e29f65"
			    "f3e900dbb9aff4064dc4ab2f843acda8" },
		{ "test", "f1abb023518351cd71d881567b1ea663"
			  "ed3efcf6c5132b354f28d3b0b7d38367"
			  "019f4113742a2b14bd25926b49c64915"
			  "5f267e60d3814b4c0cc84250e46f0083" },
	};
	guint8 key[32], public_key[64], expected[64], signature[64];

	UNHEX("c9afa9d845ba75166b5c215767b1d693"
	      "4e50c3db36e89b127b8a622b120f6721",
	      key);
	UNHEX("60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
	      "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
	      expected);
	g_assert_cmpint(p256->public_key(key, public_key), ==, BSN_OK);
	ASSERT_SAME(public_key, expected, 64);
	for (gsize i = 0; i < G_N_ELEMENTS(examples); i++) {
		UNHEX(examples[i].signature, signature);
		g_assert_cmpint(verify_as(p256, 0, public_key,
					  bsn_slice_str(examples[i].message),
					  signature),
				==, BSN_OK);
		g_assert_cmpint(verify_as(p256, 0, public_key,
					  bsn_slice_str("another"), signature),
				==, BSN_BAD_SIGNATURE);
	}
}

static EVP_PKEY *
openssl_key(const KeyPair *pair)
{
	g_autoptr(EVP_PKEY_CTX) ctx =
		EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	guint8 native[32], point[65] = { 4 };
	EVP_PKEY *key = NULL;
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string("group", (char[]){ "P-256" },
						 0),
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

static void
openssl_agrees(const KeyPair *pair, bsn_slice message)
{
	g_autoptr(EVP_PKEY) key = openssl_key(pair);
	g_autoptr(EVP_MD_CTX) signs = EVP_MD_CTX_new();
	g_autoptr(EVP_MD_CTX) verifies = EVP_MD_CTX_new();
	guint8 signature[64], der[80];
	gsize len = sizeof(der);

	EVP_DigestSignInit(signs, NULL, EVP_sha256(), NULL, key);
	g_assert_cmpint(EVP_DigestSign(signs, der, &len, message.data,
				       message.len),
			==, 1);
	from_der(der, len, signature);
	g_assert_cmpint(verify_as(p256, BSN_SIGN_STANDARD, pair->public_key,
				  message, signature),
			==, BSN_OK);
	g_assert_cmpint(p256->sign(pair->private_key, BSN_SIGN_STANDARD, none,
				   message, signature),
			==, BSN_OK);
	len = to_der(signature, der);
	EVP_DigestVerifyInit(verifies, NULL, EVP_sha256(), NULL, key);
	g_assert_cmpint(EVP_DigestVerify(verifies, der, len, message.data,
					 message.len),
			==, 1);
}

static void
openssl_agrees_on_random_keys(void)
{
	guint8 message[200];
	KeyPair pair;

	for (guint i = 0; i < RANDOM_KEYS; i++) {
		gsize len = (gsize)g_test_rand_int_range(0, sizeof(message));

		test_random(message, len);
		key_pair_random(p256, &pair);
		openssl_agrees(&pair, bsn_slice_of(message, len));
	}
}

static void
digest_is_the_standard_without_the_hash(void)
{
	const bsn_slice message = bsn_slice_str("a transaction");
	const bsn_signature *const schemes[] = { p256, k1 };
	const bsn_hash *const hashes[] = { sha256, keccak256 };
	guint8 digest[32], signature[65];
	KeyPair pair;

	for (gsize i = 0; i < G_N_ELEMENTS(schemes); i++) {
		key_pair_random(schemes[i], &pair);
		hashes[i]->digest(&message, 1, digest);
		schemes[i]->sign(pair.private_key, BSN_SIGN_STANDARD, none,
				 message, signature);
		g_assert_cmpint(verify_as(schemes[i], BSN_SIGN_DIGEST,
					  pair.public_key,
					  bsn_slice_of(digest, 32), signature),
				==, BSN_OK);
	}
}

/* ---- ranges ------------------------------------------------------------ */

static const char k1_order[] =
	"fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";

typedef struct {
	const bsn_signature *const *scheme;
	const char *order;
} Curve;

static const Curve p256_curve = { &p256, p256_order };
static const Curve k1_curve = { &k1, k1_order };

static void
scalars_out_of_range_are_refused(gconstpointer data)
{
	const Curve *curve = data;
	const bsn_signature *scheme = *curve->scheme;
	guint8 zero[32] = { 0 }, n[32], out[65];

	UNHEX(curve->order, n);
	g_assert_cmpint(scheme->public_key(zero, out), ==, BSN_BAD_REQUEST);
	g_assert_cmpint(scheme->public_key(n, out), ==, BSN_BAD_REQUEST);
	g_assert_cmpint(scheme->sign(zero, 0, none, none, out), ==,
			BSN_BAD_REQUEST);
	g_assert_cmpint(scheme->sign(n, 0, none, none, out), ==,
			BSN_BAD_REQUEST);
	n[31]--;
	g_assert_cmpint(scheme->public_key(n, out), ==, BSN_OK);
	g_assert_cmpint(scheme->sign(n, 0, none, none, out), ==, BSN_OK);
	n[0] = 0;
	g_assert_cmpint(scheme->sign(n, 0, none, none, out), ==, BSN_OK);
}

/* seed = n - 2 gives the largest scalar, seed = n - 1 begins anew. */
static void
seeds_at_the_edges_give_scalars_in_range(gconstpointer data)
{
	const Curve *curve = data;
	guint8 seed[48] = { 0 }, expected[32];
	KeyPair pair;

	unhex(curve->order, seed + 16, 32);
	UNHEX(curve->order, expected);
	seed[47] = (guint8)(seed[47] - 2);
	expected[31]--;
	g_assert_cmpint((*curve->scheme)->generate(seed, pair.private_key,
						   pair.public_key),
			==, BSN_OK);
	ASSERT_SAME(pair.private_key, expected, 32);
	seed[47]++;
	memset(expected, 0, sizeof(expected));
	expected[31] = 1;
	g_assert_cmpint((*curve->scheme)->generate(seed, pair.private_key,
						   pair.public_key),
			==, BSN_OK);
	ASSERT_SAME(pair.private_key, expected, 32);
}

static void
signature_numbers_out_of_range_are_refused(gconstpointer data)
{
	const Curve *curve = data;
	const bsn_signature *scheme = *curve->scheme;
	guint8 good[65], bad[65], n[32];
	KeyPair pair;

	UNHEX(curve->order, n);
	key_pair_random(scheme, &pair);
	scheme->sign(pair.private_key, 0, none, none, good);
	for (guint half = 0; half < 64; half += 32) {
		memcpy(bad, good, sizeof(bad));
		memset(bad + half, 0, 32);
		g_assert_cmpint(verify_as(scheme, 0, pair.public_key, none,
					  bad),
				==, BSN_BAD_SIGNATURE);
		memcpy(bad + half, n, 32);
		g_assert_cmpint(verify_as(scheme, 0, pair.public_key, none,
					  bad),
				==, BSN_BAD_SIGNATURE);
	}
}

static void
keys_off_the_curve_are_refused(gconstpointer data)
{
	const Curve *curve = data;
	const bsn_signature *scheme = *curve->scheme;
	guint8 signature[65], key[64];
	KeyPair pair;

	key_pair_random(scheme, &pair);
	scheme->sign(pair.private_key, 0, none, none, signature);
	memset(key, 0, sizeof(key));
	g_assert_cmpint(verify_as(scheme, 0, key, none, signature), ==,
			BSN_BAD_SIGNATURE);
	memset(key, 0xff, sizeof(key));
	g_assert_cmpint(verify_as(scheme, 0, key, none, signature), ==,
			BSN_BAD_SIGNATURE);
}

/* ---- Ed25519 ----------------------------------------------------------- */

/* RFC 8032 section 7.1, tests 1 to 3. */
static void
ed25519_examples_of_rfc_8032(void)
{
	static const struct {
		const char *key, *public_key, *message, *signature;
		gsize len;
	} examples[] = {
		{ "9d61b19deffd5a60ba844af492ec2cc4"
		  "4449c5697b326919703bac031cae7f60",
		  "d75a980182b10ab7d54bfed3c964073a"
		  "0ee172f3daa62325af021a68f707511a",
		  "",
		  "e5564300c360ac729086e2cc806e828a"
		  "84877f1eb8e5d974d873e06522490155"
		  "5fb8821590a33bacc61e39701cf9b46b"
		  "d25bf5f0595bbe24655141438e7a100b",
		  0 },
		{ "4ccd089b28ff96da9db6c346ec114e0f"
		  "5b8a319f35aba624da8cf6ed4fb8a6fb",
		  "3d4017c3e843895a92b70aa74d1b7ebc"
		  "9c982ccf2ec4968cc0cd55f12af4660c",
		  "\x72",
		  "92a009a9f0d4cab8720e820b5f642540"
		  "a2b27b5416503f8fb3762223ebdb69da"
		  "085ac1e43e15996e458f3613d0f11d8c"
		  "387b2eaeb4302aeeb00d291612bb0c00",
		  1 },
		{ "c5aa8df43f9f837bedb7442f31dcb7b1"
		  "66d38535076f094b85ce3a2e0b4458f7",
		  "fc51cd8e6218a1a38da47ed00230f058"
		  "0816ed13ba3303ac5deb911548908025",
		  "\xaf\x82",
		  "6291d657deec24024827e69c3abe01a3"
		  "0ce548a284743a445e3680d7db5ac3ac"
		  "18ff9b538d16f290ae67f760984dc659"
		  "4a7c15e9716ed28dc027beceea1ec40a",
		  2 },
	};
	guint8 key[32], expected[64], out[64];

	for (gsize i = 0; i < G_N_ELEMENTS(examples); i++) {
		const bsn_slice message = bsn_slice_of(examples[i].message,
						       examples[i].len);

		UNHEX(examples[i].key, key);
		g_assert_cmpint(ed25519->public_key(key, out), ==, BSN_OK);
		unhex(examples[i].public_key, expected, 32);
		ASSERT_SAME(out, expected, 32);
		g_assert_cmpint(ed25519->sign(key, 0, none, message, out), ==,
				BSN_OK);
		UNHEX(examples[i].signature, expected);
		ASSERT_SAME(out, expected, 64);
	}
}

/* S + L signs the same to a verifier that does not look (RFC 8032 section
 * 8.4). */
static void
ed25519_malleated_signature_is_refused(void)
{
	static const char order_le[] = "edd3f55c1a631258d69cf7a2def9de14"
				       "00000000000000000000000000000010";
	guint8 signature[64], l[32];
	guint carry = 0;
	KeyPair pair;

	UNHEX(order_le, l);
	key_pair_random(ed25519, &pair);
	ed25519->sign(pair.private_key, 0, none, none, signature);
	for (gsize i = 0; i < 32; i++) {
		carry += (guint)signature[32 + i] + l[i];
		signature[32 + i] = (guint8)carry;
		carry >>= 8;
	}
	g_assert_cmpint(verify_as(ed25519, 0, pair.public_key, none,
				  signature),
			==, BSN_BAD_SIGNATURE);
}

/* R = identity and S = 0 hold for every message under the identity as key;
 * p + 1 is its second encoding. */
static void
ed25519_keys_of_small_order_are_refused(void)
{
	static const char *const keys[] = {
		"01000000000000000000000000000000"
		"00000000000000000000000000000000",
		"eeffffffffffffffffffffffffffffff"
		"ffffffffffffffffffffffffffffff7f",
	};
	guint8 key[32], signature[64] = { 1 };

	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		UNHEX(keys[i], key);

		g_autoptr(EVP_PKEY) theirs = EVP_PKEY_new_raw_public_key(
			EVP_PKEY_ED25519, NULL, key, 32);
		g_autoptr(EVP_MD_CTX) ctx = EVP_MD_CTX_new();

		/* OpenSSL takes it: the refusal is ours. */
		EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, theirs);
		g_assert_cmpint(EVP_DigestVerify(ctx, signature, 64,
						 (const guint8 *)"m", 1),
				==, 1);
		g_assert_cmpint(verify_as(ed25519, 0, key, bsn_slice_str("m"),
					  signature),
				==, BSN_BAD_SIGNATURE);
	}
}

/* ---- secp256k1 --------------------------------------------------------- */

/* EIP-155's example: key 46..46, the hash that is signed, its r and s, and v
 * = 37 = 35 + 2 * 1 + 0. RFC 6979 makes our signature the same. */
static const char eip155_digest[] =
	"daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53";
static const char eip155_signature[] =
	"28ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276"
	"67cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83"
	"00";
static const char eip155_sender[] = "9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f";

static void
k1_example_of_eip_155(void)
{
	guint8 key[32], digest[32], expected[65], signature[65];

	memset(key, 0x46, sizeof(key));
	UNHEX(eip155_digest, digest);
	UNHEX(eip155_signature, expected);
	g_assert_cmpint(k1->sign(key, BSN_SIGN_DIGEST, none,
				 bsn_slice_of(digest, 32), signature),
			==, BSN_OK);
	ASSERT_SAME(signature, expected, 65);
}

static void
k1_recovers_the_sender_of_eip_155(void)
{
	guint8 digest[32], signature[65], key[64], hashed[32], sender[20];
	const bsn_slice recovered = { key, sizeof(key) };

	UNHEX(eip155_digest, digest);
	UNHEX(eip155_signature, signature);
	UNHEX(eip155_sender, sender);
	g_assert_cmpint(k1->recover(digest, signature, key), ==, BSN_OK);
	keccak256->digest(&recovered, 1, hashed);
	ASSERT_SAME(hashed + 12, sender, 20);
	signature[64] = 2;
	g_assert_cmpint(k1->recover(digest, signature, key), ==,
			BSN_BAD_SIGNATURE);
	memset(signature, 0, 64);
	signature[64] = 0;
	g_assert_cmpint(k1->recover(digest, signature, key), ==,
			BSN_BAD_SIGNATURE);
}

/* (r, n - s) with the other v verifies for whoever does not look. */
static void
k1_high_s_is_refused(void)
{
	guint8 digest[32], signature[65], key[64];
	g_autoptr(BIGNUM) n = NULL;
	g_autoptr(BIGNUM) s = NULL;
	KeyPair pair;

	key_pair_random(k1, &pair);
	test_random(digest, 32);
	BN_hex2bn(&n, k1_order);
	for (guint i = 0; i < 50; i++) {
		test_random(digest, 32);
		k1->sign(pair.private_key, BSN_SIGN_DIGEST, none,
			 bsn_slice_of(digest, 32), signature);
		s = BN_bin2bn(signature + 32, 32, s);
		BN_sub(s, n, s);
		BN_bn2binpad(s, signature + 32, 32);
		signature[64] ^= 1;
		g_assert_cmpint(verify_as(k1, BSN_SIGN_DIGEST, pair.public_key,
					  bsn_slice_of(digest, 32), signature),
				==, BSN_BAD_SIGNATURE);
		g_assert_cmpint(k1->recover(digest, signature, key), ==,
				BSN_BAD_SIGNATURE);
	}
}

/* OpenSSL knows the curve: its verification of our signatures and points. */
static void
k1_openssl_agrees_on_random_keys(void)
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_secp256k1);
	guint8 digest[32], signature[65], recovered[64], der[80], point[65];
	KeyPair pair;

	for (guint i = 0; i < RANDOM_KEYS / 4; i++) {
		g_autoptr(EVP_PKEY_CTX) make =
			EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
		g_autoptr(EVP_PKEY) key = NULL;
		g_autoptr(EVP_PKEY_CTX) verify = NULL;
		OSSL_PARAM params[] = {
			OSSL_PARAM_construct_utf8_string(
				"group", (char[]){ "secp256k1" }, 0),
			OSSL_PARAM_construct_octet_string("pub", point, 65),
			OSSL_PARAM_construct_end(),
		};

		key_pair_random(k1, &pair);
		test_random(digest, 32);
		g_assert_cmpint(k1->sign(pair.private_key, BSN_SIGN_DIGEST,
					 none, bsn_slice_of(digest, 32),
					 signature),
				==, BSN_OK);
		point[0] = 4;
		memcpy(point + 1, pair.public_key, 64);
		EVP_PKEY_fromdata_init(make);
		g_assert_cmpint(EVP_PKEY_fromdata(make, &key,
						  EVP_PKEY_PUBLIC_KEY, params),
				==, 1);
		verify = EVP_PKEY_CTX_new(key, NULL);
		EVP_PKEY_verify_init(verify);
		g_assert_cmpint(EVP_PKEY_verify(verify, der,
						to_der(signature, der), digest,
						32),
				==, 1);
		g_assert_cmpint(k1->recover(digest, signature, recovered), ==,
				BSN_OK);
		ASSERT_SAME(recovered, pair.public_key, 64);
	}
	EC_GROUP_free(group);
}

static const bsn_hash *
find_hash(const bsn_crypto *crypto, const char *name)
{
	for (gsize i = 0; crypto->hashes[i] != NULL; i++)
		if (strcmp(crypto->hashes[i]->name, name) == 0)
			return crypto->hashes[i];
	g_assert_not_reached();
}

static const bsn_signature *
find_signature(const bsn_crypto *crypto, const char *name)
{
	for (gsize i = 0; crypto->signatures[i] != NULL; i++)
		if (strcmp(crypto->signatures[i]->name, name) == 0)
			return crypto->signatures[i];
	g_assert_not_reached();
}

static void
open_plugin(void)
{
	const bsn_host host = { .size = sizeof(host) };
	const bsn_plugin *plugin = NULL;
	const bsn_crypto *crypto;

	/* Twice: opening is idempotent. */
	g_assert_cmpint(bsn_plugin_open(&host, &plugin, NULL), ==, BSN_OK);
	g_assert_cmpint(bsn_plugin_open(&host, &plugin, NULL), ==, BSN_OK);
	g_assert_null(plugin->query("bsn.engine/1"));
	crypto = bsn_crypto_of(plugin);
	sha256 = find_hash(crypto, "sha-256");
	keccak256 = find_hash(crypto, "keccak-256");
	p256 = find_signature(crypto, "ecdsa-p256");
	ed25519 = find_signature(crypto, "ed25519");
	k1 = find_signature(crypto, "secp256k1");
}

static void
add_ranges(const char *name, const Curve *curve)
{
	static const struct {
		const char *name;
		GTestDataFunc test;
	} tests[] = {
		{ "scalars-out-of-range-are-refused",
		  scalars_out_of_range_are_refused },
		{ "seeds-at-the-edges-give-scalars-in-range",
		  seeds_at_the_edges_give_scalars_in_range },
		{ "signature-numbers-out-of-range-are-refused",
		  signature_numbers_out_of_range_are_refused },
		{ "keys-off-the-curve-are-refused",
		  keys_off_the_curve_are_refused },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path =
			g_strdup_printf("/%s/%s", name, tests[i].name);

		g_test_add_data_func(path, curve, tests[i].test);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	open_plugin();
	hash_rules_add(sha256);
	hash_rules_add(keccak256);
	signature_rules_add(p256, 5);
	signature_rules_add(ed25519, 1);
	signature_rules_add(k1, 5);
	add_ranges("ecdsa-p256", &p256_curve);
	add_ranges("secp256k1", &k1_curve);
	g_test_add_func("/sha-256/examples-of-the-standard",
			sha256_examples_of_the_standard);
	g_test_add_func("/keccak-256/as-ethereum-has-it",
			keccak_as_ethereum_has_it);
	g_test_add_func("/keccak-256/with-the-other-pad-is-sha3",
			keccak_with_the_other_pad_is_sha3);
	g_test_add_func("/ecdsa-p256/examples-of-rfc-6979",
			p256_examples_of_rfc_6979);
	g_test_add_func("/ecdsa-p256/openssl-agrees-on-random-keys",
			openssl_agrees_on_random_keys);
	g_test_add_func("/digest-is-the-standard-without-the-hash",
			digest_is_the_standard_without_the_hash);
	g_test_add_func("/ed25519/examples-of-rfc-8032",
			ed25519_examples_of_rfc_8032);
	g_test_add_func("/ed25519/malleated-signature-is-refused",
			ed25519_malleated_signature_is_refused);
	g_test_add_func("/ed25519/keys-of-small-order-are-refused",
			ed25519_keys_of_small_order_are_refused);
	g_test_add_func("/secp256k1/example-of-eip-155",
			k1_example_of_eip_155);
	g_test_add_func("/secp256k1/recovers-the-sender-of-eip-155",
			k1_recovers_the_sender_of_eip_155);
	g_test_add_func("/secp256k1/high-s-is-refused", k1_high_s_is_refused);
	g_test_add_func("/secp256k1/openssl-agrees-on-random-keys",
			k1_openssl_agrees_on_random_keys);
	return g_test_run();
}
