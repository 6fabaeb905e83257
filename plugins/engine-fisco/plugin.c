/* SPDX-License-Identifier: Apache-2.0
 *
 * The plugin: an engine in the style of FISCO BCOS 2.x, order-then-execute, on
 * any consensus and contract runtime of the host.
 */
#include <config.h>

#include <bsn/bsn.h>

#include "plugins/engine-fisco/amop/messages.h"
#include "plugins/engine-fisco/call.h"
#include "plugins/engine-fisco/catalogue.h"
#include "plugins/engine-fisco/chain.h"
#include "plugins/engine-fisco/channel/channel.h"
#include "plugins/engine-fisco/features.h"
#include "plugins/engine-fisco/proof.h"
#include "plugins/engine-fisco/query.h"
#include "plugins/engine-fisco/rpc/rpc.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/sign.h"
#include "plugins/engine-fisco/submit.h"

#define PLUGIN_ID "bsn.engine-fisco"
#define PLUGIN_VERSION PACKAGE_VERSION

BSN_PLUGIN_NOTE(PLUGIN_ID, PLUGIN_VERSION, BSN_KIND_ENGINE);

static const bsn_tx_ops tx_ops = {
	.size = sizeof(bsn_tx_ops),
	.begin = sign_begin,
	.sign_round = sign_round,
	.submit = submit_batch,
	.call = call_run,
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
	.verify = proof_verify,
};

static const bsn_event_ops event_ops = {
	.size = sizeof(bsn_event_ops),
	.replay = query_events,
};

static const void *
extension(const char *id)
{
	if (strcmp(id, BSN_ENGINE_JSONRPC_ID) == 0)
		return &fisco_jsonrpc;
	if (strcmp(id, BSN_ENGINE_MESSAGES_ID) == 0)
		return &fisco_messages;
	return strcmp(id, BSN_ENGINE_STREAM_ID) == 0 ? &fisco_stream : NULL;
}

/* Completed when the plugin is opened, and only read afterwards. */
static bsn_engine engine = {
	.size = sizeof(bsn_engine),
	.framework = "fisco",
	.chain = &fisco_chain_ops,
	.tx = &tx_ops,
	.contract = &fisco_contract_ops,
	.status = &status_ops,
	.ledger = &ledger_ops,
	.block = &block_ops,
	.event = &event_ops,
	.query = extension,
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
	.name = "engine in the style of FISCO BCOS 2.x",
	.vendor = "bsn-host",
	.licence = "Apache-2.0",
	.query = query,
};

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **out, bsn_err *err)
{
	int32_t status = services_find(host, err);

	if (status != BSN_OK)
		return status;
	engine.features = fisco_features(
		services.compiler != NULL &&
		services.compiler->offers(BSN_COMPILER_SOLIDITY));
	*out = &plugin;
	return BSN_OK;
}
