/* SPDX-License-Identifier: Apache-2.0
 *
 * host/service/store_private.h: what the store's own files share.
 *
 * Locks, each held briefly and never across disk access: Store.lock,
 * StoreSpace.lock. The latter may be held while the former is taken, not the
 * other way round; the journal's own is innermost. Store.callbacks is held
 * while a `durable` runs.
 */
#ifndef HOST_SERVICE_STORE_PRIVATE_H
#define HOST_SERVICE_STORE_PRIVATE_H

#include "host/service/store.h"
#include "host/service/store_env.h"
#include "host/service/store_filter.h"
#include "host/service/store_journal.h"
#include "host/service/store_overlay.h"

/* All spaces together may hold this many times what one may. */
#define STORE_PENDING_SPACES 4u

/* One prefix to be erased, in order. */
typedef struct StoreErase StoreErase;
struct StoreErase {
	StoreErase *next;
	guint32 prefix;
	gboolean begun;	  /* the folder's */
	gboolean emptied; /* the folder's: the database has none of it */
	guint64 after;	  /* the folder's: no later record has any of it */
	void (*done)(void *owner);
	void *owner;
};

/* A space's overlays: what is accepted goes into the first; the second one is
 * being folded and does not change. */
enum { ACTIVE, FROZEN, STORE_OVERLAYS };

/* What an overlay holds. */
typedef struct {
	guint64 memory, map; /* as StoreBatchSize, what has left it not */
	guint32 batches;
	guint32 waiting; /* of them, that are not in the journal yet */
} StoreHeld;

/* Alive while it is open or has batches that are not in the database. */
struct StoreSpace {
	Store *store;
	void (*durable)(void *owner, guint64 cookie); /* Store.callbacks */
	void *owner;                                  /* Store.callbacks */
	GMutex lock;
	Overlay *overlays[STORE_OVERLAYS]; /* lock */
	StoreHeld held[STORE_OVERLAYS];	   /* lock */
	guint32 generation;		   /* of the active overlay; lock */
	guint64 pending;     /* bytes; Store.lock */
	guint64 frozen;	     /* of them, in the frozen overlay; Store.lock */
	guint64 refused_map; /* of the last batch, when there was no room for
			      * it; Store.lock */
	guint32 batches;     /* not in the database; Store.lock */
	guint32 queued;	     /* batches that the committer has; Store.lock */
	guint32 prefix;
	guint32 epoch;       /* one per opening; Store.callbacks */
	gboolean open;       /* Store.lock */
	gboolean dirty; /* it is in Store.dirty, or taken from there and not
			 * frozen yet: the active overlay has a batch;
			 * changes with StoreSpace.lock; Store.lock */
	gboolean erased;     /* nothing of it is written any more; Store.lock */
	StoreFilter *filter; /* has the keys of all batches; lock, to add */
	gboolean filtered;   /* and all those of the database; atomic */
	gboolean filling;    /* the folder looks through it; Store.lock */
	StoreKey filled;     /* the folder's: the filter has it up to here */
};

/* All filters of a store together: some 30 million keys. */
#define STORE_FILTER_BYTES_MAX ((gint64)64 << 20)

/* Who may be held up by a full disk. */
enum { STUCK_COMMITTER = 1, STUCK_FOLDER = 2 };

struct Store {
	gint64 filter_room; /* bytes; atomic */
	StoreEnv *env;
	StoreJournal *journal;
	StoreConfig config;
	GThread *committer, *folder;
	GMutex callbacks;

