/* SPDX-License-Identifier: Apache-2.0
 *
 * Aborts before bsn_plugin_open.
 */
#define PLUGIN_ID "test.crash-in-constructor"
#include "minimal.h"

#include <stdlib.h>

MINIMAL_NOTE;
MINIMAL_OPEN

__attribute__((constructor)) static void
give_up(void)
{
	abort();
}
