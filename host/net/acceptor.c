/* SPDX-License-Identifier: Apache-2.0 */
#include "host/net/acceptor.h"

#include <netdb.h>

#include <event2/listener.h>

#include "host/net/listen.h"
#include "host/net/tls.h"
#include "host/ops/log.h"

/* Refusals that are logged in one minute; the others are counted: an SDK that
 * cannot get in tries again every few seconds. */
#define TOLD_PER_MINUTE 20u
#define MINUTE_US (60 * G_USEC_PER_SEC)
/* "[" IPv6 address "]:" port. */
#define PEER_MAX (NI_MAXHOST + 16)

struct Acceptor {
	AcceptorDeps deps;
	guint16 port;
	struct evconnlistener *socket; /* NULL once it stops */
	gboolean paused; /* as many clients as may be */
	guint clients;
	guint64 refused;
	gint64 minute; /* when the present one began; monotonic, us */
	guint told, untold;
};

/* ---- refusals ---- */

void
acceptor_tick(Acceptor *acceptor, gint64 now)
{
	if (now - acceptor->minute < MINUTE_US)
		return;
	if (acceptor->untold > 0)
		log_warning(acceptor->deps.part, acceptor->deps.chain,
			    "%u more were refused in the last minute",
			    acceptor->untold);
	acceptor->minute = now;
	acceptor->told = acceptor->untold = 0;
}

void
acceptor_refused(Acceptor *acceptor, const char *peer, const char *reason)
{
	acceptor->refused++;
	if (acceptor->told >= TOLD_PER_MINUTE) {
		acceptor->untold++;
		return;
	}
	acceptor->told++;
	log_warning(acceptor->deps.part, acceptor->deps.chain,
		    "%s is refused: %s", peer, reason);
}

/* ---- clients ---- */

static void
pause_or_resume(Acceptor *acceptor)
{
	gboolean full = acceptor->clients >= acceptor->deps.clients_max;

	if (acceptor->socket == NULL || full == acceptor->paused)
		return;
	acceptor->paused = full;
	if (full) {
		log_warning(acceptor->deps.part, acceptor->deps.chain,
			    "%u clients are connected, as many as may be: "
			    "others wait",
			    acceptor->clients);
		evconnlistener_disable(acceptor->socket);
	} else {
		evconnlistener_enable(acceptor->socket);
	}
}

void
acceptor_gone(Acceptor *acceptor)
{
	acceptor->clients--;
	pause_or_resume(acceptor);
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
	Acceptor *acceptor = arg;
	char peer[PEER_MAX];
	SSL *ssl;
	struct bufferevent *bev = tls_bufferevent_new(acceptor->deps.base,
						      acceptor->deps.tls, &ssl);

	name_peer(address, len, peer);
	if (ssl == NULL) {
		acceptor_refused(acceptor, peer, "TLS for it cannot be had");
		bufferevent_free(bev);
		evutil_closesocket(fd);
		return;
	}
	bufferevent_setfd(bev, fd);
	acceptor->clients++;
	acceptor->deps.came(acceptor->deps.owner, bev, ssl, peer);
	pause_or_resume(acceptor);
}

/* ---- life ---- */

Acceptor *
acceptor_new(const AcceptorDeps *deps, const char *address, GError **error)
{
	int fd = listen_open(deps->part, address, error);
	Acceptor *acceptor;

	if (fd < 0)
		return NULL;
	acceptor = g_new0(Acceptor, 1);
	acceptor->deps = *deps;
	acceptor->port = listen_port(fd);
	acceptor->socket = evconnlistener_new(
		deps->base, accepted, acceptor,
		LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	log_info(deps->part, deps->chain, "listens on %s, port %u", address,
		 acceptor->port);
	return acceptor;
}

void
acceptor_stop(Acceptor *acceptor)
{
	g_clear_pointer(&acceptor->socket, evconnlistener_free);
}

void
acceptor_free(Acceptor *acceptor)
{
	if (acceptor == NULL)
		return;
	acceptor_stop(acceptor);
	g_free(acceptor);
}

guint16
acceptor_port(const Acceptor *acceptor)
{
	return acceptor->port;
}

guint
acceptor_clients(const Acceptor *acceptor)
{
	return acceptor->clients;
}

guint64
acceptor_refusals(const Acceptor *acceptor)
{
	return acceptor->refused;
}
