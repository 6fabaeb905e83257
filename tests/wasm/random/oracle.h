/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/wasm/random/oracle.h: a second interpreter, as slow and as plain as the
 * specification reads: a stack of values, a stack of labels, instructions from
 * their bytes. It shares the reader of modules with the runtime, and the prices of
 * gas.h; nothing else.
 */
#ifndef TESTS_WASM_RANDOM_ORACLE_H
#define TESTS_WASM_RANDOM_ORACLE_H

#include "plugins/runtime-wasm/exec/exec.h"

/* A host function: its import, memory, values as WasmHostFunction.call. Returns
 * NULL or a trap. */
typedef const char *(*OracleHost)(void *user, const WasmImport *import,
				  guint8 *memory, guint64 len,
				  guint64 *values);

typedef struct {
	guint32 at;	/* where a branch goes; 0: out of the function */
	gboolean loops;
	guint32 height; /* of the stack below what a branch takes along */
	guint arity;
} OracleLabel;

typedef struct {
	guint64 *elements;
	guint32 n;
} OracleTable;

#define ORACLE_STACK 262144u

typedef struct {
	const WasmModule *module;
	WasmBounds bounds;
	OracleHost host;
	guint64 host_gas; /* before each call of it */
	void *user;

	guint8 *memory;
	guint32 pages, pages_max;
	guint64 *globals;
	OracleTable tables[WASM_TABLES_MAX];
	guint32 elements; /* of all tables */
	gboolean *data_dropped, *elements_dropped;
	/* By place in the module's bytes, behind an instruction: behind the else
	 * of an if, and behind the end of a block; gas from there, plus one; values that the instruction takes
	 * along. */
	guint32 *other, *end, *costs, *along;
	gboolean *scanned; /* by function */

	guint64 *stack;
	guint32 top;
	GArray *labels; /* of OracleLabel */
	guint32 depth;
	guint64 gas;
	const char *trap;
	guint32 function; /* that ended it */
} Oracle;

/* Returns: BSN_OK, BSN_FAULT (oracle->trap), BSN_OUT_OF_BUDGET, as
 * wasm_instance_new. The module is borrowed. */
int32_t oracle_init(Oracle *oracle, const WasmModule *module,
		    const WasmBounds *bounds);
void oracle_clear(Oracle *oracle);
/* As wasm_start and wasm_invoke; WASM_DONE, WASM_TRAP or WASM_OUT_OF_GAS. */
int oracle_start(Oracle *oracle);
int oracle_invoke(Oracle *oracle, guint32 function, guint64 *values);

/* ---- between its files ---------------------------------------------------- */

typedef struct {
	guint op;
	guint64 x, y;	/* immediates; of a block: its type */
	guint32 next;	/* where the next one is */
	guint32 labels; /* of br_table: where they are */
} OracleStep;

/* parse.c */
guint64 oracle_leb(const guint8 *bytes, guint32 *at);
OracleStep oracle_step(const guint8 *bytes, guint32 at);
/* Finds the ends of blocks. */
void oracle_scan(Oracle *oracle, guint32 function);
/* Gas from there up to the next instruction that may go elsewhere. */
guint32 oracle_cost(Oracle *oracle, guint32 function, guint32 at);
/* storage.c: memory and tables; all but numbers, control and locals. Returns
 * WASM_DONE, ... */
int oracle_storage(Oracle *oracle, const OracleStep *step);
guint64 oracle_constant(const Oracle *oracle, const WasmInit *init);

static inline guint64
oracle_pop(Oracle *oracle)
{
	return oracle->stack[--oracle->top];
}

static inline void
oracle_push(Oracle *oracle, guint64 value)
{
	oracle->stack[oracle->top++] = value;
}

#endif
