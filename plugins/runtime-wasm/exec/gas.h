/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-wasm/exec/gas.h: what instructions cost.
 *
 * One is about what an addition takes. Gas is taken at once for a run of
 * instructions: from where the code is entered (a function's beginning, the
 * target of a branch, or behind one that was not taken or a call that came back)
 * up to and with the next instruction that may go elsewhere (br, br_if, br_table,
 * if, a reachable else, return, call, call_indirect, unreachable, the end of a
 * function). So each instruction is paid for exactly once when it is executed,
 * and before it is.
 */
#ifndef WASM_GAS_H
#define WASM_GAS_H

#include <glib.h>

#define WASM_GAS_CALL 4         /* call; call_indirect twice as much */
#define WASM_GAS_LOCALS 8u      /* locals that one gas makes zero, by a callee */
#define WASM_GAS_DIVISION 6     /* division, remainder, square root */
#define WASM_GAS_BR_TABLE 2
/* Values that one gas takes along, by a branch, taken or not, a return, or the
 * end of a function: what three or fewer take is in the instruction's price. */
#define WASM_GAS_VALUES 4u
#define WASM_GAS_BULK 8         /* bulk instructions, memory.grow, table.* */
/* On top, before it is done, when it will be done: */
#define WASM_GAS_PAGE 5000u     /* per page of memory.grow, which the system
				 * clears when it is touched */
#define WASM_GAS_BYTES 64u      /* bytes of memory that one gas moves */
#define WASM_GAS_ELEMENTS 8u    /* elements of a table that one gas moves */

/* The cost of an instruction: its opcode, or 0xfc00 and what follows 0xfc. */
static inline guint32
wasm_gas_of(guint opcode)
{
	switch (opcode) {
	case 0x01: case 0x02: case 0x03: case 0x05: case 0x0b:
		return 0; /* nop block loop end; else: one when reached */
	case 0x10:
		return WASM_GAS_CALL;
	case 0x11:
		return 2 * WASM_GAS_CALL;
	case 0x0e:
		return WASM_GAS_BR_TABLE;
	case 0x6d: case 0x6e: case 0x6f: case 0x70:
	case 0x7f: case 0x80: case 0x81: case 0x82:
	case 0x91: case 0x95: case 0x9f: case 0xa3:
		return WASM_GAS_DIVISION;
	case 0x40:
		return WASM_GAS_BULK;
	}
	return opcode >= 0xfc08 ? WASM_GAS_BULK : 1;
}

#endif
