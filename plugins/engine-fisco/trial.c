/* SPDX-License-Identifier: Apache-2.0
 *
 * Trials: what a transaction did before its turn, and whether it may count.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/overlay-private.h"

Overlay *
overlay_trial(const Overlay *below)
{
	Overlay *trial = overlay_new(below->chain);

	trial->below = below;
	return trial;
}

gboolean
overlay_touches_other(const Overlay *trial, bsn_slice prefix)
{
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, trial->entries);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		const Entry *entry = key;

		if (entry->now.changed &&
		    (entry->key_len < prefix.len ||
		     memcmp(entry->key, prefix.data, prefix.len) != 0))
			return TRUE;
	}
	return FALSE;
}

static bsn_slice
key_of(const Entry *entry)
{
	return bsn_slice_of(entry->key, entry->key_len);
}

/* ---- within a group ---------------------------------------------------- */

static void
fold_entry(Overlay *into, const Entry *entry, guint64 run)
{
	Entry *own = overlay_find(into, key_of(entry));

	if (own == NULL)
		own = overlay_enter(into, key_of(entry));
	g_free(own->now.value);
	own->now = (Value){ .run = run, .changed = TRUE };
	if (entry->now.value == NULL)
		return;
	own->now.value = overlay_copy(
		bsn_slice_of(entry->now.value, entry->now.len));
	own->now.len = entry->now.len;
}

void
overlay_fold(Overlay *into, const Overlay *trial, guint index)
{
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, trial->entries);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		if (((const Entry *)key)->now.changed)
			fold_entry(into, key, RUN_IS_TRIAL | index);
}

/* ---- whether it holds -------------------------------------------------- */

/* Whether the value that was seen is the one that stands there. */
static gboolean
same_run(const Entry *entry, guint64 run, const guint64 *runs)
{
	guint64 taken;

	if ((entry->seen_run & RUN_IS_TRIAL) == 0)
		return entry->seen_run == run;
	taken = runs[entry->seen_run & ~RUN_IS_TRIAL];
	return taken != 0 && taken == run;
}

static gboolean
entry_holds(const Overlay *overlay, const Entry *entry, const guint64 *runs)
{
	const Entry *there;

	if (!entry->seen)
		return TRUE;
	there = g_hash_table_lookup(overlay->entries, entry);
	return same_run(entry, there != NULL ? there->now.run : 0, runs) ||
	       (there != NULL && sums_hold(entry, there));
}

gboolean
overlay_holds(const Overlay *overlay, const Overlay *trial,
	      const guint64 *runs)
{
	GHashTableIter iter;
	gpointer key;

	if (trial->is_void)
		return FALSE;
	g_hash_table_iter_init(&iter, trial->entries);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		if (!entry_holds(overlay, key, runs))
			return FALSE;
	return TRUE;
}

/* ---- taking it --------------------------------------------------------- */

static void
take_changed(const Overlay *overlay, Entry *there, Entry *entry)
{
	Value *now = &entry->now;

	if (sums_moved(entry, there)) {
		sums_take(entry, there);
		there->now.run = overlay->run | RUN_IS_SUM;
		there->now.changed = TRUE;
		return;
	}
	g_free(there->now.value);
	there->now = (Value){ .value = g_steal_pointer(&now->value),
			      .len = now->len,
			      .run = overlay->run,
			      .changed = TRUE };
}

/* Moves an entry that the overlay has not; a value that was only read is worth
 * keeping, too. */
static void
move(Overlay *overlay, Entry *entry)
{
	entry->seen = FALSE;
	entry->seen_run = 0;
	g_clear_pointer(&entry->sums, g_free);
	entry->now.run = entry->now.changed ? overlay->run : 0;
	g_hash_table_add(overlay->entries, entry);
}

void
overlay_take(Overlay *overlay, Overlay *trial)
{
	GHashTableIter iter;
	gpointer key;

	overlay_forget_marks(trial);
	g_hash_table_iter_init(&iter, trial->entries);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		Entry *entry = key;
		Entry *there = g_hash_table_lookup(overlay->entries, entry);

		if (there != NULL && entry->now.changed)
			take_changed(overlay, there, entry);
		if (there == NULL &&
		    (entry->now.changed || overlay->clean++ < CLEAN_MAX)) {
			g_hash_table_iter_steal(&iter);
			move(overlay, entry);
		}
	}
}
