/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include <string.h>

#include "plugins/consensus-tdpos/tdpos.h"
#include "plugins/kit/votes/services.h"

#define TDPOS_ID "bsn.consensus-tdpos"
#define TDPOS_VERSION PACKAGE_VERSION

BSN_PLUGIN_NOTE(TDPOS_ID, TDPOS_VERSION, BSN_KIND_CONSENSUS);

static const void *
query(const char *id)
{
	return strcmp(id, BSN_CONSENSUS_ID) == 0 ? &tdpos_consensus : NULL;
}

static const bsn_plugin plugin = {
	.size = sizeof(bsn_plugin),
	.id = TDPOS_ID,
	.version = TDPOS_VERSION,
	.name = "delegated proof of stake on chained HotStuff",
	.vendor = "bsn-host",
	.licence = "Apache-2.0",
	.query = query,
};

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **out, bsn_err *err)
{
	services_open(host);
	*out = &plugin;
	return BSN_OK;
}
