/* SPDX-License-Identifier: Apache-2.0
 *
 * Transactions and receipts with the proof that a block's header has them.
 *
 * A proof is a list of steps {"left", "right"}, FISCO BCOS 2.x's form: each
 * step digests what is on the left, what the step before gave, and what is on
 * the right. The first begins with the leaf (tree.h), the last gives the
 * header's root.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fisco/rpc/fisco.h"
#include "plugins/engine-fisco/rpc/params.h"
#include "plugins/engine-fisco/tree.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"

/* ---- steps ------------------------------------------------------------- */

static json_t *
siblings_json(const bsn_slice *values, guint n)
{
	json_t *list = json_array();

	for (guint i = 0; i < n; i++) {
		g_autofree char *text = hex_encode(values[i]);

		json_array_append_new(list, json_string(text + strlen("0x")));
	}
	return list;
}

static void
append_step(const TreeStep *step, gpointer steps)
{
	json_t *json = json_object();

	json_object_set_new(json, "left",
			    siblings_json(step->left, step->n_left));
	json_object_set_new(json, "right",
			    siblings_json(step->right, step->n_right));
	json_array_append_new(steps, json);
}

/* The proof of one of a block's digests, which it takes. */
static json_t *
proof_json(RpcCall *call, GByteArray *digests, guint64 index)
{
	g_autoptr(json_t) steps = json_array();
	int32_t status = tree_proof(&call->ledger->suite, digests->data,
				    digests->len / HASH_LEN, (guint)index,
				    append_step, steps);

	g_byte_array_unref(digests);
	if (status != BSN_OK) {
		bsn_err err = BSN_ERR_INIT;

		(void)bsn_fail(&err, status, "a proof could not be made");
		return rpc_fail_status(call, MIN(status, BSN_E_INTERNAL),
				       &err);
	}
	return g_steal_pointer(&steps);
}

/* ---- methods ----------------------------------------------------------- */

/* Appends the digest of a part of a block. */
static void
append_digest(const Suite *suite, bsn_slice part, GByteArray *digests)
{
	guint8 digest[HASH_LEN] = { 0 };

	(void)suite_digest1(suite, part, digest);
	g_byte_array_append(digests, digest, HASH_LEN);
}

json_t *
fisco_tx_proof(RpcCall *call, const StoredBlock *block, guint64 index)
{
	GByteArray *digests = g_byte_array_new();
	RlpReader reader = rlp_reader(block->view.txs);

	while (rlp_more(&reader))
		append_digest(&call->ledger->suite, block_read_tx(&reader),
			      digests);
	return proof_json(call, digests, index);
}

json_t *
fisco_receipt_proof(RpcCall *call, const StoredBlock *block, guint64 index)
{
	GByteArray *digests = g_byte_array_new();
	RlpReader reader = rlp_reader(block->view.receipts);

	while (rlp_more(&reader))
		append_digest(&call->ledger->suite,
			      rlp_read_raw(&reader, "receipt"), digests);
	return proof_json(call, digests, index);
}
