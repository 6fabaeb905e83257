/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls a function that no library has. Lazy binding would find out only
 * when a chain is opened.
 */
#define PLUGIN_ID "test.undefined-symbol"
#include "minimal.h"

int32_t acme_missing_function(void);

MINIMAL_NOTE;

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **plugin, bsn_err *err)
{
	*plugin = &minimal_plugin;
	return host == NULL ? acme_missing_function() : BSN_OK;
}
