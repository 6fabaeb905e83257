/* SPDX-License-Identifier: Apache-2.0
 *
 * What there is to tell of the connections to other hosts.
 */
#include "host/chain/chain.h"
#include "host/chain/internal.h"
#include "host/peer/private.h"

static void
count_outcome(MetricsWriter *w, const char *outcome, guint64 n)
{
	metrics_counter(w, "bsn_peer_connections_total",
			"Connections to and from other hosts by outcome.", n,
			"outcome", outcome, NULL);
}

static void
count_connections(MetricsWriter *w, const PeersCounters *counters)
{
	count_outcome(w, "turned-away", counters->turned_away);
	count_outcome(w, "refused", counters->refused);
	count_outcome(w, "known", counters->known);
	count_outcome(w, "lost", counters->lost);
}

static void
count_messages(MetricsWriter *w, const PeersCounters *counters)
{
	metrics_counter(w, "bsn_peer_messages_received_total",
			"Messages that members of chains sent.",
			counters->messages_received, NULL);
	metrics_counter(w, "bsn_peer_messages_sent_total",
			"Messages that were sent to members of chains.",
			counters->messages_sent, NULL);
	metrics_counter(w, "bsn_peer_messages_overflowed_total",
			"Messages that found a full queue.",
			counters->overflowed, NULL);
	metrics_counter(w, "bsn_peer_frames_of_no_member_total",
			"Frames dropped because their sender is no member of "
			"the chain.",
			counters->no_member, NULL);
}

void
peers_measure(MetricsWriter *w, void *owner)
{
	const Peers *peers = owner;
	guint64 received = peers->counters.received;
	guint64 sent = peers->counters.sent;
	gsize waiting = 0;
	GHashTableIter iter;
	gpointer value;

	for (const GList *at = peers->links.head; at != NULL; at = at->next) {
		received += link_received(at->data);
		sent += link_sent(at->data);
	}
	g_hash_table_iter_init(&iter, peers->by_host);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		waiting += ((const Peer *)value)->queue.waiting;
	metrics_gauge(w, "bsn_peers", "Other hosts that are connected.",
		      g_hash_table_size(peers->by_host), NULL);
	metrics_gauge(w, "bsn_peer_handshakes",
		      "Connections from other hosts that shake hands.",
		      gate_inside(peers->gate), NULL);
	metrics_gauge(w, "bsn_peer_waiting_bytes",
		      "Memory of messages that wait to be sent.",
		      (double)waiting, NULL);
	count_connections(w, &peers->counters);
	count_messages(w, &peers->counters);
	metrics_counter(w, "bsn_peer_received_bytes_total",
			"Bytes that other hosts sent, without TLS.", received,
			NULL);
	metrics_counter(w, "bsn_peer_sent_bytes_total",
			"Bytes that other hosts were sent, without TLS.", sent,
			NULL);
}

/* ---- for people ---- */

/* Names of the chains that both have joined; borrowed. */
static GPtrArray *
chains_of(const Peer *peer)
{
	GPtrArray *names = g_ptr_array_new();
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, peer->lanes);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const PeerLane *lane = value;

		if (lane->joined && lane->they_joined)
			g_ptr_array_add(names, (gpointer)chain_name(
						       lane->chain->net->chain));
	}
	g_ptr_array_add(names, NULL);
	return names;
}

static void
visit_peer(const Peer *peer, const PeersVisitor *visitor, void *data)
{
	const Link *link = peer->link;
	g_autoptr(GPtrArray) chains = chains_of(peer);
	const PeerView view = {
		.host = link_host(link),
		.address = link_address(link),
		.dialled = link_side(link) == PEER_CLIENT,
		.connected_ms =
			(g_get_monotonic_time() - link_since(link)) / 1000,
		.received = link_received(link),
		.sent = link_sent(link),
		.waiting = peer->queue.waiting + link_output(link),
		.dropped = peer->dropped,
		.chains = (const char *const *)chains->pdata,
	};

	visitor->peer(data, &view);
}

void
peers_visit(const Peers *peers, const PeersVisitor *visitor, void *data)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, peers->by_host);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		visit_peer(value, visitor, data);
	dialer_visit(peers->dialer, visitor, data);
}
