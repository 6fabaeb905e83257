/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/format/block.h: a block as bytes and as what is in it.
 * The encoding is XuperChain's InternalBlock, with blockid, merkle_tree, height
 * and in_trunk filled in as its ids do not cover them but follow from the rest:
 * merkle_tree and next_hash are empty in our bytes, in_trunk is false; each
 * block so has one encoding.
 *
 * A seal (bsn_seal) is in a block as follows: time_ms * 10^6 is timestamp, term
 * curTerm, round curBlockNum, nonce nonce, target_bits targetBits, justify the
 * encoded QuorumCert Justify.
 */
#ifndef XUPER_FORMAT_BLOCK_H
#define XUPER_FORMAT_BLOCK_H

#include <bsn/ext/tree.h>

#include "plugins/engine-xuper/format/tx.h"

#define BLOCK_VERSION 1
#define BLOCK_TXS_MAX 65536u

typedef struct {
	gint refs;
	Arena arena;
	const Xldgpb__InternalBlock *msg; /* transactions left out */
	bsn_slice bytes;		  /* in the arena */
	bsn_slice justify;		  /* encoded; empty: none */
	guint8 id[HASH_LEN];
	guint8 parent[HASH_LEN];	     /* of the genesis: zeros */
	guint8 proposer_key[PUBLIC_KEY_LEN]; /* of the genesis: zeros */
	guint64 height;
	guint64 time_ms;
	Tx **txs; /* references */
	guint n_txs;
} Block;

/* What a new block is made of. */
typedef struct {
	const guint8 *parent; /* HASH_LEN bytes */
	guint64 height;
	bsn_slice proposer_key; /* empty: the genesis, which nobody signs */
	bsn_seal seal;
	Tx *const *txs;
	guint n_txs;
} BlockPlan;

/* Signs a digest; as block_make is given it. */
typedef int32_t (*BlockSign)(void *owner, const guint8 digest[HASH_LEN],
			     GByteArray *der, bsn_err *err);

/* Makes and signs a block.
 *
 * Returns: a new reference, or NULL. Errors: *status: as sign. [any] */
Block *block_make(const Suite *suite, const BlockPlan *plan, BlockSign sign,
		  void *owner, int32_t *status, bsn_err *err);
/* The bytes that the id of such a block is the hash of (block_id.h), appended to
 * an empty `text`. Errors: as block_make. [any] */
int32_t block_text(const Suite *suite, const BlockPlan *plan, GByteArray *text,
		   bsn_err *err);
/* Decodes a block that came from outside or the store: ids, Merkle root and
 * proposer's address are as they must be. The signature is checked when
 * `signature` is set. Transactions whose id `known` answers are taken from
 * there (a new reference, or NULL) and not decoded again; known may be NULL.
 *
 * Returns: a new reference, or NULL.
 * Errors:  *status: BSN_BAD_REQUEST, BSN_TOO_LARGE, BSN_BAD_SIGNATURE. [any] */
typedef Tx *(*BlockKnown)(void *owner, const guint8 id[HASH_LEN]);
Block *block_decode(const Suite *suite, bsn_slice bytes, gboolean signature,
		    BlockKnown known, void *owner, int32_t *status,
		    bsn_err *err);
Block *block_ref(Block *block);
void block_unref(Block *block); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Block, block_unref)

/* The seal, whose slices lie in the block. [any] */
void block_seal(const Block *block, bsn_seal *seal);

/* XuperChain's Merkle root of n txids; n 0: all zeros. [any] */
void merkle_root(const Suite *suite, Tx *const *txs, guint n,
		 guint8 root[HASH_LEN]);

#endif
