/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/snapshot.h: the world state as it was when a
 * simulation began, for as long as that runs.
 *
 * Simulations are asynchronous (a chaincode's process asks for one key after
 * another), and blocks are committed in between. The store only has the newest
 * state, so each block that is committed while somebody looks leaves behind
 * what it replaced: what a snapshot has is read instead of the store's. All
 * simulations that began after the same block share one snapshot. With nobody
 * looking nothing is kept.
 *
 * What is kept is bounded: beyond, the oldest snapshot is given up, and whoever
 * reads it is told that it is gone. All functions: [strand].
 */
#ifndef FABRIC_LEDGER_SNAPSHOT_H
#define FABRIC_LEDGER_SNAPSHOT_H

#include "plugins/engine-fabric/ledger/state.h"

/* Blocks after which simulations run at the same time. */
#define SNAPSHOTS_MAX 64u
/* Bytes that all snapshots keep; what several keep is counted for each. */
#define SNAPSHOTS_BYTES (64u << 20)

typedef struct {
	guint64 height; /* blocks that it has seen */
	GTree *before;	/* StateItem: what later blocks have replaced */
	gsize bytes;	/* of them */
	guint users;
	gboolean gone;
} Snapshot;

/* Somebody else who wants to know what is replaced, and keeps it in the store
 * (snapshot/undo.h). The caller embeds it. */
typedef struct StateKeeper StateKeeper;
struct StateKeeper {
	/* One entry as it is, or that there is none. Returns: BSN_OK. */
	int32_t (*keep)(StateKeeper *keeper, const StateItem *before,
			bsn_err *err);
	/* That was all of a block. Returns: as bsn_store.commit. */
	int32_t (*kept)(StateKeeper *keeper, bsn_err *err);
};

typedef struct {
	GQueue list; /* Snapshot, the oldest first */
	gsize bytes;
	StateKeeper *keeper; /* NULL: nobody */
} Snapshots;

#define SNAPSHOTS_INIT                \
	{                             \
		G_QUEUE_INIT, 0, NULL \
	}

/* The state after `height` blocks, which is the newest; for
 * snapshot_release. */
Snapshot *snapshot_take(Snapshots *snapshots, guint64 height);
void snapshot_release(Snapshots *snapshots, Snapshot *snapshot);

/* Keeps what a block is about to replace. Keeping too much, because the block
 * is not committed after all, does no harm.
 *
 * In:      updates: a tree of items.
 * Returns: BSN_OK. Errors: BSN_E_IO, BSN_E_CORRUPT; the keeper's. */
int32_t snapshots_keep(Snapshots *snapshots, const State *state, GTree *updates,
		       bsn_err *err);

/* Reads an entry as it was.
 *
 * Out:     item: a reference, or NULL when there was none.
 * Returns: BSN_OK.
 * Errors:  BSN_EXPIRED when the snapshot is gone; as state_get. */
int32_t snapshot_get(const Snapshot *snapshot, const State *state,
		     bsn_slice key, StateItem **item, bsn_err *err);
/* Returns: BSN_OK, or BSN_EXPIRED with a reason when it is gone. */
int32_t snapshot_check(const Snapshot *snapshot, bsn_err *err);

#endif
