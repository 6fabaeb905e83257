/* SPDX-License-Identifier: Apache-2.0
 *
 * host/peer/tls.h: TLS between hosts: version 1.3 only, a key and certificate
 * made for this process and kept in memory alone, no resumption and no early
 * data, so that each session has an exporter value of its own. Nobody's
 * certificate is judged here: the handshake inside does that.
 */
#ifndef HOST_PEER_TLS_H
#define HOST_PEER_TLS_H

#include <event2/bufferevent.h>

#include "host/peer/handshake.h"

/* Application protocol (RFC 7301) that both sides must name. */
#define PEER_ALPN "bsn-peer/1"

typedef struct PeerTls PeerTls;

PeerTls *peer_tls_new(GError **error);
void peer_tls_free(PeerTls *tls);

/* A connection on `fd` (-1: yet to be dialled), which it takes; *ssl is
 * borrowed from it. NULL, with `fd` closed, when there is no memory. */
struct bufferevent *peer_tls_bufferevent(const PeerTls *tls,
					 struct event_base *base,
					 evutil_socket_t fd, PeerSide side,
					 SSL **ssl);

/* The exporter value of a session that is up; FALSE when it is not as this
 * protocol asks. */
gboolean peer_tls_exporter(SSL *ssl, guint8 exporter[EXPORTER_LEN]);

/* Why TLS failed, in words; `code` is OpenSSL's error, or 0. */
const char *peer_tls_reason(unsigned long code);

#endif
