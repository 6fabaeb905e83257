/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-wasm/exec/exec.h: modules made to run.
 *
 * A module is translated once into code for the interpreter (WasmCode), which
 * threads share; an instance of it has memory, tables, globals and a stack of its
 * own. The stack is not C's, so an execution can wait: a host function that says
 * so leaves the interpreter, and wasm_resume goes on behind it.
 *
 * Gas is taken for a whole basic block when it is entered, by what its
 * instructions are as the specification has them (gas.h), so it does not depend on
 * how they are translated. All is deterministic: NaNs are canonical, and what
 * bounds a run (gas, depth, values on the stack, pages, elements) is the same
 * everywhere.
 */
#ifndef WASM_EXEC_H
#define WASM_EXEC_H

#include "plugins/runtime-wasm/module/module.h"

typedef struct WasmCode WasmCode;
typedef struct WasmInstance WasmInstance;

/* Translates; the code has the module from then on, also when it fails.
 * Returns: BSN_OK and code with one reference. Errors: BSN_TOO_LARGE. [any] */
int32_t wasm_code_new(WasmModule *module, WasmCode **code, bsn_err *err);
WasmCode *wasm_code_ref(WasmCode *code);   /* [any] */
void wasm_code_unref(WasmCode *code);      /* NULL is fine. [any] */
const WasmModule *wasm_code_module(const WasmCode *code);
gsize wasm_code_size(const WasmCode *code); /* bytes of memory, about */

/* What bounds an instance. */
typedef struct {
	guint32 pages;     /* of memory; memory.grow beyond it answers -1 */
	guint32 elements;  /* of all tables */
	guint32 values;    /* on the stack, 8 bytes each */
	guint32 depth;     /* calls in calls */
} WasmBounds;
#define WASM_BOUNDS_DEFAULT                                                    \
	((WasmBounds){ .pages = 256, .elements = 65536, .values = 131072,      \
		       .depth = 1024 })

/* How an execution stands. */
#define WASM_DONE 0       /* it returned */
#define WASM_TRAP 1       /* wasm_trap_text says which, in the words of the
			   * specification's tests */
#define WASM_OUT_OF_GAS 2
#define WASM_STOPPED 3    /* a host function ended it: wasm_stop_status */
#define WASM_WAITING 4    /* a host function waits: wasm_resume */

/* A function that modules may import. */
typedef struct {
	const char *module, *name;
	const char *type;  /* parameters, colon, result if any: i I f F for i32
			    * i64 f32 f64: "iiI:i" */
	guint64 gas;       /* taken before each call */
	/* `values` has the arguments, and takes the result in values[0]; an i32
	 * is in the lower half, upper half 0.
	 * Returns: BSN_OK; WASM_WAIT: goes on with wasm_resume, which gives the
	 * result; anything else stops the execution with that status. */
	int32_t (*call)(void *user, WasmInstance *instance, guint64 *values);
} WasmHostFunction;
#define WASM_WAIT G_MININT32

/* What an instance is linked with; lives as long as it. */
typedef struct {
	const WasmHostFunction *functions; /* the same as long as code lives */
	guint n;
	void *user;
	/* Immutable globals that modules may import, for tests; may be NULL.
	 * Returns whether there is one. */
	gboolean (*global)(void *user, const WasmImport *import, guint8 type,
			   guint64 *value);
} WasmLinks;

/* Makes an instance: links it, initialises globals, tables and memory by active
 * segments. The start function has not run: wasm_start runs it, if there is one.
 * Returns: BSN_OK. Errors: BSN_FAULT: an import that is not there, or of another
 * type ("unknown import env.x"); BSN_OUT_OF_BUDGET: bounds; BSN_E_NOMEM; *trap is set, and
 * BSN_FAULT returned, where a segment does not fit. [any] */
int32_t wasm_instance_new(WasmCode *code, const WasmLinks *links,
			  const WasmBounds *bounds, WasmInstance **instance,
			  const char **trap, bsn_err *err);
void wasm_instance_free(WasmInstance *instance); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WasmInstance, wasm_instance_free)

/* Gas that is left, at most G_MAXINT64. It ends with WASM_OUT_OF_GAS, and 0 left. */
void wasm_set_gas(WasmInstance *instance, guint64 gas);
guint64 wasm_gas(const WasmInstance *instance);
/* For host functions: takes gas; FALSE: there is not enough, the function returns
 * BSN_OUT_OF_BUDGET. */
gboolean wasm_use_gas(WasmInstance *instance, guint64 gas);

/* A reference is 0 when null; a function is its index plus one; an external one
 * is whatever the host gave, not 0.
 *
 * Runs the start function, or a function with as many arguments as its type has;
 * results replace them (`values` has room for the more of both). Nothing else of
 * the instance may run or wait. Returns: WASM_DONE, ... */
int wasm_start(WasmInstance *instance);
int wasm_invoke(WasmInstance *instance, guint32 function, guint64 *values);
/* Goes on behind the host function that waited, with its result. `values` as
 * above. */
int wasm_resume(WasmInstance *instance, guint64 result, guint64 *values);
const char *wasm_trap_text(const WasmInstance *instance);
/* The function that was running when it ended, by index. */
guint32 wasm_trap_function(const WasmInstance *instance);
int32_t wasm_stop_status(const WasmInstance *instance);

/* Memory, for host functions: NULL when it is not all inside (the function then
 * returns wasm_trap(instance, "out of bounds memory access")). The pointer is
 * valid until the instance runs again. len 0 inside gives a pointer, too. */
guint8 *wasm_memory(WasmInstance *instance, guint32 at, guint64 len);
/* Makes a host function's return end in WASM_TRAP with this constant text. */
int32_t wasm_trap(WasmInstance *instance, const char *text);
/* Exported globals, for tests. */
gboolean wasm_global(const WasmInstance *instance, guint32 index,
		     guint64 *value);

#endif
