/* SPDX-License-Identifier: Apache-2.0 */
#include "host/channel/listener.h"

#include <netdb.h>
#include <string.h>

#include <bsn/ext/stream.h>
#include <event2/listener.h>

#include "host/channel/client.h"
#include "host/net/listen.h"
#include "host/net/tls.h"
#include "host/ops/log.h"

/* Refusals that are logged in one minute; the others are counted: an SDK that
 * cannot get in tries again every few seconds. */
#define TOLD_PER_MINUTE 20u
#define MINUTE_US (60 * G_USEC_PER_SEC)
/* "[" IPv6 address "]:" port. */
#define PEER_MAX (NI_MAXHOST + 16)

struct ChannelListener {
	ListenerDeps deps;
	ChannelPort port;
	char *chain; /* by name: it may come and go */
	guint16 number;
	struct evconnlistener *socket; /* NULL once it stops */
	gboolean paused; /* as many clients as may be */
	GQueue clients;
	guint64 accepted, refused, received, sent;
	gint64 minute; /* when the present one began; monotonic, us */
	guint told, untold;
};

/* ---- refusals ---- */

static void
begin_minute(ChannelListener *listener, gint64 now)
{
	if (listener->untold > 0)
		log_warning("channel", listener->chain,
			    "%u more were refused in the last minute",
			    listener->untold);
	listener->minute = now;
	listener->told = listener->untold = 0;
}

static void
refused(gpointer owner, const char *peer, const char *reason)
{
	ChannelListener *listener = owner;

	listener->refused++;
	if (listener->told >= TOLD_PER_MINUTE) {
		listener->untold++;
		return;
	}
	listener->told++;
	log_warning("channel", listener->chain, "%s is refused: %s", peer,
		    reason);
}

/* ---- clients ---- */

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
pause_or_resume(ChannelListener *listener)
{
	gboolean full = listener->clients.length >=
			listener->deps.config->channel_connections_max;

	if (listener->socket == NULL || full == listener->paused)
		return;
	listener->paused = full;
	if (full) {
		log_warning("channel", listener->chain,
			    "%u clients are connected, as many as may be: "
			    "others wait",
			    listener->clients.length);
		evconnlistener_disable(listener->socket);
	} else {
		evconnlistener_enable(listener->socket);
	}
}

static void
gone(gpointer owner, GList *link)
{
	ChannelListener *listener = owner;

	g_queue_unlink(&listener->clients, link);
	pause_or_resume(listener);
}

static void
name_peer(const struct sockaddr *address, int len, char *out)
{
	const gboolean v6 = address->sa_family == AF_INET6;
	char host[NI_MAXHOST] = "?";
	char port[16] = "?";

	(void)getnameinfo(address, (socklen_t)len, host, sizeof(host), port,
			  sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV);
	(void)g_snprintf(out, PEER_MAX, v6 ? "[%s]:%s" : "%s:%s", host, port);
}

static void
accepted(struct evconnlistener *socket, evutil_socket_t fd,
	 struct sockaddr *address, int len, void *arg)
{
	ChannelListener *listener = arg;
	char peer[PEER_MAX];
	SSL *ssl;
	struct bufferevent *bev = tls_bufferevent_new(listener->deps.base,
						      listener->deps.tls, &ssl);

	name_peer(address, len, peer);
	if (ssl == NULL) {
		refused(listener, peer, "TLS for it cannot be had");
		bufferevent_free(bev);
		evutil_closesocket(fd);
		return;
	}
	bufferevent_setfd(bev, fd);
	g_queue_push_tail_link(
		&listener->clients,
		channel_client_link(channel_client_new(
			bev, ssl, peer, &listener->port, listener)));
	pause_or_resume(listener);
}

/* ---- life ---- */

static gboolean
open_socket(ChannelListener *listener, const char *address, GError **error)
{
	int fd = listen_open("channel", address, error);

	if (fd < 0)
		return FALSE;
	listener->number = listen_port(fd);
	listener->socket = evconnlistener_new(
		listener->deps.base, accepted, listener,
		LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	log_info("channel", listener->chain, "listens on %s, port %u", address,
		 listener->number);
	return TRUE;
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
	if (open_socket(listener, address + strspn(address, " "), error))
		return listener;
	channel_listener_free(listener);
	return NULL;
}

void
channel_listener_stop(ChannelListener *listener)
{
	g_clear_pointer(&listener->socket, evconnlistener_free);
}

void
channel_listener_free(ChannelListener *listener)
{
	channel_listener_stop(listener);
	while (listener->clients.head != NULL)
		channel_client_drop(listener->clients.head->data);
	g_free(listener->chain);
	g_free(listener);
}

void
channel_listener_tick(ChannelListener *listener, gint64 now)
{
	GList *link = listener->clients.head;

	if (now - listener->minute >= MINUTE_US)
		begin_minute(listener, now);
	while (link != NULL) {
		GList *next = link->next;

		channel_client_tick(link->data, now);
		link = next;
	}
}

guint16
channel_listener_port(const ChannelListener *listener)
{
	return listener->number;
}

/* ---- numbers ---- */

void
channel_listener_measure(MetricsWriter *w, const ChannelListener *listener)
{
	const char *chain = listener->chain;

	metrics_gauge(w, "bsn_channel_connections",
		      "Clients of channels, those that shake hands included.",
		      listener->clients.length, "chain", chain, NULL);
	metrics_counter(w, "bsn_channel_handshakes_total",
			"TLS handshakes of channels by outcome.",
			listener->accepted, "chain", chain, "outcome",
			"accepted", NULL);
	metrics_counter(w, "bsn_channel_handshakes_total",
			"TLS handshakes of channels by outcome.",
			listener->refused, "chain", chain, "outcome",
			"refused", NULL);
	metrics_counter(w, "bsn_channel_received_bytes_total",
			"Bytes that channels' clients sent, without TLS.",
			listener->received, "chain", chain, NULL);
	metrics_counter(w, "bsn_channel_sent_bytes_total",
			"Bytes that channels' clients were sent, without TLS.",
			listener->sent, "chain", chain, NULL);
}
