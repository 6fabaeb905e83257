/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-wasm/machine/functions.h: what contracts import, as imports.c
 * lists it. `user` is the Frame.
 */
#ifndef WASM_FUNCTIONS_H
#define WASM_FUNCTIONS_H

#include "plugins/runtime-wasm/machine/frame.h"

#define IMPORT(name)                                                           \
	int32_t wasm_import_##name(void *user, WasmInstance *instance,         \
				   guint64 *values)

/* functions.c: what the call is, and what it gives. */
IMPORT(arg);
IMPORT(arg_count);
IMPORT(take);
IMPORT(register_len);
IMPORT(caller);
IMPORT(origin);
IMPORT(self);
IMPORT(function);
IMPORT(result);
IMPORT(revert);
IMPORT(log);
IMPORT(block_number);
IMPORT(block_time);
/* functions_state.c: the world. */
IMPORT(state_get);
IMPORT(state_put);
IMPORT(state_del);
IMPORT(iter);
IMPORT(iter_next);
IMPORT(iter_value);
IMPORT(emit);
IMPORT(call);
/* functions_crypto.c */
IMPORT(hash);
IMPORT(verify);

#define NOTHING ((guint64)G_MAXUINT32) /* -1 */

/* A part of the contract's memory; FALSE: it is not all there, and the function
 * returns wasm_import_outside. */
gboolean wasm_import_slice(WasmInstance *instance, guint64 at, guint64 len,
			   bsn_slice *slice);
int32_t wasm_import_outside(WasmInstance *instance);
/* Takes gas for `len` bytes at a price.
 * Errors: BSN_OUT_OF_BUDGET. */
int32_t wasm_import_pay(WasmInstance *instance, guint64 len, guint64 price);
/* Puts bytes into the register, and their length into values[0]. */
int32_t wasm_import_hold(Frame *frame, guint64 *values, bsn_slice bytes);

#endif
