/* SPDX-License-Identifier: Apache-2.0
 *
 * WebSocket frames from a client. The groups are those of the Autobahn suite:
 * framing, pings, reserved bits, opcodes, fragments, UTF-8, close, limits.
 */
#include <string.h>

#include "host/gateway/ws_parser.h"

#define MESSAGE_MAX 70000

#define TEXT WS_TEXT
#define FINAL 0x80u
#define MORE_FOLLOWS 0u

static const guint8 mask[4] = { 0x37, 0xfa, 0x21, 0x3d };

/* A masked frame, as a client sends it. */
static void
add_frame(GByteArray *out, guint first, const void *payload, gsize len)
{
	guint8 head[10];
	guint n = ws_frame_head(0, len, head);
	guint8 byte;

	head[0] = (guint8)first;
	head[1] |= 0x80;
	g_byte_array_append(out, head, n);
	g_byte_array_append(out, mask, 4);
	for (gsize i = 0; i < len; i++) {
		byte = ((const guint8 *)payload)[i] ^ mask[i % 4];
		g_byte_array_append(out, &byte, 1);
	}
}

static void
add(GByteArray *out, guint first, const char *text)
{
	add_frame(out, first, text, strlen(text));
}

/* What comes of the bytes, given `step` at a time: "text:abc ping:x close:1000
 * broken:1002", in order. */
static char *
events_of(const GByteArray *bytes, gsize step)
{
	g_autoptr(GString) all = g_string_new(NULL);
	WsParser parser;
	WsEvent event = WS_MORE;

	ws_parser_init(&parser, MESSAGE_MAX);
	for (gsize at = 0; at < bytes->len && event != WS_BROKEN;) {
		at += ws_parse(&parser, bytes->data + at,
			       MIN(step, bytes->len - at), &event);
		if (event == WS_GOT_MESSAGE)
			g_string_append_printf(all, "text:%.*s ",
					       (int)MIN(parser.message->len, 9),
					       (char *)parser.message->data);
		if (event == WS_GOT_PING || event == WS_GOT_PONG)
			g_string_append_printf(
				all, "%s:%.*s ",
				event == WS_GOT_PING ? "ping" : "pong",
				(int)parser.control_len, (char *)parser.control);
		if (event == WS_GOT_CLOSE || event == WS_BROKEN)
			g_string_append_printf(all, "%s:%u ",
					       event == WS_BROKEN ? "broken"
								  : "close",
					       parser.status);
		if (event == WS_GOT_MESSAGE)
			ws_parser_next(&parser);
	}
	ws_parser_clear(&parser);
	return g_strdup(g_strstrip(all->str));
}

/* Takes `bytes`. */
static void
assert_events(GByteArray *bytes, const char *expected)
{
	static const gsize steps[] = { 1, 2, 3, 7, 1000, 1 << 20 };

	for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
		g_autofree char *got = events_of(bytes, steps[i]);

		g_assert_cmpstr(got, ==, expected);
	}
	g_byte_array_unref(bytes);
}

static void
assert_frame(guint first, const void *payload, gsize len, const char *expected)
{
	GByteArray *bytes = g_byte_array_new();

	add_frame(bytes, first, payload, len);
	assert_events(bytes, expected);
}

static void
test_lengths(void)
{
	static const gsize lengths[] = { 1, 125, 126, 127, 65535, 65536,
					 MESSAGE_MAX };

	for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
		g_autofree char *text = g_strnfill(lengths[i], 'x');
		g_autofree char *expected =
			g_strdup_printf("text:%.9s", text);

		assert_frame(FINAL | TEXT, text, lengths[i], expected);
	}
	assert_frame(FINAL | TEXT, "", 0, "text:");
}

static void
test_pings(void)
{
	GByteArray *bytes = g_byte_array_new();
	g_autofree char *largest = g_strnfill(125, 'p');
	g_autofree char *expected = g_strdup_printf("ping:%s", largest);

	add(bytes, FINAL | WS_PING, "a");
	add(bytes, FINAL | WS_PONG, "b");
	add(bytes, FINAL | WS_PING, "");
	assert_events(bytes, "ping:a pong:b ping:");
	assert_frame(FINAL | WS_PING, largest, 125, expected);
}

