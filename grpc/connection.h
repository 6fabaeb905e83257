/* SPDX-License-Identifier: Apache-2.0
 *
 * grpc/connection.h: gRPC over one HTTP/2 connection, as server or client
 * (grpc/doc/PROTOCOL-HTTP2.md, RFC 9113).
 *
 * It is fed with bytes and gives bytes; it has no socket, thread or clock. A
 * loop does, whatever it is, again and again:
 *   grpc_connection_receive  what came from the other side
 *   grpc_connection_tick     at grpc_connection_deadline
 *   grpc_connection_output   until there is nothing to send, or no room for it;
 *                            also when `wake` was called
 *   grpc_connection_ended    after each: close the socket once all is sent
 * `now` is microseconds of a monotonic clock of the caller's. One thread at a
 * time, always the same calls as grpc/call.h says. Whatever comes from the
 * other side, the worst is that the connection ends with a reason.
 */
#ifndef GRPC_CONNECTION_H
#define GRPC_CONNECTION_H

#include "grpc/call.h"
#include "grpc/limits.h"

/* A server: a call has come. Either grpc_call_accept, or grpc_call_finish with
 * a reason; a call with neither ends with UNIMPLEMENTED. */
typedef void (*GrpcBegin)(GrpcCall *call, gpointer user);

/* Limits are copied; NULL: grpc_limits_default. */
GrpcConnection *grpc_server_new(const GrpcLimits *limits, GrpcBegin begin,
				gpointer user, gint64 now);
void grpc_call_accept(GrpcCall *call, const GrpcMethod *method,
		      const GrpcCallEvents *events, gpointer user);

/* Authority is the server's name, "host:port"; scheme "http" or "https". */
GrpcConnection *grpc_client_new(const GrpcLimits *limits, const char *scheme,
				const char *authority, gint64 now);
/* Starts a call. It waits in here while the server's limit of calls is reached.
 *
 * In:      metadata, which may be NULL; timeout in microseconds, 0 or less for
 *          none; method and events stay the caller's and outlive the call.
 * Returns: NULL, with an error, when no call can be made: UNAVAILABLE when the
 *          connection ends, RESOURCE_EXHAUSTED when there are too many calls
 *          or too much metadata. No event is told then. */
GrpcCall *grpc_client_call(GrpcConnection *connection, const GrpcMethod *method,
			   const GrpcMetadata *metadata, gint64 timeout,
			   const GrpcCallEvents *events, gpointer user,
			   gint64 now, GError **error);

/* Called when something was done outside of the functions below that makes
 * grpc_connection_output necessary; once until that is called. */
void grpc_connection_set_wake(GrpcConnection *connection,
			      void (*wake)(GrpcConnection *connection,
					   gpointer user),
			      gpointer user);

/* All of the bytes are taken. */
void grpc_connection_receive(GrpcConnection *connection, const guint8 *data,
			     gsize len, gint64 now);
void grpc_connection_tick(GrpcConnection *connection, gint64 now);
/* When to tick at the latest; G_MAXINT64: no need to. */
gint64 grpc_connection_deadline(const GrpcConnection *connection);
/* The next bytes to send, a frame or so; 0: none for now. They are valid until
 * the next call. */
gsize grpc_connection_output(GrpcConnection *connection, const guint8 **data,
			     gint64 now);

/* The other side is gone: a client's calls end with UNAVAILABLE, a server's
 * with CANCELLED. */
void grpc_connection_lost(GrpcConnection *connection, const char *reason);
/* No new calls; ends when the last one has ended (GOAWAY, RFC 9113 section
 * 6.8). A server says so first and takes what is on its way meanwhile. */
void grpc_connection_shutdown(GrpcConnection *connection, gint64 now);

/* There is nothing left to do or to send but what was given already. */
gboolean grpc_connection_ended(const GrpcConnection *connection);
/* Why, once it ends or refuses calls; NULL before, and after a shutdown. */
const char *grpc_connection_reason(const GrpcConnection *connection);
/* Calls that have not been told `closed`. */
guint grpc_connection_calls(const GrpcConnection *connection);

/* Tells the calls that are left. Not inside an event; NULL is nothing. */
void grpc_connection_free(GrpcConnection *connection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GrpcConnection, grpc_connection_free)

#endif
