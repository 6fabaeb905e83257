/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fabric-gateway.h"

#include <string.h>

#include "ledger/rwset/kvrwset/kv_rwset.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/endorse/endorse.h"
#include "plugins/kit/sink.h"

Channel *
gateway_channel(FabricOrder *fixture)
{
	return fabric_order_channel(fixture);
}

/* ---- transactions ---- */

static const char *event_name;

static void
set_event(FabricTx *tx, Protos__ChaincodeAction *action)
{
	Protos__ChaincodeEvent event = PROTOS__CHAINCODE_EVENT__INIT;
	g_autofree char *number = g_strdup_printf("%u", tx->number);

	event.chaincode_id = (char *)"basic";
	event.tx_id = tx->tx_id;
	event.event_name = (char *)event_name;
	event.payload = fabric_text(number);
	action->events = message_bytes(message_put(&tx->arena, &event));
}

static void
change(FabricTx *tx, ProtobufCMessage *message)
{
	Kvrwset__KVRWSet *set;
	char *key;

	if (message->descriptor == &protos__chaincode_action__descriptor)
		set_event(tx, (Protos__ChaincodeAction *)message);
	if (message->descriptor != &kvrwset__kvrwset__descriptor)
		return;
	set = (Kvrwset__KVRWSet *)message;
	set->n_reads = 0;
	set->n_range_queries_info = 0;
	key = arena_room(&tx->arena, 32);
	g_snprintf(key, 32, "asset %u", tx->number);
	set->writes[0]->key = fabric_text(key);
}

bsn_slice
gateway_tx(FabricOrder *fixture, const char *event)
{
	event_name = event;
	fixture->tx.number++;
	fixture->tx.change = change;
	return fabric_tx_make(&fixture->tx);
}

void
gateway_block(FabricOrder *fixture)
{
	(void)hand_next(fixture);
	fake_host_settle();
}

/* ---- calls ---- */

GrpcCall *
gateway_submit(FabricOrder *fixture, bsn_slice envelope)
{
	g_auto(Arena) arena = ARENA_INIT;
	Gateway__SubmitRequest request = GATEWAY__SUBMIT_REQUEST__INIT;

	request.channel_id = (char *)"one";
	request.prepared_transaction = message_unpack(
		&arena, &common__envelope__descriptor, envelope, NULL, NULL);
	g_assert_nonnull(request.prepared_transaction);
	return grpc_call_message(gateway_channel(fixture), SUBMIT, &request);
}

static GByteArray *
identity_of(const FabricOrder *fixture, const GatewayClient *client)
{
	return fabric_serialize(client != NULL && client->msp_id != NULL
					? client->msp_id
					: "Org1MSP",
				client != NULL && client->who != NULL
					? client->who
					: fixture->orgs->clients[0]);
}

static GByteArray *
signature_of(const FabricOrder *fixture, const GatewayClient *client,
	     bsn_slice request)
{
	const Issued *who = client != NULL && client->who != NULL
				    ? client->who
				    : fixture->orgs->clients[0];

	if (client != NULL && client->forged)
		who = fixture->orgs->clients[1];
	return fabric_sign(&fixture->orgs->suite, who, request);
}

GrpcCall *
gateway_status(FabricOrder *fixture, const char *tx_id,
	       const GatewayClient *client)
{
	g_autoptr(GByteArray) identity = identity_of(fixture, client);
	Gateway__CommitStatusRequest request =
		GATEWAY__COMMIT_STATUS_REQUEST__INIT;
	Gateway__SignedCommitStatusRequest outer =
		GATEWAY__SIGNED_COMMIT_STATUS_REQUEST__INIT;
	g_autoptr(GByteArray) bytes = NULL;
	g_autoptr(GByteArray) signature = NULL;

	request.channel_id = (char *)"one";
	request.transaction_id = (char *)tx_id;
	request.identity = message_bytes(buffer_slice(identity));
	bytes = message_pack(&request);
	signature = signature_of(fixture, client, buffer_slice(bytes));
	outer.request = message_bytes(buffer_slice(bytes));
	outer.signature = message_bytes(buffer_slice(signature));
	return grpc_call_message(gateway_channel(fixture), STATUS, &outer);
}

