/* SPDX-License-Identifier: Apache-2.0
 *
 * protos.Endorser/ProcessProposal: endorses by this node alone, as Fabric's
 * peers do for who gathers endorsements himself.
 */
#include "peer/proposal_response.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/endorse/endorse.h"
#include "plugins/engine-fabric/gateway/call.h"
#include "plugins/engine-fabric/gateway/header.h"

/* What a simulation that came to nothing is answered with. */
#define RESPONSE_FAILED 500

typedef struct {
	Call call;
	Endorser *endorser; /* NULL: none is under way */
} Process;

/* What is wrong with a proposal, or with this node, is the call's status; what
 * became of a simulation is a response, at which clients are to look. */
static gboolean
is_refusal(int32_t status)
{
	return status == BSN_BAD_REQUEST || status == BSN_TOO_LARGE ||
	       status == BSN_DENIED || status == BSN_EXPIRED ||
	       status == BSN_BAD_SIGNATURE || status == BSN_DUPLICATE ||
	       status == BSN_BUSY || status == BSN_UNAVAILABLE;
}

static void
answer_failed(Call *call, const char *reason)
{
	Protos__ProposalResponse answer = PROTOS__PROPOSAL_RESPONSE__INIT;
	Protos__Response response = PROTOS__RESPONSE__INIT;

	response.status = RESPONSE_FAILED;
	response.message = (char *)reason;
	answer.response = &response;
	call_answer(call, &answer);
}

static void
done(gpointer owner, int32_t status, bsn_slice response, const bsn_err *err)
{
	Process *process = owner;
	Call *call = &process->call;

	process->endorser = NULL;
	if (status == BSN_OK) {
		(void)call_send(call, response);
		call_finish(call);
	} else if (is_refusal(status)) {
		call_fail_text(call, bsn_grpc_status_of(status), "%s",
			       err->reason);
	} else {
		answer_failed(call, err->reason);
	}
}

static void
begin(Call *call, bsn_slice message)
{
	Process *process = (Process *)call;

	process->endorser =
		endorser_begin(call->channel, message, done, process);
}

static void
release(Call *call)
{
	Process *process = (Process *)call;

	g_clear_pointer(&process->endorser, endorser_cancel);
}

const Method process_method = {
	.grpc = { .size = sizeof(bsn_grpc_method),
		  .path = "/protos.Endorser/ProcessProposal" },
	.size = sizeof(Process),
	.route = route_proposal,
	.begin = begin,
	.release = release,
};
