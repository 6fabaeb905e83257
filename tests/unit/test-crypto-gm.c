/* SPDX-License-Identifier: Apache-2.0
 *
 * The plugin of GM algorithms: SM3 and SM4 by the standards' examples. SM2 has
 * a test of its own.
 */
#include <string.h>

#include "plugins/crypto-gm/gm.h"
#include "tests/unit/signature-rules.h"

static const bsn_crypto *gm;
static const bsn_hash *sm3;

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
	g_assert_true(gm->signatures[0] == &gm_sm2);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	open_plugin();
	hash_rules_add(sm3);
	g_test_add_func("/sm3/examples-of-the-standard",
			sm3_examples_of_the_standard);
	g_test_add_func("/sm3/a-million-letters", sm3_of_a_million_letters);
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
