/* SPDX-License-Identifier: Apache-2.0
 *
 * gateway.Gateway/Submit and CommitStatus: what is taken, and what becomes of
 * it; and problems as clients get them.
 */
#include <string.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-gateway.h"

static void
assert_details(GrpcCall *call, const char *want)
{
	g_autofree char *got = grpc_details(call);

	if (!g_str_has_prefix(got, want))
		g_error("the details are \"%s\", not \"%s\"", got, want);
	grpc_call_end(call);
}

/* ---- Submit ---- */

static void
assert_taken(GrpcCall *call)
{
	Gateway__SubmitResponse *answer =
		grpc_answer(call, &gateway__submit_response__descriptor);

	protobuf_c_message_free_unpacked(&answer->base, NULL);
	grpc_call_end(call);
}

static void
test_takes_a_transaction(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	const bsn_slice tx = fabric_order_tx(fixture);

	assert_taken(gateway_submit(fixture, tx));
	g_assert_cmpuint(others.forwarded, ==, 1);
	g_assert_cmpuint(order_pending_count(gateway_channel(fixture)), ==, 1);
	/* Who has not heard the answer submits it again. */
	assert_taken(gateway_submit(fixture, tx));
	g_assert_cmpuint(others.forwarded, ==, 1);
	g_assert_cmpuint(order_pending_count(gateway_channel(fixture)), ==, 1);
	gateway_block(fixture);
	assert_taken(gateway_submit(fixture, tx));
	g_assert_cmpuint(order_pending_count(gateway_channel(fixture)), ==, 0);
}

/* Another one with the id of one that is known. */
static void
test_one_id_is_one_transaction(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	const bsn_slice tx = fabric_order_tx(fixture);
	bsn_slice other;
	GrpcCall *call;

	fixture->tx.number--;
	other = fabric_order_large(fixture, 7);
	assert_taken(gateway_submit(fixture, tx));
	call = gateway_submit(fixture, other);
	grpc_assert_over(call, PROBLEM_ABORTED,
			 "received unsuccessful response from orderer: "
			 "status=BAD_REQUEST, info=another transaction");
	grpc_call_end(call);
	gateway_block(fixture);
	call = gateway_submit(fixture, other);
	grpc_assert_over(call, PROBLEM_ABORTED,
			 "received unsuccessful response from orderer: "
			 "status=BAD_REQUEST, info=transaction ");
	assert_details(call, "node.example:7051  received unsuccessful");
}

static void
test_what_is_not_taken(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	g_auto(Arena) arena = ARENA_INIT;
	Gateway__SubmitRequest request = GATEWAY__SUBMIT_REQUEST__INIT;
	Common__Envelope *envelope;
	GrpcCall *call =
		grpc_call_message(gateway_channel(fixture), SUBMIT, &request);

	grpc_assert_over(call, PROBLEM_INVALID_ARGUMENT,
			 "a prepared transaction is required");
	grpc_call_end(call);
	call = grpc_call(gateway_channel(fixture), SUBMIT,
			 bsn_slice_str("\xff"));
	grpc_assert_over(call, PROBLEM_INVALID_ARGUMENT, "a submit request");
	grpc_call_end(call);
	envelope = message_unpack(&arena, &common__envelope__descriptor,
				  fabric_order_tx(fixture), NULL, NULL);
	envelope->signature.data[envelope->signature.len - 1] ^= 1;
	call = gateway_submit(fixture, message_put(&arena, envelope));
	grpc_assert_over(call, PROBLEM_ABORTED,
			 "received unsuccessful response from orderer: "
			 "status=FORBIDDEN, info=the creator's signature");
	assert_details(call, "node.example:7051  received unsuccessful");
	envelope->signature.len = 0;
	call = gateway_submit(fixture, message_put(&arena, envelope));
	grpc_assert_over(call, PROBLEM_INVALID_ARGUMENT,
			 "prepared transaction must be signed");
	grpc_call_end(call);
	g_assert_cmpuint(order_pending_count(gateway_channel(fixture)), ==, 0);
}

static void
test_not_now(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	GrpcCall *call;

	fake_chain_set_writable(fixture->chain, BSN_FULL);
	call = gateway_submit(fixture, fabric_order_tx(fixture));
	grpc_assert_over(call, PROBLEM_UNAVAILABLE,
			 "no orderers could successfully process transaction");
	assert_details(call, "node.example:7051  received unsuccessful "
			     "response from orderer: "
			     "status=SERVICE_UNAVAILABLE, info=");
	fake_chain_set_writable(fixture->chain, BSN_OK);
}

/* ---- CommitStatus ---- */

static void
assert_status(GrpcCall *call, guint64 block, TxCode code)
{
	Gateway__CommitStatusResponse *answer =
		grpc_answer(call, &gateway__commit_status_response__descriptor);

	g_assert_cmpuint(answer->block_number, ==, block);
	g_assert_cmpint(answer->result, ==, code);
	protobuf_c_message_free_unpacked(&answer->base, NULL);
	grpc_call_end(call);
}

