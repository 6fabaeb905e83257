/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/pool/pool_private.h: the pool from inside.
 *
 * The graph has no edges that are kept: who stands on whom is in the
 * transactions themselves, as ids of what they spend and have read, and the order
 * of arrival puts everybody after those. So a pass over what waits, in order,
 * meets causes before consequences.
 *
 * The layer has the effects of all that waits over the head's state. When a block
 * of the head holds some of it, these effects are right still, and only what is
 * below the layer changes; they are dropped when there are more of them than of
 * what waits, so that each is paid for once.
 */
#ifndef XUPER_POOL_PRIVATE_H
#define XUPER_POOL_PRIVATE_H

#include "plugins/engine-xuper/pool/effect.h"
#include "plugins/engine-xuper/pool/pool.h"
#include "plugins/engine-xuper/verify/judged.h"

typedef enum {
	POOL_FRESH, /* the layer is right */
	POOL_LAYER, /* the layer must be made again */
	POOL_JUDGE, /* and each transaction judged again upon it */
} PoolState;

struct Pool {
	const Verifier *verifier;
	PoolOwner *owner;
	GQueue order;       /* Tx, references */
	GHashTable *by_id;  /* txid -> Tx */
	GHashTable *spends; /* effect.h */
	gsize bytes;
	Layer *layer;
	guint sunk; /* transactions in the layer that wait no more */
	PoolState state;
	GPtrArray *entered, *left; /* Block, of a move */
	GQueue early; /* Tx, references: see pool_early */
	gsize early_bytes;
};

/* Puts one that was judged at the end, or at the beginning. */
void pool_insert(Pool *pool, Tx *tx, gboolean first);
/* Takes one out of the indexes and out of `link`; the reference is the caller's
 * then. */
Tx *pool_take(Pool *pool, GList *link);
/* Judges one and takes it in. Returns: as a code of pool_add. */
gint pool_add_one(Pool *pool, Tx *tx, bsn_err *err);
/* Takes in those that have waited for this one. */
void early_release(Pool *pool, Tx *parent);
/* What transactions that come are judged upon. */
Upon pool_upon(Pool *pool, GHashTable *above);
/* Makes the layer right again. Returns: BSN_OK; below 0: it is not. */
int32_t pool_mend(Pool *pool, bsn_err *err);

/* Who was refused in a pass, so that those who stand on them go, too. */
typedef struct {
	Tx *tx; /* reference */
	gint code;
	bsn_err err;
} Refused;
GHashTable *refused_new(void); /* txid -> Refused */
/* Takes it out for that reason and tells the owner. */
void pool_refuse(Pool *pool, GList *link, GHashTable *refused, gint code,
		 const bsn_err *err);
/* The same when it stands on one that was refused; FALSE: it does not. */
gboolean pool_refuse_with(Pool *pool, GList *link, GHashTable *refused);

#endif
