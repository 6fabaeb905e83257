/* SPDX-License-Identifier: Apache-2.0
 *
 * A signed proposal of which only the answer is wanted: run here if this node
 * has the chaincode, else by a peer (evaluate_peer.c).
 */
#include "plugins/engine-fabric/endorse/evaluate.h"

#include <string.h>

#include "plugins/engine-fabric/lifecycle/lifecycle.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/kit/sink.h"

static void
failed_free(gpointer data)
{
	EvaluationFailed *failed = data;

	g_free(failed->name);
	g_free(failed->address);
	g_free(failed->msp_id);
	g_free(failed->problem);
	g_free(failed);
}

/* ---- its end ------------------------------------------------------------- */

static void
evaluation_free(Evaluation *evaluation)
{
	Channel *channel = evaluation->channel;

	g_clear_pointer(&evaluation->trial, trial_cancel);
	net_ask_cancel(channel, evaluation->question);
	g_queue_unlink(&channel->endorsing->evaluations, &evaluation->link);
	channel->endorsing->bytes -= evaluation->signed_proposal.len;
	if (evaluation->organisations != NULL)
		g_ptr_array_unref(evaluation->organisations);
	g_hash_table_unref(evaluation->asked);
	g_ptr_array_unref(evaluation->failures);
	msp_identity_unref(evaluation->who);
	msp_identity_unref(evaluation->peer);
	g_free(evaluation->package_id);
	g_free(evaluation->name);
	g_free(evaluation->address);
	arena_clear(&evaluation->arena);
	g_free(evaluation);
}

void
evaluate_cancel(Evaluation *evaluation)
{
	evaluation_free(evaluation);
}

static void
finish(Evaluation *evaluation, EvaluateOutcome *outcome)
{
	g_autofree EndorseFailure *list =
		g_new(EndorseFailure, evaluation->failures->len + 1);

	for (guint i = 0; i < evaluation->failures->len; i++) {
		const EvaluationFailed *failed = evaluation->failures->pdata[i];

		list[i] = (EndorseFailure){ failed->name,
					    failed->address,
					    failed->msp_id,
					    failed->status,
					    0,
					    failed->problem };
	}
	outcome->failures = list;
	outcome->n_failures = evaluation->failures->len;
	evaluation->over = TRUE;
	evaluation->done(evaluation->owner, outcome);
	if (!evaluation->beginning)
		evaluation_free(evaluation);
}

void
evaluation_refuse(Evaluation *evaluation, int32_t status, const bsn_err *err)
{
	EvaluateOutcome outcome = { .status = status, .err = err };

	finish(evaluation, &outcome);
}

static const char *
msp_id_of(const Evaluation *evaluation)
{
	const MspIdentity *who = evaluation->peer != NULL
					 ? evaluation->peer
					 : evaluation->channel->self;

	return who != NULL ? who->msp->id : "";
}

/* The chaincode's own word, yes or no. */
void
evaluation_answer(Evaluation *evaluation, const Protos__Response *response)
{
	const EndorseFailure refusal = {
		evaluation->name, evaluation->address, msp_id_of(evaluation),
		BSN_REVERTED,	  response->status,    response->message
	};
	EvaluateOutcome outcome = { .status = BSN_OK, .response = response };

	if (response->status >= ENDORSE_REFUSED)
		outcome.refusal = &refusal;
	finish(evaluation, &outcome);
}

void
evaluation_note(Evaluation *evaluation, int32_t status, const char *problem)
{
	EvaluationFailed *failed = g_new0(EvaluationFailed, 1);

	failed->name = g_strdup(evaluation->name);
	failed->address = g_strdup(evaluation->address);
	failed->msp_id = g_strdup(msp_id_of(evaluation));
	failed->problem = g_strdup(problem);
	failed->status = status;
	g_ptr_array_add(evaluation->failures, failed);
}

gboolean
evaluation_wants(const Evaluation *evaluation, const MspIdentity *identity)
{
	const GPtrArray *list = evaluation->organisations;

	for (guint i = 0; list != NULL && i < list->len; i++)
		if (strcmp(list->pdata[i], identity->msp->id) == 0)
			return TRUE;
	return list == NULL;
}

void
evaluation_name(Evaluation *evaluation, char *text, GBytes *key)
{
	g_free(evaluation->name);
	g_free(evaluation->address);
	evaluation->name = text;
	evaluation->address = endorser_address(evaluation->channel, key, text);
}

/* ---- here ---------------------------------------------------------------- */

static gboolean
runs_here(const Evaluation *evaluation)
{
	const Channel *channel = evaluation->channel;

	if (evaluation->organisations != NULL &&
	    (channel->self == NULL ||
	     !evaluation_wants(evaluation, channel->self)))
		return FALSE;
	return evaluation->package_id == NULL ||
	       package_exists(channel, evaluation->package_id);
}

