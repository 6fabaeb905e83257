/* SPDX-License-Identifier: Apache-2.0
 *
 * The fake host's store.
 */
#include "tests/unit/fake-private.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

/* That run now on this thread: a scan must not call the store. */
static _Thread_local guint scans;

typedef struct {
	GBytes *key;
	GBytes *value; /* NULL deletes */
} Change;

typedef struct {
	GArray *changes; /* Change */
	guint64 cookie;
} Batch;

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

static GTree *
new_tree(void)
{
	return g_tree_new_full(compare_keys, NULL, unref_bytes, unref_bytes);
}

static GBytes *
copy(bsn_slice slice)
{
	return g_bytes_new(slice.data, slice.len);
}

static bsn_slice
slice_of(GBytes *bytes)
{
	gsize len;
	const void *data = g_bytes_get_data(bytes, &len);

	return bsn_slice_of(data, len);
}

static void
clear_change(gpointer data)
{
	Change *change = data;

	g_bytes_unref(change->key);
	if (change->value != NULL)
		g_bytes_unref(change->value);
}

static void
batch_free(gpointer data)
{
	Batch *batch = data;

	g_array_unref(batch->changes);
	g_free(batch);
}

static void
apply(GTree *tree, const Batch *batch)
{
	for (guint i = 0; i < batch->changes->len; i++) {
		Change *change = &g_array_index(batch->changes, Change, i);

		if (change->value == NULL)
			g_tree_remove(tree, change->key);
		else
			g_tree_replace(tree, g_bytes_ref(change->key),
				       g_bytes_ref(change->value));
	}
}

/* ---- for the chain ------------------------------------------------------- */

void
fake_store_init(bsn_chain *chain)
{
	chain->visible = new_tree();
	chain->durable = new_tree();
	g_queue_init(&chain->batches);
}

static gboolean
copy_entry(gpointer key, gpointer value, gpointer tree)
{
	g_tree_insert(tree, g_bytes_ref(key), g_bytes_ref(value));
	return FALSE;
}

void
fake_store_lose(bsn_chain *chain)
{
	g_queue_clear_full(&chain->batches, batch_free);
	g_tree_unref(chain->visible);
	chain->visible = new_tree();
	g_tree_foreach(chain->durable, copy_entry, chain->visible);
}

void
fake_store_clear(bsn_chain *chain)
{
	g_queue_clear_full(&chain->batches, batch_free);
	g_tree_unref(chain->visible);
	g_tree_unref(chain->durable);
}

void
fake_chain_make_durable(bsn_chain *chain, guint n)
{
	for (; n > 0 && !g_queue_is_empty(&chain->batches); n--) {
		Batch *batch = g_queue_pop_head(&chain->batches);

		apply(chain->durable, batch);
		if (batch->cookie != 0 && chain->engine != NULL &&
		    chain->state == FAKE_OPEN)
			chain->engine->chain->durable(chain->ledger,
						      batch->cookie);
		batch_free(batch);
	}
}

guint
fake_chain_pending_batches(const bsn_chain *chain)
{
	return g_queue_get_length((GQueue *)&chain->batches);
}

guint
fake_chain_keys(const bsn_chain *chain)
{
	return (guint)g_tree_nnodes(chain->visible);
}

GBytes *
fake_chain_get(const bsn_chain *chain, bsn_slice key)
{
	g_autoptr(GBytes) name = copy(key);
	GBytes *value = g_tree_lookup(chain->visible, name);

	return value != NULL ? g_bytes_ref(value) : NULL;
}

void
fake_chain_put(bsn_chain *chain, bsn_slice key, bsn_slice value)
{
	g_tree_replace(chain->visible, copy(key), copy(value));
	g_tree_replace(chain->durable, copy(key), copy(value));
}

void
fake_chain_delete(bsn_chain *chain, bsn_slice key)
{
	g_autoptr(GBytes) name = copy(key);

	g_tree_remove(chain->visible, name);
	g_tree_remove(chain->durable, name);
}

/* ---- the service --------------------------------------------------------- */

/* Reads are let through after a crash: the engine cleans up. */
static gboolean
may_read(const bsn_chain *chain, const char *service)
{
	if (!fake_allowed(chain, service, TRUE) &&
	    (!fake_is_chain(chain) || chain->state != FAKE_CRASHED))
		return FALSE;
	if (scans == 0)
		return TRUE;
	fake_broke("%s was called from inside a scan", service);
	return FALSE;
}

static int32_t
get(bsn_chain *chain, bsn_slice key, bsn_sink *value, bsn_err *err)
{
	g_autoptr(GBytes) found = NULL;
	bsn_slice bytes;

	if (!may_read(chain, "bsn_store.get"))
		return bsn_fail(err, BSN_E_INVALID, "misuse of the store");
	found = fake_chain_get(chain, key);
	if (found == NULL)
		return BSN_NOT_FOUND;
	bytes = slice_of(found);
	return value->write(value, bytes.data, bytes.len);
}

