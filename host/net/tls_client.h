/* SPDX-License-Identifier: Apache-2.0
 *
 * host/net/tls_client.h: whom TLS has found at the other end, as engines are
 * told.
 */
#ifndef HOST_NET_TLS_CLIENT_H
#define HOST_NET_TLS_CLIENT_H

#include <bsn/ext/session.h>
#include <glib.h>
#include <openssl/ssl.h>

typedef struct {
	char *name, *organisation; /* UTF-8 */
	GBytes *certificate;       /* DER */
	GBytes *public_key;
} TlsClient;

/* What the verified certificate says. Any thread, as all of these. */
TlsClient *tls_client_of(const SSL *ssl);
TlsClient *tls_client_ref(TlsClient *client);
void tls_client_unref(TlsClient *client); /* NULL is allowed */
/* For a call of the ABI; borrowed from the client. */
bsn_client tls_client_for_engine(const TlsClient *client);

#endif
