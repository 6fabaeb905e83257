/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/private.h"

/* A server: the user hears of a call. */
static void
tell_begin(GrpcCall *call)
{
	GrpcConnection *connection = call->connection;

	connection->last_call = connection->now;
	connection->begin(call, connection->begin_user);
	if (call->method == NULL && !call->finishing)
		grpc_call_fail(call, GRPC_UNIMPLEMENTED, "unknown method %s",
			       call->head->path);
	if (call->method == NULL)
		return;
	call->begun = TRUE;
	connection->untold++;
}

static void
tell_headers(GrpcCall *call)
{
	call->headers_due = FALSE;
	if (call->connection->server)
		tell_begin(call);
	else if (call->events->headers != NULL)
		call->events->headers(call, call->head->metadata, call->user);
}

/* Where the other side does not stream, its message is told when there can be
 * no other one. */
static gboolean
may_tell_message(const GrpcCall *call)
{
	return call->inbox.head != NULL &&
	       (grpc_call_streams_in(call) || call->end_judged);
}

static void
tell_messages(GrpcCall *call)
{
	while (may_tell_message(call)) {
		g_autoptr(GBytes) message = g_queue_pop_head(&call->inbox);

		if (!grpc_call_streams_in(call))
			grpc_call_release_room(call);
		if (call->events->message != NULL)
			call->events->message(call, message, call->user);
		grpc_call_receive_unread(call);
	}
}

/* All bytes are there and parsed: did they make what they should? */
static void
judge_input_end(GrpcCall *call)
{
	if (!call->remote_ended || call->end_judged || call->deaf ||
	    grpc_call_has_unread(call))
		return;
	call->end_judged = TRUE;
	/* A server that failed may have stopped anywhere, and says why. */
	if (call->over && call->status != GRPC_OK)
		return;
	if (grpc_reader_is_inside(&call->reader))
		grpc_call_fail(call, GRPC_INTERNAL,
			       "the other side ended inside a message");
	else if (!grpc_call_streams_in(call) && call->received == 0)
		grpc_call_fail(call, GRPC_UNIMPLEMENTED,
			       "no message came where the method has one");
}

static gboolean
is_input_told(const GrpcCall *call)
{
	return call->deaf ||
	       (call->inbox.head == NULL && !grpc_call_has_unread(call));
}

static void
tell_half_closed(GrpcCall *call)
{
	void (*half_closed)(GrpcCall *, gpointer) = call->events->half_closed;

	if (!call->end_judged || call->half_told || call->over ||
	    !call->connection->server || !is_input_told(call))
		return;
	call->half_told = TRUE;
	if (half_closed != NULL)
		half_closed(call, call->user);
}

static void
tell_writable(GrpcCall *call)
{
	if (!call->writable_due || call->over)
		return;
	call->writable_due = FALSE;
	if (call->events->writable != NULL)
		call->events->writable(call, call->user);
}

static void
tell_closed(GrpcCall *call)
{
	GrpcResult result = {
		.status = call->status,
		.message = call->message,
		.details = call->details,
		.trailers = call->last != NULL ? call->last->metadata : NULL,
	};

	if (!call->over || call->told || !is_input_told(call))
		return;
	call->told = TRUE;
	call->connection->untold--;
	call->connection->last_call = call->connection->now;
	if (call->events->closed != NULL)
		call->events->closed(call, &result, call->user);
}

static void
tell(GrpcCall *call)
{
	if (call->headers_due && !(call->connection->server && call->over))
		tell_headers(call);
	if (!call->begun)
		return;
	grpc_call_receive_unread(call);
	judge_input_end(call);
	tell_messages(call);
	judge_input_end(call);
	tell_half_closed(call);
	tell_writable(call);
	tell_closed(call);
}

void
grpc_connection_dispatch(GrpcConnection *connection)
{
	GList *link;

	if (connection->dispatching)
		return;
	connection->dispatching = TRUE;
	while ((link = g_queue_pop_head_link(&connection->ready)) != NULL) {
		GrpcCall *call = link->data;

		call->is_ready = FALSE;
		tell(call);
		if ((call->told || !call->begun) && call->stream_id == 0)
			grpc_call_free(call);
	}
	connection->dispatching = FALSE;
}
