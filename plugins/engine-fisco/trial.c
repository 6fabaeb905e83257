/* SPDX-License-Identifier: Apache-2.0
 *
 * Trials: what transactions did before their turn, and which of it counts.
 */
#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/overlay-private.h"

Overlay *
overlay_trial(const Overlay *below)
{
	Overlay *trial = overlay_new(below->chain);

	trial->below = below;
	trial->is_trial = TRUE;
	trial->has_rows = below->has_rows;
	trial->clean_bytes = trial->below_bytes = below->clean_bytes;
	return trial;
}

void
trial_begin_turn(Overlay *trial, guint turn)
{
	trial->turn = turn;
}

gboolean
trial_forgot(Overlay *trial)
{
	gboolean forgot = trial->is_void;

	trial->is_void = FALSE;
	return forgot;
}

/* ---- comparing --------------------------------------------------------- */

/* One uses at a turn what the other one changes at another: both cannot have
 * been in a row as they stand, so that what is before the later one counts. */
static void
meet(guint used, guint changed, TrialClash *clash)
{
	guint later = MAX(used, changed);

	if (changed == TRIAL_NEVER || later >= clash->before)
		return;
	clash->before = later;
	clash->other = MIN(used, changed);
}

static void
compare_entries(const Entry *a, const Entry *b, TrialClash *clash)
{
	if (sums_agree(a, b))
		return;
	meet(a->touched, b->changed, clash);
	meet(b->touched, a->changed, clash);
}

void
trial_compare(const Overlay *a, const Overlay *b, TrialClash *clash)
{
	const Overlay *few = a->n_entries <= b->n_entries ? a : b;
	const Overlay *many = few == a ? b : a;
	const Entry *entry, *other;
	guint at = 0;

	while ((entry = overlay_next(few, &at)) != NULL) {
		const Probe probe = overlay_probe_of(entry);

		other = overlay_find(many, &probe);
		if (other != NULL)
			compare_entries(entry, other, clash);
	}
}

/* ---- taking ------------------------------------------------------------ */

/* The overlay has the value that was seen, but for what other trials added. */
static void
take_change(Overlay *overlay, const Entry *entry, Entry *there)
{
	if (sums_moved(entry, there))
		sums_take(overlay, entry, there);
	else
		there->now = entry->now;
}

static void
take_entry(Overlay *overlay, Entry *entry)
{
	const Probe probe = overlay_probe_of(entry);
	Entry *there = overlay_find(overlay, &probe);

	if (there != NULL && entry->now.changed)
		take_change(overlay, entry, there);
	if (there != NULL ||
	    (!entry->now.changed && overlay->clean >= CLEAN_MAX))
		return;
	overlay->clean += !entry->now.changed;
	overlay_adopt(overlay, entry);
}

void
trial_take(Overlay *overlay, Overlay *trial)
{
	Entry *entry;
	guint at = 0;

	g_clear_pointer(&overlay->ordered, g_tree_unref);
	if (overlay->n_entries == 0) {
		overlay_swap_tables(overlay, trial);
		overlay->clean = trial->clean;
	}
	while ((entry = overlay_next(trial, &at)) != NULL)
		take_entry(overlay, entry);
	overlay->clean_bytes += trial->clean_bytes - trial->below_bytes;
	overlay_adopt_memory(overlay, trial);
	overlay_table_clear(trial);
}
