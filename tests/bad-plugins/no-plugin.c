/* SPDX-License-Identifier: Apache-2.0
 *
 * Says BSN_OK and hands out nothing.
 */
#define PLUGIN_ID "test.no-plugin"
#include "minimal.h"

MINIMAL_NOTE;

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **plugin, bsn_err *err)
{
	return minimal_plugin.size == 0 ? BSN_E_INTERNAL : BSN_OK;
}