static GrpcCall *
listen(FabricOrder *fixture, const char *chaincode, gint64 from,
       const char *after, const GatewayClient *client)
{
	g_autoptr(GByteArray) identity = identity_of(fixture, client);
	Gateway__ChaincodeEventsRequest request =
		GATEWAY__CHAINCODE_EVENTS_REQUEST__INIT;
	Gateway__SignedChaincodeEventsRequest outer =
		GATEWAY__SIGNED_CHAINCODE_EVENTS_REQUEST__INIT;
	Orderer__SeekPosition position = ORDERER__SEEK_POSITION__INIT;
	Orderer__SeekSpecified specified = ORDERER__SEEK_SPECIFIED__INIT;
	Orderer__SeekOldest oldest = ORDERER__SEEK_OLDEST__INIT;
	Orderer__SeekNextCommit next = ORDERER__SEEK_NEXT_COMMIT__INIT;
	g_autoptr(GByteArray) bytes = NULL;
	g_autoptr(GByteArray) signature = NULL;
	GrpcCall *call;

	request.channel_id = (char *)"one";
	request.chaincode_id = (char *)chaincode;
	request.identity = message_bytes(buffer_slice(identity));
	request.start_position = &position;
	if (from >= 0) {
		specified.number = (guint64)from;
		position.type_case = ORDERER__SEEK_POSITION__TYPE_SPECIFIED;
		position.specified = &specified;
	} else if (from == -1) {
		position.type_case = ORDERER__SEEK_POSITION__TYPE_NEXT_COMMIT;
		position.next_commit = &next;
	} else {
		position.type_case = ORDERER__SEEK_POSITION__TYPE_OLDEST;
		position.oldest = &oldest;
	}
	if (after != NULL)
		request.after_transaction_id = (char *)after;
	bytes = message_pack(&request);
	signature = signature_of(fixture, client, buffer_slice(bytes));
	outer.request = message_bytes(buffer_slice(bytes));
	outer.signature = message_bytes(buffer_slice(signature));
	call = grpc_call_message(gateway_channel(fixture), EVENTS, &outer);
	/* Nothing is sent before its turn. */
	g_assert_cmpuint(call->grpc->sent->len, ==, 0);
	fake_host_settle();
	return call;
}

GrpcCall *
gateway_events(FabricOrder *fixture, gint64 from, const char *after,
	       const GatewayClient *client)
{
	return listen(fixture, "basic", from, after, client);
}

GrpcCall *
gateway_events_of(FabricOrder *fixture, const char *chaincode, gint64 from)
{
	return listen(fixture, chaincode, from, NULL, NULL);
}

static void
add_response(GString *text, GBytes *bytes)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Gateway__ChaincodeEventsResponse *response = message_unpack(
		&arena, &gateway__chaincode_events_response__descriptor,
		bytes_slice(bytes), NULL, NULL);

	g_assert_nonnull(response);
	g_assert_cmpuint(response->n_events, >, 0);
	g_string_append_printf(text, "%s%" G_GUINT64_FORMAT ":",
			       text->len > 0 ? "; " : "",
			       response->block_number);
	for (gsize i = 0; i < response->n_events; i++) {
		const Protos__ChaincodeEvent *event = response->events[i];

		g_assert_cmpstr(event->chaincode_id, ==, "basic");
		g_assert_cmpuint(strlen(event->tx_id), ==, 2 * HASH_LEN);
		g_string_append_printf(text, "%s %s %.*s", i > 0 ? "," : "",
				       event->event_name,
				       (int)event->payload.len,
				       (const char *)event->payload.data);
	}
}

char *
gateway_heard(GrpcCall *call)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < call->grpc->sent->len; i++)
		add_response(text, call->grpc->sent->pdata[i]);
	g_ptr_array_set_size(call->grpc->sent, 0);
	return g_string_free(text, FALSE);
}

/* ---- stand-ins ---- */

Endorser *
endorser_begin(Channel *channel, bsn_slice signed_proposal, EndorserDone done,
	       gpointer owner)
{
	g_assert_not_reached();
}

void
endorser_cancel(Endorser *endorser)
{
	g_assert_not_reached();
}

char *
endorser_own_name(const Channel *channel)
{
	return g_strdup("node");
}

char *
endorser_address(const Channel *channel, GBytes *key, const char *name)
{
	return g_strdup_printf("%s.example:7051", name);
}
