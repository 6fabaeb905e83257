/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/format.h"

#include <string.h>

/* A hash is shortened when that saves something. */
#define HASH_HEAD 10 /* "0x" and 8 digits */
#define HASH_TAIL 8

char *
format_bytes(guint64 bytes)
{
	static const char *const units[] = { "KiB", "MiB", "GiB",
					     "TiB", "PiB", "EiB" };
	double value = (double)bytes / 1024.0;
	gsize unit = 0;

	if (bytes < 1024)
		return g_strdup_printf("%" G_GUINT64_FORMAT " B", bytes);
	for (; value >= 1023.95 && unit + 1 < G_N_ELEMENTS(units); unit++)
		value /= 1024.0;
	return g_strdup_printf("%.1f %s", value, units[unit]);
}

static const struct {
	gint64 seconds;
	const char *unit;
} steps[] = { { 86400, "d" }, { 3600, "h" }, { 60, "min" }, { 1, "s" } };

char *
format_age(gint64 then_ms, gint64 now_ms)
{
	gint64 seconds = (now_ms - then_ms) / 1000;
	gboolean future = seconds < 0;

	seconds = future ? -seconds : seconds;
	for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
		if (seconds < steps[i].seconds)
			continue;
		return g_strdup_printf("%s%" G_GINT64_FORMAT " %s%s",
				       future ? "in " : "",
				       seconds / steps[i].seconds,
				       steps[i].unit, future ? "" : " ago");
	}
	return g_strdup("just now");
}

char *
format_duration(guint64 ms)
{
	gint64 seconds = (gint64)(ms / 1000);
	gint64 large, small;

	for (gsize i = 0; i + 1 < G_N_ELEMENTS(steps); i++) {
		if (seconds < steps[i].seconds)
			continue;
		large = seconds / steps[i].seconds;
		small = seconds % steps[i].seconds / steps[i + 1].seconds;
		return g_strdup_printf(
			"%" G_GINT64_FORMAT " %s %" G_GINT64_FORMAT " %s",
			large, steps[i].unit, small, steps[i + 1].unit);
	}
	return g_strdup_printf("%" G_GINT64_FORMAT " s", seconds);
}

char *
format_time(gint64 ms)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(ms / 1000);
	g_autofree char *seconds = NULL;

	if (time == NULL || ms < 0)
		return g_strdup_printf("%" G_GINT64_FORMAT " ms", ms);
	seconds = g_date_time_format(time, "%Y-%m-%dT%H:%M:%S");
	return g_strdup_printf("%s.%03dZ", seconds, (int)(ms % 1000));
}

char *
format_short_hash(const char *hash)
{
	gsize len = strlen(hash);

	if (len <= HASH_HEAD + HASH_TAIL + 4)
		return g_strdup(hash);
	return g_strdup_printf("%.*s..%s", HASH_HEAD, hash,
			       hash + len - HASH_TAIL);
}

char *
format_safe(const char *text)
{
	GString *safe = g_string_new(NULL);

	while (*text != '\0') {
		gunichar c = g_utf8_get_char_validated(text, -1);

		if (c == (gunichar)-1 || c == (gunichar)-2) {
			g_string_append_printf(safe, "\\x%02x",
					       (guint)(guchar)*text++);
			continue;
		}
		if (g_unichar_iscntrl(c) ||
		    g_unichar_type(c) == G_UNICODE_FORMAT)
			g_string_append_printf(safe, "\\x%02x", c);
		else
			g_string_append_unichar(safe, c);
		text = g_utf8_next_char(text);
	}
	return g_string_free(safe, FALSE);
}

guint
format_width(const char *text)
{
	guint width = 0;

	for (; *text != '\0'; text = g_utf8_next_char(text)) {
		gunichar c = g_utf8_get_char(text);

		if (!g_unichar_iszerowidth(c))
			width += g_unichar_iswide(c) ? 2 : 1;
	}
	return width;
}
