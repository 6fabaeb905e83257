/* SPDX-License-Identifier: Apache-2.0
 *
 * Opens the ledger: begins it with the genesis, or finds its root and tree in
 * the store again.
 */
#include <string.h>

#include <bsn/ext/tree.h>
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/ledger/effects.h"
#include "plugins/engine-xuper/ledger/ledger_private.h"
#include "plugins/kit/reason.h"
#include "plugins/kit/sink.h"

/* ---- life ---- */

/* Ids are hashes: any four bytes of one are as good as another hash of it. */
static guint
id_hash(gconstpointer id)
{
	guint32 word;

	memcpy(&word, id, sizeof(word));
	return word;
}

static gboolean
id_equal(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, HASH_LEN) == 0;
}

static Ledger *
ledger_new(bsn_chain *chain, const Suite *suite)
{
	Ledger *ledger = g_new0(Ledger, 1);

	ledger->chain = chain;
	ledger->suite = suite;
	ledger->store = layer_store(chain);
	ledger->nodes = g_ptr_array_new();
	ledger->by_id = g_hash_table_new(id_hash, id_equal);
	return ledger;
}

/* Children before their parents, whose layers they are over. */
void
ledger_close(Ledger *ledger)
{
	if (ledger == NULL)
		return;
	for (guint i = ledger->nodes->len; i-- > 0;)
		node_free(g_ptr_array_index(ledger->nodes, i));
	node_free(ledger->root);
	g_hash_table_unref(ledger->by_id);
	g_ptr_array_unref(ledger->nodes);
	layer_unref(ledger->store);
	g_free(ledger);
}

/* ---- a layer from a block ---- */

static int32_t
apply(const Ledger *ledger, Layer *layer, const Block *block,
      GBytes *const *notes, bsn_err *err)
{
	int32_t status = BSN_OK;

	for (guint i = 0; status == BSN_OK && i < block->n_txs; i++)
		status = effects_apply(layer, block->txs[i], err);
	return status == BSN_OK
		       ? trace_leave(ledger, layer, block, notes, err)
		       : status;
}

/* What was judged before must still be right. */
static int32_t
corrupt(int32_t status, guint64 height, bsn_err *err)
{
	if (status <= 0)
		return status;
	reason_at(err, "block %" G_GUINT64_FORMAT " in the store", height);
	return BSN_E_CORRUPT;
}

/* ---- beginning ---- */

static int32_t
check_empty(const Ledger *ledger, bsn_err *err)
{
	g_autoptr(GByteArray) key = g_byte_array_new();
	g_autoptr(GByteArray) value = g_byte_array_new();
	int32_t status = first_entry(ledger->store, record_key(0),
				     record_key((char)0xff), 0, key, value,
				     err);

	if (status == BSN_NOT_FOUND)
		return BSN_OK;
	return status == BSN_OK
		       ? bsn_fail(err, BSN_E_CORRUPT,
				  "the store has a ledger without its newest "
				  "block's record")
		       : status;
}

static int32_t
write_genesis(Ledger *ledger, Block *genesis, Layer *layer, bsn_err *err)
{
	g_auto(Batch) batch = { 0 };
	g_autoptr(GByteArray) head = g_byte_array_new();

	ledger->totals = (LedgerTotals){
		.bytes = genesis->bytes.len,
		.txs = genesis->n_txs,
	};
	memcpy(ledger->totals.id, genesis->id, HASH_LEN);
	batch_init(&batch);
	layer_writes(layer, batch.writes);
	batch_put(&batch, record_key_block('b', 0, genesis->id),
		  genesis->bytes);
	record_put_head(head, &ledger->totals);
	batch_put(&batch, record_key('h'), buffer_slice(head));
	return batch_commit(&batch, ledger->chain, 0, err);
}

