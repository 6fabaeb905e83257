/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/submit.h: transactions come in.
 */
#ifndef FISCO_SUBMIT_H
#define FISCO_SUBMIT_H

#include "plugins/engine-fisco/intake.h"

/* As bsn_tx_ops.submit. [strand] */
int32_t submit_batch(Ledger *ledger, const bsn_submission *items, uint64_t n,
		     bsn_err *err);

/* Whether anything can be submitted now.
 *
 * Returns: BSN_OK.
 * Errors:  as bsn_store.writable; BSN_BUSY: the pool is full. [strand] */
int32_t submit_door(Ledger *ledger, bsn_err *err);

/* Decodes and verifies n transactions and puts into the pool what may join
 * it. Whoever has a reply is answered; each item has its status and, unless
 * refused, its transaction, for intake_clear.
 *
 * Returns: whether one was put into the pool: agree_pending is owed.
 * [strand] */
gboolean submit_run(Ledger *ledger, Intake *items, guint64 n);

/* The chain closes: answers whoever still waits in the pool. [strand] */
void submit_abandon(Ledger *ledger);

#endif
