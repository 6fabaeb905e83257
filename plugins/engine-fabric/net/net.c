/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/net/private.h"

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/members/members.h"
#include "plugins/engine-fabric/private/private.h"
#include "plugins/kit/sink.h"

void
net_open(Channel *channel)
{
	struct FabricNet *net;

	if (services.net == NULL)
		return;
	channel->net = net = g_new0(struct FabricNet, 1);
	net->peers = g_ptr_array_new_with_free_func(peer_free);
	net->gone = g_ptr_array_new_with_free_func(peer_free);
	sync_init(&net->sync);
	ask_open(net);
	peers_follow_members(channel);
	status_introduce(channel);
}

static void
cancel_timers(Channel *channel)
{
	static const guint64 timers[] = { TIMER_FORWARD, TIMER_STATUS,
					  TIMER_SYNC, TIMER_ASK };

	for (guint i = 0; i < G_N_ELEMENTS(timers); i++)
		services.timer->cancel(channel->chain, timers[i]);
}

void
net_close(Channel *channel)
{
	struct FabricNet *net = channel->net;

	if (net == NULL || net->closing)
		return;
	net->closing = TRUE;
	cancel_timers(channel);
	ask_close(channel);
	channel->net = NULL;
	sync_clear(&net->sync);
	g_clear_pointer(&net->packages, g_ptr_array_unref);
	g_ptr_array_unref(net->peers);
	g_ptr_array_unref(net->gone);
	g_free(net);
}

gboolean
net_is_member(const Channel *channel)
{
	return members_find(channel, bytes_slice(channel->public_key)) != NULL;
}

gboolean
net_takes_part(const Channel *channel)
{
	const bsn_member *self =
		members_find(channel, bytes_slice(channel->public_key));

	return self != NULL && self->role == BSN_ROLE_CONSENSUS;
}

gboolean
net_send_message(Channel *channel, const Peer *peer, guint8 kind,
		 const void *body)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	net_message_put(bytes, kind, body);
	return services.net->send(channel->chain, bytes_slice(peer->open.key),
				  buffer_slice(bytes)) == BSN_OK;
}

/* ---- what comes ---------------------------------------------------------- */

/* One who is leaving says which blocks it has, and asks for those that it may
 * have. */
static gboolean
is_for_leaver(guint8 kind)
{
	return kind == NET_STATUS || kind == NET_HELLO ||
	       kind == NET_GET_BLOCKS;
}

static void
receive(Channel *channel, Peer *peer, const NetMessage *message)
{
	switch (message->kind) {
	case NET_STATUS:
		status_received(channel, peer, message->body.status);
		break;
	case NET_HELLO:
		hello_received(channel, peer, message->body.hello);
		break;
	case NET_ENVELOPES:
		forward_received(channel, peer, message->body.envelopes);
		break;
	case NET_GET_BLOCKS:
		serve_question(channel, peer, message->body.get_blocks);
		break;
	case NET_BLOCKS:
		blocks_received(channel, peer, message->body.blocks);
		break;
	case NET_QUESTION:
		question_received(channel, peer, message->body.question);
		break;
	case NET_ANSWER:
		answer_received(channel, peer, message->body.answer);
		break;
	}
}

/* Links are ordered and their ends are proven: malformed is not damaged. */
static void
receive_malformed(Channel *channel, Peer *peer, const bsn_err *err)
{
	channel->net->dropped.malformed++;
	services_log(channel->chain, BSN_LOG_DEBUG,
		     "net: a message of %s is dropped: %s", peer->name,
		     err->reason);
}

void
net_message(Channel *channel, bsn_slice from, bsn_slice bytes)
{
	struct FabricNet *net = channel->net;
	g_auto(Arena) arena = ARENA_INIT;
	bsn_err err = BSN_ERR_INIT;
	NetMessage message;
	Peer *peer;

	if (net == NULL || net->closing)
		return;
	g_ptr_array_set_size(net->gone, 0);
	peer = peer_find(channel, from);
	if (peer == NULL)
		net->dropped.strangers++;
	else if (net_message_read(&arena, bytes, &message, &err) != BSN_OK)
		receive_malformed(channel, peer, &err);
	else if (peer->last != 0 && !is_for_leaver(message.kind))
		net->dropped.strangers++;
	else
		receive(channel, peer, &message);
}

void
net_timer(Channel *channel, guint64 id)
{
	if (channel->net == NULL)
		return;
	g_ptr_array_set_size(channel->net->gone, 0);
	if (id == TIMER_FORWARD)
		forward_timer(channel);
	if (id == TIMER_STATUS)
		status_timer(channel);
	if (id == TIMER_ASK)
		ask_timer(channel);
	if (id == TIMER_SYNC) {
		channel->net->sync_at_ms = 0;
		serve_timer(channel);
		sync_timer(channel);
	}
}

void
net_wake_at(Channel *channel, guint64 at_ms)
{
	struct FabricNet *net = channel->net;
	const guint64 now = services_mono_ms(channel->chain);

	if (net->sync_at_ms != 0 && net->sync_at_ms <= at_ms)
		return;
	if (services.timer->set(channel->chain, TIMER_SYNC,
				at_ms > now ? at_ms - now : 0) == BSN_OK)
		net->sync_at_ms = MAX(at_ms, 1);
}

void
net_peer_changed(Channel *channel, bsn_slice public_key, gboolean reachable)
{
	Peer *peer =
		channel->net != NULL ? peer_find(channel, public_key) : NULL;

	if (peer == NULL)
		return;
	peer->open.reachable = reachable;
	peer->version = peer->heard = peer->told_ms = 0;
	peer->wanted_count = 0;
	sync_let_go(channel, peer, FALSE);
	if (!reachable)
		ask_peer_gone(channel, peer);
	if (reachable) {
		peer_came(channel, peer);
		status_tell(channel, peer, TRUE);
		status_watch(channel);
		forward_soon(channel);
	}
	private_peer_changed(channel);
	sync_run(channel);
}

/* ---- what happens here --------------------------------------------------- */

/* A block is being committed: no other one is taken inside. */
void
net_members_changed(Channel *channel)
{
	Peer *peer;

	if (channel->net == NULL)
		return;
	peers_follow_members(channel);
	for (guint i = 0; (peer = peer_at(channel, i)) != NULL; i++) {
		peer_identify(channel, peer);
		if (peer->last != 0)
			ask_peer_gone(channel, peer);
	}
	status_introduce(channel);
	if (channel->net->sync.active)
		net_wake_at(channel, services_mono_ms(channel->chain));
}

void
net_packages_changed(Channel *channel)
{
	if (channel->net != NULL)
		status_introduce(channel);
}

void
net_head_moved(Channel *channel)
{
	if (channel->net != NULL)
		sync_head_moved(channel);
}

void
net_durable(Channel *channel)
{
	if (channel->net == NULL)
		return;
	status_watch(channel);
	sync_run(channel);
}

void
net_goes_on(Channel *channel)
{
	if (channel->net == NULL)
		return;
	slots_drop(&channel->net->sync, channel->ledger->head.height);
	status_introduce(channel);
	sync_consider(channel);
	sync_run(channel);
}

gboolean
net_is_syncing(const Channel *channel)
{
	return channel->net != NULL && channel->net->sync.active;
}

guint64
net_highest(const Channel *channel)
{
	const guint64 own = channel->ledger->durable.height;

	return channel->net != NULL ? MAX(own, sync_target(channel)) : own;
}
