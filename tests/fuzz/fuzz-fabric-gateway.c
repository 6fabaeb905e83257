/* SPDX-License-Identifier: Apache-2.0
 *
 * What Fabric's clients send to gateway/. The first byte says which method's
 * first message the others are; from 0x80 on the request within a signed one,
 * which is signed as it is. Whatever it is, the call gets a proper end or
 * waits.
 */
#include <string.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-endorse.h"
#include "tests/unit/fabric-grpc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static EndorseNet *net;

static Channel *
channel(void)
{
	return &net->nodes[0].channel;
}

int32_t
order_certificate(const Channel *of, guint64 number, GByteArray *out,
		  bsn_err *err)
{
	g_assert_not_reached();
}

int32_t
order_accept(Channel *to, bsn_slice envelope, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	Transaction tx = { 0 };

	if (transaction_open(&arena, envelope, &tx) !=
	    PROTOS__TX_VALIDATION_CODE__VALID)
		return bsn_fail(err, BSN_BAD_REQUEST, "it is malformed");
	/* Whether it is known is looked up. */
	return bsn_fail(err, BSN_DUPLICATE, "it is known");
}

static void
check(GrpcCall *call)
{
	g_assert_cmpint(call->status, ==, BSN_OK);
	if (!call->grpc->finished)
		return;
	g_assert_cmpuint(call->grpc->code, <=, 16);
	g_assert_true(g_utf8_validate(call->grpc->message, -1, NULL));
	g_free(grpc_details(call));
	if (call->grpc->code == 0)
		g_assert_cmpuint(call->grpc->sent->len, ==, 1);
	else
		g_assert_cmpstr(call->grpc->message, !=, "");
}

static void
call(const char *path, bsn_slice message)
{
	GrpcCall *one = grpc_call(channel(), path, message);

	g_free(grpc_route(path, message));
	check(one);
	grpc_call_end(one);
	g_assert_cmpuint(channel()->gateway->calls.length, ==, 0);
	g_assert_cmpuint(channel()->gateway->turns.length, ==, 0);
	g_assert_cmpuint(channel()->gateway->resolved.length, ==, 0);
	g_assert_cmpuint(g_hash_table_size(channel()->gateway->unresolved), ==,
			 0);
	g_assert_cmpuint(channel()->endorsing->bytes, ==, 0);
}

/* By Org1MSP's client, whose identity it gets. */
static bsn_slice
sign(Arena *arena, const ProtobufCMessageDescriptor *type, bsn_slice bytes)
{
	const Issued *who = net->orgs->clients[0];
	g_autoptr(GByteArray) identity = fabric_serialize("Org1MSP", who);
	g_autoptr(GByteArray) signature = NULL;
	Gateway__SignedCommitStatusRequest outer =
		GATEWAY__SIGNED_COMMIT_STATUS_REQUEST__INIT;
	ProtobufCMessage *request =
		message_unpack(arena, type, bytes, NULL, NULL);

	if (request == NULL)
		return bytes;
	if (type == &gateway__commit_status_request__descriptor)
		((Gateway__CommitStatusRequest *)request)->identity =
			message_bytes(buffer_slice(identity));
	else
		((Gateway__ChaincodeEventsRequest *)request)->identity =
			message_bytes(buffer_slice(identity));
	bytes = message_put(arena, request);
	signature = fabric_sign(&net->orgs->suite, who, bytes);
	outer.request = message_bytes(bytes);
	outer.signature = message_bytes(buffer_slice(signature));
	/* Both kinds are alike on the wire. */
	return message_put(arena, &outer);
}

static void
begin(void)
{
	fake_host_reset(1);
	net = endorse_net_new(FALSE);
	services.grpc = &fake_grpc_table;
	g_hash_table_insert(net->policies, (gpointer) "basic",
			    (gpointer) "OR('Org1MSP.peer', 'Org2MSP.peer')");
	gateway_open(channel());
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = {
		"gateway.Gateway/Evaluate",
		"gateway.Gateway/Endorse",
		"gateway.Gateway/Submit",
		"gateway.Gateway/CommitStatus",
		"gateway.Gateway/ChaincodeEvents",
	};
	g_auto(Arena) arena = ARENA_INIT;
	bsn_slice rest;

	if (size == 0)
		return 0;
	if (net == NULL)
		begin();
	rest = bsn_slice_of(data + 1, size - 1);
	if (data[0] == 0x80)
		call(paths[3],
		     sign(&arena, &gateway__commit_status_request__descriptor,
			  rest));
	else if (data[0] > 0x80)
		call(paths[4],
		     sign(&arena,
			  &gateway__chaincode_events_request__descriptor,
			  rest));
	else
		call(paths[data[0] % G_N_ELEMENTS(paths)], rest);
	return 0;
}
