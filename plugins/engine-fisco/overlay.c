/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/overlay.h"

#include <string.h>

#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/table.h"
#include "plugins/kit/rlp.h"
#include "plugins/kit/sink.h"

/* Values read and kept besides the changed ones, so that a block that reads
 * much does not hold it all. */
#define CLEAN_MAX 16384u

typedef struct {
	guint8 *value; /* NULL: absent, or deleted */
	guint64 len;
	gboolean changed;
} Value;

typedef struct {
	Value now;
	guint key_len;
	guint8 key[];
} Entry;

typedef struct {
	Entry *entry;
	Value before;
} Undo;

struct Overlay {
	bsn_chain *chain;
	GHashTable *entries; /* Entry, a set */
	GArray *undo;        /* Undo */
	GByteArray *read;    /* value read past the entries */
	Entry *probe;        /* to look up with */
	guint clean;
};

/* ---- the table --------------------------------------------------------- */

static guint
entry_hash(gconstpointer data)
{
	const Entry *entry = data;

	return table_hash(entry->key, entry->key_len);
}

static gboolean
entry_equal(gconstpointer a, gconstpointer b)
{
	const Entry *left = a;
	const Entry *right = b;

	return left->key_len == right->key_len &&
	       memcmp(left->key, right->key, left->key_len) == 0;
}

static void
entry_free(gpointer data)
{
	Entry *entry = data;

	g_free(entry->now.value);
	g_free(entry);
}

static Entry *
entry_new(bsn_slice key)
{
	Entry *entry = g_malloc0(sizeof(Entry) + key.len);

	entry->key_len = (guint)key.len;
	memcpy(entry->key, key.data, key.len);
	return entry;
}

Overlay *
overlay_new(bsn_chain *chain)
{
	Overlay *overlay = g_new0(Overlay, 1);

	overlay->chain = chain;
	overlay->entries = g_hash_table_new_full(entry_hash, entry_equal,
						 entry_free, NULL);
	overlay->undo = g_array_new(FALSE, FALSE, sizeof(Undo));
	overlay->read = g_byte_array_new();
	overlay->probe = g_malloc0(sizeof(Entry) + BSN_STORE_KEY_MAX);
	return overlay;
}

void
overlay_free(Overlay *overlay)
{
	if (overlay == NULL)
		return;
	overlay_forget_marks(overlay);
	g_hash_table_unref(overlay->entries);
	g_array_unref(overlay->undo);
	g_byte_array_unref(overlay->read);
	g_free(overlay->probe);
	g_free(overlay);
}

bsn_chain *
overlay_chain(const Overlay *overlay)
{
	return overlay->chain;
}

static Entry *
find(const Overlay *overlay, bsn_slice key)
{
	overlay->probe->key_len = (guint)key.len;
	memcpy(overlay->probe->key, key.data, key.len);
	return g_hash_table_lookup(overlay->entries, overlay->probe);
}

/* ---- reading ----------------------------------------------------------- */

static void
keep_clean(Overlay *overlay, bsn_slice key, gboolean present)
{
	Entry *entry;

	if (overlay->clean >= CLEAN_MAX)
		return;
	overlay->clean++;
	entry = entry_new(key);
	if (present) {
		/* One byte more: an empty value is not an absent one. */
		entry->now.value = g_malloc(overlay->read->len + 1);
		entry->now.len = overlay->read->len;
		if (overlay->read->len > 0)
			memcpy(entry->now.value, overlay->read->data,
			       overlay->read->len);
	}
	g_hash_table_add(overlay->entries, entry);
}

static int32_t
read_store(Overlay *overlay, bsn_slice key, bsn_slice *value)
{
	BufferSink sink = buffer_sink(overlay->read, BSN_STORE_VALUE_MAX);
	int32_t status;

	g_byte_array_set_size(overlay->read, 0);
	status = services.store->get(overlay->chain, key, &sink.sink, NULL);
	if (status == BSN_OK || status == BSN_NOT_FOUND)
		keep_clean(overlay, key, status == BSN_OK);
	*value = buffer_slice(overlay->read);
	return status;
}

