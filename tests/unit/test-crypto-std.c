/* SPDX-License-Identifier: Apache-2.0
 *
 * The plugin of international algorithms: SHA-256 and Keccak-256 by published
 * vectors. Its signature schemes have tests of their own.
 */
#include <openssl/evp.h>
#include <string.h>

#include "plugins/crypto-std/keccak.h"
#include "plugins/crypto-std/keccak_f.h"
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

/* Messages of one block and of several side by side, in no order. */
static void
many_keccaks_with_the_other_pad_are_sha3(void)
{
	guint8 bytes[1000], ours[301 * 32], theirs[32];
	bsn_slice messages[301];

	test_random(bytes, sizeof(bytes));
	for (gsize i = 0; i < G_N_ELEMENTS(messages); i++)
		messages[i] = bsn_slice_of(bytes + i, i * 137 % 699);
	g_assert_cmpint(keccak_256_many(messages, G_N_ELEMENTS(messages),
					KECCAK_PAD_FIPS_202, ours),
			==, BSN_OK);
	for (gsize i = 0; i < G_N_ELEMENTS(messages); i++) {
		g_assert_true(EVP_Digest(messages[i].data, messages[i].len,
					 theirs, NULL, EVP_sha3_256(), NULL));
		ASSERT_SAME(ours + i * 32, theirs, 32);
	}
	messages[300] = (bsn_slice){ NULL, 1 };
	g_assert_cmpint(keccak_256_many(messages, G_N_ELEMENTS(messages),
					KECCAK_PAD_FIPS_202, ours),
			==, BSN_E_INVALID);
}

/* The Keccak team's KeccakF-1600-IntermediateValues: of zeroes, and again. */
static void
permutation_as_published(void (*permute)(KeccakState *))
{
	static const guint64 once[] = {
		0xf1258f7940e1dde7, 0x84d5ccf933c0478a, 0xd598261ea65aa9ee,
		0xbd1547306f80494d, 0x8b284e056253d057,
	};
	static const guint64 twice[] = {
		0x2d5c954df96ecb3c, 0x6a332cd07057b56d, 0x093d8d1270d76b6c,
		0x8a20d9b25569d094, 0x4f9c4f99e5e7f156,
	};
	KeccakState state = { 0 };

	permute(&state);
	ASSERT_SAME(state.lane, once, sizeof(once));
	permute(&state);
	ASSERT_SAME(state.lane, twice, sizeof(twice));
}

static void
permutations_as_published(void)
{
	permutation_as_published(keccak_f_portable);
	permutation_as_published(keccak_f);
}

static void
check_eight(KeccakEight *states)
{
	KeccakEight expected;
	KeccakState state;

	for (gsize j = 0; j < KECCAK_EIGHT; j++) {
		for (gsize i = 0; i < KECCAK_LANES; i++)
			state.lane[i] = states->lane[i][j];
		keccak_f_portable(&state);
		for (gsize i = 0; i < KECCAK_LANES; i++)
			expected.lane[i][j] = state.lane[i];
	}
	keccak_f_eight(states);
	ASSERT_SAME(states->lane, expected.lane, sizeof(expected.lane));
}

static void
permutations_agree(void)
{
	KeccakState state, expected;

	for (guint i = 0; i < 1000; i++) {
		test_random((guint8 *)state.lane, sizeof(state.lane));
		expected = state;
		keccak_f(&state);
		keccak_f_portable(&expected);
		ASSERT_SAME(state.lane, expected.lane, sizeof(state.lane));
	}
}

static void
eight_agree_with_one(void)
{
	KeccakEight states;

	if (!keccak_has_eight()) {
		g_test_skip("this machine permutes one state at a time");
		return;
	}
	for (guint i = 0; i < 1000; i++) {
		test_random((guint8 *)states.lane, sizeof(states.lane));
		check_eight(&states);
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
	g_test_add_func("/keccak-256/many-with-the-other-pad-are-sha3",
			many_keccaks_with_the_other_pad_are_sha3);
	g_test_add_func("/keccak-f/as-published", permutations_as_published);
	g_test_add_func("/keccak-f/portable-and-fast-agree",
			permutations_agree);
	g_test_add_func("/keccak-f/eight-agree-with-one", eight_agree_with_one);
	return g_test_run();
}
