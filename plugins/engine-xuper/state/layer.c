/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/state/layer.h"

#include <string.h>

#include "plugins/engine-xuper/services.h"
#include "plugins/engine-xuper/state/layer_private.h"
#include "plugins/kit/sink.h"

#define SLOTS_FIRST 32u

/* ---- hashing ---- */

/* Whoever makes keys is not to know which of them meet. Of the process, and
 * nothing that is answered depends on it. */
static gsize seed;

static void
draw_seed(void)
{
	gsize drawn = 0;

	if (!g_once_init_enter(&seed))
		return;
	/* Without one it is only slower, and only when somebody tries. */
	(void)services.random->fill(NULL, &drawn, sizeof(drawn));
	g_once_init_leave(&seed, drawn | 1);
}

static guint64
mix(guint64 state, guint64 word)
{
	state = (state ^ word ^ seed) *
		G_GUINT64_CONSTANT(0xd6e8feb86659fd93);
	return state ^ state >> 32;
}

static guint32
hash_of(bsn_slice key)
{
	guint64 state = mix(0, key.len);
	guint64 at = 0, word = 0;

	for (; at + sizeof(word) <= key.len; at += sizeof(word)) {
		memcpy(&word, key.data + at, sizeof(word));
		state = mix(state, word);
	}
	for (word = 0; at < key.len; at++)
		word = word << 8 | key.data[at];
	state = mix(state, word);
	return (guint32)(state ^ state >> 32);
}

/* ---- life ---- */

static Layer *
layer_new(Layer *below, bsn_chain *chain)
{
	Layer *layer = g_new0(Layer, 1);

	layer->refs = 1;
	layer->below = below;
	layer->chain = chain;
	layer->bytes = sizeof(*layer);
	g_mutex_init(&layer->ordering);
	return layer;
}

Layer *
layer_store(bsn_chain *chain)
{
	draw_seed();
	return layer_new(NULL, chain);
}

Layer *
layer_over(Layer *below)
{
	Layer *layer = layer_new(layer_ref(below), NULL);

	layer->entries = g_ptr_array_new();
	layer->journal = g_array_new(FALSE, FALSE, sizeof(Before));
	return layer;
}

Layer *
layer_ref(Layer *layer)
{
	g_atomic_int_inc(&layer->refs);
	return layer;
}

/* The next one below, when nobody else holds it, comes after: a long row is not
 * undone by as deep a recursion. */
static Layer *
layer_free(Layer *layer)
{
	Layer *below = layer->below;

	g_mutex_clear(&layer->ordering);
	order_clear(&layer->order);
	g_free(layer->slots);
	g_clear_pointer(&layer->entries, g_ptr_array_unref);
	g_clear_pointer(&layer->journal, g_array_unref);
	arena_clear(&layer->memory);
	g_free(layer);
	return below;
}

void
layer_unref(Layer *layer)
{
	while (layer != NULL && g_atomic_int_dec_and_test(&layer->refs))
		layer = layer_free(layer);
}

void
layer_settle(Layer *layer, Layer *store)
{
	Layer *below = layer->below;

	layer->below = layer_ref(store);
	layer_unref(below);
}

gsize
layer_bytes(const Layer *layer)
{
	return layer->bytes;
}

/* ---- the table ---- */

static gboolean
is_of(const Entry *entry, bsn_slice key, guint32 hash)
{
	return entry->hash == hash && entry->key_len == key.len &&
	       memcmp(entry->key, key.data, entry->key_len) == 0;
}

/* Where the key's entry is, or would be. */
static Entry **
slot_of(const Layer *layer, bsn_slice key, guint32 hash)
{
	const guint mask = layer->n_slots - 1;
	guint at = hash & mask;

	while (layer->slots[at] != NULL && !is_of(layer->slots[at], key, hash))
		at = (at + 1) & mask;
	return &layer->slots[at];
}

static void
grow(Layer *layer)
{
	const guint n = layer->n_slots > 0 ? 2 * layer->n_slots : SLOTS_FIRST;

	g_free(layer->slots);
	layer->slots = g_new0(Entry *, n);
	layer->bytes += (n - layer->n_slots) * sizeof(Entry *);
	layer->n_slots = n;
	for (guint i = 0; i < layer->entries->len; i++) {
		Entry *entry = g_ptr_array_index(layer->entries, i);

		*slot_of(layer, entry_key(entry), entry->hash) = entry;
	}
}

