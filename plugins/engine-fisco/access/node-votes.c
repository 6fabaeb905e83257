/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/access/node-votes.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/access/committee.h"
#include "plugins/engine-fisco/access/number.h"
#include "plugins/kit/rlp.h"
#include "plugins/kit/sink.h"

static const guint8 votes_key[] = { STATE_BYTE, STATE_ACCESS_BYTE, 'b' };

/* ---- the record ---------------------------------------------------------- */

static NodeVote
read_vote(RlpReader *reader)
{
	NodeVote vote = { .limit = 0 };
	NodeChange *change = &vote.change;

	rlp_enter(reader, "vote");
	change->public_key = rlp_read_bytes(reader, "public key",
					    PUBLIC_KEY_LEN, PUBLIC_KEY_LEN);
	change->role = (guint32)rlp_read_u64(reader, "role");
	change->name = rlp_read_bytes(reader, "name", 0, MEMBER_TEXT_MAX);
	change->address =
		rlp_read_bytes(reader, "address", 0, MEMBER_TEXT_MAX);
	rlp_read_fixed(reader, "voter", vote.voter, ADDRESS_LEN);
	vote.limit = rlp_read_u64(reader, "limit");
	rlp_leave(reader);
	return vote;
}

static int32_t
read_votes(guint64 number, NodeVotes *votes)
{
	RlpReader reader = rlp_reader(bytes_slice(votes->bytes));

	rlp_enter(&reader, "votes");
	while (rlp_more(&reader)) {
		NodeVote vote = read_vote(&reader);

		if (vote.limit >= number)
			g_array_append_val(votes->votes, vote);
	}
	rlp_leave(&reader);
	return rlp_finish(&reader, NULL) == BSN_OK ? BSN_OK : BSN_E_CORRUPT;
}

int32_t
node_votes_load(Overlay *state, guint64 number, NodeVotes *votes)
{
	bsn_slice value;
	int32_t status = overlay_get(
		state, bsn_slice_of(votes_key, sizeof(votes_key)), &value);

	*votes = (NodeVotes){ .votes = NULL };
	if (status != BSN_OK && status != BSN_NOT_FOUND)
		return status;
	votes->votes = g_array_new(FALSE, FALSE, sizeof(NodeVote));
	if (status == BSN_NOT_FOUND)
		return BSN_OK;
	votes->bytes = g_bytes_new(value.data, value.len);
	status = read_votes(number, votes);
	if (status != BSN_OK)
		node_votes_clear(votes);
	return status;
}

void
node_votes_clear(NodeVotes *votes)
{
	g_clear_pointer(&votes->votes, g_array_unref);
	g_clear_pointer(&votes->bytes, g_bytes_unref);
}

static void
put_vote(const NodeVote *vote, GByteArray *out)
{
	const NodeChange *change = &vote->change;
	const RlpItem fields[] = {
		rlp_bytes(change->public_key),
		rlp_u64(change->role),
		rlp_bytes(change->name),
		rlp_bytes(change->address),
		rlp_bytes(bsn_slice_of(vote->voter, ADDRESS_LEN)),
		rlp_u64(vote->limit),
	};

	rlp_put_list(out, fields, G_N_ELEMENTS(fields));
}

void
node_votes_store(Overlay *state, const NodeVotes *votes)
{
	bsn_slice key = bsn_slice_of(votes_key, sizeof(votes_key));
	g_autoptr(GByteArray) items = g_byte_array_new();
	g_autoptr(GByteArray) value = g_byte_array_new();
	RlpItem list;

	for (guint i = 0; i < votes->votes->len; i++)
		put_vote(&g_array_index(votes->votes, NodeVote, i), items);
	list = rlp_raw(buffer_slice(items));
	rlp_put_list(value, &list, 1);
	if (votes->votes->len > 0)
		overlay_put(state, key, buffer_slice(value));
	else
		overlay_delete(state, key);
}

/* ---- votes ---------------------------------------------------------------- */

gboolean
node_change_equal(const NodeChange *a, const NodeChange *b)
{
	return a->role == b->role &&
	       bsn_slice_equal(a->public_key, b->public_key) &&
	       bsn_slice_equal(a->name, b->name) &&
	       bsn_slice_equal(a->address, b->address);
}

/* The voter's oldest vote, and how many there are. */
static guint
count_own(const GArray *votes, const guint8 *voter, guint *oldest)
{
	guint n = 0;

	for (guint i = votes->len; i > 0; i--)
		if (memcmp(g_array_index(votes, NodeVote, i - 1).voter, voter,
			   ADDRESS_LEN) == 0) {
			*oldest = i - 1;
			n++;
		}
	return n;
}

static void
take_back(GArray *votes, const guint8 *voter, bsn_slice public_key)
{
	for (guint i = votes->len; i > 0; i--) {
		const NodeVote *vote = &g_array_index(votes, NodeVote, i - 1);

		if (memcmp(vote->voter, voter, ADDRESS_LEN) == 0 &&
		    bsn_slice_equal(vote->change.public_key, public_key))
			g_array_remove_index(votes, i - 1);
	}
}

void
node_votes_cast(NodeVotes *votes, const NodeVote *vote)
{
	guint oldest = 0;

	take_back(votes->votes, vote->voter, vote->change.public_key);
	if (count_own(votes->votes, vote->voter, &oldest) >= NODE_VOTES_EACH)
		g_array_remove_index(votes->votes, oldest);
	g_array_append_vals(votes->votes, vote, 1);
}

void
node_votes_close(NodeVotes *votes, bsn_slice public_key)
{
	for (guint i = votes->votes->len; i > 0; i--)
		if (bsn_slice_equal(g_array_index(votes->votes, NodeVote, i - 1)
					    .change.public_key,
				    public_key))
			g_array_remove_index(votes->votes, i - 1);
}

/* ---- counting -------------------------------------------------------------- */

static gboolean
voted_for(const NodeVotes *votes, const NodeChange *change,
	  const guint8 *voter)
{
	for (guint i = 0; i < votes->votes->len; i++) {
		const NodeVote *vote =
			&g_array_index(votes->votes, NodeVote, i);

		if (memcmp(vote->voter, voter, ADDRESS_LEN) == 0 &&
		    node_change_equal(&vote->change, change))
			return TRUE;
	}
	return FALSE;
}

/* By the committee as it is now: who has left it votes no more. */
int32_t
node_votes_count(Overlay *state, const NodeVotes *votes,
		 const NodeChange *change, Tally *tally)
{
	const AccessKey key = access_table(TABLE_ACCESS);
	g_autoptr(GArray) members = NULL;
	int32_t status = access_load(state, &key, &members);

	*tally = (Tally){ .passed = FALSE };
	if (status == BSN_OK)
		status = committee_threshold(state, &tally->threshold);
	for (guint i = 0; status == BSN_OK && i < members->len; i++) {
		const AccessEntry *member =
			&g_array_index(members, AccessEntry, i);
		guint64 weight = 0;

		status = committee_weight(state, member->address, &weight);
		tally->total += weight;
		if (voted_for(votes, change, member->address))
			tally->weight += weight;
	}
	tally->passed =
		votes_pass(tally->weight, tally->total, tally->threshold);
	return status;
}
