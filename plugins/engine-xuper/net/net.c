/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/net/private.h"

#include "plugins/engine-xuper/cross/cross.h"
#include "plugins/kit/sink.h"

void
net_open(bsn_ledger *ledger)
{
	Net *net;

	if (services.net == NULL)
		return;
	ledger->net = net = g_new0(Net, 1);
	net->peers = g_ptr_array_new_with_free_func(peer_free);
	net->gone = g_ptr_array_new_with_free_func(peer_free);
	g_queue_init(&net->sync.items);
	g_queue_init(&net->fetches);
	peers_follow_members(ledger);
	status_watch(ledger);
}

void
net_close(bsn_ledger *ledger)
{
	Net *net = ledger->net;

	if (net == NULL)
		return;
	services.timer->cancel(ledger->chain, TIMER_NET);
	branch_clear(ledger);
	sync_clear(&net->sync);
	g_ptr_array_unref(net->peers);
	g_ptr_array_unref(net->gone);
	g_clear_pointer(&ledger->net, g_free);
}

gboolean
net_send(bsn_ledger *ledger, const Peer *peer, guint8 kind, const void *body)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	net_message_put(bytes, kind, body);
	return services.net->send(ledger->chain, bytes_slice(peer->key),
				  buffer_slice(bytes)) == BSN_OK;
}

gboolean
net_tell(bsn_ledger *ledger, bsn_slice public_key, guint8 kind,
	 const void *body)
{
	const Peer *peer = ledger->net != NULL ? peer_find(ledger, public_key)
					       : NULL;

	return peer != NULL && peer->reachable && !peer->leaving &&
	       net_send(ledger, peer, kind, body);
}

void
net_wake_at(bsn_ledger *ledger, guint64 at_ms)
{
	Net *net = ledger->net;
	const guint64 now = services_mono_ms(ledger->chain);

	if (net->wake_at_ms != 0 && net->wake_at_ms <= at_ms)
		return;
	if (services.timer->set(ledger->chain, TIMER_NET,
				at_ms > now ? at_ms - now : 0) == BSN_OK)
		net->wake_at_ms = MAX(at_ms, 1);
}

/* ---- what comes ---------------------------------------------------------- */

/* Who was removed says what it has, and asks for the blocks that it may have. */
static gboolean
is_for_leaver(guint8 kind)
{
	return kind == NET_STATUS || kind == NET_GET_FINAL;
}

static void
receive(bsn_ledger *ledger, Peer *peer, const NetMessage *message)
{
	switch (message->kind) {
	case NET_STATUS:
		status_received(ledger, peer, message->body.status);
		break;
	case NET_TRANSACTIONS:
		forward_received(ledger, peer, message->body.transactions);
		break;
	case NET_GET_FINAL:
		serve_final(ledger, peer, message->body.get_final);
		break;
	case NET_FINAL:
		sync_received(ledger, peer, message->body.final);
		break;
	case NET_GET_BRANCH:
		serve_branch(ledger, peer, message->body.get_branch);
		break;
	case NET_BRANCH:
		branch_received(ledger, peer, message->body.branch);
		break;
	case NET_CROSS_ASK:
		endorse_asked(ledger, bytes_slice(peer->key),
			      message->body.ask);
		break;
	case NET_CROSS_TOLD:
		inquiry_told(ledger, bytes_slice(peer->key),
			     message->body.told);
		break;
	}
}

void
net_message(bsn_ledger *ledger, bsn_slice from, bsn_slice bytes)
{
	Net *net = ledger->net;
	g_auto(Arena) arena = ARENA_INIT;
	bsn_err err = BSN_ERR_INIT;
	NetMessage message;
	Peer *peer;

	if (net == NULL)
		return;
	g_ptr_array_set_size(net->gone, 0);
	peer = peer_find(ledger, from);
	if (peer == NULL) {
		net->dropped.strangers++;
	} else if (net_message_read(&arena, bytes, &message, &err) != BSN_OK) {
		net->dropped.malformed++;
		services_log(ledger->chain, BSN_LOG_DEBUG,
			     "net: %s sent what is no message: %s", peer->name,
			     err.reason);
	} else if (peer->leaving && !is_for_leaver(message.kind)) {
		net->dropped.strangers++;
	} else {
		receive(ledger, peer, &message);
	}
}

