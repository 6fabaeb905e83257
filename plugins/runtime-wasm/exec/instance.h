/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-wasm/exec/instance.h: an instance, and what the interpreter
 * leaves to functions.
 */
#ifndef WASM_INSTANCE_H
#define WASM_INSTANCE_H

#include "plugins/runtime-wasm/exec/code.h"
#include "plugins/runtime-wasm/exec/room.h"

/* A call that has not returned: where it stands, and its frame. */
typedef struct {
	const WasmOp *pc;
	guint64 *fp;
} WasmFrame;

/* An element is 0 (null), or a function's index plus one, or what the host gave
 * as an external reference. */
typedef struct {
	guint64 *elements;
	guint32 n, max;
	guint32 room; /* elements that there is memory for */
} WasmTableState;

struct WasmInstance {
	WasmCode *code;
	const WasmLinks *links;
	const WasmHostFunction *const *hosts; /* by imported function */
	WasmLinked *linked;   /* where they are, unless in the code */
	WasmBounds bounds;

	guint8 *memory;       /* room as far as it may grow */
	guint64 memory_len;   /* bytes there are */
	guint32 pages, pages_max;
	guint64 *globals;
	WasmTableState *tables;
	guint64 elements;     /* of all tables */
	gboolean *data_dropped, *elements_dropped;

	guint64 *values;      /* the stack of frames' slots */
	WasmFrame *frames;
	WasmRoom room;        /* where all three are */

	/* What is in registers while it runs. */
	gint64 gas;
	const WasmOp *pc;
	guint64 *fp;
	WasmFrame *frame;     /* the next one */

	const char *trap;
	int32_t stop;
	guint32 function;     /* which one was invoked */
};

/* Goes on from pc. Returns: WASM_DONE, ... */
int wasm_run(WasmInstance *instance);

/* Units of outside functions: `fp` is the frame, `pc` the unit. They take gas.
 * Returns: NULL, or the trap; wasm_no_gas. */
extern const char wasm_no_gas[];
#define X(name, function)                                                      \
	const char *function(WasmInstance *instance, guint64 *fp,              \
			     const WasmOp *pc);
WASM_OUTSIDE(X)
#undef X

/* The active segments. Returns: NULL, or the trap. */
const char *wasm_place_segments(WasmInstance *instance);
/* The value of a constant expression. */
guint64 wasm_init_value(const WasmInstance *instance, const WasmInit *init);

/* link.c: fills in hosts and imported globals.
 * Returns: BSN_OK or BSN_FAULT. */
int32_t wasm_link(WasmInstance *instance, bsn_err *err);

#endif
