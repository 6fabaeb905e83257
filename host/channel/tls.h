/* SPDX-License-Identifier: Apache-2.0
 *
 * host/channel/tls.h: TLS as SDKs of frameworks expect it from a node.
 */
#ifndef HOST_CHANNEL_TLS_H
#define HOST_CHANNEL_TLS_H

#include <glib.h>
#include <openssl/ssl.h>

/* TLS 1.2, and clients must show a certificate that one of the CAs vouches for;
 * keys may be RSA, P-256 or secp256k1 and the like. All are PEM files; errors
 * name them. */
SSL_CTX *channel_tls_new(const char *certificate, const char *key,
			 const char *const *ca_files, GError **error);

#endif
