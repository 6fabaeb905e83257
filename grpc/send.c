/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "grpc/private.h"

/* What nghttp2 sends of one header list is a little more. */
#define HEADERS_SENT_MAX 60000u

gsize
grpc_connection_headers_room(const GrpcConnection *connection)
{
	gsize theirs = nghttp2_session_get_remote_settings(
		connection->session, NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE);

	return MIN(theirs, HEADERS_SENT_MAX);
}

static gboolean
fits(const GrpcCall *call, const GrpcHeaderList *list)
{
	return list->size <= grpc_connection_headers_room(call->connection);
}

static void
drop_first(GrpcCall *call)
{
	GBytes *message = g_queue_pop_head(&call->outbox);

	call->outbox_at = 0;
	g_bytes_unref(message);
}

void
grpc_call_drop_output(GrpcCall *call)
{
	while (!g_queue_is_empty(&call->outbox))
		drop_first(call);
	call->outbox_bytes = 0;
}

/* ---- messages to DATA ---- */

/* The rest of the message's prefix, then of its body. Returns bytes written. */
static gsize
copy_first(GrpcCall *call, guint8 *to, gsize room)
{
	gsize len = 0;
	const guint8 *body =
		g_bytes_get_data(g_queue_peek_head(&call->outbox), &len);
	const guint8 prefix[GRPC_PREFIX_LEN] = { 0, (guint8)(len >> 24),
						 (guint8)(len >> 16),
						 (guint8)(len >> 8),
						 (guint8)len };
	gsize written = 0;

	if (call->outbox_at < GRPC_PREFIX_LEN) {
		written = MIN(room, GRPC_PREFIX_LEN - call->outbox_at);
		memcpy(to, prefix + call->outbox_at, written);
		call->outbox_at += written;
	}
	if (call->outbox_at >= GRPC_PREFIX_LEN && written < room) {
		gsize at = call->outbox_at - GRPC_PREFIX_LEN;
		gsize n = MIN(room - written, len - at);

		if (n > 0)
			memcpy(to + written, body + at, n);
		call->outbox_at += n;
		written += n;
	}
	if (call->outbox_at == GRPC_PREFIX_LEN + len)
		drop_first(call);
	return written;
}

static gsize
fill(GrpcCall *call, guint8 *to, gsize room)
{
	gsize written = 0;

	while (written < room && !g_queue_is_empty(&call->outbox))
		written += copy_first(call, to + written, room - written);
	call->outbox_bytes -= written;
	if (call->full &&
	    call->outbox_bytes < call->connection->limits.send_queue) {
		call->full = FALSE;
		call->writable_due = TRUE;
		grpc_call_ready(call);
	}
	return written;
}

static void
submit_trailers(GrpcCall *call)
{
	nghttp2_submit_trailer(call->connection->session, call->stream_id,
			       grpc_header_list_fields(&call->trailers),
			       call->trailers.fields->len);
	call->finished = TRUE;
}

/* nghttp2's data source; it asks for the call by the stream, so that none is
 * used that is no more. */
static ssize_t
read_data(nghttp2_session *session, int32_t stream_id, uint8_t *to, size_t room,
	  uint32_t *flags, nghttp2_data_source *source, void *user_data)
{
	GrpcCall *call = grpc_connection_stream(user_data, stream_id);
	gsize written;

	/* A reset or the trailers are on their way. */
	if (call == NULL || call->over || call->finished)
		return NGHTTP2_ERR_DEFERRED;
	written = fill(call, to, room);
	if (!g_queue_is_empty(&call->outbox))
		return (ssize_t)written;
	if (call->half_closed) {
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	} else if (call->finishing) {
		*flags |=
			NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM;
		submit_trailers(call);
	} else if (written == 0) {
		return NGHTTP2_ERR_DEFERRED;
	}
	return (ssize_t)written;
}

nghttp2_data_provider
grpc_call_data_provider(void)
{
	return (nghttp2_data_provider){ .read_callback = read_data };
}

static void
resume(GrpcCall *call)
{
	/* Fails when it is not deferred, which is as good. */
	nghttp2_session_resume_data(call->connection->session, call->stream_id);
	grpc_connection_touch(call->connection);
}

static gboolean
can_send(const GrpcCall *call)
{
	return !call->over && !call->half_closed && !call->finishing &&
	       call->stream_id != 0 && call->method != NULL;
}

