/* SPDX-License-Identifier: Apache-2.0
 *
 * The tree is bounded: where nothing becomes final for long, what is least likely
 * to is forgotten for what is new.
 */
#include <string.h>

#include <bsn/ext/tree.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/ledger/ledger_private.h"

guint64
ledger_tree_bytes(const Ledger *ledger)
{
	guint64 bytes = 0;

	for (guint i = 0; i < ledger->nodes->len; i++) {
		const LedgerNode *node = g_ptr_array_index(ledger->nodes, i);

		bytes += node->block->bytes.len;
	}
	return bytes;
}

static guint64
round_of(const LedgerNode *node)
{
	bsn_seal seal;

	block_seal(node->block, &seal);
	return seal.round;
}

/* The oldest of those upon which nothing hangs, unless the head or `parent` is
 * it; NULL: there is none. */
static LedgerNode *
find_oldest(const Ledger *ledger, const LedgerNode *parent)
{
	g_autoptr(GHashTable) parents = g_hash_table_new(NULL, NULL);
	LedgerNode *oldest = NULL;

	for (guint i = ledger->nodes->len; i-- > 0;) {
		LedgerNode *node = g_ptr_array_index(ledger->nodes, i);

		g_hash_table_add(parents, node->parent);
		if (node != parent && node != ledger->head &&
		    !g_hash_table_contains(parents, node) &&
		    (oldest == NULL || round_of(node) < round_of(oldest)))
			oldest = node;
	}
	return oldest;
}

static int32_t
forget(Ledger *ledger, LedgerNode *node, bsn_err *err)
{
	const Block *block = node->block;
	g_auto(Batch) batch = { 0 };
	int32_t status;

	batch_init(&batch);
	batch_delete(&batch, record_key_block('n', block->height, block->id));
	batch_delete(&batch, record_key_block('b', block->height, block->id));
	status = batch_commit(&batch, ledger->chain, 0, err);
	if (status != BSN_OK)
		return status;
	g_hash_table_remove(ledger->by_id, block->id);
	g_ptr_array_remove(ledger->nodes, node);
	node_free(node);
	return BSN_OK;
}

/* The bytes alone never keep a block out: what would make others final may be
 * among those that come. */
int32_t
room_make(Ledger *ledger, const LedgerNode *parent, bsn_err *err)
{
	int32_t status = BSN_OK;

	while (status == BSN_OK &&
	       (ledger->nodes->len >= LEDGER_TREE_MAX ||
		ledger_tree_bytes(ledger) > LEDGER_TREE_BYTES)) {
		LedgerNode *oldest = find_oldest(ledger, parent);

		if (oldest != NULL)
			status = forget(ledger, oldest, err);
		else if (ledger->nodes->len < LEDGER_TREE_MAX)
			return BSN_OK;
		else
			status = bsn_fail(err, BSN_FULL,
					  "%u blocks upon each other are not "
					  "final",
					  ledger->nodes->len);
	}
	return status;
}
