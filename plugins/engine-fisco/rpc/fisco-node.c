/* SPDX-License-Identifier: Apache-2.0
 *
 * FISCO BCOS 2.x's methods about nodes, consensus and the group.
 */
#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/net/net.h"
#include "plugins/engine-fisco/precompiled/nodes.h"
#include "plugins/engine-fisco/precompiled/sysconfig.h"
#include "plugins/engine-fisco/rpc/fisco.h"
#include "plugins/engine-fisco/rpc/params.h"
#include "plugins/engine-fisco/rpc/value.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

/* The version of FISCO BCOS whose formats and methods these are: clients
 * choose theirs by it. */
#define FISCO_VERSION "2.9.1"
#define SUPPORTED_VERSION "2.9.0"
#define CONSENSUS_STATUS_MAX 65536u

static void
set(json_t *object, const char *name, json_t *value)
{
	json_object_set_new_nocheck(object, name, value);
}

/* ---- members ----------------------------------------------------------- */

/* As the chain itself says (0x1003). Roles: bits of 1 << BSN_ROLE_*. */
static json_t *
members_json(RpcCall *call, guint roles)
{
	g_autoptr(Overlay) state = ledger_state(call->ledger);
	g_auto(MemberList) list = { .members = NULL };
	json_t *array;

	if (nodes_load(state, call->ledger, &list) != BSN_OK)
		return rpc_fail(call, RPC_INTERNAL,
				"the chain's members cannot be read");
	array = json_array();
	for (guint i = 0; i < list.members->len; i++) {
		const bsn_member *member =
			&g_array_index(list.members, bsn_member, i);

		if ((roles & (1u << member->role)) != 0)
			json_array_append_new(
				array, fisco_node_id(member->public_key));
	}
	return array;
}

#define SEALERS (1u << BSN_ROLE_CONSENSUS)
#define OBSERVERS (1u << BSN_ROLE_OBSERVER)

static json_t *
sealer_list(RpcCall *call)
{
	return fisco_params(call, 1, 1) ? members_json(call, SEALERS) : NULL;
}

static json_t *
observer_list(RpcCall *call)
{
	return fisco_params(call, 1, 1) ? members_json(call, OBSERVERS) : NULL;
}

static json_t *
group_peers(RpcCall *call)
{
	return fisco_params(call, 1, 1)
		       ? members_json(call, SEALERS | OBSERVERS)
		       : NULL;
}

static json_t *
own_node_id(const Ledger *ledger)
{
	return fisco_node_id(
		bsn_slice_of(ledger->members.own_key, PUBLIC_KEY_LEN));
}

static json_t *
node_info(RpcCall *call)
{
	json_t *json;

	if (!params_count(call, 0, 1))
		return NULL;
	json = json_object();
	set(json, "Agency", json_string("bsn-host"));
	set(json, "IPAndPort", json_string(""));
	set(json, "Node", json_string(""));
	set(json, "NodeID", own_node_id(call->ledger));
	set(json, "Topic", json_array());
	return json;
}

/* Hosts connect to hosts, not nodes to nodes: a chain sees no addresses. */
static json_t *
peers(RpcCall *call)
{
	return fisco_params(call, 1, 1) ? json_array() : NULL;
}

static json_t *
group_list(RpcCall *call)
{
	json_t *array;

	if (!params_count(call, 0, 1))
		return NULL;
	array = json_array();
	json_array_append_new(
		array, json_integer((json_int_t)ledger_config(call->ledger)
					    ->group_id));
	return array;
}

/* ---- consensus --------------------------------------------------------- */

/* What the protocol says of itself; an empty object when it says nothing. */
static json_t *
protocol_status(Ledger *ledger)
{
	g_autoptr(GByteArray) text = g_byte_array_new();
	BufferSink sink = buffer_sink(text, CONSENSUS_STATUS_MAX);
	json_t *status = NULL;

	if (ledger->consensus->status(ledger->agreement, &sink.sink) == BSN_OK)
		status = json_parse_object(buffer_slice(text),
					   CONSENSUS_STATUS_MAX, "consensus",
					   NULL, NULL);
	return status != NULL ? status : json_object();
}

