/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks of what SM2's keys are good for beside signing (bsn/ext/public_key.h):
 * encryption (GB/T 32918.4, GM/T 0009) and agreement on a key (GB/T 32918.3).
 */
#include <bsn/ext/public_key.h>
#include <bsn/helpers/bytes.h>
#include <string.h>

#include "host/status.h"
#include "tools/conform/checks-crypto.h"
#include "tools/conform/openssl.h"
#include "tools/conform/oracle-cipher.h"
#include "tools/conform/oracle-sign.h"

#define NAME "sm2"
#define SEED_LEN 48u
#define POINT_LEN 64u
#define TEXT_MAX 300u
#define ROOM (TEXT_MAX + BSN_ENCRYPTION_OVERHEAD_MAX)
#define KEY_LEN 40u
/* Shorter ones OpenSSL may encrypt with a key stream of zeros. */
#define TEXT_MIN 16u

/* ---- what the plugin offers -----------------------------------------------
 */

static const bsn_public_key *
table_of(Run *run)
{
	const bsn_plugin *plugin = run_plugin(run);
	const bsn_public_key *table;

	page_at(run->page, "bsn_plugin.query");
	table = bsn_public_key_of(plugin);
	page_at(run->page, NULL);
	if (table == NULL)
		run_not_claimed(run, "the plugin offers neither encryption "
				     "nor agreement");
	return table;
}

static const bsn_encryption *
find_encryption(Run *run)
{
	const bsn_public_key *table = table_of(run);

	for (guint i = 0;
	     BSN_HAS(table, encryptions) && table->encryptions[i] != NULL; i++)
		if (strcmp(table->encryptions[i]->name, NAME) == 0)
			return table->encryptions[i];
	run_not_claimed(run, "the plugin offers no encryption " NAME);
	return NULL;
}

static const bsn_key_agreement *
find_agreement(Run *run)
{
	const bsn_public_key *table = table_of(run);

	for (guint i = 0;
	     BSN_HAS(table, agreements) && table->agreements[i] != NULL; i++)
		if (strcmp(table->agreements[i]->name, NAME) == 0)
			return table->agreements[i];
	run_not_claimed(run, "the plugin offers no agreement " NAME);
	return NULL;
}

static void
draw_keys(SimRandom *random, OracleKeys *keys)
{
	guint8 seed[SEED_LEN];

	sim_random_fill(random, seed, sizeof(seed));
	oracle_keys(NAME, seed, keys);
}

/* ---- encryption ---------------------------------------------------------- */

typedef struct {
	Run *run;
	const bsn_encryption *table;
	SimRandom random;
	OracleKeys keys;
	guint8 text[TEXT_MAX], out[ROOM];
	gsize text_len;
	guint64 len; /* of out */
} Encryption;

static void
begin_encryption(Encryption *encryption, Run *run)
{
	*encryption = (Encryption){ .run = run,
				    .table = find_encryption(run),
				    .random = run_random(run, "keys") };
	EXPECT(run, encryption->table->public_key_len == POINT_LEN,
	       "public keys of " NAME " have 64 bytes; it says %u",
	       encryption->table->public_key_len);
}

static void
draw(Encryption *encryption, gsize len)
{
	encryption->text_len = len;
	draw_keys(&encryption->random, &encryption->keys);
	sim_random_fill(&encryption->random, encryption->text, len);
}

static void
encrypts(Encryption *encryption, guint32 form)
{
	bsn_fixed_sink sink = bsn_fixed_sink_of(encryption->out, ROOM);
	guint8 seed[SEED_LEN];
	int32_t status;

	sim_random_fill(&encryption->random, seed, sizeof(seed));
	page_at(encryption->run->page, "bsn_encryption.encrypt");
	status = encryption->table->encrypt(
		seed, encryption->keys.public_key, form,
		bsn_slice_of(encryption->text, encryption->text_len),
		&sink.sink);
	page_at(encryption->run->page, NULL);
	encryption->len = sink.len;
	EXPECT(encryption->run, status == BSN_OK,
	       "encrypt takes a text of %zu bytes; it answered %s",
	       encryption->text_len, status_name(status));
}

