/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/query/stored.h: final blocks that are on disk, opened,
 * and what is told of them. Internal to query/ and event/.
 */
#ifndef XUPER_QUERY_STORED_H
#define XUPER_QUERY_STORED_H

#include "plugins/engine-xuper/chain/chain.h"

/* Returns: BSN_OK and a new reference.
 * Errors:  BSN_NOT_FOUND with a reason; BSN_E_CORRUPT, of the store. [strand]
 */
int32_t stored_block(const bsn_ledger *ledger, guint64 height, Block **block,
		     bsn_err *err);

/* A contract's event. */
typedef struct {
	guint tx; /* position in the block */
	const Xldgpb__Transaction *msg;
	bsn_slice contract, name, body; /* during the call */
} StoredEvent;

/* Each event of a transaction, in the order in which they were emitted. What is
 * no list of events is none. [any] */
void stored_events(const Block *block, guint tx,
		   void (*each)(void *owner, const StoredEvent *event),
		   void *owner);

#endif
