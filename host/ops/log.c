/* SPDX-License-Identifier: Apache-2.0 */
#include "host/ops/log.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Bytes of one text that are written: a line with a few of them still goes
 * through a pipe in one piece. */
#define TEXT_MAX 1000u

static const char *const level_names[] = { "error", "warning", "info",
					   "debug" };
static LogLevel wanted = LOG_LEVEL_INFO;
static int as_json;

void
log_setup(const char *level, const char *format)
{
	for (guint i = 0; i < G_N_ELEMENTS(level_names); i++)
		if (g_strcmp0(level, level_names[i]) == 0)
			wanted = (LogLevel)i;
	as_json = g_strcmp0(format, "json") == 0;
}

int
log_wants(LogLevel level)
{
	return level <= wanted;
}

/* Controls would move a terminal's cursor or end the line, format characters
 * turn text around. */
static gboolean
must_escape(gunichar c)
{
	switch (g_unichar_type(c)) {
	case G_UNICODE_CONTROL:
	case G_UNICODE_FORMAT:
	case G_UNICODE_LINE_SEPARATOR:
	case G_UNICODE_PARAGRAPH_SEPARATOR:
	case G_UNICODE_SURROGATE:
	case G_UNICODE_UNASSIGNED:
	case G_UNICODE_PRIVATE_USE:
		return TRUE;
	default:
		return FALSE;
	}
}

/* As JSON does it (RFC 8259, section 7), in text lines too. */
static void
append_char(GString *line, gunichar c)
{
	if (c == '"' || c == '\\')
		g_string_append_printf(line, "\\%c", (char)c);
	else if (!must_escape(c))
		g_string_append_unichar(line, c);
	else if (c < 0x10000)
		g_string_append_printf(line, "\\u%04x", c);
	else
		g_string_append_printf(line, "\\u%04x\\u%04x",
				       0xd7c0 + (c >> 10),
				       0xdc00 + (c & 0x3ff));
}

static void
append_escaped(GString *line, const char *text)
{
	gsize len = strnlen(text, TEXT_MAX);
	g_autofree char *valid = g_utf8_make_valid(text, (gssize)len);

	for (const char *at = valid; *at != '\0'; at = g_utf8_next_char(at))
		append_char(line, g_utf8_get_char(at));
	if (text[len] != '\0')
		g_string_append(line, "...");
}

/* In a text line only values that could be taken for more than one are
 * quoted. */
static gboolean
needs_quotes(const char *value)
{
	return as_json || value[0] == '\0' ||
	       value[strcspn(value, " =\"")] != '\0';
}

static void
append_field(GString *line, const char *name, const char *value)
{
	const char *quote = needs_quotes(value) ? "\"" : "";

	g_string_append_printf(line, as_json ? ",\"%s\":%s" : " %s=%s", name,
			       quote);
	append_escaped(line, value);
	g_string_append(line, quote);
}

static GString *
begin_line(LogLevel level, const char *area, const char *chain)
{
	GString *line = g_string_sized_new(256);
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree char *time =
		g_date_time_format(now, "%Y-%m-%dT%H:%M:%S.%f");

	time[strlen("2000-01-01T00:00:00.000")] = '\0';
	if (as_json) {
		g_string_append_printf(line, "{\"time\":\"%sZ\"", time);
		append_field(line, "level", level_names[level]);
		append_field(line, "area", area);
		if (chain != NULL)
			append_field(line, "chain", chain);
		return line;
	}
	g_string_append_printf(line, "%sZ %-7s %s", time, level_names[level],
			       area);
	if (chain != NULL) {
		g_string_append_c(line, '[');
		append_escaped(line, chain);
		g_string_append_c(line, ']');
	}
	return line;
}

static void
append_message(GString *line, const char *message)
{
	if (as_json) {
		append_field(line, "message", message);
		return;
	}
	g_string_append(line, ": ");
	append_escaped(line, message);
}

/* Writes and frees the line. A log that cannot be written is no reason to
 * stop. */
static void
end_line(GString *line)
{
	g_string_append(line, as_json ? "}\n" : "\n");
	while (write(STDERR_FILENO, line->str, line->len) < 0 &&
	       errno == EINTR)
		;
	g_string_free(line, TRUE);
}

static void
log_line(LogLevel level, const char *area, const char *chain,
	 const char *format, va_list args)
{
	g_autofree char *message = NULL;
	GString *line;

	if (!log_wants(level))
		return;
	message = g_strdup_vprintf(format, args);
	line = begin_line(level, area, chain);
	append_message(line, message);
	end_line(line);
}

#define DEFINE_LOG(name, level)                                                \
	void log_##name(const char *area, const char *chain,                   \
			const char *format, ...)                               \
	{                                                                      \
		va_list args;                                                  \
                                                                               \
		va_start(args, format);                                        \
		log_line(level, area, chain, format, args);                    \
		va_end(args);                                                  \
	}

DEFINE_LOG(error, LOG_LEVEL_ERROR)
DEFINE_LOG(warning, LOG_LEVEL_WARNING)
DEFINE_LOG(info, LOG_LEVEL_INFO)
DEFINE_LOG(debug, LOG_LEVEL_DEBUG)

void
log_fields(const char *area, const char *chain, const char *message, ...)
{
	const char *name;
	GString *line;
	va_list args;

	if (!log_wants(LOG_LEVEL_INFO))
		return;
	line = begin_line(LOG_LEVEL_INFO, area, chain);
	append_message(line, message);
	va_start(args, message);
	while ((name = va_arg(args, const char *)) != NULL)
		append_field(line, name, va_arg(args, const char *));
	va_end(args);
	end_line(line);
}
