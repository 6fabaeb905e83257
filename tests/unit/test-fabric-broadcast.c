/* SPDX-License-Identifier: Apache-2.0
 *
 * Envelopes by Broadcast, and proposals by ProcessProposal.
 */
#include "orderer/ab.pb-c.h"
#include "peer/proposal_response.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/gateway/call.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-call.h"
#include "tests/unit/fabric-seek.h"

#define BROADCAST "/orderer.AtomicBroadcast/Broadcast"
#define PROCESS "/protos.Endorser/ProcessProposal"
#define STATUS(name) COMMON__STATUS__##name

static FabricOpen *
open_gateway(void)
{
	FabricOpen *open = fabric_open_blocks(1);

	services.grpc = &fabric_call_grpc;
	services.timer = bsn_host_timer(fake_host());
	fabric_order_answers(BSN_OK);
	(void)fabric_order_accepted();
	gateway_open(&open->channel);
	return open;
}

static void
close_gateway(FabricOpen *open)
{
	gateway_close(&open->channel);
	fabric_open_free(open);
}

static void
settle(FabricOpen *open)
{
	while (open->channel.gateway->turns.length > 0)
		gateway_timer(&open->channel);
}

/* Any envelope of a channel; order/ does not look at it here. */
static GByteArray *
envelope_for(FabricOpen *open, const char *channel_id)
{
	const SeekWords words = { .channel_id = channel_id };

	return fabric_seek(open, &words);
}

static FabricCall *
broadcast(FabricOpen *open)
{
	g_autoptr(GByteArray) bytes = envelope_for(open, "one");

	return fabric_call_open(&fabric_engine_grpc, &open->channel, BROADCAST,
				buffer_slice(bytes), "");
}

static const Orderer__BroadcastResponse *
answer_at(Arena *arena, const FabricCall *call, guint index)
{
	const Orderer__BroadcastResponse *answer;

	g_assert_cmpuint(call->sent->len, ==, index + 1);
	answer = message_unpack(arena, &orderer__broadcast_response__descriptor,
				bytes_slice(call->sent->pdata[index]), NULL,
				NULL);
	g_assert_nonnull(answer);
	return answer;
}

/* ---- Broadcast ---- */

static void
test_many(void)
{
	FabricOpen *open = open_gateway();
	g_autoptr(FabricCall) call = broadcast(open);
	g_autoptr(GByteArray) next = envelope_for(open, "one");
	g_auto(Arena) arena = ARENA_INIT;

	for (guint i = 0; i < 3; i++) {
		g_assert_cmpint(answer_at(&arena, call, i)->status, ==,
				STATUS(SUCCESS));
		g_assert_cmpstr(answer_at(&arena, call, i)->info, ==, "");
		fabric_call_message(call, buffer_slice(next));
	}
	g_assert_cmpuint(fabric_order_accepted(), ==, 4);
	fabric_call_ended(call);
	g_assert_true(call->finished);
	g_assert_cmpuint(call->code, ==, 0);
	close_gateway(open);
}

static void
test_refusals(void)
{
	static const struct {
		int32_t status;
		Common__Status told;
	} rows[] = {
		{ BSN_BAD_REQUEST, STATUS(BAD_REQUEST) },
		{ BSN_TOO_LARGE, STATUS(BAD_REQUEST) },
		{ BSN_DUPLICATE, STATUS(BAD_REQUEST) },
		{ BSN_DENIED, STATUS(FORBIDDEN) },
		{ BSN_BAD_SIGNATURE, STATUS(FORBIDDEN) },
		{ BSN_EXPIRED, STATUS(FORBIDDEN) },
		{ BSN_BUSY, STATUS(SERVICE_UNAVAILABLE) },
		{ BSN_FULL, STATUS(SERVICE_UNAVAILABLE) },
		{ BSN_UNAVAILABLE, STATUS(SERVICE_UNAVAILABLE) },
		{ BSN_E_IO, STATUS(INTERNAL_SERVER_ERROR) },
	};
	FabricOpen *open = open_gateway();

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(FabricCall) call = NULL;
		g_auto(Arena) arena = ARENA_INIT;

		fabric_order_answers(rows[i].status);
		call = broadcast(open);
		g_assert_cmpint(answer_at(&arena, call, 0)->status, ==,
				rows[i].told);
		g_assert_cmpstr(answer_at(&arena, call, 0)->info, ==,
				"not this one");
		g_assert_true(call->finished);
		g_assert_cmpuint(call->code, ==, 0);
		g_assert_cmpuint(call->reads, ==, 0);
	}
	close_gateway(open);
}

static void
test_another_channel(void)
{
	FabricOpen *open = open_gateway();
	g_autoptr(FabricCall) call = broadcast(open);
	g_autoptr(GByteArray) other = envelope_for(open, "two");
	g_auto(Arena) arena = ARENA_INIT;

	fabric_call_message(call, buffer_slice(other));
	g_assert_cmpint(answer_at(&arena, call, 1)->status, ==,
			STATUS(NOT_FOUND));
	g_assert_true(call->finished);
	g_assert_cmpuint(fabric_order_accepted(), ==, 1);
	close_gateway(open);
}

