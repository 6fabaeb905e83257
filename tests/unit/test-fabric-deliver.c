/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks for whoever listens, call by call.
 */
#include <string.h>

#include "orderer/ab.pb-c.h"
#include "peer/events.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/gateway/call.h"
#include "plugins/engine-fabric/ledger/blocks.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-call.h"
#include "tests/unit/fabric-seek.h"

#define STATUS(name) COMMON__STATUS__##name
#define BLOCKS "/protos.Deliver/Deliver"
#define FILTERED "/protos.Deliver/DeliverFiltered"
#define PRIVATE "/protos.Deliver/DeliverWithPrivateData"
#define ORDERED "/orderer.AtomicBroadcast/Deliver"

/* Takes turns until nobody has anything to do. */
static void
settle(FabricOpen *open)
{
	while (open->channel.gateway->turns.length > 0)
		gateway_timer(&open->channel);
}

static FabricOpen *
open_gateway(guint blocks)
{
	FabricOpen *open = fabric_open_blocks(blocks);

	services.grpc = &fabric_call_grpc;
	services.timer = bsn_host_timer(fake_host());
	gateway_open(&open->channel);
	return open;
}

static void
close_gateway(FabricOpen *open)
{
	gateway_close(&open->channel);
	fabric_open_free(open);
}

static FabricCall *
ask(FabricOpen *open, const char *path, const SeekWords *words)
{
	g_autoptr(GByteArray) bytes = fabric_seek(open, words);
	FabricCall *call =
		fabric_call_open(&fabric_engine_grpc, &open->channel, path,
			       buffer_slice(bytes), "");

	g_assert_cmpint(call->status, ==, BSN_OK);
	settle(open);
	return call;
}

/* Commits, as order/ does it. */
static void
commit_more(FabricOpen *open, guint blocks)
{
	fabric_open_more(open, blocks);
	gateway_durable(&open->channel);
	settle(open);
}

static const Protos__DeliverResponse *
response(Arena *arena, const FabricCall *call, guint index)
{
	const Protos__DeliverResponse *message;

	g_assert_cmpuint(index, <, call->sent->len);
	message = message_unpack(arena, &protos__deliver_response__descriptor,
				 bytes_slice(call->sent->pdata[index]), NULL,
				 NULL);
	g_assert_nonnull(message);
	return message;
}

static bsn_slice
certificate_in(Arena *arena, const Common__Block *block)
{
	const Common__Metadata *metadata = message_unpack(
		arena, &common__metadata__descriptor,
		message_slice(block->metadata->metadata[0]), NULL, NULL);
	const Common__OrdererBlockMetadata *value =
		message_unpack(arena, &common__orderer_block_metadata__descriptor,
			       message_slice(metadata->value), NULL, NULL);

	return message_slice(value->consenter_metadata);
}

/* The message at `index` is a block as it is stored, with its certificate. */
static void
assert_block(FabricOpen *open, const FabricCall *call, guint index,
	     guint64 number)
{
	g_autoptr(GByteArray) stored = g_byte_array_new();
	g_autoptr(GByteArray) certificate = g_byte_array_new();
	g_autoptr(GByteArray) again = NULL;
	g_auto(Arena) arena = ARENA_INIT;
	Common__Block *block;

	g_assert_cmpint(ledger_block(open->channel.ledger, number, stored,
				     NULL),
			==, BSN_OK);
	g_assert_cmpint(order_certificate(&open->channel, number, certificate,
					  NULL),
			==, BSN_OK);
	g_assert_cmpint(response(&arena, call, index)->type_case, ==,
			PROTOS__DELIVER_RESPONSE__TYPE_BLOCK);
	block = response(&arena, call, index)->block;
	if (certificate->len > 0) {
		g_assert_true(bsn_slice_equal(certificate_in(&arena, block),
					      buffer_slice(certificate)));
		block->metadata->metadata[0] = (ProtobufCBinaryData){ 0 };
	}
	again = message_pack(block);
	g_assert_true(
		bsn_slice_equal(buffer_slice(again), buffer_slice(stored)));
}

static void
assert_status(const FabricCall *call, guint index, Common__Status status)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Protos__DeliverResponse *message = response(&arena, call, index);

	g_assert_cmpint(message->type_case, ==,
			PROTOS__DELIVER_RESPONSE__TYPE_STATUS);
	g_assert_cmpint(message->status, ==, status);
}

