/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/consensus-pbft/pbft.h"
#include "plugins/kit/sink.h"
#include "tests/unit/pbft-net.h"

typedef struct {
	GPtrArray *keys;   /* GBytes */
	GPtrArray *values; /* GBytes, NULL to delete */
	guint64 cookie;	   /* 0: nobody asks */
	guint64 block;	   /* the engine's, 0: none */
} DiskBatch;

static gint
compare(gconstpointer a, gconstpointer b, gpointer data)
{
	return g_bytes_compare(a, b);
}

static GTree *
tree_new(void)
{
	return g_tree_new_full(compare, NULL, (GDestroyNotify)g_bytes_unref,
			       (GDestroyNotify)g_bytes_unref);
}

static void
value_free(gpointer value)
{
	if (value != NULL)
		g_bytes_unref(value);
}

static DiskBatch *
batch_new(void)
{
	DiskBatch *batch = g_new0(DiskBatch, 1);

	batch->keys =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	batch->values = g_ptr_array_new_with_free_func(value_free);
	return batch;
}

static void
batch_free(gpointer data)
{
	DiskBatch *batch = data;

	g_ptr_array_unref(batch->keys);
	g_ptr_array_unref(batch->values);
	g_free(batch);
}

static void
apply(GTree *tree, const DiskBatch *batch)
{
	for (guint i = 0; i < batch->keys->len; i++) {
		GBytes *key = batch->keys->pdata[i];

		if (batch->values->pdata[i] == NULL)
			g_tree_remove(tree, key);
		else
			g_tree_replace(tree, g_bytes_ref(key),
				       g_bytes_ref(batch->values->pdata[i]));
	}
}

void
disk_init(Node *node)
{
	node->visible = tree_new();
	node->durable = tree_new();
	node->batches = g_queue_new();
}

void
disk_clear(Node *node)
{
	g_tree_unref(node->visible);
	g_tree_unref(node->durable);
	g_queue_free_full(node->batches, batch_free);
}

static gboolean
copy_entry(gpointer key, gpointer value, gpointer tree)
{
	g_tree_replace(tree, g_bytes_ref(key), g_bytes_ref(value));
	return FALSE;
}

static void
make_durable(Node *node, const DiskBatch *batch)
{
	apply(node->durable, batch);
	if (batch->block > 0)
		node->durable_blocks = (guint)batch->block;
}

void
disk_crash(Node *node)
{
	guint keep = (guint)g_rand_int_range(node->net->rand, 0,
					     (gint32)node->batches->length + 1);
	DiskBatch *batch;

	while ((batch = g_queue_pop_head(node->batches)) != NULL) {
		if (keep > 0 && !node->hold_disk) {
			make_durable(node, batch);
			keep--;
		}
		batch_free(batch);
	}
	g_tree_unref(node->visible);
	node->visible = tree_new();
	g_tree_foreach(node->durable, copy_entry, node->visible);
}

void
disk_step(Node *node)
{
	DiskBatch *batch;
	guint64 cookie;
	guint64 block;

	if (node->hold_disk)
		return;
	batch = g_queue_pop_head(node->batches);
	if (batch == NULL)
		return;
	make_durable(node, batch);
	cookie = batch->cookie;
	block = batch->block;
	batch_free(batch);
	if (block > 0)
		engine_durable(node, block);
	if (cookie != 0)
		pbft_consensus.durable(node->agreement, cookie);
}

static void
accept(Node *node, DiskBatch *batch)
{
	apply(node->visible, batch);
	g_queue_push_tail(node->batches, batch);
	net_later_durable(node);
}

void
disk_put_block(Node *node, guint64 height)
{
	DiskBatch *batch = batch_new();

	batch->block = height;
	accept(node, batch);
}

/* ---- what must hold ---------------------------------------------------- */

static gboolean
contains(GBytes *record, const bsn_id *digest)
{
	gsize len;
	const guint8 *bytes = g_bytes_get_data(record, &len);

	for (gsize i = 0; i + digest->len <= len; i++)
		if (memcmp(bytes + i, digest->bytes, digest->len) == 0)
			return TRUE;
	return FALSE;
}

