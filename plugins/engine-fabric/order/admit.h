/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/order/admit.h: may an envelope be ordered: its form,
 * whose it is, when it is from. What it does is judged when its block is
 * committed. All functions: [strand], unless it says otherwise.
 */
#ifndef FABRIC_ORDER_ADMIT_H
#define FABRIC_ORDER_ADMIT_H

#include "plugins/engine-fabric/ledger/tx.h"
#include "plugins/engine-fabric/order/private.h"

/* How far a transaction's time may be ahead of the clock here: as Fabric's peers
 * bound it. A block's time is the latest of its transactions'. */
#define ADMIT_AHEAD_MS 900000u
/* Between the clocks of two nodes. */
#define ADMIT_SKEW_MS 60000u

#define ADMIT_WRITERS "/Channel/Writers"

typedef struct {
	const BlockTx *tx;
	MspIdentity *who; /* a reference; NULL when it is not known */
	int32_t status;
	bsn_err err; /* native: a TxValidationCode */
} Admission;

/* Judges n envelopes, the signatures together on all workers.
 *
 * In:  of each, tx; the rest zeroed; proposed: they are in a block that another
 *      node proposes, where a CONFIG takes the place of a CONFIG_UPDATE.
 * Out: of each, who, status and err: BSN_BAD_REQUEST, BSN_TOO_LARGE,
 *      BSN_DENIED, BSN_EXPIRED, BSN_BAD_SIGNATURE. */
void admit_judge(Channel *channel, Admission *items, guint64 n,
		 gboolean proposed);
void admission_clear(Admission *item);

/* Whether it is in the ledger; BSN_DUPLICATE with the block's number. */
int32_t admit_is_new(const Channel *channel, const char *tx_id, bsn_err *err);

gboolean tx_is_update(const BlockTx *tx); /* [any] */
/* A transaction's own time, ms; 0 for none. [any] */
guint64 tx_time_ms(const BlockTx *tx);

#endif
