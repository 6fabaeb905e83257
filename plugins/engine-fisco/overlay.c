/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/overlay-private.h"

#include <string.h>

#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/table.h"
#include "plugins/kit/rlp.h"
#include "plugins/kit/sink.h"

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
	g_free(entry->sums);
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
	overlay->probe = g_malloc(sizeof(Entry) + BSN_STORE_KEY_MAX);
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

Entry *
overlay_find(const Overlay *overlay, bsn_slice key)
{
	overlay->probe->key_len = (guint)key.len;
	memcpy(overlay->probe->key, key.data, key.len);
	return g_hash_table_lookup(overlay->entries, overlay->probe);
}

Entry *
overlay_enter(Overlay *overlay, bsn_slice key)
{
	Entry *entry = entry_new(key);

	g_hash_table_add(overlay->entries, entry);
	return entry;
}

guint8 *
overlay_copy(bsn_slice bytes)
{
	guint8 *copy = g_malloc(bytes.len + 1);

	if (bytes.len > 0)
		memcpy(copy, bytes.data, bytes.len);
	return copy;
}

/* ---- reading ----------------------------------------------------------- */

/* Only the bottom may forget what it read: it is there to be read again. */
static gboolean
may_keep(Overlay *overlay)
{
	if (overlay->clean < CLEAN_MAX) {
		overlay->clean++;
		return TRUE;
	}
	overlay->is_void = overlay->below != NULL;
	return FALSE;
}

static void
keep(Overlay *overlay, bsn_slice key, bsn_slice value, gboolean present,
     guint64 run)
{
	Entry *entry;

	if (!may_keep(overlay))
		return;
	entry = overlay_enter(overlay, key);
	entry->seen = overlay->below != NULL;
	entry->seen_run = run;
	entry->used = TRUE;
	entry->now.run = run;
	entry->now.len = value.len;
	if (present)
		entry->now.value = overlay_copy(value);
}

static int32_t
read_store(Overlay *overlay, bsn_slice key, bsn_slice *value)
{
	BufferSink sink = buffer_sink(overlay->read, BSN_STORE_VALUE_MAX);
	int32_t status;

	g_byte_array_set_size(overlay->read, 0);
	status = services.store->get(overlay->chain, key, &sink.sink, NULL);
	*value = status == BSN_OK ? buffer_slice(overlay->read)
				  : bsn_slice_of(NULL, 0);
	if (status == BSN_OK || status == BSN_NOT_FOUND)
		keep(overlay, key, *value, status == BSN_OK, 0);
	return status;
}

/* What the overlays below a trial have; NULL: only the store may. The probe is
 * this trial's own: others look there at the same time. */
static const Entry *
find_below(const Overlay *overlay)
{
	for (const Overlay *below = overlay->below; below != NULL;
	     below = below->below) {
		const Entry *entry = g_hash_table_lookup(below->entries,
							 overlay->probe);

		if (entry != NULL)
			return entry;
	}
	return NULL;
}

static int32_t
read_below(Overlay *overlay, bsn_slice key, bsn_slice *value)
{
	const Entry *entry = find_below(overlay);

	if (entry == NULL)
		return read_store(overlay, key, value);
	*value = bsn_slice_of(entry->now.value, entry->now.len);
	keep(overlay, key, *value, entry->now.value != NULL, entry->now.run);
	return entry->now.value != NULL ? BSN_OK : BSN_NOT_FOUND;
}

int32_t
overlay_get(Overlay *overlay, bsn_slice key, bsn_slice *value)
{
	Entry *entry = overlay_find(overlay, key);

	if (entry == NULL)
		return read_below(overlay, key, value);
	entry->used = TRUE;
	*value = bsn_slice_of(entry->now.value, entry->now.len);
	return entry->now.value != NULL ? BSN_OK : BSN_NOT_FOUND;
}

/* ---- changing ---------------------------------------------------------- */

void
overlay_begin_run(Overlay *overlay, guint64 run)
{
	overlay->run = run;
}

/* An entry that is new here has no value that anyone may rely on, so undoing
 * removes it. */
Entry *
overlay_change(Overlay *overlay, bsn_slice key)
{
	Entry *entry = overlay_find(overlay, key);
	Undo undo = { .entry = NULL };

	if (entry == NULL) {
		entry = overlay_enter(overlay, key);
		undo.before.len = G_MAXUINT64;
	} else {
		undo.before = entry->now;
	}
	undo.entry = entry;
	g_array_append_val(overlay->undo, undo);
	entry->now = (Value){ .changed = TRUE, .run = overlay->run };
	return entry;
}

void
overlay_put(Overlay *overlay, bsn_slice key, bsn_slice value)
{
	Entry *entry = overlay_change(overlay, key);

	entry->used = TRUE;
	entry->now.value = overlay_copy(value);
	entry->now.len = value.len;
}

void
overlay_delete(Overlay *overlay, bsn_slice key)
{
	overlay_change(overlay, key)->used = TRUE;
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