static void
check_on_disk(Node *node, const Message *message)
{
	const guint64 height = GUINT64_TO_BE(message->height);
	guint8 key[10] = { BSN_CONSENSUS_BYTE, 'v' };
	g_autoptr(GBytes) bytes = NULL;
	GBytes *record;

	if (message->height <= node->durable_blocks)
		return;
	memcpy(key + 2, &height, sizeof(height));
	bytes = g_bytes_new(key, sizeof(key));
	record = g_tree_lookup(node->durable, bytes);
	if (record == NULL ||
	    (message->digest.len > 0 && !contains(record, &message->digest)))
		g_error("node %u sends a vote on height %u that is not on its "
			"disk",
			node->index, (guint)message->height);
}

void
disk_check_vote(Node *node, const Message *message)
{
	const guint kind = message->kind == MESSAGE_PROPOSAL ? MESSAGE_PREPARE
							     : message->kind;
	char *name =
		g_strdup_printf("%u %u %u %u", node->index, kind,
				(guint)message->height, (guint)message->view);
	const bsn_id *before = g_hash_table_lookup(node->net->voted, name);

	/* What was on disk once may have given way to later votes. */
	if (before == NULL)
		check_on_disk(node, message);
	if (before != NULL && !id_equal(before, &message->digest))
		g_error("node %u votes twice differently: %s", node->index,
			name);
	if (before != NULL)
		g_free(name);
	else
		g_hash_table_insert(
			node->net->voted, name,
			g_memdup2(&message->digest, sizeof(message->digest)));
}

/* ---- the service ------------------------------------------------------- */

static int32_t
store_scan(bsn_chain *chain, bsn_slice from, bsn_slice to, uint32_t flags,
	   bsn_scan_sink *sink, bsn_err *err)
{
	GTreeNode *entry = g_tree_node_first(chain->visible);
	int32_t status = BSN_OK;

	for (; status == BSN_OK && entry != NULL;
	     entry = g_tree_node_next(entry))
		status = sink->entry(sink, bytes_slice(g_tree_node_key(entry)),
				     bytes_slice(g_tree_node_value(entry)));
	return status;
}

static int32_t
store_get(bsn_chain *chain, bsn_slice key, bsn_sink *value, bsn_err *err)
{
	g_autoptr(GBytes) bytes = g_bytes_new(key.data, key.len);
	GBytes *found = g_tree_lookup(chain->visible, bytes);
	bsn_slice slice;

	if (found == NULL)
		return BSN_NOT_FOUND;
	slice = bytes_slice(found);
	return value->write(value, slice.data, slice.len);
}

static int32_t
store_commit(bsn_chain *chain, const bsn_write *writes, uint64_t n,
	     uint64_t cookie, bsn_err *err)
{
	DiskBatch *batch;

	g_assert_true(chain->up);
	if (chain->net->store_refuses > 0 &&
	    g_rand_int_range(chain->net->rand, 0, 1000) <
		    (gint32)chain->net->store_refuses)
		return bsn_fail(err, BSN_BUSY, "too much is not durable");
	batch = batch_new();
	batch->cookie = cookie;
	for (uint64_t i = 0; i < n; i++) {
		const bsn_write *write = &writes[i];

		g_assert_cmpuint(write->key.len, <=, BSN_STORE_KEY_MAX);
		g_assert_cmpuint(write->key.data[0], ==, BSN_CONSENSUS_BYTE);
		g_ptr_array_add(batch->keys,
				g_bytes_new(write->key.data, write->key.len));
		g_ptr_array_add(batch->values,
				write->op == BSN_WRITE_DELETE
					? NULL
					: g_bytes_new(write->value.data,
						      write->value.len));
	}
	accept(chain, batch);
	return BSN_OK;
}

const bsn_store net_store = {
	.size = sizeof(bsn_store),
	.get = store_get,
	.scan = store_scan,
	.commit = store_commit,
};
