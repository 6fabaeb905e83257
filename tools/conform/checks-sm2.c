/* SPDX-License-Identifier: Apache-2.0
 *
 * The user id of SM2, and the list of SM2's checks.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "host/status.h"
#include "tools/conform/scheme-checks.h"

/* ENTL has 16 bits for the length in bits (GB/T 32918.2 section 5.5). */
#define ID_MAX (G_MAXUINT16 / 8u)
#define MESSAGE_LEN 50u

/* Signed by the plugin and by OpenSSL under one id: good under that id, and
 * under no other. */
static void
expect_id(Scheme *scheme, bsn_slice id, bsn_slice other)
{
	g_autoptr(GBytes) text = scheme_message(scheme, MESSAGE_LEN);
	bsn_slice message = scheme_slice(text);
	guint8 signature[BSN_SIGNATURE_MAX];
	bsn_verify_item item;
	OracleKeys keys;

	scheme_keys(scheme, &keys);
	item = scheme_item(scheme, BSN_SIGN_STANDARD, keys.public_key, message,
			   signature);
	scheme_signs(scheme, BSN_SIGN_STANDARD, &keys, id, message, signature);
	EXPECT(scheme->run,
	       oracle_verify("sm2", BSN_SIGN_STANDARD, keys.public_key, id,
			     message, signature),
	       "OpenSSL verifies what it signs for a user id of "
	       "%" G_GUINT64_FORMAT " bytes; it does not verify",
	       id.len);
	for (guint i = 0; i < 2; i++) {
		item.user_id = id;
		scheme_accepts(scheme, &item,
			       "a signature under its own user id");
		item.user_id = other;
		scheme_refuses(scheme, &item,
			       "a signature under another user id");
		oracle_sign("sm2", BSN_SIGN_STANDARD, &keys, id, message,
			    signature);
	}
}

/* No id is BSN_SM2_DEFAULT_ID. */
static void
expect_default_id(Scheme *scheme)
{
	g_autoptr(GBytes) text = scheme_message(scheme, MESSAGE_LEN);
	bsn_slice message = scheme_slice(text);
	bsn_slice given = bsn_slice_str(BSN_SM2_DEFAULT_ID);
	guint8 signature[BSN_SIGNATURE_MAX];
	bsn_verify_item item;
	OracleKeys keys;

	scheme_keys(scheme, &keys);
	item = scheme_item(scheme, BSN_SIGN_STANDARD, keys.public_key, message,
			   signature);
	scheme_signs(scheme, BSN_SIGN_STANDARD, &keys, bsn_slice_of(NULL, 0),
		     message, signature);
	item.user_id = given;
	scheme_accepts(scheme, &item, "a signature without a user id, under "
				      "the default one");
	scheme_signs(scheme, BSN_SIGN_STANDARD, &keys, given, message,
		     signature);
	item.user_id = bsn_slice_of(NULL, 0);
	scheme_accepts(scheme, &item, "a signature under the default user id, "
				      "given none");
}

/* One byte more than ENTL can count: no signature can be right. */
static void
refuse_long_id(Scheme *scheme, const guint8 *id)
{
	g_autoptr(GBytes) text = scheme_message(scheme, MESSAGE_LEN);
	guint8 signature[BSN_SIGNATURE_MAX];
	bsn_verify_item item;
	OracleKeys keys;
	int32_t made, said;

	memset(signature, 1, sizeof(signature));
	scheme_keys(scheme, &keys);
	made = scheme_sign(scheme, BSN_SIGN_STANDARD, &keys,
			   bsn_slice_of(id, ID_MAX + 1), scheme_slice(text),
			   signature);
	item = scheme_item(scheme, BSN_SIGN_STANDARD, keys.public_key,
			   scheme_slice(text), signature);
	item.user_id = bsn_slice_of(id, ID_MAX + 1);
	said = scheme_verify(scheme, &item);
	EXPECT(scheme->run, made != BSN_OK && said != BSN_OK,
	       "a user id of %u bytes, which ENTL cannot count, is refused; "
	       "sign answered %s, verify %s",
	       ID_MAX + 1, status_name(made), status_name(said));
}

