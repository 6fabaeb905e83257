/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/ext/grpc.h: a framework's own gRPC services (`bsn.engine.grpc/1`), so that
 * its existing SDKs connect unchanged. The host listens, does TLS with client
 * certificates, HTTP/2 and gRPC (grpc/doc/PROTOCOL-HTTP2.md) on one address for
 * all its chains; the engine gets the calls of its chains, message by message,
 * on their strands, and answers by the service bsn_grpc (`bsn.grpc/1`).
 *
 * The first message of a call says which chain it is for (`route`).
 *
 * What happens to a call is told in its order: `opened`; `message`, each after a
 * bsn_grpc.read, and `ended` after the last; `closed`. Never two at once, and none
 * inside a function of bsn_grpc. After bsn_grpc.finish only `closed` comes, and
 * that not before the client has taken what is queued, or is gone. Calls that the
 * engine has are closed before its chain is. All clients have shown a certificate
 * of [grpc] ca_files; what they may do the engine decides, by it or by what they
 * sign.
 */
#ifndef BSN_EXT_GRPC_H
#define BSN_EXT_GRPC_H

#include "../engine.h"
#include "session.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BSN_ENGINE_GRPC_ID "bsn.engine.grpc/1"
#define BSN_GRPC_ID "bsn.grpc/1"

/* The client sends any number of messages, not exactly one. */
#define BSN_GRPC_CLIENT_STREAMS 1u
/* So does the engine. */
#define BSN_GRPC_SERVER_STREAMS 2u

/* A method of a service; constant while the plugin is loaded. Engines may have
 * the same one, which streams alike: the chain says whose the call is. */
typedef struct bsn_grpc_method {
	uint32_t size;
	uint32_t flags;   /* BSN_GRPC_* */
	const char *path; /* "/package.Service/Method" */
} bsn_grpc_method;

/* Bytes of a message, either way. */
#define BSN_GRPC_MESSAGE_MAX (16u << 20)
/* Bytes that wait for one call's client, at most, and one message more; less when
 * much waits for all clients of the host together. */
#define BSN_GRPC_QUEUE_MAX (4u << 20)

/* The host's side of a call. Valid from `opened` until `closed` returns. */
typedef struct bsn_grpc_call bsn_grpc_call;

/* Borrowed for the call of `opened`. */
typedef struct bsn_grpc_request {
	uint32_t size;
	uint32_t reserved;             /* 0 */
	const bsn_grpc_method *method; /* one of the engine's */
	const bsn_client *client;      /* by its TLS certificate */
	bsn_slice message;             /* the first */
	uint64_t timeout_ms; /* until the client gives it up; 0: it did not say.
			      * The host then ends the call: `closed` */
} bsn_grpc_request;

/* An engine's side; `own` is what its `opened` has answered. */
typedef struct bsn_engine_grpc {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* What it serves; ended by NULL. */
	const bsn_grpc_method *const *methods;

	/* Which chain a call is for.
	 *
	 * Returns: BSN_OK.
	 * In:      method, message: the first, from outside.
	 * Out:     chain: its name, at most 256 bytes; no such chain is the
	 *          client's NOT_FOUND.
	 * Errors:  BSN_BAD_REQUEST: the message does not say.
	 * [any] */
	int32_t (*route)(const bsn_grpc_method *method, bsn_slice message,
			 bsn_sink *chain, bsn_err *err);

	/* A call has come.
	 *
	 * Returns: BSN_OK: `closed` comes, whatever becomes of it.
	 * Out:     own: the engine's, NULL before.
	 * Errors:  any: the host ends the call with the status that it has for
	 *          it (bsn_grpc_status_of) and the reason; `closed` does not
	 *          come.
	 * [strand] & open */
	int32_t (*opened)(bsn_ledger *ledger, bsn_grpc_call *call,
			  const bsn_grpc_request *request, void **own,
			  bsn_err *err);

	/* A further message, once for each bsn_grpc.read; borrowed. Required
	 * of an engine with methods whose clients stream, as `ended`.
	 * [strand] & open */
	void (*message)(bsn_ledger *ledger, void *own, bsn_slice message);

	/* The client has sent all; it still takes answers. [strand] & open */
	void (*ended)(bsn_ledger *ledger, void *own);

	/* There may be room again, after BSN_BUSY: who sends may hear of BSN_BUSY
	 * once more, and then of room. Required of an engine with methods that
	 * stream. [strand] & open */
	void (*writable)(bsn_ledger *ledger, void *own);

	/* The call is over: it was finished, or its client has gone, does not
	 * want it any more, or its time is up. The last of it.
	 * [strand] & open & closing */
	void (*closed)(bsn_ledger *ledger, void *own);
} bsn_engine_grpc;