/* Whether a key is in the range that a scan still has to walk. */
static gboolean
in_range(GTreeNode *node, bsn_slice from, bsn_slice to)
{
	g_autoptr(GBytes) low = copy(from);
	g_autoptr(GBytes) high = copy(to);

	if (node == NULL || g_bytes_compare(g_tree_node_key(node), low) < 0)
		return FALSE;
	return to.len == 0 ||
	       g_bytes_compare(g_tree_node_key(node), high) < 0;
}

static GTreeNode *
first_node(GTree *tree, bsn_slice from, bsn_slice to, gboolean descending)
{
	g_autoptr(GBytes) start = copy(descending ? to : from);
	GTreeNode *node;

	if (!descending)
		return g_tree_lower_bound(tree, start);
	if (to.len == 0)
		return g_tree_node_last(tree);
	node = g_tree_lower_bound(tree, start);
	return node != NULL ? g_tree_node_previous(node)
			    : g_tree_node_last(tree);
}

static int32_t
walk(GTree *tree, bsn_slice from, bsn_slice to, gboolean descending,
     bsn_scan_sink *sink)
{
	GTreeNode *node = first_node(tree, from, to, descending);
	int32_t status = BSN_OK;

	while (status == BSN_OK && in_range(node, from, to)) {
		status = sink->entry(sink, slice_of(g_tree_node_key(node)),
				     slice_of(g_tree_node_value(node)));
		node = descending ? g_tree_node_previous(node)
				  : g_tree_node_next(node);
	}
	return status;
}

static int32_t
scan(bsn_chain *chain, bsn_slice from, bsn_slice to, uint32_t flags,
     bsn_scan_sink *sink, bsn_err *err)
{
	int32_t status;

	if (!may_read(chain, "bsn_store.scan"))
		return bsn_fail(err, BSN_E_INVALID, "misuse of the store");
	if ((flags & ~BSN_SCAN_DESCENDING) != 0)
		fake_broke("a scan has unknown flags: %u", flags);
	scans++;
	status = walk(chain->visible, from, to,
		      (flags & BSN_SCAN_DESCENDING) != 0, sink);
	scans--;
	return status;
}

static const bsn_write *
write_at(const bsn_write *writes, guint64 i)
{
	return (const void *)((const char *)writes + i * writes->size);
}

static gboolean
is_valid(const bsn_write *write)
{
	return write->size >= sizeof(bsn_write) &&
	       write->op <= BSN_WRITE_DELETE && write->key.len > 0 &&
	       write->key.len <= BSN_STORE_KEY_MAX &&
	       (write->op == BSN_WRITE_DELETE ||
		write->value.len <= BSN_STORE_VALUE_MAX);
}

static Batch *
batch_of(const bsn_write *writes, uint64_t n, uint64_t cookie)
{
	Batch *batch = g_new0(Batch, 1);

	batch->cookie = cookie;
	batch->changes = g_array_new(FALSE, FALSE, sizeof(Change));
	g_array_set_clear_func(batch->changes, clear_change);
	for (uint64_t i = 0; i < n; i++) {
		const bsn_write *write = write_at(writes, i);
		Change change = { copy(write->key), NULL };

		if (write->op == BSN_WRITE_PUT)
			change.value = copy(write->value);
		g_array_append_val(batch->changes, change);
	}
	return batch;
}

static int32_t
commit(bsn_chain *chain, const bsn_write *writes, uint64_t n, uint64_t cookie,
       bsn_err *err)
{
	Batch *batch;

	if (!fake_allowed(chain, "bsn_store.commit", TRUE) || scans > 0)
		return bsn_fail(err, BSN_E_INVALID, "misuse of the store");
	for (uint64_t i = 0; i < n; i++) {
		if (is_valid(write_at(writes, i)))
			continue;
		fake_broke("write %" G_GUINT64_FORMAT
			   " of a batch breaks the limits",
			   (guint64)i);
		return bsn_fail(err, BSN_E_INVALID, "misuse of the store");
	}
	if (chain->writable != BSN_OK)
		return bsn_fail(err, chain->writable,
				"the test says that the store refuses");
	batch = batch_of(writes, n, cookie);
	apply(chain->visible, batch);
	g_queue_push_tail(&chain->batches, batch);
	return BSN_OK;
}

static int32_t
writable(bsn_chain *chain, bsn_err *err)
{
	if (!fake_allowed(chain, "bsn_store.writable", FALSE))
		return bsn_fail(err, BSN_E_INVALID, "misuse of the store");
	if (chain->writable == BSN_OK)
		return BSN_OK;
	return bsn_fail(err, chain->writable,
			"the test says that the store refuses");
}

const bsn_store fake_store = {
	.size = sizeof(bsn_store),
	.get = get,
	.scan = scan,
	.commit = commit,
	.writable = writable,
};
