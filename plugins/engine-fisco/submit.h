/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/submit.h: transactions come in.
 */
#ifndef FISCO_SUBMIT_H
#define FISCO_SUBMIT_H

#include "plugins/engine-fisco/ledger.h"

/* As bsn_tx_ops.submit. [strand] */
int32_t submit_batch(Ledger *ledger, const bsn_submission *items, uint64_t n,
		     bsn_err *err);

/* The chain closes: answers whoever still waits in the pool. [strand] */
void submit_abandon(Ledger *ledger);

#endif
