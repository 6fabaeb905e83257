/* SPDX-License-Identifier: Apache-2.0
 *
 * The tree is built level by level from the leaves. A last node without a
 * sibling goes up as it is, which gives the tree of RFC 6962, whose left
 * subtree is the largest full one.
 */
#include "plugins/kit/merkle.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

static const guint8 leaf_prefix = 0;
static const guint8 node_prefix = 1;

/* Messages given to one digest_many, and the longest leaf that is copied for
 * it: beyond, hashing outweighs what sharing work could save. */
#define BATCH 64u
#define BATCHED_LEAF_MAX 256u
#define NODE_MAX (1u + 2u * BSN_DIGEST_MAX)

static int32_t
digest_leaf(const bsn_hash *hash, bsn_slice leaf, guint8 *digest)
{
	const bsn_slice parts[] = { bsn_slice_of(&leaf_prefix, 1), leaf };

	return hash->digest(parts, G_N_ELEMENTS(parts), digest);
}

static int32_t
digest_node(const bsn_hash *hash, const guint8 *left, const guint8 *right,
	    guint8 *digest)
{
	const bsn_slice parts[] = { bsn_slice_of(&node_prefix, 1),
				    bsn_slice_of(left, hash->digest_len),
				    bsn_slice_of(right, hash->digest_len) };

	return hash->digest(parts, G_N_ELEMENTS(parts), digest);
}

/* Digests up to BATCH leaves at once. */
static int32_t
digest_leaf_batch(const bsn_hash *hash, const bsn_slice *leaves, guint64 n,
		  guint8 *digests)
{
	guint8 bytes[BATCH][1 + BATCHED_LEAF_MAX];
	bsn_slice messages[BATCH];

	for (guint64 i = 0; i < n; i++) {
		bytes[i][0] = leaf_prefix;
		if (leaves[i].len > 0)
			memcpy(bytes[i] + 1, leaves[i].data, leaves[i].len);
		messages[i] = bsn_slice_of(bytes[i], 1 + leaves[i].len);
	}
	return hash->digest_many(messages, n, digests);
}

/* Digests up to BATCH pairs of nodes at once. */
static int32_t
digest_node_batch(const bsn_hash *hash, const guint8 *pairs, guint64 n,
		  guint8 *digests)
{
	guint8 bytes[BATCH][NODE_MAX];
	bsn_slice messages[BATCH];
	gsize len = 2u * hash->digest_len;

	for (guint64 i = 0; i < n; i++) {
		bytes[i][0] = node_prefix;
		memcpy(bytes[i] + 1, pairs + i * len, len);
		messages[i] = bsn_slice_of(bytes[i], 1 + len);
	}
	return hash->digest_many(messages, n, digests);
}

/* How many of the first leaves can go into one batch. */
static guint64
batchable_leaves(const bsn_hash *hash, const bsn_slice *leaves, guint64 n)
{
	guint64 count = 0;

	if (!BSN_HAS(hash, digest_many))
		return 0;
	while (count < n && count < BATCH &&
	       leaves[count].len <= BATCHED_LEAF_MAX)
		count++;
	return count;
}

static int32_t
digest_leaves(const bsn_hash *hash, const bsn_slice *leaves, guint64 n,
	      guint8 *digests)
{
	int32_t status = BSN_OK;

	for (guint64 i = 0; i < n && status == BSN_OK;) {
		guint64 batch = batchable_leaves(hash, leaves + i, n - i);
		guint8 *out = digests + i * hash->digest_len;

		if (batch > 1)
			status = digest_leaf_batch(hash, leaves + i, batch,
						   out);
		else
			status = digest_leaf(hash, leaves[i], out);
		i += MAX(batch, 1);
	}
	return status;
}

/* Replaces n nodes by their parents, in place: a parent is written only where
 * its children were read. */
