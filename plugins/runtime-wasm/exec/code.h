/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-wasm/exec/code.h: translated code.
 */
#ifndef WASM_CODE_H
#define WASM_CODE_H

#include "plugins/runtime-wasm/exec/exec.h"
#include "plugins/runtime-wasm/exec/ops.h"

/* A unit of code. An instruction is one or two (the shapes in ops.h). While a
 * function is translated, `number` is which instruction it is, and gas fields are
 * numbers of entries; afterwards `label` is where the interpreter has it. */
typedef struct {
	union {
		struct {
			union {
				const void *label;
				gsize number;
			};
			union {
				struct {
					guint16 d, a; /* slots */
				};
				guint32 gas; /* of a jump */
			};
			union {
				struct {
					guint16 b, c;
				};
				gint32 imm;
				gint32 to; /* units from this one */
			};
		};
		struct { /* a second unit */
			guint32 taken, untaken; /* gas */
			guint64 value;
		};
	};
} WasmOp;

/* A function. */
typedef struct {
	const WasmOp *ops;
	gsize at, n;     /* units, in the whole code */
	guint32 gas;     /* from its beginning */
	guint32 slots;   /* of its frame: locals, then the stack's places */
	guint32 params, results;
	guint32 zeroes;  /* locals that are no parameters */
	guint32 type;    /* the first type that is equal to its type */
	gboolean narrow; /* its one result has 32 bits */
} WasmBody;

/* The host functions that imported ones are. */
typedef struct {
	const WasmHostFunction *functions; /* among which they were found */
	const WasmHostFunction *hosts[];   /* by imported function */
} WasmLinked;

struct WasmCode {
	gint refs;       /* atomic */
	WasmModule *module;
	WasmOp *ops;
	gsize n_ops;
	WasmBody *bodies; /* of all functions; imported ones call the host */
	guint32 *types;   /* by type: the first one that is equal */
	WasmLinked *linked; /* atomic: the first that was; NULL: none */
	WasmOp exit[3];   /* where the outermost function returns to */
};

/* Most slots of a frame, so that a slot is 16 bits. */
#define WASM_SLOTS_MAX 65000u
/* Most units of a module's code. */
#define WASM_OPS_MAX (4u << 20)

/* Where the interpreter has each instruction, by number. */
const void *const *wasm_labels(void);

/* Translates all functions into code->ops and code->bodies.
 * Returns: BSN_OK or BSN_TOO_LARGE. */
int32_t wasm_translate(WasmCode *code, bsn_err *err);

#endif
