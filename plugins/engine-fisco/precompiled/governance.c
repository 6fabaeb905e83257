/* SPDX-License-Identifier: Apache-2.0
 *
 * 0x1008: the committee, operators, and accounts that are frozen.
 */
#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/access/accounts.h"
#include "plugins/engine-fisco/access/committee.h"
#include "plugins/engine-fisco/access/votes.h"
#include "plugins/engine-fisco/precompiled/contracts.h"
#include "plugins/engine-fisco/precompiled/rights.h"

/* ---- changes ----------------------------------------------------------- */

typedef int32_t (*Change)(const Actor *actor, const guint8 *user,
			  gint64 *result);

static int32_t
change(PrecompiledCall *call, Change make)
{
	Actor actor;
	gint64 result;
	int32_t status = rights_begin(call, &actor);

	if (status == BSN_OK)
		status = make(&actor, call->args[0].bytes.data, &result);
	return status == BSN_OK ? precompiled_answer(call, result) : status;
}

static int32_t
grant_member(PrecompiledCall *call)
{
	return change(call, committee_grant);
}

static int32_t
revoke_member(PrecompiledCall *call)
{
	return change(call, committee_revoke);
}

static int32_t
grant_operator(PrecompiledCall *call)
{
	return change(call, committee_grant_operator);
}

static int32_t
revoke_operator(PrecompiledCall *call)
{
	return change(call, committee_revoke_operator);
}

static int32_t
freeze(const Actor *actor, const guint8 *user, gint64 *result)
{
	return committee_freeze(actor, user, TRUE, result);
}

static int32_t
unfreeze(const Actor *actor, const guint8 *user, gint64 *result)
{
	return committee_freeze(actor, user, FALSE, result);
}

static int32_t
freeze_account(PrecompiledCall *call)
{
	return change(call, freeze);
}

static int32_t
unfreeze_account(PrecompiledCall *call)
{
	return change(call, unfreeze);
}

/* -1 for what is negative or does not fit: no weight, and no threshold. */
static gint64
small_number(const Arg *arg)
{
	guint64 number;

	return arg_count(arg, &number) ? (gint64)number : -1;
}

static int32_t
update_weight(PrecompiledCall *call)
{
	Actor actor;
	gint64 result;
	int32_t status = rights_begin(call, &actor);

	if (status == BSN_OK)
		status = committee_set_weight(&actor, call->args[0].bytes.data,
					      small_number(&call->args[1]),
					      &result);
	return status == BSN_OK ? precompiled_answer(call, result) : status;
}

static int32_t
update_threshold(PrecompiledCall *call)
{
	Actor actor;
	gint64 result;
	int32_t status = rights_begin(call, &actor);

	if (status == BSN_OK)
		status = committee_set_threshold(
			&actor, small_number(&call->args[0]), &result);
	return status == BSN_OK ? precompiled_answer(call, result) : status;
}

/* ---- what stands ------------------------------------------------------- */

static int32_t
list_members(PrecompiledCall *call)
{
	AccessKey key = access_table(TABLE_ACCESS);

	return rights_put_list(call, &key, NULL);
}

static int32_t
list_operators(PrecompiledCall *call)
{
	AccessKey key = access_table(TABLE_DEPLOY);

	return rights_put_list(call, &key, NULL);
}

static int32_t
query_member(PrecompiledCall *call)
{
	gboolean exists, member;
	int32_t status = committee_has(call->state, call->args[0].bytes.data,
				       &exists, &member);

	if (status == BSN_OK)
		results_put_bool(&call->results, member);
	return status;
}

/* (false, code) for who is no member. */
static int32_t
query_weight(PrecompiledCall *call)
{
	const guint8 *user = call->args[0].bytes.data;
	gboolean exists, member;
	guint64 weight;
	int32_t status = committee_has(call->state, user, &exists, &member);

	if (status == BSN_OK)
		status = committee_weight(call->state, user, &weight);
	if (status != BSN_OK)
		return status;
	results_put_bool(&call->results, member);
	return precompiled_answer(call, member ? (gint64)weight
					       : GOVERN_NO_MEMBER);
}

static int32_t
query_threshold(PrecompiledCall *call)
{
	guint64 percent;
	int32_t status = committee_threshold(call->state, &percent);

	return status == BSN_OK ? precompiled_answer(call, (gint64)percent)
				: status;
}

/* ---- votes ------------------------------------------------------------- */

static json_t *
vote_json(const Vote *vote)
{
	return json_pack("{s:o, s:o}", "voter", rights_hex(vote->voter),
			 "block_limit",
			 json_sprintf("%" G_GUINT64_FORMAT, vote->limit));
}

