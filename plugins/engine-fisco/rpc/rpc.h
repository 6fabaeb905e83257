/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/rpc/rpc.h: JSON-RPC 2.0: requests in, answers out. What
 * the methods are is in methods.h.
 *
 * All functions: [strand].
 */
#ifndef FISCO_RPC_RPC_H
#define FISCO_RPC_RPC_H

#include <bsn/ext/jsonrpc.h>

#include "plugins/engine-fisco/ledger.h"

/* bsn.engine.jsonrpc/1 of this engine. */
extern const bsn_engine_jsonrpc fisco_jsonrpc;

/* One request text, one answer text. */
typedef struct {
	bsn_slice text;       /* one JSON object, never a batch */
	bsn_session *session; /* of who asks; NULL: nothing can be pushed */
	GByteArray *answer;   /* out: the response object; NULL when nothing
			       * is sent, since it was a notification */
	gboolean held;        /* out: the answer had better wait until the
			       * transaction's block is on disk (held.h) */
	guint8 tx_hash[HASH_LEN]; /* of that one */
} RpcRequest;

/* Answers n requests in their order; the transactions among them that follow
 * each other go to the pool together. Whoever has sent the answers calls
 * agree_pending when it returns TRUE: the pool has grown. Release answers with
 * g_byte_array_unref. */
gboolean rpc_run(Ledger *ledger, RpcRequest *requests, guint64 n);

/* The same for one, agree_pending included. NULL for a notification. */
GByteArray *rpc_answer(Ledger *ledger, bsn_session *session,
		       bsn_slice request);

#endif
