/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "grpc/private.h"

#define PING_LEN 8u

static const guint8 alive_ping[PING_LEN] = "alive?";
static const guint8 leave_ping[PING_LEN] = "leaving";

/* ---- leaving ---- */

/* How long calls that are on their way may take. */
#define LEAVE_TIME (10 * (gint64)G_USEC_PER_SEC)

/* A server's last word: later calls are not its own any more. */
static void
leave(GrpcConnection *connection)
{
	connection->phase = GRPC_DRAINING;
	nghttp2_submit_goaway(
		connection->session, NGHTTP2_FLAG_NONE,
		nghttp2_session_get_last_proc_stream_id(connection->session),
		NGHTTP2_NO_ERROR, NULL, 0);
	grpc_connection_touch(connection);
}

void
grpc_connection_shutdown(GrpcConnection *connection, gint64 now)
{
	connection->now = MAX(connection->now, now);
	if (connection->phase != GRPC_OPEN)
		return;
	if (!connection->server) {
		connection->phase = GRPC_DRAINING;
		grpc_connection_touch(connection);
		return;
	}
	connection->phase = GRPC_LEAVING;
	connection->left_at = connection->now;
	nghttp2_submit_shutdown_notice(connection->session);
	nghttp2_submit_ping(connection->session, NGHTTP2_FLAG_NONE, leave_ping);
	grpc_connection_touch(connection);
}

gboolean
grpc_keepalive_is_drained(const GrpcConnection *connection)
{
	return connection->phase == GRPC_DRAINING &&
	       connection->all.head == NULL;
}

/* ---- who is there ---- */

void
grpc_keepalive_heard(GrpcConnection *connection)
{
	connection->last_received = connection->now;
	connection->ping_sent = 0;
}

void
grpc_keepalive_on_ping_ack(GrpcConnection *connection, const guint8 *opaque)
{
	if (connection->phase == GRPC_LEAVING &&
	    memcmp(opaque, leave_ping, PING_LEN) == 0)
		leave(connection);
}

/* gRPC's servers take it ill when a client asks that has no calls. */
static gboolean
asks(const GrpcConnection *connection)
{
	return connection->limits.keepalive_interval > 0 &&
	       (connection->server || connection->untold > 0);
}

static gint64
next_question(const GrpcConnection *connection)
{
	if (connection->ping_sent != 0)
		return connection->ping_sent +
		       connection->limits.keepalive_timeout;
	return connection->last_received +
	       connection->limits.keepalive_interval;
}

static void
ask(GrpcConnection *connection)
{
	if (connection->ping_sent != 0) {
		grpc_connection_end(connection,
				    "the other side does not answer (PING)");
		return;
	}
	connection->ping_sent = connection->now;
	nghttp2_submit_ping(connection->session, NGHTTP2_FLAG_NONE, alive_ping);
	grpc_connection_touch(connection);
}

/* ---- time ---- */

static gboolean
gets_idle(const GrpcConnection *connection)
{
	return connection->server && connection->limits.idle_timeout > 0 &&
	       connection->phase == GRPC_OPEN && connection->untold == 0;
}

static GrpcCall *
first_timer(const GrpcConnection *connection)
{
	GSequenceIter *first = g_sequence_get_begin_iter(connection->deadlines);

	return g_sequence_iter_is_end(first) ? NULL : g_sequence_get(first);
}

gint64
grpc_connection_deadline(const GrpcConnection *connection)
{
	const GrpcCall *first = first_timer(connection);
	gint64 deadline = G_MAXINT64;

	if (grpc_connection_is_over(connection))
		return G_MAXINT64;
	if (first != NULL)
		deadline = first->deadline;
	if (asks(connection))
		deadline = MIN(deadline, next_question(connection));
	if (connection->phase == GRPC_LEAVING)
		deadline = MIN(deadline, connection->left_at + LEAVE_TIME);
	if (gets_idle(connection))
		deadline =
			MIN(deadline, connection->last_call +
					      connection->limits.idle_timeout);
	return deadline;
}

/* A client resets the stream; a server says so, for a client whose clock is a
 * little behind would take a reset for something else. */
static void
expire_calls(GrpcConnection *connection)
{
	GrpcCall *call;

	while ((call = first_timer(connection)) != NULL &&
	       call->deadline <= connection->now)
		grpc_call_fail(call, GRPC_DEADLINE_EXCEEDED,
			       "the deadline has passed");
}

void
grpc_connection_tick(GrpcConnection *connection, gint64 now)
{
	connection->now = MAX(connection->now, now);
	if (grpc_connection_is_over(connection))
		return;
	connection->feeding++;
	expire_calls(connection);
	if (connection->phase == GRPC_LEAVING &&
	    connection->now >= connection->left_at + LEAVE_TIME)
		leave(connection);
	if (gets_idle(connection) &&
	    connection->now >=
		    connection->last_call + connection->limits.idle_timeout)
		grpc_connection_shutdown(connection, connection->now);
	if (asks(connection) && connection->now >= next_question(connection))
		ask(connection);
	grpc_connection_dispatch(connection);
	connection->feeding--;
}
