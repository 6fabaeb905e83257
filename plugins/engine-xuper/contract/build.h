/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/contract/build.h: requests become transactions; contracts
 * are listed, checked and called. All functions: [strand].
 */
#ifndef XUPER_CONTRACT_BUILD_H
#define XUPER_CONTRACT_BUILD_H

#include "plugins/engine-xuper/chain/chain.h"

/* As the functions of bsn_tx_ops. */
int32_t build_begin(bsn_ledger *ledger, const bsn_tx_request *request,
		    bsn_reply *reply, bsn_err *err);
int32_t build_sign_round(bsn_ledger *ledger, bsn_slice state,
			 bsn_slice signature, bsn_reply *reply, bsn_err *err);
int32_t build_call(bsn_ledger *ledger, const bsn_tx_request *request,
		   bsn_reply *reply, bsn_err *err);

extern const bsn_contract_ops xuper_contract_ops;

#endif
