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
#include <jansson.h>

/* As the interface of a contract: a new array of {"type":"function","name":NAME}, in
 * the module's order; "initialize" and "upgrade", which run at deployment only, as
 * {"type":NAME}. Empty: there are none, or it is no module. [any] */
json_t *wasm_exports_json(bsn_slice module);

#endif
