/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-raft/agreement.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

static const char *
role_name(RaftRole role)
{
	switch (role) {
	case RAFT_FOLLOWER:
		return "follower";
	case RAFT_PRE_CANDIDATE:
		return "pre-candidate";
	case RAFT_CANDIDATE:
		return "candidate";
	case RAFT_LEADER:
		return "leader";
	}
	return "";
}

static json_t *
key_json(GBytes *key)
{
	g_autofree char *text =
		key != NULL ? hex_encode(bytes_slice(key)) : NULL;

	return text != NULL ? json_string(text) : json_null();
}

static json_t *
voter_json(const bsn_agreement *agreement, GBytes *key)
{
	json_t *voter = json_pack("{s:o}", "public_key", key_json(key));
	guint64 match;

	if (raft_match(agreement->raft, key, &match))
		json_object_set_new(voter, "match",
				    json_integer((json_int_t)match));
	return voter;
}

static json_t *
voters_json(const bsn_agreement *agreement, const RaftVoters *voters)
{
	json_t *array = json_array();

	for (guint i = 0; i < voters->len; i++)
		json_array_append_new(array,
				      voter_json(agreement, voters->pdata[i]));
	return array;
}

int32_t
raft_write_status(bsn_agreement *agreement, bsn_sink *json)
{
	RaftStatus status = raft_status(agreement->raft);
	g_autoptr(json_t) object = json_pack(
		"{s:s,s:o,s:I,s:I,s:I,s:I,s:I,s:I,s:b,s:b,s:I,s:I,s:o}", "role",
		role_name(status.role), "leader", key_json(status.leader),
		"term", (json_int_t)status.term, "height",
		(json_int_t)status.applied, "decided",
		(json_int_t)status.decided, "log_first",
		(json_int_t)status.first, "log_last", (json_int_t)status.last,
		"commit", (json_int_t)status.commit, "quiet", status.quiet,
		"stopped", status.halted, "rejected_messages",
		(json_int_t)agreement->rejected, "unsent_messages",
		(json_int_t)agreement->unsent, "voters",
		voters_json(agreement, status.voters));

	return object != NULL ? json_write(object, json) : BSN_E_NOMEM;
}
