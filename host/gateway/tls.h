/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/tls.h: the TLS side of the gateway's server.
 */
#ifndef HOST_GATEWAY_TLS_H
#define HOST_GATEWAY_TLS_H

#include <event2/bufferevent.h>
#include <glib.h>
#include <openssl/ssl.h>

/* TLS 1.2 and later with a server certificate and key (PEM files). Clients are
 * asked for a certificate; any or none is let through, proven to be theirs, and
 * judged afterwards by the trust store. Sessions resume. */
SSL_CTX *tls_context_new(const char *certificate_file, const char *key_file,
			 GError **error);

/* The bufferevent of a connection that is about to be accepted. When TLS cannot
 * be had (memory), one that only reports an error, so that a connection is
 * never served in clear; *ssl is NULL then. */
struct bufferevent *tls_bufferevent_new(struct event_base *base, SSL_CTX *tls,
					SSL **ssl);

#endif
