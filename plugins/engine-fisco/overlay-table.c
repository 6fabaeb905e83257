/* SPDX-License-Identifier: Apache-2.0
 *
 * An overlay's entries by key (open addressing, linear probing, never full)
 * and the memory that they are in.
 */
#include "plugins/engine-fisco/overlay-private.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/table.h"

#define SLOTS_FIRST 64u
#define MEMORY_FIRST 4096u
#define MEMORY_MOST 262144u
#define ALIGNED 8u

/* ---- memory ------------------------------------------------------------- */

struct OverlayMemory {
	OverlayMemory *next;
	gsize used;
	gsize len;
	guint64 data[];
};

static OverlayMemory *
add_memory(Overlay *overlay, gsize len)
{
	gsize before = overlay->memory != NULL ? overlay->memory->len : 0;
	gsize size = MAX(CLAMP(2 * before, MEMORY_FIRST, MEMORY_MOST), len);
	OverlayMemory *memory = g_malloc(sizeof(OverlayMemory) + size);

	memory->next = overlay->memory;
	memory->used = 0;
	memory->len = size;
	overlay->memory = memory;
	return memory;
}

gpointer
overlay_memory(Overlay *overlay, gsize len)
{
	gsize rounded = (len + ALIGNED - 1) / ALIGNED * ALIGNED;
	OverlayMemory *memory = overlay->memory;
	gpointer taken;

	if (memory == NULL || memory->len - memory->used < rounded)
		memory = add_memory(overlay, rounded);
	taken = (guint8 *)memory->data + memory->used;
	memory->used += rounded;
	return taken;
}

guint8 *
overlay_copy(Overlay *overlay, bsn_slice bytes)
{
	guint8 *copy = overlay_memory(overlay, bytes.len + 1);

	if (bytes.len > 0)
		memcpy(copy, bytes.data, bytes.len);
	return copy;
}

/* The newest stays the first: there is room in it. */
void
overlay_adopt_memory(Overlay *overlay, Overlay *from)
{
	OverlayMemory **after = overlay->memory != NULL
					? &overlay->memory->next
					: &overlay->memory;
	OverlayMemory **end = &from->memory;

	while (*end != NULL)
		end = &(*end)->next;
	*end = *after;
	*after = g_steal_pointer(&from->memory);
}

/* ---- table -------------------------------------------------------------- */

Probe
overlay_probe(bsn_slice key)
{
	return (Probe){ key, table_hash(key.data, key.len) };
}

Probe
overlay_probe_of(const Entry *entry)
{
	return (Probe){ bsn_slice_of(entry->key, entry->key_len),
			entry->hash };
}

static gboolean
is_of(const Entry *entry, const Probe *probe)
{
	return entry->hash == probe->hash &&
	       entry->key_len == probe->key.len &&
	       memcmp(entry->key, probe->key.data, entry->key_len) == 0;
}

/* Where the key's entry is, or would be. */
static Entry **
slot_of(const Overlay *overlay, const Probe *probe)
{
	guint mask = overlay->n_slots - 1;
	guint at = probe->hash & mask;

	while (overlay->slots[at] != NULL && !is_of(overlay->slots[at], probe))
		at = (at + 1) & mask;
	return &overlay->slots[at];
}

Entry *
overlay_find(const Overlay *overlay, const Probe *probe)
{
	Entry *entry;

	if (overlay->n_slots == 0)
		return NULL;
	entry = *slot_of(overlay, probe);
	return entry != NULL && entry->known ? entry : NULL;
}

static void
put_back(Overlay *overlay, Entry *entry)
{
	guint mask = overlay->n_slots - 1;
	guint at = entry->hash & mask;

	while (overlay->slots[at] != NULL)
		at = (at + 1) & mask;
	overlay->slots[at] = entry;
}

static void
grow(Overlay *overlay)
{
	g_autofree Entry **old = overlay->slots;
	guint n = overlay->n_slots;

	overlay->n_slots = n > 0 ? 4 * n : SLOTS_FIRST;
	overlay->slots = g_new0(Entry *, overlay->n_slots);
	for (guint i = 0; i < n; i++)
		if (old[i] != NULL)
			put_back(overlay, old[i]);
}

static void
make_room(Overlay *overlay)
{
	if (2 * overlay->n_entries >= overlay->n_slots)
		grow(overlay);
}

Entry *
overlay_enter(Overlay *overlay, const Probe *probe)
{
	Entry **slot;
	Entry *entry;

	make_room(overlay);
	slot = slot_of(overlay, probe);
	entry = *slot;
	if (entry == NULL) {
		entry = overlay_memory(overlay, offsetof(Entry, key) +
							probe->key.len);
		*entry = (Entry){ .touched = TRIAL_NEVER,
				  .used = TRIAL_NEVER,
				  .changed = TRIAL_NEVER,
				  .hash = probe->hash,
				  .key_len = (guint)probe->key.len };
		if (probe->key.len > 0)
			memcpy(entry->key, probe->key.data, probe->key.len);
		*slot = entry;
		overlay->n_entries++;
	}
	entry->known = TRUE;
	return entry;
}

void
overlay_adopt(Overlay *overlay, Entry *entry)
{
	const Probe probe = overlay_probe_of(entry);
	Entry **slot;

	make_room(overlay);
	slot = slot_of(overlay, &probe);
	overlay->n_entries += *slot == NULL;
	*slot = entry;
}

void
overlay_swap_tables(Overlay *a, Overlay *b)
{
	Entry **slots = a->slots;
	guint n_slots = a->n_slots;
	guint n_entries = a->n_entries;

	a->slots = b->slots;
	a->n_slots = b->n_slots;
	a->n_entries = b->n_entries;
	b->slots = slots;
	b->n_slots = n_slots;
	b->n_entries = n_entries;
}

Entry *
overlay_next(const Overlay *overlay, guint *at)
{
	while (*at < overlay->n_slots) {
		Entry *entry = overlay->slots[(*at)++];

		if (entry != NULL && entry->known)
			return entry;
	}
	return NULL;
}

/* ---- order --------------------------------------------------------------- */

static gint
compare_entries(gconstpointer one, gconstpointer other, gpointer unused)
{
	const Entry *a = one;
	const Entry *b = other;
	const int order = memcmp(a->key, b->key, MIN(a->key_len, b->key_len));

	return order != 0 ? order
			  : (a->key_len > b->key_len) -
				    (a->key_len < b->key_len);
}

void
overlay_order(Overlay *overlay, Entry *entry)
{
	if (overlay->ordered != NULL)
		g_tree_insert(overlay->ordered, entry, entry);
}

GTree *
overlay_ordered(Overlay *overlay)
{
	Entry *entry;
	guint at = 0;

	if (overlay->ordered != NULL)
		return overlay->ordered;
	overlay->ordered = g_tree_new_with_data(compare_entries, NULL);
	while ((entry = overlay_next(overlay, &at)) != NULL)
		if (entry->now.changed)
			overlay_order(overlay, entry);
	return overlay->ordered;
}

void
overlay_table_clear(Overlay *overlay)
{
	OverlayMemory *memory;

	g_clear_pointer(&overlay->ordered, g_tree_unref);
	g_clear_pointer(&overlay->slots, g_free);
	overlay->n_slots = overlay->n_entries = 0;
	while ((memory = overlay->memory) != NULL) {
		overlay->memory = memory->next;
		g_free(memory);
	}
}
