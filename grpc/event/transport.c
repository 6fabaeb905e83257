/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/event/transport.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <openssl/err.h>

/* Bytes that wait for the socket; more are made when half of them have left. */
#define OUT_MAX (256u << 10)
/* Seconds that the last of it may take, and then the other side to leave. */
#define LAST_WORDS 5

struct GrpcTransport {
	struct bufferevent *bufferevent;
	GrpcConnection *connection;
	GrpcTransportEnded ended;
	gpointer user;
	struct event *timer;
	gboolean connected, telling_end;
	gboolean left; /* all is said: only the other side's end is awaited */
};

static const unsigned char h2[] = "\x02h2";

gint64
grpc_transport_now(void)
{
	return g_get_monotonic_time();
}

GrpcConnection *
grpc_transport_connection(const GrpcTransport *transport)
{
	return transport->connection;
}

/* ---- what is to be done ---- */

static void
set_timer(GrpcTransport *transport)
{
	gint64 deadline = grpc_connection_deadline(transport->connection);
	gint64 left = MAX(deadline - grpc_transport_now(), 0);
	struct timeval wait = { .tv_sec = left / G_USEC_PER_SEC,
				.tv_usec = left % G_USEC_PER_SEC };

	if (deadline == G_MAXINT64)
		event_del(transport->timer);
	else
		event_add(transport->timer, &wait);
}

static void
tell_end(GrpcTransport *transport)
{
	if (transport->telling_end)
		return;
	transport->telling_end = TRUE;
	bufferevent_disable(transport->bufferevent, EV_READ | EV_WRITE);
	event_del(transport->timer);
	transport->ended(transport,
			 grpc_connection_reason(transport->connection),
			 transport->user);
}

static const struct timeval last_words = { LAST_WORDS, 0 };

/* Nothing else comes from here. A socket that is closed while something is on
 * its way to it takes back what the other side has not read yet (TCP, RFC 9293
 * section 3.6.1): that one is listened to until it leaves. */
static void
leave(GrpcTransport *transport)
{
	SSL *ssl = bufferevent_openssl_get_ssl(transport->bufferevent);
	evutil_socket_t fd = bufferevent_getfd(transport->bufferevent);

	if (transport->left)
		return;
	transport->left = TRUE;
	if (ssl != NULL)
		SSL_shutdown(ssl);
	ERR_clear_error();
	if (fd < 0 || shutdown(fd, SHUT_WR) != 0)
		tell_end(transport);
	else
		event_add(transport->timer, &last_words);
}

/* Makes what there is room for; the end is told once all of it has left. The
 * transport may be gone afterwards. */
static void
flush(GrpcTransport *transport)
{
	struct evbuffer *out = bufferevent_get_output(transport->bufferevent);
	gint64 now = grpc_transport_now();
	const guint8 *data;
	gsize n;

	while (evbuffer_get_length(out) < OUT_MAX &&
	       (n = grpc_connection_output(transport->connection, &data, now)) >
		       0)
		evbuffer_add(out, data, n);
	if (!transport->left)
		set_timer(transport);
	if (!grpc_connection_ended(transport->connection))
		return;
	if (!transport->connected)
		tell_end(transport);
	else if (evbuffer_get_length(out) == 0)
		leave(transport);
	else
		bufferevent_set_timeouts(transport->bufferevent, NULL,
					 &last_words);
}

/* ---- what happens ---- */

static void
on_wake(GrpcConnection *connection, gpointer user)
{
	GrpcTransport *transport = user;

	/* Not at once: more may be done before the loop goes on. */
	if (!transport->left)
		event_active(transport->timer, EV_TIMEOUT, 0);
}

static void
on_timer(evutil_socket_t unused, short events, void *user)
{
	GrpcTransport *transport = user;

	if (transport->left) {
		tell_end(transport);
		return;
	}
	grpc_connection_tick(transport->connection, grpc_transport_now());
	flush(transport);
}

static void
on_read(struct bufferevent *bufferevent, void *user)
{
	GrpcTransport *transport = user;
	struct evbuffer *in = bufferevent_get_input(bufferevent);
	gint64 now = grpc_transport_now();
	gsize n;

	while ((n = evbuffer_get_contiguous_space(in)) > 0) {
		grpc_connection_receive(transport->connection,
					evbuffer_pullup(in, (ev_ssize_t)n), n,
					now);
		evbuffer_drain(in, n);
	}
	flush(transport);
}

static void
on_write(struct bufferevent *bufferevent, void *user)
{
	flush(user);
}

