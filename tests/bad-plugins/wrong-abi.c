/* SPDX-License-Identifier: Apache-2.0
 *
 * Compiled for ABI 9.9, with a constructor that leaves a mark where
 * BSN_TEST_MARK says: it must never appear.
 */
#define PLUGIN_ID "test.wrong-abi"
#include <bsn/base.h>
#undef BSN_ABI_MAJOR
#undef BSN_ABI_MINOR
#define BSN_ABI_MAJOR 9u
#define BSN_ABI_MINOR 9u
#include "minimal.h"

#include "mark.h"

MINIMAL_NOTE;
MINIMAL_OPEN
