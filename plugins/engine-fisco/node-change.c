/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/node-change.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/access/committee.h"
#include "plugins/engine-fisco/access/number.h"
#include "plugins/engine-fisco/precompiled/codes.h"
#include "plugins/engine-fisco/precompiled/nodes.h"
#include "plugins/kit/sink.h"

#define MADE 1
#define VOTED 0

/* ---- who may --------------------------------------------------------------- */

/* *code is 0 for who may; `votes` says whether it takes votes. */
static int32_t
check_actor(const Actor *actor, gboolean *votes, gint64 *code)
{
	const AccessKey key = access_table(TABLE_CONSENSUS);
	gboolean allowed;
	int32_t status =
		committee_has(actor->state, actor->origin, votes, &allowed);

	if (status == BSN_OK && !*votes)
		status = access_allows(actor->state, &key, actor->origin,
				       &allowed);
	if (status == BSN_OK)
		*code = allowed ? 0 : PRECOMPILED_DENIED;
	return status;
}

/* ---- what may be ------------------------------------------------------------ */

static gint64
check_text(const NodeChange *change)
{
	const bsn_slice texts[] = { change->name, change->address };

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		if (texts[i].len > MEMBER_TEXT_MAX ||
		    (texts[i].len > 0 &&
		     !g_utf8_validate_len((const char *)texts[i].data,
					  texts[i].len, NULL)))
			return PRECOMPILED_NODE_TEXT;
	return 0;
}

/* Whether the chain's consensus runs with those that are left. */
static gint64
check_sealers(const Ledger *ledger, guint sealers)
{
	const bsn_consensus *consensus = ledger->consensus;
	const char *config = ledger_config(ledger)->consensus_config;

	if (sealers == 0)
		return PRECOMPILED_LAST_SEALER;
	if (sealers > SEALERS_MAX || !BSN_HAS(consensus, set_members) ||
	    consensus->check_config(bsn_slice_str(config), sealers, NULL) !=
		    BSN_OK)
		return PRECOMPILED_CONSENSUS;
	return 0;
}

static StateKey
turn_key(void)
{
	StateKey key = nodes_key();

	state_key_add(&key, bsn_slice_str("turn"));
	return key;
}

/* One change of consensus nodes in a block. */
static int32_t
check_turn(const Actor *actor, gint64 *code)
{
	const StateKey key = turn_key();
	guint64 last;
	int32_t status =
		number_get(actor->state, state_key_slice(&key), &last);

	if (status == BSN_OK && last == actor->number)
		*code = PRECOMPILED_NODE_TURN;
	return status;
}

/* ---- the list --------------------------------------------------------------- */

static gboolean
changes_text(const bsn_member *member, const NodeChange *change)
{
	return (change->name.len > 0 || change->address.len > 0) &&
	       !(bsn_slice_equal(member->name, change->name) &&
		 bsn_slice_equal(member->address, change->address));
}

static gint64
drop(MemberList *list, guint index)
{
	if (index == list->members->len)
		return PRECOMPILED_NODE_ABSENT;
	g_array_remove_index(list->members, index);
	return 0;
}

static gint64
add(const Ledger *ledger, MemberList *list, const NodeChange *change)
{
	const bsn_member member = {
		.size = sizeof(member),
		.role = change->role,
		.algorithm = suite_algorithm(ledger->suite.sm),
		.public_key = change->public_key,
		.name = change->name,
		.address = change->address,
	};

	if (list->members->len >= MEMBERS_MAX)
		return PRECOMPILED_CONSENSUS;
	g_array_append_val(list->members, member);
	return 0;
}

static gint64
alter(MemberList *list, guint index, const NodeChange *change)
{
	bsn_member *member =
		&g_array_index(list->members, bsn_member, index);

	if (member->role == change->role && !changes_text(member, change))
		return change->role == BSN_ROLE_CONSENSUS
			       ? PRECOMPILED_IS_SEALER
			       : PRECOMPILED_IS_OBSERVER;
	member->role = change->role;
	if (change->name.len > 0 || change->address.len > 0) {
		member->name = change->name;
		member->address = change->address;
	}
	return 0;
}

/* The list as it would be; `sealers` tells whether other nodes agree then. */
static gint64
change_list(const Ledger *ledger, MemberList *list, const NodeChange *change,
	    gboolean *sealers)
{
	guint before = member_list_sealers(list);
	guint index = member_list_find(list, change->public_key);
	guint after;
	gint64 code;

	if (change->role == MEMBER_NONE)
		code = drop(list, index);
	else if (index == list->members->len)
		code = add(ledger, list, change);
	else
		code = alter(list, index, change);
	if (code != 0)
		return code;
	after = member_list_sealers(list);
	*sealers = after != before;
	return *sealers ? check_sealers(ledger, after) : 0;
}

/* ---- the change -------------------------------------------------------------- */

