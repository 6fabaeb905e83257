/* SPDX-License-Identifier: Apache-2.0
 *
 * Published answers of signature schemes, OpenSSL's in both directions, and the
 * conventions.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "host/plugin/kat_vectors.h"
#include "host/status.h"
#include "tools/conform/oracle-curve.h"
#include "tools/conform/scheme-checks.h"

#define NUMBER_LEN CURVE_NUMBER_LEN

static const bsn_slice no_id = { NULL, 0 };

/* ---- published answers ---------------------------------------------------- */

static void
expect_vector(Scheme *scheme, const SignatureVector *vector)
{
	g_autoptr(GByteArray) private_key = kat_bytes(vector->private_key);
	g_autoptr(GByteArray) public_key = kat_bytes(vector->public_key);
	g_autoptr(GByteArray) text = kat_bytes(vector->message);
	g_autoptr(GByteArray) signature = kat_bytes(vector->signature);
	bsn_slice message = bsn_slice_of(text->data, text->len);
	guint8 derived[BSN_PUBLIC_KEY_MAX] = { 0 };
	bsn_verify_item item =
		scheme_item(scheme, vector->convention, public_key->data,
			    message, signature->data);
	int32_t status;

	page_at(scheme->run->page, "bsn_signature.public_key");
	status = scheme->table->public_key(private_key->data, derived);
	page_at(scheme->run->page, NULL);
	EXPECT(scheme->run,
	       status == BSN_OK && memcmp(derived, public_key->data,
					  public_key->len) == 0,
	       "public_key derives the key of %s; it answered %s%s",
	       vector->source, status_name(status),
	       status == BSN_OK ? " and another key" : "");
	if (vector->convention != BSN_SIGN_STANDARD &&
	    scheme_verify(scheme, &item) == BSN_NOT_OFFERED) {
		run_note(scheme->run, "%s: not offered", vector->source);
		return;
	}
	scheme_accepts(scheme, &item, vector->source);
	run_note(scheme->run, "%s, signature %s: accepted", vector->source,
		 vector->signature);
	item.message.len--;
	scheme_refuses(scheme, &item, "a published signature of another "
				      "message");
}

void
check_signature_vectors(Run *run)
{
	Scheme scheme;

	scheme_begin(&scheme, run);
	for (gsize i = 0; i < kat_signature_vector_count; i++)
		if (strcmp(kat_signature_vectors[i].algorithm, scheme.name) ==
		    0)
			expect_vector(&scheme, &kat_signature_vectors[i]);
}

/* ---- OpenSSL -------------------------------------------------------------- */

static void
expect_openssl_verifies(Scheme *scheme, guint32 convention, guint i)
{
	gsize len = convention == BSN_SIGN_DIGEST ? NUMBER_LEN :
						    scheme_length(i);
	g_autoptr(GBytes) text = scheme_message(scheme, len);
	bsn_slice message = scheme_slice(text);
	guint8 signature[BSN_SIGNATURE_MAX];
	bsn_verify_item item;
	OracleKeys keys;

	scheme_keys(scheme, &keys);
	scheme_signs(scheme, convention, &keys, no_id, message, signature);
	EXPECT(scheme->run,
	       oracle_verify(scheme->name, convention, keys.public_key, no_id,
			     message, signature),
	       "OpenSSL verifies what it signs; the signature of a message of "
	       "%zu bytes, by convention %u, does not verify",
	       len, convention);
	item = scheme_item(scheme, convention, keys.public_key, message,
			   signature);
	scheme_accepts(scheme, &item, "its own signature");
}

void
check_openssl_verifies(Run *run)
{
	Scheme scheme;

	scheme_begin(&scheme, run);
	for (guint i = 0; i < MAX(run->cases, SCHEME_LENGTHS); i++)
		expect_openssl_verifies(&scheme, BSN_SIGN_STANDARD, i);
	scheme_note(&scheme, "signed by the plugin, each with a key of its "
			     "own, verified by OpenSSL and the plugin");
}