/* It ended well after that status, which is the last message. */
static void
assert_ended(const FabricCall *call, guint sent, Common__Status status)
{
	g_assert_cmpuint(call->sent->len, ==, sent);
	assert_status(call, sent - 1, status);
	g_assert_true(call->finished);
	g_assert_cmpuint(call->code, ==, 0);
}

/* ---- blocks ---- */

static void
test_blocks(gconstpointer path)
{
	FabricOpen *open = open_gateway(4);
	const SeekWords words = { .start = SEEK_OLDEST, .stop = 2 };
	g_autoptr(FabricCall) call = ask(open, path, &words);

	g_assert_cmpuint(call->sent->len, ==, 4);
	for (guint i = 0; i < 3; i++)
		assert_block(open, call, i, i);
	assert_status(call, 3, STATUS(SUCCESS));
	/* It may ask again. */
	g_assert_false(call->finished);
	g_assert_cmpuint(call->reads, ==, 1);
	fabric_call_ended(call);
	g_assert_true(call->finished);
	g_assert_cmpuint(call->code, ==, 0);
	close_gateway(open);
}

static void
test_again(void)
{
	FabricOpen *open = open_gateway(3);
	const SeekWords first = { .start = 1, .stop = 1 };
	const SeekWords second = { .start = SEEK_NEWEST, .stop = SEEK_NEWEST };
	const SeekWords third = { .start = 2, .stop = 1 };
	g_autoptr(GByteArray) again = fabric_seek(open, &second);
	g_autoptr(GByteArray) wrong = fabric_seek(open, &third);
	g_autoptr(FabricCall) call = ask(open, BLOCKS, &first);

	fabric_call_message(call, buffer_slice(again));
	settle(open);
	assert_block(open, call, 0, 1);
	assert_status(call, 1, STATUS(SUCCESS));
	assert_block(open, call, 2, 2);
	assert_status(call, 3, STATUS(SUCCESS));
	fabric_call_message(call, buffer_slice(wrong));
	settle(open);
	assert_ended(call, 5, STATUS(BAD_REQUEST));
	close_gateway(open);
}

static void
test_wait(void)
{
	FabricOpen *open = open_gateway(2);
	const SeekWords words = { .start = SEEK_NEXT_COMMIT, .stop = 3 };
	g_autoptr(FabricCall) call = ask(open, BLOCKS, &words);

	g_assert_cmpuint(call->sent->len, ==, 0);
	fabric_call_ended(call);
	g_assert_false(call->finished);
	commit_more(open, 1);
	assert_block(open, call, 0, 2);
	g_assert_cmpuint(call->sent->len, ==, 1);
	commit_more(open, 1);
	assert_block(open, call, 1, 3);
	assert_ended(call, 3, STATUS(SUCCESS));
	close_gateway(open);
}

static void
test_fail_if_not_ready(void)
{
	FabricOpen *open = open_gateway(2);
	const SeekWords words = { .start = 1, .stop = 9,
				  .fail_if_not_ready = TRUE };
	g_autoptr(FabricCall) call = ask(open, BLOCKS, &words);

	assert_block(open, call, 0, 1);
	assert_ended(call, 2, STATUS(NOT_FOUND));
	close_gateway(open);
}

static void
test_slow(void)
{
	FabricOpen *open = open_gateway(40);
	const SeekWords words = { .start = 0, .stop = 39 };
	g_autoptr(GByteArray) bytes = fabric_seek(open, &words);
	g_autoptr(FabricCall) call =
		fabric_call_open(&fabric_engine_grpc, &open->channel, BLOCKS,
			       buffer_slice(bytes), "");

	fabric_call_room(call, 1);
	settle(open);
	g_assert_cmpuint(call->sent->len, ==, 1);
	/* What comes meanwhile changes nothing. */
	commit_more(open, 1);
	g_assert_cmpuint(call->sent->len, ==, 1);
	for (guint i = 2; i <= 40; i++) {
		fabric_call_room(call, 1);
		settle(open);
		g_assert_cmpuint(call->sent->len, ==, i);
	}
	/* The status waits for room as well. */
	g_assert_cmpuint(call->reads, ==, 0);
	fabric_call_room(call, 1);
	settle(open);
	assert_status(call, 40, STATUS(SUCCESS));
	for (guint i = 0; i < 40; i++)
		assert_block(open, call, i, i);
	g_assert_cmpuint(call->reads, ==, 1);
	close_gateway(open);
}

