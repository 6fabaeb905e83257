/* SPDX-License-Identifier: Apache-2.0
 *
 * gateway.Gateway/Endorse: what is prepared, and how each failure looks to
 * Fabric's client.
 */
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-proposer.h"

static void
test_prepares_a_transaction(void)
{
	GrpcCall *call;
	Gateway__EndorseResponse *answer;
	Transaction tx;
	bsn_slice bytes;

	proposer_begin(AND_12);
	call = endorse();
	grpc_assert_pending(call);
	endorse_net_deliver_all(net);
	answer = grpc_answer(call, &gateway__endorse_response__descriptor);
	g_assert_cmpuint(answer->prepared_transaction->signature.len, ==, 0);
	bytes = message_put(&arena, answer->prepared_transaction);
	g_assert_cmpint(
		transaction_open_whole(&net->orgs->suite, &arena, bytes, &tx),
		==, PROTOS__TX_VALIDATION_CODE__VALID);
	g_assert_cmpuint(tx.n_endorsements, ==, 2);
	protobuf_c_message_free_unpacked(&answer->base, NULL);
	grpc_call_end(call);
	proposer_end();
}

static void
test_first_says_no(void)
{
	proposer_begin(AND_12);
	net->nodes[0].kind = NODE_REFUSES;
	assert_failed(endorse(), PROBLEM_ABORTED,
		      "failed to endorse transaction, see attached details for "
		      "more info",
		      "this node Org1MSP chaincode response 404, no such "
		      "asset");
	proposer_end();
}

static void
test_results_differ(void)
{
	GrpcCall *call;

	proposer_begin(AND_12);
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
	proposer_end();
}

static void
test_nobody_is_there(void)
{
	proposer_begin(AND_12);
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
	proposer_end();
}

static void
test_others_fail(void)
{
	GrpcCall *call;

	proposer_begin(AND_12);
	net->nodes[1].kind = NODE_BAD_SIGNATURE;
	net->nodes[4].kind = NODE_FULL;
	call = endorse();
	endorse_net_deliver_all(net);
	assert_failed(call, PROBLEM_ABORTED,
		      "failed to collect enough transaction endorsements",
		      "org2.node1 Org2MSP its signature does not hold; "
		      "org2.node4 Org2MSP it cannot be reached");
	proposer_end();
}

static void
test_time_passes(void)
{
	GrpcCall *call;

	proposer_begin(AND_12);
	net->nodes[1].kind = NODE_SILENT;
	call = endorse();
	fake_host_advance(ENDORSE_GATHER_MS);
	assert_failed(call, PROBLEM_DEADLINE_EXCEEDED,
		      "endorsement timeout expired while collecting "
		      "endorsements",
		      "org2.node1 Org2MSP it has not answered in time");
	proposer_end();
}

static void
test_organisations_endorse(void)
{
	GrpcCall *call;
	g_autofree char *asked = NULL;

	proposer_begin(AND_12);
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
	proposer_end();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
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
