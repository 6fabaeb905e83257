/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-native/code.h: a package of type "native": its code is one
 * file, native.json {"contract": "evidence", "version": 2}.
 */
#ifndef RUNTIME_NATIVE_CODE_H
#define RUNTIME_NATIVE_CODE_H

#include "plugins/runtime-native/native.h"

#define NATIVE_TYPE "native"
#define NATIVE_FILE "native.json"

/* Says which compiled contract a package is; version is 1 when it says none.
 *
 * Returns: BSN_OK.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE: the reason says what is wrong.
 * [any] */
int32_t native_code_read(bsn_slice package, const NativeContract **contract,
			 guint *version, bsn_err *err);

#endif
