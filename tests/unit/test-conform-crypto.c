/* SPDX-License-Identifier: Apache-2.0
 *
 * The checks of algorithms let the shipped ones pass, and each finds what it is
 * for: a table that is wrong in one thing fails the checks of that thing, and no
 * others.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/crypto-gm/gm.h"
#include "plugins/crypto-std/keccak.h"
#include "plugins/crypto-std/std.h"
#include "tests/unit/conform-wrong.h"
#include "tools/conform/checks-crypto.h"
#include "tools/conform/oracle-curve.h"
#include "tools/conform/oracle-sign.h"

static const CheckGroup *const hash_groups[] = { &checks_hash, NULL };
static const CheckGroup *const sm2_groups[] = { &checks_sm2, NULL };
static const CheckGroup *const scheme_groups[] = { &checks_signature, NULL };
static const CheckGroup *const cipher_groups[] = { &checks_cipher, NULL };

static bsn_hash hash;
static bsn_signature scheme;
static bsn_cipher cipher;

static void
assert_hash_found(const char *ids)
{
	conform_assert_found(hash_groups, conform_plugin(&hash, NULL, NULL),
			     ids);
}

static void
assert_secp256k1_found(const char *ids)
{
	conform_assert_found(scheme_groups,
			     conform_plugin(NULL, &scheme, NULL), ids);
	scheme = std_secp256k1;
}

static void
assert_cipher_found(const char *ids)
{
	conform_assert_found(cipher_groups,
			     conform_plugin(NULL, NULL, &cipher), ids);
	cipher = gm_sm4_cbc;
}

/* ---- what is right -------------------------------------------------------- */

static void
shipped_algorithms_pass(void)
{
	static const bsn_hash *const hashes[] = { &gm_sm3, &std_sha256,
						  &std_keccak256 };
	static const bsn_signature *const others[] = { &std_secp256k1,
						       &std_ecdsa_p256,
						       &std_ed25519 };
	static const bsn_cipher *const ciphers[] = { &gm_sm4_cbc,
						     &gm_sm4_ctr };

	for (gsize i = 0; i < G_N_ELEMENTS(hashes); i++)
		conform_assert_found(hash_groups,
				     conform_plugin(hashes[i], NULL, NULL),
				     "");
	conform_assert_found(sm2_groups, conform_plugin(NULL, &gm_sm2, NULL),
			     "");
	for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
		conform_assert_found(scheme_groups,
				     conform_plugin(NULL, others[i], NULL),
				     "");
	for (gsize i = 0; i < G_N_ELEMENTS(ciphers); i++)
		conform_assert_found(cipher_groups,
				     conform_plugin(NULL, NULL, ciphers[i]),
				     "");
}

static void
algorithm_that_is_not_offered_is_not_claimed(void)
{
	const bsn_plugin *plugin = conform_plugin(NULL, &std_ed25519, NULL);

	for (gsize i = 0; i < checks_sm2.n; i++)
		g_assert_cmpint(
			conform_run(&checks_sm2.checks[i], plugin).verdict, ==,
			VERDICT_NOT_CLAIMED);
	for (gsize i = 0; i < checks_hash.n; i++)
		g_assert_cmpint(
			conform_run(&checks_hash.checks[i], plugin).verdict,
			==, VERDICT_NOT_CLAIMED);
}

/* ---- hashes --------------------------------------------------------------- */

static guint64
length_of(const bsn_slice *parts, uint64_t n)
{
	guint64 len = 0;

	for (uint64_t i = 0; i < n; i++)
		len += parts[i].len;
	return len;
}

static int32_t
wrong_at_56(const bsn_slice *parts, uint64_t n, uint8_t *digest)
{
	int32_t status = gm_sm3.digest(parts, n, digest);

	digest[0] ^= length_of(parts, n) % 64 == 56;
	return status;
}

static int32_t
first_part_only(const bsn_slice *parts, uint64_t n, uint8_t *digest)
{
	return gm_sm3.digest(parts, MIN(n, 1), digest);
}

static int32_t
a_byte_more(const bsn_slice *parts, uint64_t n, uint8_t *digest)
{
	int32_t status = gm_sm3.digest(parts, n, digest);

	digest[SM3_LEN] = 0;
	return status;
}

static int32_t
all_as_the_first(const bsn_slice *messages, uint64_t n, uint8_t *digests)
{
	for (uint64_t i = 0; i < n; i++)
		gm_sm3.digest(messages, 1, digests + i * SM3_LEN);
	return BSN_OK;
}

static int32_t
writes_to_its_message(const bsn_slice *parts, uint64_t n, uint8_t *digest)
{
	int32_t status = gm_sm3.digest(parts, n, digest);

	if (n == 1 && parts[0].len == 50)
		memset((void *)(gsize)parts[0].data, 0, 1);
	return status;
}

