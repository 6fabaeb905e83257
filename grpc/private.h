/* SPDX-License-Identifier: Apache-2.0
 *
 * grpc/private.h: a connection and its calls from inside.
 *
 *   connection  bytes in and out; how a connection ends
 *   session     what nghttp2 tells
 *   server client   what a header list means to each side
 *   call        a call from its beginning to its end
 *   receive     DATA to messages, as far as they are asked for
 *   send        messages to DATA; headers and trailers
 *   dispatch    events to the user, when nghttp2 is not at work
 *   keepalive   time: deadlines, PING, leaving
 */
#ifndef GRPC_PRIVATE_H
#define GRPC_PRIVATE_H

#include <nghttp2/nghttp2.h>

#include "grpc/budget.h"
#include "grpc/connection.h"
#include "grpc/fields.h"
#include "grpc/header_list.h"
#include "grpc/reader.h"

typedef enum {
	GRPC_OPEN,
	GRPC_LEAVING,  /* a server: said that it will go, waits for PING */
	GRPC_DRAINING, /* no new calls; ends with the last */
	GRPC_FAILING,  /* ends as soon as the reason is sent */
	GRPC_ENDED,
} GrpcPhase;

struct GrpcConnection {
	nghttp2_session *session;
	GrpcLimits limits;
	gboolean server;
	GrpcBegin begin;
	gpointer begin_user;
	char *scheme, *authority; /* a client's */
	void (*wake)(GrpcConnection *connection, gpointer user);
	gpointer wake_user;
	gboolean woken;
	guint feeding; /* depth of functions that end with output */
	gboolean dispatching;

	GHashTable *streams;  /* id -> GrpcCall, until HTTP/2 is done with it */
	GQueue all;	      /* of calls */
	GQueue ready;	      /* of calls that have something to tell */
	GSequence *deadlines; /* of calls that have one */
	guint untold;	      /* calls whose end has not been told */
	gsize assembling;     /* bytes announced of messages being received */
	GQueue assembly_queue; /* of calls that wait for room for theirs */

	GrpcBudget resets, chores;
	gint64 now, last_received, last_call;
	gint64 ping_sent; /* 0: none is on its way */
	gint64 left_at;	  /* when GRPC_LEAVING began */
	GrpcPhase phase;
	char *reason;
	gboolean said_why; /* GRPC_FAILING: it is given out */
	char *complaint;   /* what nghttp2 last said about the other side */
};

struct GrpcCall {
	GrpcConnection *connection;
	gint32 stream_id; /* 0: it has no stream (any more) */
	const GrpcMethod *method;
	const GrpcCallEvents *events;
	gpointer user;
	GList link, ready_link; /* in the connection's queues */
	gboolean is_ready;
	GSequenceIter *timer;
	gint64 deadline;

	GrpcFields *incoming; /* the header list being received */
	GrpcFields *head; /* a server: the request's; a client: response's */
	gboolean headers_due; /* a server: `begin` */
	gboolean begun;	      /* the user knows the call */

	/* Receiving. */
	GrpcReader reader;
	GByteArray *unread; /* not parsed, and not consumed; NULL: nothing */
	gsize unread_at;
	guint wanted, received; /* messages */
	GQueue inbox;		/* GBytes, not told yet */
	gsize reserved;		/* its part of `assembling` */
	gsize shared;		/* its part of GrpcLimits.shared */
	gboolean waits_for_room, parsing;
	gboolean remote_ended, end_judged, half_told;
	gboolean deaf; /* what comes is dropped */

	/* Sending. */
	GQueue outbox;		       /* GBytes */
	gsize outbox_at, outbox_bytes; /* with prefixes */
	guint sent;
	gboolean full, writable_due;
	gboolean half_closed; /* a client: nothing follows the outbox */
	gboolean responded;   /* a server: response headers are submitted */
	gboolean finishing;   /* a server: `trailers` follow the outbox */
	gboolean finished;    /* a server: they are submitted */
	GrpcHeaderList trailers;

	/* Its end. */
	gboolean over, told;
	GrpcStatus status;
	char *message;
	GBytes *details;
	GrpcFields *last; /* a client: the trailers */
};

/* ---- connection ---- */

GrpcConnection *grpc_connection_new(const GrpcLimits *limits, gboolean server,
				    gint64 now);
/* The other side broke a rule: it is told (GOAWAY), and all ends. */
void grpc_connection_fail(GrpcConnection *connection, guint32 error_code,
			  const char *reason);
/* All ends at once. */
void grpc_connection_end(GrpcConnection *connection, const char *reason);
/* There may be something to send or tell. */
void grpc_connection_touch(GrpcConnection *connection);
gboolean grpc_connection_is_over(const GrpcConnection *connection);
GrpcCall *grpc_connection_stream(const GrpcConnection *connection,
				 gint32 stream_id);

/* ---- session ---- */

nghttp2_session *grpc_session_new(GrpcConnection *connection);

/* ---- server, client: `call->incoming` is complete ---- */

void grpc_server_on_headers(GrpcCall *call, gboolean last);
void grpc_client_on_headers(GrpcCall *call, gboolean last);

/* ---- call ---- */

GrpcCall *grpc_call_new(GrpcConnection *connection);
void grpc_call_set_stream(GrpcCall *call, gint32 stream_id);
void grpc_call_free(GrpcCall *call);
void grpc_call_set_deadline(GrpcCall *call, gint64 deadline);
/* Ends it for the user; nothing is sent. The first end counts. */
void grpc_call_end(GrpcCall *call, GrpcStatus status, const char *message);
/* Ends it on both sides: a server by trailers, where it still can. */
void grpc_call_fail(GrpcCall *call, GrpcStatus status, const char *format, ...)
	G_GNUC_PRINTF(3, 4);
void grpc_call_reset(GrpcCall *call, guint32 error_code);
/* HTTP/2 is done with its stream. */
void grpc_call_stream_closed(GrpcCall *call, guint32 error_code);
void grpc_call_ready(GrpcCall *call);
/* The other side may send any number of messages. */
gboolean grpc_call_streams_in(const GrpcCall *call);
gboolean grpc_call_streams_out(const GrpcCall *call);

/* ---- receive ---- */

void grpc_call_receive(GrpcCall *call, const guint8 *data, gsize len);
void grpc_call_receive_unread(GrpcCall *call);
void grpc_call_drop_input(GrpcCall *call);
/* What it had of `assembling`, or waited for. */
void grpc_call_release_room(GrpcCall *call);
gboolean grpc_call_has_unread(const GrpcCall *call);

/* ---- send ---- */

nghttp2_data_provider grpc_call_data_provider(void);
void grpc_call_drop_output(GrpcCall *call);
/* A server's answer to what is no gRPC. */
void grpc_call_refuse_http(GrpcCall *call, const char *http_status);
/* What the other side takes of a header list, in bytes. */
gsize grpc_connection_headers_room(const GrpcConnection *connection);

/* ---- dispatch ---- */

void grpc_connection_dispatch(GrpcConnection *connection);

/* ---- keepalive ---- */

/* Bytes came. */
void grpc_keepalive_heard(GrpcConnection *connection);
void grpc_keepalive_on_ping_ack(GrpcConnection *connection,
				const guint8 *opaque);
/* A server that leaves has no calls any more, or a client. */
gboolean grpc_keepalive_is_drained(const GrpcConnection *connection);

#endif
