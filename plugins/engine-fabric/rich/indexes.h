/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/rich/indexes.h: all indexes of a channel. Internal to
 * rich/. All functions: [strand].
 */
#ifndef FABRIC_RICH_INDEXES_H
#define FABRIC_RICH_INDEXES_H

#include "plugins/engine-fabric/ledger/ledger.h"
#include "plugins/engine-fabric/rich/index.h"

/* Indexes of one chaincode. */
#define INDEXES_MAX 64u
/* Documents, bytes of them, and entries that are removed, of one step in the
 * background. */
#define INDEX_STEP_ITEMS 500u
#define INDEX_STEP_BYTES (1u << 20)
#define INDEX_STEP_DROPPED 2000u

typedef struct Indexes {
	StateIndexes base;
	ChannelLedger *ledger;
	GPtrArray *list; /* Index, by number */
	guint32 next_number;
	gboolean unprepared; /* the store took no record: read packages again */
} Indexes;

/* ---- indexes.c ---- */

/* Reads the records. Returns: BSN_OK and indexes for indexes_free, known to the
 * ledger. Errors: BSN_E_IO, BSN_E_CORRUPT. */
int32_t indexes_new(ChannelLedger *ledger, Indexes **indexes, bsn_err *err);
void indexes_free(Indexes *indexes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Indexes, indexes_free)

/* A namespace has these from now on; others that it has are dropped.
 *
 * In:      wanted: Index, of that namespace.
 * Returns: BSN_OK. Errors: those of bsn_store.commit: then all is as before. */
int32_t indexes_set(Indexes *indexes, const char *namespace,
		    const GPtrArray *wanted, bsn_err *err);

/* ---- maintain.c ---- */

int32_t indexes_change(StateIndexes *base, const State *state, GTree *updates,
		       LedgerBatch *batch, bsn_err *err);

/* ---- build.c ---- */

/* One step of what is to be done in the background.
 *
 * Returns: BSN_OK. Out: more: something is left.
 * Errors:  those of bsn_store.commit: nothing has changed; BSN_E_*. */
int32_t indexes_step(Indexes *indexes, gboolean *more, bsn_err *err);

#endif
