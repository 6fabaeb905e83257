/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include <string.h>

#include "plugins/consensus-raft/agreement.h"
#include "plugins/consensus-raft/services.h"

#define RAFT_ID "bsn.consensus-raft"
#define RAFT_PLUGIN_VERSION PACKAGE_VERSION

BSN_PLUGIN_NOTE(RAFT_ID, RAFT_PLUGIN_VERSION, BSN_KIND_CONSENSUS);

static const void *
query(const char *id)
{
	return strcmp(id, BSN_CONSENSUS_ID) == 0 ? &raft_consensus : NULL;
}

static const bsn_plugin plugin = {
	.size = sizeof(bsn_plugin),
	.id = RAFT_ID,
	.version = RAFT_PLUGIN_VERSION,
	.name = "Raft",
	.vendor = "bsn-host",
	.licence = "Apache-2.0",
	.query = query,
};

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **out, bsn_err *err)
{
	(void)err;
	raft_services_find(host);
	*out = &plugin;
	return BSN_OK;
}
