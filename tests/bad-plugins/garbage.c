/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes to whatever descriptors it finds.
 */
#define PLUGIN_ID "test.garbage"
#include "minimal.h"

#include <unistd.h>

MINIMAL_NOTE;

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **plugin, bsn_err *err)
{
	static const char text[] = "progress: 100 %\n";

	for (int fd = 0; fd < 16; fd++)
		if (write(fd, text, sizeof(text) - 1) < 0)
			continue;
	*plugin = &minimal_plugin;
	return BSN_OK;
}
