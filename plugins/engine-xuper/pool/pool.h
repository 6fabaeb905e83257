/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/pool/pool.h: transactions that wait for a block, as a graph:
 * each stands on those whose outputs or versions it uses, and after those that
 * read what it overwrites. The order in which they came is one in which they may
 * follow. Of two that use the same output, or write the same version, the first
 * one stays.
 */
#ifndef XUPER_POOL_POOL_H
#define XUPER_POOL_POOL_H

#include "plugins/engine-xuper/verify/verify.h"

typedef struct Pool Pool;

/* Bounds: transactions, and bytes. */
#define POOL_TXS_MAX 50000u
#define POOL_BYTES_MAX (256u << 20)

/* Why one has left. */
#define POOL_CONFIRMED 1 /* it is in a block of the head's line */
#define POOL_REFUSED 2   /* something in a block excludes it: code, err */
typedef struct PoolOwner PoolOwner;
struct PoolOwner {
	void (*left)(PoolOwner *owner, Tx *tx, gint why, gint code,
		     const bsn_err *err);
};

Pool *pool_new(const Verifier *verifier, PoolOwner *owner);
void pool_free(Pool *pool); /* NULL is fine */

/* Takes n transactions that verify_static has passed, in order; codes[i]:
 * XUPER_OK, why not, or POOL_FULL_CODE; below 0 else: broke. errs[i] (may be
 * NULL): the reason. [strand] */
void pool_add(Pool *pool, Tx *const *txs, guint n, gint *codes, bsn_err *errs);
#define POOL_FULL_CODE (-100) /* no status of the ABI */

/* Keeps one aside that another node has passed on and pool_add has refused with that
 * code, if it may have come before what it stands on: a few, until that comes. */
void pool_early(Pool *pool, Tx *tx, gint code);

/* The state with all that waits, for pre-execution. Borrowed until the pool
 * changes. */
Layer *pool_layer(Pool *pool);
Tx *pool_find(Pool *pool, const guint8 txid[HASH_LEN]); /* or NULL */
guint pool_count(const Pool *pool);
gsize pool_bytes(const Pool *pool);
/* Whether something that waits spends it. */
gboolean pool_spends(Pool *pool, const Utxo *utxo);

/* A block of the head's line was entered or left (ledger_prefer). Between these
 * calls of one move nothing else is called; pool_settle ends it: what is in the
 * blocks entered has left, what they exclude too, with all that stands on it, and
 * what was in the blocks left waits again, before the others. */
void pool_entered(Pool *pool, LedgerNode *node);
void pool_left(Pool *pool, LedgerNode *node);
void pool_settle(Pool *pool);

/* For draft_make: walks what waits in order. */
typedef struct {
	Pool *pool;
	GList *at;
} PoolWalk;
PoolWalk pool_walk(Pool *pool);
Tx *pool_walk_next(void *walk); /* a DraftNext */

#endif
