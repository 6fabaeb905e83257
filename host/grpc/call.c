/* SPDX-License-Identifier: Apache-2.0
 *
 * The main loop's side of a call.
 */
#include "host/grpc/call.h"

#include <bsn/helpers/error.h>

#include "grpc/event/transport.h"
#include "host/bytes.h"

/* ---- all of them ---- */

GrpcCalls *
grpc_calls_new(ChainTable *chains, const GrpcRoutes *routes, guint calls_max,
	       gsize waiting_max)
{
	GrpcCalls *calls = g_atomic_rc_box_new0(GrpcCalls);

	calls->chains = chains;
	calls->routes = routes;
	calls->calls_max = calls_max;
	calls->waiting_max = waiting_max;
	grpc_shares_init(&calls->shares, calls_max);
	return calls;
}

static void
clear_calls(gpointer calls)
{
	grpc_shares_clear(&((GrpcCalls *)calls)->shares);
}

void
grpc_calls_unref(GrpcCalls *calls)
{
	if (calls != NULL)
		g_atomic_rc_box_release_full(calls, clear_calls);
}

static void
count(gsize *bytes, gsize more)
{
	__atomic_add_fetch(bytes, more, __ATOMIC_SEQ_CST);
}

static gsize
discount(gsize *bytes, gsize less)
{
	return __atomic_sub_fetch(bytes, less, __ATOMIC_SEQ_CST);
}

/* ---- one ---- */

bsn_grpc_call *
engine_call_ref(bsn_grpc_call *call)
{
	g_atomic_int_inc(&call->refs);
	return call;
}

void
engine_call_unref(bsn_grpc_call *call)
{
	if (!g_atomic_int_dec_and_test(&call->refs))
		return;
	chain_unref(call->chain);
	grpc_share_give(&call->calls->shares, call->client->certificate);
	tls_client_unref(call->client);
	(void)g_atomic_int_add(&call->calls->calls, -1);
	grpc_calls_unref(call->calls);
	g_free(call);
}

/* ---- steps ---- */

GrpcStep *
grpc_step_new(bsn_grpc_call *call)
{
	GrpcStep *step = g_new0(GrpcStep, 1);

	step->call = engine_call_ref(call);
	return step;
}

void
grpc_step_free(GrpcStep *step)
{
	(void)discount(&step->call->calls->arriving, step->arriving);
	if (step->bytes != NULL)
		g_bytes_unref(step->bytes);
	g_free(step->text);
	engine_call_unref(step->call);
	g_free(step);
}

void
grpc_step_to_strand(GrpcStep *step, void (*run)(StrandCall *))
{
	step->step.run = run;
	strand_post(step->call->chain->strand, &step->step);
}

void
grpc_step_to_loop(GrpcStep *step, void (*run)(StrandCall *))
{
	step->step.run = run;
	loop_post(step->call->chain->table->loop, &step->step);
}

static void
carry(GrpcStep *step, GBytes *message)
{
	step->bytes = g_bytes_ref(message);
	step->arriving = grpc_message_cost(g_bytes_get_size(message));
	count(&step->call->calls->arriving, step->arriving);
}

static void
tell_strand(bsn_grpc_call *call, void (*run)(StrandCall *))
{
	grpc_step_to_strand(grpc_step_new(call), run);
}

/* ---- from the engine ---- */

/* Takes a message that waits no more. Returns: what of the call's still does. */
static gsize
let_go(bsn_grpc_call *call, GBytes *message)
{
	const gsize cost = grpc_message_cost(g_bytes_get_size(message));

	g_bytes_unref(message);
	(void)discount(&call->calls->queued, cost);
	return discount(&call->queued, cost);
}

