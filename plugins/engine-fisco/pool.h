/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/pool.h: transactions that wait for a block, bounded in
 * number and bytes, each digest once. What can be executed is in a queue, first
 * come first served.
 *
 * FISCO's own are in it at once; each of their nonces is there once.
 *
 * Ethereum's (pool_accounts.c) have the nonces of their account in order, and
 * each only once: what waits is not replaced, since without a price there is
 * nothing to outbid. Those that follow the account's nonce without a gap are in
 * the queue; later ones wait beside it, a bounded number of them, until the
 * gap is filled. They leave when so many blocks have come as a transaction may
 * wait for.
 *
 * All functions: [strand], but pool_find also on workers while the strand
 * waits for them.
 */
#ifndef FISCO_POOL_H
#define FISCO_POOL_H

#include <bsn/host.h>
#include <glib.h>

#include "plugins/engine-fisco/tx.h"

/* Transactions of one account that wait for one with an earlier nonce. */
#define POOL_LATER_MAX 4096u
/* A part of the pool that all of those may take: one over this. */
#define POOL_LATER_SHARE 4u

#define POOL_ACCOUNT_KEY_LEN (ADDRESS_LEN + 8u)

/* An account whose Ethereum transactions wait. */
typedef struct {
	guint8 address[ADDRESS_LEN];
	guint64 nonce;     /* of the account, as of the head */
	guint64 ready_end; /* from `nonce` to here they are in the queue */
	guint n;           /* those that wait, in the queue or not */
	guint later;       /* those that are not in it */
} PoolSender;

/* One that waits. */
typedef struct {
	Tx *tx;
	bsn_reply *reply; /* NULL when nobody waits for it here */
	GList link;       /* in Pool.queue, if it is ready */
	gboolean ready;
	gboolean received;    /* another node passed it on */
	guint64 passed_on_ms; /* when it was sent to others last; 0: never */
	guint64 last_block;   /* that may hold it; it leaves after that one */
	GSequenceIter *expiry; /* in Pool.expiring; FISCO's own */

	/* Of Ethereum's. */
	PoolSender *sender; /* NULL for FISCO's own */
	guint8 account_key[POOL_ACCOUNT_KEY_LEN]; /* sender, nonce */
	GList age;          /* in Pool.aged */
} PoolEntry;

typedef struct {
	guint64 max, bytes_max;
	guint64 bytes;
	guint64 n;            /* all that wait */
	guint64 later;        /* those that are not in the queue */
	GQueue queue;         /* PoolEntry, oldest first */
	GQueue aged;          /* PoolEntry of Ethereum's, oldest first, and so
			       * by last_block */
	GHashTable *by_hash;  /* PoolEntry */
	GHashTable *by_nonce; /* PoolEntry of FISCO's own */
	GSequence *expiring;  /* the same by block limit; NULL: none yet */
	GHashTable *by_account; /* PoolEntry of Ethereum's, by account_key */
	GHashTable *senders;  /* PoolSender, by address */
} Pool;

void pool_init(Pool *pool, guint64 max, guint64 bytes_max);
/* It must be empty. */
void pool_clear(Pool *pool);

/* Whether there is room.
 *
 * Returns: BSN_OK, or BSN_BUSY with FISCO_POOL_FULL or FISCO_POOL_BYTES. */
int32_t pool_room(const Pool *pool, guint64 bytes, bsn_err *err);
/* Adds one of FISCO's own, taking a reference; pool_room and the look-ups
 * below have agreed. */
void pool_add(Pool *pool, Tx *tx, bsn_reply *reply);
/* NULL when it is not there. In: 32 bytes. */
PoolEntry *pool_find(const Pool *pool, const guint8 *hash);
PoolEntry *pool_find_nonce(const Pool *pool, const guint8 *nonce);
/* The oldest that is ready, or NULL. */
PoolEntry *pool_first(const Pool *pool);
/* The next younger one, or NULL. */
PoolEntry *pool_next(const PoolEntry *entry);
/* Any at all, or NULL. */
PoolEntry *pool_any(const Pool *pool);
/* Takes it out, refused, and gives its reply, which may be NULL. Of one of
 * Ethereum's, those that follow it are no longer ready. */
bsn_reply *pool_remove(Pool *pool, PoolEntry *entry);
/* The same for one that a block has: those that follow stay ready, and of
 * Ethereum's pool_advance comes next. */
bsn_reply *pool_take(Pool *pool, PoolEntry *entry);

/* One whose last block is before this one, of either kind, or NULL. */
PoolEntry *pool_expired(const Pool *pool, guint64 block);

/* ---- Ethereum's ---------------------------------------------------------- */

/* NULL when none of its transactions wait. In: address, 20 bytes. */
PoolSender *pool_sender(const Pool *pool, const guint8 *address);
PoolEntry *pool_find_account(const Pool *pool, const guint8 *sender,
			     guint64 nonce);
/* Whether one more that waits for an earlier nonce has room.
 *
 * Returns: BSN_OK, or BSN_BUSY with FISCO_POOL_FULL. */
int32_t pool_room_later(const Pool *pool, const PoolSender *sender,
			bsn_err *err);
/* Adds one, as pool_add. In: nonce of the account as of the head, not over
 * the transaction's; last_block. */
void pool_add_account(Pool *pool, Tx *tx, bsn_reply *reply, guint64 nonce,
		      guint64 last_block);
/* A block has brought an account's nonce here. Those with lower ones are
 * taken out, and the replies of who waits for them appended; others may have
 * become ready. */
void pool_advance(Pool *pool, const guint8 *address, guint64 nonce,
		  GPtrArray *replies);

/* For pool.c and pool_accounts.c: an entry's common part. */
PoolEntry *pool_entry_new(Pool *pool, Tx *tx, bsn_reply *reply);
void pool_make_ready(Pool *pool, PoolEntry *entry);
/* The one of Ethereum's that expires first, or NULL. */
PoolEntry *pool_account_oldest(const Pool *pool);
/* Takes an entry out of the accounts; with `gap` nothing fills its place. */
void pool_account_remove(Pool *pool, PoolEntry *entry, gboolean gap);
void pool_accounts_init(Pool *pool);
void pool_accounts_clear(Pool *pool);

#endif
