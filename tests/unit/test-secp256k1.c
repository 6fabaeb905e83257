/* SPDX-License-Identifier: Apache-2.0
 *
 * secp256k1: EIP-155's example, recovery, and OpenSSL, which knows the curve.
 */
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <string.h>

#include "plugins/crypto-std/std.h"
#include "tests/unit/signature-rules.h"

#define RANDOM_KEYS 500u

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIGNUM, BN_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY_CTX, EVP_PKEY_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ECDSA_SIG, ECDSA_SIG_free)

static const bsn_hash *const keccak256 = &std_keccak256;
static const bsn_signature *const k1 = &std_secp256k1;
static const bsn_slice none = { NULL, 0 };

static const char k1_order[] =
	"fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";

static gsize
to_der(const guint8 *signature, guint8 *der)
{
	g_autoptr(ECDSA_SIG) sig = ECDSA_SIG_new();

	ECDSA_SIG_set0(sig, BN_bin2bn(signature, 32, NULL),
		       BN_bin2bn(signature + 32, 32, NULL));
	return (gsize)i2d_ECDSA_SIG(sig, &der);
}

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
	guint8 digest[32], signature[65], recovered[64], der[80], point[65];
	KeyPair pair;

	for (guint i = 0; i < RANDOM_KEYS; i++) {
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
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_assert_cmpint(std_secp256k1_open(NULL), ==, BSN_OK);
	signature_rules_add(k1, 5);
	g_test_add_func("/secp256k1/example-of-eip-155", k1_example_of_eip_155);
	g_test_add_func("/secp256k1/recovers-the-sender-of-eip-155",
			k1_recovers_the_sender_of_eip_155);
	g_test_add_func("/secp256k1/high-s-is-refused", k1_high_s_is_refused);
	g_test_add_func("/secp256k1/openssl-agrees-on-random-keys",
			k1_openssl_agrees_on_random_keys);
	return g_test_run();
}
