/* SPDX-License-Identifier: Apache-2.0
 *
 * An engine without tx.submit.
 */
#define PLUGIN_ID "test.missing-member"
#include "minimal.h"

MINIMAL_NOTE;

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **plugin, bsn_err *err)
{
	static bsn_tx_ops without_submit;

	without_submit = tx_ops;
	without_submit.submit = NULL;
	minimal_engine.tx = &without_submit;
	*plugin = &minimal_plugin;
	return BSN_OK;
}
