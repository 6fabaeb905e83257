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
	/* ledger_history's: what it reads next, 0:0 nothing of trails; the
	 * newest deletion before the key was there. */
	gboolean begun;
	Version next;
	Version deletion;
} HistoryCursor;

/* A walk begins with what is older than a transaction, or with the newest. */
#define HISTORY_BEFORE(block_, tx_) \
	((HistoryCursor){ .block = (block_), .tx = (tx_) })
#define HISTORY_NEWEST HISTORY_BEFORE(G_MAXUINT64, G_MAXUINT64)

/* The next changes of a key of the public state, HISTORY_PAGE at most,
 * fewer of large values.
 *
 * Returns: BSN_OK.
 * In:      cursor: HISTORY_NEWEST or HISTORY_BEFORE at first.
 * Out:     entries: HistoryEntry, to be freed with history_entry_free; none at
 *          the end; cursor: moved on.
 * Errors:  BSN_BUSY: newer ones than asked for were passed, and others are to
 *          have their turn before the same again; BSN_E_IO, BSN_E_CORRUPT. */
int32_t ledger_history(const ChannelLedger *ledger, bsn_slice namespace,
		       bsn_slice key, HistoryCursor *cursor, GPtrArray *entries,
		       bsn_err *err);

#endif
