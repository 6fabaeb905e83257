/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/reason.h"

/* Longest UTF-8 encoding of one character, in bytes. */
#define CHARACTER_MAX 6u

/* Copies up to QUOTE_MAX characters, control characters as '?'. */
static void
append_printable(GString *out, const char *text)
{
	for (guint n = 0; *text != '\0'; text = g_utf8_next_char(text)) {
		gunichar c = g_utf8_get_char(text);

		if (n++ == QUOTE_MAX) {
			g_string_append(out, "...");
			return;
		}
		g_string_append_unichar(out, g_unichar_iscntrl(c) ? '?' : c);
	}
}

/* A prefix that is long enough to be cut, as valid UTF-8. */
static char *
valid_prefix(bsn_slice text)
{
	guint64 len = MIN(text.len, (QUOTE_MAX + 2) * CHARACTER_MAX);

	if (len == 0)
		return g_strdup("");
	return g_utf8_make_valid((const char *)text.data, (gssize)len);
}

char *
quote_text(bsn_slice text)
{
	g_autofree char *valid = valid_prefix(text);
	GString *out = g_string_new("\"");

	append_printable(out, valid);
	return g_string_free(g_string_append_c(out, '"'), FALSE);
}

char *
clip_text(bsn_slice text)
{
	g_autofree char *valid = valid_prefix(text);
	GString *out = g_string_new(NULL);

	append_printable(out, valid);
	return g_string_free(out, FALSE);
}

void
reason_copy(char reason[BSN_REASON_MAX], const char *text)
{
	const char *end;

	g_strlcpy(reason, text, BSN_REASON_MAX);
	if (!g_utf8_validate(reason, -1, &end))
		reason[end - reason] = '\0';
}

void
reason_print(char reason[BSN_REASON_MAX], const char *format, va_list args)
{
	g_autofree char *text = g_strdup_vprintf(format, args);

	reason_copy(reason, text);
}

static gboolean
begins_with_path(const char *reason)
{
	return reason[0] == '.' || reason[0] == '[' || reason[0] == '/';
}

void
reason_at(bsn_err *err, const char *format, ...)
{
	g_autofree char *step = NULL;
	g_autofree char *whole = NULL;
	va_list args;

	if (err == NULL)
		return;
	va_start(args, format);
	step = g_strdup_vprintf(format, args);
	va_end(args);
	whole = g_strconcat(step, begins_with_path(err->reason) ? "" : ": ",
			    err->reason, NULL);
	reason_copy(err->reason, whole);
}
