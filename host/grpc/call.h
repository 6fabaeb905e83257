/* SPDX-License-Identifier: Apache-2.0
 *
 * host/grpc/call.h: one call of an engine's method: between HTTP/2 on the main
 * loop (call.c) and the engine on its chain's strand (strand.c). The two sides
 * share counters and post each other steps, in order; neither waits.
 */
#ifndef HOST_GRPC_CALL_H
#define HOST_GRPC_CALL_H

#include "host/chain/internal.h"
#include "host/grpc/routes.h"
#include "host/grpc/share.h"
#include "host/net/tls_client.h"

/* The calls of all connections; each holds a reference. Main loop, but for what
 * is said to be shared. */
typedef struct {
	ChainTable *chains;
	const GrpcRoutes *routes;
	guint calls_max;   /* at once */
	gsize waiting_max; /* bytes, of `arriving` and of `queued` */
	gboolean stopping; /* no new ones */
	guint64 ended[GRPC_STATUS_MAX + 1];
	guint64 received, sent; /* bytes of messages */

	/* Shared: of those that `calls` counts. */
	GrpcShares shares;
	/* Shared, atomic. */
	gint calls; /* that the client or the chain is not done with: who begins
		     * calls and leaves them has no more than others */
	gsize arriving; /* bytes on their way to chains; more fail */
	gsize queued;	/* bytes on their way to clients; beyond `waiting_max`
			 * each call has one message at a time */
} GrpcCalls;

GrpcCalls *grpc_calls_new(ChainTable *chains, const GrpcRoutes *routes,
			  guint calls_max, gsize waiting_max);
void grpc_calls_unref(GrpcCalls *calls); /* NULL is allowed */

/* A client's call has come: GrpcBegin. Main loop. */
void grpc_calls_begin(GrpcCalls *calls, GrpcCall *rpc, TlsClient *client);

/* ---- one call; what is not said to be shared is used by call.c alone ---- */

/* Something on its way to the other side; holds a reference of the call. */
typedef struct {
	StrandCall step;
	bsn_grpc_call *call;
	GBytes *bytes; /* a message, or details of a status; may be NULL */
	guint32 code;
	char *text;
	guint64 timeout_ms;
	gsize arriving; /* its part of GrpcCalls.arriving */
} GrpcStep;

struct bsn_grpc_call {
	gint refs; /* atomic */
	GrpcCalls *calls;
	const GrpcService *service;
	GrpcCall *rpc;	  /* NULL once it is over */
	GQueue outbox;	  /* GBytes that HTTP/2 has no room for yet */
	GrpcStep *finish; /* after those; NULL: not yet */

	/* Set before the strand sees the call. */
	Chain *chain; /* NULL: the first message is not there yet */
	const bsn_engine_grpc *engine;
	const bsn_grpc_method *method;
	TlsClient *client;

	/* Shared, atomic. */
	gint gone;	 /* it is over for the client */
	gsize queued;	 /* bytes sent by the engine that HTTP/2 has not taken */
	gint wants_room; /* the engine was told BSN_BUSY */

	/* The strand's. */
	GrpcStep *end_step;   /* the last; made early, as it must not fail */
	ChainWatcher watcher; /* while the engine knows the call */
	gboolean known;	      /* the engine has it */
	gboolean finished;    /* a status is on its way */
	gboolean answered;    /* so is a message */
	void *own;	      /* the engine's */
};

void grpc_step_free(GrpcStep *step);
GrpcStep *grpc_step_new(bsn_grpc_call *call);
void grpc_step_to_strand(GrpcStep *step, void (*run)(StrandCall *step));
void grpc_step_to_loop(GrpcStep *step, void (*run)(StrandCall *step));

bsn_grpc_call *engine_call_ref(bsn_grpc_call *call);
void engine_call_unref(bsn_grpc_call *call);

/* What call.c posts to the strand, by order of their coming. Bytes: the
 * message; timeout_ms is bsn_grpc_request's. */
void grpc_strand_open(StrandCall *step);
void grpc_strand_message(StrandCall *step);
void grpc_strand_ended(StrandCall *step);
void grpc_strand_writable(StrandCall *step);
void grpc_strand_closed(StrandCall *step);

/* What strand.c posts to the main loop. Bytes: the message; or code, text and
 * bytes: a status with details. */
void grpc_loop_send(StrandCall *step);
void grpc_loop_read(StrandCall *step);
void grpc_loop_finish(StrandCall *step);

/* An engine that was told BSN_BUSY is told of room below so many bytes. */
#define GRPC_ROOM_AGAIN (BSN_GRPC_QUEUE_MAX / 2)

/* What a message counts while it waits: an empty one does not cost nothing. */
static inline gsize
grpc_message_cost(gsize len)
{
	return len + 64;
}

/* Whether `waiting` bytes of the call's are below `most`, and those of all calls
 * not too many: one message may always wait. */
static inline gboolean
grpc_call_has_room(const bsn_grpc_call *call, gsize waiting, gsize most)
{
	return waiting == 0 ||
	       (waiting < most &&
		__atomic_load_n(&call->calls->queued, __ATOMIC_SEQ_CST) <
			call->calls->waiting_max);
}

#endif
