/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-wasm/machine/execution.h: one execution: calls of contracts in
 * calls of contracts, on an engine's state.
 *
 *	execute.c    what an engine asks, and its outcome
 *	execution.c  one call in it
 *	world.c      what such a call sees of the state
 *
 * On the thread of execute.
 */
#ifndef WASM_EXECUTION_H
#define WASM_EXECUTION_H

#include "plugins/runtime-wasm/machine/frame.h"
#include "plugins/runtime-wasm/machine/journal.h"

#define CALLS_DEEP_MAX 16u /* contracts in contracts */
/* Iterators that an execution opens, one behind the other too: an engine may walk
 * over much that was deleted in its block before it finds an entry, which nobody
 * pays for. */
#define ITERATORS_OPENED_MAX 1024u

typedef struct {
	Journal journal;
	const bsn_call *call; /* the outermost */
	const bsn_hash *hash;
	guint depth;
	guint iterators; /* opened so far */
} Execution;

/* What came of a call. */
typedef struct {
	int32_t status;
	GByteArray *output; /* borrowed from whoever asked */
	char reason[BSN_REASON_MAX];
	guint64 gas; /* before: that it may take; behind: that is left */
} Ending;

/* One call in an execution. */
typedef struct {
	Frame frame; /* first */
	Execution *execution;
	StoreKey prefix; /* of its contract's entries */
} StateFrame;

/* Calls a contract: one of the engine's own, or code. What it did is taken back
 * unless it ended with BSN_OK. Of `call` are looked at: flags, caller, contract,
 * function, input (arguments). */
void wasm_execution_call(Execution *execution, const bsn_call *call,
			 Ending *ending);
/* An invoke of which the execution says the rest. */
bsn_call wasm_execution_inner(const Execution *execution, gboolean read_only);
/* Runs a function (-1: none) of code in a contract's name; nothing is taken
 * back. */
void wasm_execution_run(Execution *execution, const bsn_call *call,
			WasmCode *code, gint64 function, Ending *ending);
void wasm_ending_set(Ending *ending, int32_t status, const char *format, ...)
	G_GNUC_PRINTF(3, 4);
/* Takes gas; FALSE: there is not enough, and it has ended. */
gboolean wasm_ending_pay(Ending *ending, guint64 gas);

/* world.c */
extern const WasmWorld wasm_state_world;

#endif
