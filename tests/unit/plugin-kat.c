/* SPDX-License-Identifier: Apache-2.0
 *
 * The known-answer tests see what they are for: each takes the good algorithm
 * of a shipped plugin, breaks one thing and must refuse it.
 */
#include <string.h>

#include "host/plugin/check.h"
#include "host/plugin/kat.h"
#include "tests/unit/plugin_fixture.h"

#define LONG_NAME                                                              \
	"a23456789012345678901234567890123456789012345678901234567890abcd"

#define PLUGIN_ID "test.check"
#include "tests/bad-plugins/minimal.h"

static const bsn_signature *sm2, *secp256k1, *ed25519;
static const bsn_hash *sm3;
static const bsn_cipher *cbc, *ctr;
static const bsn_encryption *encryption;
static const bsn_key_agreement *agreement;

static void
assert_refusal(gboolean good, Refusal *refusal, PluginRule rule,
	       const char *reason)
{
	g_assert_false(good);
	g_assert_cmpstr(plugin_rule_id(refusal->rule), ==,
			plugin_rule_id(rule));
	if (strstr(refusal->reason, reason) == NULL)
		g_assert_cmpstr(refusal->reason, ==, reason);
	refusal_clear(refusal);
}

static void
assert_hash_fails(const bsn_hash *hash, const char *reason)
{
	Refusal refusal = { 0 };

	assert_refusal(kat_hash(hash, &refusal), &refusal,
		       RULE_FAILED_KNOWN_ANSWER, reason);
}

static void
assert_signature_fails(const bsn_signature *scheme, const char *reason)
{
	Refusal refusal = { 0 };

	assert_refusal(kat_signature(scheme, &refusal), &refusal,
		       RULE_FAILED_KNOWN_ANSWER, reason);
}

static void
assert_cipher_fails(const bsn_cipher *cipher, const char *reason)
{
	Refusal refusal = { 0 };

	assert_refusal(kat_cipher(cipher, &refusal), &refusal,
		       RULE_FAILED_KNOWN_ANSWER, reason);
}

/* ---- hashes -------------------------------------------------------------- */

static int32_t
first_part_only(const bsn_slice *parts, uint64_t n, uint8_t *digest)
{
	return sm3->digest(parts, 1, digest);
}

static int32_t
one_byte_too_many(const bsn_slice *parts, uint64_t n, uint8_t *digest)
{
	digest[sm3->digest_len] = 0;
	return sm3->digest(parts, n, digest);
}

static int32_t
all_as_the_first(const bsn_slice *messages, uint64_t n, uint8_t *digests)
{
	for (uint64_t i = 0; i < n; i++)
		sm3->digest(messages, 1, digests + i * sm3->digest_len);
	return BSN_OK;
}

static void
hash_that_breaks_a_rule_fails(void)
{
	bsn_hash hash = *sm3;

	hash.digest = first_part_only;
	assert_hash_fails(&hash, "in several parts");
	hash.digest = one_byte_too_many;
	assert_hash_fails(&hash, "writes more than digest_len bytes");
	hash = *sm3;
	hash.digest_many = all_as_the_first;
	assert_hash_fails(&hash, "other digests in digest_many");
	hash = *sm3;
	hash.name = "sha-256";
	assert_hash_fails(&hash, "does not give the digest of FIPS 180-4");
}

/* An algorithm without a published standard is held to the rules alone. */
static void
algorithm_of_a_vendors_own_may_pass(void)
{
	bsn_hash hash = *sm3;
	bsn_signature scheme = *ed25519;
	Refusal refusal = { 0 };

	hash.name = "acme.hash";
	g_assert_true(kat_hash(&hash, &refusal));
	hash.digest = first_part_only;
	assert_hash_fails(&hash, "in several parts");
	scheme.name = "acme.signature";
	g_assert_true(kat_signature(&scheme, &refusal));
}

/* ---- signatures ---------------------------------------------------------- */

static int32_t
takes_all(const bsn_verify_item *item)
{
	return BSN_OK;
}

static int32_t
takes_none(const bsn_verify_item *item)
{
	return BSN_BAD_SIGNATURE;
}

static int32_t
ignores_the_key(const bsn_verify_item *item)
{
	static uint8_t first_key[BSN_PUBLIC_KEY_MAX];
	static int known;
	bsn_verify_item other = *item;

	/* The vectors' key first, then that of the round trips. */
	if (!known || sm2->verify(item) == BSN_OK)
		memcpy(first_key, item->public_key.data, sm2->public_key_len);
	known = 1;
	other.public_key.data = first_key;
	return sm2->verify(&other);
}

