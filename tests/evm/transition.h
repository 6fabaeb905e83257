/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/evm/transition.h: one state test in JSON: its world, its transaction,
 * and the rules of Ethereum's blocks that stand around the EVM.
 */
#ifndef TESTS_EVM_TRANSITION_H
#define TESTS_EVM_TRANSITION_H

#include "plugins/kit/json.h"
#include "plugins/kit/hex.h"
#include "tests/evm/world.h"

/* Fills the world with the test's "pre"; FALSE when it cannot be read. */
gboolean transition_prepare(World *world, const json_t *test);

/* Runs the transaction that `indexes` selects, by the rules of a fork in the
 * runtime's words ("cancun").
 *
 * Returns: NULL when it was valid, or why not: then the world is as it was.
 *          The caller frees it. */
char *transition_run(World *world, const bsn_runtime *evm, const char *rules,
		     const json_t *test, const json_t *indexes);

#endif
