/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/cross/cross.h: what follows on this host from the parallel
 * chains that the root chain knows (parachain.h): those whose group has this node
 * are begun through the host (bsn/ext/chains.h), the others ended; after each
 * start, and whenever a final block changes one.
 *
 * A parallel chain lets no node take part that its group does not have (group.c):
 * the root chain tells it the group, {"group":{...}}, whenever it may have
 * changed, and it asks itself when it opens. Until it knows, and on a host
 * without the root chain, all its members count.
 *
 * Another chain of this host may ask what this one has (asked.c): a root chain is
 * open to its parallel chains, a parallel chain to those that its group names as
 * "readers". What has come of that is endorsed by validators and carried by
 * transactions: fact.h, inquiry.h, endorse.c.
 */
#ifndef XUPER_CROSS_CROSS_H
#define XUPER_CROSS_CROSS_H

#include <jansson.h>

#include "bsn/cross.pb-c.h"
#include "plugins/engine-xuper/chain/chain.h"

/* Asks the host for all that should be there. [strand] */
void cross_open(bsn_ledger *ledger);
void cross_close(bsn_ledger *ledger); /* [strand] */
/* Whether the group lets a node take part. */
gboolean cross_admits(const bsn_ledger *ledger, bsn_slice public_key);
/* A block is about to be final. */
void cross_final(bsn_ledger *ledger, const Block *block);
/* Final blocks are on disk. */
void cross_durable(bsn_ledger *ledger);
/* TIMER_CROSS. */
void cross_timer(bsn_ledger *ledger);

/* Messages of other nodes (net/), within their limits: inquiry.c, endorse.c. */
void inquiry_told(bsn_ledger *ledger, bsn_slice from,
		  const Bsn__Cross__Told *told);
void endorse_asked(bsn_ledger *ledger, bsn_slice from,
		   const Bsn__Cross__Ask *ask);
/* TIMER_INQUIRY. */
void inquiry_timer(bsn_ledger *ledger);
/* For people, each a new reference or NULL. Of a root chain: its parallel chains
 * and how they stand on this host. Of a parallel one: nodes that are not, or not
 * any more, in its group. */
json_t *cross_chains_json(const bsn_ledger *ledger);
json_t *cross_outside_json(const bsn_ledger *ledger);

extern const bsn_engine_chains xuper_engine_chains;

#endif
