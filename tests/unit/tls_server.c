/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/tls_server.h"

#include <event2/buffer.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <event2/thread.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <string.h>

struct TlsServer {
	struct event_base *base;
	struct evhttp *http;
	SSL_CTX *tls;
	GThread *thread;
	guint16 port;
};

static struct bufferevent *
accept_tls(struct event_base *base, void *user)
{
	return bufferevent_openssl_socket_new(base, -1, SSL_new(user),
					      BUFFEREVENT_SSL_ACCEPTING,
					      BEV_OPT_CLOSE_ON_FREE);
}

static guint16
port_of(evutil_socket_t fd)
{
	struct sockaddr_in address;
	socklen_t len = sizeof(address);

	g_assert_cmpint(getsockname(fd, (struct sockaddr *)&address, &len), ==,
			0);
	return ntohs(address.sin_port);
}

static gpointer
serve(gpointer user)
{
	const TlsServer *server = user;

	event_base_loop(server->base, EVLOOP_NO_EXIT_ON_EMPTY);
	return NULL;
}

TlsServer *
tls_server_start(const char *cert_file, const char *key_file,
		 TlsHandler handler, void *user)
{
	TlsServer *server = g_new0(TlsServer, 1);
	struct evhttp_bound_socket *bound;

	evthread_use_pthreads();
	server->tls = SSL_CTX_new(TLS_server_method());
	g_assert_cmpint(
		SSL_CTX_use_certificate_chain_file(server->tls, cert_file), ==,
		1);
	g_assert_cmpint(SSL_CTX_use_PrivateKey_file(server->tls, key_file,
						    SSL_FILETYPE_PEM),
			==, 1);
	server->base = event_base_new();
	server->http = evhttp_new(server->base);
	evhttp_set_allowed_methods(
		server->http, EVHTTP_REQ_GET | EVHTTP_REQ_POST |
				      EVHTTP_REQ_PATCH | EVHTTP_REQ_DELETE);
	evhttp_set_bevcb(server->http, accept_tls, server->tls);
	evhttp_set_gencb(server->http, handler, user);
	bound = evhttp_bind_socket_with_handle(server->http, "127.0.0.1", 0);
	g_assert_nonnull(bound);
	server->port = port_of(evhttp_bound_socket_get_fd(bound));
	server->thread = g_thread_new("tls-server", serve, server);
	return server;
}

guint16
tls_server_port(const TlsServer *server)
{
	return server->port;
}

static void
end_loop(evutil_socket_t fd, short what, void *base)
{
	event_base_loopbreak(base);
}

/* A break before the loop begins would be forgotten; an event waits for it. */
void
tls_server_stop(TlsServer *server)
{
	static const struct timeval now = { 0 };

	event_base_once(server->base, -1, EV_TIMEOUT, end_loop, server->base,
			&now);
	g_thread_join(server->thread);
	evhttp_free(server->http);
	event_base_free(server->base);
	SSL_CTX_free(server->tls);
	g_free(server);
}

char *
tls_request_body(struct evhttp_request *request)
{
	struct evbuffer *buffer = evhttp_request_get_input_buffer(request);
	gsize len = evbuffer_get_length(buffer);

	return len > 0 ? g_strndup((char *)evbuffer_pullup(buffer, -1), len)
		       : g_strdup("");
}

void
tls_reply(struct evhttp_request *request, int status, const char *text)
{
	struct evbuffer *buffer = evbuffer_new();

	evbuffer_add(buffer, text, strlen(text));
	evhttp_send_reply(request, status, "", buffer);
	evbuffer_free(buffer);
}
