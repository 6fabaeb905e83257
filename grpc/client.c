/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "grpc/encoding.h"
#include "grpc/private.h"

#define USER_AGENT "grpc-c-nghttp2/1.0"
/* More digits are no status. */
#define STATUS_DIGITS_MAX 9u

GrpcConnection *
grpc_client_new(const GrpcLimits *limits, const char *scheme,
		const char *authority, gint64 now)
{
	GrpcConnection *connection = grpc_connection_new(limits, FALSE, now);

	connection->scheme = g_strdup(scheme);
	connection->authority = g_strdup(authority);
	return connection;
}

/* ---- a request ---- */

static void
make_request(GrpcHeaderList *list, const GrpcConnection *connection,
	     const GrpcMethod *method, const GrpcMetadata *metadata,
	     gint64 timeout)
{
	char text[GRPC_TIMEOUT_TEXT];

	grpc_header_list_init(list);
	grpc_header_list_add(list, ":method", "POST");
	grpc_header_list_add(list, ":scheme", connection->scheme);
	grpc_header_list_add(list, ":path", method->path);
	grpc_header_list_add(list, ":authority", connection->authority);
	if (timeout > 0) {
		grpc_timeout_encode(timeout, text);
		grpc_header_list_add(list, "grpc-timeout", text);
	}
	grpc_header_list_add(list, "te", "trailers");
	grpc_header_list_add(list, "content-type", "application/grpc");
	grpc_header_list_add(list, "grpc-accept-encoding", "identity");
	if (grpc_metadata_find(metadata, "user-agent") == NULL)
		grpc_header_list_add(list, "user-agent", USER_AGENT);
	grpc_header_list_add_metadata(list, metadata);
}

static gboolean
may_call(const GrpcConnection *connection, const GrpcHeaderList *list,
	 GError **error)
{
	if (connection->phase != GRPC_OPEN || connection->reason != NULL ||
	    !nghttp2_session_check_request_allowed(connection->session)) {
		g_set_error(error, GRPC_ERROR, GRPC_UNAVAILABLE,
			    "the connection takes no more calls: %s",
			    connection->reason != NULL ? connection->reason
						       : "it is closing");
		return FALSE;
	}
	if (connection->untold >= connection->limits.streams_max) {
		g_set_error(error, GRPC_ERROR, GRPC_RESOURCE_EXHAUSTED,
			    "there are %u calls on the connection already",
			    connection->untold);
		return FALSE;
	}
	if (list->size > grpc_connection_headers_room(connection)) {
		g_set_error(error, GRPC_ERROR, GRPC_RESOURCE_EXHAUSTED,
			    "the metadata is too large for the server");
		return FALSE;
	}
	return TRUE;
}

GrpcCall *
grpc_client_call(GrpcConnection *connection, const GrpcMethod *method,
		 const GrpcMetadata *metadata, gint64 timeout,
		 const GrpcCallEvents *events, gpointer user, gint64 now,
		 GError **error)
{
	nghttp2_data_provider provider = grpc_call_data_provider();
	GrpcHeaderList list;
	GrpcCall *call = NULL;
	gint32 stream_id = -1;

	connection->now = MAX(connection->now, now);
	make_request(&list, connection, method, metadata, timeout);
	if (may_call(connection, &list, error)) {
		stream_id = nghttp2_submit_request(
			connection->session, NULL,
			grpc_header_list_fields(&list), list.fields->len,
			&provider, NULL);
		if (stream_id < 0)
			g_set_error(error, GRPC_ERROR, GRPC_UNAVAILABLE,
				    "no call can be made: %s",
				    nghttp2_strerror(stream_id));
	}
	grpc_header_list_clear(&list);
	if (stream_id < 0)
		return NULL;
	call = grpc_call_new(connection);
	grpc_call_set_stream(call, stream_id);
	call->method = method;
	call->events = events;
	call->user = user;
	call->begun = TRUE;
	connection->untold++;
	if (timeout > 0)
		grpc_call_set_deadline(
			call, connection->now + MIN(timeout, G_MAXINT64 / 2));
	grpc_connection_touch(connection);
	return call;
}

