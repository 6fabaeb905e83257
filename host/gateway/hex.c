/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/hex.h"

#include <bsn/helpers/hex.h>
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
	if (!bsn_hex_read(text + 2, len, bytes))
		return refuse(why, "it has a character that is no hexadecimal "
				   "digit");
	return g_bytes_new_take(g_steal_pointer(&bytes), len);
}

char *
hex_encode(const void *data, gsize len)
{
	char *text = g_malloc(2 + 2 * len + 1);

	memcpy(text, "0x", 2);
	bsn_hex_write(data, len, text + 2);
	text[2 + 2 * len] = '\0';
	return text;
}
