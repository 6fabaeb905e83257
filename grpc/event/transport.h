/* SPDX-License-Identifier: Apache-2.0
 *
 * grpc/event/transport.h: a gRPC connection on a libevent loop: carries bytes
 * between it and a bufferevent, plain or TLS, and tells it the time. [main: the
 * thread of the loop]
 */
#ifndef GRPC_EVENT_TRANSPORT_H
#define GRPC_EVENT_TRANSPORT_H

#include <event2/bufferevent.h>
#include <openssl/ssl.h>

#include "grpc/connection.h"

typedef struct GrpcTransport GrpcTransport;

/* The last that is heard of a transport: it may be freed in here. Reason is
 * NULL after a shutdown. */
typedef void (*GrpcTransportEnded)(GrpcTransport *transport, const char *reason,
				   gpointer user);

/* Takes both. A client's bufferevent may still be connecting; its
 * timeouts are for that, and are taken off afterwards. What one has read
 * already is taken as well. With TLS the other side must have agreed on HTTP/2
 * (ALPN "h2", RFC 9113 section 3.3). */
GrpcTransport *grpc_transport_new(struct bufferevent *bufferevent,
				  GrpcConnection *connection,
				  GrpcTransportEnded ended, gpointer user);
GrpcConnection *grpc_transport_connection(const GrpcTransport *transport);
/* Ends what is left; NULL is nothing. Not inside an event of a call. */
void grpc_transport_free(GrpcTransport *transport);

/* Microseconds of the clock that connections are fed with here. */
gint64 grpc_transport_now(void);

/* A server's TLS speaks HTTP/2 or nothing; a client's asks for it. */
void grpc_tls_serve(SSL_CTX *context);
void grpc_tls_ask(SSL_CTX *context);
/* Both sides agreed on it, in a handshake that is done. */
gboolean grpc_tls_has_h2(const SSL *ssl);

#endif