static int32_t
decrypt(Encryption *encryption, guint32 form, bsn_slice encrypted,
	bsn_fixed_sink *sink)
{
	int32_t status;

	page_at(encryption->run->page, "bsn_encryption.decrypt");
	status = encryption->table->decrypt(encryption->keys.private_key, form,
					    encrypted, &sink->sink);
	page_at(encryption->run->page, NULL);
	return status;
}

static void
expect_text(Encryption *encryption, guint32 form, bsn_slice encrypted,
	    const char *whose)
{
	guint8 text[ROOM];
	bsn_fixed_sink sink = bsn_fixed_sink_of(text, ROOM);
	int32_t status = decrypt(encryption, form, encrypted, &sink);

	EXPECT(encryption->run, status == BSN_OK,
	       "decrypt takes what %s encrypted; it answered %s", whose,
	       status_name(status));
	EXPECT(encryption->run,
	       bsn_slice_equal(
		       bsn_slice_of(text, sink.len),
		       bsn_slice_of(encryption->text, encryption->text_len)),
	       "decrypt gives the text that %s encrypted; it gave another",
	       whose);
}

static void
expect_openssl_decrypts(Encryption *encryption, EVP_PKEY_CTX *ctx)
{
	guint8 text[ROOM];
	gsize len = sizeof(text);

	encrypts(encryption, BSN_ENCRYPTED_DER);
	EXPECT(encryption->run,
	       EVP_PKEY_decrypt_init(ctx) > 0 &&
		       EVP_PKEY_decrypt(ctx, text, &len, encryption->out,
					encryption->len) > 0 &&
		       bsn_slice_equal(bsn_slice_of(text, len),
				       bsn_slice_of(encryption->text,
						    encryption->text_len)),
	       "OpenSSL decrypts a text of %zu bytes to what it was; it does "
	       "not",
	       encryption->text_len);
}

static void
check_openssl(Run *run)
{
	Encryption encryption;

	begin_encryption(&encryption, run);
	for (guint i = 0; i < run->cases; i++) {
		g_autoptr(EVP_PKEY) key = NULL;
		g_autoptr(EVP_PKEY_CTX) ctx = NULL;
		guint8 theirs[ROOM];
		gsize len = sizeof(theirs);

		draw(&encryption,
		     TEXT_MIN + sim_random_below(&encryption.random,
						 TEXT_MAX - TEXT_MIN));
		key = oracle_key(NAME, encryption.keys.private_key,
				 encryption.keys.public_key);
		ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
		expect_openssl_decrypts(&encryption, ctx);
		if (EVP_PKEY_encrypt_init(ctx) > 0 &&
		    EVP_PKEY_encrypt(ctx, theirs, &len, encryption.text,
				     encryption.text_len) > 0)
			expect_text(&encryption, BSN_ENCRYPTED_DER,
				    bsn_slice_of(theirs, len), "OpenSSL");
	}
	run_note(run, "%u texts, both ways", run->cases);
}

/* The other form says the same. */
static void
check_raw(Run *run)
{
	Encryption encryption;

	begin_encryption(&encryption, run);
	for (guint i = 0; i < run->cases; i++) {
		g_autoptr(GByteArray) raw = NULL;
		g_autoptr(GByteArray) der = NULL;

		draw(&encryption,
		     1 + sim_random_below(&encryption.random, TEXT_MAX));
		encrypts(&encryption, BSN_ENCRYPTED_DER);
		raw = oracle_cipher_raw(
			bsn_slice_of(encryption.out, encryption.len));
		EXPECT(run, raw != NULL,
		       "encrypt gives an SM2Cipher of GM/T 0009; it gave "
		       "something else");
		expect_text(&encryption, BSN_ENCRYPTED_RAW,
			    bsn_slice_of(raw->data, raw->len), "it");
		encrypts(&encryption, BSN_ENCRYPTED_RAW);
		der = oracle_cipher_der(
			bsn_slice_of(encryption.out, encryption.len));
		EXPECT(run, der != NULL,
		       "encrypt gives C1 || C3 || C2, C1 as 0x04 || x || y; it "
		       "gave something else");
		expect_text(&encryption, BSN_ENCRYPTED_DER,
			    bsn_slice_of(der->data, der->len), "it");
	}
	run_note(run, "%u texts, each form turned into the other", run->cases);
}

