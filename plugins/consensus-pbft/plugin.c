/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include <string.h>

#include "plugins/consensus-pbft/pbft.h"
#include "plugins/kit/votes/services.h"

#define PBFT_ID "bsn.consensus-pbft"
#define PBFT_VERSION PACKAGE_VERSION

BSN_PLUGIN_NOTE(PBFT_ID, PBFT_VERSION, BSN_KIND_CONSENSUS);

static const void *
query(const char *id)
{
	return strcmp(id, BSN_CONSENSUS_ID) == 0 ? &pbft_consensus : NULL;
}

static const bsn_plugin plugin = {
	.size = sizeof(bsn_plugin),
	.id = PBFT_ID,
	.version = PBFT_VERSION,
	.name = "Practical Byzantine Fault Tolerance",
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
