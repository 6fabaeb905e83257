/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/wasm-bytes.h"

#include <string.h>

#define DEPTH_MAX 8

static void
put(GByteArray *out, guint8 byte)
{
	g_byte_array_append(out, &byte, 1);
}

static void
put_length(GByteArray *out, guint length)
{
	for (; length > 0x7f; length >>= 7)
		put(out, (guint8)(0x80 | (length & 0x7f)));
	put(out, (guint8)length);
}

/* The inner one, and its length in front of it, behind the outer one. */
static void
close_brace(GByteArray *outer, GByteArray *inner)
{
	put_length(outer, inner->len);
	g_byte_array_append(outer, inner->data, inner->len);
	g_byte_array_unref(inner);
}

/* Puts the quoted text that follows a quote. Returns what is behind it. */
static const char *
put_quoted(GByteArray *out, const char *text)
{
	const char *end = strchr(text, '"');

	g_assert_nonnull(end);
	g_byte_array_append(out, (const guint8 *)text, (guint)(end - text));
	return end + 1;
}

static const char *
put_hex(GByteArray *out, const char *text)
{
	gint high = g_ascii_xdigit_value(text[0]);
	gint low = g_ascii_xdigit_value(text[1]);

	g_assert_true(high >= 0 && low >= 0);
	put(out, (guint8)(high << 4 | low));
	return text + 2;
}

GByteArray *
wasm_bytes(const char *text)
{
	static const guint8 head[] = { 0, 'a', 's', 'm', 1, 0, 0, 0 };
	GByteArray *stack[DEPTH_MAX] = { g_byte_array_new() };
	guint depth = 0;

	g_byte_array_append(stack[0], head, sizeof(head));
	while (*text != '\0') {
		char c = *text;

		if (c == ' ') {
			text++;
		} else if (c == '"') {
			text = put_quoted(stack[depth], text + 1);
		} else if (c == '{') {
			g_assert_cmpuint(++depth, <, DEPTH_MAX);
			stack[depth] = g_byte_array_new();
			text++;
		} else if (c == '}') {
			g_assert_cmpuint(depth, >, 0);
			depth--;
			close_brace(stack[depth], stack[depth + 1]);
			text++;
		} else {
			text = put_hex(stack[depth], text);
		}
	}
	g_assert_cmpuint(depth, ==, 0);
	return stack[0];
}
