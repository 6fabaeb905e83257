/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/peer-raw.h: one connection to a host, by hand: for what no decent
 * host says. Reads and writes wait, DEADLINE_S at most.
 */
#ifndef TESTS_UNIT_PEER_RAW_H
#define TESTS_UNIT_PEER_RAW_H

#include <openssl/ssl.h>

#include "host/peer/private.h"
#include "tests/unit/peer-fixture.h"

typedef struct {
	int fd;
	SSL_CTX *context;
	SSL *ssl; /* NULL: plain TCP */
	PeerSide side;
	FrameParser parser;
	guint8 exporter[EXPORTER_LEN];
	guint8 buffer[4096];
	gsize at, len; /* of what is read and not parsed */
} RawPeer;

/* TCP alone, from an address such as "127.0.0.2" (NULL: any). */
int raw_tcp(guint16 port, const char *from);
/* TLS as hosts speak it. */
RawPeer *raw_connect(const Host *host);
/* TLS as asked for: NULL when it is refused. */
RawPeer *raw_connect_as(guint16 port, int version, gboolean alpn);
/* The server's side of a connection that came in. */
RawPeer *raw_accept(int fd, const PeerTls *tls);
void raw_close(RawPeer *raw);

/* FALSE when the host has closed. */
gboolean raw_write(RawPeer *raw, const void *data, gsize len);
gboolean raw_send(RawPeer *raw, FrameType type, const guint8 *chain,
		  const void *payload, gsize len);
/* Reads the next frame; FALSE at the end. It is in raw->parser. */
gboolean raw_next(RawPeer *raw);
/* Reads until the host gives a reason and closes; 0 when it gives none. */
guint raw_read_error(RawPeer *raw);
/* Shakes hands as that host. */
void raw_shake(RawPeer *raw, const char *name);

/* The id of a chain of this name on hosts of tests. */
void raw_chain_id(Host *host, const char *chain, guint8 id[CHAIN_ID_LEN]);

#endif