static int32_t
keeps_its_message(const bsn_slice *parts, uint64_t n, uint8_t *digest)
{
	static bsn_slice kept;

	if (kept.data != NULL && kept.data[0] == 1)
		return BSN_E_INTERNAL;
	if (n == 1 && parts[0].len == 50)
		kept = parts[0];
	return gm_sm3.digest(parts, n, digest);
}

static int32_t
standards_padding(const bsn_slice *parts, uint64_t n, uint8_t *digest)
{
	return keccak_256(parts, n, KECCAK_PAD_FIPS_202, digest);
}

static void
wrong_hashes_are_found(void)
{
	hash = gm_sm3;
	hash.digest = wrong_at_56;
	assert_hash_found("sm3-lengths");
	hash.digest = first_part_only;
	assert_hash_found("sm3-parts");
	hash.digest = a_byte_more;
	assert_hash_found("sm3-vectors sm3-lengths sm3-parts");
	hash.digest = gm_sm3.digest;
	hash.digest_many = all_as_the_first;
	assert_hash_found("sm3-many");
	hash = gm_sm3;
	hash.block_len = 32;
	assert_hash_found("sm3-vectors");
	hash = std_sha256;
	hash.name = "sm3";
	assert_hash_found("sm3-vectors sm3-lengths sm3-parts sm3-many");
	hash = std_keccak256;
	hash.digest = standards_padding;
	assert_hash_found("keccak-256-vectors keccak-256-lengths "
			  "keccak-256-parts");
}

static void
hash_that_touches_its_inputs_crashes_in_that_check(void)
{
	hash = gm_sm3;
	hash.digest = writes_to_its_message;
	assert_hash_found("sm3-inputs-alone");
	hash.digest = keeps_its_message;
	assert_hash_found("sm3-inputs-alone");
	for (gsize i = 0; i < checks_hash.n; i++) {
		const Check *check = &checks_hash.checks[i];
		Outcome outcome;

		if (strcmp(check->id, "function.sm3-inputs-alone") != 0)
			continue;
		outcome = conform_run(check,
				      conform_plugin(&hash, NULL, NULL));
		g_assert_cmpint(outcome.verdict, ==, VERDICT_CRASHED);
		g_assert_cmpstr(outcome.call, ==, "bsn_hash.digest");
	}
}

/* ---- secp256k1 ------------------------------------------------------------ */

/* As plain ECDSA: any v, and both s. */
static int32_t
ignores_v(const bsn_verify_item *item)
{
	uint8_t signature[65];
	bsn_verify_item other = *item;
	int32_t status = std_secp256k1.verify(item);

	if (status != BSN_BAD_SIGNATURE || item->signature.len != 65)
		return status;
	memcpy(signature, item->signature.data, sizeof(signature));
	other.signature = bsn_slice_of(signature, sizeof(signature));
	for (uint8_t v = 0; v < 2 && status != BSN_OK; v++) {
		signature[64] = v;
		status = std_secp256k1.verify(&other);
	}
	return status;
}

static int32_t
takes_both_s(const bsn_verify_item *item)
{
	g_autoptr(Curve) curve = curve_new("secp256k1");
	uint8_t signature[65], n[32];
	bsn_verify_item other = *item;
	int32_t status = std_secp256k1.verify(item);

	curve_order(curve, 0, n);
	if (status != BSN_BAD_SIGNATURE || item->signature.len != 65 ||
	    item->signature.data[64] > 1 ||
	    memcmp(item->signature.data + 32, n, 32) > 0)
		return status;
	memcpy(signature, item->signature.data, sizeof(signature));
	curve_negative(curve, signature + 32, signature + 32);
	signature[64] ^= 1;
	other.signature = bsn_slice_of(signature, sizeof(signature));
	return std_secp256k1.verify(&other);
}

static int32_t
recovers_with_any_v(const uint8_t *digest, const uint8_t *signature,
		    uint8_t *public_key)
{
	uint8_t low[65];

	memcpy(low, signature, sizeof(low));
	low[64] &= 1;
	return std_secp256k1.recover(digest, low, public_key);
}

static int32_t
signs_high(const uint8_t *key, uint32_t convention, bsn_slice user_id,
	   bsn_slice message, uint8_t *signature)
{
	g_autoptr(Curve) curve = curve_new("secp256k1");
	int32_t status = std_secp256k1.sign(key, convention, user_id, message,
					    signature);

	if (status == BSN_OK) {
		curve_negative(curve, signature + 32, signature + 32);
		signature[64] ^= 1;
	}
	return status;
}

