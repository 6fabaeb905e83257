/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/wasm/random/numeric.h: numeric instructions, one by one as section 4.3 of
 * the specification defines them, in the plainest C. Values are bits in 64; an
 * i32 or f32 has zeroes above. NaNs that are made are the positive canonical one.
 */
#ifndef TESTS_WASM_RANDOM_NUMERIC_H
#define TESTS_WASM_RANDOM_NUMERIC_H

#include <glib.h>

/* What an instruction takes and gives, letters as WasmHostFunction.type has them:
 * "ii:i". `op` as decode.h has opcodes. NULL: it is none of these. */
const char *numeric_type(guint op);
/* Returns: NULL, or what it traps with. */
const char *numeric_do(guint op, guint64 a, guint64 b, guint64 *result);

#endif
