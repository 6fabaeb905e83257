/* SPDX-License-Identifier: Apache-2.0
 *
 * host/net/refusal.h: why an SDK's handshake failed, in words that say what to do;
 * ca_files and tls_certificate are those of the port.
 */
#ifndef HOST_NET_REFUSAL_H
#define HOST_NET_REFUSAL_H

#include <openssl/ssl.h>

/* `code` is OpenSSL's error, or 0 when the peer left. */
const char *refusal_reason(const SSL *ssl, unsigned long code);

#endif
