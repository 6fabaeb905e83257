/* SPDX-License-Identifier: Apache-2.0
 *
 * Stand-ins for the parts of the engine that are not built yet.
 */
#include "plugins/engine-xuper/contract/build.h"

int32_t
build_begin(bsn_ledger *ledger, const bsn_tx_request *request,
	    bsn_reply *reply, bsn_err *err)
{
	return bsn_fail(err, BSN_NOT_OFFERED, "absent");
}

int32_t
build_sign_round(bsn_ledger *ledger, bsn_slice state, bsn_slice signature,
		 bsn_reply *reply, bsn_err *err)
{
	return bsn_fail(err, BSN_NOT_OFFERED, "absent");
}

int32_t
build_call(bsn_ledger *ledger, const bsn_tx_request *request,
	   bsn_reply *reply, bsn_err *err)
{
	return bsn_fail(err, BSN_NOT_OFFERED, "absent");
}

const bsn_contract_ops xuper_contract_ops = { .size = sizeof(bsn_contract_ops) };
