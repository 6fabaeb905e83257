/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/chain/final.h: blocks become final: one batch of the store
 * each time, and whoever waits for their transactions is answered once that is on
 * disk. What the store refuses for now is carried out later, in order; until then
 * what was decided last counts as the root, and nothing is built. All functions:
 * [strand].
 */
#ifndef XUPER_CHAIN_FINAL_H
#define XUPER_CHAIN_FINAL_H

#include "plugins/engine-xuper/chain/chain.h"

/* What the chain stood at when it was opened is on disk. */
void final_open(bsn_ledger *ledger);
/* Fails those whose blocks are not known to be on disk. */
void final_close(bsn_ledger *ledger);

/* The protocol has decided that a block of the tree is final.
 *
 * Returns: BSN_OK: it is, or will be when the store takes it.
 * Errors:  BSN_E_STATE: it is not above what was decided before; BSN_E_*. */
int32_t final_decide(bsn_ledger *ledger, LedgerNode *node,
		     bsn_slice certificate, bsn_err *err);
/* It could not, for good: without that block there is none after it, and the chain
 * is given up. */
void final_cannot(const bsn_ledger *ledger, const LedgerNode *node,
		  const bsn_err *err);
/* The same for one that came with its proof from another node: put off by
 * nobody.
 *
 * Errors: BSN_BUSY, BSN_FULL: try again later; others as final_decide. */
int32_t final_take(bsn_ledger *ledger, LedgerNode *node, bsn_slice certificate,
		   bsn_err *err);

/* The newest block that is final, also when the store has not taken it yet. */
LedgerNode *final_root(const bsn_ledger *ledger);
/* Whether a node is that one or below it. */
gboolean final_is_below(const bsn_ledger *ledger, const LedgerNode *node);
/* Whether something was put off. */
gboolean final_is_behind(const bsn_ledger *ledger);

/* Tries again what was put off; FALSE: the store still refuses. */
gboolean final_retry(bsn_ledger *ledger);
/* Blocks up to that height are on disk. */
void final_durable(bsn_ledger *ledger, guint64 height);

#endif
