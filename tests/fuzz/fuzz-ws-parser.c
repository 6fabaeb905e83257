/* SPDX-License-Identifier: Apache-2.0
 *
 * WebSocket frames: however the bytes are cut into pieces, the same events come
 * out, and no message is larger than may be.
 */
#include <stdint.h>

#include <glib.h>

#include "host/gateway/ws_parser.h"

#define MESSAGE_MAX 1000u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static guint
mix(guint hash, const guint8 *data, gsize len)
{
	for (gsize i = 0; i < len; i++)
		hash = hash * 31 + data[i];
	return hash * 31 + (guint)len;
}

static guint
mix_event(guint hash, WsParser *parser, WsEvent event)
{
	hash = hash * 31 + event;
	switch (event) {
	case WS_MORE:
	case WS_GOT_PONG:
		break;
	case WS_GOT_MESSAGE:
		g_assert_cmpuint(parser->message->len, <=, MESSAGE_MAX);
		hash = mix(hash, parser->message->data, parser->message->len);
		ws_parser_next(parser);
		break;
	case WS_GOT_PING:
		hash = mix(hash, parser->control, parser->control_len);
		break;
	case WS_GOT_CLOSE:
	case WS_BROKEN:
		hash = hash * 31 + parser->status;
		break;
	}
	return hash;
}

static guint
parse_all(const uint8_t *data, size_t size, gsize step)
{
	WsParser parser;
	WsEvent event = WS_MORE;
	guint hash = 0;

	ws_parser_init(&parser, MESSAGE_MAX);
	while (size > 0 && event != WS_BROKEN && event != WS_GOT_CLOSE) {
		gsize n = MIN(step, size);
		gsize taken = ws_parse(&parser, data, n, &event);

		g_assert_cmpuint(taken, <=, n);
		g_assert_true(event != WS_MORE || taken == n);
		if (event != WS_MORE)
			hash = mix_event(hash, &parser, event);
		data += taken;
		size -= taken;
	}
	ws_parser_clear(&parser);
	return hash;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	gsize step = size > 0 ? 1 + data[size - 1] % 7u : 1;

	g_assert_cmpuint(parse_all(data, size, size), ==,
			 parse_all(data, size, step));
	return 0;
}
