/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "grpc/encoding.h"
#include "grpc/private.h"

GrpcConnection *
grpc_server_new(const GrpcLimits *limits, GrpcBegin begin, gpointer user,
		gint64 now)
{
	GrpcConnection *connection = grpc_connection_new(limits, TRUE, now);

	connection->begin = begin;
	connection->begin_user = user;
	return connection;
}

void
grpc_call_accept(GrpcCall *call, const GrpcMethod *method,
		 const GrpcCallEvents *events, gpointer user)
{
	if (call->over || call->method != NULL)
		return;
	call->method = method;
	call->events = events;
	call->user = user;
}

/* "/" Service-Name "/" method name */
static gboolean
is_path(const char *path)
{
	const char *slash = path[0] == '/' ? strchr(path + 1, '/') : NULL;

	return slash != NULL && slash != path + 1 && slash[1] != '\0' &&
	       strchr(slash + 1, '/') == NULL;
}

static void
start_timer(GrpcCall *call)
{
	gint64 timeout;

	if (call->head->timeout == NULL)
		return;
	if (!grpc_timeout_decode(call->head->timeout, &timeout)) {
		grpc_call_fail(call, GRPC_INTERNAL,
			       "grpc-timeout is malformed: %s",
			       call->head->timeout);
		return;
	}
	grpc_call_set_deadline(call, call->connection->now + timeout);
}

/* No gRPC: an answer that another HTTP client understands. */
static const char *
http_refusal(const GrpcFields *head)
{
	if (g_strcmp0(head->method, "POST") != 0)
		return "405";
	return grpc_fields_is_grpc(head) ? NULL : "415";
}

static void
judge_request(GrpcCall *call)
{
	const GrpcFields *head = call->head;

	if (grpc_fields_too_large(head))
		grpc_call_fail(call, GRPC_RESOURCE_EXHAUSTED,
			       "the request's headers are larger than the "
			       "limit, %" G_GSIZE_FORMAT " bytes",
			       head->size_max);
	else if (head->broken != NULL)
		grpc_call_fail(call, GRPC_INTERNAL, "malformed request: %s",
			       head->broken);
	else if (!is_path(head->path))
		grpc_call_fail(call, GRPC_UNIMPLEMENTED,
			       "%s is not the path of a method", head->path);
	else if (!grpc_fields_is_identity(head))
		grpc_call_fail(call, GRPC_UNIMPLEMENTED,
			       "messages in grpc-encoding %s are not "
			       "understood, only identity",
			       head->encoding);
	else
		start_timer(call);
}

void
grpc_server_on_headers(GrpcCall *call, gboolean last)
{
	const char *refusal;

	call->remote_ended = last;
	if (call->head != NULL || call->over) {
		/* A client's trailers say nothing. */
		grpc_call_ready(call);
		return;
	}
	call->head = g_steal_pointer(&call->incoming);
	refusal = grpc_fields_too_large(call->head) ? NULL
						    : http_refusal(call->head);
	if (refusal != NULL) {
		grpc_call_refuse_http(call, refusal);
		return;
	}
	judge_request(call);
	call->headers_due = !call->over;
	grpc_call_ready(call);
}
