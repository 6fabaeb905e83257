/* SPDX-License-Identifier: Apache-2.0
 *
 * Refuses to open, with a reason.
 */
#define PLUGIN_ID "test.open-failed"
#include "minimal.h"

MINIMAL_NOTE;

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **plugin, bsn_err *err)
{
	return bsn_fail(err, BSN_E_VERSION, "it needs bsn.net/1");
}
