/* SPDX-License-Identifier: Apache-2.0 */
#include "host/ops/log.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

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

/* Text that ends in a line or a JSON string without breaking out of it. */
static void
append_escaped(GString *line, const char *text)
{
	for (const char *at = text; *at != '\0'; at++) {
		guchar c = (guchar)*at;

		if (c < 0x20 || c == 0x7f)
			g_string_append_printf(line, "\\u%04x", c);
		else if (as_json && (c == '"' || c == '\\'))
			g_string_append_printf(line, "\\%c", c);
		else
			g_string_append_c(line, (char)c);
	}
}

static void
append_field(GString *line, const char *name, const char *value)
{
	g_autofree char *valid = g_utf8_make_valid(value, -1);

	g_string_append_printf(line, as_json ? ",\"%s\":\"" : " %s=", name);
	append_escaped(line, valid);
	if (as_json)
		g_string_append_c(line, '"');
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
	if (chain != NULL)
		g_string_append_printf(line, "[%s]", chain);
	return line;
}

static void
append_message(GString *line, const char *message)
{
	g_autofree char *valid = NULL;

	if (as_json) {
		append_field(line, "message", message);
		return;
	}
	valid = g_utf8_make_valid(message, -1);
	g_string_append(line, ": ");
	append_escaped(line, valid);
}

/* Writes and frees the line. A log that cannot be written is no reason to
 * stop. */
static void
end_line(GString *line)
{
	g_string_append(line, as_json ? "}\n" : "\n");
	if (write(STDERR_FILENO, line->str, line->len) < 0)
		errno = 0;
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