/* One turn of the strand is bounded; two calls go on side by side. */
static void
test_turns(void)
{
	FabricOpen *open = open_gateway(400);
	const SeekWords words = { .start = 0, .stop = 399 };
	g_autoptr(GByteArray) bytes = fabric_seek(open, &words);
	g_autoptr(FabricCall) one =
		fabric_call_open(&fabric_engine_grpc, &open->channel, BLOCKS,
			       buffer_slice(bytes), "");
	g_autoptr(FabricCall) other =
		fabric_call_open(&fabric_engine_grpc, &open->channel, FILTERED,
			       buffer_slice(bytes), "");

	gateway_timer(&open->channel);
	g_assert_cmpuint(one->sent->len, >, 0);
	g_assert_cmpuint(one->sent->len, <, 400);
	g_assert_cmpint(ABS((int)one->sent->len - (int)other->sent->len), <=,
			1);
	settle(open);
	g_assert_cmpuint(one->sent->len, ==, 401);
	g_assert_cmpuint(other->sent->len, ==, 401);
	close_gateway(open);
}

static void
test_headers(void)
{
	FabricOpen *open = open_gateway(2);
	const SeekWords words = { .start = 0, .stop = 1, .headers_only = TRUE };
	g_autoptr(FabricCall) call = ask(open, ORDERED, &words);
	g_auto(Arena) arena = ARENA_INIT;
	const Common__Block *config = response(&arena, call, 0)->block;
	const Common__Block *other = response(&arena, call, 1)->block;

	g_assert_cmpuint(config->data->n_data, ==, 1);
	g_assert_null(other->data);
	g_assert_cmpuint(other->header->number, ==, 1);
	g_assert_cmpuint(other->metadata->n_metadata, ==, 5);
	assert_status(call, 2, STATUS(SUCCESS));
	close_gateway(open);
}

/* ---- filtered ones ---- */

static void
test_filtered(void)
{
	FabricOpen *open = open_gateway(2);
	const SeekWords words = { .start = 0, .stop = 1 };
	g_autoptr(FabricCall) call = ask(open, FILTERED, &words);
	g_auto(Arena) arena = ARENA_INIT;
	const Protos__FilteredBlock *genesis =
		response(&arena, call, 0)->filtered_block;
	const Protos__FilteredBlock *block =
		response(&arena, call, 1)->filtered_block;
	const Protos__FilteredTransaction *tx;
	const Protos__ChaincodeEvent *event;

	g_assert_cmpstr(genesis->channel_id, ==, "one");
	g_assert_cmpuint(genesis->n_filtered_transactions, ==, 1);
	g_assert_cmpint(genesis->filtered_transactions[0]->type, ==,
			COMMON__HEADER_TYPE__CONFIG);
	g_assert_null(genesis->filtered_transactions[0]->transaction_actions);
	g_assert_cmpuint(block->number, ==, 1);
	tx = block->filtered_transactions[0];
	g_assert_cmpuint(strlen(tx->txid), ==, TX_ID_SIZE - 1);
	g_assert_cmpint(tx->type, ==,
			COMMON__HEADER_TYPE__ENDORSER_TRANSACTION);
	g_assert_cmpint(tx->tx_validation_code, ==,
			PROTOS__TX_VALIDATION_CODE__VALID);
	g_assert_cmpuint(tx->transaction_actions->n_chaincode_actions, ==, 1);
	event = tx->transaction_actions->chaincode_actions[0]->chaincode_event;
	g_assert_cmpstr(event->chaincode_id, ==, "basic");
	g_assert_cmpstr(event->event_name, ==, "Made");
	g_assert_cmpstr(event->tx_id, ==, tx->txid);
	g_assert_cmpuint(event->payload.len, ==, 0);
	assert_status(call, 2, STATUS(SUCCESS));
	close_gateway(open);
}

/* A block has what anybody could order. */
static void
test_filtered_nonsense(void)
{
	FabricOpen *open = open_gateway(1);
	const bsn_slice nonsense[] = { bsn_slice_str(""),
				       bsn_slice_str("\xff\xff"),
				       bsn_slice_str("\x0a\x02\x0a\x00") };
	const SeekWords words = { .start = 1, .stop = 1 };
	g_autoptr(FabricCall) call = NULL;
	g_auto(Arena) arena = ARENA_INIT;

	fabric_open_append(open, nonsense, G_N_ELEMENTS(nonsense));
	channel_ledger_durable(open->channel.ledger, 2);
	call = ask(open, FILTERED, &words);
	g_assert_cmpuint(response(&arena, call, 0)
				 ->filtered_block->n_filtered_transactions,
			 <=, 1);
	assert_status(call, 1, STATUS(SUCCESS));
	close_gateway(open);
}

