/* SPDX-License-Identifier: Apache-2.0
 *
 * Gathers endorsements until the policies hold: one that simulates first, this
 * node if it can, so that it is known what is written; then all others that are
 * needed at once, and again others in the place of those who refuse, are late,
 * or differ.
 */
#include <string.h>

#include "plugins/engine-fabric/endorse/gather.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/kit/sink.h"

static gboolean go(Gathering *gathering);

/* ---- its end ---- */

static void
drop(Gathering *gathering)
{
	Channel *channel = gathering->channel;

	g_clear_pointer(&gathering->endorser, endorser_cancel);
	for (guint i = 0; i < gathering->parties->len; i++)
		net_ask_cancel(
			channel,
			((Party *)gathering->parties->pdata[i])->question);
	deadline_disarm(channel, &gathering->deadline);
	g_queue_unlink(&channel->endorsing->gatherings, &gathering->link);
	channel->endorsing->bytes -= gathering->signed_proposal.len;
	g_ptr_array_unref(gathering->parties);
	if (gathering->organisations != NULL)
		g_ptr_array_unref(gathering->organisations);
	msp_identity_unref(gathering->who);
	g_free(gathering->conflict);
	arena_clear(&gathering->arena);
	g_free(gathering);
}

static void
passed(Deadline *deadline)
{
	Gathering *gathering =
		(Gathering *)((char *)deadline - offsetof(Gathering, deadline));
	GString *names = g_string_new(NULL);
	bsn_err err = BSN_ERR_INIT;

	for (guint i = 0; i < gathering->parties->len; i++) {
		const Party *party = gathering->parties->pdata[i];

		if (party->candidate.state == CANDIDATE_ASKED)
			g_string_append_printf(names, "%s%s",
					       names->len > 0 ? ", " : "",
					       party->name);
	}
	gather_refuse(
		gathering,
		bsn_fail(&err, BSN_TIMEOUT,
			 "not enough endorsements within %u seconds; no answer "
			 "of %s",
			 ENDORSE_GATHER_MS / 1000, names->str),
		&err);
	g_string_free(names, TRUE);
	(void)go(gathering);
}

/* ---- answers ---- */

gboolean
gather_is_final(int32_t status)
{
	return status == BSN_NOT_FOUND || status == BSN_BAD_REQUEST ||
	       status == BSN_DENIED || status == BSN_FROZEN ||
	       status == BSN_DUPLICATE || status == BSN_TOO_LARGE ||
	       status == BSN_EXPIRED;
}

static void
answered(gpointer owner, int32_t status, bsn_slice bytes, const bsn_err *err)
{
	Party *party = owner;
	Gathering *gathering = party->gathering;

	party->question = 0;
	if (status == BSN_OK)
		gather_take(party, bytes);
	else
		party_fail(party, status,
			   err != NULL ? err->reason : "it gives no reason");
	if (status != BSN_OK && party->key == NULL &&
	    gathering->first == NULL && gather_is_final(status))
		gather_refuse(gathering, status, err);
	(void)go(gathering);
}

static void
endorsed(gpointer owner, int32_t status, bsn_slice bytes, const bsn_err *err)
{
	Party *party = owner;

	party->gathering->endorser = NULL;
	answered(party, status, bytes, err);
}

/* ---- questions ---- */

static void
ask_peer(Party *party)
{
	Gathering *gathering = party->gathering;
	Channel *channel = gathering->channel;
	NetPeer *peer = net_peer_find(channel, bytes_slice(party->key));

	if (peer != NULL && party_is(party, peer->identity))
		party->question = net_ask(channel, peer, NET_ASK_ENDORSE,
					  gathering->signed_proposal,
					  ENDORSE_RUN_MS, answered, party);
	if (party->question == 0)
		party_fail(party, BSN_UNAVAILABLE,
			   "it cannot be reached, or has too many questions "
			   "open");
}

