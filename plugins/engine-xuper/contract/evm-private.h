/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/contract/evm-private.h: the runtime's view of a sandbox.
 */
#ifndef XUPER_CONTRACT_EVM_PRIVATE_H
#define XUPER_CONTRACT_EVM_PRIVATE_H

#include "plugins/engine-xuper/contract/evm.h"

typedef struct {
	bsn_state table;
	Sandbox *box;
	EvmOutcome *outcome;
	gboolean done;
	int32_t failed; /* what the sandbox's side ended with; BSN_OK: nothing */
	bsn_err err;    /* why */
	bsn_err refused; /* why a call within was refused last */
} EvmView;

/* Completes a view; box and outcome (may be NULL) are borrowed. */
void evm_view_init(EvmView *view, Sandbox *box, EvmOutcome *outcome);
/* $cross: whether it is at that address; what it does, as bsn_state.builtin. */
gboolean evm_cross_is(bsn_slice contract);
int32_t evm_cross_run(EvmView *view, const bsn_call *call, bsn_sink *output,
		      bsn_outcome *outcome);
/* An event of a contract, told by its interface; else its bytes in hex. */
int32_t evm_log(Sandbox *box, bsn_slice contract, const bsn_slice *topics,
		guint64 n, bsn_slice data, bsn_err *err);

#endif