/* Required members, X(member). */
#define BSN_ENGINE_GRPC_REQUIRED(X) X(methods) X(route) X(opened) X(closed)

/* The gRPC table of an engine, or NULL. [any] */
static inline const bsn_engine_grpc *
bsn_engine_grpc_of(const bsn_engine *engine)
{
	if (!BSN_HAS(engine, query))
		return NULL;
	return (const bsn_engine_grpc *)engine->query(BSN_ENGINE_GRPC_ID);
}

/* ---- the host's service ------------------------------------------------- */

typedef struct bsn_grpc {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* Sends a message; of a method that does not stream exactly one.
	 *
	 * Returns: BSN_OK: queued, which is no promise that it arrives.
	 * In:      message, copied.
	 * Errors:  BSN_BUSY: BSN_GRPC_QUEUE_MAX is met, nothing was queued;
	 *          `writable` comes; BSN_TOO_LARGE; BSN_UNAVAILABLE: the call
	 *          is over, `closed` is on its way.
	 * [strand] & open */
	int32_t (*send)(bsn_grpc_call *call, bsn_slice message);

	/* Asks for one more message of a client that streams. [strand] & open */
	void (*read)(bsn_grpc_call *call);

	/* Ends the call, after what is queued; `closed` comes. Again is fine.
	 *
	 * In: code: a gRPC status (grpc/doc/statuscodes.md), 0 is OK; message:
	 *     UTF-8 for people, may be empty; details: a google.rpc.Status,
	 *     which goes into grpc-status-details-bin; may be empty. Both are
	 *     copied. Many clients take 8 KiB of trailers, in which details are
	 *     base64; those that do not fit are left out.
	 *     A method that does not stream has sent its answer before 0.
	 * [strand] & open & closing */
	void (*finish)(bsn_grpc_call *call, uint32_t code, bsn_slice message,
		       bsn_slice details);
} bsn_grpc;

BSN_HOST_SERVICE(bsn_grpc, bsn_host_grpc, BSN_GRPC_ID)

/* The gRPC status that says about what a BSN_* status says. [any] */
static inline uint32_t
bsn_grpc_status_of(int32_t status)
{
	switch (status) {
	case BSN_OK:
		return 0u;
	case BSN_BAD_REQUEST:
		return 3u; /* INVALID_ARGUMENT */
	case BSN_TIMEOUT:
		return 4u; /* DEADLINE_EXCEEDED */
	case BSN_NOT_FOUND:
		return 5u;
	case BSN_DUPLICATE:
		return 6u; /* ALREADY_EXISTS */
	case BSN_DENIED:
	case BSN_BAD_SIGNATURE:
	case BSN_EXPIRED:
		return 7u; /* PERMISSION_DENIED */
	case BSN_BUSY:
	case BSN_FULL:
	case BSN_TOO_LARGE:
		return 8u; /* RESOURCE_EXHAUSTED */
	case BSN_FROZEN:
		return 9u; /* FAILED_PRECONDITION */
	case BSN_CONFLICT:
	case BSN_REVERTED:
		return 10u; /* ABORTED */
	case BSN_NOT_OFFERED:
		return 12u; /* UNIMPLEMENTED */
	case BSN_UNAVAILABLE:
		return 14u;
	default:
		return 13u; /* INTERNAL */
	}
}

#ifdef __cplusplus
}
#endif

#endif /* BSN_EXT_GRPC_H */
