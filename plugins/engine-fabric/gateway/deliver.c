/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks for whoever listens: protos.Deliver/Deliver and DeliverFiltered as
 * Fabric's peers have them, orderer.AtomicBroadcast/Deliver as its orderers do.
 * A client asks with SeekInfo, gets blocks and at their end a status, and may
 * ask again; any status but SUCCESS is the end of the call. Blocks are told
 * when they are durable.
 */
#include "peer/events.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/gateway/call.h"
#include "plugins/engine-fabric/gateway/filtered.h"
#include "plugins/engine-fabric/gateway/header.h"
#include "plugins/engine-fabric/gateway/seek.h"
#include "plugins/engine-fabric/query/stored.h"
#include "plugins/kit/sink.h"

#define STATUS(name) COMMON__STATUS__##name

typedef struct {
	Call call;
	Seek seek;
	gboolean seeking;
	gboolean ended;	       /* the client asks no more */
	Common__Status answer; /* that is to be sent; UNKNOWN: none */
} Deliver;

/* What one needs to be allowed. */
static const char *
resource_of(const Call *call)
{
	if (call->method == &orderer_deliver_method)
		return "orderer/Deliver";
	return call->method == &deliver_filtered_method ? "event/FilteredBlock"
							: "event/Block";
}

static gboolean
is_filtered(const Deliver *deliver)
{
	return deliver->call.method == &deliver_filtered_method;
}

/* ---- statuses ------------------------------------------------------------ */

static void
seek_over(Deliver *deliver, Common__Status status, const bsn_err *err)
{
	if (status != STATUS(SUCCESS))
		services_log(deliver->call.channel->chain, BSN_LOG_DEBUG,
			     "%s: %s", deliver->call.method->grpc.path,
			     err->reason);
	deliver->seeking = FALSE;
	deliver->answer = status;
	seek_clear(&deliver->seek);
}

/* It is over, or the client may ask again. */
static void
go_on(Deliver *deliver, Common__Status told)
{
	if (told != STATUS(SUCCESS) || deliver->ended)
		call_finish(&deliver->call);
	else
		services.grpc->read(deliver->call.grpc);
}

static gsize
send_answer(Deliver *deliver)
{
	Protos__DeliverResponse response = PROTOS__DELIVER_RESPONSE__INIT;
	const Common__Status told = deliver->answer;
	g_autoptr(GByteArray) bytes = NULL;

	response.type_case = PROTOS__DELIVER_RESPONSE__TYPE_STATUS;
	response.status = told;
	bytes = message_pack(&response);
	if (call_send(&deliver->call, buffer_slice(bytes)) != BSN_OK)
		return 0;
	deliver->answer = STATUS(UNKNOWN);
	go_on(deliver, told);
	return bytes->len;
}

/* ---- blocks -------------------------------------------------------------- */

static gboolean
is_config(Arena *arena, const Common__Block *block)
{
	const Common__Payload *payload;
	const Common__ChannelHeader *header;

	return block->data->n_data == 1 &&
	       header_of_envelope(arena, message_slice(block->data->data[0]),
				  &payload, &header, NULL) == BSN_OK &&
	       header != NULL && header->type == COMMON__HEADER_TYPE__CONFIG;
}

static void
set_block(Deliver *deliver, StoredBlock *stored, Common__Block *block,
	  Protos__DeliverResponse *response)
{
	*block = *stored->message;
	if (deliver->seek.headers_only && !is_config(&stored->arena, block))
		block->data = NULL;
	if (is_filtered(deliver)) {
		response->type_case =
			PROTOS__DELIVER_RESPONSE__TYPE_FILTERED_BLOCK;
		response->filtered_block = filtered_block(
			&stored->arena, deliver->call.channel->id, block,
			stored->codes);
	} else {
		response->type_case = PROTOS__DELIVER_RESPONSE__TYPE_BLOCK;
		response->block = block;
	}
}

static int32_t
load(Deliver *deliver, StoredBlock *stored, bsn_err *err)
{
	Channel *channel = deliver->call.channel;
	const guint64 number = deliver->seek.next;
	const int32_t status = stored_load(channel, number, stored, err);

	return status == BSN_OK && !is_filtered(deliver)
		       ? stored_certify(channel, number, stored, err)
		       : status;
}

static int32_t
send_stored(Deliver *deliver, gsize *spent, bsn_err *err)
{
	Protos__DeliverResponse response = PROTOS__DELIVER_RESPONSE__INIT;
	g_auto(StoredBlock) stored = { .bytes = NULL };
	g_autoptr(GByteArray) bytes = NULL;
	Common__Block block;
	const int32_t status = load(deliver, &stored, err);

	if (status != BSN_OK)
		return status;
	*spent = stored.bytes->len;
	set_block(deliver, &stored, &block, &response);
	bytes = message_pack(&response);
	return call_send(&deliver->call, buffer_slice(bytes));
}

