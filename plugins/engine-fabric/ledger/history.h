/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/history.h: what valid transactions made of a
 * key, newest first, as GetHistoryForKey has it. All functions: [strand].
 */
#ifndef FABRIC_LEDGER_HISTORY_H
#define FABRIC_LEDGER_HISTORY_H

#include "plugins/engine-fabric/ledger/ledger.h"

/* Changes that are read at once, and bytes of values after which no more are. */
#define HISTORY_PAGE 100u
#define HISTORY_PAGE_BYTES (4u << 20)

/* One change. */
typedef struct {
	guint64 block;
	guint64 tx; /* position in the block */
	char *tx_id;
	gint64 seconds; /* the client's clock, as the transaction says */
	gint32 nanoseconds;
	gboolean is_delete;
	GBytes *value; /* empty when it is a delete */
} HistoryEntry;

void history_entry_free(HistoryEntry *entry);

/* Where a walk stands. */
typedef struct {
	guint64 block; /* what comes next is older than this transaction */
	guint64 tx;
} HistoryCursor;

#define HISTORY_NEWEST                   \
	{                                \
		G_MAXUINT64, G_MAXUINT64 \
	}

/* The next changes of a key of the public state, HISTORY_PAGE at most,
 * fewer of large values.
 *
 * Returns: BSN_OK.
 * In:      cursor: HISTORY_NEWEST at first.
 * Out:     entries: HistoryEntry, to be freed with history_entry_free; none at
 *          the end; cursor: moved on.
 * Errors:  BSN_E_IO, BSN_E_CORRUPT. */
int32_t ledger_history(const ChannelLedger *ledger, bsn_slice namespace,
		       bsn_slice key, HistoryCursor *cursor, GPtrArray *entries,
		       bsn_err *err);

#endif
