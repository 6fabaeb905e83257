/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/private.h"

#include <string.h>

GrpcConnection *
grpc_connection_new(const GrpcLimits *limits, gboolean server, gint64 now)
{
	GrpcConnection *connection = g_new0(GrpcConnection, 1);

	connection->limits = limits != NULL ? *limits : grpc_limits_default;
	limits = &connection->limits;
	connection->server = server;
	connection->streams = g_hash_table_new(NULL, NULL);
	connection->deadlines = g_sequence_new(NULL);
	connection->now = connection->last_received = now;
	connection->last_call = now;
	grpc_budget_init(&connection->resets, limits->resets_burst,
			 limits->resets_rate, now);
	grpc_budget_init(&connection->chores, limits->chores_burst,
			 limits->chores_rate, now);
	connection->session = grpc_session_new(connection);
	return connection;
}

void
grpc_connection_free(GrpcConnection *connection)
{
	GrpcCall *call;

	if (connection == NULL)
		return;
	connection->feeding++;
	grpc_connection_end(connection, "the connection is closed");
	for (GList *link = connection->all.head; link != NULL;
	     link = link->next) {
		call = link->data;
		call->stream_id = 0;
		grpc_call_drop_input(call);
		grpc_call_ready(call);
	}
	grpc_connection_dispatch(connection);
	while ((call = g_queue_peek_head(&connection->all)) != NULL)
		grpc_call_free(call);
	nghttp2_session_del(connection->session);
	g_hash_table_unref(connection->streams);
	g_sequence_free(connection->deadlines);
	g_free(connection->scheme);
	g_free(connection->authority);
	g_free(connection->reason);
	g_free(connection->complaint);
	g_free(connection);
}

void
grpc_connection_set_wake(GrpcConnection *connection,
			 void (*wake)(GrpcConnection *connection,
				      gpointer user),
			 gpointer user)
{
	connection->wake = wake;
	connection->wake_user = user;
}

void
grpc_connection_touch(GrpcConnection *connection)
{
	if (connection->feeding > 0 || connection->woken ||
	    connection->wake == NULL)
		return;
	connection->woken = TRUE;
	connection->wake(connection, connection->wake_user);
}

GrpcCall *
grpc_connection_stream(const GrpcConnection *connection, gint32 stream_id)
{
	return g_hash_table_lookup(connection->streams,
				   GINT_TO_POINTER(stream_id));
}

gboolean
grpc_connection_is_over(const GrpcConnection *connection)
{
	return connection->phase >= GRPC_FAILING;
}

gboolean
grpc_connection_ended(const GrpcConnection *connection)
{
	return connection->phase == GRPC_ENDED;
}

const char *
grpc_connection_reason(const GrpcConnection *connection)
{
	return connection->reason;
}

guint
grpc_connection_calls(const GrpcConnection *connection)
{
	return connection->untold;
}

/* ---- its end ---- */

static void
end_calls(GrpcConnection *connection, const char *reason)
{
	GrpcStatus status =
		connection->server ? GRPC_CANCELLED : GRPC_UNAVAILABLE;
	g_autofree char *message =
		g_strdup_printf("the connection ended: %s", reason);

	for (GList *link = connection->all.head; link != NULL;
	     link = link->next) {
		GrpcCall *call = link->data;

		grpc_call_end(call, status, message);
		call->stream_id = 0;
		grpc_call_ready(call);
	}
	g_hash_table_remove_all(connection->streams);
}

void
grpc_connection_end(GrpcConnection *connection, const char *reason)
{
	if (connection->phase == GRPC_ENDED)
		return;
	if (connection->reason == NULL)
		connection->reason = g_strdup(reason);
	connection->phase = GRPC_ENDED;
	end_calls(connection, connection->reason);
	grpc_connection_touch(connection);
}

void
grpc_connection_fail(GrpcConnection *connection, guint32 error_code,
		     const char *reason)
{
	if (grpc_connection_is_over(connection))
		return;
	g_free(connection->reason);
	connection->reason = g_strdup(reason);
	connection->phase = GRPC_FAILING;
	nghttp2_submit_goaway(
		connection->session, NGHTTP2_FLAG_NONE,
		nghttp2_session_get_last_proc_stream_id(connection->session),
		error_code, (const uint8_t *)reason, strlen(reason));
	end_calls(connection, reason);
	grpc_connection_touch(connection);
}

void
grpc_connection_lost(GrpcConnection *connection, const char *reason)
{
	connection->feeding++;
	grpc_connection_end(connection, reason);
	grpc_connection_dispatch(connection);
	connection->feeding--;
}

/* ---- bytes ---- */

static void
end_by_nghttp2(GrpcConnection *connection, gssize error)
{
	grpc_connection_end(connection, nghttp2_strerror((int)error));
}

void
grpc_connection_receive(GrpcConnection *connection, const guint8 *data,
			gsize len, gint64 now)
{
	ssize_t taken;

	connection->now = MAX(connection->now, now);
	if (grpc_connection_is_over(connection) || len == 0)
		return;
	connection->feeding++;
	grpc_keepalive_heard(connection);
	g_clear_pointer(&connection->complaint, g_free);
	taken = nghttp2_session_mem_recv(connection->session, data, len);
	if (taken < 0)
		end_by_nghttp2(connection, taken);
	grpc_connection_dispatch(connection);
	connection->feeding--;
}

/* Nothing can be sent just now: is that because all is done? */
static void
judge_end(GrpcConnection *connection)
{
	if (grpc_keepalive_is_drained(connection) ||
	    (!nghttp2_session_want_read(connection->session) &&
	     !nghttp2_session_want_write(connection->session)))
		connection->phase = GRPC_ENDED;
}

/* Without calls and after its last word; the other side is told. */
static gboolean
says_goodbye(GrpcConnection *connection)
{
	return grpc_keepalive_is_drained(connection) &&
	       nghttp2_session_want_read(connection->session) &&
	       nghttp2_session_terminate_session(connection->session,
						 NGHTTP2_NO_ERROR) == 0 &&
	       nghttp2_session_want_write(connection->session);
}

static gsize
next_output(GrpcConnection *connection, const guint8 **data)
{
	ssize_t n = 0;

	while (connection->phase != GRPC_ENDED) {
		if (connection->said_why) {
			grpc_connection_end(connection, connection->reason);
			break;
		}
		n = nghttp2_session_mem_send(connection->session, data);
		if (n < 0)
			end_by_nghttp2(connection, n);
		if (n > 0)
			return (gsize)n;
		if (n == 0 && connection->ready.head == NULL &&
		    !says_goodbye(connection))
			break;
		grpc_connection_dispatch(connection);
	}
	return 0;
}

gsize
grpc_connection_output(GrpcConnection *connection, const guint8 **data,
		       gint64 now)
{
	gsize n;

	*data = NULL;
	connection->now = MAX(connection->now, now);
	connection->woken = FALSE;
	connection->feeding++;
	grpc_connection_dispatch(connection);
	n = next_output(connection, data);
	if (n == 0 && connection->phase != GRPC_ENDED)
		judge_end(connection);
	grpc_connection_dispatch(connection);
	connection->feeding--;
	return n;
}