static void
test_waits_until_it_is_on_disk(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	const bsn_slice tx = fabric_order_tx(fixture);
	GrpcCall *calls[3];

	calls[0] = gateway_status(fixture, fixture->tx.tx_id, NULL);
	calls[1] = gateway_status(fixture, fixture->tx.tx_id, NULL);
	grpc_assert_pending(calls[0]);
	assert_taken(gateway_submit(fixture, tx));
	fake_chain_set_automatic(fixture->chain, FALSE);
	(void)hand_next(fixture);
	fake_host_settle();
	/* In a block, which a crash could still undo. */
	calls[2] = gateway_status(fixture, fixture->tx.tx_id, NULL);
	for (guint i = 0; i < 3; i++)
		grpc_assert_pending(calls[i]);
	fake_chain_set_automatic(fixture->chain, TRUE);
	fake_host_settle();
	for (guint i = 0; i < 3; i++)
		assert_status(calls[i], 1, TX_CODE(VALID));
	assert_status(gateway_status(fixture, fixture->tx.tx_id, NULL), 1,
		      TX_CODE(VALID));
}

/* Who asks for the last block does not hold up who asks for the one before. */
static void
test_blocks_become_durable_one_by_one(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	char *ids[2];
	GrpcCall *first, *second;

	fake_chain_set_automatic(fixture->chain, FALSE);
	for (guint i = 0; i < 2; i++) {
		assert_taken(gateway_submit(fixture, fabric_order_tx(fixture)));
		ids[i] = g_strdup(fixture->tx.tx_id);
		gateway_block(fixture);
	}
	second = gateway_status(fixture, ids[1], NULL);
	first = gateway_status(fixture, ids[0], NULL);
	while (gateway_channel(fixture)->ledger->durable.height < 2) {
		fake_chain_make_durable(fixture->chain, 1);
		fake_host_settle();
	}
	g_assert_cmpuint(gateway_channel(fixture)->ledger->durable.height, ==,
			 2);
	grpc_assert_pending(second);
	assert_status(first, 1, TX_CODE(VALID));
	fake_chain_set_automatic(fixture->chain, TRUE);
	fake_host_settle();
	assert_status(second, 2, TX_CODE(VALID));
	for (guint i = 0; i < 2; i++)
		g_free(ids[i]);
}

static void
test_says_what_became_of_it(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	GrpcCall *call;

	assert_taken(gateway_submit(fixture, fabric_order_conflict(fixture)));
	call = gateway_status(fixture, fixture->tx.tx_id, NULL);
	gateway_block(fixture);
	assert_status(call, 1, TX_CODE(MVCC_READ_CONFLICT));
}

static void
assert_denied(GrpcCall *call, const char *message)
{
	grpc_assert_over(call, PROBLEM_PERMISSION_DENIED, message);
	grpc_call_end(call);
}

static void
test_who_may_ask(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	const FabricOrgs *orgs = fixture->orgs;
	const Wanted wanted = { .name = "brief",
				.unit = "client",
				.end_s = FAKE_START_MS / 1000 + 100 };
	g_autoptr(Issued) brief = fabric_issue(FALSE, orgs->roots[0], &wanted);
	const GatewayClient stranger = { .who = orgs->clients[2],
					 .msp_id = "Org3MSP" };
	const GatewayClient forger = { .forged = TRUE };
	const GatewayClient other = { .who = orgs->clients[1],
				      .msp_id = "Org2MSP" };
	const GatewayClient expired = { .who = brief };
	GrpcCall *call;

	assert_denied(gateway_status(fixture, "id", &stranger), "");
	assert_denied(gateway_status(fixture, "id", &forger),
		      "access denied for gateway/CommitStatus: the signature");
	call = gateway_status(fixture, "id", &other);
	grpc_assert_pending(call);
	grpc_call_end(call);
	call = gateway_status(fixture, "id", &expired);
	grpc_assert_pending(call);
	grpc_call_end(call);
	fake_host_advance(200 * 1000);
	assert_denied(gateway_status(fixture, "id", &expired),
		      "the certificate of the signer, of Org1MSP, has expired");
}

static void
test_bad_requests(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	g_autofree char *longer = g_strnfill(257, 'a');
	GrpcCall *call = gateway_status(fixture, "", NULL);

	grpc_assert_over(call, PROBLEM_INVALID_ARGUMENT, "a transaction ID");
	grpc_call_end(call);
	call = gateway_status(fixture, longer, NULL);
	grpc_assert_over(call, PROBLEM_INVALID_ARGUMENT, "a transaction ID");
	grpc_call_end(call);
	call = grpc_call(gateway_channel(fixture), STATUS,
			 bsn_slice_str("\x0a\x01\xff"));
	grpc_assert_over(call, PROBLEM_INVALID_ARGUMENT,
			 "invalid status request");
	grpc_call_end(call);
	g_assert_null(grpc_route(STATUS, bsn_slice_str("\x0a\x01\xff")));
}

