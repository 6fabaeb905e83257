/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/store.h: a disk that holds one chain: an ordered map, the batches
 * that it has accepted and not synced yet, and what a crash makes of them.
 *
 * Reads see every accepted batch. A crash keeps some of the batches that are
 * not synced, oldest first, and undoes the others: bsn_store's rule that a
 * crash loses a suffix.
 */
#ifndef TOOLS_SIM_STORE_H
#define TOOLS_SIM_STORE_H

#include <bsn/host.h>
#include <glib.h>

typedef struct SimStore SimStore;

SimStore *sim_store_new(void);
/* sim_store_free(NULL) does nothing. */
void sim_store_free(SimStore *store);
/* What the disk holds now, unsynced batches included, as synced. */
SimStore *sim_store_copy(const SimStore *store);

/* The value, or NULL; borrowed until the next change. */
GBytes *sim_store_get(const SimStore *store, bsn_slice key);
/* bsn_store.scan, without its checks. */
int32_t sim_store_scan(const SimStore *store, bsn_slice from, bsn_slice to,
		       gboolean descending, bsn_scan_sink *sink);
/* The index of the first write that breaks a limit of bsn_store, counting from
 * 0; n when none does. */
guint64 sim_store_check(const bsn_write *writes, guint64 n);
/* Accepts a batch that passed sim_store_check. */
void sim_store_commit(SimStore *store, const bsn_write *writes, guint64 n,
		      guint64 cookie);
/* Changes a value behind the chain's back, synced at once; a NULL value
 * deletes. No batch may wait. */
void sim_store_put(SimStore *store, GBytes *key, GBytes *value);

guint sim_store_pending(const SimStore *store); /* batches not synced */
guint sim_store_keys(const SimStore *store);
/* Syncs the oldest batch; its cookie. There must be one. */
guint64 sim_store_sync(SimStore *store);
/* Keeps the `kept` oldest batches, as synced, and undoes the others. */
void sim_store_crash(SimStore *store, guint kept);

#endif
