/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/ledger/ledger.h: the chain's blocks: a tree whose root is
 * the newest final one, with a layer of state for each block below the root, and
 * the line of final blocks behind it.
 *
 * In the store, beside the state (state/):
 *   'h'            the root: height, id, totals
 *   'b' height id  a block's bytes, written once, when it comes into the tree
 *   'n' height id  of one that is not final yet: the notes of its transactions
 *   'c' height     the certificate that made it final, when it has its own
 * and, left by each block in its layer, so that they are found upon it, undone
 * and made final as the state is:
 *   'i' id         -> height
 *   't' txid       -> height, index, note (what verify/ says of its outcome)
 *   'a' height     the agreement (kernel/agreement.h) that it left, where it
 *                  changed
 */
#ifndef XUPER_LEDGER_LEDGER_H
#define XUPER_LEDGER_LEDGER_H

#include "plugins/engine-xuper/format/block.h"
#include "plugins/engine-xuper/state/layer.h"

typedef struct Ledger Ledger;

/* A block of the tree. Valid until ledger_finalize or ledger_add drops it. */
typedef struct LedgerNode LedgerNode;
struct LedgerNode {
	Block *block;
	LedgerNode *parent; /* NULL: the root */
	Layer *layer;       /* the state after it */
	guint32 flags;      /* BSN_TREE_* */
	GBytes **notes;     /* of its transactions, n_txs; each may be NULL */
};

/* Opens, or begins with the genesis block, whose transactions make the first
 * state. Blocks that were not final are there again, their layers made from
 * what is in them.
 * The head is the root. `suite` must live as long as the ledger.
 * Returns: BSN_OK. Errors: BSN_BAD_REQUEST: the store was begun with another
 * genesis; BSN_E_CORRUPT, BSN_E_VERSION; of effects_apply: the genesis is none;
 * of the store. [strand] */
int32_t ledger_open(Ledger **ledger, bsn_chain *chain, const Suite *suite,
		    Block *genesis, bsn_err *err);
void ledger_close(Ledger *ledger); /* NULL is fine */

LedgerNode *ledger_root(Ledger *ledger);
LedgerNode *ledger_head(Ledger *ledger);
LedgerNode *ledger_find(Ledger *ledger, const guint8 id[HASH_LEN]); /* or NULL */
/* Parents before children, the root left out. [strand] */
void ledger_each(Ledger *ledger,
		 void (*each)(void *owner, LedgerNode *node), void *owner);

/* Blocks that are not final, and bytes of them, above which the oldest is
 * forgotten that is not on the way to the head. */
#define LEDGER_TREE_MAX 2048u
#define LEDGER_TREE_BYTES (256u << 20)
guint64 ledger_tree_bytes(const Ledger *ledger);

/* Adds a judged block below `parent`; `layer`, the state after it, over the
 * parent's, and `notes` become the node's. Written to the store at once, without
 * a cookie. One that is there is answered and the layer dropped. Where there are
 * too many, others are forgotten, never the head, the parent, or what is on the
 * way to them.
 * Returns: BSN_OK. Errors: BSN_E_INVALID: it is no child of that parent;
 * BSN_FULL, BSN_BUSY, of the store; then nothing was added, and layer and notes
 * are the caller's still. [strand] */
int32_t ledger_add(Ledger *ledger, LedgerNode *parent, Block *block,
		   Layer *layer, GBytes **notes, LedgerNode **node,
		   bsn_err *err);
/* Makes a node the head, then calls left and entered for each block, from the
 * old head up to the common ancestor, and down from there. */
typedef struct {
	void (*left)(void *owner, LedgerNode *node);
	void (*entered)(void *owner, LedgerNode *node);
	void *owner;
} LedgerMove;
void ledger_prefer(Ledger *ledger, LedgerNode *node, const LedgerMove *move);
/* Makes all up to node final in one batch with that cookie, and it the root, with
 * the store's layer. The head must be it or below it. It is the root already:
 * nothing is written, and no cookie comes.
 * dropped (may be NULL): called, parents first, for each block that is not below
 * it and not final, before the tree changes.
 * Returns: BSN_OK. Errors: BSN_E_INVALID: the head is elsewhere; BSN_FULL,
 * BSN_BUSY, of the store: nothing changed. [strand] */
int32_t ledger_finalize(Ledger *ledger, LedgerNode *node,
			bsn_slice certificate, guint64 cookie,
			void (*dropped)(void *owner, LedgerNode *node),
			void *owner, bsn_err *err);

/* What is final. A block that was just finalized counts, durable or not. */
typedef struct {
	guint64 height, bytes, txs;
	guint8 id[HASH_LEN];
} LedgerTotals;
void ledger_totals(const Ledger *ledger, LedgerTotals *totals);
/* Returns: BSN_OK, BSN_NOT_FOUND. [any] */
int32_t ledger_block_bytes(Ledger *ledger, guint64 height, GByteArray *bytes,
			   bsn_err *err);
int32_t ledger_block_height(Ledger *ledger, const guint8 id[HASH_LEN],
			    guint64 *height, bsn_err *err);
/* The certificate of the block, or of the next one above that has one: `of` says
 * whose it is. BSN_NOT_FOUND: none has any (or none is needed). */
int32_t ledger_certificate(Ledger *ledger, guint64 height, guint64 *of,
			   GByteArray *certificate, bsn_err *err);
/* BSN_TREE_LOADED and BSN_TREE_CLOSES of a final block, as its node had them. */
int32_t ledger_flags(Ledger *ledger, const Block *block, guint32 *flags,
		     bsn_err *err);
/* The agreement that counts after a final block. */
int32_t ledger_agreement(Ledger *ledger, guint64 height, GByteArray *agreement,
			 bsn_err *err);
typedef struct {
	guint64 height;
	guint32 index;
	gboolean final; /* else it is in a block on the way to the head */
	LedgerNode *node; /* when not final */
} LedgerPlace;
/* Where a transaction is on the way from the genesis to `at` (NULL: the head);
 * note may be NULL. */
int32_t ledger_place(Ledger *ledger, LedgerNode *at,
		     const guint8 txid[HASH_LEN], LedgerPlace *place,
		     GByteArray *note, bsn_err *err);

#endif