GrpcSent
grpc_call_send(GrpcCall *call, GBytes *message)
{
	const GrpcLimits *limits = &call->connection->limits;
	gsize len = g_bytes_get_size(message);

	if (!can_send(call) ||
	    (call->sent == 1 && !grpc_call_streams_out(call)))
		return GRPC_SEND_OVER;
	if (len > limits->message_max) {
		grpc_call_fail(
			call, GRPC_RESOURCE_EXHAUSTED,
			"a message of %" G_GSIZE_FORMAT " bytes is too "
			"large to be sent; the limit is %" G_GSIZE_FORMAT,
			len, limits->message_max);
		return GRPC_SEND_OVER;
	}
	if (call->outbox_bytes >= limits->send_queue) {
		call->full = TRUE;
		return GRPC_SEND_FULL;
	}
	if (call->connection->server && !call->responded &&
	    !grpc_call_send_headers(call, NULL))
		return GRPC_SEND_OVER;
	g_queue_push_tail(&call->outbox, g_bytes_ref(message));
	call->outbox_bytes += GRPC_PREFIX_LEN + len;
	call->sent++;
	if (!call->connection->server && !grpc_call_streams_out(call))
		call->half_closed = TRUE;
	resume(call);
	return GRPC_SENT;
}

void
grpc_call_half_close(GrpcCall *call)
{
	if (call->connection->server || !can_send(call))
		return;
	call->half_closed = TRUE;
	resume(call);
}

/* ---- a server's headers and trailers ---- */

static void
init_response(GrpcHeaderList *list)
{
	grpc_header_list_init(list);
	grpc_header_list_add(list, ":status", "200");
	grpc_header_list_add(list, "content-type", "application/grpc");
	grpc_header_list_add(list, "grpc-accept-encoding", "identity");
}

gboolean
grpc_call_send_headers(GrpcCall *call, const GrpcMetadata *metadata)
{
	nghttp2_data_provider provider = grpc_call_data_provider();
	GrpcHeaderList list;
	gboolean ok;

	if (!call->connection->server || call->responded || !can_send(call))
		return FALSE;
	init_response(&list);
	grpc_header_list_add_metadata(&list, metadata);
	ok = fits(call, &list);
	if (ok) {
		nghttp2_submit_response(call->connection->session,
					call->stream_id,
					grpc_header_list_fields(&list),
					list.fields->len, &provider);
		call->responded = TRUE;
		grpc_connection_touch(call->connection);
	}
	grpc_header_list_clear(&list);
	if (!ok)
		grpc_call_fail(call, GRPC_RESOURCE_EXHAUSTED,
			       "the response's metadata is too large");
	return ok;
}

static void
make_trailers(GrpcCall *call, GBytes *details, const GrpcMetadata *metadata)
{
	if (call->responded)
		grpc_header_list_init(&call->trailers);
	else
		init_response(&call->trailers); /* "Trailers-Only" */
	grpc_header_list_add_status(&call->trailers, call->status,
				    call->message, details);
	grpc_header_list_add_metadata(&call->trailers, metadata);
}

void
grpc_call_finish(GrpcCall *call, GrpcStatus status, const char *message,
		 GBytes *details, const GrpcMetadata *metadata)
{
	if (!call->connection->server || call->over || call->finishing ||
	    call->stream_id == 0)
		return;
	call->finishing = TRUE;
	call->status = status;
	call->message = g_utf8_make_valid(message != NULL ? message : "", -1);
	make_trailers(call, details, metadata);
	/* The status alone says more than that there is no room for it. */
	if (details != NULL && !fits(call, &call->trailers)) {
		grpc_header_list_clear(&call->trailers);
		make_trailers(call, NULL, metadata);
	}
	if (!fits(call, &call->trailers)) {
		grpc_header_list_clear(&call->trailers);
		call->status = GRPC_RESOURCE_EXHAUSTED;
		g_free(call->message);
		call->message = g_strdup("the trailers are too large");
		make_trailers(call, NULL, NULL);
	}
	if (!call->responded) {
		nghttp2_submit_response(
			call->connection->session, call->stream_id,
			grpc_header_list_fields(&call->trailers),
			call->trailers.fields->len, NULL);
		call->finished = TRUE;
	} else if (g_queue_is_empty(&call->outbox)) {
		/* At once: DATA may have to wait for a window. */
		submit_trailers(call);
	}
	resume(call);
}

void
grpc_call_reply(GrpcCall *call, GBytes *message)
{
	if (grpc_call_send(call, message) == GRPC_SENT)
		grpc_call_finish(call, GRPC_OK, NULL, NULL, NULL);
}

void
grpc_call_refuse_http(GrpcCall *call, const char *http_status)
{
	GrpcHeaderList list;

	grpc_header_list_init(&list);
	grpc_header_list_add(&list, ":status", http_status);
	nghttp2_submit_response(call->connection->session, call->stream_id,
				grpc_header_list_fields(&list),
				list.fields->len, NULL);
	grpc_header_list_clear(&list);
	call->finishing = call->finished = TRUE;
	grpc_call_end(call, GRPC_INTERNAL, "not gRPC");
}
