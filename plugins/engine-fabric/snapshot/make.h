/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/snapshot/make.h: makes a snapshot in bounded steps,
 * while blocks are committed. Each part goes into the store with a record of
 * where the walk stands, so that it goes on there after a crash:
 *
 *	phase, head after the block, its time, cursor, parts so far
 *
 * When the manifest is there, what undo.c has kept is deleted, in steps too.
 * All functions: [strand].
 */
#ifndef FABRIC_SNAPSHOT_MAKE_H
#define FABRIC_SNAPSHOT_MAKE_H

#include "plugins/engine-fabric/snapshot/manifest.h"
#include "plugins/engine-fabric/snapshot/walk.h"

/* Snapshots that are in the making at the same time. */
#define MAKERS_MAX 2u

typedef struct {
	Channel *channel;
	guint slot;
	Manifest manifest; /* parts so far */
	Walk walk;
	WalkCursor stored; /* as the store has it */
	WalkCursor cursor; /* `part` begins at the one, ends at the other */
	GByteArray *part;
	guint entries;
	gboolean recorded; /* the record is in the store */
	gboolean cleaning; /* it is made; what was kept for it goes */
} Maker;

/* Begins after the newest block.
 *
 * Returns: BSN_OK and a maker for maker_free; nothing is in the store yet.
 * Errors:  as walk_init. */
int32_t maker_new(Channel *channel, guint slot, Maker **maker, bsn_err *err);
/* Goes on with one that the store has. Returns: BSN_OK; *maker NULL: there is
 * none. Errors: as maker_new; BSN_E_CORRUPT. */
int32_t maker_load(Channel *channel, guint slot, Maker **maker, bsn_err *err);
void maker_free(Maker *maker);

/* Adds what a block is about to replace to a batch, as far as it is needed, and
 * the record, unless it is there. Returns as undo_put. */
int32_t maker_keep(Maker *maker, const StateItem *before, LedgerBatch *batch,
		   bsn_err *err);
void maker_put(const Maker *maker, LedgerBatch *batch);

/* One step.
 *
 * Returns: BSN_OK.
 * Out:     made: the manifest has just got into the store; over: there is
 *          nothing left to do.
 * Errors:  BSN_BUSY, BSN_FULL: the same step again, later; others end it. */
int32_t maker_step(Maker *maker, gboolean *made, gboolean *over, bsn_err *err);

/* It is not wanted any more: what was kept for it goes, its parts are the
 * caller's. Adds that to a batch; once that is accepted, `cleaning` is to be
 * set. */
void maker_put_abandoned(const Maker *maker, LedgerBatch *batch);

/* Reads on without writing anything, with a maker of a channel whose store has
 * the state of that block: for who wants the hash alone.
 *
 * Returns as maker_step. Out: done: all parts are in the manifest. */
Maker *maker_new_reading(Channel *channel, const LedgerHead *head,
			 guint64 time_ms);
int32_t maker_read(Maker *maker, gboolean *done, bsn_err *err);

#endif
