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

void
merkle_root(const Suite *suite, Tx *const *txs, guint n, guint8 root[HASH_LEN])
{
	g_autofree guint8 *level = g_malloc((gsize)MAX(n, 1) * HASH_LEN);

	memset(root, 0, HASH_LEN);
	if (n == 0)
		return;
	for (guint i = 0; i < n; i++)
		memcpy(level + (gsize)i * HASH_LEN, txs[i]->id, HASH_LEN);
	for (; n > 1; n = (n + 1) / 2) {
		for (guint i = 0; i < n; i += 2) {
			const guint right = MIN(i + 1, n - 1);
			const bsn_slice pair[] = {
				bsn_slice_of(level + (gsize)i * HASH_LEN,
					     HASH_LEN),
				bsn_slice_of(level + (gsize)right * HASH_LEN,
					     HASH_LEN),
			};

			suite_double(suite, pair, 2,
				     level + (gsize)(i / 2) * HASH_LEN);
		}
	}
	memcpy(root, level, HASH_LEN);
}
