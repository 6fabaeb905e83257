/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/contract/build.h: requests become transactions; contracts
 * are listed, checked and called. All functions: [strand].
 */
#ifndef XUPER_CONTRACT_BUILD_H
#define XUPER_CONTRACT_BUILD_H

#include "plugins/engine-xuper/chain/chain.h"

/* As the functions of bsn_tx_ops. Requests are run on the state with all that
 * waits. What `call` answers beside: "output" (hex), "gas_used" by the chain's
 * prices, "resources", "block"; with options.preexec, which lets all requests be
 * called, "reads" and "writes" as a transaction had them. */
int32_t build_begin(bsn_ledger *ledger, const bsn_tx_request *request,
		    bsn_reply *reply, bsn_err *err);
int32_t build_sign_round(bsn_ledger *ledger, bsn_slice state,
			 bsn_slice signature, bsn_reply *reply, bsn_err *err);
int32_t build_call(bsn_ledger *ledger, const bsn_tx_request *request,
		   bsn_reply *reply, bsn_err *err);

extern const bsn_contract_ops xuper_contract_ops;

#endif
