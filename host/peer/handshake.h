/* SPDX-License-Identifier: Apache-2.0
 *
 * host/peer/handshake.h: how two hosts prove to each other who they are, inside
 * a TLS 1.3 session whose keys are ephemeral.
 *
 *   client                                server
 *   HELLO version, certificate   ->
 *                                <-       HELLO version, certificate
 *   PROOF signature              ->
 *                                <-       PROOF signature
 *
 * Each judges the other's certificate before it goes on, and the server proves
 * itself only to who has proven itself. A signature is over the TLS exporter
 * value of the session (RFC 8446 section 7.5; what RFC 9266 does for channel
 * binding), the signer's side and both HELLOs: relayed into another session, or
 * sent back to who made it, it does not verify.
 *
 * Pure but for the signature's randomness: frames in, frames out. One thread at
 * a time.
 */
#ifndef HOST_PEER_HANDSHAKE_H
#define HOST_PEER_HANDSHAKE_H

#include "host/peer/credential.h"
#include "host/peer/frame.h"

#define PEER_VERSION_1 1u
#define EXPORTER_LEN 32u
#define EXPORTER_LABEL "EXPORTER-bsn-peer"

typedef enum {
	PEER_CLIENT, /* dialled */
	PEER_SERVER, /* was dialled */
} PeerSide;

typedef struct Handshake Handshake;

Handshake *handshake_new(PeerCredential *credential, PeerSide side,
			 const guint8 exporter[EXPORTER_LEN]);
void handshake_free(Handshake *handshake);

/* Appends what is said first: the client's HELLO. */
void handshake_begin(Handshake *handshake, GByteArray *out);

typedef enum {
	HANDSHAKE_GOES_ON,
	HANDSHAKE_DONE,	   /* handshake_take_host says with whom */
	HANDSHAKE_REFUSED, /* error says why; `out` tells the other side */
} HandshakeState;

/* Takes a frame, appends what is answered. Afterwards a refused handshake takes
 * nothing else. */
HandshakeState handshake_take(Handshake *handshake, FrameType type,
			      const guint8 *payload, gsize len, gint64 now_s,
			      GByteArray *out, GError **error);

/* Who the other side is: for the caller. */
PeerHost *handshake_take_host(Handshake *handshake);

#endif
