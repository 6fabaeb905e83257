/* SPDX-License-Identifier: Apache-2.0
 *
 * host/peer/error.h: why a connection between hosts ends, or a chain is refused
 * on it: a code that both sides know, and a sentence for their logs.
 */
#ifndef HOST_PEER_ERROR_H
#define HOST_PEER_ERROR_H

#include <glib.h>

#define PEER_ERROR (peer_error_quark())
GQuark peer_error_quark(void);

/* Codes of the wire: never reused. */
typedef enum {
	PEER_MALFORMED = 1,   /* it broke the protocol */
	PEER_VERSION = 2,     /* another version of it */
	PEER_UNTRUSTED = 3,   /* certificate of no trusted CA */
	PEER_EXPIRED = 4,     /* certificate outside its period */
	PEER_REVOKED = 5,     /* certificate revoked by its CA */
	PEER_UNFIT = 6,	      /* certificate not of a node */
	PEER_BAD_PROOF = 7,   /* signature of another key or session */
	PEER_DENIED = 8,      /* by the host's lists */
	PEER_SELF = 9,	      /* the host has reached itself */
	PEER_DUPLICATE = 10,  /* there is another connection to this host */
	PEER_TOO_MANY = 11,   /* connections */
	PEER_NO_MEMBER = 12,  /* of the frame's chain */
	PEER_FLOOD = 13,      /* more of what is dropped than is tolerated */
	PEER_SLOW = 14,	      /* it does not take what is sent to it */
	PEER_SILENT = 15,     /* nothing came for too long */
	PEER_STOPPING = 16,   /* the host stops */
	PEER_LOST = 17,	      /* the connection broke; never on the wire */
	PEER_LAST = PEER_LOST,
} PeerError;

/* "untrusted", ...; of a code that nobody knows "unknown". */
const char *peer_error_name(guint code);

/* A payload of FRAME_ERROR and FRAME_REFUSE. */
GByteArray *peer_error_write(PeerError code, const char *sentence);
/* What such a payload says, as an error of that code: what is no text in it
 * is made harmless. */
GError *peer_error_read(const guint8 *payload, gsize len);

#endif
