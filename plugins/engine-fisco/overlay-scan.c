/* SPDX-License-Identifier: Apache-2.0
 *
 * A walk over a range of the world state: the store's entries, and the changes of
 * the block and of those below it, merged in order of their keys. What a walk
 * costs is what it comes past, however much the blocks have changed elsewhere.
 */
#include "plugins/engine-fisco/overlay-private.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/rows.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/kit/slices.h"

typedef struct {
	bsn_scan_sink sink; /* takes the store's entries */
	bsn_scan_sink *out;
	GArray *levels; /* GTreeNode *: the next change of each overlay, the
			 * uppermost first */
	bsn_slice to;
} Merge;

static bsn_slice
key_of(const Entry *entry)
{
	return bsn_slice_of(entry->key, entry->key_len);
}

/* ---- changes that are not in the store --------------------------------- */

/* What is next of one overlay, past what was undone. */
static const Entry *
peek(const Merge *merge, guint level)
{
	GTreeNode **node = &g_array_index(merge->levels, GTreeNode *, level);

	for (; *node != NULL; *node = g_tree_node_next(*node)) {
		const Entry *entry = g_tree_node_key(*node);

		if (merge->to.len > 0 &&
		    slice_compare(key_of(entry), merge->to) >= 0)
			*node = NULL;
		if (*node == NULL || (entry->known && entry->now.changed))
			return *node != NULL ? entry : NULL;
	}
	return NULL;
}

/* The first of all overlays; of those with the same key the uppermost. */
static const Entry *
next_change(const Merge *merge)
{
	const Entry *first = NULL;

	for (guint i = 0; i < merge->levels->len; i++) {
		const Entry *entry = peek(merge, i);

		if (entry != NULL &&
		    (first == NULL ||
		     slice_compare(key_of(entry), key_of(first)) < 0))
			first = entry;
	}
	return first;
}

/* Every overlay goes on behind that key. */
static int32_t
pass_change(const Merge *merge, const Entry *change)
{
	for (guint i = 0; i < merge->levels->len; i++) {
		GTreeNode **node =
			&g_array_index(merge->levels, GTreeNode *, i);
		const Entry *entry = peek(merge, i);

		if (entry != NULL &&
		    slice_compare(key_of(entry), key_of(change)) == 0)
			*node = g_tree_node_next(*node);
	}
	return change->now.value == NULL
		       ? BSN_OK
		       : merge->out->entry(merge->out, key_of(change),
					   bsn_slice_of(change->now.value,
							change->now.len));
}

/* Passes what changed before `key`; whether `key` itself did. */
static int32_t
pass_changes_to(const Merge *merge, bsn_slice key, gboolean *changed)
{
	const Entry *change;
	int32_t status = BSN_OK;

	*changed = FALSE;
	while (status == BSN_OK && !*changed &&
	       (change = next_change(merge)) != NULL) {
		int order = slice_compare(key_of(change), key);

		if (order > 0)
			break;
		*changed = order == 0;
		status = pass_change(merge, change);
	}
	return status;
}

static int32_t
merge_entry(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	Merge *merge = (Merge *)sink;
	gboolean changed;
	int32_t status = pass_changes_to(merge, key, &changed);

	if (status != BSN_OK || changed)
		return status;
	return merge->out->entry(merge->out, key, value);
}

/* ---- the whole --------------------------------------------------------- */

static void
add_level(GArray *levels, const Overlay *overlay, const Entry *from)
{
	/* That it is put in order changes nothing that can be seen. */
	GTreeNode *node = g_tree_lower_bound(
		overlay_ordered((Overlay *)overlay), from);

	g_array_append_val(levels, node);
}

/* Those of blocks below it, too; of what is below a trial it can tell nothing
 * anyway, and others look there at the same time. */
static GArray *
levels_from(const Overlay *overlay, bsn_slice key)
{
	GArray *levels = g_array_new(FALSE, FALSE, sizeof(GTreeNode *));
	g_autofree Entry *from = g_malloc0(offsetof(Entry, key) + key.len);
	const Overlay *below = overlay->is_trial ? NULL : overlay->below;

	from->key_len = (guint)key.len;
	if (key.len > 0)
		memcpy(from->key, key.data, key.len);
	add_level(levels, overlay, from);
	for (; below != NULL; below = below->below)
		add_level(levels, below, from);
	return levels;
}

int32_t
overlay_scan(Overlay *overlay, bsn_slice from, bsn_slice to,
	     bsn_scan_sink *sink)
{
	g_autoptr(GArray) levels = levels_from(overlay, from);
	Merge merge = { { merge_entry }, sink, levels, to };
	const Entry *change;
	int32_t status;

	/* A trial remembers values, not ranges. */
	overlay->is_void = overlay->is_trial;
	status = overlay->has_rows
			 ? rows_scan(overlay->chain, from, to, &merge.sink)
			 : services.store->scan(overlay->chain, from, to, 0,
						&merge.sink, NULL);
	while (status == BSN_OK && (change = next_change(&merge)) != NULL)
		status = pass_change(&merge, change);
	return status;
}
