/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fabric-call.h"

#include <bsn/helpers/bytes.h>
#include <string.h>

/* The ABI's opaque type is the test's call. */
static FabricCall *
of(bsn_grpc_call *call)
{
	return (FabricCall *)call;
}

/* ---- what the engine does ---- */

static int32_t
send(bsn_grpc_call *opaque, bsn_slice message)
{
	FabricCall *call = of(opaque);

	g_assert_false(call->closed);
	if (call->finished)
		return BSN_UNAVAILABLE;
	g_assert_cmpuint(message.len, <=, BSN_GRPC_MESSAGE_MAX);
	if ((call->method->flags & BSN_GRPC_SERVER_STREAMS) == 0)
		g_assert_cmpuint(call->sent->len, ==, 0);
	if (call->room == 0) {
		call->refused = TRUE;
		return BSN_BUSY;
	}
	call->room--;
	g_ptr_array_add(call->sent, g_bytes_new(message.data,
						(gsize)message.len));
	return BSN_OK;
}

static void
read(bsn_grpc_call *opaque)
{
	FabricCall *call = of(opaque);

	g_assert_false(call->closed || call->finished);
	g_assert_true((call->method->flags & BSN_GRPC_CLIENT_STREAMS) != 0);
	call->reads++;
}

static void
finish(bsn_grpc_call *opaque, uint32_t code, bsn_slice message,
       bsn_slice details)
{
	FabricCall *call = of(opaque);

	g_assert_false(call->closed);
	if (call->finished)
		return;
	call->finished = TRUE;
	call->code = code;
	call->message =
		g_strndup((const char *)message.data, (gsize)message.len);
	call->details = g_bytes_new(details.data, (gsize)details.len);
	if (code == 0 &&
	    (call->method->flags & BSN_GRPC_SERVER_STREAMS) == 0)
		g_assert_cmpuint(call->sent->len, ==, 1);
}

const bsn_grpc fabric_call_grpc = {
	.size = sizeof(bsn_grpc),
	.send = send,
	.read = read,
	.finish = finish,
};

/* ---- what the test does ---- */

static const bsn_grpc_method *
find_method(const bsn_engine_grpc *engine, const char *path)
{
	for (const bsn_grpc_method *const *one = engine->methods; *one != NULL;
	     one++)
		if (strcmp((*one)->path, path) == 0)
			return *one;
	g_error("there is no method %s", path);
}

static int32_t
write_chain(bsn_sink *sink, const void *data, uint64_t len)
{
	g_assert_true(bsn_slice_equal(bsn_slice_of(data, len),
				      bsn_slice_str("one")));
	return BSN_OK;
}

FabricCall *
fabric_call_open(const bsn_engine_grpc *engine, bsn_ledger *ledger,
	       const char *path, bsn_slice message, const char *client)
{
	FabricCall *call = g_new0(FabricCall, 1);
	const bsn_client who = { .size = sizeof(who),
				 .certificate = bsn_slice_str(client) };
	bsn_grpc_request request = { .size = sizeof(request),
				     .client = &who,
				     .message = message };
	bsn_sink chain = { .write = write_chain };

	call->engine = engine;
	call->ledger = ledger;
	call->method = request.method = find_method(engine, path);
	call->sent = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_bytes_unref);
	call->room = G_MAXUINT;
	call->err.size = sizeof(call->err);
	g_assert_cmpint(engine->route(call->method, message, &chain,
				      &call->err),
			==, BSN_OK);
	call->status = engine->opened(ledger, (bsn_grpc_call *)call, &request,
				      &call->own, &call->err);
	if (call->status != BSN_OK) {
		g_assert_cmpstr(call->err.reason, !=, "");
		call->closed = TRUE;
	}
	return call;
}

void
fabric_call_message(FabricCall *call, bsn_slice message)
{
	g_assert_cmpuint(call->reads, >, 0);
	call->reads--;
	call->engine->message(call->ledger, call->own, message);
}

void
fabric_call_ended(FabricCall *call)
{
	call->engine->ended(call->ledger, call->own);
}

void
fabric_call_room(FabricCall *call, guint room)
{
	const gboolean refused = call->refused;

	call->room = room;
	call->refused = FALSE;
	if (refused)
		call->engine->writable(call->ledger, call->own);
}

void
fabric_call_close(FabricCall *call)
{
	call->closed = TRUE;
	call->engine->closed(call->ledger, call->own);
}

void
fabric_call_free(FabricCall *call)
{
	if (!call->closed)
		fabric_call_close(call);
	g_ptr_array_unref(call->sent);
	g_clear_pointer(&call->details, g_bytes_unref);
	g_free(call->message);
	g_free(call);
}
