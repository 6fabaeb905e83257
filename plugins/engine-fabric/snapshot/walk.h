/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/snapshot/walk.h: the entries of the store that a
 * snapshot has, as they were after its block, while the chain goes on. In
 * ascending order of their keys:
 *
 *	'b' number   the block that the newest config is in
 *	'c' number   its time, without a certificate, which nodes may have
 *	             several of
 *	'i' hash     its number
 *	's' ...      the world state, but not the values of collections, which
 *	             members alone have
 *	't' digest   where each transaction is, by its id
 *
 * What later blocks have replaced is read from undo.h's entries; transactions
 * of later blocks are told by their block. All functions: [strand].
 */
#ifndef FABRIC_SNAPSHOT_WALK_H
#define FABRIC_SNAPSHOT_WALK_H

#include "plugins/engine-fabric/engine.h"
#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/snapshot/entries.h"

/* What stands in a snapshot in one place after the other. */
typedef struct {
	StoreKey from;
	StoreKey to;   /* keys before it */
	gboolean undo; /* undo.h has what was replaced */
	/* Whether an entry belongs to the snapshot, and what its value is
	 * there: `value` may be shortened. */
	gboolean (*take)(guint64 block, bsn_slice key, bsn_slice *value);
} WalkRange;

#define WALK_RANGES 5u
/* The one of the world state. */
#define WALK_STATE 3u

typedef struct {
	guint range;  /* WALK_RANGES: it has ended */
	StoreKey at;  /* the last key that was passed; len 0: none */
} WalkCursor;

typedef struct {
	Channel *channel;
	guint64 block;
	guint8 undo; /* first byte of what was replaced; 0: nothing was */
	WalkRange ranges[WALK_RANGES];
} Walk;

/* Returns: BSN_OK. In: head: after the snapshot's block. Errors: as
 * ledger_block: of the config block. */
int32_t walk_init(Walk *walk, Channel *channel, const LedgerHead *head,
		  guint8 undo, bsn_err *err);

/* Goes on with at most ENTRY_PAGE_MAX entries of the store, and ends with the
 * first one at which `part` has SNAPSHOT_PART_BYTES.
 *
 * Returns: BSN_OK.
 * In:      cursor: zeroed at first.
 * Out:     cursor: moved on; part: appended to, as entries.h has it; entries:
 *          how many more.
 * Errors:  as bsn_store.scan; BSN_E_CORRUPT. */
int32_t walk_next(const Walk *walk, WalkCursor *cursor, GByteArray *part,
		  guint *entries, bsn_err *err);

/* Whether an entry of a part may be in a snapshot of that block. */
gboolean walk_knows(const Suite *suite, const LedgerHead *head,
		    const Entry *entry);

#endif
