/* SPDX-License-Identifier: Apache-2.0
 *
 * The engine's side of a call, on its chain's strand.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "host/bytes.h"
#include "host/grpc/call.h"
#include "host/grpc/service.h"

static gboolean
streams(const bsn_grpc_call *call, guint32 side)
{
	return (call->method->flags & side) != 0;
}

/* The engine may still be told what happens. */
static gboolean
is_served(const bsn_grpc_call *call)
{
	return call->known && !call->finished;
}

static void
finish(bsn_grpc_call *call, guint32 code, const char *text, GBytes *details)
{
	GrpcStep *step;

	if (call->finished)
		return;
	call->finished = TRUE;
	step = grpc_step_new(call);
	step->code = code;
	step->text = g_strdup(text);
	step->bytes = details != NULL ? g_bytes_ref(details) : NULL;
	grpc_step_to_loop(step, grpc_loop_finish);
}

static void
refuse(bsn_grpc_call *call, int32_t status, const bsn_err *err)
{
	finish(call, bsn_grpc_status_of(status), err->reason, NULL);
}

/* ---- its end ---- */

static void
forget(bsn_grpc_call *call)
{
	call->known = FALSE;
	call->engine->closed(call->chain->ledger, call->own);
}

static void
chain_closes(ChainWatcher *watcher)
{
	bsn_grpc_call *call =
		(bsn_grpc_call *)((char *)watcher -
				  G_STRUCT_OFFSET(bsn_grpc_call, watcher));
	g_autofree char *why = g_strdup_printf("chain %s is being closed",
					       call->chain->name);

	finish(call, GRPC_UNAVAILABLE, why, NULL);
	forget(call);
}

void
grpc_strand_closed(StrandCall *posted)
{
	GrpcStep *step = (GrpcStep *)posted;
	bsn_grpc_call *call = step->call;

	if (call->known) {
		chain_unwatch(call->chain, &call->watcher);
		forget(call);
	}
	grpc_step_free(step);
}

/* ---- its beginning ---- */

static int32_t
show(bsn_grpc_call *call, const GrpcStep *step, bsn_err *err)
{
	const bsn_client client = tls_client_for_engine(call->client);
	const bsn_grpc_request request = {
		.size = sizeof(request),
		.method = call->method,
		.client = &client,
		.message = bytes_slice(step->bytes),
		.timeout_ms = step->timeout_ms,
	};
	int32_t status;

	call->known = TRUE;
	status = call->engine->opened(call->chain->ledger, call, &request,
				      &call->own, err);
	if (status == BSN_OK)
		return BSN_OK;
	chain_explain(call->chain, "a gRPC call", status, err);
	call->known = FALSE;
	chain_unwatch(call->chain, &call->watcher);
	return status;
}

static int32_t
open_call(bsn_grpc_call *call, const GrpcStep *step, bsn_err *err)
{
	Chain *chain = call->chain;

	if (chain->ledger == NULL || !chain_watch(chain, &call->watcher))
		return bsn_fail(err, BSN_UNAVAILABLE, "chain %s is not open",
				chain->name);
	return show(call, step, err);
}

void
grpc_strand_open(StrandCall *posted)
{
	GrpcStep *step = (GrpcStep *)posted;
	bsn_grpc_call *call = step->call;
	bsn_err err = BSN_ERR_INIT;
	int32_t status = BSN_OK;

	call->watcher.closing = chain_closes;
	if (!g_atomic_int_get(&call->gone))
		status = open_call(call, step, &err);
	if (status != BSN_OK)
		refuse(call, status, &err);
	grpc_step_free(step);
}

/* ---- what comes ---- */

void
grpc_strand_message(StrandCall *posted)
{
	GrpcStep *step = (GrpcStep *)posted;
	bsn_grpc_call *call = step->call;

	if (is_served(call))
		call->engine->message(call->chain->ledger, call->own,
				      bytes_slice(step->bytes));
	grpc_step_free(step);
}

