/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks of SM4 (GB/T 32907) in the modes of bsn/crypto.h.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "host/plugin/kat_vectors.h"
#include "host/status.h"
#include "tools/conform/checks-crypto.h"
#include "tools/conform/guard_inputs.h"
#include "tools/conform/openssl.h"

#define BLOCK_LEN 16u
#define LENGTH_MAX 100u
#define LARGE (1u << 16)
/* Full sinks: what it answers to must not be lost. */
#define SINK_STATUS BSN_TOO_LARGE

static const struct {
	const char *name, *openssl;
	gboolean pads;
} ciphers[] = {
	{ "sm4-cbc", "SM4-CBC", TRUE },
	{ "sm4-ctr", "SM4-CTR", FALSE },
};

typedef struct {
	Run *run;
	const bsn_cipher *table;
	const char *name, *openssl;
	gboolean pads;
	guint8 key[BLOCK_LEN], iv[BLOCK_LEN];
	GByteArray *out;
	gsize room; /* bytes that the sink takes */
} Cipher;

typedef struct {
	bsn_sink sink;
	Cipher *cipher;
} Sink;

static int32_t
sink_write(bsn_sink *sink, const void *data, uint64_t len)
{
	Cipher *cipher = ((Sink *)sink)->cipher;

	if (len > cipher->room - cipher->out->len)
		return SINK_STATUS;
	if (len > 0)
		g_byte_array_append(cipher->out, data, (guint)len);
	return BSN_OK;
}

static void
begin(Cipher *cipher, Run *run)
{
	gsize i = run->check->argument;
	const bsn_cipher *table = crypto_cipher(run, ciphers[i].name);
	SimRandom random = run_random(run, "key");

	*cipher = (Cipher){ .run = run,
			    .table = table,
			    .name = ciphers[i].name,
			    .openssl = ciphers[i].openssl,
			    .pads = ciphers[i].pads,
			    .out = g_byte_array_new(),
			    .room = 2 * LARGE };
	sim_random_fill(&random, cipher->key, sizeof(cipher->key));
	sim_random_fill(&random, cipher->iv, sizeof(cipher->iv));
	EXPECT(run, table->key_len == BLOCK_LEN && table->iv_len == BLOCK_LEN,
	       "keys and initial values of %s have 16 bytes; it says %u and "
	       "%u",
	       cipher->name, table->key_len, table->iv_len);
}

/* Into cipher->out. */
static int32_t
run_cipher(Cipher *cipher, guint32 encrypt, bsn_slice input)
{
	Sink sink = { { sink_write }, cipher };
	int32_t status;

	g_byte_array_set_size(cipher->out, 0);
	page_at(cipher->run->page, "bsn_cipher.crypt");
	status = cipher->table->crypt(encrypt, cipher->key, cipher->iv, input,
				      &sink.sink);
	page_at(cipher->run->page, NULL);
	return status;
}

static void
expect_output(Cipher *cipher, guint32 encrypt, bsn_slice input, bsn_slice want,
	      const char *what)
{
	int32_t status = run_cipher(cipher, encrypt, input);

	EXPECT(cipher->run, status == BSN_OK,
	       "crypt %s %s; it answered %s",
	       encrypt ? "encrypts" : "decrypts", what, status_name(status));
	EXPECT(cipher->run,
	       bsn_slice_equal(want, bsn_slice_of(cipher->out->data,
						  cipher->out->len)),
	       "crypt %s %s to the standard's %" G_GUINT64_FORMAT
	       " bytes; it gave %u others",
	       encrypt ? "encrypts" : "decrypts", what, want.len,
	       cipher->out->len);
}

/* OpenSSL's answer. */
static GByteArray *
oracle_encrypt(const Cipher *cipher, bsn_slice input)
{
	GByteArray *out = g_byte_array_new();
	g_autoptr(EVP_CIPHER_CTX) ctx = EVP_CIPHER_CTX_new();
	EVP_CIPHER *sm4 = EVP_CIPHER_fetch(NULL, cipher->openssl, NULL);
	int len = 0, last = 0;

	g_byte_array_set_size(out, (guint)input.len + BLOCK_LEN);
	if (ctx == NULL || sm4 == NULL ||
	    !EVP_EncryptInit_ex2(ctx, sm4, cipher->key, cipher->iv, NULL) ||
	    !EVP_EncryptUpdate(ctx, out->data, &len, input.data,
			       (int)input.len) ||
	    !EVP_EncryptFinal_ex(ctx, out->data + len, &last))
		g_error("OpenSSL cannot compute %s", cipher->openssl);
	EVP_CIPHER_free(sm4);
	g_byte_array_set_size(out, (guint)(len + last));
	return out;
}

