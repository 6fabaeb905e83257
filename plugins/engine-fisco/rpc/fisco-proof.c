/* SPDX-License-Identifier: Apache-2.0
 *
 * Transactions and receipts with the proof that a block's header has them.
 *
 * A proof is a list of steps {"left", "right"}: each step digests what is on
 * the left, what the step before gave, and what is on the right. The first
 * begins with the leaf: a transaction's hash, a receipt's RLP encoding. The
 * last gives the header's root. That is FISCO BCOS 2.x's form; the prefixes of
 * the tree (plugins/kit/merkle.h) stand in it like siblings.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fisco/rpc/fisco.h"
#include "plugins/engine-fisco/rpc/params.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/merkle.h"

#define LEAF_PREFIX "00"
#define NODE_PREFIX "01"

/* What a block's tree is over. */
typedef struct {
	GByteArray *memory; /* of digests, or NULL */
	GArray *leaves;     /* bsn_slice */
} Leaves;

static void
leaves_clear(Leaves *leaves)
{
	if (leaves->memory != NULL)
		g_byte_array_unref(leaves->memory);
	g_array_unref(leaves->leaves);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Leaves, leaves_clear)

static Leaves
tx_leaves(const Suite *suite, const BlockView *block)
{
	Leaves leaves = { g_byte_array_new(),
			  g_array_new(FALSE, FALSE, sizeof(bsn_slice)) };
	RlpReader reader = rlp_reader(block->txs);

	while (rlp_more(&reader)) {
		guint8 digest[HASH_LEN] = { 0 };

		(void)suite_digest1(suite, block_read_tx(&reader), digest);
		g_byte_array_append(leaves.memory, digest, HASH_LEN);
	}
	for (guint at = 0; at < leaves.memory->len; at += HASH_LEN) {
		const bsn_slice leaf =
			bsn_slice_of(leaves.memory->data + at, HASH_LEN);

		g_array_append_val(leaves.leaves, leaf);
	}
	return leaves;
}

static Leaves
receipt_leaves(const BlockView *block)
{
	Leaves leaves = { NULL, g_array_new(FALSE, FALSE, sizeof(bsn_slice)) };
	RlpReader reader = rlp_reader(block->receipts);

	while (rlp_more(&reader)) {
		const bsn_slice leaf = rlp_read_raw(&reader, "receipt");

		g_array_append_val(leaves.leaves, leaf);
	}
	return leaves;
}

/* ---- steps ------------------------------------------------------------- */

static void
append_step(json_t *steps, const char *prefix, const guint8 *left,
	    const guint8 *right)
{
	json_t *step = json_object();
	json_t *before = json_array();
	json_t *after = json_array();
	const guint8 *sibling = left != NULL ? left : right;

	json_array_append_new(before, json_string(prefix));
	if (sibling != NULL) {
		g_autofree char *text =
			hex_encode(bsn_slice_of(sibling, HASH_LEN));

		json_array_append_new(left != NULL ? before : after,
				      json_string(text + 2));
	}
	json_object_set_new(step, "left", before);
	json_object_set_new(step, "right", after);
	json_array_append_new(steps, step);
}

/* Siblings, nearest to the leaf first, as steps. */
static json_t *
steps_json(const GByteArray *siblings, guint64 index, guint64 n)
{
	json_t *steps = json_array();
	const guint8 *sibling = siblings->data;

	append_step(steps, LEAF_PREFIX, NULL, NULL);
	for (; n > 1; n = n / 2 + n % 2, index /= 2) {
		const gboolean second = index % 2 != 0;

		if ((index ^ 1) >= n)
			continue;
		append_step(steps, NODE_PREFIX, second ? sibling : NULL,
			    second ? NULL : sibling);
		sibling += HASH_LEN;
	}
	return steps;
}

static json_t *
proof_json(RpcCall *call, const Leaves *leaves, guint64 index)
{
	g_autoptr(GByteArray) siblings = g_byte_array_new();
	const GArray *all = leaves->leaves;
	bsn_err err = BSN_ERR_INIT;
	int32_t status = merkle_proof(
		call->ledger->suite.hash,
		(const bsn_slice *)(const void *)all->data, all->len, index,
		siblings, &err);

	if (status != BSN_OK)
		return rpc_fail_status(call, MIN(status, BSN_E_INTERNAL),
				       &err);
	return steps_json(siblings, index, all->len);
}

/* ---- methods ----------------------------------------------------------- */

json_t *
fisco_tx_proof(RpcCall *call, const StoredBlock *block, guint64 index)
{
	g_auto(Leaves) leaves =
		tx_leaves(&call->ledger->suite, &block->view);

	return proof_json(call, &leaves, index);
}

json_t *
fisco_receipt_proof(RpcCall *call, const StoredBlock *block, guint64 index)
{
	g_auto(Leaves) leaves = receipt_leaves(&block->view);

	return proof_json(call, &leaves, index);
}
