/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/access/votes.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/access/number.h"
#include "plugins/kit/rlp.h"
#include "plugins/kit/sink.h"

#define KIND_VOTES 'v'
#define VOTE_FIELDS 4u

typedef struct {
	guint8 bytes[3 + ADDRESS_LEN];
	guint len;
} Key;

static Key
key_of(const guint8 *subject)
{
	Key key = { { STATE_BYTE, STATE_ACCESS_BYTE, KIND_VOTES }, 3 };

	if (subject != NULL) {
		memcpy(key.bytes + key.len, subject, ADDRESS_LEN);
		key.len += ADDRESS_LEN;
	}
	return key;
}

static int32_t
decode(bsn_slice value, guint64 number, GArray *votes)
{
	RlpReader reader = rlp_reader(value);

	rlp_enter(&reader, "votes");
	while (rlp_more(&reader)) {
		Vote vote;

		vote.kind = (VoteKind)rlp_read_u64(&reader, "kind");
		vote.value = rlp_read_u64(&reader, "value");
		rlp_read_fixed(&reader, "voter", vote.voter, ADDRESS_LEN);
		vote.limit = rlp_read_u64(&reader, "limit");
		if (vote.limit >= number)
			g_array_append_val(votes, vote);
	}
	rlp_leave(&reader);
	return rlp_finish(&reader, NULL) == BSN_OK ? BSN_OK : BSN_E_CORRUPT;
}

int32_t
votes_load(Overlay *state, const guint8 *subject, guint64 number,
	   GArray **votes)
{
	Key key = key_of(subject);
	bsn_slice value;
	int32_t status = overlay_get(state, bsn_slice_of(key.bytes, key.len),
				     &value);

	*votes = g_array_new(FALSE, FALSE, sizeof(Vote));
	if (status == BSN_NOT_FOUND)
		return BSN_OK;
	if (status == BSN_OK)
		status = decode(value, number, *votes);
	if (status != BSN_OK)
		g_clear_pointer(votes, g_array_unref);
	return status;
}

void
votes_store(Overlay *state, const guint8 *subject, const GArray *votes)
{
	Key key = key_of(subject);
	bsn_slice name = bsn_slice_of(key.bytes, key.len);
	g_autoptr(GByteArray) value = g_byte_array_new();
	guint64 n = (guint64)votes->len * VOTE_FIELDS;
	g_autofree RlpItem *fields = g_new(RlpItem, n);

	for (guint i = 0; i < votes->len; i++) {
		const Vote *vote = &g_array_index(votes, Vote, i);
		RlpItem *of = fields + (gsize)i * VOTE_FIELDS;

		of[0] = rlp_u64(vote->kind);
		of[1] = rlp_u64(vote->value);
		of[2] = rlp_bytes(bsn_slice_of(vote->voter, ADDRESS_LEN));
		of[3] = rlp_u64(vote->limit);
	}
	rlp_put_list(value, fields, n);
	if (votes->len > 0)
		overlay_put(state, name, buffer_slice(value));
	else
		overlay_delete(state, name);
}

static gboolean
is_about(const Vote *vote, VoteKind kind, guint64 value)
{
	return vote->kind == kind && vote->value == value;
}

void
votes_cast(GArray *votes, const Vote *cast)
{
	for (guint i = 0; i < votes->len; i++) {
		Vote *vote = &g_array_index(votes, Vote, i);

		if (vote->kind == cast->kind &&
		    memcmp(vote->voter, cast->voter, ADDRESS_LEN) == 0) {
			*vote = *cast;
			return;
		}
	}
	g_array_append_vals(votes, cast, 1);
}

void
votes_close(GArray *votes, VoteKind kind, guint64 value)
{
	for (guint i = votes->len; i > 0; i--)
		if (is_about(&g_array_index(votes, Vote, i - 1), kind, value))
			g_array_remove_index(votes, i - 1);
}

guint64
votes_sum(const GArray *votes, VoteKind kind, guint64 value,
	  VoteWeight weight, gpointer data)
{
	guint64 sum = 0;

	for (guint i = 0; i < votes->len; i++) {
		const Vote *vote = &g_array_index(votes, Vote, i);

		if (is_about(vote, kind, value))
			sum += weight(vote->voter, data);
	}
	return sum;
}

gboolean
votes_pass(guint64 sum, guint64 total, guint64 threshold)
{
	return sum * 100 > total * threshold;
}