static json_t *
pbft_view(RpcCall *call)
{
	g_autoptr(json_t) status = NULL;
	const json_t *view;

	if (!fisco_params(call, 1, 1))
		return NULL;
	status = protocol_status(call->ledger);
	view = json_object_get(status, "view");
	if (json_is_integer(view))
		return value_quantity((guint64)json_integer_value(view));
	return rpc_fail(call, FISCO_RPC_NO_VIEW,
			"Only pbft consensus supports the view property; this "
			"chain's is %s",
			call->ledger->consensus->name);
}

static void
set_sealers(json_t *json, const Ledger *ledger)
{
	const bsn_member *sealer;

	for (guint i = 0; (sealer = membership_sealer(ledger, i)) != NULL;
	     i++) {
		char name[24];

		(void)g_snprintf(name, sizeof(name), "sealer.%u", i);
		set(json, name, fisco_node_id(sealer->public_key));
	}
}

static json_t *
integer(guint64 value)
{
	return json_integer((json_int_t)value);
}

static json_t *
consensus_json(Ledger *ledger)
{
	const Head *head = &ledger->durable;
	json_t *json = protocol_status(ledger);

	set(json, "consensus", json_string(ledger->consensus->name));
	set(json, "accountType", json_integer(1));
	set(json, "connectedNodes", 
	    integer(g_hash_table_size(ledger->reachable)));
	set(json, "consensusedBlockNumber", integer(head->number + 1));
	set(json, "groupId", integer(ledger_config(ledger)->group_id));
	set(json, "highestblockHash", value_hash(head->hash));
	set(json, "highestblockNumber", integer(head->number));
	set(json, "nodeId", own_node_id(ledger));
	set(json, "nodeNum", integer(ledger->members.n_sealers));
	set(json, "node_index", integer(ledger->members.own_index));
	set(json, "omitEmptyBlock", json_true());
	set_sealers(json, ledger);
	return json;
}

/* FISCO's shape: the status, then the views that nodes announced. */
static json_t *
consensus_status(RpcCall *call)
{
	json_t *array;

	if (!fisco_params(call, 1, 1))
		return NULL;
	array = json_array();
	json_array_append_new(array, consensus_json(call->ledger));
	json_array_append_new(array, json_array());
	return array;
}

static json_t *
peer_status(const Ledger *ledger, const NetPeer *peer)
{
	json_t *json = json_object();

	set(json, "blockNumber", integer(peer->height));
	set(json, "genesisHash", value_hash(ledger->genesis_digest));
	set(json, "latestHash", value_hash(peer->hash));
	set(json, "nodeId", fisco_node_id(bytes_slice(peer->key)));
	return json;
}

/* Those that are connected; `latest` is the digest of the highest block. */
static json_t *
peers_status(const Ledger *ledger, const guint8 **latest)
{
	json_t *array = json_array();
	guint64 highest = ledger->durable.number;
	const NetPeer *peer;

	for (guint i = 0; ledger->net != NULL &&
			  (peer = net_peer_at(ledger, i)) != NULL;
	     i++) {
		if (!peer->reachable)
			continue;
		json_array_append_new(array, peer_status(ledger, peer));
		if (peer->height <= highest)
			continue;
		highest = peer->height;
		*latest = peer->hash;
	}
	return array;
}

static json_t *
sync_status(RpcCall *call)
{
	const Ledger *ledger = call->ledger;
	const Head *head = &ledger->durable;
	const guint8 *latest = ledger->durable.hash;
	char waiting[24];
	json_t *json;

	if (!fisco_params(call, 1, 1))
		return NULL;
	(void)g_snprintf(waiting, sizeof(waiting), "%" G_GUINT64_FORMAT,
			 ledger->pool.n);
	json = json_object();
	set(json, "blockNumber", integer(head->number));
	set(json, "genesisHash", value_hash(ledger->genesis_digest));
	set(json, "isSyncing", json_boolean(net_is_syncing(ledger)));
	set(json, "peers", peers_status(ledger, &latest));
	set(json, "knownHighestNumber", integer(net_highest(ledger)));
	set(json, "knownLatestHash", value_hash(latest));
	set(json, "latestHash", value_hash(head->hash));
	set(json, "nodeId", own_node_id(ledger));
	set(json, "txPoolSize", json_string(waiting));
	return json;
}

