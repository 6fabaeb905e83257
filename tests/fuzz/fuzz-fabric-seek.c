/* SPDX-License-Identifier: Apache-2.0
 *
 * What clients send to Deliver, and what may be in a block that is filtered. The
 * first byte says what the others are: 0: an Envelope as it is, which nobody has
 * signed; 1: SeekInfo, in an Envelope that somebody who may has signed; 2: the
 * same, for filtered blocks; 3: a SignedProposal; else a transaction of a block.
 */
#include <bsn/helpers/error.h>

#include "peer/events.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/gateway/call.h"
#include "plugins/engine-fabric/gateway/filtered.h"
#include "plugins/engine-fabric/gateway/header.h"
#include "plugins/engine-fabric/gateway/seek.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-call.h"
#include "tests/unit/fabric-seek.h"

#define BLOCKS 4u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static FabricOpen *channel;

static void
set_up(void)
{
	channel = fabric_open_blocks(BLOCKS);
	services.grpc = &fabric_call_grpc;
	services.timer = bsn_host_timer(fake_host());
	gateway_open(&channel->channel);
}

static void
open_unsigned(bsn_slice bytes)
{
	g_auto(Seek) seek = { .creator = NULL };
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(seek_open(&channel->channel, "event/Block",
				  bsn_slice_of(NULL, 0), bytes, &seek, &err),
			!=, COMMON__STATUS__SUCCESS);
	g_assert_cmpstr(err.reason, !=, "");
}

/* All but the last are blocks; the last is a status, or more blocks may come. */
static void
check_answers(const FabricCall *call)
{
	g_auto(Arena) arena = ARENA_INIT;

	g_assert_cmpuint(call->sent->len, <=, BLOCKS + 1);
	for (guint i = 0; i < call->sent->len; i++) {
		const Protos__DeliverResponse *response = message_unpack(
			&arena, &protos__deliver_response__descriptor,
			bytes_slice(call->sent->pdata[i]), NULL, NULL);

		g_assert_nonnull(response);
		if (response->type_case != PROTOS__DELIVER_RESPONSE__TYPE_STATUS)
			continue;
		g_assert_cmpuint(i + 1, ==, call->sent->len);
		g_assert_true(response->status == COMMON__STATUS__SUCCESS
				      ? call->reads == 1
				      : call->finished);
	}
}

static void
deliver(const char *path, bsn_slice info)
{
	const SeekWords words = { .info = &info };
	g_autoptr(GByteArray) bytes = fabric_seek(channel, &words);
	g_autoptr(FabricCall) call =
		fabric_call_open(&fabric_engine_grpc, &channel->channel, path,
				 buffer_slice(bytes), "");

	g_assert_cmpint(call->status, ==, BSN_OK);
	while (channel->channel.gateway->turns.length > 0)
		gateway_timer(&channel->channel);
	check_answers(call);
}

static void
route(bsn_slice bytes)
{
	g_auto(Arena) arena = ARENA_INIT;
	const char *named = "";
	bsn_err err = BSN_ERR_INIT;

	if (route_proposal(&arena, bytes, &named, &err) != BSN_OK)
		g_assert_cmpstr(err.reason, !=, "");
	g_assert_nonnull(named);
}

static void
filter(bsn_slice bytes)
{
	static const guint8 code;
	g_auto(Arena) arena = ARENA_INIT;
	Common__Block block = COMMON__BLOCK__INIT;
	Common__BlockHeader header = COMMON__BLOCK_HEADER__INIT;
	Common__BlockData content = COMMON__BLOCK_DATA__INIT;
	ProtobufCBinaryData one = message_bytes(bytes);
	g_autoptr(GByteArray) packed = NULL;

	content.n_data = 1;
	content.data = &one;
	block.header = &header;
	block.data = &content;
	packed = message_pack(filtered_block(&arena, "one", &block,
					     bsn_slice_of(&code, 1)));
	g_assert_nonnull(message_unpack(&arena,
					&protos__filtered_block__descriptor,
					buffer_slice(packed), NULL, NULL));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bsn_slice rest;

	if (channel == NULL)
		set_up();
	if (size == 0)
		return 0;
	rest = bsn_slice_of(data + 1, size - 1);
	if (data[0] == 0)
		open_unsigned(rest);
	else if (data[0] == 1)
		deliver("/protos.Deliver/Deliver", rest);
	else if (data[0] == 2)
		deliver("/protos.Deliver/DeliverFiltered", rest);
	else if (data[0] == 3)
		route(rest);
	else
		filter(rest);
	return 0;
}
