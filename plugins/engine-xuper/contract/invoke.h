/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/contract/invoke.h: a request for Solidity code.
 */
#ifndef XUPER_CONTRACT_INVOKE_H
#define XUPER_CONTRACT_INVOKE_H

#include "plugins/engine-xuper/contract/sandbox.h"

#define MODULE_EVM "evm"
#define ARG_INPUT "input"
#define ARG_JSON_ENCODED "jsonEncoded"

/* Runs it (run.h); caller: the kernel contract that calls, NULL: the transaction.
 * Output: what the contract answers, appended.
 * Returns: BSN_OK; above 0: refused. */
int32_t invoke_contract(Sandbox *box, const Xldgpb__InvokeRequest *request,
			const char *caller, GByteArray *output, bsn_err *err);
/* Who calls, as the EVM sees it: the initiator, or a kernel contract, which has
 * the address that a contract of its name had; zeros: the chain itself. [any] */
void invoke_caller(const Sandbox *box, const char *caller,
		   guint8 evm[EVM_ADDRESS_LEN]);
/* The value of an argument; empty when there is none. [any] */
bsn_slice invoke_arg(const Xldgpb__InvokeRequest *request, const char *name);

#endif
