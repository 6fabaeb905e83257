/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/gateway/call.h: one call of a Fabric client, and what a
 * method does to it. Internal to gateway/.
 *
 * service.c has the host's table and a call's beginning and end; turns.c lets
 * calls that stream take turns, so that none of them, and not all of them, keep
 * the strand for long. All functions: [strand], unless it says otherwise.
 */
#ifndef FABRIC_GATEWAY_CALL_H
#define FABRIC_GATEWAY_CALL_H

#include "plugins/kit/codec/arena.h"
#include "plugins/engine-fabric/gateway/gateway.h"
#include "plugins/engine-fabric/gateway/problem.h"

/* Calls of one channel at a time; more are refused with RESOURCE_EXHAUSTED, as
 * Fabric's peers do beyond peer.limits.concurrency. */
#define GATEWAY_CALLS_MAX 4096u

#define TLS_HASH_LEN 32u /* SHA-256, whatever the channel's digests are */

typedef struct Call Call;

typedef struct {
	bsn_grpc_method grpc; /* first: the host gives it back */
	gsize size;	      /* of a structure that begins with a Call */

	/* Which channel a first message is for.
	 *
	 * Returns: BSN_OK. Out: channel, in the arena; "" is none.
	 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE. [any] */
	int32_t (*route)(Arena *arena, bsn_slice message, const char **channel,
			 bsn_err *err);
	/* The first message, borrowed. Answers, now or later, by call_*. */
	void (*begin)(Call *call, bsn_slice message);
	/* A further one, for each services.grpc->read; and there are no more.
	 * Required when clients stream. */
	void (*message)(Call *call, bsn_slice message);
	void (*ended)(Call *call);
	/* Required when it streams: its turn has come; sends one piece, a block
	 * at most. Called after call_wake, whenever blocks have become durable,
	 * when there is room again after BSN_BUSY, and again after itself while
	 * it answers so.
	 *
	 * Returns: bytes that were read or sent, about; 0: nothing to do. */
	gsize (*step)(Call *call);
	/* The config is another one. Optional. */
	void (*config_changed)(Call *call);
	/* It is over: frees what it has, and nobody calls back any more.
	 * Optional. */
	void (*release)(Call *call);
} Method;

/* A method's own structure begins with it, zeroed. After call_finish and
 * call_fail only `release` is called. */
struct Call {
	Channel *channel;
	const Method *method;
	bsn_grpc_call *grpc;
	guint8 tls_hash[TLS_HASH_LEN]; /* of the client's TLS certificate */
	gboolean has_tls;	       /* it showed one */
	gboolean finished;
	gboolean busy;	/* the host has no room: `step` comes */
	gboolean woken; /* it is among the turns */
	GList link;	/* of FabricGateway.calls */
	GList turn;	/* of FabricGateway.turns */
};

/* Channel.gateway. */
typedef struct FabricGateway {
	GQueue calls;		/* Call, all that are not released */
	GQueue turns;		/* Call, those that have something to do */
	GHashTable *unresolved; /* status.c: tx id: GQueue of StatusCall */
	GQueue resolved;	/* likewise: StatusCall, blocks not durable */
	GQueue blocks; /* event_block.c: EventBlock, as they were read */
} FabricGateway;

/* ---- service.c ---- */

/* Queues one message.
 *
 * Returns: BSN_OK; also when the call is over, for then it does not matter.
 * Errors:  BSN_BUSY: nothing was sent, of a method that streams; `step` comes
 *          when there is room. Others have failed the call. */
int32_t call_send(Call *call, bsn_slice message);
/* The answer of a method that does not stream, a structure of protobuf-c's, and
 * the end of it. */
void call_answer(Call *call, const void *message);
/* Ends it with OK. */
void call_finish(Call *call);
/* Ends it otherwise. In: code: PROBLEM_*. */
void call_fail(Call *call, const Problem *problem);
void call_fail_text(Call *call, guint code, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

/* Whether ChannelHeader.tls_cert_hash is that of the connection; not set, it
 * may be any. */
gboolean call_is_bound(const Call *call, bsn_slice tls_cert_hash);

/* ---- turns.c ---- */

/* Its `step` comes soon, not inside. */
void call_wake(Call *call);
/* All that stream. */
void turns_wake_all(FabricGateway *gateway);
/* Not any more. */
void turns_drop(Call *call);

/* ---- the methods ---- */

extern const Method evaluate_method;	     /* evaluate.c */
extern const Method endorse_method;	     /* endorse.c */
extern const Method submit_method;	     /* submit.c */
extern const Method status_method;	     /* status.c */
extern const Method events_method;	     /* events.c */
extern const Method deliver_method;	     /* deliver.c */
extern const Method deliver_filtered_method; /* deliver.c */
extern const Method orderer_deliver_method;  /* deliver.c */
extern const Method deliver_private_method;  /* deliver.c */
extern const Method broadcast_method;	     /* broadcast.c */
extern const Method process_method;	     /* process.c */

/* Blocks are durable: who waits for their transactions is answered. */
void status_durable(Channel *channel);

#endif
