/* SPDX-License-Identifier: Apache-2.0
 *
 * Peers that evaluate: one after the other, this node's organisation's first.
 */
#include "plugins/engine-fabric/endorse/evaluate.h"

#include <string.h>

#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"

static gboolean
is_own(const Channel *channel, const NetPeer *peer)
{
	return channel->self != NULL &&
	       strcmp(peer->identity->msp->id, channel->self->msp->id) == 0;
}

/* Own organisation first, then who has the package, then who has more blocks.
 * Organisations may have packages of their own, so who has not this one is
 * asked as well. */
static guint
rank(const Evaluation *evaluation, const NetPeer *peer)
{
	const gboolean has =
		peer->packages != NULL &&
		g_hash_table_contains(peer->packages, evaluation->package_id);

	return (is_own(evaluation->channel, peer) ? 2u : 0u) + (has ? 1u : 0u);
}

static gboolean
is_better(const Evaluation *evaluation, const NetPeer *peer,
	  const NetPeer *than)
{
	guint a, b;

	if (than == NULL)
		return TRUE;
	a = rank(evaluation, peer);
	b = rank(evaluation, than);
	return a != b ? a > b : peer->height > than->height;
}

static NetPeer *
find_peer(const Evaluation *evaluation)
{
	const Channel *channel = evaluation->channel;
	NetPeer *best = NULL;
	NetPeer *peer;

	if (channel->net == NULL || evaluation->package_id == NULL)
		return NULL;
	for (guint i = 0; (peer = net_peer_at(channel, i)) != NULL; i++)
		if (peer->reachable && peer->identity != NULL &&
		    !g_hash_table_contains(evaluation->asked, peer->key) &&
		    evaluation_wants(evaluation, peer->identity) &&
		    is_better(evaluation, peer, best))
			best = peer;
	return best;
}

/* What was endorsed says what the result is. */
static int32_t
open_answer(Evaluation *evaluation, bsn_slice bytes,
	    const Protos__Response **response, bsn_err *err)
{
	Arena *arena = &evaluation->arena;
	const bsn_slice copy = bsn_slice_of(
		arena_copy(arena, bytes.data, (gsize)bytes.len), bytes.len);
	Transaction tx;
	Answer opened;
	int32_t status = answer_open(evaluation->channel, arena, copy,
				     evaluation->peer, &opened, err);

	*response = opened.response;
	if (status != BSN_OK || opened.response->status >= ENDORSE_REFUSED)
		return status;
	status = answer_open_results(arena, &evaluation->proposal, &opened, &tx,
				     err);
	if (status == BSN_OK && tx.action->response != NULL)
		*response = tx.action->response;
	return status;
}

static void
answered(gpointer owner, int32_t status, bsn_slice bytes, const bsn_err *err)
{
	Evaluation *evaluation = owner;
	const Protos__Response *response = NULL;
	bsn_err why = BSN_ERR_INIT;

	evaluation->question = 0;
	if (status == BSN_OK)
		status = open_answer(evaluation, bytes, &response, &why);
	else if (err != NULL)
		why = *err;
	if (status == BSN_OK) {
		evaluation_answer(evaluation, response);
		return;
	}
	evaluation_note(evaluation, status, why.reason);
	evaluation_ask(evaluation);
}

/* FALSE: it is not asked. */
static gboolean
ask_peer(Evaluation *evaluation, NetPeer *peer)
{
	Channel *channel = evaluation->channel;

	g_hash_table_add(evaluation->asked, g_bytes_ref(peer->key));
	msp_identity_unref(evaluation->peer);
	evaluation->peer = msp_identity_ref(peer->identity);
	evaluation_name(evaluation, net_peer_name(channel, peer), peer->key);
	evaluation->question = net_ask(channel, peer, NET_ASK_ENDORSE,
				       evaluation->signed_proposal,
				       ENDORSE_RUN_MS, answered, evaluation);
	if (evaluation->question != 0)
		return TRUE;
	evaluation_note(evaluation, BSN_UNAVAILABLE,
			"it cannot be reached, or has too many questions open");
	return FALSE;
}

int32_t
evaluation_nobody(const Evaluation *evaluation, const char *reason,
		  bsn_err *err)
{
	return bsn_fail(err, BSN_NOT_FOUND,
			"no peers available to evaluate chaincode %s in "
			"channel %s: %s",
			evaluation->proposal.chaincode, evaluation->channel->id,
			reason);
}

void
evaluation_give_up(Evaluation *evaluation)
{
	const GPtrArray *failures = evaluation->failures;
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	if (failures->len == 0) {
		status = evaluation_nobody(evaluation, "none can be reached",
					   &err);
	} else {
		const EvaluationFailed *last =
			failures->pdata[failures->len - 1];

		status = bsn_fail(&err, last->status, "%s: %s", last->name,
				  last->problem);
	}
	evaluation_refuse(evaluation, status, &err);
}

/* The next one; a question that has begun goes on. */
void
evaluation_ask(Evaluation *evaluation)
{
	NetPeer *peer;

	while ((peer = find_peer(evaluation)) != NULL)
		if (ask_peer(evaluation, peer))
			return;
	evaluation_give_up(evaluation);
}