	GMutex lock; /* of all that follows */
	GCond wake;  /* the committer: something is queued, or closing */
	GCond fold;  /* the folder: there is a reason to fold, or to end */
	GCond journaled;    /* the folder: a group is in the journal */
	GHashTable *spaces; /* by prefix */
	GPtrArray *unfiltered; /* StoreSpace that are alive, and whose filter
				* may become whole */
	GPtrArray *dirty; /* StoreSpace with something in the active overlay */
	StoreBatch *first, **last; /* queue, in order of acceptance */
	gboolean urgent; /* somebody waits for one of them, or they are many */
	guint64 fresh;	 /* bytes of memory in the active overlays */
	guint64 fold_at; /* of them, with which a fold begins */
	guint64 fold_at_journal; /* bytes of the journal, as well */
	StoreJournalMark frozen; /* where the last fold began */
	guint64 frozen_memory;	 /* of all frozen overlays */
	guint64 frozen_journal; /* bytes of the journal that are being folded */
	guint64 folded, to_fold; /* bytes of this fold that the database has */
	gboolean fold_now;
	gint64 dirty_since_us, accepted_us; /* the first, the last batch */
	guint64 begun;	/* sequence of the newest record, maybe not durable yet
			 */
	guint64 groups; /* that are through the journal */
	StoreErase *erases;
	gboolean closing, ending; /* ending: the committer is done */
	guint stuck;
	StoreHealth health;
	char reason[BSN_REASON_MAX]; /* unless STORE_OK */
	guint64 map_left;    /* bytes before the map's maximum, measured */
	guint64 disk_left;   /* bytes before the reserve, measured */
	guint64 pending;     /* bytes of memory of all spaces */
	guint64 pending_map; /* bytes of the map that they may take */
	guint64 queued;	     /* bytes of memory that are not durable */
	guint64 queued_data; /* bytes of their frames */
	guint64 commits, batches, writes;
	guint64 sync_ns;
	guint64 folds, folded_writes, fold_ns;
};

/* ---- store_room.c: whether there is room ---- */

/* Measures disk and map, and sets or clears STORE_FULL. */
void store_room_measure(Store *store);
/* Sets STORE_FULL or STORE_BROKEN after a code of the journal or the database;
 * it stays so until store_room_passed with the same `who`, a STUCK_ value. */
void store_room_failed(Store *store, int code, guint who);
void store_room_passed(Store *store, guint who);
/* TRUE for codes that a freed disk or map cures. */
gboolean store_room_is_full(Store *store, int code);
/* Whether a batch of that size may be accepted. One that `frees` may take of
 * the room that is kept for erasing. Store.lock is held. */
int32_t store_room_admit(const StoreSpace *space, const StoreBatchSize *size,
			 gboolean frees, bsn_err *err);

/* ---- store_committer.c ---- */

/* How often free space is looked at, and a full disk tried again. */
#define STORE_TICK_US G_TIME_SPAN_SECOND

/* The thread that makes what is queued durable in the journal. */
void *store_committer_run(void *store);
/* Sleeps until the next tick, or until `wake` when the store closes. */
void store_wait_tick(Store *store, GCond *wake);
gboolean store_is_closing(Store *store);

/* ---- store_folder.c ---- */

/* The thread that writes what is in the journal into the database. */
void *store_folder_run(void *store);

/* ---- store_fill.c; on the folder's thread ---- */

/* Tells a filter of some of the keys that the database had before, if there is
 * one that has to be told. */
void store_fill_step(Store *store);

/* ---- store_erase.c; on the folder's thread ---- */

/* Deletes what one transaction may of the first prefix. FALSE when there is
 * nothing to delete, or no way on: then a tick has to pass. */
gboolean store_erase_step(Store *store);
/* The first erase needs a fold before it can end. Store.lock is held. */
gboolean store_erase_wants_fold(const Store *store);
/* Ends the first erase when nothing of it is anywhere. */
void store_erase_end(Store *store);
/* Forgets what is left when the store closes. */
void store_erases_drop(Store *store);

/* ---- store_scan.c ---- */

/* The status for an LMDB code met while reading. */
int32_t store_read_failed(int code, bsn_err *err);

/* ---- store.c ---- */

/* Has the folder begin, if there is anything. Store.lock is held. */
void store_fold_now(Store *store);
/* Chooses with how much the next fold begins. Store.lock is held. */
void store_fold_choose(Store *store);

/* Frees a space that is neither open nor has batches. Store.lock is held. */
void store_space_release(StoreSpace *space);

#endif
