/* SPDX-License-Identifier: Apache-2.0
 *
 * Ed25519: RFC 8032's examples, and what verification must refuse.
 */
#include <openssl/evp.h>
#include <string.h>

#include "plugins/crypto-std/std.h"
#include "tests/unit/signature-rules.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)

static const bsn_signature *const ed25519 = &std_ed25519;
static const bsn_slice none = { NULL, 0 };

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

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	signature_rules_add(ed25519, 1);
	g_test_add_func("/ed25519/examples-of-rfc-8032",
			ed25519_examples_of_rfc_8032);
	g_test_add_func("/ed25519/malleated-signature-is-refused",
			ed25519_malleated_signature_is_refused);
	g_test_add_func("/ed25519/keys-of-small-order-are-refused",
			ed25519_keys_of_small_order_are_refused);
	return g_test_run();
}
