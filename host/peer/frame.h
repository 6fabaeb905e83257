/* SPDX-License-Identifier: Apache-2.0
 *
 * host/peer/frame.h: what two hosts say to each other inside TLS, cut into
 * frames. A frame is a head of 40 bytes and a payload:
 *
 *   0   4  payload's length, bytes, big-endian
 *   4   1  type
 *   5   3  zero
 *   8  32  chain id: of what concerns one chain; zero for the others
 *
 * Pure: no socket, no clock. [any]
 */
#ifndef HOST_PEER_FRAME_H
#define HOST_PEER_FRAME_H

#include <bsn/host.h>
#include <glib.h>

#define FRAME_HEAD_LEN 40u
/* SHA-256 of what a chain was made from: the same on all its hosts. */
#define CHAIN_ID_LEN 32u

/* Largest payloads, in bytes. */
#define FRAME_HELLO_MAX 8194u  /* a version and a certificate */
#define FRAME_ERROR_MAX 252u   /* a code and a sentence */
#define FRAME_KEY_MAX 192u     /* a name, a public key and a signature */
#define FRAME_MESSAGE_MAX BSN_NET_MESSAGE_MAX

typedef enum {
	/* Until both sides are known to each other, nothing else: */
	FRAME_HELLO = 1, /* version and certificate */
	FRAME_PROOF = 2, /* signature: the certificate is the sender's */
	FRAME_ERROR = 3, /* code and sentence; the connection ends. Any time */
	/* Afterwards, of the host: */
	FRAME_PING = 4,
	FRAME_PONG = 5,
	FRAME_KEY = 6, /* proves a key with which the host is a member */
	/* Of one chain: */
	FRAME_JOIN = 7,	   /* the sender has it open, and the receiver a member */
	FRAME_LEAVE = 8,   /* the sender's JOIN holds no longer */
	FRAME_REFUSE = 9,  /* the receiver's JOIN is refused: code, sentence */
	FRAME_CREDIT = 10, /* so much more may be sent */
	FRAME_MESSAGE = 11,
} FrameType;

/* Writes a head. `chain` may be NULL: zero. */
void frame_head(guint8 head[FRAME_HEAD_LEN], FrameType type,
		const guint8 *chain, gsize len);
/* Appends a whole frame. */
void frame_append(GByteArray *out, FrameType type, const guint8 *chain,
		  const void *payload, gsize len);

typedef enum {
	FRAME_MORE,   /* all bytes were taken, no frame is complete */
	FRAME_GOT,    /* `type`, `chain` and `payload` hold one */
	FRAME_BROKEN, /* `reason` says why; nothing else can be read */
} FrameEvent;

/* Memory grows with what has come, not with what a head announces. */
typedef struct {
	gboolean known; /* the sides know each other: other types are allowed */
	guint8 head[FRAME_HEAD_LEN];
	gsize head_len, len; /* of the head so far; of the payload announced */
	FrameType type;
	guint8 chain[CHAIN_ID_LEN];
	GByteArray *payload;
	const char *reason;
} FrameParser;

void frame_parser_init(FrameParser *parser);
void frame_parser_clear(FrameParser *parser);
/* Takes bytes until an event; returns how many. After FRAME_GOT the caller
 * may take the payload (frame_parser_take) before it goes on. */
gsize frame_parse(FrameParser *parser, const guint8 *data, gsize len,
		  FrameEvent *event);
GBytes *frame_parser_take(FrameParser *parser);

#endif
