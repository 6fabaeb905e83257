/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/rich/walk.h: documents by an index, as a simulation sees
 * them. Internal to rich/. All functions: [strand].
 *
 * An index is of the newest state; a simulation sees an older one, and blocks
 * are committed while it walks. What they have replaced is in the snapshot
 * (ledger/snapshot.h), which tells exactly which documents the index no longer
 * speaks of: those entries are passed over, and those documents are taken from
 * the snapshot instead, at the places that they had. So each document of the
 * snapshot comes once, in the order of places, whenever the index was made.
 * Whenever the snapshot has become larger, the walk goes on anew behind the last
 * place that it gave.
 */
#ifndef FABRIC_RICH_WALK_H
#define FABRIC_RICH_WALK_H

#include "plugins/engine-fabric/rich/index.h"
#include "plugins/engine-fabric/rich/query.h"

/* Entries that are read from the store at once. */
#define WALK_PAGE 128u

struct IndexWalk {
	Index *index;
	gboolean descending;
	StoreKey from; /* of entries, not below this and below `to`; goes on */
	StoreKey to;
	GPtrArray *page; /* WalkEntry */
	guint used;
	gboolean more; /* the store may have others */
	Rows group;    /* entries that were cut alike, by their whole places */
	Rows before;   /* documents that the index does not speak of */
	gint n_before; /* what the snapshot had then; -1: not looked yet */
	GByteArray *last; /* place of what came last; empty: nothing did */
};

/* Entries from `from` on and before `to`. */
IndexWalk *index_walk_new(Index *index, gboolean descending, StoreKey from,
			  StoreKey to);
void index_walk_free(IndexWalk *walk);
/* Out: item: a reference to the next document, NULL at the end. The documents
 * that the index does not speak of come whatever the bounds are.
 * Errors: BSN_EXPIRED: the index was dropped; as snapshot_get, rows_add. */
int32_t index_walk_next(RichQuery *query, IndexWalk *walk, StateItem **item,
			bsn_err *err);

/* ---- plan.c ---- */

/* Chooses an index for a query.
 *
 * Returns: a walk; NULL: no index helps.
 * Out: in_order: whether it gives documents in the order of the results. */
IndexWalk *plan_new(const RichQuery *query, gboolean *in_order);

#endif
