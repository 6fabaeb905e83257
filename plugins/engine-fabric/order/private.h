/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/order/private.h: what order/ keeps of a channel.
 * Internal to order/. All functions: [strand].
 */
#ifndef FABRIC_ORDER_PRIVATE_H
#define FABRIC_ORDER_PRIVATE_H

#include <string.h>

#include "plugins/engine-fabric/order/order.h"
#include "plugins/engine-fabric/order/pool.h"

/* After a refusal by the store. */
#define RETRY_MS 200u
/* Signatures of one generation: those of many blocks, in a few MiB. */
#define SEEN_GENERATION 32768u

/* Signatures that held, by digest. */
typedef struct {
	GHashTable *newer;
	GHashTable *older;
} Seen;

typedef struct Order {
	Pool pool;
	Seen seen;
	GQueue kept;      /* Candidate (candidate.h), oldest first */
	GQueue decided;   /* Decided (agree.c): the store has refused them */
	GQueue committed; /* Committed (commit.c): not known to be durable */
	guint64 time_ms;  /* of the newest block */
	gboolean refused; /* consensus was told "not now" */
	gboolean gathering; /* a batch that is not full waits for more */
	gboolean judging;   /* the config changes: the pool is judged anew */
} Order;

void seen_init(Seen *seen);
void seen_clear(Seen *seen);

/* agree.c: something waits that did not. */
void agree_pending(Channel *channel);

#endif