/* ---- checks --------------------------------------------------------------- */

static void
expect_vector(Cipher *cipher, const CipherVector *vector)
{
	g_autoptr(GByteArray) key = kat_bytes(vector->key);
	g_autoptr(GByteArray) iv = kat_bytes(vector->iv);
	g_autoptr(GByteArray) plain = kat_bytes(vector->plain);
	g_autoptr(GByteArray) want = kat_bytes(vector->cipher);
	bsn_slice input = bsn_slice_of(plain->data, plain->len);

	memcpy(cipher->key, key->data, BLOCK_LEN);
	memcpy(cipher->iv, iv->data, BLOCK_LEN);
	EXPECT(cipher->run,
	       run_cipher(cipher, 1, input) == BSN_OK &&
		       cipher->out->len >= want->len &&
		       memcmp(cipher->out->data, want->data, want->len) == 0,
	       "%s encrypts the block of %s to %s; it gave something else",
	       cipher->name, vector->source, vector->cipher);
	run_note(cipher->run, "%s: %s", vector->source, vector->cipher);
}

static void
check_vectors(Run *run)
{
	Cipher cipher;

	begin(&cipher, run);
	for (gsize i = 0; i < kat_cipher_vector_count; i++)
		if (strcmp(kat_cipher_vectors[i].algorithm, cipher.name) == 0)
			expect_vector(&cipher, &kat_cipher_vectors[i]);
	g_byte_array_unref(cipher.out);
}

static void
expect_both_ways(Cipher *cipher, bsn_slice plain)
{
	g_autoptr(GByteArray) want = oracle_encrypt(cipher, plain);
	bsn_slice encrypted = bsn_slice_of(want->data, want->len);
	g_autofree char *what =
		g_strdup_printf("%" G_GUINT64_FORMAT " bytes", plain.len);

	expect_output(cipher, 1, plain, encrypted, what);
	expect_output(cipher, 0, encrypted, plain, what);
}

/* A counter of all ones but its last byte runs over. */
static void
check_openssl(Run *run)
{
	g_autofree guint8 *text = g_malloc(LARGE);
	SimRandom random = run_random(run, "message");
	Cipher cipher;

	begin(&cipher, run);
	sim_random_fill(&random, text, LARGE);
	for (gsize len = 0; len <= LENGTH_MAX; len++)
		expect_both_ways(&cipher, bsn_slice_of(text, len));
	expect_both_ways(&cipher, bsn_slice_of(text, LARGE));
	memset(cipher.iv, 0xff, sizeof(cipher.iv));
	expect_both_ways(&cipher, bsn_slice_of(text, LENGTH_MAX));
	for (guint i = 0; i < run->cases; i++) {
		sim_random_fill(&random, cipher.key, sizeof(cipher.key));
		sim_random_fill(&random, cipher.iv, sizeof(cipher.iv));
		expect_both_ways(&cipher,
				 bsn_slice_of(text, (gsize)i % LENGTH_MAX));
	}
	run_note(run, "0 to %u bytes, 64 KiB, a counter that runs over, %u "
		      "random keys: as OpenSSL, there and back",
		 LENGTH_MAX, run->cases);
	g_byte_array_unref(cipher.out);
}

/* Encrypts one block without padding, by taking the first block of the two that
 * CBC gives. */
static void
last_block(Cipher *cipher, const guint8 *plain, guint8 *encrypted)
{
	g_autoptr(GByteArray) two =
		oracle_encrypt(cipher, bsn_slice_of(plain, BLOCK_LEN));

	memcpy(encrypted, two->data, BLOCK_LEN);
}

/* PKCS #7: n bytes of n, 1 to 16 (RFC 5652 section 6.3). */
static void
refuse_padding(Cipher *cipher, const guint8 *plain, const char *what)
{
	guint8 encrypted[BLOCK_LEN];
	int32_t status;

	last_block(cipher, plain, encrypted);
	status = run_cipher(cipher, 0, bsn_slice_of(encrypted, BLOCK_LEN));
	EXPECT(cipher->run, status == BSN_BAD_REQUEST,
	       "crypt answers bad-request to a message whose padding is %s; "
	       "it answered %s",
	       what, status_name(status));
	run_note(cipher->run, "padding of %s: refused", what);
}