/* ---- the group and its software ---------------------------------------- */

static json_t *
client_version(RpcCall *call)
{
	const Config *config = ledger_config(call->ledger);
	char chain_id[24];
	json_t *json;

	if (!params_count(call, 0, 1))
		return NULL;
	(void)g_snprintf(chain_id, sizeof(chain_id), "%" G_GUINT64_FORMAT,
			 config->chain_id);
	json = json_object();
	set(json, "FISCO-BCOS Version",
	    json_string(config->sm ? FISCO_VERSION " gm" : FISCO_VERSION));
	set(json, "Supported Version", json_string(SUPPORTED_VERSION));
	set(json, "Chain Id", json_string(chain_id));
	set(json, "Build Type", json_string("bsn-host/engine-fisco"));
	set(json, "Build Time", json_string(""));
	set(json, "Git Branch", json_string(""));
	set(json, "Git Commit Hash", json_string(""));
	return json;
}

/* Of the next block. */
static json_t *
system_config(RpcCall *call)
{
	g_autoptr(Overlay) state = NULL;
	guint64 value = 0;
	guint64 since = 0;
	SysconfigKey key;
	char text[24];

	if (!fisco_params(call, 2, 2))
		return NULL;
	if (!sysconfig_key(bsn_slice_str(json_string_value(
				   params_at(call, 1))),
			   &key))
		return rpc_fail(call, FISCO_RPC_SYSTEM_CONFIG,
				"Invalid System Config: there is no such key");
	state = ledger_state(call->ledger);
	if (sysconfig_get(state, call->ledger, key,
			  call->ledger->durable.number + 1, &value,
			  &since) != BSN_OK)
		return rpc_fail(call, RPC_INTERNAL,
				"the chain's config cannot be read");
	(void)g_snprintf(text, sizeof(text), "%" G_GUINT64_FORMAT, value);
	return json_string(text);
}

static json_t *
group_status(RpcCall *call)
{
	json_t *json;

	if (!fisco_params(call, 1, 1))
		return NULL;
	json = json_object();
	set(json, "code", json_string("0x0"));
	set(json, "message", json_string(""));
	set(json, "status", json_string("RUNNING"));
	return json;
}

/* Groups are app chains here and peers are hosts: both are the node
 * administrator's. */
static json_t *
administration(RpcCall *call)
{
	return rpc_fail(call, RPC_NO_METHOD,
			"%s is not offered here: app chains and nodes are "
			"managed with bsnctl chain and bsnctl node",
			call->method);
}

const RpcMethod fisco_node_methods[] = {
	{ .name = "getClientVersion", .run = client_version },
	{ .name = "getPbftView", .run = pbft_view },
	{ .name = "getSealerList", .run = sealer_list },
	{ .name = "getEpochSealersList", .run = sealer_list },
	{ .name = "getObserverList", .run = observer_list },
	{ .name = "getNodeIDList", .run = group_peers },
	{ .name = "getGroupPeers", .run = group_peers },
	{ .name = "getPeers", .run = peers },
	{ .name = "getNodeInfo", .run = node_info },
	{ .name = "getGroupList", .run = group_list },
	{ .name = "getConsensusStatus", .run = consensus_status },
	{ .name = "getSyncStatus", .run = sync_status },
	{ .name = "getSystemConfigByKey", .run = system_config },
	{ .name = "queryGroupStatus", .run = group_status },
	{ .name = "generateGroup", .run = administration },
	{ .name = "startGroup", .run = administration },
	{ .name = "stopGroup", .run = administration },
	{ .name = "removeGroup", .run = administration },
	{ .name = "recoverGroup", .run = administration },
	{ .name = "addPeers", .run = administration },
	{ .name = "erasePeers", .run = administration },
	{ .name = "queryPeers", .run = administration },
	{ .name = NULL },
};
