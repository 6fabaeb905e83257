/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-wasm/machine/package.h: a module in a chaincode package of type
 * "wasm": the one file of its code whose name ends with ".wasm". Beside it the
 * engine's META-INF may be. [any]
 */
#ifndef WASM_PACKAGE_H
#define WASM_PACKAGE_H

#include <bsn/base.h>
#include <glib.h>

#define WASM_PACKAGE_TYPE "wasm"
#define RULE_PACKAGE "wasm-package"

/* Whether it is gzipped, which no module is. */
gboolean wasm_is_package(bsn_slice bytes);
/* Errors: BSN_BAD_REQUEST, BSN_TOO_LARGE. */
int32_t wasm_package_read(bsn_slice package, GBytes **module, bsn_err *err);

#endif