static void
expect_verifies_openssl(Scheme *scheme, guint32 convention, guint i)
{
	gsize len = convention == BSN_SIGN_DIGEST ? NUMBER_LEN :
						    scheme_length(i);
	g_autoptr(GBytes) text = scheme_message(scheme, len);
	bsn_slice message = scheme_slice(text);
	guint8 signature[BSN_SIGNATURE_MAX];
	bsn_verify_item item;
	OracleKeys keys;

	scheme_keys(scheme, &keys);
	oracle_sign(scheme->name, convention, &keys, no_id, message,
		    signature);
	item = scheme_item(scheme, convention, keys.public_key, message,
			   signature);
	scheme_accepts(scheme, &item, "a signature of OpenSSL's");
}

void
check_verifies_openssl(Run *run)
{
	Scheme scheme;

	scheme_begin(&scheme, run);
	for (guint i = 0; i < MAX(run->cases, SCHEME_LENGTHS); i++)
		expect_verifies_openssl(&scheme, BSN_SIGN_STANDARD, i);
	scheme_note(&scheme, "signed by OpenSSL, each with a key of its own");
}

/* ---- conventions ---------------------------------------------------------- */

void
check_convention(Run *run)
{
	Scheme scheme;
	guint32 convention;

	scheme_begin(&scheme, run);
	convention = scheme_convention(&scheme);
	scheme_needs_convention(&scheme, convention);
	for (guint i = 0; i < (run->cases + 1) / 2; i++) {
		expect_openssl_verifies(&scheme, convention, i);
		expect_verifies_openssl(&scheme, convention, i);
	}
	scheme_note(&scheme, "signed by the plugin and by OpenSSL in turn");
}

/* A digest is 32 bytes. */
void
check_digest_length(Run *run)
{
	static const gsize lengths[] = { 0, 1, 31, 33, 64 };
	static const guint8 text[64] = { 0 };
	Scheme scheme;
	OracleKeys keys;

	scheme_begin(&scheme, run);
	scheme_needs_convention(&scheme, BSN_SIGN_DIGEST);
	scheme_keys(&scheme, &keys);
	for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
		guint8 signature[BSN_SIGNATURE_MAX];
		bsn_slice message = bsn_slice_of(text, lengths[i]);
		bsn_verify_item item =
			scheme_item(&scheme, BSN_SIGN_DIGEST, keys.public_key,
				    message, signature);
		int32_t status = scheme_sign(&scheme, BSN_SIGN_DIGEST, &keys,
					     no_id, message, signature);

		memset(signature, 1, sizeof(signature));
		EXPECT(run, status == BSN_BAD_REQUEST,
		       "sign answers bad-request to a digest of %zu bytes; it "
		       "answered %s",
		       lengths[i], status_name(status));
		scheme_refuses(&scheme, &item,
			       "a signature of a digest that is not 32 bytes");
	}
	scheme_note(&scheme, "digests of 0, 1, 31, 33 and 64 bytes");
}

void
check_conventions(Run *run)
{
	static const guint32 conventions[] = { BSN_SIGN_PREHASHED,
					       BSN_SIGN_DIGEST, 3, 255,
					       G_MAXUINT32 };
	static const guint8 text[NUMBER_LEN] = { 0 };
	Scheme scheme;
	OracleKeys keys;

	scheme_begin(&scheme, run);
	scheme_keys(&scheme, &keys);
	for (gsize i = 0; i < G_N_ELEMENTS(conventions); i++) {
		guint8 signature[BSN_SIGNATURE_MAX];
		bsn_slice message = bsn_slice_of(text, sizeof(text));
		bsn_verify_item item =
			scheme_item(&scheme, conventions[i], keys.public_key,
				    message, signature);
		int32_t said, made;

		memset(signature, 1, sizeof(signature));
		said = scheme_verify(&scheme, &item);
		made = scheme_sign(&scheme, conventions[i], &keys, no_id,
				   message, signature);
		if (oracle_has_convention(scheme.name, conventions[i])) {
			EXPECT(run,
			       (said == BSN_NOT_OFFERED) ==
				       (made == BSN_NOT_OFFERED),
			       "sign and verify offer the same conventions; "
			       "of %u they say %s and %s",
			       conventions[i], status_name(made),
			       status_name(said));
			continue;
		}
		EXPECT(run, made == BSN_NOT_OFFERED && said == BSN_NOT_OFFERED,
		       "convention %u, which %s has not, is not offered; sign "
		       "answered %s, verify %s",
		       conventions[i], scheme.name, status_name(made),
		       status_name(said));
		run_note(run, "convention %u: not offered", conventions[i]);
	}
}
