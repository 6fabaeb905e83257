/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/server.h: the HTTPS server on the main loop: who may connect,
 * how many, for how long. Main loop only.
 */
#ifndef HOST_GATEWAY_SERVER_H
#define HOST_GATEWAY_SERVER_H

#include <event2/event.h>
#include <event2/http.h>
#include <glib.h>

#include "host/gateway/connection.h"

typedef struct Server Server;

typedef struct {
	struct event_base *base;
	const char *listen;	     /* "127.0.0.1:8443"; port 0: any */
	const char *tls_certificate; /* PEM files */
	const char *tls_key;
	guint connections_max;
	ConnectionLimits limits;
	/* A whole request has arrived. */
	void (*request)(gpointer owner, struct evhttp_request *request);
	/* Once a second. */
	void (*tick)(gpointer owner, gint64 now);
	gpointer owner;
} ServerConfig;

/* Listens. Errors name the address or file and what is wrong with it. */
Server *server_new(const ServerConfig *config, GError **error);
/* Drops all connections. The loop must run once more afterwards. */
void server_free(Server *server);

guint16 server_port(const Server *server);
guint server_connections(const Server *server);
gboolean server_stopping(const Server *server);
/* The time to answer is all but over; `now` is monotonic, in us. */
gboolean server_stops_now(const Server *server, gint64 now);

/* Accepts nobody else, drops who asks for nothing, lets the others have their
 * answer for a few seconds, then calls `done` (from the loop). */
void server_stop(Server *server, void (*done)(gpointer arg), gpointer arg);

#endif
