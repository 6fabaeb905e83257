/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/ext/tree.h: protocols that grow a tree of blocks instead of a line.
 *
 * bsn.consensus/1 decides one height after the other. Protocols of another kind
 * build on blocks that are not final: chained HotStuff (Yin et al., PODC 2019)
 * carries the certificate of a block in the next one and commits three blocks
 * later; proof of work may leave a branch for a heavier one. For them an engine
 * keeps a *tree*: its root is the newest final block, below it hang blocks that
 * may still be undone, and one of them is the *head*, upon which transactions
 * are judged, executed and pooled. The protocol says what is built upon what,
 * which block is the head and which are final; the engine knows what is in a
 * block, and who the members are.
 *
 * An engine offers it as bsn_proposer.tree; a protocol that needs it sets
 * bsn_consensus.tree and refuses an engine without. On a tree propose, check,
 * decide, expect, behind and set_members of the linear interface are not called,
 * nor applied. Timers, store keys, cookies, messages: as consensus.h has it.
 *
 * What a client was answered as committed, what bsn_block_ops, bsn_event_ops and
 * bsn_ledger_ops tell, is final and durable.
 */
#ifndef BSN_EXT_TREE_H
#define BSN_EXT_TREE_H

#include "../consensus.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a protocol puts into a block's header; the block's id covers it. */
typedef struct bsn_seal {
	uint32_t size;
	uint32_t target_bits; /* proof of work; 0: none */
	uint64_t nonce;       /* proof of work */
	uint64_t time_ms;     /* since 1970-01-01T00:00:00Z; not before the
			       * parent's */
	uint64_t term;        /* of elected producers; 0: none */
	uint64_t round;       /* view, round or slot in which it was made: above
			       * the parent's */
	bsn_slice justify;    /* the certificate for the parent that the block
			       * carries, in the protocol's encoding; empty:
			       * none */
} bsn_seal;

/* Flags of a block of the tree. */
#define BSN_TREE_FINAL 1u  /* the root, or before it */
#define BSN_TREE_LOADED 2u /* clients wait for something that is in it */
#define BSN_TREE_CLOSES 4u /* it ends an epoch: after it the chain names other
			    * members, or another config of the protocol, than
			    * after its parent. The new ones count for what is
			    * built upon it once it is final */

/* A block, as its protocol sees it. Slices are valid until the next call of a
 * function of the tree. */
typedef struct bsn_tree_block {
	uint32_t size;
	uint32_t flags; /* BSN_TREE_* */
	uint64_t height;
	bsn_id id;
	bsn_id parent;
	bsn_slice proposer; /* public key that has signed it; of the genesis:
			     * empty */
	bsn_seal seal;
} bsn_tree_block;

/* Receives blocks. The caller embeds it. */
typedef struct bsn_tree_sink bsn_tree_sink;
struct bsn_tree_sink {
	/* Returns: BSN_OK to go on. Must not call the tree. */
	int32_t (*block)(bsn_tree_sink *sink, const bsn_tree_block *block);
};

/* Receives members in the chain's order. */
typedef struct bsn_members_sink bsn_members_sink;
struct bsn_members_sink {
	/* Returns: BSN_OK to go on. Must not call the tree. */
	int32_t (*member)(bsn_members_sink *sink, const bsn_member *member);
};

#define BSN_EXTEND_EMPTY 1u /* extend: also when nothing waits */
#define BSN_EXTEND_BARE 2u  /* extend: takes nothing that waits */