static void
expect_refusal(Encryption *encryption, guint32 form, gsize at)
{
	guint8 changed[ROOM], text[ROOM];
	bsn_fixed_sink sink = bsn_fixed_sink_of(text, ROOM);
	int32_t status;

	memcpy(changed, encryption->out, encryption->len);
	changed[at] ^= 1;
	status = decrypt(encryption, form,
			 bsn_slice_of(changed, encryption->len), &sink);
	EXPECT(encryption->run, status == BSN_BAD_REQUEST,
	       "decrypt answers BAD_REQUEST to a changed byte %zu; it "
	       "answered %s",
	       at, status_name(status));
	EXPECT(encryption->run, sink.len == 0,
	       "decrypt writes nothing of what was changed; it wrote "
	       "%" G_GUINT64_FORMAT " bytes",
	       sink.len);
}

static void
check_changed(Run *run)
{
	Encryption encryption;

	begin_encryption(&encryption, run);
	for (guint32 form = 0; form <= BSN_ENCRYPTED_DER; form++) {
		draw(&encryption, TEXT_MIN);
		encrypts(&encryption, form);
		expect_text(&encryption, form,
			    bsn_slice_of(encryption.out, encryption.len), "it");
		for (gsize at = 0; at < encryption.len; at++)
			expect_refusal(&encryption, form, at);
	}
	run_note(run, "every byte, in both forms");
}

/* ---- what is not encrypted ------------------------------------------------
 */

typedef struct {
	bsn_sink sink;
	guint64 len;
} CountingSink;

static int32_t
count_bytes(bsn_sink *sink, const void *data, uint64_t len)
{
	CountingSink *counting = (CountingSink *)sink;

	(void)data;
	counting->len += len;
	return BSN_OK;
}

static void
expect_answer(Encryption *encryption, guint32 form, const guint8 *public_key,
	      bsn_slice text, int32_t expected, const char *what)
{
	CountingSink sink = { { count_bytes }, 0 };
	guint8 seed[SEED_LEN];
	int32_t status;

	sim_random_fill(&encryption->random, seed, sizeof(seed));
	page_at(encryption->run->page, "bsn_encryption.encrypt");
	status = encryption->table->encrypt(seed, public_key, form, text,
					    &sink.sink);
	page_at(encryption->run->page, NULL);
	EXPECT(encryption->run, status == expected && sink.len == 0,
	       "encrypt answers %s to %s, and gives nothing; it answered %s "
	       "and "
	       "gave %" G_GUINT64_FORMAT " bytes",
	       status_name(expected), what, status_name(status), sink.len);
}

/* 0 and n. */
static const guint8 bad_keys[2][32] = {
	{ 0 },
	{ 0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	  0xff, 0xff, 0xff, 0xff, 0xff, 0x72, 0x03, 0xdf, 0x6b, 0x21, 0xc6,
	  0x05, 0x2b, 0x53, 0xbb, 0xf4, 0x09, 0x39, 0xd5, 0x41, 0x23 },
};

static void
expect_bad_keys(Encryption *encryption)
{
	const bsn_slice encrypted =
		bsn_slice_of(encryption->out, encryption->len);

	for (guint i = 0; i < G_N_ELEMENTS(bad_keys); i++) {
		guint8 text[ROOM];
		bsn_fixed_sink sink = bsn_fixed_sink_of(text, ROOM);
		int32_t status;

		memcpy(encryption->keys.private_key, bad_keys[i], 32);
		status = decrypt(encryption, BSN_ENCRYPTED_RAW, encrypted,
				 &sink);
		EXPECT(encryption->run, status == BSN_BAD_REQUEST,
		       "decrypt answers BAD_REQUEST to a private key out of "
		       "range; it answered %s",
		       status_name(status));
	}
}

