/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/wasm_exports.h: which functions of a WebAssembly module can be called
 * as a contract's: those that it exports, without parameters and results, whose
 * name does not begin with "_". Modules that a runtime has taken are well-formed;
 * of what is none, nothing is told.
 */
#ifndef BSN_KIT_WASM_EXPORTS_H
#define BSN_KIT_WASM_EXPORTS_H

#include <bsn/base.h>
#include <glib.h>
#include <jansson.h>

/* What runs at deployment only. */
#define WASM_INITIALIZE "initialize"
#define WASM_UPGRADE "upgrade"

/* Whether a function of that name may be called, if it is exported and of the
 * type that callable ones have. [any] */
gboolean wasm_name_is_callable(bsn_slice name);

/* As the interface of a contract: a new array of
 * {"type":"function","name":NAME}, in the module's order; those that run at
 * deployment only as {"type":NAME}. Empty: there are none, or it is no module.
 * [any] */
json_t *wasm_exports_json(bsn_slice module);

#endif