/* ---- who ---- */

static void
test_forbidden(void)
{
	FabricOpen *open = open_gateway(2);
	const SeekWords words = { .org = 2, .stop = 1 };
	g_autoptr(FabricCall) call = ask(open, BLOCKS, &words);
	g_autoptr(FabricCall) ordered = ask(open, ORDERED, &words);

	assert_ended(call, 1, STATUS(FORBIDDEN));
	assert_ended(ordered, 1, STATUS(FORBIDDEN));
	close_gateway(open);
}

static void
test_cut_off(void)
{
	FabricOpen *open = open_gateway(1);
	const SeekWords words = { .start = SEEK_NEXT_COMMIT,
				  .stop = G_MAXINT64 };
	g_autoptr(FabricCall) blocks = ask(open, BLOCKS, &words);
	g_autoptr(FabricCall) filtered = ask(open, FILTERED, &words);
	g_autoptr(FabricCall) slow = ask(open, BLOCKS, &words);

	fabric_call_room(slow, 0);
	fabric_open_only_admins(open, "event/Block");
	settle(open);
	assert_ended(blocks, 1, STATUS(FORBIDDEN));
	g_assert_false(slow->finished);
	fabric_call_room(slow, 1);
	settle(open);
	assert_ended(slow, 1, STATUS(FORBIDDEN));
	g_assert_false(filtered->finished);
	commit_more(open, 1);
	g_assert_cmpuint(filtered->sent->len, ==, 3);
	close_gateway(open);
}

static void
test_private(void)
{
	FabricOpen *open = open_gateway(1);
	const SeekWords words = { .stop = 0 };
	g_autoptr(FabricCall) call = ask(open, PRIVATE, &words);

	g_assert_true(call->finished);
	g_assert_cmpuint(call->code, ==, PROBLEM_UNIMPLEMENTED);
	g_assert_cmpstr(call->message, !=, "");
	close_gateway(open);
}

/* ---- the end ---- */

static void
test_ends(void)
{
	FabricOpen *open = open_gateway(1);
	const SeekWords words = { .start = SEEK_NEXT_COMMIT,
				  .stop = G_MAXINT64 };
	g_autoptr(FabricCall) gone = ask(open, BLOCKS, &words);
	g_autoptr(FabricCall) waits = ask(open, BLOCKS, &words);

	fabric_call_close(gone);
	commit_more(open, 1);
	g_assert_cmpuint(gone->sent->len, ==, 0);
	g_assert_cmpuint(waits->sent->len, ==, 1);
	gateway_close(&open->channel);
	g_assert_true(waits->finished);
	g_assert_cmpuint(waits->code, ==, PROBLEM_UNAVAILABLE);
	fabric_open_free(open);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/fabric/deliver/blocks-as-they-are-stored", BLOCKS,
			     test_blocks);
	g_test_add_data_func("/fabric/deliver/orderers-blocks-likewise", ORDERED,
			     test_blocks);
	g_test_add_func("/fabric/deliver/a-client-may-ask-again", test_again);
	g_test_add_func("/fabric/deliver/waits-for-blocks", test_wait);
	g_test_add_func("/fabric/deliver/or-does-not", test_fail_if_not_ready);
	g_test_add_func("/fabric/deliver/waits-for-slow-clients", test_slow);
	g_test_add_func("/fabric/deliver/in-turns", test_turns);
	g_test_add_func("/fabric/deliver/headers-and-whole-configs",
			test_headers);
	g_test_add_func("/fabric/deliver/filtered-blocks", test_filtered);
	g_test_add_func("/fabric/deliver/filtered-nonsense",
			test_filtered_nonsense);
	g_test_add_func("/fabric/deliver/strangers-are-forbidden",
			test_forbidden);
	g_test_add_func("/fabric/deliver/a-new-config-cuts-off", test_cut_off);
	g_test_add_func("/fabric/deliver/no-private-data", test_private);
	g_test_add_func("/fabric/deliver/ends-with-client-or-chain", test_ends);
	return g_test_run();
}
