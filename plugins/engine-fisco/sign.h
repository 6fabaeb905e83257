/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/sign.h: from a request to a finished transaction, in one
 * round of signing.
 */
#ifndef FISCO_SIGN_H
#define FISCO_SIGN_H

#include "plugins/engine-fisco/ledger.h"

/* As bsn_tx_ops.begin and sign_round. [strand] */
int32_t sign_begin(Ledger *ledger, const bsn_tx_request *request,
		   bsn_reply *reply, bsn_err *err);
int32_t sign_round(Ledger *ledger, bsn_slice state, bsn_slice signature,
		   bsn_reply *reply, bsn_err *err);

#endif
