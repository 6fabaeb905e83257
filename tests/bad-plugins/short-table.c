/* SPDX-License-Identifier: Apache-2.0
 *
 * An engine table that says it is shorter than its required members.
 */
#define PLUGIN_ID "test.short-table"
#include "minimal.h"

MINIMAL_NOTE;

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **plugin, bsn_err *err)
{
	minimal_engine.size = offsetof(bsn_engine, event);
	*plugin = &minimal_plugin;
	return BSN_OK;
}
