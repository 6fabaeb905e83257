/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/members/votes.h"

#include <string.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/range.h"
#include "plugins/engine-fabric/policy/signers.h"
#include "plugins/engine-fabric/signed.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"

/* Votes that are looked at; more signers than a channel has. */
#define VOTES_MAX 4096u
/* What one organisation's peers have to fulfil to endorse. */
#define VOTES_SUB_POLICY "Endorsement"

/* Where a signer's vote stands; g_free it. */
static char *
vote_key(const MspIdentity *who)
{
	g_autofree char *id = hex_encode(bsn_slice_of(who->id, HASH_LEN));

	return g_strdup_printf("%s.%s", who->msp->id, id + strlen("0x"));
}

/* ---- one vote ---- */

/* Who signed, when the signature holds; a reference, or NULL. */
static MspIdentity *
find_signer(Channel *channel, Arena *arena, bsn_slice update,
	    const Common__ConfigSignature *signature, bsn_slice *creator)
{
	const bsn_slice header = message_slice(signature->signature_header);
	const Common__SignatureHeader *who =
		message_unpack(arena, &common__signature_header__descriptor,
			       header, NULL, NULL);
	g_autoptr(GPtrArray) found = NULL;
	SignedData data;

	if (who == NULL)
		return NULL;
	*creator = message_slice(who->creator);
	data = (SignedData){ *creator, signed_config(arena, header, update),
			     message_slice(signature->signature) };
	found = signers_find(channel->config->msps, &channel->suite, &data, 1);
	return found->len == 1 ? msp_identity_ref(found->pdata[0]) : NULL;
}

/* Whether somebody's signature is one of those that a policy counts. */
static gboolean
policy_counts(const Policy *policy, const MspIdentity *who)
{
	if (policy == NULL)
		return FALSE;
	if (policy->signature != NULL) {
		const GPtrArray *principals = policy->signature->principals;

		for (guint i = 0; i < principals->len; i++)
			if (principal_is(principals->pdata[i], who))
				return TRUE;
		return FALSE;
	}
	for (guint i = 0; i < policy->below->len; i++)
		if (policy_counts(policy->below->pdata[i], who))
			return TRUE;
	return FALSE;
}

gboolean
votes_counts(const GArray *needs, const MspIdentity *who)
{
	for (guint i = 0; i < needs->len; i++)
		if (policy_counts(g_array_index(needs, UpdateNeed, i).policy,
				  who))
			return TRUE;
	return FALSE;
}

gboolean
votes_hold(const GArray *needs, const GPtrArray *signers)
{
	for (guint i = 0; i < needs->len; i++) {
		const Policy *policy =
			g_array_index(needs, UpdateNeed, i).policy;

		if (policy != NULL &&
		    !policy_holds(policy, (MspIdentity *const *)signers->pdata,
				  signers->len))
			return FALSE;
	}
	return TRUE;
}

/* ---- all votes ---- */

/* Whether the update fits the present config, and a policy counts `who`. */
static int32_t
check_counts(Channel *channel, bsn_slice update, const MspIdentity *who,
	     bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GArray) needs = g_array_new(FALSE, FALSE, sizeof(UpdateNeed));
	int32_t status = update_needs(channel->config, channel->id, update,
				      &arena, needs, err);

	if (status != BSN_OK || votes_counts(needs, who))
		return status;
	return bsn_fail(err, BSN_DENIED,
			"no policy of what changes counts this signature");
}

static const Common__ConfigUpdateEnvelope *
open_entry(Arena *arena, const StateItem *item)
{
	const Common__ConfigUpdateEnvelope *envelope = message_unpack(
		arena, &common__config_update_envelope__descriptor, item->value,
		NULL, NULL);

	return envelope != NULL && envelope->n_signatures == 1 ? envelope
							       : NULL;
}