static int32_t
digest_level(const bsn_hash *hash, guint8 *nodes, guint64 n)
{
	gsize len = hash->digest_len;
	guint64 step = BSN_HAS(hash, digest_many) ? BATCH : 1;
	guint64 pairs = n / 2;
	int32_t status = BSN_OK;

	for (guint64 i = 0; i < pairs && status == BSN_OK; i += step) {
		const guint8 *from = nodes + 2 * i * len;
		guint8 digests[BATCH * BSN_DIGEST_MAX];
		guint64 batch = MIN(step, pairs - i);

		if (step > 1)
			status = digest_node_batch(hash, from, batch, digests);
		else
			status = digest_node(hash, from, from + len, digests);
		if (status == BSN_OK)
			memcpy(nodes + i * len, digests, batch * len);
	}
	if (n % 2 != 0)
		memmove(nodes + pairs * len, nodes + (n - 1) * len, len);
	return status;
}

/* Leaves the root in `nodes`; appends the siblings on the way from `index` to
 * `proof` when it is not NULL. */
static int32_t
climb(const bsn_hash *hash, guint8 *nodes, guint64 n, guint64 index,
      GByteArray *proof)
{
	int32_t status = BSN_OK;

	for (; n > 1 && status == BSN_OK; n = n / 2 + n % 2, index /= 2) {
		if (proof != NULL && (index ^ 1) < n)
			g_byte_array_append(proof,
					    nodes + (index ^ 1) *
							    hash->digest_len,
					    hash->digest_len);
		status = digest_level(hash, nodes, n);
	}
	return status;
}

static int32_t
build(const bsn_hash *hash, const bsn_slice *leaves, guint64 n, guint64 index,
      GByteArray *proof, guint8 *root)
{
	g_autofree guint8 *nodes = g_malloc_n(n, hash->digest_len);
	int32_t status = digest_leaves(hash, leaves, n, nodes);

	if (status == BSN_OK)
		status = climb(hash, nodes, n, index, proof);
	if (status == BSN_OK && root != NULL)
		memcpy(root, nodes, hash->digest_len);
	return status;
}

int32_t
merkle_root(const bsn_hash *hash, const bsn_slice *leaves, guint64 n,
	    guint8 *root)
{
	if (n == 0)
		return hash->digest(NULL, 0, root);
	return build(hash, leaves, n, 0, NULL, root);
}

int32_t
merkle_proof(const bsn_hash *hash, const bsn_slice *leaves, guint64 n,
	     guint64 index, GByteArray *proof, bsn_err *err)
{
	if (index >= n)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"there is no leaf %" G_GUINT64_FORMAT
				" among %" G_GUINT64_FORMAT,
				index, n);
	return build(hash, leaves, n, index, proof, NULL);
}

/* The digests that a proof of this leaf has. */
static guint64
proof_len(guint64 index, guint64 n)
{
	guint64 len = 0;

	for (; n > 1; n = n / 2 + n % 2, index /= 2)
		len += (index ^ 1) < n;
	return len;
}

static int32_t
root_from_proof(const bsn_hash *hash, guint64 index, guint64 n,
		const guint8 *sibling, guint8 *node)
{
	int32_t status = BSN_OK;
	guint8 parent[BSN_DIGEST_MAX] = { 0 };

	for (; n > 1 && status == BSN_OK; n = n / 2 + n % 2, index /= 2) {
		if ((index ^ 1) >= n)
			continue;
		status = index % 2 != 0
				 ? digest_node(hash, sibling, node, parent)
				 : digest_node(hash, node, sibling, parent);
		memcpy(node, parent, hash->digest_len);
		sibling += hash->digest_len;
	}
	return status;
}

int32_t
merkle_verify(const bsn_hash *hash, bsn_slice leaf, guint64 index, guint64 n,
	      bsn_slice proof, const guint8 *root, bsn_err *err)
{
	guint8 node[BSN_DIGEST_MAX] = { 0 };
	int32_t status;

	if (index >= n || proof.len != proof_len(index, n) * hash->digest_len)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a proof of %" G_GUINT64_FORMAT
				" bytes is not one of leaf %" G_GUINT64_FORMAT
				" among %" G_GUINT64_FORMAT,
				proof.len, index, n);
	status = digest_leaf(hash, leaf, node);
	if (status == BSN_OK)
		status = root_from_proof(hash, index, n, proof.data, node);
	if (status != BSN_OK)
		return bsn_fail(err, status, "the hash %s failed", hash->name);
	if (memcmp(node, root, hash->digest_len) != 0)
		return bsn_fail(err, BSN_CONFLICT,
				"the proof leads to another root");
	return BSN_OK;
}
