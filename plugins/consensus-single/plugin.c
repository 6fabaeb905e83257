/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include <string.h>

#include "plugins/consensus-single/single.h"

#define SINGLE_ID "bsn.consensus-single"
#define SINGLE_VERSION PACKAGE_VERSION

BSN_PLUGIN_NOTE(SINGLE_ID, SINGLE_VERSION, BSN_KIND_CONSENSUS);

static const void *
query(const char *id)
{
	return strcmp(id, BSN_CONSENSUS_ID) == 0 ? &single_consensus : NULL;
}

static const bsn_plugin plugin = {
	.size = sizeof(bsn_plugin),
	.id = SINGLE_ID,
	.version = SINGLE_VERSION,
	.name = "one producer on a tree of blocks",
	.vendor = "bsn-host",
	.licence = "Apache-2.0",
	.query = query,
};

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **out, bsn_err *err)
{
	single_open(host);
	*out = &plugin;
	return BSN_OK;
}
