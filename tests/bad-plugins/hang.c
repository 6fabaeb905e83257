/* SPDX-License-Identifier: Apache-2.0
 *
 * Never comes back from bsn_plugin_open.
 */
#define PLUGIN_ID "test.hang"
#include "minimal.h"

#include <unistd.h>

MINIMAL_NOTE;

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **plugin, bsn_err *err)
{
	for (;;)
		pause();
}
