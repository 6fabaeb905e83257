/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/xuper-contract.h: a contract "$test" beside the chain's own, linked
 * with -Wl,--wrap=kernel_find, whose executions are counted.
 *
 *	put    key, value
 *	copy   from, to
 *	count  to         how many keys there are, by a scan
 *	pay    to, amount out of what TEST_BANK has
 *	deny              always
 *	burn   cpu
 */
#ifndef TESTS_UNIT_XUPER_CONTRACT_H
#define TESTS_UNIT_XUPER_CONTRACT_H

#include "plugins/engine-xuper/kernel/kernel.h"

#define TEST_CONTRACT "$test"
#define TEST_BUCKET "test"
#define TEST_BANK "test_bank"

extern guint xuper_contract_runs;

#endif