/* The answer waits, and so does the next envelope. */
static void
test_slow(void)
{
	FabricOpen *open = open_gateway();
	g_autoptr(FabricCall) call = broadcast(open);
	g_autoptr(GByteArray) next = envelope_for(open, "one");
	g_auto(Arena) arena = ARENA_INIT;

	fabric_call_room(call, 0);
	fabric_call_message(call, buffer_slice(next));
	fabric_call_ended(call);
	settle(open);
	g_assert_cmpuint(call->sent->len, ==, 1);
	g_assert_cmpuint(call->reads, ==, 0);
	g_assert_false(call->finished);
	fabric_call_room(call, 1);
	settle(open);
	g_assert_cmpint(answer_at(&arena, call, 1)->status, ==,
			STATUS(SUCCESS));
	g_assert_true(call->finished);
	close_gateway(open);
}

/* ---- ProcessProposal ---- */

static FabricCall *
process(FabricOpen *open)
{
	Common__ChannelHeader channel = COMMON__CHANNEL_HEADER__INIT;
	Common__Header header = COMMON__HEADER__INIT;
	Protos__Proposal proposal = PROTOS__PROPOSAL__INIT;
	Protos__SignedProposal outer = PROTOS__SIGNED_PROPOSAL__INIT;
	g_auto(Arena) arena = ARENA_INIT;

	channel.channel_id = (char *)"one";
	header.channel_header = message_bytes(message_put(&arena, &channel));
	proposal.header = message_bytes(message_put(&arena, &header));
	outer.proposal_bytes = message_bytes(message_put(&arena, &proposal));
	return fabric_call_open(&fabric_engine_grpc, &open->channel, PROCESS,
				message_put(&arena, &outer), "");
}

static void
test_endorsed(void)
{
	FabricOpen *open = open_gateway();
	g_autoptr(FabricCall) call = process(open);

	g_assert_cmpuint(call->sent->len, ==, 0);
	g_assert_true(fabric_endorser_finish(
		BSN_OK, bsn_slice_str("a response"), NULL));
	g_assert_true(bsn_slice_equal(bytes_slice(call->sent->pdata[0]),
				      bsn_slice_str("a response")));
	g_assert_true(call->finished);
	g_assert_cmpuint(call->code, ==, 0);
	close_gateway(open);
}

static void
test_refused(void)
{
	FabricOpen *open = open_gateway();
	g_autoptr(FabricCall) call = process(open);

	fabric_endorser_finish(BSN_DENIED, bsn_slice_of(NULL, 0), "no member");
	g_assert_cmpuint(call->sent->len, ==, 0);
	g_assert_cmpuint(call->code, ==, PROBLEM_PERMISSION_DENIED);
	g_assert_cmpstr(call->message, ==, "no member");
	close_gateway(open);
}

/* What a simulation came to is a response. */
static void
test_failed(void)
{
	FabricOpen *open = open_gateway();
	g_autoptr(FabricCall) call = process(open);
	g_auto(Arena) arena = ARENA_INIT;
	const Protos__ProposalResponse *answer;

	fabric_endorser_finish(BSN_TIMEOUT, bsn_slice_of(NULL, 0), "too late");
	answer = message_unpack(&arena, &protos__proposal_response__descriptor,
				bytes_slice(call->sent->pdata[0]), NULL, NULL);
	g_assert_cmpint(answer->response->status, ==, 500);
	g_assert_cmpstr(answer->response->message, ==, "too late");
	g_assert_null(answer->endorsement);
	g_assert_cmpuint(call->code, ==, 0);
	close_gateway(open);
}

static void
test_gone(void)
{
	FabricOpen *open = open_gateway();
	g_autoptr(FabricCall) call = process(open);
	g_autoptr(FabricCall) other = NULL;

	fabric_call_close(call);
	g_assert_false(fabric_endorser_finish(BSN_OK, bsn_slice_of(NULL, 0),
					      NULL));
	other = process(open);
	gateway_close(&open->channel);
	g_assert_cmpuint(other->code, ==, PROBLEM_UNAVAILABLE);
	g_assert_false(fabric_endorser_finish(BSN_OK, bsn_slice_of(NULL, 0),
					      NULL));
	fabric_open_free(open);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fabric/broadcast/one-after-the-other", test_many);
	g_test_add_func("/fabric/broadcast/a-refusal-is-the-end",
			test_refusals);
	g_test_add_func("/fabric/broadcast/of-one-channel",
			test_another_channel);
	g_test_add_func("/fabric/broadcast/waits-for-slow-clients", test_slow);
	g_test_add_func("/fabric/process/endorsed", test_endorsed);
	g_test_add_func("/fabric/process/a-bad-proposal-is-a-status",
			test_refused);
	g_test_add_func("/fabric/process/a-failed-run-is-a-response",
			test_failed);
	g_test_add_func("/fabric/process/ends-with-client-or-chain", test_gone);
	return g_test_run();
}