static void
ran(gpointer owner, const RunOutcome *outcome)
{
	Evaluation *evaluation = owner;

	evaluation->trial = NULL;
	if (outcome->status == BSN_OK) {
		evaluation_answer(evaluation, outcome->response);
		return;
	}
	evaluation_note(evaluation, outcome->status, outcome->err->reason);
	if (gather_is_final(outcome->status))
		evaluation_give_up(evaluation);
	else
		evaluation_ask(evaluation);
}

static void
begin(Evaluation *evaluation)
{
	Channel *channel = evaluation->channel;

	if (!runs_here(evaluation)) {
		evaluation_ask(evaluation);
		return;
	}
	evaluation_name(evaluation, endorser_own_name(channel),
			channel->public_key);
	evaluation->input =
		endorser_input(&evaluation->proposal,
			       evaluation->signed_proposal, evaluation->who);
	evaluation->input.read_only = TRUE;
	evaluation->trial =
		trial_begin(channel, &evaluation->input, ran, evaluation);
}

/* ---- its beginning ------------------------------------------------------- */

static int32_t
find_package(Evaluation *evaluation, bsn_err *err)
{
	const char *chaincode = evaluation->proposal.chaincode;
	g_autoptr(Definition) definition = NULL;
	bsn_err why = BSN_ERR_INIT;
	int32_t status;

	if (system_chaincode_exists(chaincode))
		return BSN_OK;
	status = lifecycle_find(evaluation->channel, chaincode, &definition,
				&why);
	if (status == BSN_NOT_FOUND)
		return evaluation_nobody(evaluation, why.reason, err);
	if (status != BSN_OK)
		return bsn_fail(err, status, "%s", why.reason);
	/* None is approved by this organisation: others have other ones. */
	evaluation->package_id = g_strdup(
		definition->package_id != NULL ? definition->package_id : "");
	return BSN_OK;
}

/* Transient data is for this node's organisation, unless the client names
 * others. */
static int32_t
protect(Evaluation *evaluation, bsn_err *err)
{
	const MspIdentity *self = evaluation->channel->self;

	if (evaluation->proposal.payload->n_transientmap == 0 ||
	    evaluation->organisations != NULL)
		return BSN_OK;
	if (self == NULL)
		return bsn_fail(err, BSN_FROZEN,
				"no endorsers found in the gateway's "
				"organization; retry specifying target "
				"organization(s) to protect transient data");
	evaluation->organisations = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(evaluation->organisations, g_strdup(self->msp->id));
	return BSN_OK;
}

static int32_t
prepare(Evaluation *evaluation, bsn_slice bytes, bsn_err *err)
{
	Channel *channel = evaluation->channel;
	Arena *arena = &evaluation->arena;
	int32_t status = endorser_check_room(channel, bytes, err);

	if (status != BSN_OK)
		return status;
	evaluation->signed_proposal = bsn_slice_of(
		arena_copy(arena, bytes.data, (gsize)bytes.len), bytes.len);
	channel->endorsing->bytes += bytes.len;
	status = endorser_judge(channel, arena, evaluation->signed_proposal,
				&evaluation->proposal, &evaluation->who, err);
	if (status == BSN_OK)
		status = protect(evaluation, err);
	return status == BSN_OK ? find_package(evaluation, err) : status;
}

int32_t
evaluate_begin(Channel *channel, bsn_slice signed_proposal,
	       GPtrArray *organisations, EvaluateDone done, gpointer owner,
	       Evaluation **handle, bsn_err *err)
{
	Evaluation *evaluation = g_new0(Evaluation, 1);
	int32_t status;

	*handle = NULL;
	members_follow_certificate(channel);
	evaluation->channel = channel;
	evaluation->organisations = organisations;
	evaluation->done = done;
	evaluation->owner = owner;
	evaluation->asked =
		g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
				      (GDestroyNotify)g_bytes_unref, NULL);
	evaluation->failures = g_ptr_array_new_with_free_func(failed_free);
	evaluation->link.data = evaluation;
	g_queue_push_tail_link(&channel->endorsing->evaluations,
			       &evaluation->link);
	status = prepare(evaluation, signed_proposal, err);
	if (status == BSN_OK) {
		evaluation->beginning = TRUE;
		begin(evaluation);
		evaluation->beginning = FALSE;
	}
	if (status == BSN_OK && !evaluation->over)
		*handle = evaluation;
	else
		evaluation_free(evaluation);
	return status;
}

void
evaluate_close(Channel *channel)
{
	Evaluation *evaluation;
	bsn_err err = BSN_ERR_INIT;

	(void)bsn_fail(&err, BSN_UNAVAILABLE, "the chain is closing");
	while ((evaluation = g_queue_peek_head(
			&channel->endorsing->evaluations)) != NULL)
		evaluation_refuse(evaluation, BSN_UNAVAILABLE, &err);
}