/* ---- the response ---- */

static gboolean
parse_status(const char *text, GrpcStatus *status)
{
	gsize digits = strspn(text, "0123456789");
	guint64 value;

	*status = GRPC_UNKNOWN;
	if (digits == 0 || digits > STATUS_DIGITS_MAX || text[digits] != '\0')
		return FALSE;
	value = g_ascii_strtoull(text, NULL, 10);
	if (value <= GRPC_STATUS_MAX)
		*status = (GrpcStatus)value;
	return TRUE;
}

/* The status that the server gave; messages may still be unread. */
static void
end_orderly(GrpcCall *call, GrpcStatus status)
{
	const char *message = call->last->message;

	call->over = TRUE;
	call->status = status;
	call->message = message != NULL
				? grpc_percent_decode(message, strlen(message))
				: g_strdup("");
	if (call->last->details != NULL)
		call->details = g_bytes_ref(call->last->details);
	g_clear_pointer(&call->timer, g_sequence_remove);
	grpc_call_drop_output(call);
	if (status != GRPC_OK && !grpc_call_streams_in(call))
		grpc_call_drop_input(call);
	grpc_call_ready(call);
	/* "Early Server Closure" */
	if (!nghttp2_session_get_stream_local_close(call->connection->session,
						    call->stream_id))
		grpc_call_reset(call, NGHTTP2_NO_ERROR);
}

static void
on_trailers(GrpcCall *call)
{
	GrpcStatus status;

	call->last = g_steal_pointer(&call->incoming);
	if (call->last->status == NULL)
		grpc_call_fail(call, GRPC_UNKNOWN,
			       "the server ended the call without grpc-status");
	else if (!parse_status(call->last->status, &status))
		grpc_call_fail(call, GRPC_UNKNOWN,
			       "grpc-status is no status: %s",
			       call->last->status);
	else
		end_orderly(call, status);
}

static void
on_response(GrpcCall *call)
{
	guint http_status =
		(guint)g_ascii_strtoull(call->incoming->http_status, NULL, 10);

	call->head = g_steal_pointer(&call->incoming);
	if (http_status != 200)
		grpc_call_fail(call, grpc_status_of_http(http_status),
			       "the server answered with HTTP status %u",
			       http_status);
	else if (!grpc_fields_is_grpc(call->head))
		grpc_call_fail(call, GRPC_UNKNOWN,
			       "the server does not speak gRPC: content-type "
			       "%s",
			       call->head->content_type != NULL
				       ? call->head->content_type
				       : "is missing");
	else if (!grpc_fields_is_identity(call->head))
		grpc_call_fail(
			call, GRPC_INTERNAL,
			"messages in grpc-encoding %s were not asked for",
			call->head->encoding);
	call->headers_due = !call->over;
	grpc_call_ready(call);
}

static gboolean
is_interim(const GrpcFields *fields)
{
	return fields->http_status != NULL && fields->http_status[0] == '1';
}

void
grpc_client_on_headers(GrpcCall *call, gboolean last)
{
	const GrpcFields *fields = call->incoming;

	if (call->over || is_interim(fields))
		return;
	call->remote_ended = last;
	if (grpc_fields_too_large(fields))
		grpc_call_fail(call, GRPC_RESOURCE_EXHAUSTED,
			       "the response's headers are larger than the "
			       "limit, %" G_GSIZE_FORMAT " bytes",
			       fields->size_max);
	else if (fields->broken != NULL)
		grpc_call_fail(call, GRPC_INTERNAL, "malformed response: %s",
			       fields->broken);
	else if (last && (fields->status != NULL || call->head != NULL))
		on_trailers(call);
	else if (fields->http_status != NULL && call->head == NULL)
		on_response(call);
	if (last && !call->over)
		grpc_call_fail(call, GRPC_INTERNAL,
			       "the server ended the call without a status");
}
