/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/verify/draft.h: makes a block upon a node of the tree, and
 * judges one that came: both give the state after it and the notes of its
 * transactions. A block begins with what the chain does by itself: the autogen
 * transaction (kernel_begin_block) and the award, each when there is any.
 */
#ifndef XUPER_VERIFY_DRAFT_H
#define XUPER_VERIFY_DRAFT_H

#include "plugins/engine-xuper/verify/verify.h"

typedef struct {
	Layer *layer;
	GBytes **notes;
} Drafted;

/* What waits, in an order in which each may follow; NULL at the end. Those that
 * are refused upon this parent are passed over, with what stands on them; with
 * the first one that does not fit the block is full. */
typedef Tx *(*DraftNext)(void *owner);

/* What goes into a block, before it is sealed. */
typedef struct {
	GPtrArray *txs; /* Tx, references */
	Drafted drafted;
	gboolean carries; /* something that has waited */
} Gathered;

/* The first half of draft_make, as that. gathered is the caller's, also with an
 * error: empty then. */
int32_t draft_gather(const Verifier *verifier, LedgerNode *parent,
		     const bsn_seal *seal, gboolean empty,
		     const guint8 proposer_key[PUBLIC_KEY_LEN], DraftNext next,
		     void *next_owner, Gathered *gathered, bsn_err *err);
/* The block that it makes; borrows all that it is given. */
BlockPlan draft_plan(const LedgerNode *parent, const bsn_seal *seal,
		     const guint8 proposer_key[PUBLIC_KEY_LEN],
		     const Gathered *gathered);
void gathered_clear(Gathered *gathered);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Gathered, gathered_clear)

/* next: NULL: takes nothing that waits.
 * Returns: the block, and drafted is the caller's then; or NULL: *status
 * BSN_NOT_FOUND: nothing to put in (an award alone is nothing) and `empty` is
 * FALSE; else an error. [strand] */
Block *draft_make(const Verifier *verifier, LedgerNode *parent,
		  const bsn_seal *seal, gboolean empty,
		  const guint8 proposer_key[PUBLIC_KEY_LEN], BlockSign sign,
		  void *sign_owner, DraftNext next, void *next_owner,
		  Drafted *drafted, int32_t *status, bsn_err *err);
/* Returns: a code, of the first transaction that is refused, or XUPER_BLOCK; below
 * 0: broke, which says nothing of the block. [strand] */
gint draft_judge(const Verifier *verifier, LedgerNode *parent, Block *block,
		 Drafted *drafted, bsn_err *err);

#endif
