/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/ext/session.h: a client's connection that can take more than answers
 * (`bsn.session/1`): a WebSocket, an event stream, a socket of a framework's
 * own protocol. The host has the socket, TLS and the client's identity; the
 * engine decides what is pushed.
 *
 * What the bytes are is said by the extension of the engine that was told of
 * the session: one JSON text for jsonrpc.h and messages.h, a part of a byte
 * stream for stream.h.
 */
#ifndef BSN_EXT_SESSION_H
#define BSN_EXT_SESSION_H

#include "../host.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BSN_SESSION_ID "bsn.session/1"

/* The host's side of one connection. Valid from the engine's first sight of it
 * until the extension's `closed` returns. */
typedef struct bsn_session bsn_session;

/* Whom the host found at the other end. */
typedef struct bsn_client {
	uint32_t size;
	uint32_t reserved;     /* 0 */
	bsn_slice name;        /* of the identity, UTF-8 */
	bsn_slice organisation; /* that vouches for it, UTF-8; may be empty */
	bsn_slice certificate; /* DER X.509; empty when it showed none */
	bsn_slice public_key;  /* of the certificate: X || Y on a curve, else
				* DER SubjectPublicKeyInfo; empty when none */
} bsn_client;

/* Bytes that wait for one slow client, at most. */
#define BSN_SESSION_QUEUE_MAX (16u << 20)

typedef struct bsn_session_service {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* Queues bytes for the client; never waits for it.
	 *
	 * Returns: BSN_OK when queued; it is lost if the connection breaks.
	 * In:      data.
	 * Errors:  BSN_BUSY: BSN_SESSION_QUEUE_MAX is met, nothing was queued,
	 *          the engine drops it or closes the session; BSN_UNAVAILABLE:
	 *          the connection is gone, `closed` is on its way.
	 * [strand] & open */
	int32_t (*push)(bsn_session *session, bsn_slice data);

	/* Ends the connection once what is queued was sent; the extension's
	 * `closed` comes. Again is fine. [strand] & open */
	void (*close)(bsn_session *session);

	/* Bytes that were pushed and have not left for the client yet, so that
	 * an engine with much to push can wait. [strand] & open */
	uint64_t (*waiting)(bsn_session *session);
} bsn_session_service;

BSN_HOST_SERVICE(bsn_session_service, bsn_host_session, BSN_SESSION_ID)

#ifdef __cplusplus
}
#endif

#endif /* BSN_EXT_SESSION_H */
