/* SPDX-License-Identifier: Apache-2.0
 *
 * Nodes tell each other which blocks they have on disk: all after a block, at a
 * bounded rate; and whoever seems to be behind, or has not heard who this node
 * is, again, ever less often, until it says that it has.
 */
#include "plugins/engine-fabric/net/private.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fabric/chaincode/run.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/lifecycle/lifecycle.h"
#include "plugins/engine-fabric/private/private.h"
#include "plugins/kit/sink.h"

/* Ms between two that all are told. */
#define TELL_MS 250u
/* Ms between two for one who is behind, at the end. */
#define TELL_MAX_MS 32000u
/* Ms between two answers to one peer. */
#define ANSWER_MS 100u
/* Ms between two times that one peer is listened to who it is. */
#define HELLO_MS 100u

/* ---- telling ------------------------------------------------------------- */

/* One who is leaving hears of no block after its last one. */
static Bsn__Net__Status
status_for(const Channel *channel, const Peer *peer, gboolean asks)
{
	const LedgerHead *durable = &channel->ledger->durable;
	const gboolean less = peer->last != 0 && peer->last < durable->height;
	Bsn__Net__Status status = BSN__NET__STATUS__INIT;

	status.height = less ? peer->last : durable->height;
	status.hash = message_bytes(
		bsn_slice_of(less ? peer->last_hash : durable->hash, HASH_LEN));
	status.heard = peer->version;
	status.first = channel->ledger->first;
	status.asks = asks;
	return status;
}

static void
tell_hello(Channel *channel, Peer *peer, Bsn__Net__Status *status)
{
	const struct FabricNet *net = channel->net;
	Bsn__Net__Hello hello = BSN__NET__HELLO__INIT;

	hello.status = status;
	hello.version = net->version;
	if (channel->identity != NULL)
		hello.identity = message_bytes(bytes_slice(channel->identity));
	hello.n_packages = net->packages->len;
	hello.packages = (char **)net->packages->pdata;
	(void)net_send_message(channel, peer, NET_HELLO, &hello);
}

void
status_tell(Channel *channel, Peer *peer, gboolean asks)
{
	Bsn__Net__Status status = status_for(channel, peer, asks);

	if (channel->ledger->durable.height == 0)
		return;
	if (peer->heard != channel->net->version && peer->last == 0)
		tell_hello(channel, peer, &status);
	else
		(void)net_send_message(channel, peer, NET_STATUS, &status);
}

static void
answer(Channel *channel, Peer *peer)
{
	const guint64 now = services_mono_ms(channel->chain);

	if (peer->told_ms != 0 && now < peer->told_ms + ANSWER_MS)
		return;
	peer->told_ms = now;
	status_tell(channel, peer, FALSE);
}

/* ---- who this node is ---------------------------------------------------- */

/* Those that a runtime of this host runs. */
static GPtrArray *
runnable_packages(Channel *channel)
{
	g_autoptr(GPtrArray) all = package_list(channel);
	GPtrArray *some = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < all->len && some->len < NET_PACKAGES_MAX; i++) {
		g_autofree char *type = package_type(channel, all->pdata[i]);

		if (type != NULL && runtimes_find(type) != NULL)
			g_ptr_array_add(some, g_strdup(all->pdata[i]));
	}
	return some;
}

void
status_introduce(Channel *channel)
{
	struct FabricNet *net = channel->net;
	Peer *peer;

	net->version++;
	g_clear_pointer(&net->packages, g_ptr_array_unref);
	net->packages = runnable_packages(channel);
	for (guint i = 0; (peer = peer_at(channel, i)) != NULL; i++)
		if (peer->open.reachable)
			status_tell(channel, peer, FALSE);
	status_watch(channel);
}

/* ---- hearing ------------------------------------------------------------- */

/* Of the same height there is one block, on honest nodes. */
static void
compare(Channel *channel, Peer *peer, const Bsn__Net__Status *status)
{
	const LedgerHead *durable = &channel->ledger->durable;

	if (status->height != durable->height ||
	    bsn_slice_equal(message_slice(status->hash),
			    bsn_slice_of(durable->hash, HASH_LEN)))
		return;
	peer_lied(channel, peer, 0,
		  "its block %" G_GUINT64_FORMAT " is another one",
		  status->height - 1);
}

void
status_received(Channel *channel, Peer *peer, const Bsn__Net__Status *status)
{
	peer->heard = status->heard;
	if (status->asks)
		answer(channel, peer);
	if (peer_is_left(channel, peer))
		return;
	peer->open.height = peer->has = status->height;
	peer->first = status->first;
	if (peer->last != 0) {
		peers_expire(channel);
		return;
	}
	compare(channel, peer, status);
	sync_consider(channel);
}

/* Judging who it is costs signatures. It tells again what was not heard. */
static void
introduce(Channel *channel, Peer *peer, const Bsn__Net__Hello *hello)
{
	const guint64 now = services_mono_ms(channel->chain);

	if (hello->version == peer->version ||
	    (peer->version != 0 && now < peer->introduced_ms + HELLO_MS))
		return;
	peer->version = hello->version;
	peer->introduced_ms = now;
	peer_introduced(channel, peer, hello);
	private_peer_changed(channel);
}

void
hello_received(Channel *channel, Peer *peer, const Bsn__Net__Hello *hello)
{
	introduce(channel, peer, hello);
	peer->heard = hello->status->heard;
	if (!hello->status->asks)
		answer(channel, peer);
	status_received(channel, peer, hello->status);
	packages_offered(channel);
}

/* ---- time ---------------------------------------------------------------- */

static void
arm(Channel *channel)
{
	struct FabricNet *net = channel->net;

	if (!net->telling)
		net->telling = services.timer->set(channel->chain, TIMER_STATUS,
						   net->tell_ms) == BSN_OK;
}

static void
tell_all(Channel *channel)
{
	Peer *peer;

	channel->net->told_height = channel->ledger->durable.height;
	for (guint i = 0; (peer = peer_at(channel, i)) != NULL; i++)
		if (peer->open.reachable)
			status_tell(channel, peer, FALSE);
}

static gboolean
is_behind(const Channel *channel, const Peer *peer)
{
	guint64 height = channel->ledger->durable.height;

	if (peer->last != 0)
		height = MIN(height, peer->last);
	return peer->open.height < height;
}

static gboolean
needs_telling(const Channel *channel, const Peer *peer)
{
	return peer->open.reachable &&
	       (is_behind(channel, peer) ||
		(peer->last == 0 && peer->heard != channel->net->version));
}

static gboolean
ask_those_behind(Channel *channel)
{
	gboolean any = FALSE;
	Peer *peer;

	for (guint i = 0; (peer = peer_at(channel, i)) != NULL; i++) {
		if (!needs_telling(channel, peer))
			continue;
		status_tell(channel, peer, TRUE);
		any = TRUE;
	}
	return any;
}

void
status_watch(Channel *channel)
{
	struct FabricNet *net = channel->net;

	if (net->peers->len == 0)
		return;
	if (net->tell_ms != TELL_MS)
		net->telling = FALSE;
	net->tell_ms = TELL_MS;
	arm(channel);
}

void
status_timer(Channel *channel)
{
	struct FabricNet *net = channel->net;

	net->telling = FALSE;
	peers_expire(channel);
	if (net->told_height != channel->ledger->durable.height) {
		tell_all(channel);
		arm(channel);
		return;
	}
	net->tell_ms = MIN(net->tell_ms * 2, TELL_MAX_MS);
	if (ask_those_behind(channel) || peers_are_leaving(channel))
		arm(channel);
}
