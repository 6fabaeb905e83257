/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/connection.h: one connection of a client: which limits and
 * deadlines it is under at the moment. Main loop only.
 *
 * evhttp reads and writes; this watches. It lives exactly as long as the
 * connection's SSL object, whoever closes it and why.
 */
#ifndef HOST_GATEWAY_CONNECTION_H
#define HOST_GATEWAY_CONNECTION_H

#include <bsn/base.h>
#include <event2/http.h>
#include <glib.h>
#include <openssl/ssl.h>

#include "host/gateway/head_scan.h"

typedef struct Connection Connection;

typedef enum {
	CONNECTION_HANDSHAKE, /* TLS is not up yet */
	CONNECTION_IDLE,      /* between requests */
	CONNECTION_RECEIVING, /* in the middle of one */
	CONNECTION_HELD,      /* it is being worked on */
	CONNECTION_SENDING,   /* the answer is on its way */
	CONNECTION_STREAMING, /* an answer without end */
	CONNECTION_REFUSING,  /* told what was wrong; about to be closed */
} ConnectionState;

typedef struct {
	gsize header_max, body_max; /* bytes */
	guint request_timeout_s;    /* to shake hands; to receive a request */
	guint idle_timeout_s;
} ConnectionLimits;

struct Connection {
	GList link; /* in the server's list; data points here */
	SSL *ssl;
	struct bufferevent *bev;
	const ConnectionLimits *limits;
	ConnectionState state;
	gint64 since;	      /* of the state; monotonic, microseconds */
	HeadScan scan;	      /* of the request being received */
	gsize received;	      /* bytes of it */
	int refused_http;     /* 413, 431: a limit was passed; else 0 */
	struct event *refuse; /* activated to answer that */
	struct evhttp_connection *taken; /* whose socket it was; to be freed */
	gpointer taker;			 /* who speaks on it now; or NULL */
	void (*readable)(gpointer taker);
	void (*drained)(gpointer taker);
	gboolean aborted; /* nothing that is sent reaches the peer */
	gpointer user;	  /* whose request is held or streams; or NULL */
	void (*gone)(gpointer user); /* tells it that the peer left */
	gpointer caller; /* who the TLS certificate says it is; cached */
	void (*caller_free)(gpointer caller);
	void (*closed)(Connection *connection, gpointer owner);
	gpointer owner;
};

/* Attaches a watch to a bufferevent over `ssl`. `closed` is called when the SSL
 * object is freed, after which the connection is no more. */
Connection *connection_new(struct event_base *base, struct bufferevent *bev,
			   SSL *ssl, const ConnectionLimits *limits,
			   void (*closed)(Connection *, gpointer owner),
			   gpointer owner);
/* The connection that a request came on. */
Connection *connection_of(struct evhttp_request *request);

/* A whole request arrived: nothing more is read until it is answered, but a
 * peer that leaves is noticed and `gone` is told. */
void connection_hold(Connection *connection, struct evhttp_request *request,
		     gpointer user, void (*gone)(gpointer user));
/* The user's request needs no more telling. */
void connection_forget_user(Connection *connection);
/* The answer has been given to evhttp. */
void connection_sending(Connection *connection);
/* The last of an answer without end is on its way; `gone` is told as before. */
void connection_ending(Connection *connection);
void connection_streaming(Connection *connection);
/* Holds back what is added until evhttp says that it is to be sent. */
void connection_gather(Connection *connection);
/* The answer is out: ready for the next request. */
void connection_next(Connection *connection);

/* Takes a held connection from evhttp for another protocol, in the state
 * streaming: `readable` is told of input, `drained` that all output has left.
 * When it ends, whoever holds the request is told as usual. */
void connection_take(Connection *connection, void (*readable)(gpointer taker),
		     void (*drained)(gpointer taker), gpointer taker);
/* A taken one's last words are in its output: sends them, tells the peer that
 * nothing else comes, and throws away what it still says. */
void connection_finish(Connection *connection);

/* Drops the connection, whatever it is doing. A request may still come out of
 * it, which lay in the socket: see `aborted`. */
void connection_abort(Connection *connection);
/* Acts on a deadline that has passed. */
void connection_check_deadline(Connection *connection, gint64 now);

#endif