static void
test_who_goes_is_forgotten(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	const bsn_slice tx = fabric_order_tx(fixture);
	FabricGateway *gateway = gateway_channel(fixture)->gateway;
	GrpcCall *calls[3];

	for (guint i = 0; i < 3; i++)
		calls[i] = gateway_status(fixture, fixture->tx.tx_id, NULL);
	grpc_call_end(calls[1]);
	grpc_call_end(calls[0]);
	g_assert_cmpuint(g_hash_table_size(gateway->unresolved), ==, 1);
	assert_taken(gateway_submit(fixture, tx));
	fake_chain_set_automatic(fixture->chain, FALSE);
	gateway_block(fixture);
	g_assert_cmpuint(g_hash_table_size(gateway->unresolved), ==, 0);
	g_assert_cmpuint(gateway->resolved.length, ==, 1);
	grpc_call_end(calls[2]);
	g_assert_cmpuint(gateway->resolved.length, ==, 0);
	g_assert_cmpuint(gateway->calls.length, ==, 0);
	fake_chain_set_automatic(fixture->chain, TRUE);
	calls[0] = gateway_status(fixture, "another", NULL);
	grpc_call_end(calls[0]);
	g_assert_cmpuint(g_hash_table_size(gateway->unresolved), ==, 0);
	fake_host_settle();
}

/* The host says that they are closed when the chain is closed already. */
static void
test_the_chain_closes(void)
{
	FabricOrder *fixture = fabric_order_new(NULL);
	GrpcCall *waiting = gateway_status(fixture, "id", NULL);
	GrpcCall *listening = gateway_events(fixture, 0, NULL, NULL);

	fabric_order_free(fixture);
	waiting->channel = NULL;
	listening->channel = NULL;
	grpc_assert_over(waiting, PROBLEM_UNAVAILABLE, "the chain is closing");
	grpc_assert_over(listening, PROBLEM_UNAVAILABLE,
			 "the chain is closing");
	grpc_call_end(waiting);
	grpc_call_end(listening);
}

/* ---- problems ---- */

static void
test_details_fit(void)
{
	g_auto(Problem) problem = { 0 };
	g_autofree char *longer = g_strnfill(5000, 'x');
	g_autoptr(GByteArray) bytes = NULL;
	GrpcCall call = { .grpc = fake_grpc_call_new() };
	g_autofree char *text = NULL;
	char **each;

	problem_set(&problem, PROBLEM_ABORTED, "%s", longer);
	g_assert_cmpuint(strlen(problem.message), ==, PROBLEM_MESSAGE_MAX);
	problem_set(&problem, PROBLEM_ABORTED, "no \xff");
	for (guint i = 0; i < 12; i++)
		problem_add(&problem, "address", "Org1MSP",
			    i == 11 ? "short" : longer);
	bytes = problem_pack(&problem);
	g_assert_cmpuint(bytes->len, <=, PROBLEM_DETAILS_MAX);
	fake_grpc_table.finish(call.grpc, problem.code,
			       bsn_slice_str(problem.message),
			       buffer_slice(bytes));
	text = grpc_details(&call);
	each = g_strsplit(text, "; ", -1);
	g_assert_cmpuint(g_strv_length(each), ==, 12);
	g_assert_cmpstr(each[11], ==, "address Org1MSP short");
	g_assert_true(g_str_has_suffix(each[0], "x..."));
	g_strfreev(each);
	fake_grpc_call_free(call.grpc);
}

static void
test_very_many_details_fit(void)
{
	g_auto(Problem) problem = { 0 };
	g_autoptr(GByteArray) bytes = NULL;

	problem_set(&problem, PROBLEM_ABORTED, "no");
	for (guint i = 0; i < 1000; i++)
		problem_add(&problem, "address", "Org1MSP", "reason");
	bytes = problem_pack(&problem);
	g_assert_cmpuint(bytes->len, <=, PROBLEM_DETAILS_MAX);
	g_assert_cmpuint(bytes->len, >, PROBLEM_DETAILS_MAX / 2);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/gateway/submit/taken", test_takes_a_transaction);
	g_test_add_func("/gateway/submit/one-id",
			test_one_id_is_one_transaction);
	g_test_add_func("/gateway/submit/refused", test_what_is_not_taken);
	g_test_add_func("/gateway/submit/not-now", test_not_now);
	g_test_add_func("/gateway/status/one-block-by-the-other",
			test_blocks_become_durable_one_by_one);
	g_test_add_func("/gateway/status/waits",
			test_waits_until_it_is_on_disk);
	g_test_add_func("/gateway/status/code", test_says_what_became_of_it);
	g_test_add_func("/gateway/status/who", test_who_may_ask);
	g_test_add_func("/gateway/status/requests", test_bad_requests);
	g_test_add_func("/gateway/status/goes", test_who_goes_is_forgotten);
	g_test_add_func("/gateway/closes", test_the_chain_closes);
	g_test_add_func("/gateway/problem/fits", test_details_fit);
	g_test_add_func("/gateway/problem/many", test_very_many_details_fit);
	return g_test_run();
}