static void
check_refusals(Run *run)
{
	g_autofree guint8 *large = g_malloc0(BSN_ENCRYPTION_TEXT_MAX + 1);
	const bsn_slice nothing = bsn_slice_of(large, 0);
	const bsn_slice too_much =
		bsn_slice_of(large, BSN_ENCRYPTION_TEXT_MAX + 1);
	bsn_fixed_sink sink = bsn_fixed_sink_of(large, 0);
	guint8 wrong[BSN_PUBLIC_KEY_MAX];
	Encryption encryption;
	int32_t status;

	begin_encryption(&encryption, run);
	draw(&encryption, TEXT_MIN);
	memcpy(wrong, encryption.keys.public_key, POINT_LEN);
	wrong[POINT_LEN - 1] ^= 1;
	for (guint32 form = 0; form <= BSN_ENCRYPTED_DER; form++) {
		const guint8 *key = encryption.keys.public_key;

		expect_answer(&encryption, form, key, nothing, BSN_BAD_REQUEST,
			      "an empty text");
		expect_answer(&encryption, form, key, too_much, BSN_TOO_LARGE,
			      "a text of more than 1 MiB");
		expect_answer(&encryption, form, wrong,
			      bsn_slice_of(encryption.text, TEXT_MIN),
			      BSN_BAD_REQUEST,
			      "a public key that is no point of the curve");
	}
	expect_answer(&encryption, BSN_ENCRYPTED_DER + 1,
		      encryption.keys.public_key,
		      bsn_slice_of(encryption.text, TEXT_MIN), BSN_NOT_OFFERED,
		      "a form that there is not");
	encrypts(&encryption, BSN_ENCRYPTED_RAW);
	status = decrypt(&encryption, BSN_ENCRYPTED_DER + 1,
			 bsn_slice_of(encryption.out, encryption.len), &sink);
	EXPECT(run, status == BSN_NOT_OFFERED,
	       "decrypt answers NOT_OFFERED to a form that there is not; it "
	       "answered %s",
	       status_name(status));
	expect_bad_keys(&encryption);
}

/* ---- agreement ----------------------------------------------------------- */

typedef struct {
	OracleKeys keys, once;
	const char *user_id;
} Party;

typedef struct {
	guint8 key[KEY_LEN];
	guint8 confirmation[BSN_CONFIRMATION_MAX];
	guint8 expected[BSN_CONFIRMATION_MAX];
} Agreed;

static int32_t
agree(Run *run, const bsn_key_agreement *table, guint32 role, const Party *own,
      const Party *peer, Agreed *agreed)
{
	const bsn_key_agreement_side side = {
		.size = sizeof(side),
		.role = role,
		.private_key = bsn_slice_of(own->keys.private_key, 32),
		.once_private_key = bsn_slice_of(own->once.private_key, 32),
		.user_id = bsn_slice_str(own->user_id),
		.peer_public_key =
			bsn_slice_of(peer->keys.public_key, POINT_LEN),
		.peer_once_public_key =
			bsn_slice_of(peer->once.public_key, POINT_LEN),
		.peer_user_id = bsn_slice_str(peer->user_id),
	};
	int32_t status;

	page_at(run->page, "bsn_key_agreement.agree");
	status = table->agree(&side, KEY_LEN, agreed->key, agreed->confirmation,
			      agreed->expected);
	page_at(run->page, NULL);
	return status;
}

static void
expect_same(Run *run, const bsn_key_agreement *table, const Agreed *a,
	    const Agreed *b)
{
	const gsize len = table->confirmation_len;

	EXPECT(run, memcmp(a->key, b->key, KEY_LEN) == 0,
	       "both sides come to one key; they come to two");
	EXPECT(run,
	       memcmp(a->confirmation, b->expected, len) == 0 &&
		       memcmp(b->confirmation, a->expected, len) == 0,
	       "what one side sends is what the other expects; it is not");
	EXPECT(run, memcmp(a->confirmation, b->confirmation, len) != 0,
	       "the two sides send different confirmations; they send one");
}

