/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/rpc/methods.h: what can be asked for over JSON-RPC. A
 * method reads its parameters (params.h) and returns its result, a new
 * reference; after rpc_fail it returns NULL.
 *
 * A method that takes a transaction only reads its bytes: transactions of
 * several requests are verified together. Its result is the hash, once the
 * transaction waits in the pool.
 *
 * To add methods: write a list ended by an empty entry, and name it in
 * methods.c. All functions: [strand].
 */
#ifndef FISCO_RPC_METHODS_H
#define FISCO_RPC_METHODS_H

#include <bsn/ext/session.h>
#include <jansson.h>

#include "plugins/engine-fisco/ledger.h"

/* Codes of the specification, section 5.1. */
#define RPC_PARSE (-32700)
#define RPC_INVALID_REQUEST (-32600)
#define RPC_NO_METHOD (-32601)
#define RPC_INVALID_PARAMS (-32602)
#define RPC_INTERNAL (-32603)
/* Of Ethereum nodes (EIP-1474): everything that is not one of the others. */
#define RPC_SERVER (-32000)
#define RPC_LIMIT (-32005)
/* Of Ethereum nodes: the contract reverted; data has its output. */
#define RPC_REVERTED 3

/* A request while it is answered. */
typedef struct {
	Ledger *ledger;
	bsn_session *session; /* NULL: nothing can be pushed */
	const char *method;   /* borrowed */
	const json_t *params; /* an array, borrowed */

	int code;      /* of the error; 0 while there is none */
	char *message; /* of the error */
	json_t *data;  /* of the error, or NULL */
	guint64 gas;   /* out: what it ran contracts for */
} RpcCall;

/* Ends a call with an error, unless one came before. Returns NULL, so that a
 * method can end with it. */
json_t *rpc_fail(RpcCall *call, int code, const char *format, ...)
	G_GNUC_PRINTF(3, 4);
/* The same with a reason of the engine's own, by its status. */
json_t *rpc_fail_status(RpcCall *call, int32_t status, const bsn_err *err);

typedef struct {
	const char *name; /* NULL ends a list */
	json_t *(*run)(RpcCall *call);
	/* Instead of `run`, of one that takes a transaction: its bytes,
	 * appended; FALSE after rpc_fail. */
	gboolean (*raw)(RpcCall *call, GByteArray *out);
	/* Of one with `raw`: makes the error when it was refused. */
	void (*refused)(RpcCall *call, int32_t status, const bsn_err *err);
	/* Of one with `raw`: the answer may wait for the block (held.h). */
	gboolean held;
} RpcMethod;

/* NULL when there is none of this name. */
const RpcMethod *rpc_method(const char *name);

/* The lists of methods. */
extern const RpcMethod eth_block_methods[];
extern const RpcMethod eth_call_methods[];
extern const RpcMethod eth_filter_methods[];
extern const RpcMethod eth_logs_methods[];
extern const RpcMethod eth_node_methods[];
extern const RpcMethod eth_send_methods[];
extern const RpcMethod eth_state_methods[];
extern const RpcMethod eth_subscribe_methods[];
extern const RpcMethod eth_tx_methods[];
extern const RpcMethod fisco_block_methods[];
extern const RpcMethod fisco_node_methods[];
extern const RpcMethod fisco_tx_methods[];

#endif
