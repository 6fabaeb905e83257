/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "grpc/private.h"

/* A header list is decoded to its end even when it is over the limit, since it
 * changes the decoder's table (RFC 7541 section 2.2); but not any list. */
#define HEADERS_ENDURED (1u << 20)
/* What one frame with data allows the other side: its window updates, and a
 * PING with which it measures. */
#define CHORES_OF_DATA 4u

/* ---- frames that cost more than they bring ---- */

static gboolean
is_chore(const nghttp2_frame_hd *frame)
{
	switch (frame->type) {
	case NGHTTP2_HEADERS:
	case NGHTTP2_CONTINUATION: /* bounded by nghttp2, one list at a time */
		return FALSE;
	case NGHTTP2_DATA:
		return (frame->flags & NGHTTP2_FLAG_END_STREAM) == 0;
	default:
		return TRUE;
	}
}

static int
on_begin_frame(nghttp2_session *session, const nghttp2_frame_hd *frame,
	       void *user_data)
{
	GrpcConnection *connection = user_data;

	if (is_chore(frame) && !grpc_connection_is_over(connection) &&
	    !grpc_budget_take(&connection->chores, connection->now))
		grpc_connection_fail(connection, NGHTTP2_ENHANCE_YOUR_CALM,
				     "too many frames that bring nothing");
	return 0;
}

/* ---- header lists ---- */

static int
on_begin_headers(nghttp2_session *session, const nghttp2_frame *frame,
		 void *user_data)
{
	GrpcConnection *connection = user_data;
	GrpcCall *call =
		grpc_connection_stream(connection, frame->hd.stream_id);

	if (grpc_connection_is_over(connection) ||
	    frame->hd.type != NGHTTP2_HEADERS)
		return 0;
	if (call == NULL && connection->server &&
	    frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
		call = grpc_call_new(connection);
		grpc_call_set_stream(call, frame->hd.stream_id);
	}
	if (call == NULL)
		return 0;
	grpc_fields_free(call->incoming);
	call->incoming = grpc_fields_new(connection->limits.headers_max);
	return 0;
}

static int
on_header(nghttp2_session *session, const nghttp2_frame *frame,
	  const uint8_t *name, size_t name_len, const uint8_t *value,
	  size_t value_len, uint8_t flags, void *user_data)
{
	GrpcConnection *connection = user_data;
	GrpcCall *call =
		grpc_connection_stream(connection, frame->hd.stream_id);

	if (grpc_connection_is_over(connection) || call == NULL ||
	    call->incoming == NULL)
		return 0;
	grpc_fields_add(call->incoming, (const char *)name, value, value_len);
	if (call->incoming->size > HEADERS_ENDURED)
		grpc_connection_fail(connection, NGHTTP2_ENHANCE_YOUR_CALM,
				     "a header list is far too large");
	return 0;
}

static void
got_headers(GrpcCall *call, gboolean last)
{
	if (call->incoming == NULL)
		return;
	if (call->connection->server)
		grpc_server_on_headers(call, last);
	else
		grpc_client_on_headers(call, last);
	g_clear_pointer(&call->incoming, grpc_fields_free);
}

/* ---- data ---- */

static int
on_data(nghttp2_session *session, uint8_t flags, int32_t stream_id,
	const uint8_t *data, size_t len, void *user_data)
{
	GrpcConnection *connection = user_data;
	GrpcCall *call = grpc_connection_stream(connection, stream_id);

	/* The connection's window is open to all calls; a call that is not read
	 * only fills its own. */
	nghttp2_session_consume_connection(session, len);
	if (grpc_connection_is_over(connection))
		return 0;
	grpc_budget_give(&connection->chores, 1);
	if (call != NULL)
		grpc_call_receive(call, data, len);
	return 0;
}

/* ---- other frames ---- */

static void
got_data_end(GrpcCall *call)
{
	call->remote_ended = TRUE;
	if (!call->connection->server)
		grpc_call_fail(call, GRPC_INTERNAL,
			       "the server ended the call without a status");
	grpc_call_ready(call);
}