static void
test_wrong_control(void)
{
	g_autofree char *large = g_strnfill(126, 'p');

	assert_frame(FINAL | WS_PING, large, 126, "broken:1002");
	assert_frame(FINAL | WS_CLOSE, large, 126, "broken:1002");
	assert_frame(MORE_FOLLOWS | WS_PING, "a", 1, "broken:1002");
	assert_frame(MORE_FOLLOWS | WS_CLOSE, "", 0, "broken:1002");
}

static void
test_reserved(void)
{
	for (guint bit = 0x10; bit <= 0x40; bit <<= 1) {
		assert_frame(FINAL | bit | TEXT, "a", 1, "broken:1002");
		assert_frame(FINAL | bit | WS_PING, "a", 1, "broken:1002");
	}
	for (guint opcode = 3; opcode <= 7; opcode++)
		assert_frame(FINAL | opcode, "a", 1, "broken:1002");
	for (guint opcode = 11; opcode <= 15; opcode++)
		assert_frame(FINAL | opcode, "a", 1, "broken:1002");
	assert_frame(FINAL | WS_BINARY, "a", 1, "broken:1003");
}

static void
test_unmasked(void)
{
	GByteArray *bytes = g_byte_array_new();

	g_byte_array_append(bytes, (const guint8 *)"\x81\x01x", 3);
	assert_events(bytes, "broken:1002");
}

static void
test_length_forms(void)
{
	static const guint8 in_two[] = { 0x81, 0xfe, 0, 125, 1, 2, 3, 4 };
	static const guint8 in_eight[] = { 0x81, 0xff, 0, 0, 0, 0, 0,
					   0,	 0xff, 0xff, 1, 2, 3, 4 };
	static const guint8 negative[] = { 0x81, 0xff, 0x80, 0, 0, 0, 0,
					   0,	 0,    0,    1, 2, 3, 4 };
	GByteArray *two = g_byte_array_new();
	GByteArray *eight = g_byte_array_new();
	GByteArray *sign = g_byte_array_new();

	g_byte_array_append(two, in_two, sizeof(in_two));
	g_byte_array_append(eight, in_eight, sizeof(in_eight));
	g_byte_array_append(sign, negative, sizeof(negative));
	assert_events(two, "broken:1002");
	assert_events(eight, "broken:1002");
	assert_events(sign, "broken:1002");
}

static void
test_fragments(void)
{
	GByteArray *bytes = g_byte_array_new();

	add(bytes, MORE_FOLLOWS | TEXT, "ab");
	add(bytes, FINAL | WS_PING, "between");
	add(bytes, MORE_FOLLOWS | WS_CONTINUATION, "");
	add(bytes, MORE_FOLLOWS | WS_CONTINUATION, "cd");
	add(bytes, FINAL | WS_CONTINUATION, "ef");
	add(bytes, FINAL | TEXT, "next");
	assert_events(bytes, "ping:between text:abcdef text:next");
}

static void
test_wrong_fragments(void)
{
	GByteArray *text = g_byte_array_new();
	GByteArray *binary = g_byte_array_new();
	GByteArray *after = g_byte_array_new();

	assert_frame(FINAL | WS_CONTINUATION, "a", 1, "broken:1002");
	add(text, MORE_FOLLOWS | TEXT, "a");
	add(text, FINAL | TEXT, "b");
	assert_events(text, "broken:1002");
	add(binary, MORE_FOLLOWS | TEXT, "a");
	add(binary, FINAL | WS_BINARY, "b");
	assert_events(binary, "broken:1002");
	add(after, FINAL | TEXT, "a");
	add(after, FINAL | WS_CONTINUATION, "b");
	assert_events(after, "text:a broken:1002");
}

