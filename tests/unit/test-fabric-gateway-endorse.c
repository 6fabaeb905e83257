/* SPDX-License-Identifier: Apache-2.0
 *
 * gateway.Gateway/Evaluate and Endorse: who is asked, and how each failure looks
 * to Fabric's client.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/codec/message.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-endorse.h"
#include "tests/unit/fabric-grpc.h"

#define EVALUATE "gateway.Gateway/Evaluate"
#define ENDORSE "gateway.Gateway/Endorse"
#define AND_12 "AND('Org1MSP.peer', 'Org2MSP.peer')"

static EndorseNet *net;
static Arena arena;

static Channel *
channel(void)
{
	return &net->nodes[0].channel;
}

static void
begin(const char *policy)
{
	net = endorse_net_new(FALSE);
	services.grpc = &fake_grpc_table;
	g_hash_table_insert(net->policies, (gpointer) "basic",
			    (gpointer)policy);
	gateway_open(channel());
	grpc_call_certificate("");
}

static void
end(void)
{
	gateway_close(channel());
	arena_clear(&arena);
	g_clear_pointer(&net, endorse_net_free);
}

/* Nothing is ordered here. */
int32_t
order_accept(Channel *to, bsn_slice envelope, bsn_err *err)
{
	g_assert_not_reached();
}

/* ---- requests ---- */

static struct {
	const char *function;
	const char *args;
	const char *chaincode;
	const char *options;
	const char *tls_hash;
	char *organisations[70];
	gsize n;
	gboolean forged;
} words;

static void
set_tls_hash(Protos__Proposal *proposal)
{
	Common__Header *header =
		message_unpack(&arena, &common__header__descriptor,
			       message_slice(proposal->header), NULL, NULL);
	Common__ChannelHeader *own = message_unpack(
		&arena, &common__channel_header__descriptor,
		message_slice(header->channel_header), NULL, NULL);
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
	guint8 *hash = arena_room(&arena, TLS_HASH_LEN);
	gsize len = TLS_HASH_LEN;

	g_checksum_update(sum, (const guint8 *)words.tls_hash, -1);
	g_checksum_get_digest(sum, hash, &len);
	g_checksum_free(sum);
	own->tls_cert_hash = (ProtobufCBinaryData){ len, hash };
	header->channel_header = message_bytes(message_put(&arena, own));
	proposal->header = message_bytes(message_put(&arena, header));
}

/* By Org1MSP's client. */
static void
propose(Protos__SignedProposal *message)
{
	bsn_tx_request request = endorse_request(
		net, words.function != NULL ? words.function : "Put",
		words.args != NULL ? words.args : "[\"a\"]");
	g_autoptr(GByteArray) signature = NULL;
	Protos__Proposal *proposal;
	bsn_reply *reply;
	bsn_slice bytes;

	if (words.options != NULL)
		request.options = bsn_slice_str(words.options);
	reply = endorse_first(net, &request);
	proposal = message_unpack(&arena, &protos__proposal__descriptor,
				  reply->signable.message, NULL, NULL);
	if (words.tls_hash != NULL)
		set_tls_hash(proposal);
	bytes = message_put(&arena, proposal);
	signature = fabric_sign(&net->orgs->suite,
				net->orgs->clients[words.forged ? 1 : 0],
				bytes);
	protos__signed_proposal__init(message);
	message->proposal_bytes = message_bytes(bytes);
	message->signature.len = signature->len;
	message->signature.data = (guint8 *)arena_copy(
		&arena, signature->data, signature->len);
	fake_reply_free(reply);
}

static GrpcCall *
evaluate(void)
{
	Gateway__EvaluateRequest request = GATEWAY__EVALUATE_REQUEST__INIT;
	Protos__SignedProposal proposal;

	propose(&proposal);
	request.channel_id = (char *)"one";
	request.proposed_transaction = &proposal;
	request.target_organizations = words.organisations;
	request.n_target_organizations = words.n;
	return grpc_call_message(channel(), EVALUATE, &request);
}

