/* SPDX-License-Identifier: Apache-2.0
 *
 * The plugin of international algorithms: SHA-256 and Keccak-256 by published
 * vectors. Its signature schemes have tests of their own.
 */
#include <openssl/evp.h>
#include <string.h>

#include "plugins/crypto-std/keccak.h"
#include "tests/unit/signature-rules.h"

static const bsn_hash *sha256, *keccak256;
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
	check_hash(keccak256,
		   bsn_slice_str("Transfer(address,address,uint256)"),
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

static const bsn_hash *
find_hash(const bsn_crypto *crypto, const char *name)
{
	for (gsize i = 0; crypto->hashes[i] != NULL; i++)
		if (strcmp(crypto->hashes[i]->name, name) == 0)
			return crypto->hashes[i];
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
	g_assert_null(crypto->ciphers);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	open_plugin();
	hash_rules_add(sha256);
	hash_rules_add(keccak256);
	g_test_add_func("/sha-256/examples-of-the-standard",
			sha256_examples_of_the_standard);
	g_test_add_func("/keccak-256/as-ethereum-has-it",
			keccak_as_ethereum_has_it);
	g_test_add_func("/keccak-256/with-the-other-pad-is-sha3",
			keccak_with_the_other_pad_is_sha3);
	return g_test_run();
}