static void
lose(GrpcTransport *transport, const char *reason)
{
	transport->connected = FALSE;
	grpc_connection_lost(transport->connection, reason);
	flush(transport);
}

/* What is ready leaves at once: small frames of other calls do not wait for the
 * acknowledgement of these. Fails for what is no TCP, which has no delay. */
static void
set_no_delay(struct bufferevent *bufferevent)
{
	int on = 1;

	(void)setsockopt(bufferevent_getfd(bufferevent), IPPROTO_TCP,
			 TCP_NODELAY, &on, sizeof(on));
}

static gboolean
speaks_h2(struct bufferevent *bufferevent)
{
	const SSL *ssl = bufferevent_openssl_get_ssl(bufferevent);

	return ssl == NULL || grpc_tls_has_h2(ssl);
}

static char *
error_text(struct bufferevent *bufferevent)
{
	unsigned long tls = bufferevent_get_openssl_error(bufferevent);
	char text[256];

	if (tls == 0)
		return g_strdup(
			evutil_socket_error_to_string(EVUTIL_SOCKET_ERROR()));
	ERR_error_string_n(tls, text, sizeof(text));
	return g_strdup(text);
}

static void
on_event(struct bufferevent *bufferevent, short what, void *user)
{
	GrpcTransport *transport = user;
	g_autofree char *text = NULL;

	if (what & BEV_EVENT_CONNECTED) {
		transport->connected = TRUE;
		set_no_delay(bufferevent);
		bufferevent_set_timeouts(bufferevent, NULL, NULL);
		if (!speaks_h2(bufferevent))
			lose(transport, "the other side does not speak HTTP/2 "
					"(ALPN)");
		else
			flush(transport);
	} else if (what & BEV_EVENT_EOF) {
		lose(transport, "the other side closed the connection");
	} else if (what & BEV_EVENT_TIMEOUT) {
		lose(transport, "the other side takes too long");
	} else {
		text = error_text(bufferevent);
		lose(transport, text);
	}
}

/* ---- making one ---- */

GrpcTransport *
grpc_transport_new(struct bufferevent *bufferevent, GrpcConnection *connection,
		   GrpcTransportEnded ended, gpointer user)
{
	GrpcTransport *transport = g_new0(GrpcTransport, 1);

	*transport = (GrpcTransport){ .bufferevent = bufferevent,
				      .connection = connection,
				      .ended = ended,
				      .user = user,
				      .connected = TRUE };
	transport->timer = event_new(bufferevent_get_base(bufferevent), -1, 0,
				     on_timer, transport);
	set_no_delay(bufferevent);
	bufferevent_setcb(bufferevent, on_read, on_write, on_event, transport);
	bufferevent_setwatermark(bufferevent, EV_WRITE, OUT_MAX / 2, 0);
	bufferevent_enable(bufferevent, EV_READ | EV_WRITE);
	grpc_connection_set_wake(connection, on_wake, transport);
	on_wake(connection, transport);
	bufferevent_trigger(bufferevent, EV_READ, BEV_TRIG_DEFER_CALLBACKS);
	return transport;
}

void
grpc_transport_free(GrpcTransport *transport)
{
	if (transport == NULL)
		return;
	transport->telling_end = TRUE;
	grpc_connection_set_wake(transport->connection, NULL, NULL);
	grpc_connection_free(transport->connection);
	event_free(transport->timer);
	bufferevent_free(transport->bufferevent);
	g_free(transport);
}

/* ---- TLS ---- */

static int
choose_h2(SSL *ssl, const unsigned char **chosen, unsigned char *chosen_len,
	  const unsigned char *offered, unsigned int offered_len, void *unused)
{
	unsigned char *found;

	if (SSL_select_next_proto(&found, chosen_len, h2, sizeof(h2) - 1,
				  offered,
				  offered_len) != OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	*chosen = found;
	return SSL_TLSEXT_ERR_OK;
}

void
grpc_tls_serve(SSL_CTX *context)
{
	SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
	SSL_CTX_set_alpn_select_cb(context, choose_h2, NULL);
}

void
grpc_tls_ask(SSL_CTX *context)
{
	SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
	SSL_CTX_set_alpn_protos(context, h2, sizeof(h2) - 1);
}

gboolean
grpc_tls_has_h2(const SSL *ssl)
{
	const unsigned char *protocol = NULL;
	unsigned int len = 0;

	SSL_get0_alpn_selected(ssl, &protocol, &len);
	return len == 2 && memcmp(protocol, "h2", 2) == 0;
}
