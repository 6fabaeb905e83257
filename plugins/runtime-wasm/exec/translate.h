/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-wasm/exec/translate.h: the translator's state.
 *
 * The stack of operands is known at each instruction, so it needs no stack when
 * it runs: each operand has a place, a slot of the frame behind the locals.
 * local.get and constants translate into nothing; they are remembered as what the
 * operand is, and whoever takes it names the local or the number. Only where
 * control flow meets (and before a local is overwritten) must operands be in
 * their places.
 */
#ifndef WASM_TRANSLATE_H
#define WASM_TRANSLATE_H

#include "plugins/runtime-wasm/exec/code.h"
#include "plugins/runtime-wasm/exec/decode.h"

/* What an operand is. */
#define WASM_IN_PLACE 0
#define WASM_IN_LOCAL 1
#define WASM_NUMBER 2

typedef struct {
	guint kind;
	guint32 next;  /* of a local: the operand below that is the same, plus
			* one; 0: none */
	guint64 value; /* the local, or the number */
} WasmOperand;

/* A block, loop, if, or the function itself. */
typedef struct {
	guint op;         /* its opcode; 0: the function */
	guint32 base;     /* operands below its parameters */
	guint params, results;
	guint32 start, entry; /* of a loop: unit, and its gas */
	guint32 branches; /* to its end: the last one, plus one; they are chained
			   * through `to` */
	guint32 other;    /* of an if: the branch to else, plus one */
	guint32 stub;     /* of a br_table: as branches, to where operands are
			   * moved */
} WasmControl;

/* Where code is entered: gas is what has accumulated at the end of that run, less
 * what had at the entry. */
typedef struct {
	guint32 from, run;
} WasmEntry;

typedef struct {
	WasmCode *code;
	const WasmModule *module;
	guint locals;      /* of the function */
	GArray *ops;       /* of WasmOp: all functions */
	guint32 begin;     /* this function's first unit */
	GArray *operands;  /* of WasmOperand */
	guint32 settled;   /* this many lowest ones are in their places */
	guint32 highest;   /* most operands there were */
	guint32 *last_use; /* by local: its topmost operand, plus one */
	GArray *controls;  /* of WasmControl */
	GArray *stubs;     /* of guint: depths with a stub */
	gboolean dead;     /* behind a branch */
	guint dead_blocks; /* begun there */

	GArray *entries;   /* of WasmEntry; the first is for nothing */
	GArray *runs;      /* of guint32: what had accumulated at its end */
	guint32 gas;       /* accumulated */

	/* The slot whose value the result register has; -1: none. */
	gint32 result;
	/* The last instruction, if it ends the code, and nothing may come
	 * between: its unit plus one, and what `result` was before it. The same
	 * of the one that is right before it. */
	guint32 last, previous;
	gint32 last_result, previous_result;
} WasmTranslator;

#define WASM_OPERAND(t, i) (&g_array_index((t)->operands, WasmOperand, i))
#define WASM_CONTROL(t, i) (&g_array_index((t)->controls, WasmControl, i))
#define WASM_UNIT(t, i) (&g_array_index((t)->ops, WasmOp, i))

/* operands.c */
guint16 wasm_place(const WasmTranslator *t, guint32 operand);
void wasm_push(WasmTranslator *t, guint kind, guint64 value);
/* Pushes an operand in its place, which the instruction fills. */
guint16 wasm_push_place(WasmTranslator *t);
void wasm_pop(WasmTranslator *t, guint n);
/* Where an operand can be read. A number is put into its place. */
guint16 wasm_slot(WasmTranslator *t, guint32 operand);
/* Puts the topmost n operands, or the n below the topmost one, into their
 * places. */
void wasm_settle(WasmTranslator *t, guint n);
void wasm_settle_below(WasmTranslator *t, guint n);
/* The topmost operand into a slot. */
void wasm_move_top(WasmTranslator *t, guint16 to);
void wasm_local_get(WasmTranslator *t, guint32 local);
void wasm_local_set(WasmTranslator *t, guint32 local);
void wasm_local_tee(WasmTranslator *t, guint32 local);

/* emit.c: units, runs of gas. The pointer is valid until the next one. */
WasmOp *wasm_emit(WasmTranslator *t, guint op);
/* An instruction that leaves its result in slot `to` and in the register (or,
 * from a float, only in the slot). */
WasmOp *wasm_emit_to(WasmTranslator *t, guint op, guint16 to);
WasmOp *wasm_emit_float(WasmTranslator *t, guint op, guint16 to);
void wasm_emit_number(WasmTranslator *t, guint16 to, guint64 value);
/* The last instruction if its destination is that slot; NULL: it is not. It may
 * be taken back; what it read as the result register is in its slot, too. */
WasmOp *wasm_last_to(const WasmTranslator *t, guint16 slot);
void wasm_take_back(WasmTranslator *t);
/* Nothing is known of what came before: control flow meets here. */
void wasm_meet(WasmTranslator *t);
guint32 wasm_entry(WasmTranslator *t);
void wasm_end_run(WasmTranslator *t);

/* fuse.c: makes the second-th commuting instruction, on the topmost two operands,
 * one with what made one of them. FALSE: it cannot. */
gboolean wasm_fuse(WasmTranslator *t, guint second, gboolean wide);

/* arithmetic.c, access.c, control.c, calls.c: FALSE: not theirs. */
gboolean wasm_arithmetic(WasmTranslator *t, const WasmInstruction *in);
gboolean wasm_access(WasmTranslator *t, const WasmInstruction *in);
/* The topmost operands are the results. */
void wasm_return(WasmTranslator *t);
gboolean wasm_calls(WasmTranslator *t, const WasmInstruction *in);
gboolean wasm_control(WasmTranslator *t, const WasmInstruction *in,
		      const guint8 **at);
/* An unreachable block, else or end. FALSE: another instruction. */
gboolean wasm_dead_control(WasmTranslator *t, const WasmInstruction *in);
/* The function's own block. */
void wasm_begin(WasmTranslator *t, const WasmType *type);

/* arithmetic.c: a branch when the topmost operand (which is popped) is not 0, or
 * is 0; to be completed: `to`, `taken`, and `untaken` of the second unit.
 * Returns: its unit. */
guint32 wasm_emit_if(WasmTranslator *t, gboolean zero);

#endif
