/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/sim/store.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

/* What a key held before a batch changed it. */
typedef struct {
	GBytes *key;
	GBytes *value; /* NULL: there was none */
} Before;

typedef struct {
	GArray *before; /* Before, in order of the changes */
	guint64 cookie;
} Batch;

struct SimStore {
	GTree *map; /* GBytes to GBytes */
	GQueue batches; /* Batch, the oldest first */
};

static void
unref_bytes(gpointer bytes)
{
	g_bytes_unref(bytes);
}

static gint
compare_keys(gconstpointer a, gconstpointer b, gpointer unused)
{
	return g_bytes_compare(a, b);
}

static bsn_slice
slice_of(GBytes *bytes)
{
	gsize len;
	const void *data = g_bytes_get_data(bytes, &len);

	return bsn_slice_of(data, len);
}

static void
before_clear(gpointer data)
{
	Before *before = data;

	g_bytes_unref(before->key);
	g_clear_pointer(&before->value, g_bytes_unref);
}

static void
batch_free(gpointer data)
{
	Batch *batch = data;

	g_array_unref(batch->before);
	g_free(batch);
}

SimStore *
sim_store_new(void)
{
	SimStore *store = g_new0(SimStore, 1);

	store->map = g_tree_new_full(compare_keys, NULL, unref_bytes,
				     unref_bytes);
	g_queue_init(&store->batches);
	return store;
}

void
sim_store_free(SimStore *store)
{
	if (store == NULL)
		return;
	g_queue_clear_full(&store->batches, batch_free);
	g_tree_unref(store->map);
	g_free(store);
}

static gboolean
copy_entry(gpointer key, gpointer value, gpointer map)
{
	g_tree_insert(map, g_bytes_ref(key), g_bytes_ref(value));
	return FALSE;
}

SimStore *
sim_store_copy(const SimStore *store)
{
	SimStore *copy = sim_store_new();

	g_tree_foreach(store->map, copy_entry, copy->map);
	return copy;
}

/* ---- reading ------------------------------------------------------------- */

GBytes *
sim_store_get(const SimStore *store, bsn_slice key)
{
	g_autoptr(GBytes) name = g_bytes_new_static(key.data, key.len);

	return g_tree_lookup(store->map, name);
}

/* Whether a key is in the range that a scan still has to walk. */
static gboolean
in_range(GTreeNode *node, GBytes *from, GBytes *to)
{
	return node != NULL &&
	       g_bytes_compare(g_tree_node_key(node), from) >= 0 &&
	       (g_bytes_get_size(to) == 0 ||
		g_bytes_compare(g_tree_node_key(node), to) < 0);
}

static GTreeNode *
first_node(GTree *map, GBytes *from, GBytes *to, gboolean descending)
{
	GTreeNode *node;

	if (!descending)
		return g_tree_lower_bound(map, from);
	if (g_bytes_get_size(to) == 0)
		return g_tree_node_last(map);
	node = g_tree_lower_bound(map, to);
	return node != NULL ? g_tree_node_previous(node)
			    : g_tree_node_last(map);
}

int32_t
sim_store_scan(const SimStore *store, bsn_slice from, bsn_slice to,
	       gboolean descending, bsn_scan_sink *sink)
{
	g_autoptr(GBytes) low = g_bytes_new_static(from.data, from.len);
	g_autoptr(GBytes) high = g_bytes_new_static(to.data, to.len);
	GTreeNode *node = first_node(store->map, low, high, descending);
	int32_t status = BSN_OK;

	while (status == BSN_OK && in_range(node, low, high)) {
		status = sink->entry(sink, slice_of(g_tree_node_key(node)),
				     slice_of(g_tree_node_value(node)));
		node = descending ? g_tree_node_previous(node)
				  : g_tree_node_next(node);
	}
	return status;
}

guint
sim_store_keys(const SimStore *store)
{
	return (guint)g_tree_nnodes(store->map);
}

/* ---- writing ------------------------------------------------------------- */

static const bsn_write *
write_at(const bsn_write *writes, guint64 i)
{
	return (const void *)((const char *)writes + i * writes->size);
}

guint64
sim_store_check(const bsn_write *writes, guint64 n)
{
	for (guint64 i = 0; i < n; i++) {
		const bsn_write *write = write_at(writes, i);

		if (!BSN_REACHES(write, value) ||
		    write->op > BSN_WRITE_DELETE || write->key.len == 0 ||
		    write->key.len > BSN_STORE_KEY_MAX ||
		    (write->op == BSN_WRITE_PUT &&
		     write->value.len > BSN_STORE_VALUE_MAX))
			return i;
	}
	return n;
}

/* Takes the value. */
static void
set(GTree *map, GBytes *key, GBytes *value)
{
	if (value == NULL)
		g_tree_remove(map, key);
	else
		g_tree_replace(map, g_bytes_ref(key), value);
}

void
sim_store_put(SimStore *store, GBytes *key, GBytes *value)
{
	g_assert(g_queue_is_empty(&store->batches));
	set(store->map, key, value != NULL ? g_bytes_ref(value) : NULL);
}

void
sim_store_commit(SimStore *store, const bsn_write *writes, guint64 n,
		 guint64 cookie)
{
	Batch *batch = g_new0(Batch, 1);

	batch->cookie = cookie;
	batch->before =
		g_array_sized_new(FALSE, FALSE, sizeof(Before), (guint)n);
	g_array_set_clear_func(batch->before, before_clear);
	for (guint64 i = 0; i < n; i++) {
		const bsn_write *write = write_at(writes, i);
		GBytes *key = g_bytes_new(write->key.data, write->key.len);
		GBytes *old = g_tree_lookup(store->map, key);
		Before before = { key, old != NULL ? g_bytes_ref(old) : NULL };

		g_array_append_val(batch->before, before);
		set(store->map, key,
		    write->op == BSN_WRITE_PUT
			    ? g_bytes_new(write->value.data, write->value.len)
			    : NULL);
	}
	g_queue_push_tail(&store->batches, batch);
}

/* ---- the disk ------------------------------------------------------------ */

guint
sim_store_pending(const SimStore *store)
{
	return store->batches.length;
}

guint64
sim_store_sync(SimStore *store)
{
	Batch *batch = g_queue_pop_head(&store->batches);
	guint64 cookie = batch->cookie;

	batch_free(batch);
	return cookie;
}

static void
undo(SimStore *store, Batch *batch)
{
	for (guint i = batch->before->len; i-- > 0;) {
		Before *before = &g_array_index(batch->before, Before, i);

		set(store->map, before->key, g_steal_pointer(&before->value));
	}
	batch_free(batch);
}

void
sim_store_crash(SimStore *store, guint kept)
{
	while (store->batches.length > kept)
		undo(store, g_queue_pop_tail(&store->batches));
	g_queue_clear_full(&store->batches, batch_free);
}
