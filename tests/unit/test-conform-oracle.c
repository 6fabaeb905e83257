/* SPDX-License-Identifier: Apache-2.0
 *
 * Who judges must be right: the second opinions agree with what is published,
 * and with each other where they are made twice.
 */
#include <openssl/evp.h>
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tests/unit/assert-bytes.h"
#include "host/plugin/kat_vectors.h"
#include "tools/conform/oracle-curve.h"
#include "tools/conform/oracle-hash.h"
#include "tools/conform/oracle-sign.h"

static const char *const on_curves[] = { "sm2", "ecdsa-p256", "secp256k1" };

static void
assert_hex(const guint8 *got, gsize len, const char *hex)
{
	g_autoptr(GByteArray) want = kat_bytes(hex);

	assert_bytes(got, len, want->data, want->len);
}

/* The same permutation and rate as SHA3-256 has, which OpenSSL knows. */
static void
keccak_is_sha3_but_for_the_padding(void)
{
	guint8 text[500], got[32], want[32];

	for (guint i = 0; i < sizeof(text); i++)
		text[i] = (guint8)(i * 31);
	for (gsize len = 0; len <= sizeof(text); len++) {
		oracle_keccak(0x06, text, len, got);
		g_assert_cmpint(EVP_Digest(text, len, want, NULL,
					   EVP_sha3_256(), NULL),
				==, 1);
		assert_bytes(got, sizeof(got), want, sizeof(want));
	}
}

static void
digests_are_the_published_ones(void)
{
	for (gsize i = 0; i < kat_hash_vector_count; i++) {
		const HashVector *vector = &kat_hash_vectors[i];
		g_autoptr(GString) message = g_string_new(NULL);
		guint8 got[ORACLE_DIGEST_LEN];

		for (guint j = 0; j < vector->repeat; j++)
			g_string_append(message, vector->message);
		oracle_digest(vector->algorithm, message->str, message->len,
			      got);
		assert_hex(got, sizeof(got), vector->digest);
	}
}

/* GB/T 32918.5 appendix A.2: Z_A and e. */
static void
sm2_numbers_are_the_published_ones(void)
{
	const SignatureVector *vector = &kat_signature_vectors[0];
	g_autoptr(GByteArray) key = kat_bytes(vector->public_key);
	guint8 got[32];

	oracle_sm2_za(key->data, bsn_slice_of(NULL, 0), got);
	assert_hex(got, sizeof(got), "b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e0"
				     "7ccb0ea9f4747b8ccda8a4f3");
	oracle_number("sm2", BSN_SIGN_STANDARD, key->data,
		      bsn_slice_of(NULL, 0), bsn_slice_str("message digest"),
		      got);
	assert_hex(got, sizeof(got), "f0b43e94ba45accaace692ed534382eb17e6ab5a"
				     "19ce7b31f4486fdfc0d28640");
}

static void
published_signatures_verify(void)
{
	for (gsize i = 0; i < kat_signature_vector_count; i++) {
		const SignatureVector *vector = &kat_signature_vectors[i];
		g_autoptr(GByteArray) key = kat_bytes(vector->public_key);
		g_autoptr(GByteArray) text = kat_bytes(vector->message);
		g_autoptr(GByteArray) sig = kat_bytes(vector->signature);
		bsn_slice message = bsn_slice_of(text->data, text->len);

		g_assert_true(oracle_verify(vector->algorithm,
					    vector->convention, key->data,
					    bsn_slice_of(NULL, 0), message,
					    sig->data));
		sig->data[40] ^= 1;
		g_assert_false(oracle_verify(vector->algorithm,
					     vector->convention, key->data,
					     bsn_slice_of(NULL, 0), message,
					     sig->data));
	}
}

/* OpenSSL's own Z_A and ours make the same e. */
static void
both_ways_to_sm2_agree(void)
{
	guint8 seed[48] = { 9 }, signature[64], e[32];
	bsn_slice message = bsn_slice_str("both ways");
	bsn_slice id = bsn_slice_str("somebody");
	OracleKeys keys;

	oracle_keys("sm2", seed, &keys);
	oracle_sign("sm2", BSN_SIGN_STANDARD, &keys, id, message, signature);
	oracle_number("sm2", BSN_SIGN_STANDARD, keys.public_key, id, message,
		      e);
	g_assert_true(oracle_verify("sm2", BSN_SIGN_DIGEST, keys.public_key,
				    id, bsn_slice_of(e, sizeof(e)),
				    signature));
}

