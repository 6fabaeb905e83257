/* SPDX-License-Identifier: Apache-2.0
 *
 * host/service/store.h: the store behind bsn.store/1. One LMDB environment for
 * all chains, keys prefixed by chain; batches of all chains share one
 * transaction and one sync.
 */
#ifndef HOST_SERVICE_STORE_H
#define HOST_SERVICE_STORE_H

#include <bsn/host.h>
#include <glib.h>

typedef struct Store Store;
typedef struct StoreSpace StoreSpace;

typedef struct {
	const char *directory;   /* made when missing, mode 0700 */
	guint64 map_bytes;       /* first size of the map; grows by doubling */
	guint64 map_bytes_max;   /* never beyond */
	guint64 reserve_bytes;   /* refuse writes below this much free disk */
	guint64 pending_bytes_max; /* per space, memory of what is accepted but
				    * not in the database */
	guint64 journal_bytes_max; /* of what is in the journal only; 0: what
				    * all spaces may hold */
} StoreConfig;

/* Opens or makes the store. A newer format, a directory in use by another
 * process and a damaged file are errors with a sentence. */
Store *store_open(const StoreConfig *config, GError **error);
/* Makes what was accepted durable and writes it into the database, then closes.
 * Spaces are closed before. When the disk is full or broken it does not wait:
 * what is not durable by then is lost as in a crash, and erases are left
 * unfinished without `done`. */
void store_close(Store *store);

typedef enum {
	STORE_OK,       /* reads and writes */
	STORE_FULL,     /* writes refused: no space; resumes by itself */
	STORE_BROKEN,   /* writes refused until a restart: an I/O error */
} StoreHealth;

typedef struct {
	StoreHealth health;
	char reason[BSN_REASON_MAX];
	guint64 map_bytes, used_bytes, disk_free_bytes;
	guint64 commits, batches, writes; /* syncs, batches and puts in them */
	guint64 pending_bytes;		  /* of memory; accepted, not durable */
	guint64 sync_ns; /* of the clock, in those syncs and writes before */
	guint64 overlay_bytes;	/* of memory; accepted, not in the database */
	guint64 filter_bytes;	/* of memory; what there is, for quick misses */
	guint unfiltered; /* spaces that are not known yet for that */
	guint64 journal_bytes;	/* of its files */
	guint64 unfolded_bytes; /* of them, not in the database */
	guint64 folds, folded_writes; /* into the database; puts in them */
	guint64 fold_ns;	      /* of the clock, in those */
} StoreStatus;

/* From any thread. */
void store_status(Store *store, StoreStatus *out);

/* One chain's part. `prefix` is its number: 0 is the host's own, chains have
 * 1 and up, never used again. `durable` comes on the committer's thread, in
 * order, once per batch with a cookie other than 0; it must only queue. NULL
 * when a space with that prefix is open. */
StoreSpace *store_space_open(Store *store, guint32 prefix,
			     void (*durable)(void *owner, guint64 cookie),
			     void *owner);
/* No `durable` comes after it returns; accepted batches still become durable. */
void store_space_close(StoreSpace *space);

/* As bsn_store in abi/bsn/host.h; get, scan and writable from any thread,
 * commit by one thread at a time per space. */
int32_t store_get(StoreSpace *space, bsn_slice key, bsn_sink *value,
		  bsn_err *err);
int32_t store_scan(StoreSpace *space, bsn_slice from, bsn_slice to,
		   guint32 flags, bsn_scan_sink *sink, bsn_err *err);
int32_t store_commit(StoreSpace *space, const bsn_write *writes, guint64 n,
		     guint64 cookie, bsn_err *err);
int32_t store_writable(StoreSpace *space, bsn_err *err);
/* As store_commit, for the host's few words that lead to an erase: a full store
 * takes them, into the room that it keeps for erasing. */
int32_t store_commit_to_free(StoreSpace *space, const bsn_write *writes,
			     guint64 n, guint64 cookie, bsn_err *err);

/* Deletes everything under a prefix, in bounded steps on the folder's
 * thread; no space of it is open. `done` comes on that thread. Interrupted by a
 * crash, it is called again by whoever keeps the list of prefixes. */
void store_erase(Store *store, guint32 prefix, void (*done)(void *owner),
		 void *owner);

#endif
