/* SPDX-License-Identifier: Apache-2.0
 *
 * gateway.Gateway/ChaincodeEvents: what a chaincode says, block by block, from
 * a block on or behind a transaction that the client has seen.
 */
#include <string.h>

#include "gateway/gateway.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/gateway/client.h"
#include "plugins/engine-fabric/gateway/event_block.h"
#include "plugins/engine-fabric/ledger/blocks.h"
#include "plugins/kit/sink.h"

#define RESOURCE "gateway/ChaincodeEvents"
/* Bytes of a chaincode's name. */
#define NAME_BYTES_MAX 256u

typedef struct {
	Call call;
	GBytes *identity; /* SerializedIdentity; NULL: not begun */
	char *chaincode;
	guint64 next; /* block */
	/* Of the first block, what the client has seen already. */
	guint64 first_block;
	guint64 first_tx;
} EventsCall;

static int32_t
route(Arena *arena, bsn_slice message, const char **channel, bsn_err *err)
{
	const Gateway__ChaincodeEventsRequest *request;
	int32_t status = BSN_OK;
	const Gateway__SignedChaincodeEventsRequest *outer = message_unpack(
		arena, &gateway__signed_chaincode_events_request__descriptor,
		message, &status, err);

	if (outer == NULL)
		return status;
	request = message_unpack(arena,
				 &gateway__chaincode_events_request__descriptor,
				 message_slice(outer->request), &status, err);
	if (request == NULL)
		return status;
	*channel = request->channel_id;
	return BSN_OK;
}

/* ---- the stream ---------------------------------------------------------- */

/* FALSE: the call is over. Certificates expire, and configs change. */
static gboolean
still_may(EventsCall *own)
{
	bsn_err err = BSN_ERR_INIT;

	if (client_judge_again(own->call.channel, bytes_slice(own->identity),
			       RESOURCE, &err) == BSN_OK)
		return TRUE;
	call_fail_text(&own->call, PROBLEM_PERMISSION_DENIED, "%s", err.reason);
	return FALSE;
}

/* BSN_BUSY: not now. */
static int32_t
send(EventsCall *own, EventBlock *block)
{
	g_autoptr(GByteArray) part = NULL;
	bsn_slice response;

	if (own->next == own->first_block && own->first_tx > 0) {
		part = event_block_from(block, own->chaincode, own->first_tx);
		response = buffer_slice(part);
	} else {
		response = event_block_response(block, own->chaincode);
	}
	return response.len > 0 ? call_send(&own->call, response) : BSN_OK;
}

static gsize
step(Call *call)
{
	EventsCall *own = (EventsCall *)call;
	Channel *channel = call->channel;
	EventBlock *block = NULL;
	bsn_err err = BSN_ERR_INIT;
	gsize cost = 0;
	int32_t status;

	if (own->identity == NULL ||
	    own->next >= channel->ledger->durable.height || !still_may(own))
		return 0;
	status = event_block_find(channel, own->next, &block, &cost, &err);
	if (status != BSN_OK) {
		call_fail_text(call, PROBLEM_ABORTED, "%s", err.reason);
		return 0;
	}
	if (send(own, block) != BSN_OK)
		return 0;
	own->next++;
	return cost;
}

static void
config_changed(Call *call)
{
	EventsCall *own = (EventsCall *)call;

	if (own->identity != NULL)
		(void)still_may(own);
}

/* ---- where it begins ----------------------------------------------------- */

static gboolean
seek(EventsCall *own, const Orderer__SeekPosition *position)
{
	const guint64 height = own->call.channel->ledger->durable.height;

	switch (position != NULL ? position->type_case
				 : ORDERER__SEEK_POSITION__TYPE__NOT_SET) {
	case ORDERER__SEEK_POSITION__TYPE__NOT_SET:
	case ORDERER__SEEK_POSITION__TYPE_NEXT_COMMIT:
		own->next = height;
		return TRUE;
	case ORDERER__SEEK_POSITION__TYPE_SPECIFIED:
		own->next = position->specified->number;
		return TRUE;
	default:
		call_fail_text(&own->call, PROBLEM_INVALID_ARGUMENT,
			       "invalid start position type: it must be a "
			       "block's number or the next commit");
		return FALSE;
	}
}

/* Behind the transaction, when it is known; else as the position says. */
static gboolean
seek_behind(EventsCall *own, const Gateway__ChaincodeEventsRequest *request)
{
	const char *tx_id = request->after_transaction_id;
	TxPlace place;

	if (*tx_id == '\0' ||
	    ledger_tx(own->call.channel->ledger, bsn_slice_str(tx_id), &place,
		      NULL) != BSN_OK)
		return seek(own, request->start_position);
	own->next = place.block;
	own->first_block = place.block;
	own->first_tx = place.tx + 1;
	return TRUE;
}

/* ---- the call ------------------------------------------------------------ */

static void
begin_request(EventsCall *own,
	      const Gateway__SignedChaincodeEventsRequest *outer,
	      const Gateway__ChaincodeEventsRequest *request)
{
	const ClientClaim claim = { message_slice(request->identity),
				    message_slice(outer->request),
				    message_slice(outer->signature), RESOURCE };

	if (strlen(request->chaincode_id) > NAME_BYTES_MAX) {
		call_fail_text(&own->call, PROBLEM_INVALID_ARGUMENT,
			       "invalid chaincode events request: the "
			       "chaincode's name has more than %u bytes",
			       NAME_BYTES_MAX);
		return;
	}
	if (!client_may(&own->call, &claim) || !seek_behind(own, request))
		return;
	own->identity =
		g_bytes_new(request->identity.data, request->identity.len);
	own->chaincode = g_strdup(request->chaincode_id);
	call_wake(&own->call);
}

static void
begin(Call *call, bsn_slice message)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Gateway__SignedChaincodeEventsRequest *outer = message_unpack(
		&arena, &gateway__signed_chaincode_events_request__descriptor,
		message, NULL, NULL);
	const Gateway__ChaincodeEventsRequest *request =
		outer != NULL
			? message_unpack(
				  &arena,
				  &gateway__chaincode_events_request__descriptor,
				  message_slice(outer->request), NULL, NULL)
			: NULL;

	if (request == NULL)
		call_fail_text(call, PROBLEM_INVALID_ARGUMENT,
			       "invalid chaincode events request");
	else
		begin_request((EventsCall *)call, outer, request);
}

static void
release(Call *call)
{
	EventsCall *own = (EventsCall *)call;

	g_clear_pointer(&own->identity, g_bytes_unref);
	g_clear_pointer(&own->chaincode, g_free);
}

const Method events_method = {
	.grpc = { .size = sizeof(bsn_grpc_method),
		  .flags = BSN_GRPC_SERVER_STREAMS,
		  .path = "/gateway.Gateway/ChaincodeEvents" },
	.size = sizeof(EventsCall),
	.route = route,
	.begin = begin,
	.step = step,
	.config_changed = config_changed,
	.release = release,
};
