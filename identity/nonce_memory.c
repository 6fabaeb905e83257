/* SPDX-License-Identifier: Apache-2.0 */
#include "identity/nonce_memory.h"

#include <string.h>

/* The window reaches over three buckets at most. */
#define BUCKETS 3

typedef struct {
	gint64 number; /* time / skew */
	GHashTable *ids;
} Bucket;

struct NonceMemory {
	GMutex lock;
	gint64 skew_ms;
	gint64 floor_ms; /* nothing before is accepted any more */
	gsize room, used;
	Bucket buckets[BUCKETS];
};

/* Ids are digests already. */
static guint
id_hash(gconstpointer id)
{
	guint hash;

	memcpy(&hash, id, sizeof(hash));
	return hash;
}

static gboolean
id_equal(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, NONCE_ID_LEN) == 0;
}

NonceMemory *
nonce_memory_new(guint skew_s, gsize room)
{
	NonceMemory *memory = g_new0(NonceMemory, 1);

	g_mutex_init(&memory->lock);
	memory->skew_ms = (gint64)MAX(skew_s, 1) * 1000;
	memory->room = room;
	for (gsize i = 0; i < BUCKETS; i++) {
		memory->buckets[i].number = -1;
		memory->buckets[i].ids =
			g_hash_table_new_full(id_hash, id_equal, g_free, NULL);
	}
	return memory;
}

void
nonce_memory_free(NonceMemory *memory)
{
	if (memory == NULL)
		return;
	for (gsize i = 0; i < BUCKETS; i++)
		g_hash_table_unref(memory->buckets[i].ids);
	g_mutex_clear(&memory->lock);
	g_free(memory);
}

void
nonce_memory_begin(NonceMemory *memory, gint64 time_ms)
{
	g_mutex_lock(&memory->lock);
	memory->floor_ms = MAX(memory->floor_ms, time_ms);
	g_mutex_unlock(&memory->lock);
}

static void
forget(NonceMemory *memory, Bucket *bucket)
{
	if (bucket->number < 0)
		return;
	memory->used -= g_hash_table_size(bucket->ids);
	memory->floor_ms = MAX(memory->floor_ms,
			       (bucket->number + 1) * memory->skew_ms);
	g_hash_table_remove_all(bucket->ids);
	bucket->number = -1;
}

/* Buckets that lie before the window go. What is left in the place of a time
 * within it is its own bucket, or a later one after the clock was set back. */
static void
forget_old(NonceMemory *memory, gint64 now_ms)
{
	for (gsize i = 0; i < BUCKETS; i++)
		if ((memory->buckets[i].number + 1) * memory->skew_ms <=
		    now_ms - memory->skew_ms)
			forget(memory, &memory->buckets[i]);
}

static NonceVerdict
judge(NonceMemory *memory, const guint8 *id, gint64 time_ms, gint64 now_ms,
      gboolean use)
{
	gint64 number = time_ms / memory->skew_ms;
	Bucket *bucket;

	forget_old(memory, now_ms);
	if (time_ms < 0 || time_ms < now_ms - memory->skew_ms ||
	    time_ms > now_ms + memory->skew_ms)
		return NONCE_OUT_OF_TIME;
	bucket = &memory->buckets[number % BUCKETS];
	if (time_ms < memory->floor_ms || bucket->number > number)
		return NONCE_OUT_OF_TIME;
	if (bucket->number == number && g_hash_table_contains(bucket->ids, id))
		return NONCE_USED;
	if (memory->used >= memory->room)
		return NONCE_NO_ROOM;
	if (!use)
		return NONCE_NEW;
	bucket->number = number;
	memory->used++;
	g_hash_table_add(bucket->ids, g_memdup2(id, NONCE_ID_LEN));
	return NONCE_NEW;
}

NonceVerdict
nonce_memory_peek(NonceMemory *memory, const guint8 id[NONCE_ID_LEN],
		  gint64 time_ms, gint64 now_ms)
{
	NonceVerdict verdict;

	g_mutex_lock(&memory->lock);
	verdict = judge(memory, id, time_ms, now_ms, FALSE);
	g_mutex_unlock(&memory->lock);
	return verdict;
}

NonceVerdict
nonce_memory_use(NonceMemory *memory, const guint8 id[NONCE_ID_LEN],
		 gint64 time_ms, gint64 now_ms)
{
	NonceVerdict verdict;

	g_mutex_lock(&memory->lock);
	verdict = judge(memory, id, time_ms, now_ms, TRUE);
	g_mutex_unlock(&memory->lock);
	return verdict;
}
