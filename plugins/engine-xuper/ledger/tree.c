/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks that are not final, and which of them is the head.
 */
#include <string.h>

#include <bsn/ext/tree.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/ledger/ledger_private.h"
#include "plugins/kit/sink.h"

/* ---- nodes ---- */

LedgerNode *
node_new(LedgerNode *parent, Block *block, Layer *layer, GBytes **notes)
{
	LedgerNode *node = g_new0(LedgerNode, 1);

	node->block = block_ref(block);
	node->parent = parent;
	node->layer = layer;
	node->notes = notes != NULL ? notes
				    : g_new0(GBytes *, MAX(block->n_txs, 1));
	return node;
}

void
node_free(LedgerNode *node)
{
	if (node == NULL)
		return;
	record_notes_free(node->notes, node->block->n_txs);
	layer_unref(node->layer);
	block_unref(node->block);
	g_free(node);
}

gboolean
node_is_below(const LedgerNode *node, const LedgerNode *ancestor)
{
	while (node != NULL && node->block->height > ancestor->block->height)
		node = node->parent;
	return node == ancestor;
}

void
tree_plant(Ledger *ledger, LedgerNode *root)
{
	g_hash_table_insert(ledger->by_id, root->block->id, root);
	ledger->root = ledger->head = root;
}

void
tree_attach(Ledger *ledger, LedgerNode *node)
{
	g_hash_table_insert(ledger->by_id, node->block->id, node);
	g_ptr_array_add(ledger->nodes, node);
}

/* ---- for others ---- */

LedgerNode *
ledger_root(Ledger *ledger)
{
	return ledger->root;
}

LedgerNode *
ledger_head(Ledger *ledger)
{
	return ledger->head;
}

LedgerNode *
ledger_find(Ledger *ledger, const guint8 id[HASH_LEN])
{
	return g_hash_table_lookup(ledger->by_id, id);
}

void
ledger_each(Ledger *ledger, void (*each)(void *owner, LedgerNode *node),
	    void *owner)
{
	for (guint i = 0; i < ledger->nodes->len; i++)
		each(owner, g_ptr_array_index(ledger->nodes, i));
}

/* ---- adding ---- */

static int32_t
write_pending(const Ledger *ledger, const Block *block, GBytes *const *notes,
	      bsn_err *err)
{
	g_auto(Batch) batch = { 0 };
	g_autoptr(GByteArray) noted = g_byte_array_new();

	batch_init(&batch);
	record_put_notes(noted, notes, block->n_txs);
	batch_put(&batch, record_key_block('b', block->height, block->id),
		  block->bytes);
	batch_put(&batch, record_key_block('n', block->height, block->id),
		  buffer_slice(noted));
	return batch_commit(&batch, ledger->chain, 0, err);
}

int32_t
ledger_add(Ledger *ledger, LedgerNode *parent, Block *block, Layer *layer,
	   GBytes **notes, LedgerNode **node, bsn_err *err)
{
	const guint64 mark = layer_mark(layer);
	guint32 flags;
	int32_t status;

	*node = ledger_find(ledger, block->id);
	if (*node != NULL) {
		layer_unref(layer);
		record_notes_free(notes, block->n_txs);
		return BSN_OK;
	}
	if (memcmp(block->parent, parent->block->id, HASH_LEN) != 0 ||
	    block->height != parent->block->height + 1)
		return bsn_fail(err, BSN_E_INVALID,
				"a block was put below another one than its "
				"parent");
	status = trace_leave(ledger, layer, block, notes, err);
	if (status == BSN_OK)
		status = trace_flags(ledger, layer, block, &flags, err);
	if (status == BSN_OK)
		status = room_make(ledger, parent, err);
	if (status == BSN_OK)
		status = write_pending(ledger, block, notes, err);
	if (status != BSN_OK) {
		layer_revert(layer, mark);
		return status;
	}
	*node = node_new(parent, block, layer, notes);
	(*node)->flags = flags;
	tree_attach(ledger, *node);
	return BSN_OK;
}

/* ---- the head ---- */

static LedgerNode *
common_ancestor(LedgerNode *a, LedgerNode *b)
{
	while (a != b) {
		if (a->block->height >= b->block->height)
			a = a->parent;
		else
			b = b->parent;
	}
	return a;
}

void
ledger_prefer(Ledger *ledger, LedgerNode *node, const LedgerMove *move)
{
	LedgerNode *from = ledger->head;
	LedgerNode *common = common_ancestor(from, node);
	g_autoptr(GPtrArray) way = g_ptr_array_new();

	ledger->head = node;
	for (; from != common; from = from->parent)
		move->left(move->owner, from);
	for (; node != common; node = node->parent)
		g_ptr_array_add(way, node);
	while (way->len > 0)
		move->entered(move->owner,
			      g_ptr_array_steal_index(way, way->len - 1));
}