static GrpcCall *
endorse(void)
{
	Gateway__EndorseRequest request = GATEWAY__ENDORSE_REQUEST__INIT;
	Protos__SignedProposal proposal;

	propose(&proposal);
	request.channel_id = (char *)"one";
	request.proposed_transaction = &proposal;
	request.endorsing_organizations = words.organisations;
	request.n_endorsing_organizations = words.n;
	return grpc_call_message(channel(), ENDORSE, &request);
}

static void
forget_words(void)
{
	memset(&words, 0, sizeof(words));
}

static void
assert_result(GrpcCall *call, const char *want)
{
	Gateway__EvaluateResponse *answer =
		grpc_answer(call, &gateway__evaluate_response__descriptor);

	g_assert_cmpint(answer->result->status, ==, 200);
	g_assert_true(bsn_slice_equal(message_slice(answer->result->payload),
				      bsn_slice_str(want)));
	protobuf_c_message_free_unpacked(&answer->base, NULL);
	grpc_call_end(call);
}

static void
assert_failed(GrpcCall *call, guint code, const char *message,
	      const char *details)
{
	g_autofree char *got = NULL;

	grpc_assert_over(call, code, message);
	got = grpc_details(call);
	if (!g_str_has_prefix(got, details))
		g_error("the details are \"%s\", not \"%s\"", got, details);
	if (*details == '\0')
		g_assert_cmpstr(got, ==, "");
	grpc_call_end(call);
}

/* ---- Evaluate ---- */

static void
test_runs_here(void)
{
	begin(AND_12);
	assert_result(evaluate(), "a");
	g_assert_true(net->last.read_only);
	g_assert_cmpuint(net->asked, ==, 0);
	g_assert_cmpuint(net->seen, ==, 0); /* nobody signs a question */
	end();
}

static void
test_chaincode_says_no(void)
{
	begin(AND_12);
	net->nodes[0].kind = NODE_REFUSES;
	assert_failed(evaluate(), PROBLEM_UNKNOWN,
		      "evaluate call to endorser returned error: chaincode "
		      "response 404, no such asset",
		      "this node Org1MSP chaincode response 404, no such "
		      "asset");
	end();
}

static void
test_peers_run_it(void)
{
	g_autofree char *asked = NULL;
	GrpcCall *call;

	begin(AND_12);
	net->nodes[0].has_package = FALSE;
	call = evaluate();
	asked = endorse_net_asked(net);
	/* One of this node's organisation, though others have more blocks. */
	g_assert_cmpstr(asked, ==, "Org1MSP");
	grpc_assert_pending(call);
	endorse_net_deliver_all(net);
	assert_result(call, "a");
	g_assert_cmpuint(net->asked, ==, 1);
	end();
}

static void
test_the_next_is_asked(void)
{
	GrpcCall *call;

	begin(AND_12);
	net->nodes[0].kind = NODE_FAULTY;
	net->nodes[3].kind = NODE_BAD_SIGNATURE;
	net->nodes[1].kind = NODE_FULL;
	call = evaluate();
	endorse_net_deliver_all(net);
	assert_result(call, "a");
	end();
}

static void
test_all_fail(void)
{
	GrpcCall *call;

	begin(AND_12);
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
	end();
}

static void
test_final_failures_stay_here(void)
{
	begin(AND_12);
	net->nodes[0].kind = NODE_FROZEN;
	assert_failed(evaluate(), PROBLEM_ABORTED, "failed to evaluate",
		      "this node Org1MSP basic is frozen");
	g_assert_cmpuint(net->asked, ==, 0);
	end();
}

static void
test_organisations_are_chosen(void)
{
	GrpcCall *call;
	g_autofree char *asked = NULL;

	begin(AND_12);
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
	end();
}

