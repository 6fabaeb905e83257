/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/html.h"

void
html_append_number(GString *out, double value)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];

	g_string_append(out,
			g_ascii_formatd(text, sizeof(text), "%.2f", value));
}

/* Those that only direct the text's order would let a name pass for another. */
static gboolean
is_plain(gunichar c)
{
	const GUnicodeType type = g_unichar_type(c);

	return type != G_UNICODE_CONTROL && type != G_UNICODE_FORMAT &&
	       type != G_UNICODE_LINE_SEPARATOR &&
	       type != G_UNICODE_PARAGRAPH_SEPARATOR &&
	       type != G_UNICODE_UNASSIGNED && type != G_UNICODE_SURROGATE;
}

char *
clean_text(const char *text)
{
	g_autofree char *valid =
		g_utf8_make_valid(text != NULL ? text : "", -1);
	GString *clean = g_string_new(NULL);

	for (const char *at = valid; *at != '\0'; at = g_utf8_next_char(at)) {
		const gunichar c = g_utf8_get_char(at);

		g_string_append_unichar(clean, is_plain(c) ? c : '?');
	}
	return g_string_free(clean, FALSE);
}
