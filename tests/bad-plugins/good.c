/* SPDX-License-Identifier: Apache-2.0
 *
 * Nothing is wrong with it. It also proves that a scanning host offers every
 * service that the daemon offers: it refuses to open without one.
 */
#ifndef PLUGIN_ID
#define PLUGIN_ID "test.good"
#endif
#include "minimal.h"

MINIMAL_NOTE;

static const char *const needed[] = {
	BSN_LOG_ID,      BSN_CLOCK_ID,          BSN_TIMER_ID,
	BSN_RANDOM_ID,   BSN_STORE_ID,          BSN_CRYPTO_BY_NAME_ID,
	BSN_KEYS_ID,     BSN_PARALLEL_ID,       BSN_RUNTIMES_ID,
	BSN_CONSENSUSES_ID, BSN_REPLY_ID,       BSN_EVENTS_ID,
	BSN_CHAIN_ID,
};

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **plugin, bsn_err *err)
{
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (host->query(needed[i]) == NULL)
			return bsn_fail(err, BSN_E_VERSION,
					"the host does not offer %s",
					needed[i]);
	*plugin = &minimal_plugin;
	return BSN_OK;
}
