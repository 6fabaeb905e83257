/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/hex.h"

#include <bsn/helpers/hex.h>
#include <string.h>

char *
ctl_hex_encode(const guint8 *data, gsize len, gboolean prefix)
{
	char *text = g_malloc(2 + 2 * len + 1);
	char *digits = prefix ? text + 2 : text;

	memcpy(text, "0x", 2);
	bsn_hex_write(data, len, digits);
	digits[2 * len] = '\0';
	return text;
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
	return bsn_hex_read(text, len, out);
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
