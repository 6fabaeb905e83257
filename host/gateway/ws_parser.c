/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/ws_parser.h"

#include <string.h>

#define FINAL_BIT 0x80u
#define RESERVED_BITS 0x70u
#define OPCODE_BITS 0x0fu
#define CONTROL_BIT 0x08u
#define MASKED_BIT 0x80u
#define LENGTH_BITS 0x7fu
#define MASK_LEN 4u
/* More than this is not kept for the next message. */
#define MESSAGE_KEPT 65536u

void
ws_parser_init(WsParser *parser, gsize message_max)
{
	*parser = (WsParser){ .message_max = message_max,
			      .message = g_byte_array_new() };
}

void
ws_parser_clear(WsParser *parser)
{
	g_byte_array_unref(parser->message);
}

void
ws_parser_next(WsParser *parser)
{
	if (parser->message->len > MESSAGE_KEPT) {
		g_byte_array_unref(parser->message);
		parser->message = g_byte_array_new();
	} else {
		g_byte_array_set_size(parser->message, 0);
	}
}

static WsEvent
broken(WsParser *parser, WsStatus status)
{
	parser->status = status;
	return WS_BROKEN;
}

/* g_utf8_validate takes U+0000 for an end; in a text it is a character. */
static gboolean
is_utf8(const guint8 *data, gsize len)
{
	while (len > 0) {
		const guint8 *zero = memchr(data, 0, len);
		gsize n = zero != NULL ? (gsize)(zero - data) : len;

		if (!g_utf8_validate_len((const char *)data, n, NULL))
			return FALSE;
		n += zero != NULL;
		data += n;
		len -= n;
	}
	return TRUE;
}

/* ---- a frame's head ---- */

static guint
length_bytes(const WsParser *parser)
{
	guint length = parser->head[1] & LENGTH_BITS;

	if (length < 126)
		return 0;
	return length == 126 ? 2 : 8;
}

static guint
head_wanted(const WsParser *parser)
{
	return parser->head_len < 2 ? 2 : 2 + length_bytes(parser) + MASK_LEN;
}

static guint64
payload_length(const WsParser *parser)
{
	guint n = length_bytes(parser);
	guint64 length = 0;

	if (n == 0)
		return parser->head[1] & LENGTH_BITS;
	for (guint i = 0; i < n; i++)
		length = length << 8 | parser->head[2 + i];
	return length;
}

/* What the first two bytes already tell. */
static WsEvent
judge_start(WsParser *parser)
{
	guint8 first = parser->head[0];
	guint8 opcode = first & OPCODE_BITS;

	if ((first & RESERVED_BITS) != 0 ||
	    (parser->head[1] & MASKED_BIT) == 0)
		return broken(parser, WS_PROTOCOL_ERROR);
	if (opcode & CONTROL_BIT)
		return opcode > WS_PONG || (first & FINAL_BIT) == 0 ||
				       length_bytes(parser) > 0
			       ? broken(parser, WS_PROTOCOL_ERROR)
			       : WS_MORE;
	if (opcode > WS_BINARY ||
	    (opcode == WS_CONTINUATION) != parser->in_message)
		return broken(parser, WS_PROTOCOL_ERROR);
	if (opcode == WS_BINARY)
		return broken(parser, WS_UNSUPPORTED);
	return WS_MORE;
}

/* A length in more bytes than it takes is against section 5.2. */
static WsEvent
judge_length(WsParser *parser)
{
	guint n = length_bytes(parser);

	if ((n == 2 && parser->payload_len < 126) ||
	    (n == 8 && parser->payload_len <= G_MAXUINT16) ||
	    parser->payload_len > G_MAXINT64)
		return broken(parser, WS_PROTOCOL_ERROR);
	if (!(parser->opcode & CONTROL_BIT) &&
	    parser->payload_len > parser->message_max - parser->message->len)
		return broken(parser, WS_TOO_BIG);
	return WS_MORE;
}

static WsEvent
begin_payload(WsParser *parser)
{
	parser->opcode = parser->head[0] & OPCODE_BITS;
	parser->final = (parser->head[0] & FINAL_BIT) != 0;
	parser->payload_len = payload_length(parser);
	parser->payload_at = 0;
	parser->control_len = 0;
	memcpy(parser->mask, parser->head + parser->head_len - MASK_LEN,
	       MASK_LEN);
	parser->in_payload = TRUE;
	return judge_length(parser);
}

