/* SPDX-License-Identifier: Apache-2.0
 *
 * Ends the process in bsn_plugin_open.
 */
#define PLUGIN_ID "test.exit"
#include "minimal.h"

#include <stdlib.h>

MINIMAL_NOTE;

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **plugin, bsn_err *err)
{
	exit(3);
}
