/* SPDX-License-Identifier: Apache-2.0
 *
 * What comes of answers: endorsements that agree become a transaction; all else
 * has a reason.
 */
#include "plugins/engine-fabric/endorse/gather.h"

/* First answers that are given up because others differ, before the difference
 * is told: so that one peer alone cannot spoil what a node that does not
 * simulate itself is asked for. */
#define OTHER_FIRSTS_MAX 3u

/* ---- the end ---- */

void
gather_refuse(Gathering *gathering, int32_t status, const bsn_err *err)
{
	g_autoptr(GArray) failures = NULL;
	GatherOutcome outcome = { .status = status, .err = err };

	if (gathering->over)
		return;
	gathering->over = TRUE;
	failures = parties_failures(gathering, status == BSN_TIMEOUT);
	outcome.simulated = gathering->first != NULL;
	outcome.failures =
		(const EndorseFailure *)(const void *)failures->data;
	outcome.n_failures = failures->len;
	gathering->done(gathering->owner, &outcome);
}

/* The endorsements that are needed, in the order of the parties. */
static GPtrArray *
pick_answers(Gathering *gathering, const GPtrArray *policies)
{
	g_autofree gboolean *chosen =
		g_new0(gboolean, gathering->parties->len + 1);
	GPtrArray *answers = g_ptr_array_new();

	needs_trim(gathering, policies, chosen);
	for (guint i = 0; i < gathering->parties->len; i++) {
		Party *party = gathering->parties->pdata[i];

		if (chosen[i])
			g_ptr_array_add(answers, &party->answer);
	}
	return answers;
}

void
gather_finish(Gathering *gathering, const GPtrArray *policies)
{
	const guint32 max = gathering->channel->config->absolute_max_bytes;
	g_autoptr(GPtrArray) answers = pick_answers(gathering, policies);
	const bsn_slice payload = envelope_payload(
		&gathering->arena, &gathering->proposal, answers);
	const GatherOutcome outcome = {
		.status = BSN_OK,
		.payload = payload,
		.tx_id = gathering->proposal.channel->tx_id,
		.simulated = TRUE,
	};
	bsn_err err = BSN_ERR_INIT;

	if (payload.len + SIGNATURE_MAX > max) {
		gather_refuse(
			gathering,
			bsn_fail(&err, BSN_TOO_LARGE,
				 "the transaction would have %" G_GUINT64_FORMAT
				 " bytes, and a block of this channel takes %u",
				 payload.len, max),
			&err);
		return;
	}
	gathering->over = TRUE;
	gathering->done(gathering->owner, &outcome);
}

/* It is among those that agree on what others contradict. */
static void
give_up_party(Party *party)
{
	party_fail(party, BSN_CONFLICT, "it gives a different result");
	party->given_up = TRUE;
}

/* Begins again with another one's results in the place of a peer's whom others
 * contradict. */
static gboolean
try_other_first(Gathering *gathering)
{
	Party *first = gathering->first;

	if (gathering->conflict == NULL || first == NULL ||
	    first->key == NULL || gathering->other_firsts++ >= OTHER_FIRSTS_MAX)
		return FALSE;
	for (guint i = 0; i < gathering->parties->len; i++) {
		Party *party = gathering->parties->pdata[i];

		if (party->candidate.state == CANDIDATE_ENDORSED)
			give_up_party(party);
		else if (party->candidate.state == CANDIDATE_FAILED &&
			 (party->outside ||
			  (party->status == BSN_CONFLICT && !party->given_up)))
			party->candidate.state = CANDIDATE_IDLE;
		party->outside = FALSE;
	}
	gathering->first = NULL;
	gathering->results = (Transaction){ 0 };
	gathering->again = TRUE;
	return TRUE;
}

/* Nobody is left who could be asked. */
void
gather_give_up(Gathering *gathering, const GPtrArray *policies)
{
	bsn_err err = BSN_ERR_INIT;
	const Party *failed = NULL;

	if (try_other_first(gathering))
		return;
	for (guint i = 0; i < gathering->parties->len && failed == NULL; i++) {
		const Party *party = gathering->parties->pdata[i];

		if (party->candidate.state == CANDIDATE_FAILED)
			failed = party;
	}
	if (gathering->conflict != NULL)
		gather_refuse(
			gathering,
			bsn_fail(&err, BSN_CONFLICT, "%s", gathering->conflict),
			&err);
	else if (gathering->first == NULL && failed != NULL)
		gather_refuse(gathering,
			      bsn_fail(&err, failed->status, "%s: %s",
				       failed->name, failed->problem),
			      &err);
	else
		gather_refuse(gathering,
			      needs_refuse(gathering, policies, &err), &err);
}

/* ---- answers ---- */

/* The first: what others must have endorsed as well. */
static void
take_first(Party *party, bsn_err *err)
{
	Gathering *gathering = party->gathering;
	const int32_t status =
		answer_open_results(&gathering->arena, &gathering->proposal,
				    &party->answer, &gathering->results, err);

	if (status != BSN_OK) {
		gathering->results = (Transaction){ 0 };
		party_fail(party, status, err->reason);
		return;
	}
	gathering->first = party;
	party->candidate.state = CANDIDATE_ENDORSED;
}

static void
take_other(Party *party)
{
	Gathering *gathering = party->gathering;
	const Party *first = gathering->first;
	g_autofree char *difference = NULL;

	if (bsn_slice_equal(party->answer.payload, first->answer.payload)) {
		party->candidate.state = CANDIDATE_ENDORSED;
		return;
	}
	party_fail(party, BSN_CONFLICT, "it gives a different result");
	if (gathering->conflict != NULL)
		return;
	difference =
		differ_explain(first->answer.payload, party->answer.payload);
	gathering->conflict =
		g_strdup_printf("%s and %s give different results: %s",
				first->name, party->name, difference);
}

/* The chaincode says no. If it said yes elsewhere that differs. */
static void
take_refusal(Party *party)
{
	Gathering *gathering = party->gathering;
	const Protos__Response *response = party->answer.response;
	bsn_err err = BSN_ERR_INIT;
	const int32_t status = bsn_fail_native(
		&err, BSN_REVERTED, response->status, "%s",
		response->message[0] != '\0'
			? response->message
			: "the chaincode says no, without a reason");

	party_fail(party, gathering->first == NULL ? status : BSN_CONFLICT,
		   err.reason);
	party->response = response->status;
	if (gathering->first == NULL) {
		gather_refuse(gathering, status, &err);
		return;
	}
	if (gathering->conflict == NULL)
		gathering->conflict = g_strdup_printf(
			"%s refuses what %s endorses: %s (status %d)",
			party->name, gathering->first->name, err.reason,
			response->status);
}

void
gather_take(Party *party, bsn_slice bytes)
{
	Gathering *gathering = party->gathering;
	bsn_err err = BSN_ERR_INIT;
	/* The answer is somebody else's memory. */
	const bsn_slice copy = bsn_slice_of(
		arena_copy(&gathering->arena, bytes.data, (gsize)bytes.len),
		bytes.len);
	const int32_t status =
		answer_open(gathering->channel, &gathering->arena, copy,
			    party->candidate.identity, &party->answer, &err);

	if (status != BSN_OK)
		party_fail(party, status, err.reason);
	else if (party->answer.response->status >= ENDORSE_REFUSED)
		take_refusal(party);
	else if (gathering->first == NULL)
		take_first(party, &err);
	else
		take_other(party);
}
