/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/draft.h: a block in the making: transactions run into
 * it one by one, then its roots and header. All functions: [strand].
 */
#ifndef FISCO_DRAFT_H
#define FISCO_DRAFT_H

#include "plugins/engine-fisco/seal.h"

typedef struct {
	Ledger *ledger;
	const Parent *parent;
	SysconfigLimits limits; /* for this block */
	Sealed *sealed;
	GArray *receipts;    /* EncodedReceipt */
	guint64 bytes;       /* of the transactions */
} Draft;

/* The block after `parent`, which, as `sealer_address`, is borrowed until it is
 * sealed.
 *
 * Returns: BSN_OK. Errors: as sysconfig_get. */
int32_t draft_init(Draft *draft, Ledger *ledger, const Parent *parent,
		   guint64 time_ms, guint64 sealer,
		   const guint8 *sealer_address, bsn_err *err);
/* A zeroed draft is fine. */
void draft_clear(Draft *draft);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Draft, draft_clear)

/* Runs a transaction into the draft, one that its own limits allow (intake.h).
 * As execution_run; BSN_TOO_LARGE also for the block's limits of number and
 * bytes. */
int32_t draft_add(Draft *draft, Tx *tx, bsn_err *err);

/* Whether draft_ahead should be told what comes next. */
gboolean draft_wants_ahead(const Draft *draft);
/* The next transactions, in the order of their draft_add, as far as they are
 * known; they outlive the draft. */
void draft_ahead(Draft *draft, Tx *const *txs, guint n);

/* Digests it and takes the block out of the draft.
 *
 * Returns: BSN_OK. Errors: below 0. */
int32_t draft_seal(Draft *draft, Sealed **sealed, bsn_err *err);

#endif
