/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/contract/evm.h: one execution of Solidity code on a sandbox:
 * the runtime's state is bucket "evm", its events are the transaction's, its gas
 * is CPU. Contracts can call each other; those of the chain itself have no
 * address. All balances are zero and stay so: tokens are outputs of transactions,
 * which the machine knows nothing of.
 */
#ifndef XUPER_CONTRACT_EVM_H
#define XUPER_CONTRACT_EVM_H

#include <bsn/runtime.h>

#include "plugins/engine-xuper/contract/sandbox.h"

/* Bytes that an execution may answer. */
#define EVM_OUTPUT_MAX (1u << 20)

typedef struct {
	guint32 kind;  /* BSN_CALL_INVOKE, BSN_CALL_CREATE */
	guint32 flags; /* BSN_CALL_READ_ONLY, BSN_CALL_REPLACE */
	guint8 caller[EVM_ADDRESS_LEN];
	guint8 contract[EVM_ADDRESS_LEN];
	bsn_slice input;
	guint64 budget; /* gas */
} EvmCall;

/* How it went; when not well it has changed nothing. */
typedef struct {
	int32_t status; /* BSN_OK; above 0, then there is a reason */
	GByteArray *output; /* result, or data that it reverted with */
	char reason[BSN_REASON_MAX];
} EvmOutcome;
void evm_outcome_clear(EvmOutcome *outcome);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(EvmOutcome, evm_outcome_clear)

/* Returns: BSN_OK, and the outcome. Errors: BSN_E_VERSION: there is no such
 * runtime; what else is below 0. [any] */
int32_t evm_execute(Sandbox *box, const EvmCall *call, EvmOutcome *outcome,
		    bsn_err *err);
/* Whether there is code at an address. Returns: BSN_OK, BSN_NOT_FOUND. */
int32_t evm_has_code(Sandbox *box, const guint8 contract[EVM_ADDRESS_LEN],
		     bsn_err *err);
/* The runtime. */
const bsn_runtime *evm_runtime(bsn_err *err); /* NULL: BSN_E_VERSION */

#endif
