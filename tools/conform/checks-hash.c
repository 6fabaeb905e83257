/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks of hash functions: published answers, OpenSSL's, and the rules of
 * bsn/crypto.h.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "host/plugin/kat_vectors.h"
#include "host/status.h"
#include "tools/conform/checks-crypto.h"
#include "tools/conform/guard_inputs.h"
#include "tools/conform/oracle-hash.h"
#include "tools/conform/text.h"

/* Every length up to here: more than two blocks of any of them, and so all
 * the places where padding needs a block of its own. */
#define LENGTH_MAX 300u
#define LARGE (1u << 20)
#define CUT_LENGTH 150u
#define MANY 64u

static const struct {
	const char *name;
	guint block_len; /* bytes */
} hashes[] = {
	{ "sm3", 64 },
	{ "sha-256", 64 },
	{ "keccak-256", 136 },
};

static const bsn_hash *
hash_of(Run *run)
{
	const bsn_hash *hash =
		crypto_hash(run, hashes[run->check->argument].name);

	EXPECT(run, hash->digest_len == ORACLE_DIGEST_LEN,
	       "digest_len of %s is %u; it says %u", hash->name,
	       ORACLE_DIGEST_LEN, hash->digest_len);
	return hash;
}

/* ---- one digest ----------------------------------------------------------- */

/* `what` the message is, for people. */
static void
expect_digest(Run *run, const bsn_hash *hash, const bsn_slice *parts, guint n,
	      const guint8 *want, const char *what)
{
	guint8 got[ORACLE_DIGEST_LEN + CRYPTO_FENCE_LEN] = { 0 };
	g_autofree char *want_hex = conform_hex(want, ORACLE_DIGEST_LEN);
	g_autofree char *got_hex = NULL;
	int32_t status;

	crypto_fence(got + ORACLE_DIGEST_LEN);
	page_at(run->page, "bsn_hash.digest");
	status = hash->digest(parts, n, got);
	page_at(run->page, NULL);
	EXPECT(run, status == BSN_OK, "%s of %s is to be had; it answered %s",
	       hash->name, what, status_name(status));
	got_hex = conform_hex(got, ORACLE_DIGEST_LEN);
	EXPECT(run, memcmp(got, want, ORACLE_DIGEST_LEN) == 0,
	       "%s of %s is %s; it gave %s", hash->name, what, want_hex,
	       got_hex);
	EXPECT(run, crypto_fence_is_whole(got + ORACLE_DIGEST_LEN),
	       "digest writes digest_len bytes; of %s it wrote more", what);
}

static void
expect_whole(Run *run, const bsn_hash *hash, const guint8 *data, gsize len,
	     const char *what)
{
	guint8 want[ORACLE_DIGEST_LEN];
	bsn_slice part = bsn_slice_of(data, len);

	oracle_digest(hash->name, data, len, want);
	expect_digest(run, hash, &part, 1, want, what);
}

static GBytes *
random_bytes(Run *run, const char *stream, gsize len)
{
	SimRandom random = run_random(run, stream);
	guint8 *data = g_malloc(len);

	sim_random_fill(&random, data, len);
	return g_bytes_new_take(data, len);
}

/* ---- checks --------------------------------------------------------------- */

static void
check_vectors(Run *run)
{
	const bsn_hash *hash = hash_of(run);

	for (gsize i = 0; i < kat_hash_vector_count; i++) {
		const HashVector *vector = &kat_hash_vectors[i];
		g_autoptr(GByteArray) want = kat_bytes(vector->digest);
		g_autoptr(GString) message = g_string_new(NULL);
		bsn_slice part;

		if (strcmp(vector->algorithm, hash->name) != 0)
			continue;
		for (guint j = 0; j < vector->repeat; j++)
			g_string_append(message, vector->message);
		part = bsn_slice_of(message->str, message->len);
		expect_digest(run, hash, &part, 1, want->data, vector->source);
		run_note(run, "%s, \"%s\": %s", vector->source, message->str,
			 vector->digest);
	}
	EXPECT(run,
	       hash->block_len == hashes[run->check->argument].block_len,
	       "block_len of %s is %u; it says %u", hash->name,
	       hashes[run->check->argument].block_len, hash->block_len);
}

static void
check_lengths(Run *run)
{
	const bsn_hash *hash = hash_of(run);
	g_autoptr(GBytes) bytes = random_bytes(run, "message", LARGE);
	const guint8 *data = g_bytes_get_data(bytes, NULL);

	for (gsize len = 0; len <= LENGTH_MAX; len++) {
		g_autofree char *what =
			g_strdup_printf("%zu random bytes", len);

		expect_whole(run, hash, data, len, what);
	}
	run_note(run, "0 to %u random bytes: as the second opinion has them",
		 LENGTH_MAX);
	expect_whole(run, hash, data, LARGE, "1 MiB of random bytes");
	run_note(run, "1 MiB of random bytes: the same");
}