void
grpc_strand_ended(StrandCall *posted)
{
	GrpcStep *step = (GrpcStep *)posted;
	bsn_grpc_call *call = step->call;

	if (is_served(call))
		call->engine->ended(call->chain->ledger, call->own);
	grpc_step_free(step);
}

void
grpc_strand_writable(StrandCall *posted)
{
	GrpcStep *step = (GrpcStep *)posted;
	bsn_grpc_call *call = step->call;

	if (is_served(call) && BSN_HAS(call->engine, writable))
		call->engine->writable(call->chain->ledger, call->own);
	grpc_step_free(step);
}

/* ---- bsn.grpc/1 ---- */

static gsize
queued(bsn_grpc_call *call)
{
	return __atomic_load_n(&call->queued, __ATOMIC_SEQ_CST);
}

/* Either this sees the room that the main loop makes, or the main loop sees
 * that it is wanted. */
static gboolean
has_room(bsn_grpc_call *call)
{
	if (grpc_call_has_room(call, queued(call), BSN_GRPC_QUEUE_MAX))
		return TRUE;
	g_atomic_int_set(&call->wants_room, 1);
	return grpc_call_has_room(call, queued(call), GRPC_ROOM_AGAIN) &&
	       g_atomic_int_compare_and_exchange(&call->wants_room, 1, 0);
}

/* A method that does not stream has one answer. */
static gboolean
may_answer(bsn_grpc_call *call)
{
	if (!call->answered || streams(call, BSN_GRPC_SERVER_STREAMS))
		return TRUE;
	chain_blame(call->chain, "answered %s twice", call->method->path);
	return FALSE;
}

static int32_t
service_send(bsn_grpc_call *call, bsn_slice message)
{
	const gsize cost = grpc_message_cost((gsize)message.len);
	GrpcStep *step;

	if (message.len > BSN_GRPC_MESSAGE_MAX)
		return BSN_TOO_LARGE;
	if (!is_served(call) || g_atomic_int_get(&call->gone) ||
	    !may_answer(call))
		return BSN_UNAVAILABLE;
	if (!has_room(call))
		return BSN_BUSY;
	call->answered = TRUE;
	__atomic_add_fetch(&call->queued, cost, __ATOMIC_SEQ_CST);
	__atomic_add_fetch(&call->calls->queued, cost, __ATOMIC_SEQ_CST);
	step = grpc_step_new(call);
	step->bytes = g_bytes_new(message.data, (gsize)message.len);
	grpc_step_to_loop(step, grpc_loop_send);
	return BSN_OK;
}

static void
service_read(bsn_grpc_call *call)
{
	if (is_served(call) && streams(call, BSN_GRPC_CLIENT_STREAMS))
		grpc_step_to_loop(grpc_step_new(call), grpc_loop_read);
}

/* What no client could make sense of is told as what it is. */
static guint32
judge_code(bsn_grpc_call *call, guint32 code)
{
	if (code > GRPC_STATUS_MAX) {
		chain_blame(call->chain, "finished %s with %u, no gRPC status",
			    call->method->path, code);
		return GRPC_INTERNAL;
	}
	if (code == GRPC_OK && !call->answered &&
	    !streams(call, BSN_GRPC_SERVER_STREAMS)) {
		chain_blame(call->chain, "finished %s without its answer",
			    call->method->path);
		return GRPC_INTERNAL;
	}
	return code;
}

static void
service_finish(bsn_grpc_call *call, uint32_t code, bsn_slice message,
	       bsn_slice details)
{
	g_autofree char *text = NULL;
	g_autoptr(GBytes) bytes = NULL;

	if (!is_served(call))
		return;
	text = message.len > 0 ? g_utf8_make_valid((const char *)message.data,
						   (gssize)message.len)
			       : g_strdup("");
	if (details.len > 0)
		bytes = g_bytes_new(details.data, (gsize)details.len);
	finish(call, judge_code(call, code), text, bytes);
}

const bsn_grpc service_grpc = {
	.size = sizeof(service_grpc),
	.send = service_send,
	.read = service_read,
	.finish = service_finish,
};
