/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/tls_server.h: a small HTTPS server on a port of its own, in a
 * thread of its own, for tests of clients.
 */
#ifndef TESTS_UNIT_TLS_SERVER_H
#define TESTS_UNIT_TLS_SERVER_H

#include <event2/http.h>
#include <glib.h>

typedef struct TlsServer TlsServer;

/* Answers one request; on the server's thread. */
typedef void (*TlsHandler)(struct evhttp_request *request, void *user);

/* Certificate and key are PEM files. Ends the test on an error. */
TlsServer *tls_server_start(const char *cert_file, const char *key_file,
			    TlsHandler handler, void *user);
guint16 tls_server_port(const TlsServer *server);
void tls_server_stop(TlsServer *server);

/* The request's body as a new string. */
char *tls_request_body(struct evhttp_request *request);
/* Answers with a text. */
void tls_reply(struct evhttp_request *request, int status, const char *text);

#endif
