/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include <string.h>

#include "plugins/consensus-pow/pow.h"
#include "plugins/kit/votes/services.h"

#define POW_ID "bsn.consensus-pow"
#define POW_VERSION PACKAGE_VERSION

BSN_PLUGIN_NOTE(POW_ID, POW_VERSION, BSN_KIND_CONSENSUS);

static const void *
query(const char *id)
{
	return strcmp(id, BSN_CONSENSUS_ID) == 0 ? &pow_consensus : NULL;
}

static const bsn_plugin plugin = {
	.size = sizeof(bsn_plugin),
	.id = POW_ID,
	.version = POW_VERSION,
	.name = "proof of work on a tree of blocks",
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
