/* SPDX-License-Identifier: Apache-2.0
 *
 * host/channel/refusal.h: why a handshake failed, in words that say what to do.
 */
#ifndef HOST_CHANNEL_REFUSAL_H
#define HOST_CHANNEL_REFUSAL_H

#include <openssl/ssl.h>

/* `code` is OpenSSL's error, or 0 when the peer left. */
const char *refusal_reason(const SSL *ssl, unsigned long code);

#endif
