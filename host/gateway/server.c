/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/server.h"

#include <event2/bufferevent.h>
#include <event2/listener.h>

#include "host/net/listen.h"
#include "host/net/tls.h"
#include "host/ops/log.h"

/* evhttp's own limits stand this far behind ours, which answer in our words. */
#define MARGIN 65536
/* How long a stop waits for answers that are under way: longer than a
 * submission waits by default, so that it is answered as it would have been. */
#define STOP_TIMEOUT_S 15
/* What has no answer so long before the end of that is told so. */
#define STOP_LAST_S 2
/* A full house is logged so often at most. */
#define FULL_LOG_US (60 * G_USEC_PER_SEC)

struct Server {
	ServerConfig config;
	SSL_CTX *tls;
	struct evhttp *http;
	struct evhttp_bound_socket *bound; /* NULL once it stops */
	struct evconnlistener *listener;   /* of `bound` */
	gboolean paused;		   /* as many connections as may be */
	gint64 told_full; /* when that was last logged; monotonic */
	guint16 port;
	GQueue connections;
	struct event *tick;
	struct event *stopped; /* activated when the last one has gone */
	gint64 stop_by;	       /* monotonic; 0 unless stopping */
	void (*done)(gpointer arg);
	gpointer done_arg;
};

/* ---- accepting ---- */

static void
tell_full(Server *server)
{
	gint64 now = g_get_monotonic_time();

	if (server->told_full != 0 && now - server->told_full < FULL_LOG_US)
		return;
	server->told_full = now;
	log_warning("gateway", NULL,
		    "%u connections are open, as many as may be: others wait",
		    server->connections.length);
}

static void
pause_or_resume(Server *server)
{
	gboolean full =
		server->connections.length >= server->config.connections_max;

	if (server->bound == NULL || full == server->paused)
		return;
	server->paused = full;
	if (full) {
		evconnlistener_disable(server->listener);
		tell_full(server);
	} else {
		evconnlistener_enable(server->listener);
	}
}

static void
connection_closed(Connection *connection, gpointer owner)
{
	Server *server = owner;

	g_queue_unlink(&server->connections, &connection->link);
	pause_or_resume(server);
	if (server->stop_by != 0 && server->connections.length == 0)
		event_active(server->stopped, 0, 0);
}

static struct bufferevent *
accept_connection(struct event_base *base, void *arg)
{
	Server *server = arg;
	SSL *ssl;
	struct bufferevent *bev = tls_bufferevent_new(base, server->tls, &ssl);

	if (ssl == NULL) {
		log_error("gateway", NULL,
			  "TLS for a connection cannot be "
			  "had: it is closed");
		return bev;
	}
	g_queue_push_tail_link(&server->connections,
			       &connection_new(base, bev, ssl,
					       &server->config.limits,
					       connection_closed, server)
					->link);
	pause_or_resume(server);
	return bev;
}

static void
request_arrived(struct evhttp_request *request, void *arg)
{
	Server *server = arg;

	server->config.request(server->config.owner, request);
}

/* ---- time ---- */

static void
for_each(Server *server, void (*act)(Connection *, gint64 now), gint64 now)
{
	GList *link = server->connections.head;

	while (link != NULL) {
		GList *next = link->next;

		act(link->data, now);
		link = next;
	}
}

static void
abort_one(Connection *connection, gint64 now)
{
	connection_abort(connection);
}

static void
abort_idle(Connection *connection, gint64 now)
{
	if (connection->state == CONNECTION_IDLE ||
	    connection->state == CONNECTION_HANDSHAKE)
		connection_abort(connection);
}

static void
tick(evutil_socket_t fd, short what, void *arg)
{
	Server *server = arg;
	gint64 now = g_get_monotonic_time();

	for_each(server, connection_check_deadline, now);
	server->config.tick(server->config.owner, now);
	if (server->stop_by == 0)
		return;
	if (now < server->stop_by)
		for_each(server, abort_idle, now);
	else
		for_each(server, abort_one, now);
}

/* ---- listening ---- */

static void
stopped(evutil_socket_t fd, short what, void *arg)
{
	Server *server = arg;

	if (server->done != NULL)
		server->done(server->done_arg);
	server->done = NULL;
}

static void
start_http(Server *server, int fd)
{
	static const struct timeval second = { 1, 0 };
	const ServerConfig *config = &server->config;

	server->http = evhttp_new(config->base);
	evhttp_set_allowed_methods(server->http, 0xffff);
	evhttp_set_max_headers_size(
		server->http, (ev_ssize_t)(config->limits.header_max + MARGIN));
	/* Bytes are counted as they come: see connection.c. */
	evhttp_set_max_body_size(server->http, -1);
	evhttp_set_default_content_type(server->http, NULL);
	evhttp_set_bevcb(server->http, accept_connection, server);
	evhttp_set_gencb(server->http, request_arrived, server);
	server->listener = evconnlistener_new(
		config->base, NULL, NULL,
		LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	server->bound = evhttp_bind_listener(server->http, server->listener);
	server->port = listen_port(fd);
	server->tick = event_new(config->base, -1, EV_PERSIST, tick, server);
	event_add(server->tick, &second);
	server->stopped = event_new(config->base, -1, 0, stopped, server);
}

Server *
server_new(const ServerConfig *config, GError **error)
{
	SSL_CTX *tls = tls_context_new("gateway", config->tls_certificate,
				       config->tls_key, error);
	Server *server;
	int fd;

	if (tls == NULL)
		return NULL;
	tls_context_ask_any(tls);
	fd = listen_open("gateway", config->listen, error);
	if (fd < 0) {
		SSL_CTX_free(tls);
		return NULL;
	}
	server = g_new0(Server, 1);
	server->config = *config;
	server->tls = tls;
	g_queue_init(&server->connections);
	start_http(server, fd);
	return server;
}

void
server_free(Server *server)
{
	if (server == NULL)
		return;
	server->stop_by = 0;
	server->bound = NULL;
	event_free(server->tick);
	evhttp_free(server->http);
	/* Bufferevents end in the loop, and their connections with them. */
	while (server->connections.length > 0)
		event_base_loop(server->config.base, EVLOOP_NONBLOCK);
	event_free(server->stopped);
	SSL_CTX_free(server->tls);
	g_free(server);
}

guint16
server_port(const Server *server)
{
	return server->port;
}

guint
server_connections(const Server *server)
{
	return server->connections.length;
}

gboolean
server_stopping(const Server *server)
{
	return server->stop_by != 0;
}

gboolean
server_stops_now(const Server *server, gint64 now)
{
	return server_stopping(server) &&
	       now >= server->stop_by - STOP_LAST_S * G_USEC_PER_SEC;
}

void
server_stop(Server *server, void (*done)(gpointer), gpointer arg)
{
	gint64 now = g_get_monotonic_time();

	server->done = done;
	server->done_arg = arg;
	server->stop_by = now + STOP_TIMEOUT_S * G_USEC_PER_SEC;
	evhttp_del_accept_socket(server->http, server->bound);
	server->bound = NULL;
	for_each(server, abort_idle, now);
	if (server->connections.length == 0)
		event_active(server->stopped, 0, 0);
}
