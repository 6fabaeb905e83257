/* SPDX-License-Identifier: Apache-2.0
 *
 * host/net/acceptor.h: a TLS port for SDKs: who comes is passed on, as many as
 * may be, and who is refused is logged, within reason. Main loop only.
 */
#ifndef HOST_NET_ACCEPTOR_H
#define HOST_NET_ACCEPTOR_H

#include <event2/bufferevent.h>
#include <event2/event.h>
#include <glib.h>
#include <openssl/ssl.h>

typedef struct Acceptor Acceptor;

/* What it works with; all outlive it. */
typedef struct {
	struct event_base *base;
	SSL_CTX *tls;
	const char *part;  /* of the config, and in the log: "channel" */
	const char *chain; /* whose port it is; NULL: everybody's */
	guint clients_max; /* at once; others wait */
	/* One has come and is to shake hands over `ssl`; takes the
	 * bufferevent. `peer` is its address. acceptor_gone follows once. */
	void (*came)(gpointer owner, struct bufferevent *bev, SSL *ssl,
		     const char *peer);
	gpointer owner;
} AcceptorDeps;

Acceptor *acceptor_new(const AcceptorDeps *deps, const char *address,
		       GError **error);
/* Accepts nobody else. */
void acceptor_stop(Acceptor *acceptor);
void acceptor_free(Acceptor *acceptor); /* NULL is allowed */
guint16 acceptor_port(const Acceptor *acceptor);

/* One who came was not let in, and why. */
void acceptor_refused(Acceptor *acceptor, const char *peer, const char *reason);
/* One who came has left. */
void acceptor_gone(Acceptor *acceptor);
/* Each second or so; `now` is monotonic, in us. */
void acceptor_tick(Acceptor *acceptor, gint64 now);

guint acceptor_clients(const Acceptor *acceptor);
/* So many were refused so far. */
guint64 acceptor_refusals(const Acceptor *acceptor);

#endif