/* HTTP/2 has taken the first message. */
static void
make_room(bsn_grpc_call *call)
{
	GBytes *message = g_queue_pop_head(&call->outbox);
	gsize left;

	call->calls->sent += g_bytes_get_size(message);
	left = let_go(call, message);
	if (grpc_call_has_room(call, left, GRPC_ROOM_AGAIN) &&
	    g_atomic_int_compare_and_exchange(&call->wants_room, 1, 0))
		tell_strand(call, grpc_strand_writable);
}

static void
flush(bsn_grpc_call *call)
{
	GrpcStep *finish = call->finish;
	GBytes *message;

	while ((message = g_queue_peek_head(&call->outbox)) != NULL) {
		if (grpc_call_send(call->rpc, message) == GRPC_SEND_FULL)
			return;
		make_room(call);
	}
	if (finish != NULL)
		grpc_call_finish(call->rpc, finish->code, finish->text,
				 finish->bytes, NULL);
}

void
grpc_loop_send(StrandCall *posted)
{
	GrpcStep *step = (GrpcStep *)posted;
	bsn_grpc_call *call = step->call;
	GBytes *message = g_steal_pointer(&step->bytes);

	if (call->rpc != NULL) {
		g_queue_push_tail(&call->outbox, message);
		flush(call);
	} else {
		(void)let_go(call, message);
	}
	grpc_step_free(step);
}

void
grpc_loop_read(StrandCall *posted)
{
	GrpcStep *step = (GrpcStep *)posted;

	if (step->call->rpc != NULL)
		grpc_call_read(step->call->rpc);
	grpc_step_free(step);
}

void
grpc_loop_finish(StrandCall *posted)
{
	GrpcStep *step = (GrpcStep *)posted;
	bsn_grpc_call *call = step->call;

	if (call->rpc == NULL || call->finish != NULL) {
		grpc_step_free(step);
		return;
	}
	call->finish = step;
	flush(call);
}

/* ---- from the client ---- */

/* Rounded up, so that 0 only says that there is none. */
static guint64
timeout_of(const GrpcCall *rpc)
{
	const gint64 deadline = grpc_call_deadline(rpc);
	const gint64 left = deadline - grpc_transport_now();

	if (deadline == G_MAXINT64)
		return 0;
	return left > 0 ? (guint64)(left + 999) / 1000 : 1;
}

static void
enter(bsn_grpc_call *call, Chain *chain, const GrpcRoute *route,
      GBytes *message)
{
	GrpcStep *step = grpc_step_new(call);

	call->chain = chain_ref(chain);
	call->engine = route->grpc;
	call->method = route->method;
	call->end_step = grpc_step_new(call);
	carry(step, message);
	step->timeout_ms = timeout_of(call->rpc);
	grpc_step_to_strand(step, grpc_strand_open);
}

static void
find_chain(bsn_grpc_call *call, GBytes *message)
{
	const GrpcRoute *route;
	GrpcStatus status;
	g_autofree char *why = NULL;
	Chain *chain = grpc_service_route(call->service, call->calls->chains,
					  bytes_slice(message), &route, &status,
					  &why);
	bsn_err err = BSN_ERR_INIT;
	int32_t state;

	if (chain == NULL) {
		grpc_call_finish(call->rpc, status, why, NULL, NULL);
		return;
	}
	state = chain_why_not_open(chain, &err);
	if (state == BSN_OK)
		enter(call, chain, route, message);
	else
		grpc_call_finish(call->rpc, bsn_grpc_status_of(state),
				 err.reason, NULL, NULL);
}

/* A chain that is busy must not have the host hold all that comes meanwhile. */
static gboolean
may_carry(bsn_grpc_call *call, gsize len)
{
	const GrpcCalls *calls = call->calls;

	if (__atomic_load_n(&calls->arriving, __ATOMIC_SEQ_CST) + len <=
	    calls->waiting_max)
		return TRUE;
	grpc_call_finish(call->rpc, GRPC_RESOURCE_EXHAUSTED,
			 "too many messages wait for chains of this host: try "
			 "again later",
			 NULL, NULL);
	return FALSE;
}

