/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/origin.h: where a store's blocks begin. One that
 * was begun from a snapshot has the state after a block without those before.
 */
#ifndef FABRIC_LEDGER_ORIGIN_H
#define FABRIC_LEDGER_ORIGIN_H

#include "plugins/engine-fabric/ledger/store.h"

typedef struct {
	/* The first block that is here, beside block 0 and the one that the
	 * snapshot's config is in; 0: all are here. */
	guint64 first;
	/* A snapshot is being put in: the state is of no block. */
	gboolean installing;
} LedgerOrigin;

/* Reads it; zeroed when there is none.
 *
 * Returns: BSN_OK. Errors: BSN_E_CORRUPT, BSN_E_IO. [any] */
int32_t ledger_origin_load(const LedgerStore *store, LedgerOrigin *origin,
			   bsn_err *err);
void ledger_origin_save(LedgerBatch *batch, const LedgerOrigin *origin);

#endif
