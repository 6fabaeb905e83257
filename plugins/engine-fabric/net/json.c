/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/net/private.h"

static json_t *
integer(guint64 value)
{
	return json_integer((json_int_t)value);
}

static json_t *
peer_json(const Channel *channel, const Peer *peer)
{
	const MspIdentity *identity = peer->open.identity;
	json_t *json = json_object();

	json_object_set_new(json, "name", json_string(peer->name));
	json_object_set_new(json, "reachable",
			    json_boolean(peer->open.reachable));
	json_object_set_new(json, "height", integer(peer->has));
	json_object_set_new(json, "msp",
			    identity != NULL ? json_string(identity->msp->id)
					     : json_null());
	json_object_set_new(json, "packages",
			    integer(g_hash_table_size(peer->open.packages)));
	if (peer->last != 0)
		json_object_set_new(json, "leaving", json_true());
	if (peer->strikes > 0)
		json_object_set_new(json, "lies", integer(peer->strikes));
	if (peer_is_left(channel, peer))
		json_object_set_new(json, "left", json_true());
	return json;
}

static json_t *
dropped_json(const NetDropped *dropped)
{
	return json_pack("{sI sI sI sI sI sI}", "strangers",
			 (json_int_t)dropped->strangers, "malformed",
			 (json_int_t)dropped->malformed, "unasked",
			 (json_int_t)dropped->unasked, "lies",
			 (json_int_t)dropped->lies, "timeouts",
			 (json_int_t)dropped->timeouts, "transactions",
			 (json_int_t)dropped->refused);
}

static double
blocks_per_second(const Channel *channel)
{
	const Sync *sync = &channel->net->sync;
	const guint64 ms = services_mono_ms(channel->chain) - sync->start_ms;
	const guint64 got = channel->ledger->head.height - sync->start_height;

	return ms == 0 ? 0.0 : (double)got * 1000.0 / (double)ms;
}

json_t *
net_json(Channel *channel)
{
	json_t *json = json_object();
	json_t *peers;
	Peer *peer;

	if (channel->net == NULL)
		return json;
	json_object_set_new(json, "syncing",
			    json_boolean(net_is_syncing(channel)));
	json_object_set_new(json, "height",
			    integer(channel->ledger->durable.height));
	json_object_set_new(json, "target", integer(net_highest(channel)));
	if (net_is_syncing(channel))
		json_object_set_new(json, "blocksPerSecond",
				    json_real(blocks_per_second(channel)));
	peers = json_array();
	for (guint i = 0; (peer = peer_at(channel, i)) != NULL; i++)
		json_array_append_new(peers, peer_json(channel, peer));
	json_object_set_new(json, "peers", peers);
	json_object_set_new(json, "dropped",
			    dropped_json(&channel->net->dropped));
	return json;
}
