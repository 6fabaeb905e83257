/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/net/net.h"

#include "plugins/engine-fisco/net/forward.h"
#include "plugins/engine-fisco/net/join.h"
#include "plugins/engine-fisco/net/leaving.h"
#include "plugins/engine-fisco/net/serve.h"
#include "plugins/engine-fisco/net/status.h"
#include "plugins/engine-fisco/net/sync.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/kit/sink.h"

void
net_open(Ledger *ledger)
{
	if (services.net == NULL)
		return;
	ledger->net = g_new0(FiscoNet, 1);
	ledger->net->peers = g_ptr_array_new_with_free_func(net_peer_free);
	ledger->net->leaving = g_ptr_array_new_with_free_func(leaver_free);
	(void)leaving_set_members(ledger);
}

static void
cancel_timers(Ledger *ledger)
{
	static const guint64 timers[] = { TIMER_FORWARD, TIMER_STATUS,
					  TIMER_SERVE, TIMER_SYNC };

	for (guint i = 0; i < G_N_ELEMENTS(timers); i++)
		services.timer->cancel(ledger->chain, timers[i]);
}

void
net_close(Ledger *ledger)
{
	FiscoNet *net = g_steal_pointer(&ledger->net);

	if (net == NULL)
		return;
	cancel_timers(ledger);
	sync_free(net->sync);
	g_clear_pointer(&net->served_body, g_byte_array_unref);
	g_ptr_array_unref(net->peers);
	g_ptr_array_unref(net->leaving);
	g_free(net);
}

const bsn_member *
net_members(const Ledger *ledger, guint *n)
{
	*n = ledger->members.list.members->len;
	return member_list_at(&ledger->members.list, 0);
}

bsn_slice
net_self(const Ledger *ledger)
{
	return bsn_slice_of(ledger->members.own_key, PUBLIC_KEY_LEN);
}

gboolean
net_send(Ledger *ledger, const NetPeer *peer, const NetMessage *message)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	net_message_put(message, bytes);
	return services.net->send(ledger->chain, bytes_slice(peer->key),
				  buffer_slice(bytes)) == BSN_OK;
}

/* ---- what comes ---------------------------------------------------------- */

static void
receive(Ledger *ledger, NetPeer *peer, const NetMessage *message)
{
	switch (message->kind) {
	case NET_TXS:
		forward_received(ledger, peer, message);
		break;
	case NET_STATUS:
		status_received(ledger, peer, message);
		break;
	case NET_GET_HEADERS:
	case NET_GET_BODIES:
	case NET_GET_SNAPSHOT:
		serve_question(ledger, peer, message);
		break;
	case NET_HEADERS:
		headers_received(ledger, peer, message);
		break;
	case NET_BODIES:
		bodies_received(ledger, peer, message);
		break;
	case NET_SNAPSHOT:
		join_part_received(ledger, peer, message);
		break;
	}
}

/* One who is leaving says which block it has, and asks for those that it may
 * have. FALSE for anything else. */
static gboolean
receive_from_leaver(Ledger *ledger, const NetLeaver *leaver, NetPeer *peer,
		    NetMessage *message)
{
	const gboolean asks_blocks = message->kind == NET_GET_HEADERS ||
				     message->kind == NET_GET_BODIES;

	if (message->kind == NET_STATUS) {
		status_of_leaver(ledger, leaver, peer, message);
		return TRUE;
	}
	if (!asks_blocks || message->height > leaver->last)
		return FALSE;
	message->count = MIN(message->count,
			     leaver->last - message->height + 1);
	serve_question(ledger, peer, message);
	return TRUE;
}

static void
receive_from(Ledger *ledger, NetPeer *peer, NetMessage *message)
{
	const NetLeaver *leaver = leaving_find(ledger, bytes_slice(peer->key));

	if (leaver == NULL)
		receive(ledger, peer, message);
	else if (!receive_from_leaver(ledger, leaver, peer, message))
		ledger->net->dropped.strangers++;
}

void
net_message(Ledger *ledger, bsn_slice from, bsn_slice bytes)
{
	FiscoNet *net = ledger->net;
	NetMessage message;
	NetPeer *peer;

	if (net == NULL)
		return;
	peer = net_peer(ledger, from);
	if (peer == NULL)
		net->dropped.strangers++;
	else if (!net_message_read(bytes, &message))
		net->dropped.malformed++;
	else
		receive_from(ledger, peer, &message);
}

