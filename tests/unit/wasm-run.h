/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/wasm-run.h: instances of modules written as wasm-bytes.h has them.
 */
#ifndef TESTS_UNIT_WASM_RUN_H
#define TESTS_UNIT_WASM_RUN_H

#include "plugins/runtime-wasm/exec/exec.h"

/* An instance with gas enough, bounds by default; links may be NULL. */
WasmInstance *wasm_run_instance(const char *text, const WasmLinks *links);
WasmInstance *wasm_run_bounded(const char *text, const WasmLinks *links,
			       const WasmBounds *bounds);

#endif
