/* SPDX-License-Identifier: Apache-2.0
 *
 * The plugin: an engine in the style of XuperChain 5: UTXO and read-write sets on
 * a tree of blocks, with any consensus that grows one and the host's contract
 * runtimes.
 */
#include <config.h>

#include <bsn/bsn.h>

#include "plugins/engine-xuper/chain/address.h"
#include "plugins/engine-xuper/chain/features.h"
#include "plugins/engine-xuper/chain/open.h"
#include "plugins/engine-xuper/chain/submit.h"
#include "plugins/engine-xuper/contract/build.h"
#include "plugins/engine-xuper/cross/cross.h"
#include "plugins/engine-xuper/query/events/service.h"
#include "plugins/engine-xuper/query/query.h"
#include "plugins/engine-xuper/sdk/sdk.h"

#define PLUGIN_ID "bsn.engine-xuper"
#define PLUGIN_VERSION PACKAGE_VERSION

BSN_PLUGIN_NOTE(PLUGIN_ID, PLUGIN_VERSION, BSN_KIND_ENGINE);

static const bsn_tx_ops tx_ops = {
	.size = sizeof(bsn_tx_ops),
	.begin = build_begin,
	.sign_round = build_sign_round,
	.submit = submit_batch,
	.call = build_call,
	.get = query_tx,
};

static const bsn_status_ops status_ops = {
	.size = sizeof(bsn_status_ops),
	.get = query_status,
};

static const bsn_ledger_ops ledger_ops = {
	.size = sizeof(bsn_ledger_ops),
	.info = query_ledger,
};

static const bsn_block_ops block_ops = {
	.size = sizeof(bsn_block_ops),
	.get = query_block,
	.verify = query_verify,
};

static const bsn_event_ops event_ops = {
	.size = sizeof(bsn_event_ops),
	.replay = query_events,
};

static const void *
query_engine(const char *id)
{
	if (strcmp(id, BSN_ENGINE_GRPC_ID) == 0)
		return &xuper_engine_grpc;
	if (strcmp(id, BSN_ENGINE_HTTP_ID) == 0)
		return &xuper_engine_http;
	if (strcmp(id, BSN_ENGINE_ADDRESS_ID) == 0)
		return &xuper_engine_address;
	return strcmp(id, BSN_ENGINE_CHAINS_ID) == 0 ? &xuper_engine_chains
						     : NULL;
}

static const bsn_engine engine = {
	.size = sizeof(bsn_engine),
	.framework = "xuper",
	.features = xuper_features,
	.chain = &xuper_chain_ops,
	.tx = &tx_ops,
	.contract = &xuper_contract_ops,
	.status = &status_ops,
	.ledger = &ledger_ops,
	.block = &block_ops,
	.event = &event_ops,
	.query = query_engine,
};

static const void *
query(const char *id)
{
	return strcmp(id, BSN_ENGINE_ID) == 0 ? &engine : NULL;
}

static const bsn_plugin plugin = {
	.size = sizeof(bsn_plugin),
	.id = PLUGIN_ID,
	.version = PLUGIN_VERSION,
	.name = "engine in the style of XuperChain 5",
	.vendor = "bsn-host",
	.licence = "Apache-2.0",
	.query = query,
};

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **out, bsn_err *err)
{
	const int32_t status =
		services_find(host, PLUGIN_ID, SERVICES_OF_ENGINES, err);

	if (status == BSN_OK)
		*out = &plugin;
	return status;
}
