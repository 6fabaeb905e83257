/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/call.h: functions run for their result only.
 */
#ifndef FISCO_CALL_H
#define FISCO_CALL_H

#include "plugins/engine-fisco/ledger.h"

/* As bsn_tx_ops.call. The function may change state, as FISCO's own call: what
 * it changed is thrown away. [strand] */
int32_t call_run(Ledger *ledger, const bsn_tx_request *request,
		 bsn_reply *reply, bsn_err *err);

#endif
