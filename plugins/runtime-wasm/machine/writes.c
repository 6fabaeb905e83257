/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-wasm/machine/writes.h"

#include <string.h>

#include "plugins/kit/sink.h"

/* A key of the tree is a slice of the write's own bytes. */
typedef struct {
	Write write; /* first */
	bsn_slice key;
} Node;

typedef struct {
	Node *node;
	GBytes *value;
	gboolean is_new; /* there was no such node */
} Undo;

static gint
compare_keys(gconstpointer a, gconstpointer b, gpointer unused)
{
	return slice_compare(*(const bsn_slice *)a, *(const bsn_slice *)b);
}

static void
node_free(gpointer data)
{
	Node *node = data;

	g_bytes_unref(node->write.key);
	if (node->write.value != NULL)
		g_bytes_unref(node->write.value);
	g_free(node);
}

void
wasm_writes_init(Writes *writes)
{
	*writes = (Writes){ 0 };
	writes->tree = g_tree_new_full(compare_keys, NULL, NULL, node_free);
	writes->undo = g_array_new(FALSE, FALSE, sizeof(Undo));
}

void
wasm_writes_clear(Writes *writes)
{
	for (guint i = 0; i < writes->undo->len; i++) {
		GBytes *value = g_array_index(writes->undo, Undo, i).value;

		if (value != NULL)
			g_bytes_unref(value);
	}
	g_array_unref(writes->undo);
	g_tree_unref(writes->tree);
}

static Node *
node_new(Writes *writes, bsn_slice key)
{
	Node *node = g_new0(Node, 1);

	node->write.key = g_bytes_new(key.data, key.len);
	node->key = bytes_slice(node->write.key);
	g_tree_insert(writes->tree, &node->key, node);
	return node;
}

/* Takes the value. */
static int32_t
set(Writes *writes, bsn_slice key, GBytes *value)
{
	Undo undo = { .node = g_tree_lookup(writes->tree, &key) };

	undo.is_new = undo.node == NULL;
	if (undo.is_new)
		undo.node = node_new(writes, key);
	undo.value = undo.node->write.value;
	undo.node->write.value = value;
	g_array_append_val(writes->undo, undo);
	return BSN_OK;
}

static gboolean
has_room(Writes *writes, guint64 bytes)
{
	if (writes->n >= WRITES_MAX ||
	    bytes > WRITES_BYTES_MAX - writes->bytes)
		return FALSE;
	writes->n++;
	writes->bytes += bytes;
	return TRUE;
}

int32_t
wasm_writes_put(Writes *writes, bsn_slice key, bsn_slice value)
{
	if (!has_room(writes, key.len + value.len))
		return BSN_OUT_OF_BUDGET;
	return set(writes, key, g_bytes_new(value.data, value.len));
}

int32_t
wasm_writes_del(Writes *writes, bsn_slice key)
{
	if (!has_room(writes, key.len))
		return BSN_OUT_OF_BUDGET;
	return set(writes, key, NULL);
}

const Write *
wasm_writes_find(const Writes *writes, bsn_slice key)
{
	const Node *node = g_tree_lookup(writes->tree, &key);

	return node != NULL ? &node->write : NULL;
}

GTreeNode *
wasm_writes_from(const Writes *writes, bsn_slice key)
{
	return g_tree_lower_bound(writes->tree, &key);
}

guint
wasm_writes_mark(const Writes *writes)
{
	return writes->undo->len;
}

/* What is taken back is gone, so that nobody has to come past it. */
static void
undo_one(Writes *writes, const Undo *undo)
{
	if (undo->node->write.value != NULL)
		g_bytes_unref(undo->node->write.value);
	undo->node->write.value = undo->value;
	if (undo->is_new)
		g_tree_remove(writes->tree, &undo->node->key);
}

void
wasm_writes_revert(Writes *writes, guint mark)
{
	for (guint i = writes->undo->len; i > mark; i--)
		undo_one(writes, &g_array_index(writes->undo, Undo, i - 1));
	g_array_set_size(writes->undo, mark);
}
