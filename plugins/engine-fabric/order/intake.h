/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/order/intake.h: envelopes that came in together are read,
 * and their signatures verified, on all workers. Internal to order/. All
 * functions: [strand].
 */
#ifndef FABRIC_ORDER_INTAKE_H
#define FABRIC_ORDER_INTAKE_H

#include "plugins/engine-fabric/order/admit.h"

typedef struct {
	bsn_jobs jobs;
	Channel *channel;
	guint64 n;
	BlockTx *txs;
	Admission *admissions; /* of each: whether it may come in */
} Intake;

/* Reads and judges n envelopes.
 *
 * Returns: an intake for intake_clear.
 * In:      txs: n of them with their envelopes, which are borrowed; taken. */
Intake intake_run(Channel *channel, BlockTx *txs, guint64 n);
void intake_clear(Intake *intake);

#endif
