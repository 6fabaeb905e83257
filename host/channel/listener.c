/* SPDX-License-Identifier: Apache-2.0 */
#include "host/channel/listener.h"

#include <string.h>

#include <bsn/ext/stream.h>

#include "host/channel/client.h"
#include "host/net/acceptor.h"

struct ChannelListener {
	ListenerDeps deps;
	ChannelPort port;
	char *chain; /* by name: it may come and go */
	Acceptor *acceptor;
	GQueue clients;
	guint64 accepted, received, sent;
};

/* ---- clients ---- */

static void
refused(gpointer owner, const char *peer, const char *reason)
{
	ChannelListener *listener = owner;

	acceptor_refused(listener->acceptor, peer, reason);
}

static Chain *
admit(gpointer owner, const char **reason)
{
	ChannelListener *listener = owner;
	Chain *chain = chain_table_find(listener->deps.chains, listener->chain);

	if (chain == NULL)
		*reason = "there is no chain of this name: create it, or "
			  "change [channel] listen";
	else if (chain_state(chain) != CHAIN_OPEN)
		*reason = "the chain is not open";
	else if (bsn_engine_stream_of(chain_engine(chain)) == NULL)
		*reason = "the chain's framework has no protocol of its own";
	if (*reason != NULL)
		return NULL;
	listener->accepted++;
	return chain;
}

static void
moved(gpointer owner, gsize bytes_in, gsize bytes_out)
{
	ChannelListener *listener = owner;

	listener->received += bytes_in;
	listener->sent += bytes_out;
}

static void
gone(gpointer owner, GList *link)
{
	ChannelListener *listener = owner;

	g_queue_unlink(&listener->clients, link);
	acceptor_gone(listener->acceptor);
}

static void
came(gpointer owner, struct bufferevent *bev, SSL *ssl, const char *peer)
{
	ChannelListener *listener = owner;

	g_queue_push_tail_link(
		&listener->clients,
		channel_client_link(channel_client_new(
			bev, ssl, peer, &listener->port, listener)));
}

/* ---- life ---- */

static gboolean
open_port(ChannelListener *listener, const char *address, GError **error)
{
	const AcceptorDeps deps = {
		.base = listener->deps.base,
		.tls = listener->deps.tls,
		.part = "channel",
		.chain = listener->chain,
		.clients_max = listener->deps.config->channel_connections_max,
		.came = came,
		.owner = listener,
	};

	listener->acceptor = acceptor_new(&deps, address, error);
	return listener->acceptor != NULL;
}

ChannelListener *
channel_listener_new(const ListenerDeps *deps, const char *where,
		     GError **error)
{
	const char *address = strchr(where, ' ');
	ChannelListener *listener = g_new0(ChannelListener, 1);

	listener->deps = *deps;
	listener->port = (ChannelPort){
		.admit = admit,
		.refused = refused,
		.moved = moved,
		.gone = gone,
		.handshake_timeout_s =
			deps->config->channel_handshake_timeout_s,
		.idle_timeout_s = deps->config->channel_idle_timeout_s,
	};
	listener->chain = g_strndup(where, (gsize)(address - where));
	g_queue_init(&listener->clients);
	if (open_port(listener, address + strspn(address, " "), error))
		return listener;
	channel_listener_free(listener);
	return NULL;
}

void
channel_listener_stop(ChannelListener *listener)
{
	acceptor_stop(listener->acceptor);
}

void
channel_listener_free(ChannelListener *listener)
{
	while (listener->clients.head != NULL)
		channel_client_drop(listener->clients.head->data);
	acceptor_free(listener->acceptor);
	g_free(listener->chain);
	g_free(listener);
}

void
channel_listener_tick(ChannelListener *listener, gint64 now)
{
	GList *link = listener->clients.head;

	acceptor_tick(listener->acceptor, now);
	while (link != NULL) {
		GList *next = link->next;

		channel_client_tick(link->data, now);
		link = next;
	}
}

guint16
channel_listener_port(const ChannelListener *listener)
{
	return acceptor_port(listener->acceptor);
}

/* ---- numbers ---- */

void
channel_listener_measure(MetricsWriter *w, const ChannelListener *listener)
{
	const char *chain = listener->chain;

	metrics_gauge(w, "bsn_channel_connections",
		      "Clients of channels, those that shake hands included.",
		      acceptor_clients(listener->acceptor), "chain", chain,
		      NULL);
	metrics_counter(w, "bsn_channel_handshakes_total",
			"TLS handshakes of channels by outcome.",
			listener->accepted, "chain", chain, "outcome",
			"accepted", NULL);
	metrics_counter(w, "bsn_channel_handshakes_total",
			"TLS handshakes of channels by outcome.",
			acceptor_refusals(listener->acceptor), "chain", chain,
			"outcome", "refused", NULL);
	metrics_counter(w, "bsn_channel_received_bytes_total",
			"Bytes that channels' clients sent, without TLS.",
			listener->received, "chain", chain, NULL);
	metrics_counter(w, "bsn_channel_sent_bytes_total",
			"Bytes that channels' clients were sent, without TLS.",
			listener->sent, "chain", chain, NULL);
}
