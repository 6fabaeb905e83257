/* SPDX-License-Identifier: Apache-2.0
 *
 * Connections that become known, and that end.
 */
#include <string.h>

#include "host/peer/private.h"

Peer *
peers_find(const Peers *peers, const Link *link)
{
	const PeerHost *host = link_host(link);
	Peer *peer = host != NULL
			     ? g_hash_table_lookup(peers->by_host, host->id)
			     : NULL;

	return peer != NULL && peer->link == link ? peer : NULL;
}

/* When both hosts dial at once, both keep what the one with the lower id has
 * dialled. */
static gboolean
is_preferred(const Peers *peers, const Link *link)
{
	const gboolean lower = memcmp(peers_self(peers)->id,
				      link_host(link)->id, HOST_ID_LEN) < 0;

	return lower == (link_side(link) == PEER_CLIENT);
}

/* Whether a new connection takes the place of one that is there. What is old
 * may have died without a word, and its host knows: it would not have come
 * again. */
static gboolean
is_better(const Peers *peers, const Link *new_link, const Link *old)
{
	const gint64 age = g_get_monotonic_time() - link_since(old);

	if (!link_is_open(old) || link_side(new_link) == link_side(old) ||
	    age > (gint64)peers->link_deps.handshake_timeout_s * G_USEC_PER_SEC)
		return TRUE;
	return is_preferred(peers, new_link);
}

void
peers_end_peer(Peers *peers, Peer *peer)
{
	g_hash_table_remove(peers->by_host, link_host(peer->link)->id);
	peer_end(peer);
}

static void
close_duplicate(Link *link)
{
	link_close(link, PEER_DUPLICATE,
		   "there is another connection between the two hosts");
}

/* FALSE when the link has been closed instead. */
static gboolean
take_place(Peers *peers, Link *link)
{
	Peer *old = g_hash_table_lookup(peers->by_host, link_host(link)->id);

	if (peers_is_banned(peers, link_host(link))) {
		link_close(link, PEER_FLOOD,
			   "the host was cut off for a flood: it may come back "
			   "in a minute");
		return FALSE;
	}
	if (old != NULL && !is_better(peers, link, old->link)) {
		close_duplicate(link);
		return FALSE;
	}
	if (old != NULL) {
		Link *old_link = old->link;

		peers_end_peer(peers, old);
		close_duplicate(old_link);
	} else if (g_hash_table_size(peers->by_host) >=
		   peers->deps.config->peers_connections_max) {
		link_close(link, PEER_TOO_MANY,
			   "as many hosts are connected as may be");
		return FALSE;
	}
	return TRUE;
}

void
peers_leave_gate(Peers *peers, const Link *link)
{
	if (link_side(link) == PEER_SERVER)
		gate_leave(peers->gate, link_address_bytes(link));
}

static void
known(void *owner, Link *link)
{
	Peers *peers = owner;
	const Identity *identity = link_host(link)->identity;
	Peer *peer;

	peers_leave_gate(peers, link);
	peers->counters.known++;
	dialer_known(peers->dialer, link);
	if (!take_place(peers, link))
		return;
	peers_log(peers, LOG_LEVEL_INFO, "connected with %s of %s, %s",
		  identity->name, identity->organisation, link_address(link));
	peer = peer_new(peers, link);
	g_hash_table_insert(peers->by_host, (gpointer)link_host(link)->id,
			    peer);
	dialer_review(peers->dialer);
}

static void
take_frame(void *owner, Link *link, FrameType type, const guint8 *chain,
	   GBytes *payload)
{
	Peer *peer = peers_find(owner, link);

	if (peer != NULL)
		peer_frame(peer, type, chain, payload);
	else
		g_bytes_unref(payload);
}

static void
drained(void *owner, Link *link)
{
	Peer *peer = peers_find(owner, link);

	if (peer != NULL)
		peer_pump(peer);
}

/* ---- ends ---- */

static void
log_unknown(Peers *peers, const Link *link, const GError *why)
{
	if (link_side(link) == PEER_CLIENT)
		return; /* the dialer tells of it */
	peers->counters.refused++;
	peers_log_stranger(peers, "%s is not let in: %s (%s)",
			   link_address(link), why->message,
			   peer_error_name((guint)why->code));
}

static void
log_known(Peers *peers, const Link *link, const GError *why)
{
	const Identity *identity = link_host(link)->identity;
	const gboolean expected = why->code == PEER_DUPLICATE ||
				  why->code == PEER_STOPPING ||
				  why->code == PEER_LOST;

	peers->counters.lost++;
	peers_log(peers, expected ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
		  "the connection with %s of %s, %s, is over: %s (%s)",
		  identity->name, identity->organisation, link_address(link),
		  why->message, peer_error_name((guint)why->code));
}

void
peers_check_stopped(Peers *peers)
{
	void (*stopped)(void *owner) = peers->stopped;

	if (stopped == NULL || peers->links.length > 0)
		return;
	peers->stopped = NULL;
	stopped(peers->stopped_owner);
}

static void
over(void *owner, Link *link, const GError *why)
{
	Peers *peers = owner;
	Peer *peer = peers_find(peers, link);

	g_queue_remove(&peers->links, link);
	peers->counters.received += link_received(link);
	peers->counters.sent += link_sent(link);
	if (link_host(link) == NULL) {
		peers_leave_gate(peers, link);
		log_unknown(peers, link, why);
	} else {
		log_known(peers, link, why);
	}
	if (peer != NULL)
		peers_end_peer(peers, peer);
	dialer_over(peers->dialer, link, why);
	dialer_review(peers->dialer);
	peers_check_stopped(peers);
}

const LinkEvents peers_link_events = { known, take_frame, drained, over };
