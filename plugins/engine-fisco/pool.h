/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/pool.h: transactions that wait for a block, first come
 * first served, bounded in number and bytes, each digest and each nonce once.
 *
 * All functions: [strand], but pool_find also on workers while the strand
 * waits for them.
 */
#ifndef FISCO_POOL_H
#define FISCO_POOL_H

#include <bsn/host.h>
#include <glib.h>

#include "plugins/engine-fisco/tx.h"

/* One that waits. */
typedef struct {
	Tx *tx;
	bsn_reply *reply; /* NULL when nobody waits for it here */
	GList link;       /* in Pool.queue */
} PoolEntry;

typedef struct {
	guint64 max, bytes_max;
	guint64 bytes;
	GQueue queue;        /* PoolEntry, oldest first */
	GHashTable *by_hash; /* PoolEntry */
	GHashTable *by_nonce; /* PoolEntry */
} Pool;

void pool_init(Pool *pool, guint64 max, guint64 bytes_max);
/* It must be empty. */
void pool_clear(Pool *pool);

/* Whether there is room.
 *
 * Returns: BSN_OK, or BSN_BUSY with FISCO_POOL_FULL or FISCO_POOL_BYTES. */
int32_t pool_room(const Pool *pool, guint64 bytes, bsn_err *err);
/* Adds a transaction, taking a reference; pool_room and the look-ups below
 * have agreed. */
void pool_add(Pool *pool, Tx *tx, bsn_reply *reply);
/* NULL when it is not there. In: 32 bytes. */
PoolEntry *pool_find(const Pool *pool, const guint8 *hash);
PoolEntry *pool_find_nonce(const Pool *pool, const guint8 *nonce);
/* The oldest, or NULL. */
PoolEntry *pool_first(const Pool *pool);
/* The next younger one, or NULL. */
PoolEntry *pool_next(const PoolEntry *entry);
/* Takes it out and gives its reply, which may be NULL. */
bsn_reply *pool_remove(Pool *pool, PoolEntry *entry);

#endif