/* Sends the next block. Returns as Method.step. */
static gsize
send_block(Deliver *deliver)
{
	bsn_err err = BSN_ERR_INIT;
	gsize spent = 0;
	const int32_t status = send_stored(deliver, &spent, &err);

	if (status == BSN_BUSY)
		return 0; /* it is read again when there is room */
	if (deliver->call.finished)
		return 0;
	if (status != BSN_OK) {
		seek_over(deliver, STATUS(INTERNAL_SERVER_ERROR), &err);
		return send_answer(deliver);
	}
	if (deliver->seek.next++ != deliver->seek.stop)
		return spent;
	seek_over(deliver, STATUS(SUCCESS), NULL);
	return spent;
}

/* ---- the call ------------------------------------------------------------ */

static gsize
step(Call *call)
{
	Deliver *deliver = (Deliver *)call;
	bsn_err err = BSN_ERR_INIT;
	gboolean ready = FALSE;
	Common__Status status;

	if (deliver->answer != STATUS(UNKNOWN))
		return send_answer(deliver);
	if (!deliver->seeking)
		return 0;
	status = seek_ready(call->channel, &deliver->seek, &ready, &err);
	if (status == STATUS(SUCCESS) && !ready)
		return 0;
	if (status == STATUS(SUCCESS))
		status = seek_check(call->channel, &deliver->seek, &err);
	if (status == STATUS(SUCCESS))
		return send_block(deliver);
	seek_over(deliver, status, &err);
	return send_answer(deliver);
}

static void
begin(Call *call, bsn_slice message)
{
	Deliver *deliver = (Deliver *)call;
	bsn_err err = BSN_ERR_INIT;
	const Common__Status status = seek_open(
		call->channel, resource_of(call),
		bsn_slice_of(call->tls_hash, call->has_tls ? TLS_HASH_LEN : 0),
		message, &deliver->seek, &err);

	deliver->seeking = TRUE;
	if (status != STATUS(SUCCESS))
		seek_over(deliver, status, &err);
	call_wake(call);
}

static void
ended(Call *call)
{
	Deliver *deliver = (Deliver *)call;

	deliver->ended = TRUE;
	if (!deliver->seeking && deliver->answer == STATUS(UNKNOWN))
		call_finish(call);
}

/* Who may not read any more hears so at once, not with the next block. */
static void
config_changed(Call *call)
{
	Deliver *deliver = (Deliver *)call;
	bsn_err err = BSN_ERR_INIT;
	Common__Status status;

	if (!deliver->seeking)
		return;
	status = seek_check(call->channel, &deliver->seek, &err);
	if (status == STATUS(SUCCESS))
		return;
	seek_over(deliver, status, &err);
	call_wake(call);
}

static void
release(Call *call)
{
	seek_clear(&((Deliver *)call)->seek);
}

#define DELIVER_METHOD(called)                                                 \
	{                                                                      \
		.grpc = { .size = sizeof(bsn_grpc_method),                     \
			  .flags = BSN_GRPC_CLIENT_STREAMS |                   \
				   BSN_GRPC_SERVER_STREAMS,                    \
			  .path = (called) },                                  \
		.size = sizeof(Deliver), .route = route_envelope,              \
		.begin = begin, .message = begin, .ended = ended,              \
		.step = step, .config_changed = config_changed,                \
		.release = release,                                            \
	}

const Method deliver_method = DELIVER_METHOD("/protos.Deliver/Deliver");
const Method deliver_filtered_method =
	DELIVER_METHOD("/protos.Deliver/DeliverFiltered");
const Method orderer_deliver_method =
	DELIVER_METHOD("/orderer.AtomicBroadcast/Deliver");

/* ---- with private data --------------------------------------------------- */

static void
refuse(Call *call, bsn_slice message)
{
	call_fail_text(call, PROBLEM_UNIMPLEMENTED,
		       "blocks with private data are not offered: past values "
		       "of private data are not kept; listen to blocks and "
		       "ask a chaincode for present values");
}

const Method deliver_private_method = {
	.grpc = { .size = sizeof(bsn_grpc_method),
		  .flags = BSN_GRPC_CLIENT_STREAMS | BSN_GRPC_SERVER_STREAMS,
		  .path = "/protos.Deliver/DeliverWithPrivateData" },
	.size = sizeof(Call),
	.route = route_envelope,
	.begin = refuse,
};
