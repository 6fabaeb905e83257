/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/snapshot/walk.h: the entries that a chain's state
 * consists of, as they were after a checkpoint, while the chain goes on: the
 * world state ('s' ...), and the nonces of the blocks whose transactions may
 * not come again ('n' number, config block_limit_range), by ascending key. And
 * those that the blocks between two checkpoints changed. Both in bounded steps;
 * what was read stays right, whatever blocks come meanwhile. All functions:
 * [strand]. Errors: as bsn_store.get and scan; BSN_E_CORRUPT.
 */
#ifndef FISCO_SNAPSHOT_WALK_H
#define FISCO_SNAPSHOT_WALK_H

#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/snapshot/entries.h"

/* Entries of one step, of each source. */
#define WALK_STEP 256u
/* Bytes of one step, of each source, but for its last entry. */
#define WALK_BYTES (1u << 20)

typedef struct {
	guint64 checkpoint;
	GByteArray *at;  /* the key that comes next, or was the last one */
	gboolean passed; /* it was the last one */
	GByteArray *to;  /* keys before it; empty: all */
	gboolean ended;
} Walk;

/* Entries after block `checkpoint`, one of the last two that the head has
 * reached, with from <= key < to; an empty `to` means the end. */
void walk_init(Walk *walk, guint64 checkpoint, bsn_slice from, bsn_slice to);
/* A zeroed one is fine. */
void walk_clear(Walk *walk);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Walk, walk_clear)
/* Appends the next entries. */
int32_t walk_next(const Ledger *ledger, Walk *walk, Entries *entries);

typedef struct {
	guint64 from, to; /* checkpoints */
	guint64 number;   /* of the block whose nonces come next */
	GByteArray *at;   /* the key that was the last one; empty: none */
	gboolean ended;
} ChangeWalk;

/* What the blocks after checkpoint `from`, up to and with `to`, changed: `to`
 * is the last checkpoint that the head has reached. */
void change_walk_init(ChangeWalk *walk, guint64 from, guint64 to);
void change_walk_clear(ChangeWalk *walk);
/* Appends the next ones: each has the same index, and key, in both. */
int32_t change_walk_next(const Ledger *ledger, ChangeWalk *walk,
			 Entries *before, Entries *after);

#endif