static int32_t
begin(Ledger *ledger, Block *genesis, bsn_err *err)
{
	g_autoptr(Layer) layer = NULL;
	int32_t status = check_empty(ledger, err);

	if (status != BSN_OK)
		return status;
	layer = layer_over(ledger->store);
	status = apply(ledger, layer, genesis, NULL, err);
	if (status == BSN_OK)
		status = write_genesis(ledger, genesis, layer, err);
	if (status != BSN_OK)
		return status;
	tree_plant(ledger, node_new(NULL, genesis, layer_ref(ledger->store),
				    NULL));
	return BSN_OK;
}

/* ---- resuming ---- */

/* The block that the store began with is another one, and whole. */
static gboolean
began_otherwise(Ledger *ledger, const Block *genesis)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(Block) first = NULL;
	int32_t status;

	if (ledger_block_bytes(ledger, 0, bytes, NULL) != BSN_OK)
		return FALSE;
	first = block_decode(ledger->suite, buffer_slice(bytes), FALSE, NULL,
			     NULL, &status, NULL);
	return first != NULL && memcmp(first->id, genesis->id, HASH_LEN) != 0;
}

static int32_t
check_genesis(Ledger *ledger, const Block *genesis, bsn_err *err)
{
	guint64 height = 0;
	int32_t status =
		ledger_block_height(ledger, genesis->id, &height, err);

	if (status == BSN_NOT_FOUND && began_otherwise(ledger, genesis))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the store has a chain that began with another "
				"genesis");
	if (status == BSN_NOT_FOUND || (status == BSN_OK && height != 0))
		return bsn_fail(err, BSN_E_CORRUPT,
				"the ledger's record of the genesis is damaged");
	return status;
}

static Block *
load_block(const Ledger *ledger, guint64 height, const guint8 id[HASH_LEN],
	   int32_t *status, bsn_err *err)
{
	const RecordKey key = record_key_block('b', height, id);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(Block) block = NULL;

	*status = layer_get(ledger->store, record_slice(&key), bytes, err);
	if (*status == BSN_NOT_FOUND)
		*status = bsn_fail(err, BSN_NOT_FOUND, "it is missing");
	if (*status == BSN_OK)
		block = block_decode(ledger->suite, buffer_slice(bytes), FALSE,
				     NULL, NULL, status, err);
	if (block != NULL && (block->height != height ||
			      memcmp(block->id, id, HASH_LEN) != 0)) {
		*status = bsn_fail(err, BSN_CONFLICT, "it is another one");
		g_clear_pointer(&block, block_unref);
	}
	*status = corrupt(*status, height, err);
	return g_steal_pointer(&block);
}

/* Of the root, whose 'n' is gone: each is with its transaction's place. */
static int32_t
load_notes(Ledger *ledger, LedgerNode *root, bsn_err *err)
{
	g_autoptr(GByteArray) note = g_byte_array_new();
	int32_t status = BSN_OK;

	for (guint i = 0; status == BSN_OK && i < root->block->n_txs; i++) {
		LedgerPlace place;

		status = ledger_place(ledger, root, root->block->txs[i]->id,
				      &place, note, err);
		if (status == BSN_NOT_FOUND)
			status = bsn_fail(err, BSN_E_CORRUPT,
					  "a transaction's place is missing");
		if (status == BSN_OK && note->len > 0)
			root->notes[i] = g_bytes_new(note->data, note->len);
	}
	return status;
}

static int32_t
load_root(Ledger *ledger, bsn_err *err)
{
	g_autoptr(Block) block = NULL;
	LedgerNode *root;
	int32_t status;

	block = load_block(ledger, ledger->totals.height, ledger->totals.id,
			   &status, err);
	if (block == NULL)
		return status;
	root = node_new(NULL, block, layer_ref(ledger->store), NULL);
	tree_plant(ledger, root);
	status = load_notes(ledger, root, err);
	if (status != BSN_OK)
		return status;
	return trace_flags(ledger, root->layer, block, &root->flags, err);
}

typedef struct {
	bsn_scan_sink sink;
	GPtrArray *keys, *notes; /* GBytes */
} Pending;