void
check_sm2_user_id(Run *run)
{
	static const char *const ids[] = { "1", "ALICE123@YAHOO.COM",
					   "1234567812345678",
					   "12345678123456780" };
	guint8 long_id[ID_MAX + 1];
	Scheme scheme;

	scheme_begin(&scheme, run);
	for (gsize i = 0; i < G_N_ELEMENTS(ids); i++)
		expect_id(&scheme, bsn_slice_str(ids[i]),
			  bsn_slice_str(ids[(i + 1) % G_N_ELEMENTS(ids)]));
	sim_random_fill(&scheme.random, long_id, sizeof(long_id));
	expect_id(&scheme, bsn_slice_of(long_id, 32),
		  bsn_slice_of(long_id, 31));
	expect_id(&scheme, bsn_slice_of(long_id, ID_MAX),
		  bsn_slice_of(long_id, 255));
	expect_default_id(&scheme);
	scheme_note(&scheme, "user ids of 1 to 8191 bytes, and none");
	refuse_long_id(&scheme, long_id);
}

#define SM2 SCHEME_ARGUMENT(SCHEME_SM2, BSN_SIGN_STANDARD)
#define SM2_BY(convention) SCHEME_ARGUMENT(SCHEME_SM2, convention)
#define ROW(id, sentence, clause, run, argument)                               \
	{ "function.sm2-" id, sentence ".", "function.sm2", clause,            \
	  LEVEL_TABLES, 1, BSN_KIND_CRYPTO, run, argument }

static const Check checks[] = {
	ROW("vectors", "SM2 verifies its standard's published signature and "
		       "derives its key",
	    "crypto.h: bsn_signature.verify", check_signature_vectors, SM2),
	ROW("openssl-verifies", "OpenSSL verifies what SM2 signs",
	    "crypto.h: bsn_signature.sign", check_openssl_verifies, SM2),
	ROW("verifies-openssl", "SM2 verifies what OpenSSL signs",
	    "crypto.h: bsn_signature.verify", check_verifies_openssl, SM2),
	ROW("prehashed", "SM2 of a message hashed before is that of its digest",
	    "base.h: BSN_SIGN_PREHASHED", check_convention,
	    SM2_BY(BSN_SIGN_PREHASHED)),
	ROW("digest", "SM2 of a raw digest uses no user id",
	    "base.h: BSN_SIGN_DIGEST", check_convention,
	    SM2_BY(BSN_SIGN_DIGEST)),
	ROW("digest-length", "SM2 takes no raw digest but of 32 bytes",
	    "base.h: BSN_SIGN_DIGEST", check_digest_length, SM2),
	ROW("conventions", "SM2 offers the same conventions for signing and "
			   "verifying, and no unknown one",
	    "crypto.h: bsn_signature.sign", check_conventions, SM2),
	ROW("user-id", "SM2 signatures are bound to the signer's user id",
	    "crypto.h: bsn_verify_item.user_id", check_sm2_user_id, SM2),
	ROW("changed", "SM2 refuses a signature when anything was changed",
	    "crypto.h: bsn_signature.verify", check_changed, SM2),
	ROW("bad-numbers", "SM2 refuses r and s of 0, n and more, and r + s = n",
	    "crypto.h: bsn_signature.verify", check_numbers, SM2),
	ROW("bad-lengths", "SM2 refuses signatures of any other length",
	    "crypto.h: bsn_signature.verify", check_signature_lengths, SM2),
	ROW("bad-keys", "SM2 refuses public keys that are no points of its "
			"curve",
	    "crypto.h: bsn_signature.verify", check_bad_keys, SM2),
	ROW("edges", "SM2 judges signatures at the edge of the range as its "
		     "standard does",
	    "crypto.h: bsn_signature.verify", check_edges, SM2),
	ROW("generate", "SM2 keys are their seed, reduced",
	    "crypto.h: bsn_signature.generate", check_generate, SM2),
	ROW("private-keys", "SM2 takes private keys of 1 to n - 2 and no other",
	    "crypto.h: bsn_signature.public_key", check_scalars, SM2),
	ROW("nonces", "SM2 signs each message with a nonce of its own",
	    "crypto.h: bsn_signature.sign", check_nonces, SM2),
	ROW("many", "SM2 judges many signatures as one by one",
	    "crypto.h: bsn_signature.verify_many", check_verify_many, SM2),
	ROW("inputs-alone", "SM2 leaves its inputs alone", "base.h: rule 3",
	    check_signature_inputs, SM2),
};

CHECK_GROUP(checks_sm2, checks);
