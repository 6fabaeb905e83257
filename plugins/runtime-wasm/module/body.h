/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-wasm/module/body.h: the validation of functions' bodies, by
 * the algorithm of the specification's appendix: a stack of operands' types and
 * a stack of blocks, one pass, nothing recursive.
 */
#ifndef WASM_BODY_H
#define WASM_BODY_H

#include "plugins/runtime-wasm/module/sections.h"

/* The type of an operand that code which is never reached makes up. */
#define UNKNOWN_TYPE 0

typedef struct {
	guint8 op;        /* block, loop, if, else; 0: the body itself */
	gboolean unreachable; /* the rest of it is never reached */
	guint height;     /* of the operand stack below it */
	WasmType type;    /* what it takes and gives */
} Block;

typedef struct {
	Reader *reader;
	const WasmFunc *func;
	guint8 operands[WASM_OPERANDS_MAX];
	guint n_operands;
	Block blocks[WASM_NESTING_MAX];
	guint n_blocks;
} Body;

gboolean wasm_is_opcode(guint8 op);
/* Reads and checks the next instruction. */
void wasm_check_instruction(Body *body);

/* Operands. */
void body_push(Body *body, guint8 type);
guint8 body_pop(Body *body, guint8 type); /* what was there; or UNKNOWN_TYPE */
guint8 body_pop_any(Body *body);
void body_push_all(Body *body, guint n, const guint8 *types);
void body_pop_all(Body *body, guint n, const guint8 *types);
/* Whether these are on top, which stay. */
void body_want_all(Body *body, guint n, const guint8 *types);

/* Blocks. Depth 0 is the innermost. */
Block *body_block(Body *body, guint depth);
void body_open(Body *body, guint8 op, const WasmType *type);
Block body_close(Body *body);
void body_unreachable(Body *body);

#endif
