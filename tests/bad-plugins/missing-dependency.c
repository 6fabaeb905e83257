/* SPDX-License-Identifier: Apache-2.0
 *
 * Is linked with libacme-gone, which the test does not put beside it.
 */
#define PLUGIN_ID "test.missing-dependency"
#include "minimal.h"

int32_t acme_gone(void);

MINIMAL_NOTE;

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **plugin, bsn_err *err)
{
	*plugin = &minimal_plugin;
	return acme_gone();
}
