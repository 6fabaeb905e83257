/* SPDX-License-Identifier: Apache-2.0
 *
 * gateway.Gateway/Endorse: gathers endorsements and answers with the
 * transaction that the client is to sign.
 */
#include "gateway/gateway.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/gateway/failure.h"

#define NO_PEERS                                                    \
	"no combination of peers can be derived which satisfy the " \
	"endorsement policy: "

typedef struct {
	Call call;
	Gathering *gathering; /* NULL: not begun, or over */
	gboolean by_name;     /* the client has named organisations */
} EndorseCall;

static int32_t
route(Arena *arena, bsn_slice message, const char **channel, bsn_err *err)
{
	int32_t status = BSN_OK;
	const Gateway__EndorseRequest *request =
		message_unpack(arena, &gateway__endorse_request__descriptor,
			       message, &status, err);

	if (request == NULL)
		return status;
	*channel = request->channel_id;
	return BSN_OK;
}

/* ---- what comes of it ---------------------------------------------------- */

static void
answer(Call *call, bsn_slice payload)
{
	Common__Envelope envelope = COMMON__ENVELOPE__INIT;
	Gateway__EndorseResponse response = GATEWAY__ENDORSE_RESPONSE__INIT;

	envelope.payload = message_bytes(payload);
	response.prepared_transaction = &envelope;
	call_answer(call, &response);
}

static void
refuse_failed(const GatherOutcome *outcome, Problem *problem)
{
	if (outcome->status == BSN_TIMEOUT)
		problem_set(problem, PROBLEM_DEADLINE_EXCEEDED,
			    "endorsement timeout expired while collecting %s",
			    outcome->simulated ? "endorsements"
					       : "first endorsement");
	else if (outcome->simulated)
		problem_set(problem, PROBLEM_ABORTED,
			    "failed to collect enough transaction "
			    "endorsements, see attached details for more info");
	else
		problem_set(problem, PROBLEM_ABORTED,
			    "failed to endorse transaction, see attached "
			    "details for more info");
	failure_add_all(problem, outcome->failures, outcome->n_failures);
}

static void
refuse(EndorseCall *own, const GatherOutcome *outcome)
{
	g_auto(Problem) problem = { 0 };

	if (outcome->status == BSN_TIMEOUT || outcome->n_failures > 0)
		refuse_failed(outcome, &problem);
	else if (outcome->status == BSN_TOO_LARGE)
		problem_set(&problem, PROBLEM_ABORTED,
			    "failed to assemble transaction: %s",
			    outcome->err->reason);
	else if (outcome->status == BSN_UNAVAILABLE && !own->by_name)
		problem_set(&problem, PROBLEM_FAILED_PRECONDITION,
			    NO_PEERS "%s", outcome->err->reason);
	else if (outcome->status == BSN_UNAVAILABLE)
		problem_set(&problem, PROBLEM_UNAVAILABLE,
			    "failed to find any endorsing peers for org(s): "
			    "%s",
			    outcome->err->reason);
	else
		problem_set(&problem,
			    failure_code(outcome->status,
					 PROBLEM_FAILED_PRECONDITION),
			    "%s", outcome->err->reason);
	call_fail(&own->call, &problem);
}

static void
gathered(gpointer owner, const GatherOutcome *outcome)
{
	EndorseCall *own = owner;

	own->gathering = NULL;
	if (outcome->status == BSN_OK)
		answer(&own->call, outcome->payload);
	else
		refuse(own, outcome);
}

/* What the first look at it says. */
static void
refuse_proposal(Call *call, int32_t status, const bsn_err *err)
{
	g_auto(Problem) problem = { 0 };

	if (status == BSN_BAD_REQUEST) {
		problem_set(&problem, PROBLEM_INVALID_ARGUMENT, "%s",
			    err->reason);
	} else if (status == BSN_NOT_FOUND) {
		problem_set(&problem, PROBLEM_FAILED_PRECONDITION,
			    NO_PEERS "%s", err->reason);
	} else {
		problem_set(&problem, failure_code(status, PROBLEM_ABORTED),
			    "failed to endorse transaction, see attached "
			    "details for more info");
		failure_add_self(&problem, call->channel, err->reason);
	}
	call_fail(call, &problem);
}

/* ---- the call ------------------------------------------------------------ */

static void
begin(Call *call, bsn_slice message)
{
	EndorseCall *own = (EndorseCall *)call;
	g_auto(Arena) arena = ARENA_INIT;
	const Gateway__EndorseRequest *request =
		message_unpack(&arena, &gateway__endorse_request__descriptor,
			       message, NULL, NULL);
	GPtrArray *organisations = NULL;
	bsn_err err = BSN_ERR_INIT;
	bsn_slice proposal;
	int32_t status;

	if (request == NULL) {
		call_fail_text(call, PROBLEM_INVALID_ARGUMENT,
			       "an endorse request is required");
		return;
	}
	if (!proposal_of(call, &arena, request->proposed_transaction,
			 &proposal) ||
	    !organisations_of(call, request->endorsing_organizations,
			      request->n_endorsing_organizations,
			      &organisations))
		return;
	own->by_name = organisations != NULL;
	status = gather_begin(call->channel, proposal, organisations, gathered,
			      own, &own->gathering, &err);
	if (status != BSN_OK)
		refuse_proposal(call, status, &err);
}

static void
release(Call *call)
{
	EndorseCall *own = (EndorseCall *)call;

	g_clear_pointer(&own->gathering, gather_cancel);
}

const Method endorse_method = {
	.grpc = { .size = sizeof(bsn_grpc_method),
		  .path = "/gateway.Gateway/Endorse" },
	.size = sizeof(EndorseCall),
	.route = route,
	.begin = begin,
	.release = release,
};
