/* SPDX-License-Identifier: Apache-2.0
 *
 * orderer.AtomicBroadcast/Broadcast: envelopes to be ordered, one after the
 * other, each answered when it waits for its block; after any answer but
 * SUCCESS the call ends, as Fabric's orderers have it.
 */
#include <string.h>

#include "orderer/ab.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/gateway/call.h"
#include "plugins/engine-fabric/gateway/header.h"
#include "plugins/engine-fabric/gateway/submit.h"
#include "plugins/kit/sink.h"

typedef struct {
	Call call;
	gboolean ended;	       /* the client has sent all */
	Common__Status answer; /* that is to be sent; UNKNOWN: none */
	char *info;	       /* why; NULL: no reason is needed */
} Broadcast;

/* The call is over, or the next envelope comes. */
static void
go_on(Broadcast *broadcast, Common__Status told)
{
	if (told != COMMON__STATUS__SUCCESS || broadcast->ended)
		call_finish(&broadcast->call);
	else
		services.grpc->read(broadcast->call.grpc);
}

static gsize
step(Call *call)
{
	Broadcast *broadcast = (Broadcast *)call;
	Orderer__BroadcastResponse response = ORDERER__BROADCAST_RESPONSE__INIT;
	const Common__Status told = broadcast->answer;
	g_autoptr(GByteArray) bytes = NULL;

	if (told == COMMON__STATUS__UNKNOWN)
		return 0;
	response.status = told;
	if (broadcast->info != NULL)
		response.info = broadcast->info;
	bytes = message_pack(&response);
	if (call_send(call, buffer_slice(bytes)) != BSN_OK)
		return 0;
	broadcast->answer = COMMON__STATUS__UNKNOWN;
	g_clear_pointer(&broadcast->info, g_free);
	go_on(broadcast, told);
	return bytes->len;
}

/* A further envelope may name another channel than the call's. */
static int32_t
take(Channel *channel, bsn_slice envelope, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	const char *named = "";
	const int32_t status = route_envelope(&arena, envelope, &named, err);

	if (status != BSN_OK)
		return status;
	return strcmp(named, channel->id) == 0
		       ? submit_envelope(channel, envelope, err)
		       : bsn_fail(err, BSN_NOT_FOUND,
				  "a call is of one channel, and this one is "
				  "of %s",
				  channel->id);
}

static void
begin(Call *call, bsn_slice message)
{
	Broadcast *broadcast = (Broadcast *)call;
	bsn_err err = BSN_ERR_INIT;
	const int32_t status = take(call->channel, message, &err);

	broadcast->answer = submit_status(status);
	if (status != BSN_OK)
		broadcast->info = g_strdup(err.reason);
	(void)step(call);
}

static void
ended(Call *call)
{
	Broadcast *broadcast = (Broadcast *)call;

	broadcast->ended = TRUE;
	if (broadcast->answer == COMMON__STATUS__UNKNOWN)
		call_finish(call);
}

static void
release(Call *call)
{
	g_free(((Broadcast *)call)->info);
}

const Method broadcast_method = {
	.grpc = { .size = sizeof(bsn_grpc_method),
		  .flags = BSN_GRPC_CLIENT_STREAMS | BSN_GRPC_SERVER_STREAMS,
		  .path = "/orderer.AtomicBroadcast/Broadcast" },
	.size = sizeof(Broadcast),
	.route = route_envelope,
	.begin = begin,
	.message = begin,
	.ended = ended,
	.step = step,
	.release = release,
};
