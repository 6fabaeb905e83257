/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-evm/arena.h: memory for many small things that go at once.
 *
 * On the thread of execute.
 */
#ifndef PLUGINS_RUNTIME_EVM_ARENA_H
#define PLUGINS_RUNTIME_EVM_ARENA_H

#include <stddef.h>

typedef struct ArenaChunk ArenaChunk;

/* Zeroed: empty. */
typedef struct {
	ArenaChunk *chunks; /* the newest first */
} Arena;

/* Zeroed memory, aligned for anything; at most ARENA_TAKE_MAX bytes. */
#define ARENA_TAKE_MAX 1024u
void *arena_take(Arena *arena, size_t len);
/* Empties it, and keeps a little for what comes next. */
void arena_reset(Arena *arena);
void arena_clear(Arena *arena);

#endif