static const guint8 *
copy(Layer *layer, bsn_slice bytes)
{
	guint8 *room;

	if (bytes.len == 0)
		return NULL;
	room = arena_room(&layer->memory, bytes.len);
	layer->bytes += bytes.len;
	return memcpy(room, bytes.data, bytes.len);
}

static Entry *
add_entry(Layer *layer, bsn_slice key, guint32 hash)
{
	const gsize size = offsetof(Entry, key) + key.len;
	Entry *entry = arena_room(&layer->memory, size);

	entry->hash = hash;
	entry->key_len = (guint8)key.len;
	memcpy(entry->key, key.data, key.len);
	g_ptr_array_add(layer->entries, entry);
	layer->bytes += size + sizeof(entry);
	return entry;
}

static Entry *
enter(Layer *layer, bsn_slice key)
{
	const guint32 hash = hash_of(key);
	Entry **slot;

	if (2 * layer->entries->len >= layer->n_slots)
		grow(layer);
	slot = slot_of(layer, key, hash);
	if (*slot == NULL)
		*slot = add_entry(layer, key, hash);
	return *slot;
}

/* ---- reading ---- */

static int32_t
write_nowhere(bsn_sink *sink, const void *data, uint64_t len)
{
	return BSN_OK;
}

static int32_t
store_get(const Layer *layer, bsn_slice key, GByteArray *value, bsn_err *err)
{
	bsn_sink nowhere = { write_nowhere };
	BufferSink buffer = buffer_sink(value, G_MAXUINT);

	return services.store->get(layer->chain, key,
				   value != NULL ? &buffer.sink : &nowhere,
				   err);
}

static int32_t
entry_get(const Entry *entry, GByteArray *value)
{
	if (entry->kind == ENTRY_DELETED)
		return BSN_NOT_FOUND;
	if (value != NULL && entry->value_len > 0)
		g_byte_array_append(value, entry->value, entry->value_len);
	return BSN_OK;
}

int32_t
layer_get(Layer *layer, bsn_slice key, GByteArray *value, bsn_err *err)
{
	const guint32 hash = hash_of(key);

	if (value != NULL)
		g_byte_array_set_size(value, 0);
	for (; layer->below != NULL; layer = layer->below) {
		const Entry *entry =
			layer->n_slots > 0 ? *slot_of(layer, key, hash) : NULL;

		if (entry != NULL && entry->kind != ENTRY_NONE)
			return entry_get(entry, value);
	}
	return store_get(layer, key, value, err);
}

/* ---- writing ---- */

static void
set(Layer *layer, bsn_slice key, EntryKind kind, bsn_slice value)
{
	Entry *entry;
	Before before;

	g_assert(layer->below != NULL && key.len > 0 &&
		 key.len <= BSN_STORE_KEY_MAX);
	entry = enter(layer, key);
	before = (Before){ entry, entry->value, entry->value_len, entry->kind };
	g_array_append_val(layer->journal, before);
	layer->bytes += sizeof(before);
	entry->kind = (guint8)kind;
	entry->value = copy(layer, value);
	entry->value_len = (guint32)value.len;
}

void
layer_put(Layer *layer, bsn_slice key, bsn_slice value)
{
	set(layer, key, ENTRY_PUT, value);
}

void
layer_delete(Layer *layer, bsn_slice key)
{
	set(layer, key, ENTRY_DELETED, bsn_slice_of(NULL, 0));
}

guint64
layer_mark(Layer *layer)
{
	return layer->journal->len;
}

void
layer_revert(Layer *layer, guint64 mark)
{
	while (layer->journal->len > mark) {
		const guint last = layer->journal->len - 1;
		const Before *before =
			&g_array_index(layer->journal, Before, last);

		before->entry->value = before->value;
		before->entry->value_len = before->value_len;
		before->entry->kind = (guint8)before->kind;
		g_array_set_size(layer->journal, last);
	}
}
