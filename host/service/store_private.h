/* SPDX-License-Identifier: Apache-2.0
 *
 * host/service/store_private.h: what the store's own files share.
 *
 * Locks, each held briefly and never across disk access: Store.lock,
 * StoreSpace.lock. The latter may be held while the former is taken, not the
 * other way round. Store.callbacks is held while a `durable` runs.
 */
#ifndef HOST_SERVICE_STORE_PRIVATE_H
#define HOST_SERVICE_STORE_PRIVATE_H

#include "host/service/store.h"
#include "host/service/store_env.h"
#include "host/service/store_overlay.h"

/* One prefix to be erased, in order. */
typedef struct StoreErase StoreErase;
struct StoreErase {
	StoreErase *next;
	guint32 prefix;
	gboolean begun;
	void (*done)(void *owner);
	void *owner;
};

/* Alive while it is open or has batches that are not settled. */
struct StoreSpace {
	Store *store;
	void (*durable)(void *owner, guint64 cookie); /* Store.callbacks */
	void *owner;                                  /* Store.callbacks */
	GMutex lock;
	Overlay *overlay;    /* lock */
	guint64 pending;     /* bytes; Store.lock */
	guint64 refused_map; /* of the last batch, when there was no room for
			      * it; Store.lock */
	guint32 batches;     /* not settled; Store.lock */
	guint32 prefix;
	guint32 epoch;       /* one per opening; Store.callbacks */
	gboolean open;       /* Store.lock */
};

struct Store {
	StoreEnv *env;
	StoreConfig config;
	GThread *committer;
	GMutex callbacks;

	GMutex lock; /* of all that follows */
	GCond wake;  /* something is queued, or closing */
	GHashTable *spaces; /* by prefix */
	StoreBatch *first, **last; /* queue, in order of acceptance */
	gboolean urgent; /* somebody waits for one of them, or they are many */
	StoreErase *erases;
	gboolean closing;
	StoreHealth health;
	char reason[BSN_REASON_MAX]; /* unless STORE_OK */
	guint64 map_left;    /* bytes before the map's maximum, measured */
	guint64 pending;     /* bytes of memory of all spaces */
	guint64 pending_map; /* bytes of the map that they may take */
	guint64 commits, batches, writes;
	guint64 sync_ns;
};

/* ---- store_room.c: whether there is room ---- */

/* Measures disk and map, and sets or clears STORE_FULL. */
void store_room_measure(Store *store);
/* Sets STORE_FULL or STORE_BROKEN after a code of store_env_write. */
void store_room_failed(Store *store, int code);
/* TRUE for codes that a freed disk or map cures. */
gboolean store_room_is_full(Store *store, int code);
/* Whether a batch of that size may be accepted. One that `frees` may take of
 * the room that is kept for erasing. Store.lock is held. */
int32_t store_room_admit(const StoreSpace *space, const StoreBatchSize *size,
			 gboolean frees, bsn_err *err);

/* ---- store_committer.c ---- */

/* The thread. */
void *store_committer_run(void *store);

/* ---- store_erase.c ---- */

/* Deletes what one transaction may; `all`: nothing is left. Deleting takes pages
 * too: fewer of them for fewer entries, should the map be full. 0 or a code as
 * store_env_erase. */
int store_erase_some(Store *store, guint32 prefix, gboolean *all);
/* Forgets what is left when the store closes. */
void store_erases_drop(Store *store);

/* ---- store_scan.c ---- */

/* The status for an LMDB code met while reading. */
int32_t store_read_failed(int code, bsn_err *err);

/* ---- store.c ---- */

/* Frees a space that is neither open nor has batches. Store.lock is held. */
void store_space_release(StoreSpace *space);

#endif