static void
ask(Party *party)
{
	Gathering *gathering = party->gathering;
	Endorser *endorser;

	party->candidate.state = CANDIDATE_ASKED;
	if (party->key != NULL) {
		ask_peer(party);
		if (party->question == 0)
			gathering->again = TRUE;
		return;
	}
	endorser = endorser_begin(gathering->channel,
				  gathering->signed_proposal, endorsed, party);
	if (endorser != NULL)
		gathering->endorser = endorser;
}

static gboolean
is_anybody_asked(const Gathering *gathering)
{
	for (guint i = 0; i < gathering->parties->len; i++) {
		const Party *party = gathering->parties->pdata[i];

		if (party->candidate.state == CANDIDATE_ASKED)
			return TRUE;
	}
	return FALSE;
}

/* Whether it is known whose endorsements are needed before it is known what is
 * written: an approval in _lifecycle is its organisation's own. */
static gboolean
knows_needs(const Gathering *gathering)
{
	return strcmp(gathering->proposal.chaincode, LIFECYCLE_NAME) != 0;
}

/* Nobody may be first, and nobody was asked who failed. */
static void
refuse_transient(Gathering *gathering, const GPtrArray *policies)
{
	bsn_err err = BSN_ERR_INIT;

	for (guint i = 0; i < gathering->parties->len; i++) {
		const Party *party = gathering->parties->pdata[i];

		if (party->candidate.state == CANDIDATE_FAILED) {
			gather_give_up(gathering, policies);
			return;
		}
	}
	gather_refuse(
		gathering,
		bsn_fail(&err, BSN_UNAVAILABLE,
			 "no node of this node's organisation can simulate %s, "
			 "and its transient data is shown to nobody else before "
			 "it is known what it writes: name in `organisations` "
			 "who may see it and is to endorse it",
			 gathering->proposal.chaincode),
		&err);
}

/* One who simulates first, so that it is known what is written: this node; else
 * one whose endorsement is of use. */
static void
ask_first(Gathering *gathering, const GPtrArray *policies)
{
	const GPtrArray *parties = gathering->parties;
	const gboolean hides = gather_hides_transient(gathering);
	g_autofree gboolean *chosen = g_new0(gboolean, parties->len + 1);
	gboolean any;
	Party *best = NULL;

	if (is_anybody_asked(gathering))
		return;
	any = !needs_choose(gathering, policies, chosen);
	if (any && knows_needs(gathering)) {
		gather_give_up(gathering, policies);
		return;
	}
	for (guint i = 0; i < parties->len && best == NULL; i++) {
		Party *party = parties->pdata[i];

		if (party->candidate.state == CANDIDATE_IDLE &&
		    party_may_be_first(party) &&
		    (party->key == NULL || any || hides || chosen[i]))
			best = party;
	}
	if (best != NULL)
		ask(best);
	else if (hides)
		refuse_transient(gathering, policies);
	else
		gather_give_up(gathering, policies);
}

static void
ask_others(Gathering *gathering, const GPtrArray *policies)
{
	const GPtrArray *parties = gathering->parties;
	g_autofree gboolean *chosen = g_new0(gboolean, parties->len + 1);

	parties_restrict(gathering);
	if (!needs_choose(gathering, policies, chosen)) {
		gather_give_up(gathering, policies);
		return;
	}
	for (guint i = 0; i < parties->len; i++) {
		Party *party = parties->pdata[i];

		if (chosen[i] && party->candidate.state == CANDIDATE_IDLE)
			ask(party);
	}
}

static void
step(Gathering *gathering)
{
	g_autoptr(GPtrArray) policies = NULL;
	bsn_err err = BSN_ERR_INIT;
	const int32_t status = needs_find(gathering, &policies, &err);

	if (status != BSN_OK)
		gather_refuse(gathering, status, &err);
	else if (gathering->first == NULL)
		ask_first(gathering, policies);
	else if (needs_are_met(gathering, policies))
		gather_finish(gathering, policies);
	else
		ask_others(gathering, policies);
}

/* Whatever has happened: goes on. Answers may come while others are asked.
 * FALSE: it is over and gone. */
