/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/ext/jsonrpc.h: an engine that answers JSON-RPC 2.0 itself
 * (`bsn.engine.jsonrpc/1`), so that a framework's existing clients work
 * unchanged. The host serves it at /rpc/{chain}, over HTTP and WebSocket.
 *
 * Source: the JSON-RPC 2.0 specification, 2013-01-04.
 */
#ifndef BSN_EXT_JSONRPC_H
#define BSN_EXT_JSONRPC_H

#include "../engine.h"
#include "session.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BSN_ENGINE_JSONRPC_ID "bsn.engine.jsonrpc/1"

/* One request and who waits for its answer. */
typedef struct bsn_rpc_request {
	uint32_t size;
	uint32_t reserved;    /* 0 */
	bsn_slice request;    /* one JSON object, UTF-8; never a batch */
	bsn_session *session; /* of a WebSocket; NULL: nothing can be pushed */
	bsn_reply *reply;
} bsn_rpc_request;

typedef struct bsn_engine_jsonrpc {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* Answers requests: the items of a batch, or of several clients that
	 * met on the way. Each is answered on its own with reply->value: the
	 * whole response object, whether result or error; the text "null" for
	 * a notification, to which nothing is sent. reply->fail is for what is
	 * not a JSON-RPC answer: the host makes one of it.
	 *
	 * Returns: BSN_OK: each item was or will be answered.
	 * In:      items, n.
	 * Errors:  only for all of them, e.g. BSN_BUSY; no reply was used.
	 * [strand] & open */
	int32_t (*requests)(bsn_ledger *ledger, const bsn_rpc_request *items,
			    uint64_t n, bsn_err *err);

	/* A session that a request came with has ended: what it subscribed to
	 * ends with it. Comes once, also for sessions that never subscribed.
	 * [strand] & open & closing */
	void (*closed)(bsn_ledger *ledger, bsn_session *session);
} bsn_engine_jsonrpc;

/* Required members, X(member). */
#define BSN_ENGINE_JSONRPC_REQUIRED(X) X(requests) X(closed)

/* The JSON-RPC table of an engine, or NULL. [any] */
static inline const bsn_engine_jsonrpc *
bsn_engine_jsonrpc_of(const bsn_engine *engine)
{
	if (!BSN_HAS(engine, query))
		return NULL;
	return (const bsn_engine_jsonrpc *)engine->query(BSN_ENGINE_JSONRPC_ID);
}

#ifdef __cplusplus
}
#endif

#endif /* BSN_EXT_JSONRPC_H */
