/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/net/status.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/net/leaving.h"
#include "plugins/engine-fisco/net/sync.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/kit/sink.h"

/* Ms between two that all are told. */
#define TELL_MS 250u
/* Ms between two for one who is behind, at the end. */
#define TELL_MAX_MS 32000u
/* Ms between two answers to one peer. */
#define ANSWER_MS 100u

static NetMessage
own_status(const Ledger *ledger, gboolean asks)
{
	return (NetMessage){
		.kind = NET_STATUS,
		.height = ledger->durable.number,
		.hash = bsn_slice_of(ledger->durable.hash, HASH_LEN),
		.earliest = ledger->earliest,
		.asks = asks,
	};
}

/* One who is leaving hears of no block after its last one. */
static NetMessage
status_for(const Ledger *ledger, const NetPeer *peer, gboolean asks)
{
	const NetLeaver *leaver = leaving_find(ledger, bytes_slice(peer->key));
	NetMessage message = own_status(ledger, asks);

	if (leaver != NULL && leaver->last < message.height) {
		message.height = leaver->last;
		message.hash = bsn_slice_of(leaver->hash, HASH_LEN);
	}
	return message;
}

void
status_ask(Ledger *ledger, const NetPeer *peer)
{
	const NetMessage message = status_for(ledger, peer, TRUE);

	(void)net_send(ledger, peer, &message);
}

void
status_tell(Ledger *ledger, const NetPeer *peer)
{
	const NetMessage message = status_for(ledger, peer, FALSE);

	(void)net_send(ledger, peer, &message);
}

static void
tell_each(Ledger *ledger)
{
	NetPeer *peer;

	for (guint i = 0; (peer = net_peer_at(ledger, i)) != NULL; i++)
		if (peer->reachable)
			status_tell(ledger, peer);
}

static void
tell_all(Ledger *ledger)
{
	const NetMessage message = own_status(ledger, FALSE);
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	ledger->net->told_height = message.height;
	if (ledger->net->leaving->len > 0) {
		tell_each(ledger);
		return;
	}
	net_message_put(&message, bytes);
	(void)services.net->broadcast(ledger->chain, buffer_slice(bytes));
}

static void
answer(Ledger *ledger, NetPeer *peer)
{
	const guint64 now = services_mono_ms(ledger->chain);

	if (peer->told_ms != 0 && now < peer->told_ms + ANSWER_MS)
		return;
	peer->told_ms = now;
	status_tell(ledger, peer);
}

/* Of the same height there is one block, on honest nodes. */
static void
compare(Ledger *ledger, NetPeer *peer, const NetMessage *message)
{
	if (message->height != ledger->durable.number ||
	    bsn_slice_equal(message->hash,
			    bsn_slice_of(ledger->durable.hash, HASH_LEN)))
		return;
	net_peer_lied(ledger, peer, 0,
		      "its block %" G_GUINT64_FORMAT " is another one",
		      message->height);
}

void
status_received(Ledger *ledger, NetPeer *peer, const NetMessage *message)
{
	if (message->asks)
		answer(ledger, peer);
	if (net_peer_is_left(peer, services_mono_ms(ledger->chain)))
		return;
	peer->height = peer->told = message->height;
	peer->earliest = message->earliest;
	memcpy(peer->hash, message->hash.data, HASH_LEN);
	compare(ledger, peer, message);
	sync_consider(ledger);
}

void
status_of_leaver(Ledger *ledger, const NetLeaver *leaver, NetPeer *peer,
		 const NetMessage *message)
{
	if (message->asks)
		answer(ledger, peer);
	peer->height = MIN(message->height, leaver->last);
	leaving_told(ledger, bytes_slice(peer->key), message->height);
}

/* ---- time ---------------------------------------------------------------- */

static void
arm(Ledger *ledger)
{
	FiscoNet *net = ledger->net;

	if (!net->telling)
		net->telling = services.timer->set(ledger->chain, TIMER_STATUS,
						   net->tell_ms) == BSN_OK;
}

static gboolean
is_behind(const Ledger *ledger, const NetPeer *peer)
{
	return peer->reachable && peer->height < ledger->durable.number;
}

static gboolean
ask_those_behind(Ledger *ledger)
{
	gboolean any = FALSE;
	NetPeer *peer;

	for (guint i = 0; (peer = net_peer_at(ledger, i)) != NULL; i++) {
		if (!is_behind(ledger, peer))
			continue;
		status_ask(ledger, peer);
		any = TRUE;
	}
	return any;
}

void
status_watch(Ledger *ledger)
{
	FiscoNet *net = ledger->net;

	if (net->peers->len == 0)
		return;
	if (net->tell_ms != TELL_MS)
		net->telling = FALSE;
	net->tell_ms = TELL_MS;
	arm(ledger);
}

void
status_timer(Ledger *ledger)
{
	FiscoNet *net = ledger->net;

	net->telling = FALSE;
	leaving_expire(ledger);
	if (net->told_height != ledger->durable.number) {
		tell_all(ledger);
		arm(ledger);
		return;
	}
	net->tell_ms = MIN(net->tell_ms * 2, TELL_MAX_MS);
	if (ask_those_behind(ledger) || net->leaving->len > 0)
		arm(ledger);
}
