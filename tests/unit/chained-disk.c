/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"
#include "tests/unit/chained-net.h"

/* One batch: of the protocol (key, value, cookie) or of the engine. */
typedef struct {
	GBytes *key, *value;
	guint64 cookie;
	NetBlock *block, *root;
} Write;

static gint
compare(gconstpointer a, gconstpointer b, gpointer data)
{
	return g_bytes_compare(a, b);
}

static GTree *
store_new(void)
{
	return g_tree_new_full(compare, NULL, (GDestroyNotify)g_bytes_unref,
			       (GDestroyNotify)g_bytes_unref);
}

static void
write_free(gpointer data)
{
	Write *write = data;

	g_clear_pointer(&write->key, g_bytes_unref);
	g_clear_pointer(&write->value, g_bytes_unref);
	g_free(write);
}

void
disk_init(Node *node)
{
	node->visible = store_new();
	node->durable = store_new();
	node->writes = g_queue_new();
	node->durable_blocks = g_ptr_array_new();
	node->durable_root = node->net->genesis;
}

void
disk_clear(Node *node)
{
	g_tree_unref(node->visible);
	g_tree_unref(node->durable);
	g_queue_free_full(node->writes, write_free);
	g_ptr_array_unref(node->durable_blocks);
}

static void
put(GTree *store, const Write *write)
{
	g_tree_replace(store, g_bytes_ref(write->key),
		       g_bytes_ref(write->value));
}

static void
make_durable(Node *node, const Write *write)
{
	if (write->key != NULL)
		put(node->durable, write);
	if (write->block != NULL)
		g_ptr_array_add(node->durable_blocks, write->block);
	if (write->root != NULL && !node->byzantine)
		tree_check_final(node, write->root);
	if (write->root != NULL)
		node->durable_root = write->root;
}

static gboolean
copy_entry(gpointer key, gpointer value, gpointer store)
{
	g_tree_replace(store, g_bytes_ref(key), g_bytes_ref(value));
	return FALSE;
}

static void
forget_rest(Node *node)
{
	g_queue_clear_full(node->writes, write_free);
	g_tree_unref(node->visible);
	node->visible = store_new();
	g_tree_foreach(node->durable, copy_entry, node->visible);
}

void
disk_crash_putting_off(Node *node)
{
	for (GList *link = node->writes->head; link != NULL;
	     link = link->next) {
		Write *write = link->data;

		write->root = NULL;
		make_durable(node, write);
	}
	forget_rest(node);
}

void
disk_crash(Node *node)
{
	guint keep = (guint)g_rand_int_range(node->net->rand, 0,
					     (gint32)node->writes->length + 1);

	for (GList *link = node->writes->head; keep > 0; link = link->next) {
		make_durable(node, link->data);
		keep--;
	}
	forget_rest(node);
}

void
disk_step(Node *node)
{
	Write *write = g_queue_pop_head(node->writes);
	guint64 cookie;

	if (write == NULL)
		return;
	make_durable(node, write);
	cookie = write->cookie;
	write_free(write);
	if (cookie != 0 && BSN_HAS(node->net->consensus, durable))
		node->net->consensus->durable(node->agreement, cookie);
}

static void
accept(Node *node, Write write)
{
	g_queue_push_tail(node->writes, g_memdup2(&write, sizeof(write)));
	net_later_durable(node);
}

void
disk_put_block(Node *node, NetBlock *block)
{
	accept(node, (Write){ .block = block });
}

void
disk_put_root(Node *node, NetBlock *root)
{
	accept(node, (Write){ .root = root });
}

/* ---- what must hold ---------------------------------------------------- */

/* Whether a record says that the node votes in that round no more. */
static gboolean
covers(bsn_slice record, const Message *message)
{
	Wire reader = wire_of(record);
	bsn_id epoch;

	(void)wire_u16(&reader);
	epoch = wire_id(&reader, 1);
	(void)wire_bytes(&reader, 32);
	return id_equal(&epoch, &message->epoch) &&
	       wire_u64(&reader) >= message->round;
}

static gboolean
note_cover(gpointer key, gpointer value, gpointer data)
{
	gpointer *search = data;
	bsn_slice name = bytes_slice(key);

	if (name.data[1] == 'e' && covers(bytes_slice(value), search[0]))
		search[1] = search;
	return FALSE;
}

static void
check_on_disk(Node *node, const Message *message)
{
	gpointer search[2] = { (gpointer)message, NULL };

	g_tree_foreach(node->durable, note_cover, search);
	if (search[1] == NULL)
		g_error("node %u sends a vote of round %u that is not on its "
			"disk",
			node->index, (guint)message->round);
}

/* The same thing again is fine. */
static void
check_once(Node *node, const Message *message, bsn_slice what)
{
	g_autofree char *epoch =
		g_base64_encode(message->epoch.bytes, message->epoch.len);
	char *name = g_strdup_printf("%u %u %s %u", node->index, message->kind,
				     epoch, (guint)message->round);
	char *said = g_compute_checksum_for_data(G_CHECKSUM_SHA256, what.data,
						 what.len);
	const char *before = g_hash_table_lookup(node->net->said, name);

	if (before != NULL && strcmp(before, said) != 0)
		g_error("node %u says two things: %s", node->index, name);
	g_hash_table_replace(node->net->said, name, said);
}

void
disk_check_message(Node *node, const Message *message)
{
	if (message->kind == MESSAGE_VOTE || message->kind == MESSAGE_TIMEOUT)
		check_on_disk(node, message);
	if (message->kind == MESSAGE_VOTE)
		check_once(node, message, bsn_id_slice(&message->id));
	if (message->kind == MESSAGE_PROPOSAL)
		check_once(node, message, message->block);
}

/* ---- the service ------------------------------------------------------- */

static int32_t
store_get(bsn_chain *chain, bsn_slice key, bsn_sink *value, bsn_err *err)
{
	g_autoptr(GBytes) wanted = g_bytes_new(key.data, key.len);
	GBytes *found = g_tree_lookup(chain->visible, wanted);

	return found != NULL ? value->write(value, g_bytes_get_data(found, NULL),
					    g_bytes_get_size(found))
			     : BSN_NOT_FOUND;
}

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
store_commit(bsn_chain *chain, const bsn_write *writes, uint64_t n,
	     uint64_t cookie, bsn_err *err)
{
	Write write = { .cookie = cookie };

	g_assert_true(chain->up);
	g_assert_cmpuint(n, ==, 1);
	g_assert_cmpuint(writes->key.data[0], ==, BSN_CONSENSUS_BYTE);
	if (chain->refuses ||
	    (chain->net->store_refuses > 0 &&
	     g_rand_int_range(chain->net->rand, 0, 1000) <
		     (gint32)chain->net->store_refuses))
		return bsn_fail(err, BSN_BUSY, "too much is not durable");
	write.key = g_bytes_new(writes->key.data, writes->key.len);
	write.value = g_bytes_new(writes->value.data, writes->value.len);
	put(chain->visible, &write);
	accept(chain, write);
	return BSN_OK;
}

const bsn_store net_store = {
	.size = sizeof(bsn_store),
	.get = store_get,
	.scan = store_scan,
	.commit = store_commit,
};
