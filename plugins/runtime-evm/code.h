/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-evm/code.h: contract code, translated once into what the
 * interpreter runs.
 *
 * The translation cuts code into basic blocks. A block begins with an OP_BLOCK
 * that carries the static gas of the whole block and what it needs and adds on
 * the stack, so that both are checked once per block. A block ends where
 * control can leave (jumps, halts), before a JUMPDEST, and after any
 * instruction that looks at the exact remaining gas (GAS, SSTORE, calls,
 * creates). Running out of gas at a block's start instead of in its middle
 * makes no difference that anybody can see: the frame fails either way.
 *
 * Code behind a halt that no JUMPDEST precedes is never run and not translated.
 */
#ifndef PLUGINS_RUNTIME_EVM_CODE_H
#define PLUGINS_RUNTIME_EVM_CODE_H

#include <glib.h>

#include "plugins/runtime-evm/rules.h"
#include "plugins/runtime-evm/u256.h"

/* Operations besides those of opcodes.h. */
enum {
	OP_BLOCK = 256, /* gas; need, growth */
	OP_PUSH,        /* arg is the value */
	OP_PUSH_WIDE,   /* arg is an index into `wide` */
	OP_JUMP_TO,     /* a PUSH and a JUMP; arg is where to */
	OP_JUMPI_TO,
	OP_BAD_JUMP,    /* where jumps lead that have no JUMPDEST to go to */
	OP_UNDEFINED,
	OP_COUNT
};

typedef struct {
	uint16_t op;
	uint16_t gas; /* OP_BLOCK: static gas of the block */
	union {
		uint32_t arg;
		struct {
			uint16_t need;   /* items that it finds on the stack */
			uint16_t growth; /* items that it adds at most */
		};
	};
} Insn;

/* What the interpreter runs. */
typedef struct {
	Insn *insns;       /* begins with an OP_BLOCK */
	uint32_t *dests;   /* by offset: instruction of a JUMPDEST, or 0 */
	U256 *wide;
	uint32_t bad_jump; /* the block that fails */
} Program;

typedef struct {
	gatomicrefcount refs;
	uint32_t size;    /* bytes of code */
	uint8_t *bytes;
	Program *program; /* NULL until it is first run */
} Code;

/* Bytes of memory that a byte of code takes at most, once translated. */
#define CODE_MEMORY_FACTOR 21u

/* A copy of `size` bytes, which are less than 2^24. [any] */
Code *code_new(const uint8_t *bytes, uint64_t size);
Code *code_ref(Code *code);
/* code_unref(NULL) does nothing. */
void code_unref(Code *code);

/* The translation, made at the first call. A Code is run by one fork only.
 * [any] */
const Program *code_program(Code *code, Fork fork);

/* The instruction to go to for a JUMP to `offset`. */
static inline const Insn *
code_destination(const Code *code, const Program *program, const U256 *offset)
{
	uint32_t at = 0;

	if (u256_is_u64(offset) && offset->w[0] < code->size)
		at = program->dests[offset->w[0]];
	return program->insns + (at != 0 ? at : program->bad_jump);
}

/* ---- the cache: translated code by its hash and fork, of all chains ----- */

/* A new reference, or NULL. [any] */
Code *code_cache_find(const uint8_t *hash, Fork fork);
/* Remembers code under its hash; the least recently found ones go when the
 * cache takes more than 64 MiB. [any] */
void code_cache_add(const uint8_t *hash, Fork fork, Code *code);

#endif
