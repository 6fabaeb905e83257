/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/node-request.h"

#include <jansson.h>
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fisco/access/committee.h"
#include "plugins/engine-fisco/node-change.h"
#include "plugins/engine-fisco/precompiled/codes.h"
#include "plugins/engine-fisco/request.h"
#include "plugins/engine-fisco/result.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

/* ---- requests -------------------------------------------------------------- */

static const char *const role_words[] = { "consensus", "observer", "none",
					  NULL };

static int32_t
read_change(const json_t *args, GByteArray *public_key, NodeChange *change,
	    gboolean *force, bsn_err *err)
{
	JsonFields fields = fields_of(args, "args", err);
	const char *role;
	int32_t status;

	(void)fields_hex(&fields, "public_key", PUBLIC_KEY_LEN,
			 PUBLIC_KEY_LEN, public_key);
	fields_require(&fields, "public_key",
		       "give the node's key: bsnctl node key on its host");
	role = fields_choice(&fields, "role", role_words, role_words[0]);
	fields_require(&fields, "role", "say consensus, observer or none");
	change->name = bsn_slice_str(
		fields_string(&fields, "name", MEMBER_TEXT_MAX, ""));
	change->address = bsn_slice_str(
		fields_string(&fields, "address", MEMBER_TEXT_MAX, ""));
	*force = fields_bool(&fields, "force", FALSE);
	status = fields_end(&fields);
	if (status != BSN_OK)
		return status;
	change->public_key = buffer_slice(public_key);
	(void)node_role_read(bsn_slice_str(role), &change->role);
	return BSN_OK;
}

static int32_t
status_of(gint64 code)
{
	switch (code) {
	case PRECOMPILED_DENIED:
		return BSN_DENIED;
	case PRECOMPILED_NODE_ABSENT:
		return BSN_NOT_FOUND;
	}
	return BSN_CONFLICT;
}

static int32_t
try_change(const Ledger *ledger, Overlay *state, bsn_slice signer,
	   const NodeChange *change, bsn_err *err)
{
	guint8 sender[ADDRESS_LEN];
	const Actor actor = { state, ledger->head.number + 1, sender };
	gint64 result = 0;
	int32_t status = suite_address(&ledger->suite, signer, sender);

	if (status == BSN_OK)
		status = node_change(ledger, &actor, change, &result);
	if (status != BSN_OK || result >= 0)
		return status;
	return bsn_fail_native(err, status_of(result), (gint32)result, "%s",
			       node_change_sentence(result));
}

static gboolean
is_there(const Ledger *ledger, bsn_slice key)
{
	g_autoptr(GBytes) bytes = g_bytes_new(key.data, key.len);

	return bsn_slice_equal(key, bsn_slice_of(ledger->members.own_key,
						 PUBLIC_KEY_LEN)) ||
	       g_hash_table_contains(ledger->reachable, bytes);
}

static guint
count_there(const Ledger *ledger, const MemberList *list)
{
	guint there = 0;

	for (guint i = 0; i < list->members->len; i++) {
		const bsn_member *member = member_list_at(list, i);

		there += member->role == BSN_ROLE_CONSENSUS &&
			 is_there(ledger, member->public_key);
	}
	return there;
}

/* Only a block can take a change back: one after which too few nodes would be
 * there for a block is hardly meant. What this node sees decides nothing for
 * the others, so it is checked here and not in the contract. */
static int32_t
check_quorum(const Ledger *ledger, Overlay *state, const NodeChange *change,
	     bsn_err *err)
{
	g_auto(MemberList) list = { .members = NULL };
	guint there, sealers;
	guint64 needed;
	gboolean others;
	gint64 code;
	int32_t status = node_change_list(ledger, state, change, &list,
					  &others, &code);

	if (status != BSN_OK || code != 0 || !others ||
	    !BSN_HAS(ledger->consensus, quorum))
		return status;
	there = count_there(ledger, &list);
	sealers = member_list_sealers(&list);
	needed = ledger->consensus->quorum(sealers);
	if (there >= needed)
		return BSN_OK;
	return bsn_fail(err, BSN_CONFLICT,
			"of the %u consensus nodes that this leaves %u can be "
			"reached from here, and %" G_GUINT64_FORMAT " are "
			"needed: the chain would stop, and could not take it "
			"back; start the others first, or give force",
			sealers, there, needed);
}

static char *
call_args(const NodeChange *change)
{
	g_autoptr(json_t) array = json_array();
	const bsn_slice texts[] = {
		bsn_slice_str(node_role_word(change->role)),
		change->name,
		change->address,
	};

	json_array_append_new(array, result_hex(change->public_key));
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		json_array_append_new(
			array, json_stringn((const char *)texts[i].data,
					    texts[i].len));
	return json_text(array);
}

