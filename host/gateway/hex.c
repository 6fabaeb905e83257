/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/hex.h"

#include <string.h>

static GBytes *
refuse(const char **why, const char *phrase)
{
	*why = phrase;
	return NULL;
}

GBytes *
hex_decode(const char *text, gsize max, const char **why)
{
	gsize len = strlen(text);
	g_autofree guint8 *bytes = NULL;

	if (len < 2 || text[0] != '0' || text[1] != 'x')
		return refuse(why, "it does not begin with 0x");
	if (len % 2 != 0)
		return refuse(why, "it has an odd number of digits after 0x");
	len = len / 2 - 1;
	if (len > max)
		return refuse(why, "it is longer than allowed here");
	bytes = g_malloc(len + 1);
	for (gsize i = 0; i < len; i++) {
		int high = g_ascii_xdigit_value(text[2 + 2 * i]);
		int low = g_ascii_xdigit_value(text[3 + 2 * i]);

		if (high < 0 || low < 0)
			return refuse(why, "it has a character that is no "
					   "hexadecimal digit");
		bytes[i] = (guint8)(high << 4 | low);
	}
	return g_bytes_new_take(g_steal_pointer(&bytes), len);
}

char *
hex_encode(const void *data, gsize len)
{
	static const char digits[] = "0123456789abcdef";
	const guint8 *bytes = data;
	char *text = g_malloc(2 + 2 * len + 1);
	char *at = text;

	*at++ = '0';
	*at++ = 'x';
	for (gsize i = 0; i < len; i++) {
		*at++ = digits[bytes[i] >> 4];
		*at++ = digits[bytes[i] & 15];
	}
	*at = '\0';
	return text;
}
