/* SPDX-License-Identifier: Apache-2.0
 *
 * Changes that wait for signatures, for people.
 */
#include <string.h>

#include "orderer/configuration.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/members/agreement.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/engine-fabric/members/proposals.h"
#include "plugins/engine-fabric/members/votes.h"
#include "plugins/engine-fabric/query/json.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"

typedef struct {
	Channel *channel;
	bsn_slice update;
	const GArray *needs; /* UpdateNeed */
	json_t *json;
} Proposal;

/* ---- which node ---- */

/* The first whose entry differs; NULL: none. */
static const bsn_member *
find_changed(const Members *from, const Members *to)
{
	for (guint i = 0; i < from->list->len; i++) {
		const bsn_member *member = members_at(from, i);
		const bsn_member *other =
			members_lookup(to, member->public_key);

		if (other == NULL || other->role != member->role ||
		    !bsn_slice_equal(other->name, member->name) ||
		    !bsn_slice_equal(other->address, member->address))
			return member;
	}
	return NULL;
}

static void
put_node(json_t *json, const bsn_member *member, guint32 role)
{
	g_autofree char *key =
		member != NULL ? hex_encode(member->public_key) : g_strdup("");
	const bsn_slice none = { NULL, 0 };

	json_object_set_new(json, "public_key", json_string(key));
	json_object_set_new(json, "role", json_string(member_role_word(role)));
	json_object_set_new(json, "name",
			    text_json(member != NULL ? member->name : none));
	json_object_set_new(json, "address",
			    text_json(member != NULL ? member->address : none));
}

/* The Agreement that the update writes; FALSE: it writes none. */
static gboolean
read_nodes(const Proposal *proposal, Members *members)
{
	g_auto(Arena) arena = ARENA_INIT;

	for (guint i = 0; i < proposal->needs->len; i++) {
		const Item *item =
			g_array_index(proposal->needs, UpdateNeed, i).item;
		const Orderer__ConsensusType *type;

		if (item->kind != ITEM_VALUE ||
		    strcmp(item->path, "/Channel/Orderer/ConsensusType") != 0)
			continue;
		type = message_unpack(
			&arena, &orderer__consensus_type__descriptor,
			message_slice(item->value->value), NULL, NULL);
		return type != NULL &&
		       agreement_read(&proposal->channel->suite,
				      message_slice(type->metadata), members,
				      NULL) == BSN_OK;
	}
	return FALSE;
}

static void
add_node(const Proposal *proposal)
{
	g_auto(Members) after = { .list = NULL };
	const Members *now = &proposal->channel->members;
	const bsn_member *member = NULL;
	guint32 role = 0;

	if (read_nodes(proposal, &after)) {
		member = find_changed(&after, now);
		role = member != NULL ? member->role : 0;
		if (member == NULL)
			member = find_changed(now, &after);
	}
	put_node(proposal->json, member, role);
}

/* ---- who has signed ---- */

/* Signatures of so many organisations fulfil it, when each gives one. */
static guint
count_needed(const Policy *policy)
{
	guint most = 0;
	gboolean has_inner = FALSE;

	if (policy == NULL)
		return 0;
	if (policy->signature != NULL)
		return 1;
	for (guint i = 0; i < policy->below->len; i++) {
		const Policy *below = policy->below->pdata[i];

		if (below == NULL || below->signature != NULL)
			continue;
		has_inner = TRUE;
		most = MAX(most, count_needed(below));
	}
	return has_inner ? most : policy->threshold;
}

/* Whether an organisation's signature is among those that count: it is in the
 * group that changes. */
static gboolean
is_asked(const Item *item, const ChannelOrganisation *organisation)
{
	if (item->n_groups >= 2)
		return strcmp(item->groups[1], organisation->name) == 0;
	if (item->n_groups == 0)
		return TRUE;
	return strcmp(item->groups[0], "Orderer") == 0
		       ? organisation->in_orderer
		       : organisation->in_application;
}

static gboolean
is_concerned(const Proposal *proposal, const ChannelOrganisation *organisation)
{
	for (guint i = 0; i < proposal->needs->len; i++) {
		const UpdateNeed *need =
			&g_array_index(proposal->needs, UpdateNeed, i);

		if (need->policy != NULL && is_asked(need->item, organisation))
			return TRUE;
	}
	return FALSE;
}