static void
check_padding(Run *run)
{
	guint8 plain[BLOCK_LEN] = { 0 };
	Cipher cipher;

	begin(&cipher, run);
	for (gsize len = 0; len <= 3 * BLOCK_LEN; len++) {
		static const guint8 text[3 * BLOCK_LEN] = { 0 };
		int32_t status;

		if (len > 0 && len % BLOCK_LEN == 0)
			continue;
		status = run_cipher(&cipher, 0, bsn_slice_of(text, len));
		EXPECT(run, status == BSN_BAD_REQUEST,
		       "crypt answers bad-request to %zu encrypted bytes, "
		       "which are not whole blocks; it answered %s",
		       len, status_name(status));
	}
	refuse_padding(&cipher, plain, "0");
	plain[BLOCK_LEN - 1] = BLOCK_LEN + 1;
	refuse_padding(&cipher, plain, "17");
	plain[BLOCK_LEN - 1] = 2;
	refuse_padding(&cipher, plain, "0 2");
	memset(plain, BLOCK_LEN, sizeof(plain));
	plain[0] = 0;
	refuse_padding(&cipher, plain, "0 16 ... 16");
	g_byte_array_unref(cipher.out);
}

/* A sink that is full says so, and that is what comes back. */
static void
check_sink(Run *run)
{
	guint8 text[LENGTH_MAX] = { 0 };
	Cipher cipher;

	begin(&cipher, run);
	for (gsize room = 0; room < LENGTH_MAX; room += 10) {
		int32_t status;

		cipher.room = room;
		status = run_cipher(&cipher, 1, bsn_slice_of(text, sizeof(text)));
		EXPECT(run, status == SINK_STATUS,
		       "crypt answers what the sink answered (%s); it "
		       "answered %s",
		       status_name(SINK_STATUS), status_name(status));
	}
	run_note(run, "sinks with too little room: their answer came back");
	g_byte_array_unref(cipher.out);
}

static void
check_inputs(Run *run)
{
	guint8 text[LENGTH_MAX] = { 0 };
	Inputs inputs;
	Sink sink;
	Cipher cipher;
	bsn_slice sealed;
	const guint8 *key, *iv;

	begin(&cipher, run);
	sink = (Sink){ { sink_write }, &cipher };
	inputs_begin(&inputs, "bsn_cipher.crypt",
		     2 * inputs_size(BLOCK_LEN) + inputs_size(sizeof(text)));
	key = inputs_copy(&inputs, cipher.key, BLOCK_LEN);
	iv = inputs_copy(&inputs, cipher.iv, BLOCK_LEN);
	sealed = inputs_slice(&inputs, bsn_slice_of(text, sizeof(text)));
	inputs_seal(&inputs);
	page_at(run->page, inputs.call);
	(void)cipher.table->crypt(1, key, iv, sealed, &sink.sink);
	page_at(run->page, NULL);
	inputs_end(&inputs);
	/* What was kept of it would be used now. */
	(void)run_cipher(&cipher, 1, bsn_slice_of(text, sizeof(text)));
	run_note(run, "a message in memory that can only be read: encrypted");
	g_byte_array_unref(cipher.out);
}

#define CIPHER_CHECK(i, id, sentence, clause, run)                             \
	{ "function." id, sentence ".", NULL, clause, LEVEL_TABLES, 1,         \
	  BSN_KIND_CRYPTO, run, i }
#define CIPHER_CHECKS(i, name)                                                 \
	CIPHER_CHECK(i, name "-vectors",                                       \
		     name " gives its standard's published ciphertexts",       \
		     "crypto.h: bsn_cipher.crypt", check_vectors),             \
	CIPHER_CHECK(i, name "-openssl",                                       \
		     name " encrypts and decrypts as OpenSSL does",            \
		     "crypto.h: bsn_cipher.crypt", check_openssl),             \
	CIPHER_CHECK(i, name "-sink",                                          \
		     name " answers what its sink answered",                   \
		     "base.h: bsn_sink.write", check_sink),                    \
	CIPHER_CHECK(i, name "-inputs-alone",                                  \
		     name " leaves its inputs alone", "base.h: rule 3",        \
		     check_inputs)

static const Check checks[] = {
	CIPHER_CHECKS(0, "sm4-cbc"),
	CIPHER_CHECK(0, "sm4-cbc-padding", "sm4-cbc refuses bad padding",
		     "crypto.h: bsn_cipher.crypt", check_padding),
	CIPHER_CHECKS(1, "sm4-ctr"),
};

CHECK_GROUP(checks_cipher, checks);
