/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/chain/tree.h: the engine as its consensus sees it:
 * bsn_proposer with bsn_tree (bsn/ext/tree.h) over the ledger, and blocks that
 * came by other ways than the protocol's own. All functions: [strand].
 */
#ifndef XUPER_CHAIN_TREE_H
#define XUPER_CHAIN_TREE_H

#include "plugins/engine-xuper/chain/chain.h"

/* Fills in ledger->proposer. */
void tree_offer(bsn_ledger *ledger);

/* Whether `node` is `above` or a descendant of it. */
gboolean tree_is_at_or_below(const LedgerNode *node, const LedgerNode *above);
/* Makes a node the head: what waits follows. */
void tree_move_head(bsn_ledger *ledger, LedgerNode *node);

/* Drops a block that wants its nonce (bsn_tree.seek). */
void tree_seek_clear(bsn_ledger *ledger);

/* How a block has come. */
typedef enum {
	TREE_BY_PROTOCOL, /* in its own messages: it has judged the seal */
	TREE_BY_FETCH,	  /* bsn_tree.fetch */
	TREE_BY_SYNC,	  /* as a final one */
} TreeSource;

/* Puts a block into the tree: judged upon its parent unless it is there.
 *
 * Returns: BSN_OK.
 * Errors:  as bsn_tree.admit and bsn_tree_consensus.judge. */
int32_t tree_admit(bsn_ledger *ledger, bsn_slice bytes, TreeSource source,
		   LedgerNode **node, bsn_err *err);
/* Takes a block that another node says is final, and its certificate, empty
 * when it has none of its own.
 *
 * Returns: BSN_OK: it is in the tree, and final when it could be proven.
 * Out:     height: the block's.
 * Errors:  as tree_admit; BSN_BAD_SIGNATURE, BSN_BAD_REQUEST: the certificate
 *          does not prove it; BSN_BUSY, BSN_FULL: not now. */
int32_t tree_take(bsn_ledger *ledger, bsn_slice bytes, bsn_slice certificate,
		  guint64 *height, bsn_err *err);

#endif
