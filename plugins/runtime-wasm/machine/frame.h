/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-wasm/machine/frame.h: one call of one contract: what it was
 * given, what it has given, and its instance. The world around it, an engine's
 * state or the peer of a chaincode, is behind WasmWorld.
 *
 *	frame.c      its instance, from the beginning to the end
 *	functions.c  what contracts import
 *	imports.c    the same as a table
 *	iterator.c   entries in order
 */
#ifndef WASM_FRAME_H
#define WASM_FRAME_H

#include <bsn/crypto.h>
#include <bsn/helpers/bytes.h>

#include "plugins/kit/arguments.h"
#include "plugins/runtime-wasm/exec/exec.h"
#include "plugins/runtime-wasm/machine/iterator.h"
#include "plugins/runtime-wasm/machine/store.h"

#define CONTRACT_EVENT_MAX 32u /* bytes of an event's name */
#define CONTRACT_DATA_MAX (1u << 20) /* of an event, an output, a reason */
#define CONTRACT_LOG_MAX (16u << 10) /* of all lines of a call */
#define CONTRACT_ITERATORS_MAX 16u
#define CONTRACT_NAME_MAX 255u /* of a contract's and a function that it calls */

typedef struct Frame Frame;

/* Where entries are, events go, and other contracts. A function may answer
 * WASM_WAIT, and has wasm_frame_resume called later. What is asked is inside the
 * contract's memory. Any status that is not named stops the call with it. */
typedef struct {
	/* The value into `held`. BSN_OK, BSN_NOT_FOUND. */
	int32_t (*get)(Frame *frame, bsn_slice key);
	/* BSN_OK. */
	int32_t (*put)(Frame *frame, bsn_slice key, bsn_slice value);
	int32_t (*del)(Frame *frame, bsn_slice key);
	/* Fills a new iterator with what this execution has written. BSN_OK. */
	int32_t (*open)(Frame *frame, WasmIterator *iterator);
	/* Fetches its next page. BSN_OK. */
	int32_t (*fetch)(Frame *frame, WasmIterator *iterator);
	/* BSN_OK. */
	int32_t (*emit)(Frame *frame, bsn_slice name, bsn_slice data);
	/* Output or reason into `held`, and *ended is how the called one ended:
	 * BSN_OK or a status above 0. BSN_OK. */
	int32_t (*call)(Frame *frame, bsn_slice contract,
			bsn_slice function, bsn_slice arguments,
			int32_t *ended);
	/* A line for whoever looks for a fault. May be NULL. */
	void (*log)(Frame *frame, bsn_slice text);
} WasmWorld;

typedef struct {
	bsn_slice name, value;
} WasmArgument;

struct Frame {
	const WasmWorld *world;
	/* What it was given; borrowed. */
	bsn_slice self, caller, origin, function;
	WasmArgument *arguments;
	guint n_arguments;
	guint64 number, time_ms; /* of the block */
	const bsn_hash *hash;	 /* of the chain */
	gboolean read_only;
	/* What it has given. */
	GByteArray *output; /* result, or what a revert said */
	char reason[BSN_REASON_MAX];
	/* How it stands. */
	GByteArray *held; /* "the register" */
	gsize logged;
	WasmIterator *iterators[CONTRACT_ITERATORS_MAX];
	guint n_iterators;
	WasmIterator *waits; /* iter_next goes on with it */
	WasmLinks links;
	WasmInstance *instance;
	gint64 entry; /* function to run behind the start function; -1: none */
	guint64 values[1];
};

/* A zeroed frame whose given part the caller then fills in. */
void wasm_frame_init(Frame *frame, const WasmWorld *world);
void wasm_frame_clear(Frame *frame);
/* Reads arguments, which are borrowed.
 * Errors: BSN_FAULT: they are broken, or too many; with the reason. */
int32_t wasm_frame_arguments(Frame *frame, bsn_slice arguments);

/* The gas of a call of this code, taken before it begins. */
guint64 wasm_frame_price(const WasmCode *code);
/* Begins: makes an instance, runs the start function and then `entry` (-1: none).
 *
 * Returns: BSN_OK: it has returned; WASM_WAIT: wasm_frame_resume.
 * Errors:  BSN_REVERTED, BSN_OUT_OF_BUDGET, BSN_FAULT, ..., below 0: how it
 *          failed, with the reason. */
int32_t wasm_frame_begin(Frame *frame, WasmCode *code, gint64 entry,
			 guint64 gas);
/* Goes on behind a function that waited, with its result. As begin. */
int32_t wasm_frame_resume(Frame *frame, guint64 result);
/* Ends a call that waits, as begin does with that status. */
guint64 wasm_frame_gas(const Frame *frame); /* that is left */

/* Sets the reason, and returns the status. */
int32_t wasm_frame_fail(Frame *frame, int32_t status, const char *format,
			...) G_GNUC_PRINTF(3, 4);

/* ---- answers that functions of the world give later ----------------------- */

/* What a get's status means to the contract: the result of state_get. It takes
 * gas. Errors: as the world's. */
int32_t wasm_frame_got(Frame *frame, int32_t status, guint64 *result);
/* The same of iter_next, when the page of frame->waits has come. It may wait
 * again. */
int32_t wasm_frame_next(Frame *frame, guint64 *result);
/* The same of a call. */
int32_t wasm_frame_called(Frame *frame, int32_t ended, guint64 *result);

/* ---- imports.c ------------------------------------------------------------ */

#define WASM_IMPORT_MODULE "bsn"
extern const WasmHostFunction wasm_imports[];
extern const guint wasm_imports_n;

#endif
