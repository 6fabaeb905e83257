/* SPDX-License-Identifier: Apache-2.0 */
#include "host/channel/channel.h"

#include "host/channel/listener.h"
#include "host/channel/tls.h"

struct ChannelServer {
	SSL_CTX *tls; /* NULL when nothing is served */
	struct event *tick;
	GPtrArray *listeners;
};

static void
tick(evutil_socket_t fd, short what, void *arg)
{
	const ChannelServer *server = arg;
	const gint64 now = g_get_monotonic_time();

	for (guint i = 0; i < server->listeners->len; i++)
		channel_listener_tick(server->listeners->pdata[i], now);
}

static gboolean
listen_all(ChannelServer *server, const ListenerDeps *deps, GError **error)
{
	static const struct timeval second = { 1, 0 };

	for (char **where = deps->config->channel_listen; *where != NULL;
	     where++) {
		ChannelListener *listener =
			channel_listener_new(deps, *where, error);

		if (listener == NULL)
			return FALSE;
		g_ptr_array_add(server->listeners, listener);
	}
	server->tick = event_new(deps->base, -1, EV_PERSIST, tick, server);
	event_add(server->tick, &second);
	return TRUE;
}

static gboolean
start(ChannelServer *server, ListenerDeps *deps, GError **error)
{
	const Config *config = deps->config;

	if (config->channel_listen[0] == NULL)
		return TRUE;
	server->tls = channel_tls_new(
		config->channel_tls_certificate, config->channel_tls_key,
		(const char *const *)config->channel_ca_files, error);
	deps->tls = server->tls;
	return server->tls != NULL && listen_all(server, deps, error);
}

ChannelServer *
channel_server_new(Loop *loop, const Config *config, ChainTable *chains,
		   GError **error)
{
	ListenerDeps deps = { .base = loop_base(loop),
			      .config = config,
			      .chains = chains };
	ChannelServer *server = g_new0(ChannelServer, 1);

	server->listeners = g_ptr_array_new();
	if (start(server, &deps, error))
		return server;
	channel_server_free(server);
	return NULL;
}

void
channel_server_stop(ChannelServer *server)
{
	for (guint i = 0; i < server->listeners->len; i++)
		channel_listener_stop(server->listeners->pdata[i]);
}

void
channel_server_free(ChannelServer *server)
{
	if (server == NULL)
		return;
	for (guint i = 0; i < server->listeners->len; i++)
		channel_listener_free(server->listeners->pdata[i]);
	g_ptr_array_unref(server->listeners);
	if (server->tick != NULL)
		event_free(server->tick);
	SSL_CTX_free(server->tls);
	g_free(server);
}

void
channel_server_measure(MetricsWriter *w, void *owner)
{
	const ChannelServer *server = owner;

	for (guint i = 0; i < server->listeners->len; i++)
		channel_listener_measure(w, server->listeners->pdata[i]);
}

guint16
channel_server_port(const ChannelServer *server, guint index)
{
	return channel_listener_port(server->listeners->pdata[index]);
}