static const MspIdentity *
find_vote(const GPtrArray *signers, const char *msp_id)
{
	for (guint i = 0; i < signers->len; i++) {
		const MspIdentity *who = signers->pdata[i];

		if (strcmp(who->msp->id, msp_id) == 0)
			return who;
	}
	return NULL;
}

static void
add_organisations(const Proposal *proposal, const GPtrArray *signers)
{
	const GPtrArray *list = proposal->channel->config->organisations;
	json_t *votes = json_array();
	json_t *missing = json_array();

	json_object_set_new(proposal->json, "votes", votes);
	json_object_set_new(proposal->json, "missing", missing);
	for (guint i = 0; i < list->len; i++) {
		const ChannelOrganisation *one = list->pdata[i];

		if (is_concerned(proposal, one))
			json_array_append_new(
				find_vote(signers, one->msp_id) != NULL
					? votes
					: missing,
				json_pack("{s:s, s:i}", "account", one->msp_id,
					  "weight", 1));
	}
}

static void
add_weights(const Proposal *proposal)
{
	const size_t there =
		json_array_size(json_object_get(proposal->json, "votes"));
	const size_t missing =
		json_array_size(json_object_get(proposal->json, "missing"));
	guint needed = 0;

	for (guint i = 0; i < proposal->needs->len; i++)
		needed = MAX(needed, count_needed(g_array_index(proposal->needs,
								UpdateNeed, i)
							  .policy));
	json_object_set_new(proposal->json, "weight",
			    json_integer((json_int_t)there));
	json_object_set_new(proposal->json, "needed", json_integer(needed));
	json_object_set_new(proposal->json, "total",
			    json_integer((json_int_t)(there + missing)));
}

/* ---- all of it ---- */

static void
add_changes(const Proposal *proposal)
{
	json_t *paths = json_array();

	for (guint i = 0; i < proposal->needs->len; i++)
		json_array_append_new(paths,
				      json_string(g_array_index(proposal->needs,
								UpdateNeed, i)
							  .item->path));
	json_object_set_new(proposal->json, "changes", paths);
	json_object_set_new(proposal->json, "update",
			    hex_json(proposal->update));
}

json_t *
proposal_json(Channel *channel, const GPtrArray *signers, bsn_slice update,
	      const GArray *needs)
{
	const Proposal proposal = { channel, update, needs, json_object() };

	add_node(&proposal);
	add_organisations(&proposal, signers);
	add_weights(&proposal);
	add_changes(&proposal);
	return proposal.json;
}

/* One that does not fit the present config any more is none. */
static void
add_proposal(Channel *channel, const Votes *votes, bsn_slice update,
	     json_t *list)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GArray) needs = g_array_new(FALSE, FALSE, sizeof(UpdateNeed));
	g_autoptr(GPtrArray) signers = votes_signers(votes, update, NULL);

	if (update_needs(channel->config, channel->id, update, &arena, needs,
			 NULL) == BSN_OK)
		json_array_append_new(
			list, proposal_json(channel, signers, update, needs));
}

static gboolean
is_first(const Votes *votes, guint i)
{
	const Vote *vote = &g_array_index(votes->list, Vote, i);

	for (guint j = 0; j < i; j++)
		if (bsn_slice_equal(g_array_index(votes->list, Vote, j).update,
				    vote->update))
			return FALSE;
	return TRUE;
}

int32_t
members_proposals(Channel *channel, bsn_reply *reply, bsn_err *err)
{
	g_auto(Votes) votes = { .list = NULL };
	g_autoptr(json_t) list = json_array();
	g_autofree char *text = NULL;
	int32_t status =
		votes_load(channel, bsn_slice_of(NULL, 0), &votes, err);

	if (status != BSN_OK)
		return status;
	for (guint i = 0; i < votes.list->len; i++)
		if (is_first(&votes, i))
			add_proposal(channel, &votes,
				     g_array_index(votes.list, Vote, i).update,
				     list);
	text = json_text(list);
	services.reply->value(reply, bsn_slice_str(text));
	return BSN_OK;
}
