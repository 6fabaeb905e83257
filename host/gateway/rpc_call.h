/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/rpc_call.h: one JSON-RPC message on its way through an engine:
 * taken apart, its requests asked together, their answers joined. Main loop.
 */
#ifndef HOST_GATEWAY_RPC_CALL_H
#define HOST_GATEWAY_RPC_CALL_H

#include <bsn/ext/session.h>

#include "host/chain/chain.h"
#include "identity/certificate.h"

/* In the order of the specification's section 5.1 and EIP-1474. */
#define RPC_PARSE_ERROR (-32700)
#define RPC_INVALID_REQUEST (-32600)
#define RPC_METHOD_NOT_FOUND (-32601)
#define RPC_INTERNAL_ERROR (-32603)
#define RPC_REJECTED (-32000)
#define RPC_UNAVAILABLE (-32002)
#define RPC_LIMIT_EXCEEDED (-32005)

typedef struct {
	Chain *chain;
	Role role;	      /* of the caller: what it may ask */
	guint batch_max;
	bsn_session *session; /* borrowed; NULL: nothing can be pushed */
	/* Once, from within rpc_call or later: `answer` is for g_string_free,
	 * or NULL when nothing is to be sent. */
	void (*done)(gpointer owner, GString *answer);
	gpointer owner;
} RpcCaller;

/* Asks what the message says. Returns whether it had a request that changes
 * something. */
gboolean rpc_call(const RpcCaller *caller, GBytes *message);

/* {"jsonrpc":"2.0","error":...} of a message that had no request. */
GString *rpc_error(int code, const char *message);

#endif
