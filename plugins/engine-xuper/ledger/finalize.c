/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks become final: their layers are folded into the store, and what is not
 * below the newest of them is forgotten.
 */
#include <string.h>

#include <bsn/ext/tree.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/ledger/ledger_private.h"
#include "plugins/kit/sink.h"

typedef struct {
	GPtrArray *final;   /* from the root's child to the new root */
	GPtrArray *kept;    /* below the new root; each parents first */
	GPtrArray *dropped;
} Sorted;

static void
sort(const Ledger *ledger, const LedgerNode *root, Sorted *sorted)
{
	for (guint i = 0; i < ledger->nodes->len; i++) {
		LedgerNode *node = g_ptr_array_index(ledger->nodes, i);

		if (node_is_below(root, node))
			g_ptr_array_add(sorted->final, node);
		else if (node_is_below(node, root))
			g_ptr_array_add(sorted->kept, node);
		else
			g_ptr_array_add(sorted->dropped, node);
	}
}

static void
sorted_init(Sorted *sorted)
{
	sorted->final = g_ptr_array_new();
	sorted->kept = g_ptr_array_new();
	sorted->dropped = g_ptr_array_new();
}

static void
sorted_clear(Sorted *sorted)
{
	g_clear_pointer(&sorted->final, g_ptr_array_unref);
	g_clear_pointer(&sorted->kept, g_ptr_array_unref);
	g_clear_pointer(&sorted->dropped, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sorted, sorted_clear)

/* ---- the batch ---- */

static void
write_final(Batch *batch, LedgerNode *node, LedgerTotals *totals)
{
	const Block *block = node->block;

	layer_writes(node->layer, batch->writes);
	batch_delete(batch, record_key_block('n', block->height, block->id));
	totals->height = block->height;
	totals->bytes += block->bytes.len;
	totals->txs += block->n_txs;
	memcpy(totals->id, block->id, HASH_LEN);
}

static void
write_dropped(Batch *batch, const LedgerNode *node)
{
	const Block *block = node->block;

	batch_delete(batch, record_key_block('n', block->height, block->id));
	batch_delete(batch, record_key_block('b', block->height, block->id));
}

static int32_t
write_all(const Ledger *ledger, const Sorted *sorted, bsn_slice certificate,
	  guint64 cookie, LedgerTotals *totals, bsn_err *err)
{
	g_auto(Batch) batch = { 0 };
	g_autoptr(GByteArray) head = g_byte_array_new();

	batch_init(&batch);
	for (guint i = 0; i < sorted->final->len; i++)
		write_final(&batch, g_ptr_array_index(sorted->final, i),
			    totals);
	for (guint i = 0; i < sorted->dropped->len; i++)
		write_dropped(&batch, g_ptr_array_index(sorted->dropped, i));
	if (certificate.len > 0)
		batch_put(&batch, record_key_at('c', totals->height),
			  certificate);
	record_put_head(head, totals);
	batch_put(&batch, record_key('h'), buffer_slice(head));
	return batch_commit(&batch, ledger->chain, cookie, err);
}

/* ---- the tree ---- */

static void
forget(Ledger *ledger, LedgerNode *node)
{
	g_hash_table_remove(ledger->by_id, node->block->id);
	node_free(node);
}

/* Whoever still has a layer of a block that is final now reads through it to
 * the store, and holds no row of others. */
static void
settle(const Ledger *ledger, LedgerNode *root, const Sorted *sorted)
{
	for (guint i = 0; i < sorted->final->len; i++) {
		LedgerNode *node = g_ptr_array_index(sorted->final, i);

		layer_settle(node->layer, ledger->store);
	}
	for (guint i = 0; i < sorted->kept->len; i++) {
		LedgerNode *node = g_ptr_array_index(sorted->kept, i);

		if (node->parent == root)
			layer_settle(node->layer, ledger->store);
	}
}

static void
replant(Ledger *ledger, LedgerNode *root, const Sorted *sorted)
{
	settle(ledger, root, sorted);
	for (guint i = sorted->dropped->len; i-- > 0;)
		forget(ledger, g_ptr_array_index(sorted->dropped, i));
	for (guint i = 0; i + 1 < sorted->final->len; i++)
		forget(ledger, g_ptr_array_index(sorted->final, i));
	forget(ledger, ledger->root);
	layer_unref(root->layer);
	root->layer = layer_ref(ledger->store);
	root->parent = NULL;
	root->flags |= BSN_TREE_FINAL;
	ledger->root = root;
	g_ptr_array_set_size(ledger->nodes, 0);
	g_ptr_array_extend(ledger->nodes, sorted->kept, NULL, NULL);
}

int32_t
ledger_finalize(Ledger *ledger, LedgerNode *node, bsn_slice certificate,
		guint64 cookie, void (*dropped)(void *owner, LedgerNode *node),
		void *owner, bsn_err *err)
{
	LedgerTotals totals = ledger->totals;
	g_auto(Sorted) sorted = { 0 };
	int32_t status;

	if (node == ledger->root)
		return BSN_OK;
	if (!node_is_below(ledger->head, node))
		return bsn_fail(err, BSN_E_INVALID,
				"the head is not below what becomes final");
	sorted_init(&sorted);
	sort(ledger, node, &sorted);
	status = write_all(ledger, &sorted, certificate, cookie, &totals, err);
	if (status != BSN_OK)
		return status;
	for (guint i = 0; dropped != NULL && i < sorted.dropped->len; i++)
		dropped(owner, g_ptr_array_index(sorted.dropped, i));
	ledger->totals = totals;
	replant(ledger, node, &sorted);
	return BSN_OK;
}