static int32_t
take_pending(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	Pending *pending = (Pending *)sink;

	g_ptr_array_add(pending->keys, g_bytes_new(key.data, key.len));
	g_ptr_array_add(pending->notes, g_bytes_new(value.data, value.len));
	return BSN_OK;
}

/* Takes the notes. */
static int32_t
restore_node(Ledger *ledger, Block *block, GBytes **notes, bsn_err *err)
{
	LedgerNode *parent = ledger_find(ledger, block->parent);
	LedgerNode *node;
	int32_t status;

	if (parent == NULL || block->height != parent->block->height + 1) {
		record_notes_free(notes, block->n_txs);
		return bsn_fail(err, BSN_E_CORRUPT, "its parent is missing");
	}
	node = node_new(parent, block, layer_over(parent->layer), notes);
	tree_attach(ledger, node);
	status = apply(ledger, node->layer, block, node->notes, err);
	if (status == BSN_OK)
		status = trace_flags(ledger, node->layer, block, &node->flags,
				     err);
	return corrupt(status, block->height, err);
}

static int32_t
restore(Ledger *ledger, bsn_slice key, bsn_slice noted, bsn_err *err)
{
	g_autoptr(Block) block = NULL;
	guint8 id[HASH_LEN];
	GBytes **notes;
	guint64 height;
	int32_t status;

	if (!record_key_read(key, &height, id))
		return bsn_fail(err, BSN_E_CORRUPT,
				"the ledger's record of a block that is not "
				"final is damaged");
	block = load_block(ledger, height, id, &status, err);
	if (block == NULL)
		return status;
	status = record_read_notes(noted, block->n_txs, &notes, err);
	return status == BSN_OK ? restore_node(ledger, block, notes, err)
				: status;
}

/* By height, so parents come before their children. */
static int32_t
load_tree(Ledger *ledger, bsn_err *err)
{
	const RecordKey from = record_key('n');
	const RecordKey to = record_key('n' + 1);
	g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_bytes_unref);
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_bytes_unref);
	Pending pending = { { take_pending }, keys, notes };
	int32_t status = layer_scan(ledger->store, record_slice(&from),
				    record_slice(&to), 0, &pending.sink, err);

	for (guint i = 0; status == BSN_OK && i < keys->len; i++)
		status = restore(ledger,
				 bytes_slice(g_ptr_array_index(keys, i)),
				 bytes_slice(g_ptr_array_index(notes, i)), err);
	return status;
}

static int32_t
resume(Ledger *ledger, bsn_slice head, const Block *genesis, bsn_err *err)
{
	int32_t status = record_read_head(head, &ledger->totals, err);

	if (status == BSN_OK)
		status = check_genesis(ledger, genesis, err);
	if (status == BSN_OK)
		status = load_root(ledger, err);
	return status == BSN_OK ? load_tree(ledger, err) : status;
}

static int32_t
open_store(Ledger *ledger, Block *genesis, bsn_err *err)
{
	const RecordKey key = record_key('h');
	g_autoptr(GByteArray) head = g_byte_array_new();
	int32_t status =
		layer_get(ledger->store, record_slice(&key), head, err);

	if (status == BSN_NOT_FOUND)
		status = begin(ledger, genesis, err);
	else if (status == BSN_OK)
		status = resume(ledger, buffer_slice(head), genesis, err);
	if (status == BSN_OK)
		ledger->root->flags |= BSN_TREE_FINAL;
	return status;
}

int32_t
ledger_open(Ledger **ledger, bsn_chain *chain, const Suite *suite,
	    Block *genesis, bsn_err *err)
{
	Ledger *opened = ledger_new(chain, suite);
	int32_t status = open_store(opened, genesis, err);

	*ledger = NULL;
	if (status == BSN_OK)
		*ledger = g_steal_pointer(&opened);
	ledger_close(opened);
	return status;
}
