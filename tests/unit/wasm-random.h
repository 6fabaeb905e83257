/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/wasm-random.h: contracts by chance.
 */
#ifndef TESTS_UNIT_WASM_RANDOM_H
#define TESTS_UNIT_WASM_RANDOM_H

#include <glib.h>

/* Deploys a module of the seed (and breaks it first) on two nodes, calls it on
 * both, and compares all that came of it. */
void wasm_random_contract(guint64 seed, gboolean broken);

#endif