static void
test_transient_data_stays_at_home(void)
{
	GrpcCall *call;
	g_autofree char *asked = NULL;

	begin(AND_12);
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
	end();
}

static void
test_bad_requests(void)
{
	Gateway__EvaluateRequest request = GATEWAY__EVALUATE_REQUEST__INIT;
	Protos__SignedProposal proposal = PROTOS__SIGNED_PROPOSAL__INIT;
	g_autofree char *route = NULL;

	begin(AND_12);
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
	end();
}

static void
test_not_the_creator(void)
{
	begin(AND_12);
	words.forged = TRUE;
	assert_failed(evaluate(), PROBLEM_FAILED_PRECONDITION,
		      "evaluate call to endorser returned error: the "
		      "proposal's signature",
		      "this node Org1MSP the proposal's signature");
	assert_failed(endorse(), PROBLEM_ABORTED,
		      "failed to endorse transaction, see attached details",
		      "this node Org1MSP the proposal's signature");
	forget_words();
	end();
}

static void
test_bound_to_its_connection(void)
{
	begin(AND_12);
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
	end();
}

static void
test_unknown_chaincode(void)
{
	Gateway__EvaluateRequest question = GATEWAY__EVALUATE_REQUEST__INIT;
	Gateway__EndorseRequest request = GATEWAY__ENDORSE_REQUEST__INIT;
	Protos__SignedProposal proposal;

	begin(AND_12);
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
	end();
}

static void
test_the_client_goes(void)
{
	GrpcCall *call;

	begin(AND_12);
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
	end();
}

static void
test_the_chain_closes(void)
{
	GrpcCall *calls[2];

	begin(AND_12);
	net->nodes[0].kind = NODE_HANGS;
	calls[0] = evaluate();
	calls[1] = endorse();
	gateway_close(channel());
	g_assert_cmpuint(net->cancelled, ==, 2);
	for (guint i = 0; i < 2; i++)
		assert_failed(calls[i], PROBLEM_UNAVAILABLE,
			      "the chain is closing", "");
	g_assert_null(channel()->gateway);
	end();
}

/* ---- Endorse ---- */

static void
test_prepares_a_transaction(void)
{
	GrpcCall *call;
	Gateway__EndorseResponse *answer;
	Transaction tx;
	bsn_slice bytes;

	begin(AND_12);
	call = endorse();
	grpc_assert_pending(call);
	endorse_net_deliver_all(net);
	answer = grpc_answer(call, &gateway__endorse_response__descriptor);
	g_assert_cmpuint(answer->prepared_transaction->signature.len, ==, 0);
	bytes = message_put(&arena, answer->prepared_transaction);
	g_assert_cmpint(transaction_open_whole(&net->orgs->suite, &arena, bytes,
					       &tx),
			==, PROTOS__TX_VALIDATION_CODE__VALID);
	g_assert_cmpuint(tx.n_endorsements, ==, 2);
	protobuf_c_message_free_unpacked(&answer->base, NULL);
	grpc_call_end(call);
	end();
}

static void
test_first_says_no(void)
{
	begin(AND_12);
	net->nodes[0].kind = NODE_REFUSES;
	assert_failed(endorse(), PROBLEM_ABORTED,
		      "failed to endorse transaction, see attached details for "
		      "more info",
		      "this node Org1MSP chaincode response 404, no such "
		      "asset");
	end();
}

static void
test_results_differ(void)
{
	GrpcCall *call;

	begin(AND_12);
	net->nodes[1].kind = NODE_OTHER_VALUE;
	net->nodes[4].kind = NODE_REFUSES;
	call = endorse();
	endorse_net_deliver_all(net);
	assert_failed(call, PROBLEM_ABORTED,
		      "failed to collect enough transaction endorsements, see "
		      "attached details for more info",
		      "org2.node1 Org2MSP this node and org2.node1 give "
		      "different results: key asset1 of basic is \"one\" and "
		      "\"two\"; org2.node4 Org2MSP chaincode response 404, no "
		      "such asset");
	end();
}