static int32_t
many_are_good(const bsn_verify_item *items, uint64_t n, int32_t *results)
{
	for (uint64_t i = 0; i < n; i++)
		results[i] = BSN_OK;
	return BSN_OK;
}

static int32_t
recovers_zeros(const uint8_t *digest, const uint8_t *signature,
	       uint8_t *public_key)
{
	memset(public_key, 0, secp256k1->public_key_len);
	return BSN_OK;
}

static int32_t
signs_without_prehash(const uint8_t *private_key, uint32_t convention,
		      bsn_slice user_id, bsn_slice message, uint8_t *signature)
{
	if (convention == BSN_SIGN_PREHASHED)
		convention = BSN_SIGN_STANDARD;
	return sm2->sign(private_key, convention, user_id, message, signature);
}

static int32_t
verifies_without_prehash(const bsn_verify_item *item)
{
	bsn_verify_item other = *item;

	if (other.convention == BSN_SIGN_PREHASHED)
		other.convention = BSN_SIGN_STANDARD;
	return sm2->verify(&other);
}

static void
verification_that_is_too_kind_fails(void)
{
	bsn_signature scheme = *sm2;

	scheme.verify = takes_all;
	assert_signature_fails(&scheme, "does not refuse a changed message");
	scheme.verify = takes_none;
	assert_signature_fails(&scheme,
			       "refuses the signature of GB/T 32918.5 A.2");
	scheme.verify = ignores_the_key;
	assert_signature_fails(&scheme, "does not refuse another signer's key");
	scheme = *sm2;
	scheme.verify_many = many_are_good;
	assert_signature_fails(&scheme, "judges otherwise in verify_many");
}

static void
other_scheme_under_a_known_name_fails(void)
{
	bsn_signature scheme = *sm2;

	scheme.name = "ecdsa-p256";
	assert_signature_fails(&scheme,
			       "derives another public key than RFC 6979");
	scheme.name = "secp256k1";
	assert_signature_fails(&scheme, "has other lengths than EIP-155");
}

static void
conventions_and_recovery_are_checked(void)
{
	bsn_signature scheme = *sm2;

	scheme.sign = signs_without_prehash;
	scheme.verify = verifies_without_prehash;
	scheme.verify_many = NULL;
	assert_signature_fails(&scheme, "has another BSN_SIGN_PREHASHED");
	scheme = *secp256k1;
	scheme.recover = recovers_zeros;
	assert_signature_fails(&scheme, "recovers another public key");
}

/* ---- ciphers ------------------------------------------------------------- */

static int32_t
leaves_as_it_is(uint32_t encrypt, const uint8_t *key, const uint8_t *iv,
		bsn_slice input, bsn_sink *output)
{
	return output->write(output, input.data, input.len);
}

static int32_t
only_encrypts(uint32_t encrypt, const uint8_t *key, const uint8_t *iv,
	      bsn_slice input, bsn_sink *output)
{
	return cbc->crypt(1, key, iv, input, output);
}

static void
cipher_that_breaks_a_rule_fails(void)
{
	bsn_cipher cipher = *ctr;

	cipher.crypt = leaves_as_it_is;
	assert_cipher_fails(&cipher, "ciphertext of GB/T 32907");
	cipher.name = "acme-cbc";
	assert_cipher_fails(&cipher, "input that is not whole blocks");
	cipher = *cbc;
	cipher.crypt = only_encrypts;
	assert_cipher_fails(&cipher, "decrypts to something else");
}

/* ---- tables -------------------------------------------------------------- */
/* ---- encryption and agreement ---------------------------------------------
 */

static int32_t
encrypts_nothing(const uint8_t *seed, const uint8_t *public_key, uint32_t form,
		 bsn_slice text, bsn_sink *sink)
{
	return sink->write(sink, text.data, text.len);
}

static int32_t
decrypts_nothing(const uint8_t *private_key, uint32_t form, bsn_slice encrypted,
		 bsn_sink *text)
{
	return BSN_BAD_REQUEST;
}

/* The two forms are one. */
static int32_t
decrypts_raw_only(const uint8_t *private_key, uint32_t form,
		  bsn_slice encrypted, bsn_sink *text)
{
	return encryption->decrypt(private_key, BSN_ENCRYPTED_RAW, encrypted,
				   text);
}

