/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/order/pool.h: transactions that wait, in order of
 * arrival, and who waits for each. All functions: [strand].
 */
#ifndef FABRIC_ORDER_POOL_H
#define FABRIC_ORDER_POOL_H

#include <bsn/host.h>
#include <glib.h>

#include "plugins/engine-fabric/signed.h"
#include "plugins/engine-fabric/suite.h"

/* What waits at most; more is told to try again later. */
#define POOL_TXS_MAX 65536u
#define POOL_BYTES_MAX (256u << 20)

/* Bytes of an entry's key, its NUL included. */
#define POOL_KEY_SIZE (TX_ID_SIZE + 1)

typedef struct {
	GList link; /* of Pool.entries; its data is the entry */
	/* By what the pool takes one: a transaction's id; of a config update,
	 * which nodes make different CONFIG transactions of, pool_update_key. */
	char *key;
	char *tx_id;
	GBytes *given;	    /* as it came in and is passed on */
	GBytes *envelope;   /* as it is ordered: the same, but for a config */
	guint64 bytes;	    /* of both, when it came in */
	guint64 arrived_ms; /* monotonic */
	gint64 not_after_s; /* of the creator's certificate */
	gboolean is_config;
	gboolean received; /* nobody here waits: another node passed it on, or
			    * who submitted it asks for its status */
	bsn_reply *reply;  /* NULL: nobody waits */
} PoolEntry;

typedef struct {
	GQueue entries; /* oldest first */
	GTree *by_key;
	guint64 bytes;	  /* of all entries */
	gint64 expires_s; /* no certificate does before; Unix time */
} Pool;

void pool_init(Pool *pool);
/* Nobody may wait any more. */
void pool_clear(Pool *pool);

/* Whether it takes so many bytes more. */
gboolean pool_has_room(const Pool *pool, guint64 bytes);
PoolEntry *pool_find(const Pool *pool, const char *key);
/* The one with a transaction id, of a config too; NULL: none. */
PoolEntry *pool_find_id(const Pool *pool, const char *tx_id);
PoolEntry *pool_first(const Pool *pool);
PoolEntry *pool_next(const PoolEntry *entry);

/* Takes over an entry whose key is not there; its link is set. */
void pool_add(Pool *pool, PoolEntry *entry);
/* Takes it out and frees it; its reply, for the caller to answer, or NULL. */
bsn_reply *pool_remove(Pool *pool, PoolEntry *entry);

/* The key of a config update, by its envelope's parts. */
void pool_update_key(const Suite *suite, bsn_slice payload, bsn_slice signature,
		     char key[POOL_KEY_SIZE]);

#endif
