/* SPDX-License-Identifier: Apache-2.0
 *
 * A protocol that grows a tree and does not judge the blocks of others.
 */
#define PLUGIN_ID "test.tree-short"
#include <bsn/ext/tree.h>

#include "minimal.h"

BSN_PLUGIN_NOTE(PLUGIN_ID, PLUGIN_VERSION, BSN_KIND_CONSENSUS);

static int32_t
create(bsn_chain *chain, bsn_proposer *proposer, bsn_slice config,
       const bsn_member *members, uint64_t n, uint64_t height,
       bsn_agreement **agreement, bsn_err *err)
{
	return bsn_fail(err, BSN_UNAVAILABLE, "it does nothing");
}

static void
destroy(bsn_agreement *agreement)
{
}

static void
arrived(bsn_agreement *agreement, const bsn_id *id)
{
}

static int32_t
prove(bsn_agreement *agreement, const bsn_id *id, bsn_slice certificate,
      bsn_err *err)
{
	return BSN_OK;
}

static const bsn_tree_consensus tree = {
	.size = sizeof(tree),
	.arrived = arrived,
	.prove = prove,
	.finalized = arrived,
};

static int32_t
check_config(bsn_slice config, uint64_t member_count, bsn_err *err)
{
	return BSN_OK;
}

static void
pending(bsn_agreement *agreement)
{
}

static void
applied(bsn_agreement *agreement, uint64_t height)
{
}

static int32_t
status(bsn_agreement *agreement, bsn_sink *json)
{
	return json->write(json, "{}", 2);
}

static const bsn_consensus consensus = {
	.size = sizeof(consensus),
	.name = "treeless",
	.check_config = check_config,
	.create = create,
	.destroy = destroy,
	.pending = pending,
	.applied = applied,
	.status = status,
	.tree = &tree,
};

static const void *
query(const char *id)
{
	return strcmp(id, BSN_CONSENSUS_ID) == 0 ? &consensus : NULL;
}

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **plugin, bsn_err *err)
{
	minimal_plugin.query = query;
	*plugin = &minimal_plugin;
	return BSN_OK;
}