/* What arithmetic made for numbers in range, OpenSSL takes as good. */
static void
made_signatures_verify(void)
{
	guint8 seed[48] = { 3 }, e[32], signature[65] = { 0 }, key[64];
	guint8 point[64];
	bsn_slice digest = bsn_slice_of(e, sizeof(e));
	bsn_slice none = bsn_slice_of(NULL, 0);
	OracleKeys keys;
	gboolean odd;

	for (gsize i = 0; i < G_N_ELEMENTS(on_curves); i++) {
		g_autoptr(Curve) curve = curve_new(on_curves[i]);

		oracle_keys(on_curves[i], seed, &keys);
		curve_small(1, signature);
		curve_small(2, signature + 32);
		if (i == 0) {
			g_assert_true(curve_sm2_number(curve, keys.public_key,
						       signature,
						       signature + 32, e));
		} else {
			curve_ecdsa_any(curve, keys.public_key, e, &odd);
			memcpy(signature, e, 32);
			memcpy(signature + 32, e, 32);
		}
		g_assert_true(oracle_verify(on_curves[i], BSN_SIGN_DIGEST,
					    keys.public_key, none, digest,
					    signature));
		/* The same, and the key made for them. */
		curve_small(1, point);
		curve_point_from(curve, point, point);
		memset(e, 0x11, sizeof(e));
		curve_small(3, signature + 32);
		if (i == 0) {
			curve_sm2_key(curve, point, signature, signature + 32,
				      key);
			g_assert_true(curve_sm2_number(curve, key, signature,
						       signature + 32, e));
		} else {
			memcpy(signature, point, 32);
			curve_ecdsa_key(curve, point, signature + 32, e, key);
		}
		g_assert_true(oracle_verify(on_curves[i], BSN_SIGN_DIGEST, key,
					    none, digest, signature));
	}
}

/* sG + tP is the point at infinity when s was made for it. */
static void
infinity_is_found(void)
{
	guint8 seed[48] = { 5 }, r[32], s[32], e[32];
	g_autoptr(Curve) curve = curve_new("sm2");
	OracleKeys keys;

	oracle_keys("sm2", seed, &keys);
	curve_small(11, r);
	curve_sm2_infinite(curve, keys.private_key, r, s);
	g_assert_false(curve_sm2_number(curve, keys.public_key, r, s, e));
}

static void
numbers_are_counted_right(void)
{
	g_autoptr(Curve) curve = curve_new("secp256k1");
	guint8 a[32], b[32], sum[32];

	curve_order(curve, -1, a);
	curve_negative(curve, a, b);
	curve_small(1, sum);
	assert_bytes(b, sizeof(b), sum, sizeof(sum));
	g_assert_true(curve_is_high(curve, a));
	g_assert_false(curve_is_high(curve, b));
	g_assert_true(curve_add_plain(a, b, sum));
	curve_order(curve, 0, a);
	assert_bytes(a, sizeof(a), sum, sizeof(sum));
	g_assert_false(curve_add_plain(a, a, sum));
	g_assert_null(curve_new("ed25519"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/conform-oracle/keccak_is_sha3_but_for_the_padding",
			keccak_is_sha3_but_for_the_padding);
	g_test_add_func("/conform-oracle/digests_are_the_published_ones",
			digests_are_the_published_ones);
	g_test_add_func("/conform-oracle/sm2_numbers_are_the_published_ones",
			sm2_numbers_are_the_published_ones);
	g_test_add_func("/conform-oracle/published_signatures_verify",
			published_signatures_verify);
	g_test_add_func("/conform-oracle/both_ways_to_sm2_agree",
			both_ways_to_sm2_agree);
	g_test_add_func("/conform-oracle/made_signatures_verify",
			made_signatures_verify);
	g_test_add_func("/conform-oracle/infinity_is_found",
			infinity_is_found);
	g_test_add_func("/conform-oracle/numbers_are_counted_right",
			numbers_are_counted_right);
	return g_test_run();
}
