/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/contract/attempt.h: a request that is run, and again with
 * what other chains have answered when its contracts ask them. Its time stays that
 * of the first run. All functions: [strand].
 */
#ifndef XUPER_CONTRACT_ATTEMPT_H
#define XUPER_CONTRACT_ATTEMPT_H

#include "plugins/engine-xuper/chain/chain.h"
#include "plugins/engine-xuper/cross/fact.h"

typedef struct {
	const bsn_tx_request *request;
	Facts *facts;
	guint64 time_ms;
} Attempt;

/* Runs it. Returns: BSN_OK, and the reply is answered. Errors: why not; those do
 * not count when facts_wanted says that an answer was lacking. */
typedef int32_t (*AttemptRun)(bsn_ledger *ledger, const Attempt *attempt,
			      bsn_reply *reply, bsn_err *err);

/* endorsed: a transaction is to come of it, so answers must be endorsed; else this
 * host's word is enough.
 * Returns: BSN_OK: the reply is answered, or will be, at most
 * FACTS_MAX * INQUIRY_MS later. Errors: those of `run`. */
int32_t attempt_begin(bsn_ledger *ledger, const bsn_tx_request *request,
		      gboolean endorsed, AttemptRun run, bsn_reply *reply,
		      bsn_err *err);

#endif