/* What a GOAWAY says in words, as far as it may be shown. */
static char *
goaway_text(const nghttp2_goaway *goaway)
{
	const char *opaque = (const char *)goaway->opaque_data;
	g_autofree char *said =
		g_utf8_make_valid(opaque != NULL ? opaque : "",
				  (gssize)MIN(goaway->opaque_data_len, 200));

	return g_strdup_printf("%s%s%s",
			       nghttp2_http2_strerror(goaway->error_code),
			       *said != '\0' ? ": " : "", said);
}

static void
got_goaway(GrpcConnection *connection, const nghttp2_goaway *goaway)
{
	g_autofree char *text = goaway_text(goaway);

	if (connection->server || connection->reason != NULL)
		return;
	connection->reason =
		g_strdup_printf("the server is going away (%s)", text);
	if (connection->phase == GRPC_OPEN)
		connection->phase = GRPC_DRAINING;
}

static int
on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *user_data)
{
	GrpcConnection *connection = user_data;
	GrpcCall *call =
		grpc_connection_stream(connection, frame->hd.stream_id);
	gboolean last = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;

	if (grpc_connection_is_over(connection))
		return 0;
	if (frame->hd.type == NGHTTP2_HEADERS && call != NULL)
		got_headers(call, last);
	else if (frame->hd.type == NGHTTP2_DATA && call != NULL && last)
		got_data_end(call);
	else if (frame->hd.type == NGHTTP2_PING &&
		 (frame->hd.flags & NGHTTP2_FLAG_ACK) != 0)
		grpc_keepalive_on_ping_ack(connection, frame->ping.opaque_data);
	else if (frame->hd.type == NGHTTP2_GOAWAY)
		got_goaway(connection, &frame->goaway);
	return 0;
}

static int
on_stream_close(nghttp2_session *session, int32_t stream_id,
		uint32_t error_code, void *user_data)
{
	GrpcCall *call = grpc_connection_stream(user_data, stream_id);

	if (call != NULL)
		grpc_call_stream_closed(call, error_code);
	return 0;
}

/* nghttp2 refuses a call before there is one: a client begins more than it has
 * heard that it may have. The resets would pile up for one that does not read
 * them. */
static int
on_invalid_frame(nghttp2_session *session, const nghttp2_frame *frame,
		 int error, void *user_data)
{
	GrpcConnection *connection = user_data;

	if (connection->server && frame->hd.type == NGHTTP2_HEADERS &&
	    grpc_connection_stream(connection, frame->hd.stream_id) == NULL &&
	    !grpc_connection_is_over(connection) &&
	    !grpc_budget_take(&connection->resets, connection->now))
		grpc_connection_fail(connection, NGHTTP2_ENHANCE_YOUR_CALM,
				     "too many calls, more than it may have");
	return 0;
}

/* ---- what was sent ---- */

/* The frame is made, but is not given out yet. */
static void
sent_goaway(GrpcConnection *connection, const nghttp2_goaway *goaway)
{
	if (goaway->error_code == NGHTTP2_NO_ERROR)
		return;
	connection->said_why = TRUE;
	if (connection->phase == GRPC_FAILING)
		return;
	/* nghttp2 found it. */
	connection->phase = GRPC_FAILING;
	g_free(connection->reason);
	connection->reason = goaway_text(goaway);
}

static int
on_frame_sent(nghttp2_session *session, const nghttp2_frame *frame,
	      void *user_data)
{
	GrpcConnection *connection = user_data;

	if (frame->hd.type == NGHTTP2_GOAWAY)
		sent_goaway(connection, &frame->goaway);
	if (frame->hd.type == NGHTTP2_DATA)
		grpc_budget_give(&connection->chores, CHORES_OF_DATA);
	/* "Early Server Closure": the client need not go on. */
	if (frame->hd.type == NGHTTP2_HEADERS && connection->server &&
	    (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0 &&
	    !nghttp2_session_get_stream_remote_close(session,
						     frame->hd.stream_id))
		nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE,
					  frame->hd.stream_id,
					  NGHTTP2_NO_ERROR);
	return 0;
}

