/* SPDX-License-Identifier: Apache-2.0
 *
 * gateway.Gateway/Evaluate, and what it has in common with Endorse: who is
 * asked, and how each failure looks to Fabric's client.
 */
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-proposer.h"

static void
test_runs_here(void)
{
	proposer_begin(AND_12);
	assert_result(evaluate(), "a");
	g_assert_true(net->last.read_only);
	g_assert_cmpuint(net->asked, ==, 0);
	g_assert_cmpuint(net->seen, ==, 0); /* nobody signs a question */
	proposer_end();
}

static void
test_chaincode_says_no(void)
{
	proposer_begin(AND_12);
	net->nodes[0].kind = NODE_REFUSES;
	assert_failed(evaluate(), PROBLEM_UNKNOWN,
		      "evaluate call to endorser returned error: chaincode "
		      "response 404, no such asset",
		      "this node Org1MSP chaincode response 404, no such "
		      "asset");
	proposer_end();
}

static void
test_peers_run_it(void)
{
	g_autofree char *asked = NULL;
	GrpcCall *call;

	proposer_begin(AND_12);
	net->nodes[0].has_package = FALSE;
	call = evaluate();
	asked = endorse_net_asked(net);
	/* One of this node's organisation, though others have more blocks. */
	g_assert_cmpstr(asked, ==, "Org1MSP");
	grpc_assert_pending(call);
	endorse_net_deliver_all(net);
	assert_result(call, "a");
	g_assert_cmpuint(net->asked, ==, 1);
	proposer_end();
}

static void
test_the_next_is_asked(void)
{
	GrpcCall *call;

	proposer_begin(AND_12);
	net->nodes[0].kind = NODE_FAULTY;
	net->nodes[3].kind = NODE_BAD_SIGNATURE;
	net->nodes[1].kind = NODE_FULL;
	call = evaluate();
	endorse_net_deliver_all(net);
	assert_result(call, "a");
	proposer_end();
}

static void
test_all_fail(void)
{
	GrpcCall *call;

	proposer_begin(AND_12);
	for (guint i = 0; i < ENDORSE_NODES; i++)
		net->nodes[i].kind = NODE_FAULTY;
	call = evaluate();
	endorse_net_deliver_all(net);
	assert_failed(call, PROBLEM_ABORTED,
		      "failed to evaluate transaction, see attached details "
		      "for more info",
		      "this node Org1MSP it has crashed; org1.node3 Org1MSP "
		      "it has crashed; org2.node1 Org2MSP it has crashed; "
		      "org3.node2 Org3MSP it has crashed; org2.node4 Org2MSP "
		      "it has crashed");
	proposer_end();
}

static void
test_final_failures_stay_here(void)
{
	proposer_begin(AND_12);
	net->nodes[0].kind = NODE_FROZEN;
	assert_failed(evaluate(), PROBLEM_ABORTED, "failed to evaluate",
		      "this node Org1MSP basic is frozen");
	g_assert_cmpuint(net->asked, ==, 0);
	proposer_end();
}

static void
test_organisations_are_chosen(void)
{
	GrpcCall *call;
	g_autofree char *asked = NULL;

	proposer_begin(AND_12);
	words.organisations[0] = (char *)"Org3MSP";
	words.n = 1;
	call = evaluate();
	asked = endorse_net_asked(net);
	g_assert_cmpstr(asked, ==, "Org3MSP");
	endorse_net_deliver_all(net);
	assert_result(call, "a");
	net->nodes[2].peer.reachable = FALSE;
	assert_failed(evaluate(), PROBLEM_FAILED_PRECONDITION,
		      "no peers available to evaluate chaincode basic in "
		      "channel one",
		      "");
	forget_words();
	proposer_end();
}