int32_t
overlay_get(Overlay *overlay, bsn_slice key, bsn_slice *value)
{
	const Entry *entry = find(overlay, key);

	if (entry == NULL)
		return read_store(overlay, key, value);
	*value = bsn_slice_of(entry->now.value, entry->now.len);
	return entry->now.value != NULL ? BSN_OK : BSN_NOT_FOUND;
}

/* ---- changing ---------------------------------------------------------- */

/* The entry of a key that is about to change; what it holds now can be undone.
 * An entry that is new here has no value that anyone may rely on, so undoing
 * removes it. */
static Entry *
change(Overlay *overlay, bsn_slice key)
{
	Entry *entry = find(overlay, key);
	Undo undo = { NULL, { NULL, 0, FALSE } };

	if (entry == NULL) {
		entry = entry_new(key);
		g_hash_table_add(overlay->entries, entry);
		undo.before.len = G_MAXUINT64;
	} else {
		undo.before = entry->now;
	}
	undo.entry = entry;
	g_array_append_val(overlay->undo, undo);
	entry->now = (Value){ NULL, 0, TRUE };
	return entry;
}

void
overlay_put(Overlay *overlay, bsn_slice key, bsn_slice value)
{
	Entry *entry = change(overlay, key);

	entry->now.value = g_malloc(value.len + 1);
	entry->now.len = value.len;
	if (value.len > 0)
		memcpy(entry->now.value, value.data, value.len);
}

void
overlay_delete(Overlay *overlay, bsn_slice key)
{
	(void)change(overlay, key);
}

guint
overlay_mark(const Overlay *overlay)
{
	return overlay->undo->len;
}

void
overlay_rollback(Overlay *overlay, guint mark)
{
	while (overlay->undo->len > mark) {
		Undo undo = g_array_index(overlay->undo, Undo,
					  overlay->undo->len - 1);

		g_array_set_size(overlay->undo, overlay->undo->len - 1);
		if (undo.before.len == G_MAXUINT64) {
			g_hash_table_remove(overlay->entries, undo.entry);
			continue;
		}
		g_free(undo.entry->now.value);
		undo.entry->now = undo.before;
	}
}

void
overlay_forget_marks(Overlay *overlay)
{
	for (guint i = 0; i < overlay->undo->len; i++)
		g_free(g_array_index(overlay->undo, Undo, i).before.value);
	g_array_set_size(overlay->undo, 0);
}

/* ---- what changed ------------------------------------------------------ */

static gint
compare_changes(gconstpointer a, gconstpointer b)
{
	const OverlayChange *left = a;
	const OverlayChange *right = b;
	int order = memcmp(left->key.data, right->key.data,
			   MIN(left->key.len, right->key.len));

	if (order != 0)
		return order;
	return (left->key.len > right->key.len) -
	       (left->key.len < right->key.len);
}

GArray *
overlay_changes(const Overlay *overlay)
{
	GArray *changes = g_array_new(FALSE, FALSE, sizeof(OverlayChange));
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, overlay->entries);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		const Entry *entry = key;
		OverlayChange one = {
			bsn_slice_of(entry->key, entry->key_len),
			bsn_slice_of(entry->now.value, entry->now.len),
			entry->now.value == NULL,
		};

		if (entry->now.changed)
			g_array_append_val(changes, one);
	}
	g_array_sort(changes, compare_changes);
	return changes;
}

static RlpItem
change_item(const OverlayChange *change, RlpItem *fields)
{
	fields[0] = rlp_bytes(change->key);
	fields[1] = rlp_bytes(change->value);
	return rlp_list(fields, change->deleted ? 1 : 2);
}

void
overlay_put_changes(const GArray *changes, GByteArray *out)
{
	g_autofree RlpItem *items = g_new(RlpItem, changes->len);
	g_autofree RlpItem *fields = g_new(RlpItem, 2 * (gsize)changes->len);

	for (guint i = 0; i < changes->len; i++)
		items[i] = change_item(
			&g_array_index(changes, OverlayChange, i),
			fields + 2 * (gsize)i);
	rlp_put_list(out, items, changes->len);
}
