/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-wasm/machine/code.h: the code of contracts: what is deployed,
 * and translated code, found by its digest.
 */
#ifndef WASM_MACHINE_CODE_H
#define WASM_MACHINE_CODE_H

#include "plugins/kit/wasm_exports.h"
#include "plugins/runtime-wasm/exec/exec.h"
#include "plugins/runtime-wasm/machine/journal.h"
#include "plugins/runtime-wasm/machine/store.h"

/* A function that can be called, by its name: exported, without parameters and
 * results, by a name that is callable (kit/wasm_exports.h).
 * Returns: its index; -1: there is none. [any] */
gint64 wasm_callable(const WasmModule *module, bsn_slice name);
/* An exported function of that type by any name; -1. [any] */
gint64 wasm_own_function(const WasmModule *module, const char *name);
gboolean wasm_is_entry_type(const WasmModule *module, guint32 function);

/* Parts what a create is given (bsn/runtime.h, "Arguments"). What is no module
 * stays whole. [any] */
void wasm_split(bsn_slice input, bsn_slice *module, bsn_slice *arguments);

/* Reads and translates, with the policy's refusals ("1" or "1-floats").
 * Errors: BSN_FAULT, BSN_TOO_LARGE. [any] */
int32_t wasm_code_make(bsn_slice module, gboolean floats, WasmCode **code,
		       bsn_err *err);
/* Whether rules of a chain take floats.
 * Errors: BSN_E_INVALID: there are no such rules. [any] */
int32_t wasm_rules(const char *rules, gboolean *floats, bsn_err *err);

/* A contract's code: BSN_OK and a new reference; BSN_NOT_FOUND: there is no such
 * contract. Its bytes are paid for before they are translated, in the cache or not.
 * Errors: BSN_OUT_OF_BUDGET, and no gas is left; the state's; BSN_E_CORRUPT. On the
 * thread of execute. */
int32_t wasm_code_of(Journal *journal, bsn_slice contract, guint64 *gas,
		     WasmCode **code);
/* Makes it a contract's. Errors: BSN_OUT_OF_BUDGET. */
int32_t wasm_code_keep(Journal *journal, bsn_slice contract, bsn_slice module,
		       WasmCode *code);

/* ---- cache.c: translated code by its digest, of all chains ---------------- */

/* A new reference, or NULL. [any] */
WasmCode *wasm_cache_find(const guint8 *digest);
/* Remembers it; the least recently found ones go when the cache takes more than
 * WASM_CACHE_MAX bytes. [any] */
#define WASM_CACHE_MAX (128u << 20)
void wasm_cache_add(const guint8 *digest, WasmCode *code);
/* Bytes that it takes, about. For tests. */
guint64 wasm_cache_size(void);
/* Forgets all, as a node that begins. For tests. */
void wasm_cache_clear(void);

#endif
