/* SPDX-License-Identifier: Apache-2.0
 *
 * host/chain/parallel.h: `bsn.chains/1`: chains that chains of this host begin
 * and end (bsn/ext/chains.h). The engine orders on its strand; the main loop,
 * which owns the table, carries out, one order after the other for a chain.
 *
 * A chain that an administrator has closed stays closed, whatever its parent
 * asks for; one that the parent has ended is opened when the parent asks again,
 * or the administrator. A deleted one is begun anew when the parent asks again.
 */
#ifndef HOST_CHAIN_PARALLEL_H
#define HOST_CHAIN_PARALLEL_H

#include <bsn/ext/chains.h>

#include "host/chain/chain.h"

/* Which chains may begin others: names, "*" for all, ended by NULL; how many
 * such chains there are at most. Outlives all chains; nobody may before it is
 * called. When no chain is open. [main] */
void parallel_allow(const char *const *parents, guint max);

/* A chain is no longer being opened or closed: orders may have waited for it.
 * [main] */
void parallel_settle(ChainTable *table);

/* What the host says of a chain that is closed: "" when an administrator did
 * it. Free with g_free. [main] */
char *parallel_why_closed(const Chain *chain);

extern const bsn_chains service_chains;

/* bsn_chains.ask, in question.c. */
int32_t question_ask(bsn_chain *chain, bsn_slice name, uint64_t cookie,
		     bsn_slice question, bsn_err *err);

#endif