int32_t
node_request(const Ledger *ledger, Overlay *state,
	     const bsn_tx_request *request, bsn_tx_request *invoke,
	     char **args, bsn_err *err)
{
	g_autoptr(json_t) object = NULL;
	g_autoptr(GByteArray) public_key = g_byte_array_new();
	NodeChange change = { .role = MEMBER_NONE };
	gboolean force = FALSE;
	int32_t status = args_read(request->args, &object, err);

	if (status == BSN_OK && !json_is_object(object))
		status = bsn_fail(err, BSN_BAD_REQUEST,
				  "args must be a JSON object with public_key "
				  "and role");
	if (status == BSN_OK)
		status = read_change(object, public_key, &change, &force, err);
	if (status == BSN_OK && !force)
		status = check_quorum(ledger, state, &change, err);
	if (status == BSN_OK)
		status = try_change(ledger, state, request->signer_public_key,
				    &change, err);
	if (status != BSN_OK)
		return status;
	*args = call_args(&change);
	*invoke = *request;
	invoke->kind = BSN_TX_INVOKE;
	invoke->contract = bsn_slice_str("0x1003");
	invoke->function = bsn_slice_str("setNode");
	invoke->args = bsn_slice_str(*args);
	return BSN_OK;
}

/* ---- proposals --------------------------------------------------------------- */

static json_t *
integer(guint64 value)
{
	return json_integer((json_int_t)value);
}

/* NULL: the voter is not of the committee any more, or voted otherwise. */
static const NodeVote *
vote_of(const NodeVotes *votes, const NodeChange *change, const guint8 *voter)
{
	for (guint i = 0; i < votes->votes->len; i++) {
		const NodeVote *vote =
			&g_array_index(votes->votes, NodeVote, i);

		if (memcmp(vote->voter, voter, ADDRESS_LEN) == 0 &&
		    node_change_equal(&vote->change, change))
			return vote;
	}
	return NULL;
}

static int32_t
add_voter(Overlay *state, const NodeVotes *votes, const NodeChange *change,
	  const guint8 *voter, json_t *proposal)
{
	const NodeVote *vote = vote_of(votes, change, voter);
	json_t *json = json_object();
	guint64 weight = 0;
	int32_t status = committee_weight(state, voter, &weight);

	json_object_set_new(json, "account",
			    result_hex(bsn_slice_of(voter, ADDRESS_LEN)));
	json_object_set_new(json, "weight", integer(weight));
	if (vote != NULL)
		json_object_set_new(json, "until_block",
				    integer(vote->limit));
	json_array_append_new(json_object_get(proposal, vote != NULL
								? "votes"
								: "missing"),
			      json);
	return status;
}

static int32_t
add_voters(Overlay *state, const NodeVotes *votes, const NodeChange *change,
	   json_t *proposal)
{
	const AccessKey key = access_table(TABLE_ACCESS);
	g_autoptr(GArray) members = NULL;
	int32_t status = access_load(state, &key, &members);

	json_object_set_new(proposal, "votes", json_array());
	json_object_set_new(proposal, "missing", json_array());
	for (guint i = 0; status == BSN_OK && i < members->len; i++)
		status = add_voter(
			state, votes, change,
			g_array_index(members, AccessEntry, i).address,
			proposal);
	return status;
}

static json_t *
text_json(bsn_slice text)
{
	return json_stringn((const char *)text.data, text.len);
}

static int32_t
add_proposal(Overlay *state, const NodeVotes *votes, const NodeChange *change,
	     json_t *list)
{
	json_t *json = json_object();
	Tally tally;
	int32_t status = node_votes_count(state, votes, change, &tally);

	json_array_append_new(list, json);
	json_object_set_new(json, "public_key",
			    result_hex(change->public_key));
	json_object_set_new(json, "role",
			    json_string(node_role_word(change->role)));
	json_object_set_new(json, "name", text_json(change->name));
	json_object_set_new(json, "address", text_json(change->address));
	json_object_set_new(json, "weight", integer(tally.weight));
	json_object_set_new(
		json, "needed",
		integer(tally.total * tally.threshold / 100 + 1));
	json_object_set_new(json, "total", integer(tally.total));
	return status != BSN_OK ? status
				: add_voters(state, votes, change, json);
}

/* Votes for one change are one proposal, in the order of the first ones. */
static int32_t
add_proposals(Overlay *state, const NodeVotes *votes, json_t *list)
{
	int32_t status = BSN_OK;

	for (guint i = 0; status == BSN_OK && i < votes->votes->len; i++) {
		const NodeChange *change =
			&g_array_index(votes->votes, NodeVote, i).change;
		gboolean seen = FALSE;

		for (guint j = 0; j < i && !seen; j++)
			seen = node_change_equal(
				&g_array_index(votes->votes, NodeVote, j)
					 .change,
				change);
		if (!seen)
			status = add_proposal(state, votes, change, list);
	}
	return status;
}

int32_t
node_proposals(Ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	g_autoptr(Overlay) state = ledger_state(ledger);
	g_auto(NodeVotes) votes = { .votes = NULL };
	g_autoptr(json_t) list = json_array();
	g_autofree char *text = NULL;
	int32_t status = ledger_usable(ledger, err);

	if (status != BSN_OK)
		return status;
	status = node_votes_load(state, ledger->head.number + 1, &votes);

	if (status == BSN_OK)
		status = add_proposals(state, &votes, list);
	if (status != BSN_OK)
		return bsn_fail(err, status, "the votes cannot be read");
	text = json_text(list);
	services.reply->value(reply, bsn_slice_str(text));
	return BSN_OK;
}
