/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/chain/tree-private.h: what tree.c and grow.c share.
 */
#ifndef XUPER_CHAIN_TREE_PRIVATE_H
#define XUPER_CHAIN_TREE_PRIVATE_H

#include "plugins/engine-xuper/chain/tree.h"

bsn_ledger *tree_ledger(bsn_proposer *proposer);
/* A node of the tree by id, or NULL. */
LedgerNode *tree_find(const bsn_ledger *ledger, const bsn_id *id);

/* BSN_TREE_LOADED of a block that is not in the tree. */
guint32 tree_flags(const Block *block);
/* A block as protocols see it; the slices lie in it. */
/* Both: up to the size that `out` has. */
void tree_describe(const Block *block, guint32 flags, bsn_tree_block *out);
void tree_describe_node(const bsn_ledger *ledger, const LedgerNode *node,
			bsn_tree_block *out);
/* Whether those who agree after the root agree on what is upon a node, too. */
gboolean tree_is_as_at_root(const bsn_ledger *ledger, const LedgerNode *node);
/* Keeps a block, and takes it over, while a protocol looks at it. */
void tree_show(bsn_ledger *ledger, Block *block);

/* A block to build upon, when something can be. Errors: of bsn_tree.extend. */
int32_t tree_build_upon(bsn_ledger *ledger, const bsn_id *parent,
			LedgerNode **node, bsn_err *err);
/* Whether so much is not final that nothing is taken into a block. */
gboolean tree_is_full(const bsn_ledger *ledger);
/* A BlockSign as this node; owner: bsn_ledger. */
int32_t tree_sign(void *owner, const guint8 digest[HASH_LEN], GByteArray *der,
		  bsn_err *err);

/* grow.c: of bsn_tree. */
int32_t tree_read(bsn_proposer *proposer, bsn_slice bytes,
		  bsn_tree_block *block, bsn_err *err);
int32_t tree_extend(bsn_proposer *proposer, const bsn_id *parent,
		    const bsn_seal *seal, uint32_t flags, bsn_sink *bytes,
		    bsn_id *id, bsn_err *err);
int32_t tree_seek(bsn_proposer *proposer, const bsn_id *parent,
		  const bsn_seal *seal, uint32_t flags, uint64_t tries,
		  bsn_sink *bytes, bsn_id *id, bsn_err *err); /* seek.c */
int32_t tree_admit_own(bsn_proposer *proposer, bsn_slice bytes,
		       bsn_tree_block *block, bsn_err *err);

#endif
