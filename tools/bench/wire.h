/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/wire.h: requests to gateways over many connections from one
 * thread: HTTP/1.1 over TLS on epoll, buffers used again, one request at a time
 * on each connection. Whoever sends many has little left to pay for each.
 *
 * Who asks is told by the TLS certificate where its key is one for TLS (P-256),
 * else by a signature of each request, as docs/gateway-api.md has both.
 *
 * One thread. A callback may send on any connection, but not free one.
 */
#ifndef TOOLS_BENCH_WIRE_H
#define TOOLS_BENCH_WIRE_H

#include <glib.h>
#include <openssl/x509.h>

typedef struct Wire Wire;
typedef struct WireHost WireHost; /* a gateway, and who asks there */
typedef struct Conn Conn;

/* What came of a request. */
typedef struct {
	guint status;	  /* HTTP's; 0: no answer */
	const char *body; /* until the callback returns */
	gsize len;
	const char *why; /* no answer: "unreachable", "lost", "timeout" */
} WireAnswer;

typedef void (*WireDone)(Conn *conn, const WireAnswer *answer, void *user);
/* A part of an answer's body that has no end; FALSE ends the request. */
typedef gboolean (*WirePart)(Conn *conn, const char *data, gsize len,
			     void *user);

typedef struct {
	const char *method, *target;
	const char *body; /* stays until it is answered */
	gsize len;
	guint timeout_ms; /* 0: none */
	const char
		*headers; /* more of them, each with its end of line; or NULL */
} WireRequest;

Wire *wire_new(GError **error);
void wire_free(Wire *wire);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Wire, wire_free)

/* `url` is "https://HOST:PORT"; the CA's file may be NULL for the system's.
 * References are taken. NULL with an error. */
WireHost *wire_host_new(const char *url, const char *ca_file, X509 *certificate,
			EVP_PKEY *key, GError **error);
void wire_host_free(WireHost *host);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WireHost, wire_host_free)

/* A connection to be; wire_free ends it. The host outlives it. `done` is called
 * once for each request. */
Conn *wire_add(Wire *wire, WireHost *host, WireDone done, void *user);
/* Of its next request the answer's body is given on as it comes. NULL: no more.
 */
void conn_stream(Conn *conn, WirePart part);
/* Connects and shakes hands if that is not done. */
void conn_connect(Conn *conn);
gboolean conn_is_connected(const Conn *conn);
gboolean conn_is_connecting(const Conn *conn);
/* Why it could not be made the last time, "127.0.0.1:8443: Connection refused";
 * NULL: it could, or has not been tried. Until it is tried again. */
const char *conn_failure(const Conn *conn);
/* The head of an answer that is given on in parts has come, and is 200, or 101:
 * what follows is of another protocol. */
gboolean conn_is_streaming(const Conn *conn);
/* Sends; nothing is under way on it. Connects when that is not done. */
void conn_send(Conn *conn, const WireRequest *request);
/* Of another protocol: sends, behind what was sent before. */
void conn_write(Conn *conn, const guint8 *data, gsize len);

/* Waits for something to happen, at most until then (g_get_monotonic_time), and
 * has it dealt with. */
void wire_turn(Wire *wire, gint64 until_us);

/* HTTP bytes since it was made. */
guint64 wire_sent(const Wire *wire);
guint64 wire_received(const Wire *wire);

#endif
