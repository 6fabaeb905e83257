/* SPDX-License-Identifier: Apache-2.0
 *
 * gateway.Gateway/ChaincodeEvents: from where on, what is heard, by whom, and
 * how fast.
 */
#include <string.h>

#include "plugins/kit/json.h"
#include "tests/unit/fabric-gateway.h"

static void
assert_heard(GrpcCall *call, const char *want)
{
	g_autofree char *got = gateway_heard(call);

	g_assert_cmpstr(got, ==, want);
	grpc_assert_pending(call);
}

/* n transactions in one block; their ids in `ids`. */
static void
block(FabricOrder *fixture, guint n, char ids[][TX_ID_SIZE])
{
	for (guint i = 0; i < n; i++) {
		GrpcCall *call =
			gateway_submit(fixture, gateway_tx(fixture, "Put"));

		grpc_assert_over(call, 0, "");
		grpc_call_end(call);
		if (ids != NULL)
			memcpy(ids[i], fixture->tx.tx_id, TX_ID_SIZE);
	}
	gateway_block(fixture);
}

static void
test_from_a_block_on(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	GrpcCall *all, *some, *next;

	block(fixture, 2, NULL);
	block(fixture, 1, NULL);
	all = gateway_events(fixture, 0, NULL, NULL);
	some = gateway_events(fixture, 2, NULL, NULL);
	next = gateway_events(fixture, -1, NULL, NULL);
	assert_heard(all, "1: Put 1, Put 2; 2: Put 3");
	assert_heard(some, "2: Put 3");
	assert_heard(next, "");
	block(fixture, 1, NULL);
	assert_heard(all, "3: Put 4");
	assert_heard(some, "3: Put 4");
	assert_heard(next, "3: Put 4");
	grpc_call_end(all);
	grpc_call_end(some);
	grpc_call_end(next);
}

static void
test_blocks_to_come(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	GrpcCall *call = gateway_events(fixture, 2, NULL, NULL);

	block(fixture, 1, NULL);
	assert_heard(call, "");
	block(fixture, 1, NULL);
	assert_heard(call, "2: Put 2");
	grpc_call_end(call);
}

static void
test_behind_a_transaction(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	char ids[3][TX_ID_SIZE];
	GrpcCall *call;

	block(fixture, 3, ids);
	block(fixture, 1, NULL);
	call = gateway_events(fixture, -1, ids[0], NULL);
	assert_heard(call, "1: Put 2, Put 3; 2: Put 4");
	grpc_call_end(call);
	call = gateway_events(fixture, 0, ids[2], NULL);
	assert_heard(call, "2: Put 4");
	grpc_call_end(call);
	/* One that is not known: as the position says. */
	call = gateway_events(fixture, 2, "unknown", NULL);
	assert_heard(call, "2: Put 4");
	grpc_call_end(call);
}

static void
test_only_valid_ones_of_the_chaincode(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	const bsn_slice bad = fabric_order_conflict(fixture);
	GrpcCall *call = gateway_submit(fixture, bad);
	GrpcCall *other;

	grpc_assert_over(call, 0, "");
	grpc_call_end(call);
	block(fixture, 1, NULL);
	call = gateway_events(fixture, 0, NULL, NULL);
	other = gateway_events_of(fixture, "other", 0);
	assert_heard(call, "1: Put 2");
	assert_heard(other, "");
	grpc_call_end(call);
	grpc_call_end(other);
}

/* What is not on disk may never have been. */
static void
test_only_durable_ones(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	GrpcCall *call = gateway_events(fixture, 0, NULL, NULL);

	fake_chain_set_automatic(fixture->chain, FALSE);
	block(fixture, 1, NULL);
	assert_heard(call, "");
	fake_chain_set_automatic(fixture->chain, TRUE);
	fake_host_settle();
	assert_heard(call, "1: Put 1");
	grpc_call_end(call);
}

static void
test_slow_clients_wait(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	GrpcCall *slow = gateway_events(fixture, 0, NULL, NULL);
	GrpcCall *fast = gateway_events(fixture, 0, NULL, NULL);

	slow->grpc->full = TRUE;
	block(fixture, 1, NULL);
	block(fixture, 1, NULL);
	assert_heard(slow, "");
	assert_heard(fast, "1: Put 1; 2: Put 2");
	grpc_call_writable(slow);
	fake_host_settle();
	assert_heard(slow, "1: Put 1; 2: Put 2");
	grpc_call_end(slow);
	grpc_call_end(fast);
}