static void
check_agreement(Run *run)
{
	const bsn_key_agreement *table = find_agreement(run);
	SimRandom random = run_random(run, "keys");

	EXPECT(run, table->confirmation_len <= BSN_CONFIRMATION_MAX,
	       "confirmations have at most 32 bytes; it says %u",
	       table->confirmation_len);
	for (guint i = 0; i < run->cases; i++) {
		Party a = { .user_id = "" }, b = { .user_id = "bob" };
		Agreed by_a, by_b, by_other;

		draw_keys(&random, &a.keys);
		draw_keys(&random, &a.once);
		draw_keys(&random, &b.keys);
		draw_keys(&random, &b.once);
		EXPECT(run,
		       agree(run, table, BSN_KEY_AGREEMENT_INITIATOR, &a, &b,
			     &by_a) == BSN_OK &&
			       agree(run, table, BSN_KEY_AGREEMENT_RESPONDER,
				     &b, &a, &by_b) == BSN_OK,
		       "two sides with good keys agree; they do not");
		expect_same(run, table, &by_a, &by_b);
		b.user_id = "eve";
		EXPECT(run,
		       agree(run, table, BSN_KEY_AGREEMENT_RESPONDER, &b, &a,
			     &by_other) == BSN_OK &&
			       memcmp(by_a.key, by_other.key, KEY_LEN) != 0,
		       "another user id comes to another key; it comes to "
		       "the same, or to none");
	}
	run_note(run, "%u agreements", run->cases);
}

/* A key of another curve would show, over many agreements, the private key. */
static void
check_points(Run *run)
{
	const bsn_key_agreement *table = find_agreement(run);
	SimRandom random = run_random(run, "keys");
	Party a = { .user_id = "" }, b = { .user_id = "" };
	Agreed agreed;
	int32_t status;

	draw_keys(&random, &a.keys);
	draw_keys(&random, &a.once);
	for (guint i = 0; i < 2; i++) {
		draw_keys(&random, &b.keys);
		draw_keys(&random, &b.once);
		(i == 0 ? &b.keys : &b.once)->public_key[POINT_LEN - 1] ^= 1;
		status = agree(run, table, BSN_KEY_AGREEMENT_INITIATOR, &a, &b,
			       &agreed);
		EXPECT(run, status == BSN_BAD_REQUEST,
		       "agree answers BAD_REQUEST to a point that is not on "
		       "the curve; it answered %s",
		       status_name(status));
	}
}

#define PUBLIC_KEY_CHECK(id, sentence, clause, run)                          \
	{                                                                    \
		"function." id, sentence ".", NULL, "public_key.h: " clause, \
			LEVEL_TABLES, 1, BSN_KIND_CRYPTO, run, 0             \
	}

static const Check checks[] = {
	PUBLIC_KEY_CHECK("sm2-encryption-openssl",
			 "SM2 encrypts for OpenSSL and decrypts what OpenSSL "
			 "encrypted",
			 "bsn_encryption", check_openssl),
	PUBLIC_KEY_CHECK("sm2-encryption-raw",
			 "SM2 puts the same into both forms of a ciphertext",
			 "BSN_ENCRYPTED_RAW", check_raw),
	PUBLIC_KEY_CHECK("sm2-encryption-refusals",
			 "SM2 encrypts nothing that is empty, too long, for no "
			 "key or in no form",
			 "bsn_encryption", check_refusals),
	PUBLIC_KEY_CHECK("sm2-encryption-changed",
			 "SM2 gives nothing of a ciphertext that was changed",
			 "bsn_encryption.decrypt", check_changed),
	PUBLIC_KEY_CHECK("sm2-agreement",
			 "Two sides of an SM2 key exchange come to one key, "
			 "and show it to each other",
			 "bsn_key_agreement.agree", check_agreement),
	PUBLIC_KEY_CHECK("sm2-agreement-points",
			 "SM2 agrees on nothing with points of other curves",
			 "bsn_key_agreement.agree", check_points),
};

CHECK_GROUP(checks_public_key, checks);
