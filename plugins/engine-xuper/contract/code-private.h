/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/contract/code-private.h: a runtime's view of a sandbox.
 */
#ifndef XUPER_CONTRACT_CODE_PRIVATE_H
#define XUPER_CONTRACT_CODE_PRIVATE_H

#include "plugins/engine-xuper/contract/code.h"

struct CodeView {
	bsn_state table;
	const CodeKind *kind;
	Sandbox *box;
	CodeOutcome *outcome;
	gboolean done;
	int32_t failed; /* what the sandbox's side ended with; BSN_OK: nothing */
	bsn_err err;    /* why */
	bsn_err refused; /* why a call within was refused last */
};

/* Completes a view; box and outcome (may be NULL) are borrowed. */
void code_view_init(CodeView *view, const CodeKind *kind, Sandbox *box,
		    CodeOutcome *outcome);
/* Keeps what ends an execution, whatever the runtime makes of it; what the
 * runtime's call returns. */
int32_t code_view_fail(CodeView *view, int32_t status);

/* A call within of a contract that has a name: refused (BSN_OK, and the outcome)
 * where that takes none, or is of another kind of code; else BSN_NOT_OFFERED. */
int32_t code_judge_call(CodeView *view, bsn_slice name, bsn_outcome *outcome);
/* Ends a call of one of the chain's own contracts that was refused with `status`,
 * for the reason in view->refused. BSN_UNAVAILABLE, of another chain's answer that
 * is lacking, ends the whole run, whatever the contract makes of failed calls: it
 * is run again when the answer is there. */
int32_t code_own_refused(CodeView *view, const bsn_call *call, int32_t status,
			 bsn_outcome *outcome);
/* Charges for what one of the chain's own contracts has answered.
 * Returns: BSN_OK, BSN_OUT_OF_BUDGET with view->refused. */
int32_t code_own_charge(CodeView *view, const bsn_call *call, guint64 bytes,
			bsn_outcome *outcome);

/* $cross of the EVM: whether it is at that address; what it does, as
 * bsn_state.builtin. */
gboolean evm_cross_is(bsn_slice contract);
int32_t evm_cross_run(CodeView *view, const bsn_call *call, bsn_sink *output,
		      bsn_outcome *outcome);
/* An event of a Solidity contract, told by its interface; else its bytes in hex. */
int32_t evm_log(CodeView *view, bsn_slice contract, const bsn_slice *topics,
		guint64 n, bsn_slice data);
/* The chain's own contracts, asked by a WebAssembly contract. */
int32_t wasm_kernel_run(CodeView *view, const bsn_call *call, bsn_sink *output,
			bsn_outcome *outcome);

#endif