void
net_timer(Ledger *ledger, guint64 id)
{
	if (ledger->net == NULL)
		return;
	if (id == TIMER_FORWARD)
		forward_timer(ledger);
	if (id == TIMER_STATUS)
		status_timer(ledger);
	if (id == TIMER_SERVE)
		serve_timer(ledger);
	if (id == TIMER_SYNC)
		sync_timer(ledger);
}

void
net_peer_changed(Ledger *ledger, bsn_slice public_key, gboolean reachable)
{
	NetPeer *peer =
		ledger->net != NULL ? net_peer(ledger, public_key) : NULL;

	if (peer == NULL)
		return;
	peer->reachable = reachable;
	peer->asked.kind = 0;
	peer->waiting.kind = 0;
	sync_let_go(ledger, peer, FALSE);
	if (reachable) {
		status_ask(ledger, peer);
		status_watch(ledger);
		forward_soon(ledger);
	}
	sync_run(ledger);
}

/* ---- what happens here --------------------------------------------------- */

void
net_head_moved(Ledger *ledger)
{
	if (ledger->net == NULL)
		return;
	sync_head_moved(ledger);
	if (ledger->members.since != ledger->head.number + 1)
		return;
	sync_forget(ledger);
	net_peers_prune(ledger);
}

void
net_jumped(Ledger *ledger)
{
	if (ledger->net == NULL)
		return;
	sync_forget(ledger);
	net_peers_prune(ledger);
	status_watch(ledger);
}

void
net_installed(Ledger *ledger, guint64 cookie)
{
	if (ledger->net != NULL && ledger->net->sync != NULL)
		join_durable(ledger, cookie);
}

void
net_durable(Ledger *ledger)
{
	if (ledger->net == NULL)
		return;
	status_watch(ledger);
	sync_run(ledger);
}

void
net_idle(Ledger *ledger)
{
	if (ledger->net != NULL)
		g_clear_pointer(&ledger->net->served_body, g_byte_array_unref);
}

/* ---- for people ---------------------------------------------------------- */

gboolean
net_is_syncing(const Ledger *ledger)
{
	return ledger->net != NULL && ledger->net->sync != NULL &&
	       ledger->net->sync->active;
}

guint64
net_highest(const Ledger *ledger)
{
	const guint64 own = ledger->durable.number;

	return ledger->net != NULL ? MAX(own, sync_target(ledger)) : own;
}

static json_t *
integer(guint64 value)
{
	return json_integer((json_int_t)value);
}

static json_t *
peer_json(const Ledger *ledger, const NetPeer *peer)
{
	g_autofree char *name = net_peer_name(ledger, peer);
	json_t *json = json_object();

	json_object_set_new(json, "name", json_string(name));
	json_object_set_new(json, "reachable", json_boolean(peer->reachable));
	json_object_set_new(json, "height", integer(peer->height));
	if (peer->strikes > 0)
		json_object_set_new(json, "lies", integer(peer->strikes));
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
blocks_per_second(const Ledger *ledger)
{
	const Sync *sync = ledger->net->sync;
	const guint64 ms = services_mono_ms(ledger->chain) - sync->start_ms;
	const guint64 got = ledger->head.number - sync->start_height;

	return ms == 0 ? 0.0 : (double)got * 1000.0 / (double)ms;
}

json_t *
net_json(Ledger *ledger)
{
	json_t *json = json_object();
	json_t *peers = json_array();
	NetPeer *peer;

	if (ledger->net == NULL)
		return json;
	json_object_set_new(json, "syncing",
			    json_boolean(net_is_syncing(ledger)));
	json_object_set_new(json, "height", integer(ledger->durable.number));
	json_object_set_new(json, "target", integer(net_highest(ledger)));
	if (net_is_syncing(ledger)) {
		json_object_set_new(json, "blocksPerSecond",
				    json_real(blocks_per_second(ledger)));
		join_json(ledger, json);
	}
	if (ledger->earliest > 1)
		json_object_set_new(json, "earliest",
				    integer(ledger->earliest));
	for (guint i = 0; (peer = net_peer_at(ledger, i)) != NULL; i++)
		json_array_append_new(peers, peer_json(ledger, peer));
	json_object_set_new(json, "peers", peers);
	json_object_set_new(json, "dropped",
			    dropped_json(&ledger->net->dropped));
	return json;
}
