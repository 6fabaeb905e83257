/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/wasm/spec/spec.h: the parts of what runs the specification's tests, as
 * wast2json writes them.
 */
#ifndef TESTS_WASM_SPEC_H
#define TESTS_WASM_SPEC_H

#include <jansson.h>

#include "plugins/runtime-wasm/exec/exec.h"

/* "i32", ... as it is encoded. */
guint8 spec_type(const char *name);
/* A value that a test gives, {"type": ..., "value": ...}; FALSE: it cannot be
 * read. An external reference N is N + 1 here, 0 being null. */
gboolean spec_value(const json_t *value, guint64 *bits);
/* Whether a result is what a test wants, which may be any NaN of a kind. */
gboolean spec_is_wanted(const json_t *want, guint8 type, guint64 got);
/* "i32:5 f32:nan:canonical", for people; the caller frees it. */
char *spec_describe(const json_t *values);

/* What the tests may import: the module "spectest" without its memory and its
 * table, which a host that gives functions alone has not. */
extern const WasmLinks spec_links;
/* Whether all that the module imports is there. */
gboolean spec_has_imports(const WasmModule *module);

#endif
