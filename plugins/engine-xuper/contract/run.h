/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/contract/run.h: runs a transaction's contract requests one
 * after the other on a sandbox: kernel contracts (kernel/kernel.h) and contracts
 * with code, by the runtime that their description names. Pre-execution and
 * verification are both this.
 *
 * A request is for a contract of the chain's own, module "xkernel" or none; for
 * Solidity code, module "evm" or none: args "input", the call's data, whose selector
 * is that of method_name (interface.h); or "jsonEncoded" = "true" and "input", a JSON
 * object or array of the arguments; or for WebAssembly, module "wasm" or none:
 * method_name is the function, and args are its arguments (places.h).
 */
#ifndef XUPER_CONTRACT_RUN_H
#define XUPER_CONTRACT_RUN_H

#include "plugins/engine-xuper/contract/sandbox.h"

typedef struct {
	int32_t status;   /* BSN_OK, or of the request that failed */
	guint failed;     /* which request */
	char *reason;     /* of the failure; contract's own words when it has */
	GByteArray *output; /* of the last request */
	char *language;   /* of the last one's contract: "solidity", "wasm",
			   * "kernel" */
	guint64 used[RESOURCES];
	guint64 gas;      /* by the chain's prices */
} RunResult;
void run_result_clear(RunResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RunResult, run_result_clear)

#define RUN_READ_ONLY 1u /* flag: every change fails */

/* Runs; each request's limits bind it, and the chain's bind all together.
 * Returns: BSN_OK, and `result` says how it went. Errors: below 0. [any thread,
 * while the layers below do not change] */
int32_t run_requests(Sandbox *box, Xldgpb__InvokeRequest *const *requests,
		     guint n, guint32 flags, RunResult *result, bsn_err *err);

/* A kernel contract calls a contract, be it another kernel contract or one with
 * code; `caller` is its name, which the other one sees. What fails has changed
 * nothing. An output is replaced; it may be NULL.
 * Returns: BSN_OK; above 0: refused. Errors: below 0. */
int32_t run_call(Sandbox *box, const char *caller,
		 const Xldgpb__InvokeRequest *request, GByteArray *output,
		 bsn_err *err);
/* What so much of each resource costs by the chain's prices; rounded up, and 0 on
 * a chain without fees. [any] */
guint64 run_gas(const ChainConfig *config, const guint64 used[RESOURCES]);

/* Gas that an execution of code may use yet. */
guint64 sandbox_cpu_left(const Sandbox *box);

#endif
