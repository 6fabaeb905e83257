/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/hex.h"

#include <bsn/helpers/hex.h>
#include <string.h>

char *
hex_encode(bsn_slice bytes)
{
	char *text = g_malloc(2 + 2 * bytes.len + 1);

	memcpy(text, "0x", 2);
	bsn_hex_write(bytes.data, bytes.len, text + 2);
	text[2 + 2 * bytes.len] = '\0';
	return text;
}

/* Skips 0x; FALSE when what follows is an odd number of characters. */
static gboolean
find_digits(const char **text, gsize *len)
{
	if (*len >= 2 && (*text)[0] == '0' && (*text)[1] == 'x') {
		*text += 2;
		*len -= 2;
	}
	return *len % 2 == 0;
}

gboolean
hex_decode(const char *text, gsize len, GByteArray *out)
{
	guint before = out->len;

	if (!find_digits(&text, &len) || len / 2 > G_MAXUINT - before)
		return FALSE;
	g_byte_array_set_size(out, before + (guint)(len / 2));
	if (len == 0 || bsn_hex_read(text, len / 2, out->data + before))
		return TRUE;
	g_byte_array_set_size(out, before);
	return FALSE;
}

/* A buffer that is left alone when there is a character that is no digit. */
static gboolean
are_digits(const char *text, gsize len)
{
	for (gsize i = 0; i < len; i++)
		if (bsn_hex_value(text[i]) < 0)
			return FALSE;
	return TRUE;
}

gboolean
hex_decode_fixed(const char *text, gsize len, void *out, gsize size)
{
	return find_digits(&text, &len) && len == 2 * size &&
	       are_digits(text, len) && bsn_hex_read(text, size, out);
}
