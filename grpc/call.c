/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/private.h"

GrpcCall *
grpc_call_new(GrpcConnection *connection)
{
	GrpcCall *call = g_new0(GrpcCall, 1);

	call->connection = connection;
	call->link.data = call->ready_link.data = call;
	call->deadline = G_MAXINT64;
	call->wanted = 1;
	call->reader.message_max = connection->limits.message_max;
	g_queue_push_tail_link(&connection->all, &call->link);
	return call;
}

void
grpc_call_set_stream(GrpcCall *call, gint32 stream_id)
{
	call->stream_id = stream_id;
	g_hash_table_insert(call->connection->streams,
			    GINT_TO_POINTER(stream_id), call);
}

/* The message may be the one that is there. Parts of it may come from the other
 * side. */
static void
set_message(GrpcCall *call, const char *message)
{
	char *own = g_utf8_make_valid(message, -1);

	g_free(call->message);
	call->message = own;
}

static void
stop_timer(GrpcCall *call)
{
	g_clear_pointer(&call->timer, g_sequence_remove);
}

void
grpc_call_free(GrpcCall *call)
{
	GrpcConnection *connection = call->connection;

	grpc_call_drop_input(call);
	grpc_call_drop_output(call);
	stop_timer(call);
	if (call->is_ready)
		g_queue_unlink(&connection->ready, &call->ready_link);
	g_queue_unlink(&connection->all, &call->link);
	grpc_fields_free(call->incoming);
	grpc_fields_free(call->head);
	grpc_fields_free(call->last);
	if (call->trailers.fields != NULL)
		grpc_header_list_clear(&call->trailers);
	g_clear_pointer(&call->details, g_bytes_unref);
	g_free(call->message);
	g_free(call);
}

static int
compare_deadlines(gconstpointer a, gconstpointer b, gpointer unused)
{
	gint64 one = ((const GrpcCall *)a)->deadline;
	gint64 other = ((const GrpcCall *)b)->deadline;

	return (one > other) - (one < other);
}

void
grpc_call_set_deadline(GrpcCall *call, gint64 deadline)
{
	call->deadline = deadline;
	call->timer = g_sequence_insert_sorted(call->connection->deadlines,
					       call, compare_deadlines, NULL);
}

void
grpc_call_ready(GrpcCall *call)
{
	GrpcConnection *connection = call->connection;

	if (!call->is_ready)
		g_queue_push_tail_link(&connection->ready, &call->ready_link);
	call->is_ready = TRUE;
	grpc_connection_touch(connection);
}

gboolean
grpc_call_streams_in(const GrpcCall *call)
{
	return call->connection->server ? call->method->client_streams
					: call->method->server_streams;
}

gboolean
grpc_call_streams_out(const GrpcCall *call)
{
	return call->connection->server ? call->method->server_streams
					: call->method->client_streams;
}

/* ---- its end ---- */

void
grpc_call_end(GrpcCall *call, GrpcStatus status, const char *message)
{
	if (call->over)
		return;
	call->over = TRUE;
	call->status = status;
	set_message(call, message);
	stop_timer(call);
	grpc_call_drop_input(call);
	grpc_call_drop_output(call);
	grpc_call_ready(call);
}

void
grpc_call_reset(GrpcCall *call, guint32 error_code)
{
	if (call->stream_id == 0)
		return;
	nghttp2_submit_rst_stream(call->connection->session, NGHTTP2_FLAG_NONE,
				  call->stream_id, error_code);
	grpc_connection_touch(call->connection);
}

/* A client may have the status before all messages are read, and then find that
 * these are broken, or not want them any more. */
static void
replace_result(GrpcCall *call, GrpcStatus status, const char *message)
{
	if (call->deaf)
		return;
	call->status = status;
	set_message(call, message);
	g_clear_pointer(&call->details, g_bytes_unref);
	grpc_call_drop_input(call);
	grpc_call_ready(call);
}

void
grpc_call_fail(GrpcCall *call, GrpcStatus status, const char *format, ...)
{
	g_autofree char *message = NULL;
	va_list args;

	va_start(args, format);
	message = g_strdup_vprintf(format, args);
	va_end(args);
	if (call->over) {
		replace_result(call, status, message);
		return;
	}
	if (call->connection->server && !call->finishing) {
		grpc_call_drop_output(call);
		grpc_call_finish(call, status, message, NULL, NULL);
	} else {
		grpc_call_reset(call, NGHTTP2_CANCEL);
	}
	grpc_call_end(call, status, message);
}

void
grpc_call_cancel(GrpcCall *call)
{
	if (call->over) {
		replace_result(call, GRPC_CANCELLED, "cancelled");
		return;
	}
	grpc_call_reset(call, NGHTTP2_CANCEL);
	grpc_call_end(call, GRPC_CANCELLED, "cancelled");
}

/* Many that are given up are work for nothing (CVE-2023-44487), also those that
 * the other side makes nghttp2 give up. */
static void
count_reset(GrpcCall *call)
{
	GrpcConnection *connection = call->connection;

	if (connection->server &&
	    !grpc_budget_take(&connection->resets, connection->now))
		grpc_connection_fail(connection, NGHTTP2_ENHANCE_YOUR_CALM,
				     "too many calls were started and reset");
}

static void
end_by_reset(GrpcCall *call, guint32 error_code)
{
	GrpcConnection *connection = call->connection;
	GrpcStatus status = grpc_status_of_reset(error_code);
	g_autofree char *message = NULL;

	/* Whatever the reason, the client will not hear an answer. */
	if (connection->server)
		status = GRPC_CANCELLED;
	/* "Client Cancellation": clocks may differ a little. */
	if (status == GRPC_CANCELLED && call->deadline <= connection->now)
		status = GRPC_DEADLINE_EXCEEDED;
	message = g_strdup_printf(
		"the stream was reset: %s%s%s",
		nghttp2_http2_strerror(error_code),
		connection->complaint != NULL ? ": " : "",
		connection->complaint != NULL ? connection->complaint : "");
	grpc_call_end(call, status, message);
}

void
grpc_call_stream_closed(GrpcCall *call, guint32 error_code)
{
	g_hash_table_remove(call->connection->streams,
			    GINT_TO_POINTER(call->stream_id));
	call->stream_id = 0;
	if (!call->over && call->finished && error_code == NGHTTP2_NO_ERROR) {
		grpc_call_end(call, call->status, call->message);
	} else if (!call->over) {
		count_reset(call);
		end_by_reset(call, error_code);
	}
	grpc_call_ready(call); /* to be freed */
}

/* ---- what is known about it ---- */

GrpcConnection *
grpc_call_connection(const GrpcCall *call)
{
	return call->connection;
}

const char *
grpc_call_path(const GrpcCall *call)
{
	return call->connection->server ? call->head->path : call->method->path;
}

const char *
grpc_call_authority(const GrpcCall *call)
{
	return call->head != NULL ? call->head->authority : NULL;
}

const GrpcMetadata *
grpc_call_metadata(const GrpcCall *call)
{
	return call->head != NULL ? call->head->metadata : NULL;
}

gint64
grpc_call_deadline(const GrpcCall *call)
{
	return call->deadline;
}