static json_t *
votes_of(const GArray *votes, VoteKind kind)
{
	json_t *array = json_array();

	for (guint i = 0; i < votes->len; i++) {
		const Vote *vote = &g_array_index(votes, Vote, i);
		json_t *json;

		if (vote->kind != kind)
			continue;
		json = vote_json(vote);
		if (kind == VOTE_WEIGHT)
			json_object_set_new(
				json, "weight",
				json_sprintf("%" G_GUINT64_FORMAT,
					     vote->value));
		json_array_append_new(array, json);
	}
	return array;
}

static int32_t
query_member_votes(PrecompiledCall *call)
{
	g_autoptr(GArray) votes = NULL;
	int32_t status = votes_load(call->state, call->args[0].bytes.data,
				    call->block, &votes);

	if (status != BSN_OK)
		return status;
	return rights_put_json(
		call, json_pack("{s:o, s:o, s:o}", "grant",
				votes_of(votes, VOTE_GRANT), "revoke",
				votes_of(votes, VOTE_REVOKE), "update_weight",
				votes_of(votes, VOTE_WEIGHT)));
}

/* By threshold, as a fraction with six digits. */
static int32_t
query_threshold_votes(PrecompiledCall *call)
{
	g_autoptr(GArray) votes = NULL;
	json_t *json = NULL;
	int32_t status = votes_load(call->state, NULL, call->block, &votes);

	if (status != BSN_OK)
		return status;
	json = json_object();
	for (guint i = 0; i < votes->len; i++) {
		const Vote *vote = &g_array_index(votes, Vote, i);
		g_autofree char *name = g_strdup_printf(
			"0.%02" G_GUINT64_FORMAT "0000", vote->value);

		if (json_object_get(json, name) == NULL)
			json_object_set_new(json, name, json_array());
		json_array_append_new(json_object_get(json, name),
				      vote_json(vote));
	}
	return rights_put_json(call, json);
}

static int32_t
account_status(PrecompiledCall *call)
{
	gboolean frozen;
	int32_t status = account_frozen(call->state, call->args[0].bytes.data,
					&frozen);

	if (status == BSN_OK)
		results_put_bytes(&call->results,
				  frozen ? bsn_slice_str("The account is "
							 "frozen.")
					 : bsn_slice_str("The account is "
							 "available."));
	return status;
}

static const PrecompiledFunction functions[] = {
	{ 0x6f8f521f, 0xcbff0346, "grantCommitteeMember(address)",
	  grant_member, GAS_LIST_WRITES },
	{ 0xcafb4d1b, 0x681362f3, "revokeCommitteeMember(address)",
	  revoke_member, GAS_LIST_WRITES },
	{ 0x885a3a72, 0x77cb0994, "listCommitteeMembers()", list_members,
	  GAS_LIST_READS },
	{ 0xf669593b, 0x2ce76ede, "queryCommitteeMember(address)",
	  query_member, GAS_LIST_READS },
	{ 0x246c3376, 0x95e96f8f,
	  "updateCommitteeMemberWeight(address,int256)", update_weight,
	  GAS_LIST_WRITES },
	{ 0x6c147119, 0xc784c982, "queryCommitteeMemberWeight(address)",
	  query_weight, GAS_LIST_READS },
	{ 0x97b00861, 0x931af204, "updateThreshold(int256)",
	  update_threshold, GAS_LIST_WRITES },
	{ 0x281af27d, 0x35365efb, "queryThreshold()", query_threshold,
	  GAS_READS },
	{ 0xe348da13, 0xd1db6540, "grantOperator(address)", grant_operator,
	  GAS_LIST_WRITES },
	{ 0xfad8b32a, 0xc9ab2069, "revokeOperator(address)", revoke_operator,
	  GAS_LIST_WRITES },
	{ 0x039a93ca, 0xb90059a3, "listOperators()", list_operators,
	  GAS_LIST_READS },
	{ 0x284f6e88, 0x1cfb254d, "queryVotesOfMember(address)",
	  query_member_votes, GAS_LIST_READS },
	{ 0x791a2742, 0x2e8c25f5, "queryVotesOfThreshold()",
	  query_threshold_votes, GAS_LIST_READS },
	{ 0xf26c159f, 0x563e46a5, "freezeAccount(address)", freeze_account,
	  GAS_LIST_WRITES },
	{ 0x788649ea, 0x2312386d, "unfreezeAccount(address)",
	  unfreeze_account, GAS_LIST_WRITES },
	{ 0xfd4fa05a, 0xa41e61cc, "getAccountStatus(address)",
	  account_status, GAS_READS },
};

const PrecompiledContract governance_contract = {
	"ChainGovernance",
	0x1008,
	functions,
	G_N_ELEMENTS(functions),
};