static void
put_list(const Actor *actor, const MemberList *list, gboolean sealers)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	const StateKey key = nodes_key();
	const StateKey turn = turn_key();

	members_put(member_list_at(list, 0), list->members->len, bytes);
	overlay_put(actor->state, state_key_slice(&key), buffer_slice(bytes));
	if (sealers)
		number_put(actor->state, state_key_slice(&turn),
			   actor->number);
}

/* Casts the actor's vote; `passed` says whether it is enough. */
static int32_t
vote(const Actor *actor, const NodeChange *change, gboolean *passed)
{
	g_auto(NodeVotes) votes = { .votes = NULL };
	NodeVote cast = { .change = *change,
			  .limit = actor->number + VOTE_BLOCKS };
	Tally tally;
	int32_t status = node_votes_load(actor->state, actor->number, &votes);

	if (status != BSN_OK)
		return status;
	memcpy(cast.voter, actor->origin, ADDRESS_LEN);
	node_votes_cast(&votes, &cast);
	status = node_votes_count(actor->state, &votes, change, &tally);
	if (status != BSN_OK)
		return status;
	*passed = tally.passed;
	if (tally.passed)
		node_votes_close(&votes, change->public_key);
	node_votes_store(actor->state, &votes);
	return BSN_OK;
}

/* What comes second in a block is refused, a vote too: so that the one which is
 * enough is not lost but can be cast again. */
static int32_t
decide(const Actor *actor, const NodeChange *change, const MemberList *list,
       gboolean votes, gboolean sealers, gint64 *result)
{
	gboolean passed = TRUE;
	int32_t status = sealers ? check_turn(actor, result) : BSN_OK;

	if (status == BSN_OK && *result == 0 && votes)
		status = vote(actor, change, &passed);
	if (status != BSN_OK || *result != 0)
		return status;
	*result = passed ? MADE : VOTED;
	if (passed)
		put_list(actor, list, sealers);
	return BSN_OK;
}

int32_t
node_change_list(const Ledger *ledger, Overlay *state,
		 const NodeChange *change, MemberList *list,
		 gboolean *sealers, gint64 *code)
{
	int32_t status = BSN_OK;

	*sealers = FALSE;
	*code = check_text(change);
	if (*code == 0)
		status = nodes_load(state, ledger, list);
	if (status == BSN_OK && *code == 0)
		*code = change_list(ledger, list, change, sealers);
	return status;
}

int32_t
node_change(const Ledger *ledger, const Actor *actor, const NodeChange *change,
	    gint64 *result)
{
	g_auto(MemberList) list = { .members = NULL };
	gboolean votes, sealers = FALSE;
	int32_t status = check_actor(actor, &votes, result);

	if (status != BSN_OK || *result != 0)
		return status;
	status = node_change_list(ledger, actor->state, change, &list,
				  &sealers, result);
	if (status != BSN_OK || *result != 0)
		return status;
	return decide(actor, change, &list, votes, sealers, result);
}

static const char *const roles[] = {
	[MEMBER_NONE] = "none",
	[BSN_ROLE_CONSENSUS] = "consensus",
	[BSN_ROLE_OBSERVER] = "observer",
};

gboolean
node_role_read(bsn_slice word, guint32 *role)
{
	for (guint32 i = 0; i < G_N_ELEMENTS(roles); i++)
		if (bsn_slice_equal(word, bsn_slice_str(roles[i]))) {
			*role = i;
			return TRUE;
		}
	return FALSE;
}

const char *
node_role_word(guint32 role)
{
	return role < G_N_ELEMENTS(roles) ? roles[role] : "unknown";
}

const char *
node_change_sentence(gint64 code)
{
	static const struct {
		gint64 code;
		const char *sentence;
	} sentences[] = {
		{ PRECOMPILED_DENIED,
		  "this account may not change the chain's nodes: on a chain "
		  "with a committee its members vote, elsewhere those of "
		  "_sys_consensus_ decide" },
		{ PRECOMPILED_NODE_ID,
		  "a node is named by its public key, 128 hexadecimal digits" },
		{ PRECOMPILED_LAST_SEALER,
		  "this is the last consensus node: without it the chain would "
		  "never make another block" },
		{ PRECOMPILED_NODE_ABSENT, "the chain has no such node" },
		{ PRECOMPILED_IS_SEALER, "it is a consensus node already" },
		{ PRECOMPILED_IS_OBSERVER, "it is an observer already" },
		{ PRECOMPILED_CONSENSUS,
		  "the chain's consensus does not run with the number of "
		  "consensus nodes that this would leave" },
		{ PRECOMPILED_NODE_TURN,
		  "this block has already changed the consensus nodes, and a "
		  "block changes them by one node, so that those before and "
		  "after it always share a quorum's node: try again with the "
		  "next block" },
		{ PRECOMPILED_NODE_TEXT,
		  "a node's name and address are UTF-8 of at most 255 bytes "
		  "each" },
		{ PRECOMPILED_NODE_ROLE,
		  "a node's role is consensus, observer or none" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(sentences); i++)
		if (sentences[i].code == code)
			return sentences[i].sentence;
	return "the change was refused";
}
