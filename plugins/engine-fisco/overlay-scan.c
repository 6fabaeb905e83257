/* SPDX-License-Identifier: Apache-2.0
 *
 * A walk over a range of the world state: the store's entries and the block's
 * changes, merged in order of their keys.
 */
#include "plugins/engine-fisco/overlay-private.h"

#include <string.h>

#include "plugins/engine-fisco/services.h"

typedef struct {
	bsn_scan_sink sink; /* takes the store's entries */
	bsn_scan_sink *out;
	GArray *changes;    /* OverlayChange, in order */
	guint next;         /* the first change that was not passed yet */
	bsn_slice to;
} Merge;

static int
compare_keys(bsn_slice a, bsn_slice b)
{
	gsize n = MIN(a.len, b.len);
	int order = n > 0 ? memcmp(a.data, b.data, n) : 0;

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static const OverlayChange *
next_change(const Merge *merge)
{
	const OverlayChange *change;

	if (merge->next >= merge->changes->len)
		return NULL;
	change = &g_array_index(merge->changes, OverlayChange, merge->next);
	if (merge->to.len > 0 && compare_keys(change->key, merge->to) >= 0)
		return NULL;
	return change;
}

static int32_t
pass_change(Merge *merge, const OverlayChange *change)
{
	merge->next++;
	if (change->deleted)
		return BSN_OK;
	return merge->out->entry(merge->out, change->key, change->value);
}

/* Passes what changed before `key`; whether `key` itself did. */
static int32_t
pass_changes_to(Merge *merge, bsn_slice key, gboolean *changed)
{
	const OverlayChange *change;
	int32_t status = BSN_OK;

	*changed = FALSE;
	while (status == BSN_OK && !*changed &&
	       (change = next_change(merge)) != NULL) {
		int order = compare_keys(change->key, key);

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

/* ---- changes that are not in the store --------------------------------- */

/* The first change is the newer one where both are of one key. */
static GArray *
merge_changes(const GArray *newer, const GArray *older)
{
	GArray *all = g_array_sized_new(FALSE, FALSE, sizeof(OverlayChange),
					newer->len + older->len);
	guint i = 0, j = 0;

	while (i < newer->len || j < older->len) {
		const OverlayChange *a =
			i < newer->len
				? &g_array_index(newer, OverlayChange, i)
				: NULL;
		const OverlayChange *b =
			j < older->len
				? &g_array_index(older, OverlayChange, j)
				: NULL;
		int order = a == NULL   ? 1
			    : b == NULL ? -1
					: compare_keys(a->key, b->key);

		g_array_append_vals(all, order <= 0 ? a : b, 1);
		i += order <= 0;
		j += order >= 0;
	}
	return all;
}

/* Those of blocks below it, too; of what is below a trial it can tell nothing
 * anyway. */
static GArray *
all_changes(const Overlay *overlay)
{
	GArray *all = overlay_changes(overlay);
	const Overlay *below = overlay->is_trial ? NULL : overlay->below;

	for (; below != NULL; below = below->below) {
		g_autoptr(GArray) newer = all;
		g_autoptr(GArray) older = overlay_changes(below);

		all = merge_changes(newer, older);
	}
	return all;
}

int32_t
overlay_scan(Overlay *overlay, bsn_slice from, bsn_slice to,
	     bsn_scan_sink *sink)
{
	g_autoptr(GArray) changes = all_changes(overlay);
	Merge merge = { { merge_entry }, sink, changes, 0, to };
	const OverlayChange *change;
	int32_t status;

	/* A trial remembers values, not ranges. */
	overlay->is_void = overlay->is_trial;
	while (merge.next < changes->len &&
	       compare_keys(g_array_index(changes, OverlayChange,
					  merge.next).key, from) < 0)
		merge.next++;
	status = services.store->scan(overlay_chain(overlay), from, to, 0,
				      &merge.sink, NULL);
	while (status == BSN_OK && (change = next_change(&merge)) != NULL)
		status = pass_change(&merge, change);
	return status;
}