static void
test_transient_data_stays_at_home(void)
{
	GrpcCall *call;
	g_autofree char *asked = NULL;

	proposer_begin(AND_12);
	words.options = "{\"transient\":{\"price\":\"3\"}}";
	net->nodes[0].has_package = FALSE;
	net->nodes[3].kind = NODE_SILENT;
	call = evaluate();
	asked = endorse_net_asked(net);
	g_assert_cmpstr(asked, ==, "Org1MSP");
	endorse_net_time_out(net);
	assert_failed(call, PROBLEM_DEADLINE_EXCEEDED,
		      "evaluate timeout expired", "org1.node3 Org1MSP ");
	g_assert_cmpuint(net->asked, ==, 1);
	endorse_net_blind(net);
	assert_failed(evaluate(), PROBLEM_FAILED_PRECONDITION,
		      "no endorsers found in the gateway's organization", "");
	forget_words();
	proposer_end();
}

static void
test_bad_requests(void)
{
	Gateway__EvaluateRequest request = GATEWAY__EVALUATE_REQUEST__INIT;
	Protos__SignedProposal proposal = PROTOS__SIGNED_PROPOSAL__INIT;
	g_autofree char *route = NULL;

	proposer_begin(AND_12);
	assert_failed(grpc_call(channel(), EVALUATE, bsn_slice_str("\xff")),
		      PROBLEM_INVALID_ARGUMENT, "an evaluate request", "");
	assert_failed(grpc_call(channel(), ENDORSE, bsn_slice_str("\xff")),
		      PROBLEM_INVALID_ARGUMENT, "an endorse request", "");
	assert_failed(grpc_call_message(channel(), EVALUATE, &request),
		      PROBLEM_INVALID_ARGUMENT, "the proposed transaction", "");
	proposal.proposal_bytes = fabric_text("no proposal");
	request.proposed_transaction = &proposal;
	assert_failed(grpc_call_message(channel(), EVALUATE, &request),
		      PROBLEM_INVALID_ARGUMENT,
		      "failed to unpack transaction proposal: ", "");
	words.organisations[0] = (char *)"not/an id";
	words.n = 1;
	assert_failed(evaluate(), PROBLEM_INVALID_ARGUMENT, "organization 1",
		      "");
	for (guint i = 0; i < 70; i++)
		words.organisations[i] = (char *)"Org1MSP";
	words.n = 70;
	assert_failed(endorse(), PROBLEM_INVALID_ARGUMENT, "more than 64", "");
	forget_words();
	g_assert_null(grpc_route(EVALUATE, bsn_slice_str("\xff")));
	g_assert_null(grpc_route(EVALUATE, bsn_slice_str("")));
	route = grpc_route(EVALUATE, bsn_slice_str("\x12\x03one"));
	g_assert_cmpstr(route, ==, "one");
	proposer_end();
}

static void
test_not_the_creator(void)
{
	proposer_begin(AND_12);
	words.forged = TRUE;
	assert_failed(evaluate(), PROBLEM_FAILED_PRECONDITION,
		      "evaluate call to endorser returned error: the "
		      "proposal's signature",
		      "this node Org1MSP the proposal's signature");
	assert_failed(endorse(), PROBLEM_ABORTED,
		      "failed to endorse transaction, see attached details",
		      "this node Org1MSP the proposal's signature");
	forget_words();
	proposer_end();
}

static void
test_bound_to_its_connection(void)
{
	proposer_begin(AND_12);
	words.tls_hash = "mine";
	assert_failed(evaluate(), PROBLEM_PERMISSION_DENIED, "client claims",
		      "");
	grpc_call_certificate("another's");
	assert_failed(endorse(), PROBLEM_PERMISSION_DENIED, "client claims",
		      "");
	grpc_call_certificate("mine");
	assert_result(evaluate(), "a");
	forget_words();
	/* Who says nothing may come from anywhere. */
	assert_result(evaluate(), "a");
	proposer_end();
}

