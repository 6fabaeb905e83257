/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-evm/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include <glib.h>

#define CHUNK_BYTES 8192u

struct ArenaChunk {
	ArenaChunk *next;
	size_t used;
	alignas(max_align_t) uint8_t bytes[CHUNK_BYTES];
};

G_STATIC_ASSERT(ARENA_TAKE_MAX <= CHUNK_BYTES);

void *
arena_take(Arena *arena, size_t len)
{
	const size_t align = alignof(max_align_t);
	size_t rounded = (len + align - 1) / align * align;
	ArenaChunk *chunk = arena->chunks;
	void *taken;

	if (chunk == NULL || sizeof(chunk->bytes) - chunk->used < rounded) {
		chunk = g_new(ArenaChunk, 1);
		chunk->next = arena->chunks;
		chunk->used = 0;
		arena->chunks = chunk;
	}
	taken = chunk->bytes + chunk->used;
	chunk->used += rounded;
	return memset(taken, 0, len);
}

void
arena_reset(Arena *arena)
{
	ArenaChunk *chunk = arena->chunks;

	if (chunk == NULL)
		return;
	while (chunk->next != NULL) {
		arena->chunks = chunk->next;
		g_free(chunk);
		chunk = arena->chunks;
	}
	chunk->used = 0;
}

void
arena_clear(Arena *arena)
{
	arena_reset(arena);
	g_free(arena->chunks);
	arena->chunks = NULL;
}
