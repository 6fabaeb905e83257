/* SPDX-License-Identifier: Apache-2.0
 *
 * Parallel chains, for tests that have none.
 */
#include "plugins/engine-xuper/kernel/kernel.h"

const KernelMethod kernel_parachain[] = { { NULL, NULL, NULL, 0, NULL } };
