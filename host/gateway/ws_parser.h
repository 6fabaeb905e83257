/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/ws_parser.h: what a WebSocket client sends (RFC 6455 section 5):
 * bytes in any pieces become messages and control frames. Pure.
 */
#ifndef HOST_GATEWAY_WS_PARSER_H
#define HOST_GATEWAY_WS_PARSER_H

#include <glib.h>

/* Of a control frame's payload (section 5.5). */
#define WS_CONTROL_MAX 125

typedef enum {
	WS_CONTINUATION = 0x0,
	WS_TEXT = 0x1,
	WS_BINARY = 0x2,
	WS_CLOSE = 0x8,
	WS_PING = 0x9,
	WS_PONG = 0xa,
} WsOpcode;

/* Section 7.4.1, and its registry. */
typedef enum {
	WS_NORMAL = 1000,
	WS_GOING_AWAY = 1001,
	WS_PROTOCOL_ERROR = 1002,
	WS_UNSUPPORTED = 1003,
	WS_NO_STATUS = 1005, /* never sent: a close without a code */
	WS_NOT_UTF8 = 1007,
	WS_POLICY = 1008,
	WS_TOO_BIG = 1009,
	WS_TRY_AGAIN = 1013,
} WsStatus;

typedef enum {
	WS_MORE,	  /* wants more bytes */
	WS_GOT_MESSAGE,	  /* `message` holds a text, whole and UTF-8 */
	WS_GOT_PING,	  /* `control` holds what a pong must return */
	WS_GOT_PONG,
	WS_GOT_CLOSE,	  /* `status` is the client's */
	WS_BROKEN,	  /* `status` is ours to close with; no more is read */
} WsEvent;

typedef struct {
	gsize message_max; /* bytes */
	GByteArray *message;
	guint8 control[WS_CONTROL_MAX];
	guint control_len;
	guint status;

	/* The frame being read. */
	guint8 head[14];
	guint head_len;
	guint8 opcode;
	gboolean final, in_payload;
	guint8 mask[4];
	guint64 payload_len, payload_at;
	gboolean in_message; /* fragments came, the last did not */
} WsParser;

void ws_parser_init(WsParser *parser, gsize message_max);
void ws_parser_clear(WsParser *parser);

/* Reads until something is complete.
 *
 * Out:     event.
 * Returns: bytes taken; all of them when the event is WS_MORE. */
gsize ws_parse(WsParser *parser, const guint8 *data, gsize len,
	       WsEvent *event);
/* The message was used: room for the next. */
void ws_parser_next(WsParser *parser);

/* A frame's head as a server sends it, unmasked and final (section 5.2). In:
 * head, of at least 10 bytes. Returns its length. */
guint ws_frame_head(WsOpcode opcode, guint64 payload_len, guint8 *head);
/* What a client's key is answered with (section 4.2.2); NULL when the key is
 * none. Free with g_free. */
char *ws_accept(const char *key);

#endif
