/* SPDX-License-Identifier: Apache-2.0
 *
 * host/net/tls.h: the TLS side of the host's servers.
 */
#ifndef HOST_NET_TLS_H
#define HOST_NET_TLS_H

#include <event2/bufferevent.h>
#include <glib.h>
#include <openssl/ssl.h>

/* TLS 1.2 and later with a server certificate and key (PEM files) of `whose`
 * server, which names them in errors. No client is asked for a certificate. */
SSL_CTX *tls_context_new(const char *whose, const char *certificate_file,
			 const char *key_file, GError **error);

/* Clients are asked for a certificate; any or none is let through, proven to be
 * theirs, and judged afterwards by the trust store. Sessions resume. */
void tls_context_ask_any(SSL_CTX *tls);

/* Clients must show a certificate that one of the CAs (PEM files) vouches for;
 * each connection is judged, none resumes. Errors name [whose] ca_files. */
gboolean tls_context_require(SSL_CTX *tls, const char *whose,
			     const char *const *ca_files, GError **error);

/* The bufferevent of a connection that is about to be accepted. When TLS cannot
 * be had (memory), one that only reports an error, so that a connection is
 * never served in clear; *ssl is NULL then. */
struct bufferevent *tls_bufferevent_new(struct event_base *base, SSL_CTX *tls,
					SSL **ssl);

#endif
