/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/wasm/random/random.h: modules by chance: of a seed, the same everywhere.
 */
#ifndef TESTS_WASM_RANDOM_RANDOM_H
#define TESTS_WASM_RANDOM_RANDOM_H

#include "plugins/runtime-wasm/exec/exec.h"

typedef struct {
	guint64 state;
} Random;

guint64 random_next(Random *random);
guint random_below(Random *random, guint n); /* n not 0 */
gboolean random_one_in(Random *random, guint n);
/* A value of that type: often one at the edge of what it can be. */
guint64 random_value(Random *random, guint8 type);

/* A valid module. It may import some of the functions, has a memory exported as
 * "memory" and exports its functions as "f0", "f1" and so on, of which the first
 * two have neither parameters nor results. */
GByteArray *random_module(Random *random, const WasmHostFunction *imports,
			  guint n, gboolean floats);
/* Breaks it somewhere: bytes, its end, pieces of it elsewhere, or of another. */
void random_break(Random *random, GByteArray *module);

#endif
