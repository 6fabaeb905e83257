/* SPDX-License-Identifier: Apache-2.0 */
#include "host/plugin/kat.h"

#include <bsn/helpers/bytes.h>

#include "host/plugin/kat_vectors.h"

/* More messages than a vector unit has lanes. */
#define MESSAGES 17u
#define MESSAGE_STEP 37u /* bytes by which each is longer than the last */
#define GUARD_LEN 16u
#define GUARD 0xa5

static gboolean
fails(const bsn_hash *hash, const char *how, Refusal *refusal)
{
	return refuse(refusal, RULE_FAILED_KNOWN_ANSWER, "its hash %s %s",
		      hash->name, how);
}

/* Room for `len` bytes with guard bytes behind them. */
static guint8 *
guarded_new(gsize len)
{
	guint8 *data = g_malloc(len + GUARD_LEN);

	memset(data, GUARD, len + GUARD_LEN);
	return data;
}

static int
guard_is_whole(const guint8 *data, gsize len)
{
	for (gsize i = 0; i < GUARD_LEN; i++)
		if (data[len + i] != GUARD)
			return 0;
	return 1;
}

/* The digest of the parts into `out`, of digest_len bytes. */
static gboolean
digest(const bsn_hash *hash, const bsn_slice *parts, guint n, guint8 *out,
       Refusal *refusal)
{
	g_autofree guint8 *room = guarded_new(hash->digest_len);
	int32_t status = hash->digest(parts, n, room);

	if (status != BSN_OK) {
		g_autofree char *how = g_strdup_printf(
			"answers status %d to a digest", status);

		return fails(hash, how, refusal);
	}
	if (!guard_is_whole(room, hash->digest_len))
		return fails(hash, "writes more than digest_len bytes",
			     refusal);
	memcpy(out, room, hash->digest_len);
	return TRUE;
}

static gboolean
check_vector(const bsn_hash *hash, const HashVector *vector, Refusal *refusal)
{
	g_autoptr(GString) message = g_string_new(NULL);
	g_autoptr(GByteArray) expected = kat_bytes(vector->digest);
	guint8 got[BSN_DIGEST_MAX];
	bsn_slice part;

	for (guint i = 0; i < vector->repeat; i++)
		g_string_append(message, vector->message);
	part = bsn_slice_of(message->str, message->len);
	if (!digest(hash, &part, 1, got, refusal))
		return FALSE;
	if (expected->len != hash->digest_len ||
	    memcmp(got, expected->data, expected->len) != 0)
		return refuse(refusal, RULE_FAILED_KNOWN_ANSWER,
			      "its hash %s does not give the digest of %s "
			      "(message \"%s\")",
			      hash->name, vector->source, message->str);
	return TRUE;
}

/* However a message is cut, its digest is the same. */
static gboolean
check_parts(const bsn_hash *hash, bsn_slice message, const guint8 *expected,
	    Refusal *refusal)
{
	guint64 cut = message.len / 3;
	const bsn_slice parts[] = {
		bsn_slice_of(message.data, cut),
		bsn_slice_of(NULL, 0),
		bsn_slice_of(message.data + cut, message.len - cut),
	};
	guint8 got[BSN_DIGEST_MAX];

	if (!digest(hash, parts, G_N_ELEMENTS(parts), got, refusal))
		return FALSE;
	if (memcmp(got, expected, hash->digest_len) != 0)
		return fails(hash, "gives another digest for the same message "
				   "in several parts",
			     refusal);
	return TRUE;
}

static gboolean
check_many(const bsn_hash *hash, const bsn_slice *messages,
	   const guint8 *expected, Refusal *refusal)
{
	gsize len = (gsize)MESSAGES * hash->digest_len;
	g_autofree guint8 *room = guarded_new(len);

	if (!BSN_HAS(hash, digest_many))
		return TRUE;
	if (hash->digest_many(messages, MESSAGES, room) != BSN_OK)
		return fails(hash, "fails in digest_many", refusal);
	if (!guard_is_whole(room, len))
		return fails(hash, "writes too much in digest_many", refusal);
	if (memcmp(room, expected, len) != 0)
		return fails(hash, "gives other digests in digest_many than in "
				   "digest",
			     refusal);
	return TRUE;
}

static gboolean
check_consistency(const bsn_hash *hash, Refusal *refusal)
{
	guint8 text[MESSAGES * MESSAGE_STEP];
	g_autofree guint8 *expected =
		g_malloc0((gsize)MESSAGES * hash->digest_len);
	bsn_slice messages[MESSAGES];

	for (guint i = 0; i < sizeof(text); i++)
		text[i] = (guint8)(i * 7);
	for (guint i = 0; i < MESSAGES; i++) {
		guint8 *at = expected + (gsize)i * hash->digest_len;

		messages[i] = bsn_slice_of(text, i * MESSAGE_STEP);
		if (!digest(hash, &messages[i], 1, at, refusal) ||
		    !check_parts(hash, messages[i], at, refusal))
			return FALSE;
		if (i > 0 &&
		    memcmp(at, at - hash->digest_len, hash->digest_len) == 0)
			return fails(hash, "gives one digest for different "
					   "messages",
				     refusal);
	}
	return check_many(hash, messages, expected, refusal);
}

gboolean
kat_hash(const bsn_hash *hash, Refusal *refusal)
{
	for (gsize i = 0; i < kat_hash_vector_count; i++)
		if (strcmp(kat_hash_vectors[i].algorithm, hash->name) == 0 &&
		    !check_vector(hash, &kat_hash_vectors[i], refusal))
			return FALSE;
	return check_consistency(hash, refusal);
}
