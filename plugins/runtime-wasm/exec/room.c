/* SPDX-License-Identifier: Apache-2.0
 */
#include "plugins/runtime-wasm/exec/room.h"

#include <string.h>
#include <sys/mman.h>

/* At most so many are kept, of at most that size; a stack that was filled keeps
 * its pages. */
#define KEPT_MAX 16u
#define KEPT_SIZE ((gsize)18 << 20)
/* Less than that is faster to write than to be given anew. */
#define WRITTEN_MAX ((guint64)256 << 10)

static GMutex lock;
static WasmRoom kept[KEPT_MAX];
static guint n_kept;

static gsize
size_of(const WasmRoom *room)
{
	return MAX(room->memory + room->values + room->frames, 1);
}

/* Of the same size in all parts: the stack is not where another one has memory. */
static gboolean
take_kept(WasmRoom *room)
{
	gboolean found = FALSE;

	g_mutex_lock(&lock);
	for (guint i = n_kept; i-- > 0 && !found;) {
		if (kept[i].memory != room->memory ||
		    kept[i].values != room->values ||
		    kept[i].frames != room->frames)
			continue;
		*room = kept[i];
		kept[i] = kept[--n_kept];
		found = TRUE;
	}
	g_mutex_unlock(&lock);
	return found;
}

gboolean
wasm_room_take(WasmRoom *room)
{
	void *at;

	if (take_kept(room))
		return TRUE;
	at = mmap(NULL, size_of(room), PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	room->at = at != MAP_FAILED ? at : NULL;
	return room->at != NULL;
}

/* FALSE: it is not all zeroes. */
static gboolean
clear(const WasmRoom *room, guint64 used)
{
	const guint64 written = MIN(used, WRITTEN_MAX);

	if (written > 0)
		memset(room->at, 0, written);
	return used == written ||
		madvise(room->at + written, used - written, MADV_DONTNEED) == 0;
}

void
wasm_room_give(WasmRoom *room, guint64 used)
{
	gboolean keeps = FALSE;

	if (room->at == NULL)
		return;
	if (size_of(room) <= KEPT_SIZE && clear(room, used)) {
		g_mutex_lock(&lock);
		keeps = n_kept < KEPT_MAX;
		if (keeps)
			kept[n_kept++] = *room;
		g_mutex_unlock(&lock);
	}
	if (!keeps)
		munmap(room->at, size_of(room));
	room->at = NULL;
}
