/* SPDX-License-Identifier: Apache-2.0 */
#include "host/service/store_filter.h"

#include <string.h>

#define LAYERS_MAX 14u
#define FIRST_KEYS 64u
#define GROWTH 4u
#define BITS_A_KEY 16u

/* A cache line, and how many of its bits are set for a key. */
#define BLOCK_BITS 512u
#define BLOCK_WORDS (BLOCK_BITS / 64u)
#define BITS_SET 6u
/* Bits of a number that choose one of a block's. */
#define BIT_CHOICE 9u

typedef struct {
	guint64 *words;
	guint32 blocks; /* a power of two */
	guint32 keys, keys_max;
} Layer;

struct StoreFilter {
	Layer layers[LAYERS_MAX];
	guint n; /* layers that are there; published when they are whole */
	gboolean given_up;
	gint64 *room;
	guint64 seed; /* so that nobody chooses keys that seem to be there */
};

/* ---- hashing ---- */

static guint64
mix(guint64 a, guint64 b)
{
	const __uint128_t product = (__uint128_t)a * b;

	return (guint64)product ^ (guint64)(product >> 64);
}

static guint64
word_at(const guint8 *bytes, gsize len)
{
	guint64 word = 0;

	memcpy(&word, bytes, MIN(len, sizeof(word)));
	return word;
}

/* Multiply and fold, 16 bytes at a time. */
guint64
store_filter_hash(const StoreFilter *filter, const void *bytes, gsize len)
{
	const guint8 *key = bytes;
	guint64 hash = filter->seed ^ len;

	for (; len > 0; len -= MIN(len, 16)) {
		const guint64 low = word_at(key, len);
		const guint64 high = len > 8 ? word_at(key + 8, len - 8) : 0;

		hash = mix(low ^ 0x9e3779b97f4a7c15u ^ hash,
			   high ^ 0xbf58476d1ce4e5b9u ^ hash);
		key += MIN(len, 16);
	}
	return mix(hash ^ 0x94d049bb133111ebu, 0xd6e8feb86659fd93u);
}

/* ---- layers ---- */

static guint64 *
block_of(const Layer *layer, guint64 hash)
{
	return layer->words +
	       (gsize)(hash & (layer->blocks - 1)) * BLOCK_WORDS;
}

/* BIT_CHOICE bits for each that is set, independent of the choice of the block.
 */
static guint64
bits_of(guint64 hash)
{
	return mix(hash, 0xa0761d6478bd642fu);
}

static gboolean
layer_may_have(const Layer *layer, guint64 hash)
{
	const guint64 *block = block_of(layer, hash);
	guint64 bits = bits_of(hash);

	for (guint i = 0; i < BITS_SET; i++, bits >>= BIT_CHOICE) {
		const guint bit = (guint)(bits % BLOCK_BITS);
		const guint64 word = __atomic_load_n(block + bit / 64,
						     __ATOMIC_RELAXED);

		if ((word >> bit % 64 & 1) == 0)
			return FALSE;
	}
	return TRUE;
}

static void
layer_add(Layer *layer, guint64 hash)
{
	guint64 *block = block_of(layer, hash);
	guint64 bits = bits_of(hash);

	for (guint i = 0; i < BITS_SET; i++, bits >>= BIT_CHOICE) {
		const guint bit = (guint)(bits % BLOCK_BITS);

		__atomic_fetch_or(block + bit / 64, (guint64)1 << bit % 64,
				  __ATOMIC_RELAXED);
	}
	layer->keys++;
}

static gsize
layer_bytes(const Layer *layer)
{
	return (gsize)layer->blocks * BLOCK_BITS / 8;
}

/* FALSE when there is no room for one more. */
static gboolean
grow(StoreFilter *filter)
{
	Layer *layer = filter->layers + filter->n;

	if (filter->n == LAYERS_MAX)
		return FALSE;
	layer->keys_max = filter->n == 0 ? FIRST_KEYS
					 : layer[-1].keys_max * GROWTH;
	layer->blocks = layer->keys_max / (BLOCK_BITS / BITS_A_KEY);
	if (__atomic_sub_fetch(filter->room, (gint64)layer_bytes(layer),
			       __ATOMIC_RELAXED) < 0) {
		__atomic_add_fetch(filter->room, (gint64)layer_bytes(layer),
				   __ATOMIC_RELAXED);
		return FALSE;
	}
	layer->words = g_aligned_alloc0(layer->blocks, BLOCK_BITS / 8,
					BLOCK_BITS / 8);
	__atomic_store_n(&filter->n, filter->n + 1, __ATOMIC_RELEASE);
	return TRUE;
}

static gboolean
is_full(const StoreFilter *filter)
{
	const Layer *last = filter->layers + filter->n - 1;

	return filter->n == 0 || last->keys == last->keys_max;
}

static gboolean
is_in_layers(const StoreFilter *filter, guint64 hash)
{
	const guint n = __atomic_load_n(&filter->n, __ATOMIC_ACQUIRE);

	/* The last one has most of them. */
	for (guint i = n; i-- > 0;)
		if (layer_may_have(filter->layers + i, hash))
			return TRUE;
	return FALSE;
}

/* ---- the filter ---- */

StoreFilter *
store_filter_new(gint64 *room)
{
	StoreFilter *filter = g_new0(StoreFilter, 1);

	filter->room = room;
	filter->seed = (guint64)g_random_int() << 32 | g_random_int();
	return filter;
}

void
store_filter_free(StoreFilter *filter)
{
	if (filter == NULL)
		return;
	for (guint i = 0; i < filter->n; i++) {
		__atomic_add_fetch(filter->room,
				   (gint64)layer_bytes(filter->layers + i),
				   __ATOMIC_RELAXED);
		g_aligned_free(filter->layers[i].words);
	}
	g_free(filter);
}

void
store_filter_add(StoreFilter *filter, guint64 hash)
{
	if (filter->given_up || is_in_layers(filter, hash))
		return;
	if (is_full(filter) && !grow(filter)) {
		__atomic_store_n(&filter->given_up, TRUE, __ATOMIC_RELAXED);
		return;
	}
	layer_add(filter->layers + filter->n - 1, hash);
}

gboolean
store_filter_is_given_up(const StoreFilter *filter)
{
	return __atomic_load_n(&filter->given_up, __ATOMIC_RELAXED);
}

gboolean
store_filter_may_have(const StoreFilter *filter, guint64 hash)
{
	return store_filter_is_given_up(filter) || is_in_layers(filter, hash);
}
