/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/text.h"

#include <string.h>

static void
append_char(GString *out, gunichar c)
{
	if (g_unichar_isprint(c))
		g_string_append_unichar(out, c);
	else if (c == '\n')
		g_string_append(out, "\\n");
	else if (c == '\t')
		g_string_append(out, "\\t");
	else if (c < 0x80)
		g_string_append_printf(out, "\\x%02x", c);
	else
		g_string_append_printf(out, "\\u{%x}", c);
}

char *
conform_text(const char *text)
{
	GString *out = g_string_new(NULL);
	const char *at = text != NULL ? text : "";

	while (*at != '\0' && out->len < CONFORM_TEXT_MAX) {
		gunichar c = g_utf8_get_char_validated(at, -1);

		if (c == (gunichar)-1 || c == (gunichar)-2) {
			g_string_append_printf(out, "\\x%02x", (guint8)*at);
			at++;
			continue;
		}
		append_char(out, c);
		at = g_utf8_next_char(at);
	}
	if (*at != '\0')
		g_string_append_printf(out,
				       " ... (%" G_GSIZE_FORMAT " bytes more)",
				       strlen(at));
	return g_string_free(out, FALSE);
}

char *
conform_hex(const void *data, gsize len)
{
	const guint8 *bytes = data;
	GString *text = g_string_sized_new(2 * len);

	for (gsize i = 0; i < len; i++)
		g_string_append_printf(text, "%02x", bytes[i]);
	return g_string_free(text, FALSE);
}
