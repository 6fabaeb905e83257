/* SPDX-License-Identifier: Apache-2.0
 *
 * Kernel contracts of other parts, for tests that need none of them.
 */
#include "plugins/engine-xuper/kernel/kernel.h"

const KernelMethod kernel_contract[] = { { NULL, NULL, NULL, 0, NULL } };
const KernelMethod kernel_parachain[] = { { NULL, NULL, NULL, 0, NULL } };
