/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/tree.h: the Merkle tree whose root a header has of its
 * transactions and of its receipts, as FISCO BCOS 2.x builds it, so that its
 * SDKs verify proofs.
 *
 * Leaf i is the RLP encoding of i and then a digest: a transaction's hash, the
 * digest of a receipt's encoding. Up to 16 neighbours, one after the other, are
 * digested to their parent, level by level until one value is left; its digest
 * is the root. No leaves: the digest of nothing.
 *
 * Nothing tells a leaf from a node but its length. That is enough: 16 nodes are
 * a multiple of 32 bytes, which no 1 to 16 leaves of 33 to 37 bytes are.
 *
 * All functions: [any]. They return what the hash returns.
 */
#ifndef FISCO_TREE_H
#define FISCO_TREE_H

#include "plugins/engine-fisco/suite.h"

#define TREE_WIDTH 16u

/* The root over n digests, one after the other: HASH_LEN bytes to `root`. */
int32_t tree_root(const Suite *suite, const guint8 *digests, guint n,
		  guint8 *root);

/* The same in two steps, of which the first can be shared out.
 *
 * In:  digests of n leaves from leaf `first` on, a multiple of TREE_WIDTH.
 * Out: nodes: HASH_LEN bytes for each TREE_WIDTH leaves, or the rest of them. */
int32_t tree_nodes(const Suite *suite, const guint8 *digests, guint first,
		   guint n, guint8 *nodes);
/* In: the nodes of all leaves, one after the other. */
int32_t tree_root_of_nodes(const Suite *suite, const guint8 *nodes,
			   guint leaves, guint8 *root);

/* What stands beside a value where it is digested. Borrowed. */
typedef struct {
	const bsn_slice *left;
	const bsn_slice *right;
	guint n_left;
	guint n_right;
} TreeStep;

typedef void (*TreeStepFunc)(const TreeStep *step, gpointer data);

/* Calls `each` for every step from leaf `index` (less than n) to the root. */
int32_t tree_proof(const Suite *suite, const guint8 *digests, guint n,
		   guint index, TreeStepFunc each, gpointer data);

#endif
