/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes to address 0 in bsn_plugin_open.
 */
#define PLUGIN_ID "test.crash"
#include "minimal.h"

#include <signal.h>

MINIMAL_NOTE;

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **plugin, bsn_err *err)
{
	*plugin = &minimal_plugin;
	return raise(SIGSEGV);
}