/* The signer of an entry that counts; a reference, or NULL. */
static MspIdentity *
judge_entry(Channel *channel, bsn_slice wanted, const StateItem *item)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Common__ConfigUpdateEnvelope *envelope = open_entry(&arena, item);
	g_autoptr(MspIdentity) who = NULL;
	bsn_slice update;
	bsn_slice creator;

	if (envelope == NULL)
		return NULL;
	update = message_slice(envelope->config_update);
	if (wanted.len > 0 && !bsn_slice_equal(update, wanted))
		return NULL;
	who = find_signer(channel, &arena, update, envelope->signatures[0],
			  &creator);
	return who != NULL && check_counts(channel, update, who, NULL) == BSN_OK
		       ? g_steal_pointer(&who)
		       : NULL;
}

static void
read_vote(Channel *channel, bsn_slice wanted, Votes *votes,
	  const StateItem *item)
{
	const Common__ConfigUpdateEnvelope *envelope;
	Vote vote = { .who = judge_entry(channel, wanted, item) };

	if (vote.who == NULL)
		return;
	envelope = open_entry(&votes->arena, item);
	vote.update = message_slice(envelope->config_update);
	vote.signature = envelope->signatures[0];
	g_array_append_val(votes->list, vote);
}

int32_t
votes_load(Channel *channel, bsn_slice update, Votes *votes, bsn_err *err)
{
	const bsn_slice all = bsn_slice_of(NULL, 0);
	g_auto(StateRange) range = { 0 };
	int32_t status = BSN_OK;

	*votes = (Votes){ ARENA_INIT, g_array_new(FALSE, FALSE, sizeof(Vote)) };
	state_range_init(&range, &channel->ledger->state, NULL,
			 bsn_slice_str(VOTES_NAME), all, all, all, FALSE);
	for (guint i = 0; i < VOTES_MAX; i++) {
		g_autoptr(StateItem) item = NULL;

		status = state_range_next(&range, &item, err);
		if (status != BSN_OK || item == NULL)
			return status;
		read_vote(channel, update, votes, item);
	}
	return status;
}

void
votes_clear(Votes *votes)
{
	for (guint i = 0; votes->list != NULL && i < votes->list->len; i++)
		msp_identity_unref(g_array_index(votes->list, Vote, i).who);
	g_clear_pointer(&votes->list, g_array_unref);
	arena_clear(&votes->arena);
}

gboolean
votes_has(const GPtrArray *signers, const MspIdentity *who)
{
	for (guint i = 0; i < signers->len; i++)
		if (memcmp(((const MspIdentity *)signers->pdata[i])->id,
			   who->id, HASH_LEN) == 0)
			return TRUE;
	return FALSE;
}

GPtrArray *
votes_signers(const Votes *votes, bsn_slice update, MspIdentity *besides)
{
	GPtrArray *signers = g_ptr_array_new();

	for (guint i = 0; i < votes->list->len; i++) {
		const Vote *vote = &g_array_index(votes->list, Vote, i);

		if (bsn_slice_equal(vote->update, update) &&
		    !votes_has(signers, vote->who) &&
		    signers->len < UPDATE_SIGNATURES_MAX - 1 &&
		    (besides == NULL ||
		     memcmp(vote->who->id, besides->id, HASH_LEN) != 0))
			g_ptr_array_add(signers, vote->who);
	}
	if (besides != NULL)
		g_ptr_array_add(signers, besides);
	return signers;
}

/* ---- _config ---- */

static int32_t
cast(SystemCall *call, bsn_slice update,
     const Common__ConfigSignature *signature, bsn_err *err)
{
	Common__ConfigUpdateEnvelope envelope =
		COMMON__CONFIG_UPDATE_ENVELOPE__INIT;
	Common__ConfigSignature *one = (Common__ConfigSignature *)signature;
	g_autofree char *key = vote_key(call->input->who);
	g_autoptr(GByteArray) value = NULL;

	envelope.config_update = message_bytes(update);
	envelope.n_signatures = 1;
	envelope.signatures = &one;
	value = message_pack(&envelope);
	return simulator_put(call->simulator, bsn_slice_str(VOTES_NAME),
			     bsn_slice_str(key), buffer_slice(value), err);
}