static void
wrong_secp256k1_is_found(void)
{
	scheme = std_secp256k1;
	scheme.verify = ignores_v;
	assert_secp256k1_found("secp256k1-changed secp256k1-low-s");
	scheme.verify = takes_both_s;
	assert_secp256k1_found("secp256k1-edges secp256k1-low-s");
	scheme.recover = recovers_with_any_v;
	assert_secp256k1_found("secp256k1-recover");
	scheme.sign = signs_high;
	scheme.verify = takes_both_s;
	assert_secp256k1_found("secp256k1-edges secp256k1-low-s");
}

/* ---- Ed25519 --------------------------------------------------------------- */

/* s modulo L. */
static int32_t
reduces_s(const bsn_verify_item *item)
{
	uint8_t signature[64];
	bsn_verify_item other = *item;
	const uint8_t L[] = { 0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
			      0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14 };
	guint borrow = 0;

	if (item->signature.len != 64 || item->signature.data[63] < 0x10)
		return std_ed25519.verify(item);
	memcpy(signature, item->signature.data, sizeof(signature));
	for (guint i = 0; i < 32; i++) {
		guint of = i < 16 ? L[i] : i == 31 ? 0x10 : 0;
		guint byte = (guint)signature[32 + i] - of - borrow;

		signature[32 + i] = (uint8_t)byte;
		borrow = byte >> 8 & 1;
	}
	other.signature = bsn_slice_of(signature, sizeof(signature));
	return std_ed25519.verify(&other);
}

static int32_t
takes_any_y(const bsn_verify_item *item)
{
	return oracle_verify("ed25519", BSN_SIGN_STANDARD,
			     item->public_key.data, item->user_id,
			     item->message, item->signature.data) &&
			       item->public_key.len == 32 &&
			       item->signature.len == 64 &&
			       item->convention == BSN_SIGN_STANDARD ?
		       BSN_OK :
		       std_ed25519.verify(item);
}

static void
wrong_ed25519_is_found(void)
{
	scheme = std_ed25519;
	scheme.verify = reduces_s;
	assert_secp256k1_found("ed25519-bad-numbers");
	scheme = std_ed25519;
	scheme.verify = takes_any_y;
	assert_secp256k1_found("ed25519-bad-keys");
}

/* ---- SM4 ------------------------------------------------------------------- */

static int32_t
takes_any_padding(uint32_t encrypt, const uint8_t *key, const uint8_t *iv,
		  bsn_slice input, bsn_sink *output)
{
	int32_t status = gm_sm4_cbc.crypt(encrypt, key, iv, input, output);

	return status == BSN_BAD_REQUEST && input.len > 0 &&
			       input.len % 16 == 0 ?
		       BSN_OK :
		       status;
}

static int32_t
ignores_its_sink(uint32_t encrypt, const uint8_t *key, const uint8_t *iv,
		 bsn_slice input, bsn_sink *output)
{
	int32_t status = gm_sm4_cbc.crypt(encrypt, key, iv, input, output);

	return status == BSN_TOO_LARGE ? BSN_OK : status;
}

static int32_t
uses_no_iv(uint32_t encrypt, const uint8_t *key, const uint8_t *iv,
	   bsn_slice input, bsn_sink *output)
{
	const uint8_t zero[16] = { 0 };

	return gm_sm4_cbc.crypt(encrypt, key, zero, input, output);
}

static void
wrong_sm4_is_found(void)
{
	cipher = gm_sm4_cbc;
	cipher.crypt = takes_any_padding;
	assert_cipher_found("sm4-cbc-padding");
	cipher.crypt = ignores_its_sink;
	assert_cipher_found("sm4-cbc-sink");
	cipher.crypt = uses_no_iv;
	assert_cipher_found("sm4-cbc-vectors sm4-cbc-openssl");
	cipher.name = "sm4-ctr";
	assert_cipher_found("sm4-ctr-vectors sm4-ctr-openssl");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_assert_cmpint(gm_sm3_open(NULL), ==, BSN_OK);
	g_assert_cmpint(gm_sm2_open(NULL), ==, BSN_OK);
	g_assert_cmpint(gm_sm4_open(NULL), ==, BSN_OK);
	g_assert_cmpint(std_sha256_open(NULL), ==, BSN_OK);
	g_assert_cmpint(std_ecdsa_p256_open(NULL), ==, BSN_OK);
	g_assert_cmpint(std_secp256k1_open(NULL), ==, BSN_OK);
#define ADD(test) g_test_add_func("/conform-crypto/" #test, test)
	ADD(shipped_algorithms_pass);
	ADD(algorithm_that_is_not_offered_is_not_claimed);
	ADD(wrong_hashes_are_found);
	ADD(hash_that_touches_its_inputs_crashes_in_that_check);
	ADD(wrong_secp256k1_is_found);
	ADD(wrong_ed25519_is_found);
	ADD(wrong_sm4_is_found);
	return g_test_run();
}