static void
on_message(GrpcCall *rpc, GBytes *message, gpointer user)
{
	bsn_grpc_call *call = user;
	const gsize len = g_bytes_get_size(message);
	GrpcStep *step;

	call->calls->received += len;
	if (!may_carry(call, len))
		return;
	if (call->chain == NULL) {
		find_chain(call, message);
		return;
	}
	step = grpc_step_new(call);
	carry(step, message);
	grpc_step_to_strand(step, grpc_strand_message);
}

static void
on_half_closed(GrpcCall *rpc, gpointer user)
{
	bsn_grpc_call *call = user;

	if (!call->service->shape.client_streams)
		return;
	if (call->chain != NULL)
		tell_strand(call, grpc_strand_ended);
	else
		grpc_call_finish(rpc, GRPC_INVALID_ARGUMENT,
				 "the first message says which chain the call "
				 "is for, and none came",
				 NULL, NULL);
}

static void
on_writable(GrpcCall *rpc, gpointer user)
{
	flush(user);
}

static void
on_closed(GrpcCall *rpc, const GrpcResult *result, gpointer user)
{
	bsn_grpc_call *call = user;
	GBytes *message;

	call->calls->ended[result->status]++;
	call->rpc = NULL;
	g_atomic_int_set(&call->gone, 1);
	while ((message = g_queue_pop_head(&call->outbox)) != NULL)
		(void)let_go(call, message);
	g_clear_pointer(&call->finish, grpc_step_free);
	if (call->chain != NULL)
		grpc_step_to_strand(call->end_step, grpc_strand_closed);
	engine_call_unref(call);
}

static const GrpcCallEvents events = {
	.message = on_message,
	.half_closed = on_half_closed,
	.writable = on_writable,
	.closed = on_closed,
};

/* ---- its beginning ---- */

static void
refuse(GrpcCalls *calls, GrpcCall *rpc, GrpcStatus status, const char *why)
{
	calls->ended[status]++;
	grpc_call_finish(rpc, status, why, NULL, NULL);
}

static void
admit(GrpcCalls *calls, GrpcCall *rpc, const GrpcService *service,
      TlsClient *client)
{
	bsn_grpc_call *call = g_new0(bsn_grpc_call, 1);

	call->refs = 1; /* until it is closed */
	call->calls = g_atomic_rc_box_acquire(calls);
	call->service = service;
	call->client = tls_client_ref(client);
	call->rpc = rpc;
	g_queue_init(&call->outbox);
	g_atomic_int_inc(&calls->calls);
	grpc_call_accept(rpc, &service->shape, &events, call);
}

void
grpc_calls_begin(GrpcCalls *calls, GrpcCall *rpc, TlsClient *client)
{
	const char *path = grpc_call_path(rpc);
	const GrpcService *service = grpc_routes_find(calls->routes, path);
	const guint now = (guint)g_atomic_int_get(&calls->calls);
	g_autofree char *why = NULL;

	if (service == NULL) {
		why = g_strdup_printf("no engine of this host has the method "
				      "%s",
				      path);
		refuse(calls, rpc, GRPC_UNIMPLEMENTED, why);
	} else if (calls->stopping) {
		refuse(calls, rpc, GRPC_UNAVAILABLE, "the host is stopping");
	} else if (now >= calls->calls_max) {
		why = g_strdup_printf("%u calls are being served, as many as "
				      "[grpc] calls_max allows: try again later",
				      now);
		refuse(calls, rpc, GRPC_RESOURCE_EXHAUSTED, why);
	} else if (!grpc_share_take(&calls->shares, client->certificate)) {
		why = g_strdup_printf("%u calls of this client are being "
				      "served, three quarters of [grpc] "
				      "calls_max: try again later",
				      calls->shares.max);
		refuse(calls, rpc, GRPC_RESOURCE_EXHAUSTED, why);
	} else {
		admit(calls, rpc, service, client);
	}
}
