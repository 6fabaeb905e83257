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
 * Questions of other chains of this host (asked.c): a JSON object
 * {"bucket","key"}; answered with what the newest final block has:
 *
 *	{"chain","height","blockid","bucket","key","value","ref_txid","ref_offset"}
 *
 * value in hex, null when there is none; ref_*: the version.
 */
#ifndef XUPER_CROSS_CROSS_H
#define XUPER_CROSS_CROSS_H

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

extern const bsn_engine_chains xuper_engine_chains;

#endif
