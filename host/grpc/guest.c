/* SPDX-License-Identifier: Apache-2.0 */
#include "host/grpc/guest.h"

#include <event2/bufferevent_ssl.h>

#include "grpc/event/transport.h"
#include "host/net/refusal.h"
#include "host/ops/log.h"

struct GrpcGuest {
	GList link;
	const GrpcPort *port;
	struct bufferevent *bev; /* until the transport has it */
	SSL *ssl;
	char *peer;
	gint64 since; /* monotonic, us */
	TlsClient *client; /* NULL while it shakes hands; so is: */
	GrpcTransport *transport;
};

/* ---- its end ---- */

void
grpc_guest_drop(GrpcGuest *guest)
{
	grpc_transport_free(guest->transport);
	if (guest->bev != NULL)
		bufferevent_free(guest->bev);
	guest->port->gone(guest->port->owner, &guest->link);
	tls_client_unref(guest->client);
	g_free(guest->peer);
	g_free(guest);
}

static void
refuse(GrpcGuest *guest, const char *reason)
{
	guest->port->refused(guest->port->owner, guest->peer, reason);
	grpc_guest_drop(guest);
}

static void
ended(GrpcTransport *transport, const char *reason, gpointer user)
{
	GrpcGuest *guest = user;

	if (reason != NULL)
		log_debug("grpc", NULL, "%s: %s", guest->peer, reason);
	grpc_guest_drop(guest);
}

/* ---- in ---- */

static void
begin(GrpcCall *rpc, gpointer user)
{
	GrpcGuest *guest = user;

	grpc_calls_begin(guest->port->calls, rpc, guest->client);
}

static void
shaken(GrpcGuest *guest)
{
	if (!grpc_tls_has_h2(guest->ssl)) {
		refuse(guest, "it does not ask for HTTP/2 (ALPN h2), which "
			      "gRPC needs");
		return;
	}
	guest->client = tls_client_of(guest->ssl);
	guest->transport = grpc_transport_new(
		g_steal_pointer(&guest->bev),
		grpc_server_new(&guest->port->limits, begin, guest,
				grpc_transport_now()),
		ended, guest);
	guest->port->accepted(guest->port->owner);
}

static void
happened(struct bufferevent *bev, short what, void *arg)
{
	GrpcGuest *guest = arg;

	if (what & BEV_EVENT_CONNECTED)
		shaken(guest);
	else
		refuse(guest,
		       refusal_reason(guest->ssl,
				      bufferevent_get_openssl_error(bev)));
}

GrpcGuest *
grpc_guest_new(const GrpcPort *port, struct bufferevent *bev, SSL *ssl,
	       const char *peer)
{
	GrpcGuest *guest = g_new0(GrpcGuest, 1);

	guest->link.data = guest;
	guest->port = port;
	guest->bev = bev;
	guest->ssl = ssl;
	guest->peer = g_strdup(peer);
	guest->since = g_get_monotonic_time();
	bufferevent_setcb(bev, NULL, NULL, happened, guest);
	bufferevent_enable(bev, EV_READ | EV_WRITE);
	return guest;
}

GList *
grpc_guest_link(GrpcGuest *guest)
{
	return &guest->link;
}

void
grpc_guest_leave(GrpcGuest *guest)
{
	if (guest->transport == NULL)
		grpc_guest_drop(guest);
	else
		grpc_connection_shutdown(
			grpc_transport_connection(guest->transport),
			grpc_transport_now());
}

void
grpc_guest_tick(GrpcGuest *guest, gint64 now)
{
	const gint64 most = (gint64)guest->port->handshake_timeout_s *
			    G_USEC_PER_SEC;

	if (guest->transport == NULL && now - guest->since > most)
		refuse(guest, "its TLS handshake took too long");
}