void
net_timer(bsn_ledger *ledger)
{
	Net *net = ledger->net;

	if (net == NULL)
		return;
	g_ptr_array_set_size(net->gone, 0);
	net->wake_at_ms = 0;
	forward_timer(ledger);
	status_timer(ledger);
	serve_timer(ledger);
	branch_timer(ledger);
	sync_timer(ledger);
}

void
net_peer_changed(bsn_ledger *ledger, bsn_slice public_key, gboolean reachable)
{
	Peer *peer = ledger->net != NULL ? peer_find(ledger, public_key) : NULL;

	if (peer == NULL)
		return;
	g_ptr_array_set_size(ledger->net->gone, 0);
	peer->reachable = reachable;
	peer->told_ms = 0;
	peer->wanted_count = 0;
	peer->wants_branch = FALSE;
	sync_let_go(ledger, peer, FALSE);
	branch_let_go(ledger, peer);
	if (reachable) {
		peer_came(ledger, peer);
		status_tell(ledger, peer, TRUE);
		status_watch(ledger);
		forward_soon(ledger);
	}
	sync_run(ledger);
}

/* ---- what happens here --------------------------------------------------- */

/* A block has just become final: others are taken by the timer. */
void
net_group_changed(bsn_ledger *ledger)
{
	if (ledger->net != NULL)
		peers_tell_transport(ledger);
}

void
net_members_changed(bsn_ledger *ledger)
{
	if (ledger->net == NULL)
		return;
	peers_follow_members(ledger);
	status_watch(ledger);
	forward_soon(ledger);
	net_wake_at(ledger, services_mono_ms(ledger->chain));
}

void
net_root_moved(bsn_ledger *ledger)
{
	if (ledger->net != NULL && ledger->net->sync.active)
		net_wake_at(ledger, services_mono_ms(ledger->chain));
}

void
net_durable(bsn_ledger *ledger)
{
	if (ledger->net == NULL)
		return;
	status_watch(ledger);
	sync_run(ledger);
}

void
net_goes_on(bsn_ledger *ledger)
{
	if (ledger->net == NULL)
		return;
	ledger->net->sync.pause_until_ms = 0;
	net_wake_at(ledger, services_mono_ms(ledger->chain));
}

/* ---- for people ---------------------------------------------------------- */

gboolean
net_is_syncing(const bsn_ledger *ledger)
{
	return ledger->net != NULL && ledger->net->sync.active;
}

guint64
net_highest(const bsn_ledger *ledger)
{
	return ledger->net != NULL ? MAX(ledger->durable, sync_target(ledger))
				   : ledger->durable;
}

guint
net_connected(const bsn_ledger *ledger)
{
	guint n = 1;
	Peer *peer;

	for (guint i = 0;
	     ledger->net != NULL && (peer = peer_at(ledger, i)) != NULL; i++)
		n += peer->reachable && !peer->leaving;
	return n;
}

static json_t *
number(guint64 value)
{
	return json_integer((json_int_t)value);
}

json_t *
net_json(const bsn_ledger *ledger)
{
	json_t *json = json_object();
	const NetDropped *dropped;

	json_object_set_new(json, "highest", number(net_highest(ledger)));
	json_object_set_new(json, "syncing",
			    json_boolean(net_is_syncing(ledger)));
	if (ledger->net == NULL)
		return json;
	dropped = &ledger->net->dropped;
	json_object_set_new(json, "strangers", number(dropped->strangers));
	json_object_set_new(json, "malformed", number(dropped->malformed));
	json_object_set_new(json, "unasked", number(dropped->unasked));
	json_object_set_new(json, "lies", number(dropped->lies));
	json_object_set_new(json, "timeouts", number(dropped->timeouts));
	json_object_set_new(json, "refused", number(dropped->refused));
	return json;
}