static void
test_unknown_chaincode(void)
{
	Gateway__EvaluateRequest question = GATEWAY__EVALUATE_REQUEST__INIT;
	Gateway__EndorseRequest request = GATEWAY__ENDORSE_REQUEST__INIT;
	Protos__SignedProposal proposal;

	proposer_begin(AND_12);
	propose(&proposal);
	question.proposed_transaction = &proposal;
	request.proposed_transaction = &proposal;
	g_hash_table_remove(net->policies, "basic");
	assert_failed(grpc_call_message(channel(), EVALUATE, &question),
		      PROBLEM_FAILED_PRECONDITION,
		      "no peers available to evaluate chaincode basic in "
		      "channel one: the channel has no chaincode",
		      "");
	assert_failed(grpc_call_message(channel(), ENDORSE, &request),
		      PROBLEM_FAILED_PRECONDITION,
		      "no combination of peers can be derived which satisfy "
		      "the endorsement policy: the channel has no chaincode",
		      "");
	proposer_end();
}

static void
test_the_client_goes(void)
{
	GrpcCall *call;

	proposer_begin(AND_12);
	net->nodes[0].kind = NODE_HANGS;
	call = evaluate();
	grpc_assert_pending(call);
	grpc_call_end(call);
	g_assert_cmpuint(net->cancelled, ==, 1);
	call = endorse();
	grpc_assert_pending(call);
	grpc_call_end(call);
	g_assert_cmpuint(net->cancelled, ==, 2);
	net->nodes[0].has_package = FALSE;
	call = evaluate();
	g_assert_cmpuint(net->questions.length, ==, 1);
	grpc_call_end(call);
	g_assert_cmpuint(net->questions.length, ==, 0);
	g_assert_cmpuint(channel()->endorsing->bytes, ==, 0);
	proposer_end();
}

static void
test_the_chain_closes(void)
{
	GrpcCall *calls[2];

	proposer_begin(AND_12);
	net->nodes[0].kind = NODE_HANGS;
	calls[0] = evaluate();
	calls[1] = endorse();
	gateway_close(channel());
	g_assert_cmpuint(net->cancelled, ==, 2);
	for (guint i = 0; i < 2; i++)
		assert_failed(calls[i], PROBLEM_UNAVAILABLE,
			      "the chain is closing", "");
	g_assert_null(channel()->gateway);
	proposer_end();
}

static void
test_too_many(void)
{
	GrpcCall *call;

	proposer_begin(AND_12);
	net->nodes[0].kind = NODE_HANGS;
	/* Proposals are bounded by their bytes, calls by their number. */
	channel()->endorsing->bytes = ENDORSE_BYTES_MAX;
	assert_failed(evaluate(), PROBLEM_RESOURCE_EXHAUSTED,
		      "evaluate call to endorser returned error: too many",
		      "this node Org1MSP too many");
	assert_failed(endorse(), PROBLEM_RESOURCE_EXHAUSTED,
		      "failed to endorse", "this node Org1MSP too many");
	channel()->endorsing->bytes = 0;
	channel()->gateway->calls.length += GATEWAY_CALLS_MAX;
	call = evaluate();
	g_assert_cmpint(call->status, ==, BSN_BUSY);
	g_assert_null(call->own);
	channel()->gateway->calls.length -= GATEWAY_CALLS_MAX;
	grpc_call_end(call);
	proposer_end();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/gateway/evaluate/here", test_runs_here);
	g_test_add_func("/gateway/evaluate/no", test_chaincode_says_no);
	g_test_add_func("/gateway/evaluate/peers", test_peers_run_it);
	g_test_add_func("/gateway/evaluate/next", test_the_next_is_asked);
	g_test_add_func("/gateway/evaluate/all-fail", test_all_fail);
	g_test_add_func("/gateway/evaluate/final",
			test_final_failures_stay_here);
	g_test_add_func("/gateway/evaluate/organisations",
			test_organisations_are_chosen);
	g_test_add_func("/gateway/evaluate/transient",
			test_transient_data_stays_at_home);
	g_test_add_func("/gateway/evaluate/unknown", test_unknown_chaincode);
	g_test_add_func("/gateway/requests", test_bad_requests);
	g_test_add_func("/gateway/creator", test_not_the_creator);
	g_test_add_func("/gateway/bound", test_bound_to_its_connection);
	g_test_add_func("/gateway/client-goes", test_the_client_goes);
	g_test_add_func("/gateway/closes", test_the_chain_closes);
	g_test_add_func("/gateway/too-many", test_too_many);
	return g_test_run();
}
