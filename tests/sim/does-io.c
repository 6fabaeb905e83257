/* SPDX-License-Identifier: Apache-2.0
 *
 * A plugin that says that it does input and output of its own.
 */
#define PLUGIN_ID "test.does-io"
#include "tests/bad-plugins/minimal.h"

MINIMAL_NOTE;

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **plugin, bsn_err *err)
{
	minimal_plugin.flags = BSN_PLUGIN_DOES_IO;
	*plugin = &minimal_plugin;
	return BSN_OK;
}
