/* SPDX-License-Identifier: Apache-2.0
 *
 * Methods about the node and the chain as such: eth_*, net_*, web3_*.
 */
#include <config.h>

#include "plugins/engine-fisco/net/sync.h"
#include "plugins/engine-fisco/rpc/methods.h"
#include "plugins/engine-fisco/rpc/params.h"
#include "plugins/engine-fisco/rpc/value.h"
#include "plugins/kit/sink.h"

#define CLIENT_VERSION "bsn-host/engine-fisco/" PACKAGE_VERSION
/* Of the Ethereum wire protocol; nothing speaks it here, clients ask. */
#define PROTOCOL_VERSION 65u
#define SHA3_INPUT_MAX (1u << 20)

static json_t *
chain_id(RpcCall *call)
{
	if (!params_count(call, 0, 0))
		return NULL;
	return value_quantity(ledger_config(call->ledger)->chain_id);
}

/* The one number that is decimal in Ethereum's JSON-RPC. */
static json_t *
net_version(RpcCall *call)
{
	char text[24];

	if (!params_count(call, 0, 0))
		return NULL;
	(void)g_snprintf(text, sizeof(text), "%" G_GUINT64_FORMAT,
			 ledger_config(call->ledger)->chain_id);
	return json_string(text);
}

static json_t *
net_listening(RpcCall *call)
{
	return params_count(call, 0, 0) ? json_true() : NULL;
}

static json_t *
net_peer_count(RpcCall *call)
{
	if (!params_count(call, 0, 0))
		return NULL;
	return value_quantity(
		g_hash_table_size(call->ledger->reachable));
}

static json_t *
client_version(RpcCall *call)
{
	return params_count(call, 0, 0) ? json_string(CLIENT_VERSION) : NULL;
}

/* Keccak-256 on any chain: that is what the method is for. */
static json_t *
web3_sha3(RpcCall *call)
{
	const bsn_hash *keccak = suite_selector_hash(FALSE);
	g_autoptr(GByteArray) input = g_byte_array_new();
	bsn_slice data;
	guint8 digest[HASH_LEN];

	if (!params_count(call, 1, 1) ||
	    !params_data(call, 0, "data", SHA3_INPUT_MAX, input))
		return NULL;
	if (keccak == NULL)
		return rpc_fail(call, RPC_SERVER,
				"no loaded plugin offers Keccak-256");
	data = buffer_slice(input);
	if (keccak->digest(&data, 1, digest) != BSN_OK)
		return rpc_fail(call, RPC_INTERNAL, "Keccak-256 failed");
	return value_hash(digest);
}

static json_t *
block_number(RpcCall *call)
{
	if (!params_count(call, 0, 0))
		return NULL;
	return value_quantity(call->ledger->durable.number);
}

/* What is served is always whole; while a node catches up it is old. */
static json_t *
syncing(RpcCall *call)
{
	const Ledger *ledger = call->ledger;
	json_t *json;

	if (!params_count(call, 0, 0))
		return NULL;
	if (!net_is_syncing(ledger))
		return json_false();
	json = json_object();
	json_object_set_new(json, "startingBlock",
			    value_quantity(ledger->net->sync->start_height));
	json_object_set_new(json, "currentBlock",
			    value_quantity(ledger->durable.number));
	json_object_set_new(json, "highestBlock",
			    value_quantity(net_highest(ledger)));
	return json;
}

/* Keys are with the host's identities or with the clients. */
static json_t *
accounts(RpcCall *call)
{
	return params_count(call, 0, 0) ? json_array() : NULL;
}

static json_t *
mining(RpcCall *call)
{
	return params_count(call, 0, 0) ? json_false() : NULL;
}

/* Zero of something: no proof of work, and gas costs nothing. */
static json_t *
zero(RpcCall *call)
{
	return params_count(call, 0, 0) ? value_quantity(0) : NULL;
}

static json_t *
coinbase(RpcCall *call)
{
	if (!params_count(call, 0, 0))
		return NULL;
	return value_address(call->ledger->sealer_address);
}

static json_t *
protocol_version(RpcCall *call)
{
	return params_count(call, 0, 0) ? value_quantity(PROTOCOL_VERSION)
					: NULL;
}

const RpcMethod eth_node_methods[] = {
	{ .name = "eth_chainId", .run = chain_id },
	{ .name = "eth_blockNumber", .run = block_number },
	{ .name = "eth_syncing", .run = syncing },
	{ .name = "eth_accounts", .run = accounts },
	{ .name = "eth_mining", .run = mining },
	{ .name = "eth_hashrate", .run = zero },
	{ .name = "eth_coinbase", .run = coinbase },
	{ .name = "eth_protocolVersion", .run = protocol_version },
	{ .name = "eth_gasPrice", .run = zero },
	{ .name = "eth_maxPriorityFeePerGas", .run = zero },
	{ .name = "net_version", .run = net_version },
	{ .name = "net_listening", .run = net_listening },
	{ .name = "net_peerCount", .run = net_peer_count },
	{ .name = "web3_clientVersion", .run = client_version },
	{ .name = "web3_sha3", .run = web3_sha3 },
	{ .name = NULL },
};
