/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/ws.h: frames of a WebSocket (RFC 6455), as a client sends and
 * reads them.
 */
#ifndef TOOLS_BENCH_WS_H
#define TOOLS_BENCH_WS_H

#include <glib.h>

/* Bytes of one frame that comes. */
#define WS_FRAME_MAX (16u << 20)

#define WS_TEXT 0x1u
#define WS_CLOSE 0x8u
#define WS_PING 0x9u
#define WS_PONG 0xau

/* What a client asks for; the value is a key of chance, 24 characters. */
#define WS_HEADERS                                      \
	"Connection: Upgrade\r\nUpgrade: websocket\r\n" \
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
char *ws_key(void); /* for g_free */

/* Appends a whole message in one frame, masked. */
void ws_put(GByteArray *out, guint8 opcode, const char *data, gsize len);

/* Called with the payload of each frame; a message in several is given on piece
 * by piece, the pieces behind the first with opcode 0. FALSE ends it. */
typedef gboolean (*WsEach)(guint8 opcode, const char *data, gsize len,
			   void *user);

/* Takes what came: `held` keeps what is no whole frame yet. FALSE when it is no
 * WebSocket's, goes beyond the limit, or `each` said so. */
gboolean ws_take(GByteArray *held, const char *data, gsize len, WsEach each,
		 void *user);

#endif