static int
on_frame_not_sent(nghttp2_session *session, const nghttp2_frame *frame,
		  int error, void *user_data)
{
	GrpcCall *call = grpc_connection_stream(user_data, frame->hd.stream_id);

	/* DATA is not sent when trailers went before it. */
	if (call == NULL || frame->hd.type != NGHTTP2_HEADERS || call->over)
		return 0;
	grpc_call_reset(call, NGHTTP2_INTERNAL_ERROR);
	/* A request that never left, since the server goes away meanwhile. */
	grpc_call_end(call,
		      call->connection->server ? GRPC_INTERNAL
					       : GRPC_UNAVAILABLE,
		      nghttp2_strerror(error));
	return 0;
}

static int
on_complaint(nghttp2_session *session, int error, const char *text, size_t len,
	     void *user_data)
{
	GrpcConnection *connection = user_data;

	g_free(connection->complaint);
	connection->complaint = g_utf8_make_valid(text, (gssize)MIN(len, 200));
	return 0;
}

/* ---- making one ---- */

static void
set_callbacks(nghttp2_session_callbacks *callbacks)
{
	nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks,
							      on_begin_frame);
	nghttp2_session_callbacks_set_on_begin_headers_callback(
		callbacks, on_begin_headers);
	nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks,
								  on_data);
	nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks,
							     on_frame);
	nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(
		callbacks, on_invalid_frame);
	nghttp2_session_callbacks_set_on_stream_close_callback(callbacks,
							       on_stream_close);
	nghttp2_session_callbacks_set_on_frame_send_callback(callbacks,
							     on_frame_sent);
	nghttp2_session_callbacks_set_on_frame_not_send_callback(
		callbacks, on_frame_not_sent);
	nghttp2_session_callbacks_set_error_callback2(callbacks, on_complaint);
}

static void
submit_settings(GrpcConnection *connection)
{
	const GrpcLimits *limits = &connection->limits;
	const nghttp2_settings_entry settings[] = {
		{ NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits->stream_window },
		{ NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE,
		  (guint32)MIN(limits->headers_max, G_MAXUINT32) },
		/* The last of these is for the side that it is about. */
		connection->server
			? (nghttp2_settings_entry){ NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS,
						    limits->streams_max }
			: (nghttp2_settings_entry){ NGHTTP2_SETTINGS_ENABLE_PUSH,
						    0 },
	};

	nghttp2_submit_settings(connection->session, NGHTTP2_FLAG_NONE,
				settings, G_N_ELEMENTS(settings));
	nghttp2_session_set_local_window_size(
		connection->session, NGHTTP2_FLAG_NONE, 0,
		(gint32)MIN(limits->connection_window, G_MAXINT32));
}

nghttp2_session *
grpc_session_new(GrpcConnection *connection)
{
	nghttp2_session_callbacks *callbacks;
	nghttp2_option *option;

	nghttp2_session_callbacks_new(&callbacks);
	set_callbacks(callbacks);
	nghttp2_option_new(&option);
	nghttp2_option_set_no_auto_window_update(option, 1);
	nghttp2_option_set_no_closed_streams(option, 1);
	/* Resets are counted here, by the caller's clock. */
	nghttp2_option_set_stream_reset_rate_limit(option, G_MAXINT64, 0);
	if (connection->server)
		nghttp2_session_server_new2(&connection->session, callbacks,
					    connection, option);
	else
		nghttp2_session_client_new2(&connection->session, callbacks,
					    connection, option);
	nghttp2_option_del(option);
	nghttp2_session_callbacks_del(callbacks);
	submit_settings(connection);
	return connection->session;
}