static void
test_utf8(void)
{
	static const char *const wrong[] = {
		"\x80",		"\xc0\x80",	    "\xed\xa0\x80",
		"\xe0\x80\xaf", "\xf4\x90\x80\x80", "\xf0\x9f\x98",
		"a\xff",
	};
	GByteArray *cut = g_byte_array_new();
	GByteArray *open = g_byte_array_new();

	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
		assert_frame(FINAL | TEXT, wrong[i], strlen(wrong[i]),
			     "broken:1007");
	add(cut, MORE_FOLLOWS | TEXT, "\xf0\x9f");
	add(cut, FINAL | WS_CONTINUATION, "\x98\x80");
	assert_events(cut, "text:\xf0\x9f\x98\x80");
	add(open, MORE_FOLLOWS | TEXT, "a\xf0\x9f");
	add(open, FINAL | WS_CONTINUATION, "");
	assert_events(open, "broken:1007");
	assert_frame(FINAL | TEXT, "a\0b", 3, "text:a");
	assert_frame(FINAL | TEXT, "a\0\xff", 3, "broken:1007");
}

static void
test_close(void)
{
	static const struct {
		guint status;
		gboolean ok;
	} statuses[] = {
		{ 0, FALSE },	 { 999, FALSE },  { 1000, TRUE },
		{ 1003, TRUE },	 { 1004, FALSE }, { 1005, FALSE },
		{ 1006, FALSE }, { 1007, TRUE },  { 1011, TRUE },
		{ 1014, TRUE },	 { 1015, FALSE }, { 1016, FALSE },
		{ 2999, FALSE }, { 3000, TRUE },  { 4999, TRUE },
		{ 5000, FALSE }, { 65535, FALSE },
	};

	assert_frame(FINAL | WS_CLOSE, "", 0, "close:1005");
	assert_frame(FINAL | WS_CLOSE, "\x03", 1, "broken:1002");
	assert_frame(FINAL | WS_CLOSE, "\x03\xe8why", 5, "close:1000");
	assert_frame(FINAL | WS_CLOSE, "\x03\xe8\xff", 3, "broken:1007");
	for (gsize i = 0; i < G_N_ELEMENTS(statuses); i++) {
		guint8 payload[2] = { (guint8)(statuses[i].status >> 8),
				      (guint8)statuses[i].status };
		g_autofree char *close =
			g_strdup_printf("close:%u", statuses[i].status);

		assert_frame(FINAL | WS_CLOSE, payload, 2,
			     statuses[i].ok ? close : "broken:1002");
	}
}

static void
test_too_big(void)
{
	g_autofree char *half = g_strnfill(MESSAGE_MAX / 2, 'x');
	g_autofree char *more = g_strnfill(MESSAGE_MAX + 1, 'x');
	GByteArray *parts = g_byte_array_new();

	assert_frame(FINAL | TEXT, more, MESSAGE_MAX + 1, "broken:1009");
	add(parts, MORE_FOLLOWS | TEXT, half);
	add(parts, MORE_FOLLOWS | WS_CONTINUATION, half);
	add(parts, FINAL | WS_CONTINUATION, "x");
	assert_events(parts, "broken:1009");
}

/* The example of RFC 6455 section 1.3. */
static void
test_accept(void)
{
	g_autofree char *accept = ws_accept("dGhlIHNhbXBsZSBub25jZQ==");

	g_assert_cmpstr(accept, ==, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
	g_assert_null(ws_accept(""));
	g_assert_null(ws_accept("c2hvcnQ="));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ws-parser/every-form-of-length-is-read",
			test_lengths);
	g_test_add_func("/ws-parser/pings-and-pongs-come-with-their-payload",
			test_pings);
	g_test_add_func("/ws-parser/control-frames-are-small-and-whole",
			test_wrong_control);
	g_test_add_func("/ws-parser/reserved-bits-and-opcodes-are-refused",
			test_reserved);
	g_test_add_func("/ws-parser/a-client-masks-its-frames", test_unmasked);
	g_test_add_func("/ws-parser/a-length-has-one-form", test_length_forms);
	g_test_add_func("/ws-parser/fragments-become-one-message",
			test_fragments);
	g_test_add_func("/ws-parser/fragments-out-of-order-are-refused",
			test_wrong_fragments);
	g_test_add_func("/ws-parser/text-is-utf-8-across-fragments",
			test_utf8);
	g_test_add_func("/ws-parser/close-has-a-code-that-may-be-sent",
			test_close);
	g_test_add_func("/ws-parser/a-message-is-bounded", test_too_big);
	g_test_add_func("/ws-parser/the-key-of-the-rfc-is-answered",
			test_accept);
	return g_test_run();
}