static gboolean
go(Gathering *gathering)
{
	if (gathering->going) {
		gathering->again = TRUE;
		return TRUE;
	}
	gathering->going = TRUE;
	do {
		gathering->again = FALSE;
		if (!gathering->over)
			step(gathering);
	} while (gathering->again && !gathering->over);
	gathering->going = FALSE;
	if (!gathering->over)
		return TRUE;
	drop(gathering);
	return FALSE;
}

/* ---- its beginning ---- */

/* Who could endorse. */
static int32_t
find_parties(Gathering *gathering, bsn_err *err)
{
	const char *name = gathering->proposal.chaincode;
	g_autoptr(Definition) definition = NULL;
	int32_t status = BSN_OK;

	if (system_chaincode_writes(name)) {
		gathering->parties = parties_find(gathering, NULL, TRUE);
		return BSN_OK;
	}
	if (system_chaincode_exists(name))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"%s only answers questions: no transaction "
				"comes of them",
				name);
	status = lifecycle_find(gathering->channel, name, &definition, err);
	if (status == BSN_OK)
		gathering->parties =
			parties_find(gathering, definition->package_id, FALSE);
	return status;
}

static int32_t
prepare(Gathering *gathering, bsn_slice signed_proposal, bsn_err *err)
{
	Arena *arena = &gathering->arena;
	int32_t status;

	gathering->signed_proposal =
		bsn_slice_of(arena_copy(arena, signed_proposal.data,
					(gsize)signed_proposal.len),
			     signed_proposal.len);
	gathering->channel->endorsing->bytes += signed_proposal.len;
	status = endorser_judge(gathering->channel, arena,
				gathering->signed_proposal,
				&gathering->proposal, &gathering->who, err);
	if (status == BSN_OK &&
	    strcmp(gathering->proposal.chaincode, LIFECYCLE_NAME) == 0)
		status = lifecycle_signed(gathering->channel,
					  gathering->proposal.input,
					  gathering->who, err);
	return status == BSN_OK ? find_parties(gathering, err) : status;
}

static Gathering *
gathering_new(Channel *channel, GPtrArray *organisations, GatherDone done,
	      gpointer owner)
{
	Gathering *gathering = g_new0(Gathering, 1);

	gathering->channel = channel;
	gathering->done = done;
	gathering->owner = owner;
	gathering->organisations = organisations;
	gathering->link.data = gathering;
	g_queue_push_tail_link(&channel->endorsing->gatherings,
			       &gathering->link);
	return gathering;
}

int32_t
gather_begin(Channel *channel, bsn_slice signed_proposal,
	     GPtrArray *organisations, GatherDone done, gpointer owner,
	     Gathering **handle, bsn_err *err)
{
	const GQueue *all = &channel->endorsing->gatherings;
	Gathering *gathering =
		gathering_new(channel, organisations, done, owner);
	int32_t status = BSN_OK;

	*handle = NULL;
	members_follow_certificate(channel);
	if (all->length > ENDORSE_GATHERINGS_MAX)
		status = bsn_fail(err, BSN_BUSY,
				  "%u transactions are being endorsed: try "
				  "again",
				  ENDORSE_GATHERINGS_MAX);
	if (status == BSN_OK)
		status = endorser_check_room(channel, signed_proposal, err);
	if (status == BSN_OK)
		status = prepare(gathering, signed_proposal, err);
	if (status != BSN_OK) {
		if (gathering->parties == NULL)
			gathering->parties = g_ptr_array_new();
		drop(gathering);
		return status;
	}
	deadline_arm(channel, &gathering->deadline, ENDORSE_GATHER_MS, passed);
	if (go(gathering))
		*handle = gathering;
	return BSN_OK;
}

/* Not from inside `done`. */
void
gather_cancel(Gathering *gathering)
{
	drop(gathering);
}

void
gather_close(Channel *channel)
{
	GQueue *all = &channel->endorsing->gatherings;
	bsn_err err = BSN_ERR_INIT;
	Gathering *gathering;

	(void)bsn_fail(&err, BSN_UNAVAILABLE, "the chain is closing");
	while ((gathering = g_queue_peek_head(all)) != NULL) {
		gather_refuse(gathering, BSN_UNAVAILABLE, &err);
		drop(gathering);
	}
}
