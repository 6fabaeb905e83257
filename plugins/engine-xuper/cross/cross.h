/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/cross/cross.h: what follows on this host from the parallel
 * chains that the root chain knows (parachain.h): those whose group has this node
 * are begun through the host (bsn/ext/chains.h), the others ended; after each
 * start, and whenever a final block changes one.
 *
 * And questions of other chains of this host: a JSON object {"bucket","key"};
 * answered with what the newest final block on disk has:
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
/* A block is about to be final. */
void cross_final(bsn_ledger *ledger, const Block *block);
/* Final blocks are on disk. */
void cross_durable(bsn_ledger *ledger);
/* TIMER_CROSS. */
void cross_timer(bsn_ledger *ledger);

extern const bsn_engine_chains xuper_engine_chains;

#endif