/* With whatever it makes of what was changed. */
static int32_t
decrypts_changes(const uint8_t *private_key, uint32_t form, bsn_slice encrypted,
		 bsn_sink *text)
{
	int32_t status =
		encryption->decrypt(private_key, form, encrypted, text);

	return status == BSN_BAD_REQUEST ? BSN_OK : status;
}

static void
assert_encryption_fails(const bsn_encryption *wrong, const char *reason)
{
	Refusal refusal = { 0 };

	assert_refusal(kat_encryption(wrong, &refusal), &refusal,
		       RULE_FAILED_KNOWN_ANSWER, reason);
}

static void
encryption_that_breaks_a_rule_fails(void)
{
	bsn_encryption wrong = *encryption;
	Refusal refusal = { 0 };

	g_assert_true(kat_encryption(encryption, &refusal));
	wrong.encrypt = encrypts_nothing;
	assert_encryption_fails(&wrong, "does not give the ciphertext of "
					"GB/T 32918.5 C.2");
	wrong = *encryption;
	wrong.decrypt = decrypts_nothing;
	assert_encryption_fails(&wrong, "does not decrypt the ciphertext");
	wrong.decrypt = decrypts_raw_only;
	assert_encryption_fails(&wrong, "in DER");
	wrong.decrypt = decrypts_changes;
	assert_encryption_fails(&wrong, "does not refuse a changed");
	wrong = *encryption;
	wrong.public_key_len = 33;
	assert_encryption_fails(&wrong, "keys of another length");
	wrong.name = "acme.encryption";
	g_assert_true(kat_encryption(&wrong, &refusal));
}

static int32_t
always_initiates(const bsn_key_agreement_side *side, uint64_t key_len,
		 uint8_t *key, uint8_t *confirmation, uint8_t *expected)
{
	bsn_key_agreement_side same = *side;

	same.role = BSN_KEY_AGREEMENT_INITIATOR;
	return agreement->agree(&same, key_len, key, confirmation, expected);
}

static int32_t
expects_what_it_sends(const bsn_key_agreement_side *side, uint64_t key_len,
		      uint8_t *key, uint8_t *confirmation, uint8_t *expected)
{
	return agreement->agree(side, key_len, key, expected, confirmation);
}

static void
agreement_that_breaks_a_rule_fails(void)
{
	bsn_key_agreement wrong = *agreement;
	Refusal refusal = { 0 };

	g_assert_true(kat_agreement(agreement, &refusal));
	wrong.agree = always_initiates;
	assert_refusal(kat_agreement(&wrong, &refusal), &refusal,
		       RULE_FAILED_KNOWN_ANSWER, "GB/T 32918.5 B.2");
	wrong.agree = expects_what_it_sends;
	assert_refusal(kat_agreement(&wrong, &refusal), &refusal,
		       RULE_FAILED_KNOWN_ANSWER, "GB/T 32918.5 B.2");
}

static const bsn_note_desc note = {
	.kinds = BSN_KIND_ENGINE,
	.id = PLUGIN_ID,
	.version = PLUGIN_VERSION,
};

static void
assert_table_fails(PluginRule rule, const char *reason)
{
	g_autoptr(GPtrArray) offers = g_ptr_array_new_with_free_func(g_free);
	Refusal refusal = { 0 };

	assert_refusal(plugin_check(&minimal_plugin, &note, NULL, offers,
				    &refusal),
		       &refusal, rule, reason);
}

static void
plugin_table_is_checked(void)
{
	const bsn_plugin good = minimal_plugin;

	minimal_plugin.size = 0;
	assert_table_fails(RULE_BAD_TABLE,
			   "its bsn_plugin says that its size is 0 bytes");
	minimal_plugin.size = 1u << 30;
	assert_table_fails(RULE_BAD_TABLE, "says that its size is 1073741824");
	minimal_plugin.size = offsetof(bsn_plugin, query);
	assert_table_fails(RULE_MISSING_MEMBER, "its bsn_plugin has no query");
	minimal_plugin = good;
	minimal_plugin.vendor = NULL;
	assert_table_fails(RULE_MISSING_MEMBER, "its bsn_plugin has no vendor");
	minimal_plugin = good;
	minimal_plugin.version = "1.1\n";
	assert_table_fails(RULE_NOTE_MISMATCH,
			   "its note says version \"1.0\", but bsn_plugin "
			   "says \"1.1 \"");
	minimal_plugin = good;
}

