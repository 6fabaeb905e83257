/* SPDX-License-Identifier: Apache-2.0
 *
 * What changed, by ascending key: a radix sort from the first byte on (McIlroy,
 * Bostic and McIlroy, "Engineering Radix Sort", 1993), which passes over what
 * the keys of a contract have in common at once.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/overlay-private.h"

/* Fewer are sorted by insertion. */
#define FEW 24u
/* Values of a byte, and that there is none. */
#define BUCKETS 257u

static guint
bucket_of(const OverlayChange *change, gsize at)
{
	return at < change->key.len ? 1u + change->key.data[at] : 0;
}

/* All keys are the same before `at`. */
static gboolean
is_before(const OverlayChange *a, const OverlayChange *b, gsize at)
{
	gsize n = MIN(a->key.len, b->key.len) - at;
	int order = memcmp(a->key.data + at, b->key.data + at, n);

	return order != 0 ? order < 0 : a->key.len < b->key.len;
}

static void
sort_few(OverlayChange *changes, guint n, gsize at)
{
	for (guint i = 1; i < n; i++) {
		OverlayChange one = changes[i];
		guint j = i;

		for (; j > 0 && is_before(&one, &changes[j - 1], at); j--)
			changes[j] = changes[j - 1];
		changes[j] = one;
	}
}

/* How far all keys are the same, from `at` on. */
static gsize
common(const OverlayChange *changes, guint n, gsize at)
{
	bsn_slice first = changes[0].key;
	gsize end = first.len;

	for (guint i = 1; i < n && end > at; i++) {
		bsn_slice key = changes[i].key;
		gsize same = at;

		while (same < MIN(end, key.len) &&
		       key.data[same] == first.data[same])
			same++;
		end = same;
	}
	return end;
}

/* room: for n changes. */
static void
sort(OverlayChange *changes, guint n, gsize at, OverlayChange *room)
{
	guint ends[BUCKETS] = { 0 };

	if (n < FEW) {
		sort_few(changes, n, at);
		return;
	}
	at = common(changes, n, at);
	for (guint i = 0; i < n; i++)
		ends[bucket_of(&changes[i], at)]++;
	for (guint i = 1; i < BUCKETS; i++)
		ends[i] += ends[i - 1];
	memcpy(room, changes, n * sizeof(*changes));
	for (guint i = n; i-- > 0;)
		changes[--ends[bucket_of(&room[i], at)]] = room[i];
	/* Each is where its bucket begins now; the first has one key. */
	for (guint i = 1; i < BUCKETS; i++) {
		guint end = i + 1 < BUCKETS ? ends[i + 1] : n;

		sort(changes + ends[i], end - ends[i], at + 1, room);
	}
}

GArray *
overlay_changes(const Overlay *overlay)
{
	GArray *changes = g_array_new(FALSE, FALSE, sizeof(OverlayChange));
	g_autofree OverlayChange *room = NULL;
	const Entry *entry;
	guint at = 0;

	while ((entry = overlay_next(overlay, &at)) != NULL) {
		OverlayChange one = {
			bsn_slice_of(entry->key, entry->key_len),
			bsn_slice_of(entry->now.value, entry->now.len),
			entry->now.value == NULL,
		};

		if (entry->now.changed)
			g_array_append_val(changes, one);
	}
	room = g_new(OverlayChange, changes->len);
	sort((OverlayChange *)changes->data, changes->len, 0, room);
	return changes;
}

static gint
compare(gconstpointer one, gconstpointer other)
{
	const OverlayChange *a = one;
	const OverlayChange *b = other;

	return is_before(a, b, 0) ? -1 : is_before(b, a, 0);
}

const OverlayChange *
overlay_change_of(const GArray *changes, bsn_slice key)
{
	const OverlayChange wanted = { .key = key };
	guint at;

	if (!g_array_binary_search((GArray *)changes, &wanted, compare, &at))
		return NULL;
	return &g_array_index(changes, OverlayChange, at);
}
