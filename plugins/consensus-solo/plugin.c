/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include <string.h>

#include "plugins/consensus-solo/solo.h"

#define SOLO_ID "bsn.consensus-solo"
#define SOLO_VERSION PACKAGE_VERSION

BSN_PLUGIN_NOTE(SOLO_ID, SOLO_VERSION, BSN_KIND_CONSENSUS);

static const void *
query(const char *id)
{
	return strcmp(id, BSN_CONSENSUS_ID) == 0 ? &solo_consensus : NULL;
}

static const bsn_plugin plugin = {
	.size = sizeof(bsn_plugin),
	.id = SOLO_ID,
	.version = SOLO_VERSION,
	.name = "consensus of one",
	.vendor = "bsn-host",
	.licence = "Apache-2.0",
	.query = query,
};

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **out, bsn_err *err)
{
	solo_set_log(bsn_host_log(host));
	*out = &plugin;
	return BSN_OK;
}