static void
engine_table_is_checked(void)
{
	const bsn_engine good = minimal_engine;
	bsn_feature feature = no_sm2;
	const bsn_feature *const changed[] = { &feature, NULL };

	minimal_engine.framework = LONG_NAME;
	assert_table_fails(RULE_BAD_TABLE, "is not 1 to 63 of");
	minimal_engine.framework = "";
	assert_table_fails(RULE_BAD_TABLE, "the name \"\" of its framework");
	minimal_engine = good;
	minimal_engine.block = NULL;
	assert_table_fails(RULE_MISSING_MEMBER, "its bsn_engine has no block");
	minimal_engine = good;
	minimal_engine.features = changed;
	feature.detail = "{\"a\":1,\"a\":2}";
	assert_table_fails(RULE_BAD_TABLE,
			   "the detail of its feature function.sm2 is not a "
			   "JSON object");
	feature.detail = "[]";
	assert_table_fails(RULE_BAD_TABLE, "it is of another type");
	feature.row = "No Row";
	assert_table_fails(RULE_BAD_TABLE, "\"No Row\" is no row");
	feature.row = NULL;
	assert_table_fails(RULE_MISSING_MEMBER, "bsn_feature has no row");
	minimal_engine = good;
}

static int32_t
answers_garbage(const bsn_host *host, const bsn_plugin **plugin, bsn_err *err)
{
	memset(err->reason, 0xff, sizeof(err->reason));
	return 4711;
}

static void
reason_of_open_is_made_fit_to_show(void)
{
	Refusal refusal = { 0 };

	g_assert_null(plugin_open(answers_garbage, NULL, &refusal));
	g_assert_cmpint(refusal.rule, ==, RULE_OPEN_FAILED);
	g_assert_true(g_utf8_validate(refusal.reason, -1, NULL));
	g_assert_true(g_str_has_prefix(refusal.reason,
				       "refuses to open (internal): "));
	refusal_clear(&refusal);
}

static void
find_algorithms(void)
{
	sm2 = plugin_find_signature("sm2");
	secp256k1 = plugin_find_signature("secp256k1");
	ed25519 = plugin_find_signature("ed25519");
	sm3 = plugin_find_hash("sm3");
	cbc = plugin_find_cipher("sm4-cbc");
	ctr = plugin_find_cipher("sm4-ctr");
	encryption = plugin_find_encryption("sm2");
	agreement = plugin_find_agreement("sm2");
	g_assert_nonnull(encryption);
	g_assert_nonnull(agreement);
	g_assert_null(plugin_find_encryption("sm4"));
	g_assert_null(plugin_find_agreement("sm3"));
}

int
main(int argc, char **argv)
{
	Fixture *fixture;
	int result;

	g_test_init(&argc, &argv, NULL);
	fixture = fixture_new();
	fixture_add_from_build(fixture, "crypto-gm.so");
	fixture_add_from_build(fixture, "crypto-std.so");
	fixture_load(fixture);
	find_algorithms();
	g_test_add_func("/plugin-kat/hash/one-that-breaks-a-rule-fails",
			hash_that_breaks_a_rule_fails);
	g_test_add_func("/plugin-kat/vendors-own-algorithm-may-pass",
			algorithm_of_a_vendors_own_may_pass);
	g_test_add_func("/plugin-kat/signature/too-kind-one-fails",
			verification_that_is_too_kind_fails);
	g_test_add_func("/plugin-kat/signature/other-scheme-of-a-name-fails",
			other_scheme_under_a_known_name_fails);
	g_test_add_func("/plugin-kat/signature/conventions-are-checked",
			conventions_and_recovery_are_checked);
	g_test_add_func("/plugin-kat/cipher/one-that-breaks-a-rule-fails",
			cipher_that_breaks_a_rule_fails);
	g_test_add_func("/plugin-kat/encryption/one-that-breaks-a-rule-fails",
			encryption_that_breaks_a_rule_fails);
	g_test_add_func("/plugin-kat/agreement/one-that-breaks-a-rule-fails",
			agreement_that_breaks_a_rule_fails);
	g_test_add_func("/plugin-check/plugin-table-is-checked",
			plugin_table_is_checked);
	g_test_add_func("/plugin-check/engine-table-is-checked",
			engine_table_is_checked);
	g_test_add_func("/plugin-check/reason-of-open-is-fit-to-show",
			reason_of_open_is_made_fit_to_show);
	result = g_test_run();
	fixture_free(fixture);
	return result;
}
