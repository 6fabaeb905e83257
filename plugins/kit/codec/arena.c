/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/codec/arena.h"

#include <string.h>

/* Bytes of an ordinary chunk: an envelope's messages fit one. */
#define CHUNK_SIZE (16u << 10)
#define ALIGNMENT 16u

struct ArenaChunk {
	ArenaChunk *next;
	gsize size; /* of data */
	gsize used;
	guint8 data[] __attribute__((aligned(ALIGNMENT)));
};

void
arena_allow(Arena *arena, gsize bytes)
{
	arena->room += MIN(bytes, G_MAXSIZE - arena->room);
}

static ArenaChunk *
add_chunk(Arena *arena, gsize size)
{
	ArenaChunk *chunk = g_malloc(sizeof(*chunk) + size);

	*chunk = (ArenaChunk){ .next = arena->chunks, .size = size };
	arena->chunks = chunk;
	return chunk;
}

static void *
take(Arena *arena, gsize size)
{
	ArenaChunk *chunk = arena->chunks;
	void *data;

	if (chunk == NULL || size > chunk->size - chunk->used)
		chunk = add_chunk(arena, MAX(size, CHUNK_SIZE));
	data = chunk->data + chunk->used;
	chunk->used += size;
	return data;
}

/* What alignment adds counts: it is used up as well. */
void *
arena_take(Arena *arena, gsize size)
{
	gsize aligned;

	if (size > arena->room || arena->room - size < ALIGNMENT)
		return NULL;
	aligned = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	arena->room -= aligned;
	return take(arena, aligned);
}

void *
arena_room(Arena *arena, gsize size)
{
	const gsize aligned = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;

	return memset(take(arena, aligned), 0, aligned);
}

char *
arena_copy(Arena *arena, const void *data, gsize len)
{
	char *copy = arena_room(arena, len + 1);

	if (len > 0)
		memcpy(copy, data, len);
	return copy;
}

char *
arena_hex(Arena *arena, const void *data, gsize len)
{
	const guint8 *bytes = data;
	char *text = arena_room(arena, 2 * len + 1);

	for (gsize i = 0; i < len; i++)
		g_snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	return text;
}

static void
free_chunks(ArenaChunk *chunk)
{
	while (chunk != NULL) {
		ArenaChunk *next = chunk->next;

		g_free(chunk);
		chunk = next;
	}
}

void
arena_reset(Arena *arena)
{
	ArenaChunk *kept = arena->chunks;

	arena->room = 0;
	if (kept == NULL)
		return;
	free_chunks(kept->next);
	kept->next = NULL;
	kept->used = 0;
	if (kept->size > CHUNK_SIZE)
		arena_clear(arena);
}

void
arena_clear(Arena *arena)
{
	free_chunks(arena->chunks);
	*arena = (Arena)ARENA_INIT;
}
