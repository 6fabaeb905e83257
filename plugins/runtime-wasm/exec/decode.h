/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-wasm/exec/decode.h: instructions of a valid body, one by one
 * (WebAssembly 2.0, section 5.4).
 */
#ifndef WASM_DECODE_H
#define WASM_DECODE_H

#include <glib.h>

typedef struct {
	guint op;     /* opcode; 0xfc00 and what follows 0xfc */
	/* Immediates: an index, a constant's bits, an offset; a second index.
	 * Of a block: its type, as section 5.4.1 has it. Of br_table: how many
	 * labels there are before the default one; they follow. */
	guint64 x, y;
} WasmInstruction;

/* Bodies are valid, so their ends are not looked for. */
guint64 wasm_leb_u(const guint8 **at);
gint64 wasm_leb_s(const guint8 **at);
void wasm_decode(const guint8 **at, WasmInstruction *instruction);
/* Goes over the labels of a br_table. */
void wasm_skip_labels(const guint8 **at, guint64 n);

#endif
