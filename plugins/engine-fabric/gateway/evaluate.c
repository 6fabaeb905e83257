/* SPDX-License-Identifier: Apache-2.0
 *
 * gateway.Gateway/Evaluate: a proposal of which only the answer is wanted.
 */
#include "gateway/gateway.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/gateway/failure.h"

typedef struct {
	Call call;
	Evaluation *evaluation; /* NULL: not begun, or over */
} EvaluateCall;

static int32_t
route(Arena *arena, bsn_slice message, const char **channel, bsn_err *err)
{
	int32_t status = BSN_OK;
	const Gateway__EvaluateRequest *request =
		message_unpack(arena, &gateway__evaluate_request__descriptor,
			       message, &status, err);

	if (request == NULL)
		return status;
	*channel = request->channel_id;
	return BSN_OK;
}

/* ---- what comes of it ---------------------------------------------------- */

static void
answer(Call *call, const Protos__Response *result)
{
	Gateway__EvaluateResponse response = GATEWAY__EVALUATE_RESPONSE__INIT;

	response.result = (Protos__Response *)result;
	call_answer(call, &response);
}

static void
refuse(Call *call, const EvaluateOutcome *outcome)
{
	g_auto(Problem) problem = { 0 };
	g_autofree char *text = NULL;

	failure_add_all(&problem, outcome->failures, outcome->n_failures);
	if (outcome->refusal != NULL) {
		text = failure_text(outcome->refusal);
		problem_set(&problem, PROBLEM_UNKNOWN,
			    "evaluate call to endorser returned error: %s",
			    text);
		failure_add(&problem, outcome->refusal);
	} else if (outcome->status == BSN_TIMEOUT) {
		problem_set(&problem, PROBLEM_DEADLINE_EXCEEDED,
			    "evaluate timeout expired");
	} else if (outcome->n_failures > 0) {
		problem_set(&problem,
			    failure_code(outcome->status, PROBLEM_ABORTED),
			    "failed to evaluate transaction, see attached "
			    "details for more info");
	} else {
		problem_set(&problem,
			    failure_code(outcome->status,
					 PROBLEM_FAILED_PRECONDITION),
			    "%s", outcome->err->reason);
	}
	call_fail(call, &problem);
}

static void
evaluated(gpointer owner, const EvaluateOutcome *outcome)
{
	EvaluateCall *own = owner;

	own->evaluation = NULL;
	if (outcome->status == BSN_OK && outcome->refusal == NULL)
		answer(&own->call, outcome->response);
	else
		refuse(&own->call, outcome);
}

/* What the first look at it says. */
static void
refuse_proposal(Call *call, int32_t status, const bsn_err *err)
{
	g_auto(Problem) problem = { 0 };

	if (status == BSN_BAD_REQUEST) {
		problem_set(&problem, PROBLEM_INVALID_ARGUMENT,
			    "failed to unpack transaction proposal: %s",
			    err->reason);
	} else if (status == BSN_NOT_FOUND || status == BSN_FROZEN) {
		problem_set(&problem, PROBLEM_FAILED_PRECONDITION, "%s",
			    err->reason);
	} else {
		problem_set(&problem,
			    failure_code(status, PROBLEM_FAILED_PRECONDITION),
			    "evaluate call to endorser returned error: %s",
			    err->reason);
		failure_add_self(&problem, call->channel, err->reason);
	}
	call_fail(call, &problem);
}

/* ---- the call ------------------------------------------------------------ */

static void
begin(Call *call, bsn_slice message)
{
	EvaluateCall *own = (EvaluateCall *)call;
	g_auto(Arena) arena = ARENA_INIT;
	const Gateway__EvaluateRequest *request =
		message_unpack(&arena, &gateway__evaluate_request__descriptor,
			       message, NULL, NULL);
	GPtrArray *organisations = NULL;
	bsn_err err = BSN_ERR_INIT;
	bsn_slice proposal;
	int32_t status;

	if (request == NULL) {
		call_fail_text(call, PROBLEM_INVALID_ARGUMENT,
			       "an evaluate request is required");
		return;
	}
	if (!proposal_of(call, &arena, request->proposed_transaction,
			 &proposal) ||
	    !organisations_of(call, request->target_organizations,
			      request->n_target_organizations, &organisations))
		return;
	status = evaluate_begin(call->channel, proposal, organisations,
				evaluated, own, &own->evaluation, &err);
	if (status != BSN_OK)
		refuse_proposal(call, status, &err);
}

static void
release(Call *call)
{
	EvaluateCall *own = (EvaluateCall *)call;

	g_clear_pointer(&own->evaluation, evaluate_cancel);
}

const Method evaluate_method = {
	.grpc = { .size = sizeof(bsn_grpc_method),
		  .path = "/gateway.Gateway/Evaluate" },
	.size = sizeof(EvaluateCall),
	.route = route,
	.begin = begin,
	.release = release,
};
