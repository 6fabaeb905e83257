/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/hex.h"

#include <string.h>

char *
ctl_hex_encode(const guint8 *data, gsize len, gboolean prefix)
{
	static const char digits[] = "0123456789abcdef";
	GString *text = g_string_sized_new(2 * len + 3);

	g_string_append(text, prefix ? "0x" : "");
	for (gsize i = 0; i < len; i++) {
		g_string_append_c(text, digits[data[i] >> 4]);
		g_string_append_c(text, digits[data[i] & 15]);
	}
	return g_string_free(text, FALSE);
}

static const char *
skip_prefix(const char *text)
{
	return g_str_has_prefix(text, "0x") ? text + 2 : text;
}

gboolean
ctl_hex_decode_fixed(const char *text, guint8 *out, gsize len)
{
	text = skip_prefix(text);
	if (strlen(text) != 2 * len)
		return FALSE;
	for (gsize i = 0; i < len; i++) {
		int high = g_ascii_xdigit_value(text[2 * i]);
		int low = g_ascii_xdigit_value(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return FALSE;
		out[i] = (guint8)(high << 4 | low);
	}
	return TRUE;
}

GBytes *
ctl_hex_decode(const char *text)
{
	gsize len = strlen(skip_prefix(text)) / 2;
	g_autofree guint8 *bytes = g_malloc0(len + 1);

	if (!ctl_hex_decode_fixed(text, bytes, len))
		return NULL;
	return g_bytes_new_take(g_steal_pointer(&bytes), len);
}