/* The engine's tree. */
typedef struct bsn_tree {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* The newest final block; after a start what was durable.
	 * Returns: BSN_OK. [strand] & open */
	int32_t (*root)(bsn_proposer *proposer, bsn_tree_block *block);

	/* The head: the root or a descendant. Returns: BSN_OK.
	 * [strand] & open */
	int32_t (*head)(bsn_proposer *proposer, bsn_tree_block *block);

	/* A block of the tree, or the root, or one before it by id.
	 *
	 * Returns: BSN_OK or BSN_NOT_FOUND. [strand] & open */
	int32_t (*block)(bsn_proposer *proposer, const bsn_id *id,
			 bsn_tree_block *block);

	/* All blocks below the root, parents before children: what is there
	 * after a start. Returns: BSN_OK, or what the sink returned.
	 * [strand] & open */
	int32_t (*walk)(bsn_proposer *proposer, bsn_tree_sink *sink);

	/* Reads a block as it came from another node: its header is what its
	 * id says and its proposer has signed it. Nothing is executed and the
	 * parent need not be there.
	 *
	 * Returns: BSN_OK.
	 * Out:     block.
	 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE, BSN_BAD_SIGNATURE.
	 * [strand] & open */
	int32_t (*read)(bsn_proposer *proposer, bsn_slice bytes,
			bsn_tree_block *block, bsn_err *err);

	/* Makes a block upon `parent`, signed by this node, and puts it into
	 * the tree and, with the next batch, the store: what the protocol
	 * commits to the store afterwards is durable after it.
	 *
	 * Returns: BSN_OK; BSN_NOT_FOUND: nothing waits (and no
	 *          BSN_EXTEND_EMPTY), the engine calls pending.
	 * In:      parent; seal; flags, BSN_EXTEND_*.
	 * Out:     bytes, at most BSN_PROPOSAL_MAX; id.
	 * Errors:  BSN_BUSY, BSN_FULL: pending will be called;
	 *          BSN_NOT_FOUND with a reason: no such parent.
	 * [strand] & open */
	int32_t (*extend)(bsn_proposer *proposer, const bsn_id *parent,
			  const bsn_seal *seal, uint32_t flags,
			  bsn_sink *bytes, bsn_id *id, bsn_err *err);

	/* Checks a block by executing it upon its parent, and puts it into tree
	 * and store, as extend does. One that is there is fine.
	 *
	 * Returns: BSN_OK.
	 * Out:     block.
	 * Errors:  BSN_NOT_FOUND: the parent is not there (see fetch);
	 *          BSN_EXPIRED: its height is final already;
	 *          BSN_BUSY, BSN_FULL: not now; else why it is refused.
	 * [strand] & open */
	int32_t (*admit)(bsn_proposer *proposer, bsn_slice bytes,
			 bsn_tree_block *block, bsn_err *err);

	/* Makes a block of the tree the head: what the way there leaves is
	 * undone, its transactions wait again; what it enters is done.
	 *
	 * Returns: BSN_OK, BSN_NOT_FOUND. [strand] & open */
	int32_t (*prefer)(bsn_proposer *proposer, const bsn_id *id);

	/* Makes a block final, and with it all between it and the root;
	 * it becomes the root, what is not below it is forgotten. The head must
	 * be it or below it.
	 *
	 * Returns: BSN_OK; anything else stops the chain with the reason.
	 * In:      id; certificate, which proves it in the protocol's own
	 *          encoding; empty: nothing can.
	 * Errors:  BSN_NOT_FOUND. [strand] & open */
	int32_t (*finalize)(bsn_proposer *proposer, const bsn_id *id,
			    bsn_slice certificate, bsn_err *err);

	/* Who agrees on blocks by what the chain says after a block, in the
	 * chain's order; observers are left out. For every block of the tree
	 * and every final block that the engine has.
	 *
	 * Returns: BSN_OK, or what the sink returned.
	 * Errors:  BSN_NOT_FOUND. [strand] & open */
	int32_t (*members)(bsn_proposer *proposer, const bsn_id *block,
			   bsn_members_sink *sink);

	/* Asks other nodes for a block and those between it and the root. Each
	 * is admitted as it comes, and bsn_tree_consensus.arrived called.
	 *
	 * In: id; from_public_key, who has it. [strand] & open */
	void (*fetch)(bsn_proposer *proposer, const bsn_id *id,
		      bsn_slice from_public_key);

	/* Whether something waits to be put into a block upon the head.
	 * Returns: BSN_OK or BSN_NOT_FOUND: pending will be called.
	 * [strand] & open */
	int32_t (*waiting)(bsn_proposer *proposer);

	/* As extend, by proof of work: tries the nonces from seal->nonce on,
	 * `tries` of them, until the block's id, as a big-endian number, is at
	 * most the target that seal->target_bits stands for in Bitcoin's
	 * compact form. It takes the lowest nonce that does. What is tried is
	 * kept for the next call: as long as all but the nonce is the same, what
	 * the block holds is gathered once, unless it was nothing that waits
	 * and something waits now. Optional: without it no proof of work.
	 *
	 * Returns: BSN_OK, with that nonce in the block's seal; BSN_EXPIRED:
	 *          none of them does; as extend.
	 * In:      as extend; tries, at least 1.
	 * Out:     as extend.
	 * Errors:  as extend; BSN_BAD_REQUEST: the target is none, or a nonce
	 *          has no room in a block. [strand] & open */
	int32_t (*seek)(bsn_proposer *proposer, const bsn_id *parent,
			const bsn_seal *seal, uint32_t flags, uint64_t tries,
			bsn_sink *bytes, bsn_id *id, bsn_err *err);
} bsn_tree;

/* The protocol's side. */
typedef struct bsn_tree_consensus {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* Blocks came into the tree by themselves (fetch, or because this node
	 * was behind). [strand] & open */
	void (*arrived)(bsn_agreement *agreement, const bsn_id *id);

	/* Judges a certificate that came with a block of the tree from another
	 * node: whether the block is final. The engine then finalizes it.
	 *
	 * Returns: BSN_OK.
	 * Errors:  BSN_BAD_SIGNATURE, BSN_BAD_REQUEST; BSN_NOT_OFFERED: the
	 *          protocol has no certificates and finalizes by itself what
	 *          it is told of so (bsn_consensus.depth). [strand] & open */
	int32_t (*prove)(bsn_agreement *agreement, const bsn_id *id,
			 bsn_slice certificate, bsn_err *err);

	/* The engine has finalized blocks by `prove`; the root is `id`. The
	 * protocol drops what is not below it. [strand] & open */
	void (*finalized)(bsn_agreement *agreement, const bsn_id *id);

	/* Judges a block's seal against its parent before it is admitted from
	 * elsewhere than the protocol's own messages: the proposer's turn, the
	 * certificate that it carries. The parent is in the tree.
	 *
	 * Returns: BSN_OK or why not. [strand] & open */
	int32_t (*judge)(bsn_agreement *agreement,
			 const bsn_tree_block *block, bsn_err *err);
} bsn_tree_consensus;

/* Required members, X(member). */
#define BSN_TREE_REQUIRED(X)                                                   \
	X(root) X(head) X(block) X(walk) X(read) X(extend) X(admit) X(prefer)  \
	X(finalize) X(members) X(fetch) X(waiting)
#define BSN_TREE_CONSENSUS_REQUIRED(X)                                         \
	X(arrived) X(prove) X(finalized) X(judge)

#ifdef __cplusplus
}
#endif

#endif /* BSN_EXT_TREE_H */
