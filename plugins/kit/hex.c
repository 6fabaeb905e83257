/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/hex.h"

#include <string.h>

char *
hex_encode(bsn_slice bytes)
{
	static const char digits[] = "0123456789abcdef";
	char *text = g_malloc(2 + 2 * bytes.len + 1);
	char *at = text;

	*at++ = '0';
	*at++ = 'x';
	for (guint64 i = 0; i < bytes.len; i++) {
		*at++ = digits[bytes.data[i] >> 4];
		*at++ = digits[bytes.data[i] & 15];
	}
	*at = '\0';
	return text;
}

/* Skips 0x; FALSE when what follows is not pairs of digits. */
static gboolean
find_digits(const char **text, gsize *len)
{
	if (*len >= 2 && (*text)[0] == '0' && (*text)[1] == 'x') {
		*text += 2;
		*len -= 2;
	}
	if (*len % 2 != 0)
		return FALSE;
	for (gsize i = 0; i < *len; i++)
		if (!g_ascii_isxdigit((*text)[i]))
			return FALSE;
	return TRUE;
}

static void
decode_digits(const char *digits, guint8 *out, gsize size)
{
	for (gsize i = 0; i < size; i++)
		out[i] = (guint8)(g_ascii_xdigit_value(digits[2 * i]) << 4 |
				  g_ascii_xdigit_value(digits[2 * i + 1]));
}

gboolean
hex_decode(const char *text, gsize len, GByteArray *out)
{
	guint before = out->len;

	if (!find_digits(&text, &len) || len / 2 > G_MAXUINT - before)
		return FALSE;
	g_byte_array_set_size(out, before + (guint)(len / 2));
	if (len > 0)
		decode_digits(text, out->data + before, len / 2);
	return TRUE;
}

gboolean
hex_decode_fixed(const char *text, gsize len, void *out, gsize size)
{
	if (!find_digits(&text, &len) || len != 2 * size)
		return FALSE;
	decode_digits(text, out, size);
	return TRUE;
}
