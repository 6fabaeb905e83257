/* SPDX-License-Identifier: Apache-2.0
 *
 * The plugin: an engine in the style of Hyperledger Fabric 2.x,
 * execute-order-validate, on any consensus and chaincode runtime of the host.
 */
#include <config.h>

#include <string.h>

#include "plugins/engine-fabric/chain.h"
#include "plugins/engine-fabric/endorse/endorse.h"
#include "plugins/engine-fabric/features.h"
#include "plugins/engine-fabric/gateway/gateway.h"
#include "plugins/engine-fabric/lifecycle/lifecycle.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/engine-fabric/query/query.h"
#include "plugins/engine-fabric/snapshot/snapshot.h"

#define PLUGIN_ID "bsn.engine-fabric"
#define PLUGIN_VERSION PACKAGE_VERSION

BSN_PLUGIN_NOTE(PLUGIN_ID, PLUGIN_VERSION, BSN_KIND_ENGINE);

/* ---- not while the node is about to begin with a snapshot ---- */

static int32_t
begin(bsn_ledger *channel, const bsn_tx_request *request, bsn_reply *reply,
      bsn_err *err)
{
	const int32_t status = channel_snapshots_ready(channel, err);

	return status == BSN_OK ? endorse_begin(channel, request, reply, err)
				: status;
}

static int32_t
sign_round(bsn_ledger *channel, bsn_slice state, bsn_slice signature,
	   bsn_reply *reply, bsn_err *err)
{
	const int32_t status = channel_snapshots_ready(channel, err);

	return status == BSN_OK ? endorse_sign_round(channel, state, signature,
						     reply, err)
				: status;
}

static int32_t
submit(bsn_ledger *channel, const bsn_submission *items, uint64_t n,
       bsn_err *err)
{
	const int32_t status = channel_snapshots_ready(channel, err);

	return status == BSN_OK ? order_submit(channel, items, n, err) : status;
}

static int32_t
call(bsn_ledger *channel, const bsn_tx_request *request, bsn_reply *reply,
     bsn_err *err)
{
	const int32_t status = channel_snapshots_ready(channel, err);

	return status == BSN_OK ? endorse_call(channel, request, reply, err)
				: status;
}

/* ---- the tables ---- */

static const bsn_tx_ops tx_ops = {
	.size = sizeof(bsn_tx_ops),
	.begin = begin,
	.sign_round = sign_round,
	.submit = submit,
	.call = call,
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

/* Extensions. */
static const void *
query_engine(const char *id)
{
	if (strcmp(id, BSN_ENGINE_GRPC_ID) == 0)
		return &fabric_engine_grpc;
	return strcmp(id, BSN_ENGINE_SNAPSHOT_ID) == 0 ? &fabric_snapshot_ops
						       : NULL;
}

static const bsn_engine engine = {
	.size = sizeof(bsn_engine),
	.framework = "fabric",
	.features = fabric_features,
	.chain = &fabric_chain_ops,
	.tx = &tx_ops,
	.contract = &fabric_contract_ops,
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
	.name = "engine in the style of Hyperledger Fabric 2.x",
	.vendor = "bsn-host",
	.licence = "Apache-2.0",
	.query = query,
};

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **out, bsn_err *err)
{
	int32_t status = services_find(host, err);

	if (status == BSN_OK)
		*out = &plugin;
	return status;
}