static void
test_nobody_is_there(void)
{
	begin(AND_12);
	net->nodes[1].peer.reachable = FALSE;
	net->nodes[4].peer.reachable = FALSE;
	assert_failed(endorse(), PROBLEM_FAILED_PRECONDITION,
		      "no combination of peers can be derived which satisfy "
		      "the endorsement policy: ",
		      "");
	words.organisations[0] = (char *)"Org2MSP";
	words.n = 1;
	assert_failed(endorse(), PROBLEM_UNAVAILABLE,
		      "failed to find any endorsing peers for org(s): no node "
		      "of Org2MSP",
		      "");
	forget_words();
	end();
}

static void
test_others_fail(void)
{
	GrpcCall *call;

	begin(AND_12);
	net->nodes[1].kind = NODE_BAD_SIGNATURE;
	net->nodes[4].kind = NODE_FULL;
	call = endorse();
	endorse_net_deliver_all(net);
	assert_failed(call, PROBLEM_ABORTED,
		      "failed to collect enough transaction endorsements",
		      "org2.node1 Org2MSP its signature does not hold; "
		      "org2.node4 Org2MSP it cannot be reached");
	end();
}

static void
test_time_passes(void)
{
	GrpcCall *call;

	begin(AND_12);
	net->nodes[1].kind = NODE_SILENT;
	call = endorse();
	fake_host_advance(ENDORSE_GATHER_MS);
	assert_failed(call, PROBLEM_DEADLINE_EXCEEDED,
		      "endorsement timeout expired while collecting "
		      "endorsements",
		      "org2.node1 Org2MSP it has not answered in time");
	end();
}

static void
test_organisations_endorse(void)
{
	GrpcCall *call;
	g_autofree char *asked = NULL;

	begin(AND_12);
	words.organisations[0] = (char *)"Org2MSP";
	words.organisations[1] = (char *)"Org3MSP";
	words.n = 2;
	call = endorse();
	endorse_net_deliver(net);
	asked = endorse_net_asked(net);
	g_assert_cmpstr(asked, ==, "Org3MSP");
	endorse_net_deliver_all(net);
	grpc_assert_over(call, 0, "");
	grpc_call_end(call);
	forget_words();
	end();
}

static void
test_too_many(void)
{
	g_autoptr(GPtrArray) calls = g_ptr_array_new();
	GrpcCall *call;

	begin(AND_12);
	net->nodes[0].kind = NODE_HANGS;
	/* Proposals are bounded by their bytes, calls by their number. */
	channel()->endorsing->bytes = ENDORSE_BYTES_MAX;
	assert_failed(evaluate(), PROBLEM_RESOURCE_EXHAUSTED,
		      "evaluate call to endorser returned error: too many",
		      "this node Org1MSP too many");
	assert_failed(endorse(), PROBLEM_RESOURCE_EXHAUSTED, "failed to endorse",
		      "this node Org1MSP too many");
	channel()->endorsing->bytes = 0;
	channel()->gateway->calls.length += GATEWAY_CALLS_MAX;
	call = evaluate();
	g_assert_cmpint(call->status, ==, BSN_BUSY);
	g_assert_null(call->own);
	channel()->gateway->calls.length -= GATEWAY_CALLS_MAX;
	grpc_call_end(call);
	end();
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
	g_test_add_func("/gateway/endorse/prepares",
			test_prepares_a_transaction);
	g_test_add_func("/gateway/endorse/no", test_first_says_no);
	g_test_add_func("/gateway/endorse/differ", test_results_differ);
	g_test_add_func("/gateway/endorse/nobody", test_nobody_is_there);
	g_test_add_func("/gateway/endorse/others-fail", test_others_fail);
	g_test_add_func("/gateway/endorse/late", test_time_passes);
	g_test_add_func("/gateway/endorse/organisations",
			test_organisations_endorse);
	return g_test_run();
}
