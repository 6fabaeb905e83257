/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/contract/invoke.h: a request for a contract's code.
 */
#ifndef XUPER_CONTRACT_INVOKE_H
#define XUPER_CONTRACT_INVOKE_H

#include "plugins/engine-xuper/contract/code.h"
#include "plugins/kit/solidity/interface.h"

#define ARG_INPUT "input"
#define ARG_JSON_ENCODED "jsonEncoded"

/* Runs it (run.h); caller: the kernel contract that calls, NULL: the transaction.
 * Output: what the contract answers, appended.
 * Returns: BSN_OK; above 0: refused. */
int32_t invoke_contract(Sandbox *box, const Xldgpb__InvokeRequest *request,
			const char *caller, GByteArray *output, bsn_err *err);
/* Room for addresses as the EVM has them. */
typedef struct {
	guint8 caller[EVM_ADDRESS_LEN];
	guint8 contract[EVM_ADDRESS_LEN];
} InvokeAddresses;
/* Who calls, as the runtime sees it: the initiator, or a kernel contract. For the
 * EVM these are the address that a contract of its name had, and zeros for the
 * chain itself; for others the names, and no bytes. It lies in `room`, or lives as
 * long as the sandbox's env and `caller`. [any] */
bsn_slice invoke_caller(const Sandbox *box, const CodeKind *kind,
			const char *caller, InvokeAddresses *room);
/* Says why code has failed; of Solidity by the interface (NULL: none) as far as it
 * tells. Returns: the outcome's status. [any] */
int32_t invoke_tell_failure(const CodeKind *kind, const AbiInterface *abi,
			    const CodeOutcome *outcome, bsn_err *err);
/* The value of an argument; empty when there is none. [any] */
bsn_slice invoke_arg(const Xldgpb__InvokeRequest *request, const char *name);

#endif
