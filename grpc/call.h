/* SPDX-License-Identifier: Apache-2.0
 *
 * grpc/call.h: one call, on either side.
 *
 * What happens to a call is told by its events, which come only while its
 * connection is being fed (grpc_connection_receive, _tick, _output, _lost,
 * _free) and never inside a function of this file. They may call any function
 * of this file, and grpc_client_call; not those that feed the connection. All
 * on the connection's thread.
 *
 * Back-pressure, receiving: a call starts with one message asked for, and
 * grpc_call_read asks for one more. Without that nothing more is read than the
 * stream's window holds, and the other side has to stop. Sending: see
 * grpc_call_send.
 */
#ifndef GRPC_CALL_H
#define GRPC_CALL_H

#include "grpc/metadata.h"
#include "grpc/status.h"

typedef struct GrpcConnection GrpcConnection;
typedef struct GrpcCall GrpcCall;

/* A method of a service: shared by both sides, and alive as long as its calls.
 * Where a side does not stream, exactly one message comes from it: another
 * number ends the call with UNIMPLEMENTED (grpc/doc/statuscodes.md). */
typedef struct {
	const char *path; /* "/package.Service/Method" */
	gboolean client_streams, server_streams;
} GrpcMethod;

/* How a call ended. Everything is borrowed. */
typedef struct {
	GrpcStatus status;
	const char *message;	      /* UTF-8; may be empty */
	GBytes *details;	      /* google.rpc.Status, or NULL */
	const GrpcMetadata *trailers; /* a client's; NULL: none came */
} GrpcResult;

/* Members may be NULL. */
typedef struct {
	/* A client's: the response has begun. Not told when there are only
	 * trailers. */
	void (*headers)(GrpcCall *call, const GrpcMetadata *metadata,
			gpointer user);
	/* One message that was asked for. Where the other side does not stream,
	 * it is told when that is known to be the only one. */
	void (*message)(GrpcCall *call, GBytes *message, gpointer user);
	/* A server's: the client has sent all, and all was told. */
	void (*half_closed)(GrpcCall *call, gpointer user);
	/* There is room again, after GRPC_SEND_FULL. */
	void (*writable)(GrpcCall *call, gpointer user);
	/* The last event, always told: once it returns, the call is no more.
	 * A server's: OK and others mean that this status was sent; CANCELLED
	 * that the client is not interested any more, or is gone;
	 * DEADLINE_EXCEEDED that its time is over. */
	void (*closed)(GrpcCall *call, const GrpcResult *result, gpointer user);
} GrpcCallEvents;

typedef enum {
	GRPC_SENT,	/* on its way */
	GRPC_SEND_FULL, /* not taken: too much waits until `writable` */
	GRPC_SEND_OVER, /* not taken: nothing can be sent any more */
} GrpcSent;

/* Asks for one more message. */
void grpc_call_read(GrpcCall *call);

/* Takes a reference of a message. What one call may have waiting is bounded by
 * GrpcLimits.send_queue and one message more. A larger message than
 * GrpcLimits.message_max ends the call with RESOURCE_EXHAUSTED. A client whose
 * method does not stream has half-closed with its message. */
GrpcSent grpc_call_send(GrpcCall *call, GBytes *message);

/* A client: this was all. */
void grpc_call_half_close(GrpcCall *call);

/* A server: metadata before the first message, at the latest with it; once.
 *
 * Returns: FALSE when it is too late. */
gboolean grpc_call_send_headers(GrpcCall *call, const GrpcMetadata *metadata);
/* A server: the status, after the messages that wait. Message (UTF-8), details
 * (a google.rpc.Status) and trailers may be NULL. */
void grpc_call_finish(GrpcCall *call, GrpcStatus status, const char *message,
		      GBytes *details, const GrpcMetadata *trailers);
/* A server whose method does not stream: the message, then OK. */
void grpc_call_reply(GrpcCall *call, GBytes *message);

/* Ends the call with CANCELLED on both sides; what waits is dropped. A call whose
 * messages nobody will read is to be cancelled: it is `closed` only then. */
void grpc_call_cancel(GrpcCall *call);

/* ---- what is known about it ---- */

GrpcConnection *grpc_call_connection(const GrpcCall *call);
/* As long as the call. */
const char *grpc_call_path(const GrpcCall *call);
/* A server's: what the client calls it by; NULL when it said nothing. */
const char *grpc_call_authority(const GrpcCall *call);
/* A server's: the request's. As long as the call. */
const GrpcMetadata *grpc_call_metadata(const GrpcCall *call);
/* Of the clock that the connection is fed with, in microseconds; G_MAXINT64
 * when there is none. */
gint64 grpc_call_deadline(const GrpcCall *call);

#endif