static int32_t
vote(SystemCall *call, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	const bsn_slice update = message_slice(call->args[0]);
	g_autoptr(MspIdentity) who = NULL;
	bsn_slice creator = { NULL, 0 };
	int32_t status = BSN_OK;
	const Common__ConfigSignature *signature;

	if (update.len > VOTE_UPDATE_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"an update has at most %u bytes",
				VOTE_UPDATE_MAX);
	signature =
		message_unpack(&arena, &common__config_signature__descriptor,
			       message_slice(call->args[1]), &status, err);
	if (signature == NULL)
		return status;
	who = find_signer(call->channel, &arena, update, signature, &creator);
	if (who == NULL)
		return bsn_fail(err, BSN_BAD_SIGNATURE,
				"the update's signature does not hold");
	if (!bsn_slice_equal(creator, call->input->creator))
		return bsn_fail(err, BSN_DENIED,
				"a vote is cast by who signed it");
	status = check_counts(call->channel, update, who, err);
	return status == BSN_OK ? cast(call, update, signature, err) : status;
}

int32_t
config_invoke(SystemCall *call, bsn_err *err)
{
	if (strcmp(call->function, "Vote") != 0)
		return bsn_fail(err, BSN_NOT_FOUND,
				VOTES_NAME " has the function Vote");
	if (call->n_args != 2)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"Vote takes a ConfigUpdate and a "
				"ConfigSignature");
	return vote(call, err);
}

/* ---- in a block ---- */

void
votes_policy(const Channel *channel, Policy *policy, GPtrArray *below)
{
	const ChannelConfig *config = channel->config;

	for (guint i = 0; i < config->organisations->len; i++) {
		const ChannelOrganisation *one =
			config->organisations->pdata[i];
		const char *groups[] = { "Application", one->name };

		if (one->in_application)
			g_ptr_array_add(below, (gpointer)policy_tree_find_in(
						       config->policies, groups,
						       G_N_ELEMENTS(groups),
						       VOTES_SUB_POLICY));
	}
	*policy = (Policy){ .rule = COMMON__IMPLICIT_META_POLICY__RULE__ANY,
			    .sub_policy = (char *)VOTES_SUB_POLICY,
			    .below = below,
			    .threshold = 1 };
}

static gboolean
is_endorsed(Channel *channel, const BlockTx *tx, const gboolean *valid)
{
	g_autoptr(GPtrArray) endorsers = g_ptr_array_new_with_free_func(
		(GDestroyNotify)msp_identity_unref);
	g_autoptr(GPtrArray) below = g_ptr_array_new();
	Policy policy;

	for (guint i = 0; i < tx->opened.n_endorsements; i++) {
		MspIdentity *who = NULL;

		if (!valid[i] ||
		    msp_manager_identify(channel->config->msps,
					 tx->endorsements[i].identity, &who,
					 NULL) != BSN_OK)
			continue;
		if (votes_has(endorsers, who))
			msp_identity_unref(who);
		else
			g_ptr_array_add(endorsers, who);
	}
	votes_policy(channel, &policy, below);
	return policy_holds(&policy, (MspIdentity *const *)endorsers->pdata,
			    endorsers->len);
}

static gboolean
writes_own(Channel *channel, const BlockTx *tx,
	   const TransactionNamespace *written)
{
	g_autoptr(MspIdentity) who = NULL;
	g_autofree char *key = NULL;

	if (!written->writes)
		return TRUE;
	if (written->set->n_writes != 1 ||
	    written->set->n_metadata_writes > 0 || written->n_collections > 0 ||
	    msp_manager_identify(channel->config->msps, tx->creator.identity,
				 &who, NULL) != BSN_OK)
		return FALSE;
	key = vote_key(who);
	return bsn_slice_equal(message_slice(written->set->writes[0]->key),
			       bsn_slice_str(key));
}

TxCode
votes_judge(Channel *channel, const BlockTx *tx, const gboolean *valid)
{
	const Transaction *opened = &tx->opened;

	if (!is_endorsed(channel, tx, valid))
		return TX_CODE(ENDORSEMENT_POLICY_FAILURE);
	for (guint i = 0; i < opened->n_namespaces; i++)
		if (strcmp(opened->namespaces[i].name, VOTES_NAME) == 0 &&
		    !writes_own(channel, tx, &opened->namespaces[i]))
			return TX_CODE(ILLEGAL_WRITESET);
	return TX_CODE(VALID);
}
