/* SPDX-License-Identifier: Apache-2.0
 *
 * XuperChain's Merkle tree: leaves are txids, as many as the next power of two;
 * a missing right child is the left one again, over two missing children
 * nothing is. So a level is half of the one below, rounded up.
 *
 * Source: xupercore, ledger_hash.go.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/format/block.h"

#define PAIR_LEN (2u * HASH_LEN)

/* From n nodes to those above them, in their place; there is room for one
 * more. */
static guint
level_up(const Suite *suite, guint8 *level, guint n, bsn_slice *pairs)
{
	const guint parents = (n + 1) / 2;

	if (n % 2 == 1)
		memcpy(level + (gsize)n * HASH_LEN,
		       level + (gsize)(n - 1) * HASH_LEN, HASH_LEN);
	for (guint i = 0; i < parents; i++)
		pairs[i] = bsn_slice_of(level + (gsize)i * PAIR_LEN, PAIR_LEN);
	suite_double_each(suite, pairs, parents, level);
	return parents;
}

void
merkle_root(const Suite *suite, Tx *const *txs, guint n, guint8 root[HASH_LEN])
{
	g_autofree guint8 *level = g_malloc_n((gsize)n + 1, HASH_LEN);
	g_autofree bsn_slice *pairs = g_new(bsn_slice, n / 2 + 1);

	memset(root, 0, HASH_LEN);
	if (n == 0)
		return;
	for (guint i = 0; i < n; i++)
		memcpy(level + (gsize)i * HASH_LEN, txs[i]->id, HASH_LEN);
	while (n > 1)
		n = level_up(suite, level, n, pairs);
	memcpy(root, level, HASH_LEN);
}
