/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/codec/arena.h: memory that is given in small pieces and
 * taken back all at once, with a limit. Decoded messages lie in one, so that
 * nobody frees them one by one, and hostile bytes cannot ask for more.
 *
 * An arena belongs to one thread at a time.
 */
#ifndef KIT_CODEC_ARENA_H
#define KIT_CODEC_ARENA_H

#include <glib.h>

typedef struct ArenaChunk ArenaChunk;

typedef struct {
	ArenaChunk *chunks; /* the one that is being filled first */
	gsize room;         /* bytes that may still be given */
} Arena;

/* Begins empty, with no room; zeroed memory is the same. */
#define ARENA_INIT { NULL, 0 }

/* Lets `bytes` more be given. */
void arena_allow(Arena *arena, gsize bytes);
/* Memory aligned for anything and not cleared, until arena_reset or
 * arena_clear; NULL when there is no room. */
void *arena_take(Arena *arena, gsize size);
/* The same beyond any limit, cleared: for what the program itself puts in. */
void *arena_room(Arena *arena, gsize size);
/* The same with a copy of `len` bytes and a NUL behind. */
char *arena_copy(Arena *arena, const void *data, gsize len);
/* The same with the bytes as two hexadecimal digits each. */
char *arena_hex(Arena *arena, const void *data, gsize len);

/* Takes back everything and leaves no room; keeps a chunk for the next use. */
void arena_reset(Arena *arena);
/* Takes back everything and frees it. */
void arena_clear(Arena *arena);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Arena, arena_clear)

#endif