static void
check_parts(Run *run)
{
	const bsn_hash *hash = hash_of(run);
	g_autoptr(GBytes) bytes = random_bytes(run, "message", CUT_LENGTH);
	const guint8 *data = g_bytes_get_data(bytes, NULL);
	bsn_slice single[CUT_LENGTH];
	guint8 want[ORACLE_DIGEST_LEN], empty[ORACLE_DIGEST_LEN];

	oracle_digest(hash->name, data, CUT_LENGTH, want);
	oracle_digest(hash->name, "", 0, empty);
	for (gsize cut = 0; cut <= CUT_LENGTH; cut++) {
		const bsn_slice parts[] = {
			bsn_slice_of(data, cut),
			bsn_slice_of(NULL, 0),
			bsn_slice_of(data + cut, CUT_LENGTH - cut),
		};
		g_autofree char *what =
			g_strdup_printf("%u bytes, cut after %zu", CUT_LENGTH,
					cut);

		expect_digest(run, hash, parts, G_N_ELEMENTS(parts), want,
			      what);
	}
	for (gsize i = 0; i < CUT_LENGTH; i++)
		single[i] = bsn_slice_of(data + i, 1);
	expect_digest(run, hash, single, CUT_LENGTH, want, "bytes one by one");
	expect_digest(run, hash, NULL, 0, empty, "no parts");
	run_note(run, "%u bytes in parts, with every cut and byte by byte: one "
		      "digest",
		 CUT_LENGTH);
}

/* Messages of mixed lengths, so that several are at different blocks. */
static void
expect_many(Run *run, const bsn_hash *hash, const guint8 *data, guint n)
{
	gsize len = (gsize)n * ORACLE_DIGEST_LEN;
	g_autofree guint8 *got = g_malloc0(len + CRYPTO_FENCE_LEN);
	bsn_slice messages[MANY];
	guint8 want[ORACLE_DIGEST_LEN];
	int32_t status;

	for (guint i = 0; i < n; i++)
		messages[i] = bsn_slice_of(data, (i * 53u) % LENGTH_MAX);
	crypto_fence(got + len);
	page_at(run->page, "bsn_hash.digest_many");
	status = hash->digest_many(messages, n, got);
	page_at(run->page, NULL);
	EXPECT(run, status == BSN_OK,
	       "digest_many takes %u messages; it answered %s", n,
	       status_name(status));
	EXPECT(run, crypto_fence_is_whole(got + len),
	       "digest_many writes n times digest_len bytes; for %u messages "
	       "it wrote more",
	       n);
	for (guint i = 0; i < n; i++) {
		oracle_digest(hash->name, messages[i].data, messages[i].len,
			      want);
		EXPECT(run,
		       memcmp(want, got + (gsize)i * ORACLE_DIGEST_LEN,
			      ORACLE_DIGEST_LEN) == 0,
		       "digest_many digests each message as digest does; of %u "
		       "messages, number %u, of %" G_GUINT64_FORMAT
		       " bytes, has another digest",
		       n, i, messages[i].len);
	}
}

static void
check_many(Run *run)
{
	static const guint counts[] = { 0, 1, 2, 3, 4, 5, 7, 8, 9, 17, MANY };
	const bsn_hash *hash = hash_of(run);
	g_autoptr(GBytes) bytes = random_bytes(run, "message", LENGTH_MAX);

	if (!BSN_HAS(hash, digest_many))
		run_not_claimed(run, "%s has no digest_many", hash->name);
	for (gsize i = 0; i < G_N_ELEMENTS(counts); i++)
		expect_many(run, hash, g_bytes_get_data(bytes, NULL),
			    counts[i]);
	run_note(run, "0 to %u messages at once: as one by one", MANY);
}

static void
check_inputs(Run *run)
{
	const bsn_hash *hash = hash_of(run);
	guint8 text[LENGTH_MAX] = { 0 };
	guint8 got[ORACLE_DIGEST_LEN + CRYPTO_FENCE_LEN];

	for (gsize len = 0; len <= LENGTH_MAX; len += 50) {
		bsn_slice part = bsn_slice_of(text, len);
		Inputs inputs;
		const bsn_slice *sealed;

		inputs_begin(&inputs, "bsn_hash.digest",
			     inputs_size(len) + inputs_size(sizeof(part)));
		part = inputs_slice(&inputs, part);
		sealed = inputs_copy(&inputs, &part, sizeof(part));
		inputs_seal(&inputs);
		page_at(run->page, inputs.call);
		(void)hash->digest(sealed, 1, got);
		page_at(run->page, NULL);
		inputs_end(&inputs);
	}
	run_note(run, "messages in memory that can only be read: digested");
}

#define HASH_CHECKS(i, name, row)                                              \
	{ "function." name "-vectors",                                         \
	  name " gives its standard's published digests.", row,                 \
	  "crypto.h: bsn_hash.digest", LEVEL_TABLES, 1, BSN_KIND_CRYPTO,       \
	  check_vectors, i },                                                  \
	{ "function." name "-lengths",                                         \
	  name " is right for messages of every length, block boundaries "     \
	       "included.",                                                     \
	  row, "crypto.h: bsn_hash.digest", LEVEL_TABLES, 1, BSN_KIND_CRYPTO,  \
	  check_lengths, i },                                                  \
	{ "function." name "-parts",                                           \
	  name " is the same however a message is cut into parts.", row,        \
	  "crypto.h: bsn_hash.digest", LEVEL_TABLES, 1, BSN_KIND_CRYPTO,       \
	  check_parts, i },                                                    \
	{ "function." name "-many",                                            \
	  name " of many messages at once is that of each.", row,               \
	  "crypto.h: bsn_hash.digest_many", LEVEL_TABLES, 1, BSN_KIND_CRYPTO,  \
	  check_many, i },                                                     \
	{ "function." name "-inputs-alone",                                    \
	  name " leaves its inputs alone.", row,                                \
	  "base.h: rule 3", LEVEL_TABLES, 1, BSN_KIND_CRYPTO,                  \
	  check_inputs, i }

static const Check checks[] = {
	HASH_CHECKS(0, "sm3", "function.sm3"),
	HASH_CHECKS(1, "sha-256", NULL),
	HASH_CHECKS(2, "keccak-256", NULL),
};

CHECK_GROUP(checks_hash, checks);
