/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-wasm/exec/room.h: address space for instances: memory as far as
 * it may grow, and the stack's values and frames. To map and unmap it takes longer
 * than a small call, so some of what was used is kept for the next one: memory is
 * all zeroes again, the stack is as it was left, which no instruction can see.
 */
#ifndef WASM_ROOM_H
#define WASM_ROOM_H

#include <glib.h>

typedef struct {
	guint8 *at; /* NULL: none. Memory, then values, then frames */
	gsize memory, values, frames; /* bytes */
} WasmRoom;

/* Fills in `at`. FALSE: there is no room. [any] */
gboolean wasm_room_take(WasmRoom *room);
/* `used` is how many bytes of memory there were. Without room it does nothing.
 * [any] */
void wasm_room_give(WasmRoom *room, guint64 used);

#endif