static gsize
read_head(WsParser *parser, const guint8 *data, gsize len, WsEvent *event)
{
	gsize taken = 0;

	*event = WS_MORE;
	while (taken < len && *event == WS_MORE && !parser->in_payload) {
		parser->head[parser->head_len++] = data[taken++];
		if (parser->head_len == 2)
			*event = judge_start(parser);
		else if (parser->head_len == head_wanted(parser))
			*event = begin_payload(parser);
	}
	return taken;
}

/* ---- its payload ---- */

static void
unmask(const WsParser *parser, guint8 *out, const guint8 *data, gsize len)
{
	guint at = (guint)(parser->payload_at % MASK_LEN);

	for (gsize i = 0; i < len; i++)
		out[i] = data[i] ^ parser->mask[(at + i) % MASK_LEN];
}

static gsize
read_payload(WsParser *parser, const guint8 *data, gsize len)
{
	gsize n = MIN(len, parser->payload_len - parser->payload_at);
	guint8 *to;

	if (n == 0)
		return 0;
	if (parser->opcode & CONTROL_BIT) {
		to = parser->control + parser->control_len;
		parser->control_len += (guint)n;
	} else {
		guint had = parser->message->len;

		g_byte_array_set_size(parser->message, had + (guint)n);
		to = parser->message->data + had;
	}
	unmask(parser, to, data, n);
	parser->payload_at += n;
	return n;
}

static gboolean
may_close_with(guint status)
{
	return (status >= 1000 && status <= 1014 && status != 1004 &&
		status != WS_NO_STATUS && status != 1006) ||
	       (status >= 3000 && status <= 4999);
}

static WsEvent
got_close(WsParser *parser)
{
	const guint8 *payload = parser->control;

	parser->status = WS_NO_STATUS;
	if (parser->control_len == 0)
		return WS_GOT_CLOSE;
	if (parser->control_len == 1)
		return broken(parser, WS_PROTOCOL_ERROR);
	parser->status = (guint)payload[0] << 8 | payload[1];
	if (!may_close_with(parser->status))
		return broken(parser, WS_PROTOCOL_ERROR);
	if (!is_utf8(payload + 2, parser->control_len - 2))
		return broken(parser, WS_NOT_UTF8);
	return WS_GOT_CLOSE;
}

static WsEvent
got_data(WsParser *parser)
{
	parser->in_message = !parser->final;
	if (!parser->final)
		return WS_MORE;
	if (!is_utf8(parser->message->data, parser->message->len))
		return broken(parser, WS_NOT_UTF8);
	return WS_GOT_MESSAGE;
}

static WsEvent
end_frame(WsParser *parser)
{
	parser->head_len = 0;
	parser->in_payload = FALSE;
	if (!(parser->opcode & CONTROL_BIT))
		return got_data(parser);
	if (parser->opcode == WS_CLOSE)
		return got_close(parser);
	return parser->opcode == WS_PING ? WS_GOT_PING : WS_GOT_PONG;
}

gsize
ws_parse(WsParser *parser, const guint8 *data, gsize len, WsEvent *event)
{
	gsize taken = 0;

	*event = WS_MORE;
	while (*event == WS_MORE && taken < len) {
		taken += read_head(parser, data + taken, len - taken, event);
		if (*event != WS_MORE || !parser->in_payload)
			continue;
		taken += read_payload(parser, data + taken, len - taken);
		if (parser->payload_at == parser->payload_len)
			*event = end_frame(parser);
	}
	return taken;
}

/* ---- what a server sends ---- */

guint
ws_frame_head(WsOpcode opcode, guint64 payload_len, guint8 *head)
{
	guint n = 0;

	head[0] = (guint8)(FINAL_BIT | opcode);
	if (payload_len < 126) {
		head[1] = (guint8)payload_len;
		return 2;
	}
	n = payload_len <= G_MAXUINT16 ? 2 : 8;
	head[1] = n == 2 ? 126 : 127;
	for (guint i = 0; i < n; i++)
		head[2 + i] = (guint8)(payload_len >> 8 * (n - 1 - i));
	return 2 + n;
}

char *
ws_accept(const char *key)
{
	static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	g_autoptr(GChecksum) sha1 = g_checksum_new(G_CHECKSUM_SHA1);
	g_autofree guint8 *nonce = NULL;
	guint8 digest[20];
	gsize len;

	nonce = g_base64_decode(key, &len);
	if (len != 16)
		return NULL;
	len = sizeof(digest);
	g_checksum_update(sha1, (const guchar *)key, -1);
	g_checksum_update(sha1, (const guchar *)guid, -1);
	g_checksum_get_digest(sha1, digest, &len);
	return g_base64_encode(digest, sizeof(digest));
}
