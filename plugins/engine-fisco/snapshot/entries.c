/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/snapshot/entries.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

typedef struct {
	guint at; /* of the key; its value follows */
	guint key_len;
	guint value_len;
	gboolean there;
} Place;

void
entries_init(Entries *entries)
{
	entries->places = g_array_new(FALSE, FALSE, sizeof(Place));
	entries->memory = g_byte_array_new();
}

void
entries_clear(Entries *entries)
{
	g_clear_pointer(&entries->places, g_array_unref);
	g_clear_pointer(&entries->memory, g_byte_array_unref);
}

void
entries_empty(Entries *entries)
{
	g_array_set_size(entries->places, 0);
	g_byte_array_set_size(entries->memory, 0);
}

void
entries_add(Entries *entries, bsn_slice key, bsn_slice value, gboolean there)
{
	const Place place = { entries->memory->len, (guint)key.len,
			      there ? (guint)value.len : 0, there };

	g_byte_array_append(entries->memory, key.data, place.key_len);
	g_byte_array_append(entries->memory, value.data, place.value_len);
	g_array_append_val(entries->places, place);
}

guint
entries_n(const Entries *entries)
{
	return entries->places->len;
}

Entry
entries_at(const Entries *entries, guint index)
{
	const Place *place = &g_array_index(entries->places, Place, index);
	const guint8 *at = entries->memory->data + place->at;

	return (Entry){ bsn_slice_of(at, place->key_len),
			bsn_slice_of(at + place->key_len, place->value_len),
			place->there };
}
