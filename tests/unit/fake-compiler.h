/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fake-compiler.h: `bsn.compiler/1` of the fake host: it has one
 * language and compiles nothing until the test says what came of it.
 */
#ifndef TESTS_UNIT_FAKE_COMPILER_H
#define TESTS_UNIT_FAKE_COMPILER_H

#include <bsn/ext/compiler.h>
#include <glib.h>

/* What the compiler was given, NUL-terminated; NULL when none runs. */
const char *fake_compiler_input(void);
/* Ends what runs with a status and an output or, unless it is BSN_OK, a reason.
 */
void fake_compiler_end(int32_t status, const char *text);

extern const bsn_compiler fake_compiler_table;

#endif