static void
test_blocks_are_read_once(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	FabricGateway *gateway = gateway_channel(fixture)->gateway;
	GrpcCall *calls[5];

	for (guint i = 0; i < 5; i++)
		calls[i] = gateway_events(fixture, 1, NULL, NULL);
	block(fixture, 1, NULL);
	g_assert_cmpuint(gateway->blocks.length, ==, 1);
	for (guint i = 0; i < 5; i++) {
		assert_heard(calls[i], "1: Put 1");
		grpc_call_end(calls[i]);
	}
	for (guint i = 0; i < 40; i++)
		block(fixture, 1, NULL);
	calls[0] = gateway_events(fixture, 1, NULL, NULL);
	g_assert_cmpuint(gateway->blocks.length, <=, 16);
	g_assert_cmpuint(calls[0]->grpc->sent->len, ==, 41);
	grpc_call_end(calls[0]);
}

/* Old blocks are read so many at a time; the strand does other things between.
 */
static void
test_turns_end(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	Channel *channel = gateway_channel(fixture);
	GrpcCall *call = gateway_events(fixture, 1, NULL, NULL);
	guint before;

	call->grpc->full = TRUE;
	for (guint i = 0; i < 150; i++)
		block(fixture, 1, NULL);
	grpc_call_writable(call);
	gateway_timer(channel);
	before = call->grpc->sent->len;
	g_assert_cmpuint(before, >, 0);
	g_assert_cmpuint(before, <, 150);
	fake_host_settle();
	g_assert_cmpuint(call->grpc->sent->len, ==, 150);
	grpc_call_end(call);
}

static void
test_who_may_listen(void)
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
	const GatewayClient expires = { .who = brief };
	GrpcCall *call = gateway_events(fixture, 0, NULL, &stranger);

	grpc_assert_over(call, PROBLEM_PERMISSION_DENIED, "");
	grpc_call_end(call);
	call = gateway_events(fixture, 0, NULL, &forger);
	grpc_assert_over(call, PROBLEM_PERMISSION_DENIED, "");
	grpc_call_end(call);
	call = gateway_events(fixture, 0, NULL, &expires);
	block(fixture, 1, NULL);
	assert_heard(call, "1: Put 1");
	fake_host_advance(200 * 1000);
	block(fixture, 1, NULL);
	grpc_assert_over(call, PROBLEM_PERMISSION_DENIED,
			 "the certificate of the signer, of Org1MSP, has "
			 "expired");
	g_assert_cmpuint(call->grpc->sent->len, ==, 0);
	grpc_call_end(call);
}

/* A config without the client's organisation cuts it off at once. */
static void
test_removed_organisations_are_cut_off(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	Channel *channel = gateway_channel(fixture);
	const GatewayClient other = { .who = fixture->orgs->clients[1],
				      .msp_id = "Org2MSP" };
	GrpcCall *stays = gateway_events(fixture, 0, NULL, NULL);
	GrpcCall *goes = gateway_events(fixture, 0, NULL, &other);
	g_autoptr(json_t) founding = fabric_founding(fixture->orgs, 1);
	g_autoptr(GByteArray) bytes =
		fabric_config_bytes(fixture->orgs, founding);
	ChannelConfig *before = channel->config;

	channel->config =
		fabric_config_read(bsn_slice_of(bytes->data, bytes->len));
	gateway_config_changed(channel);
	channel_config_free(before);
	grpc_assert_pending(stays);
	grpc_assert_over(goes, PROBLEM_PERMISSION_DENIED, "");
	grpc_call_end(stays);
	grpc_call_end(goes);
}

static void
test_bad_requests(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	g_autofree char *longer = g_strnfill(300, 'c');
	GrpcCall *call = gateway_events(fixture, -2, NULL, NULL);

	grpc_assert_over(call, PROBLEM_INVALID_ARGUMENT,
			 "invalid start position type");
	grpc_call_end(call);
	call = gateway_events_of(fixture, longer, 0);
	grpc_assert_over(call, PROBLEM_INVALID_ARGUMENT,
			 "invalid chaincode events request");
	grpc_call_end(call);
	call = grpc_call(gateway_channel(fixture), EVENTS,
			 bsn_slice_str("\x0a\x01\xff"));
	grpc_assert_over(call, PROBLEM_INVALID_ARGUMENT,
			 "invalid chaincode events request");
	grpc_call_end(call);
	g_assert_null(grpc_route(EVENTS, bsn_slice_str("\x0a\x01\xff")));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/gateway/events/from", test_from_a_block_on);
	g_test_add_func("/gateway/events/to-come", test_blocks_to_come);
	g_test_add_func("/gateway/events/behind", test_behind_a_transaction);
	g_test_add_func("/gateway/events/valid",
			test_only_valid_ones_of_the_chaincode);
	g_test_add_func("/gateway/events/durable", test_only_durable_ones);
	g_test_add_func("/gateway/events/slow", test_slow_clients_wait);
	g_test_add_func("/gateway/events/once", test_blocks_are_read_once);
	g_test_add_func("/gateway/events/turns", test_turns_end);
	g_test_add_func("/gateway/events/who", test_who_may_listen);
	g_test_add_func("/gateway/events/removed",
			test_removed_organisations_are_cut_off);
	g_test_add_func("/gateway/events/requests", test_bad_requests);
	return g_test_run();
}
