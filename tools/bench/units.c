/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/units.h"

#include <math.h>
#include <string.h>

/* More are no measurement's. */
#define HUGE_NUMBER 1e18

static gboolean
is_known(double value)
{
	return isfinite(value) && value >= 0 && value <= HUGE_NUMBER;
}

static char *
formatted(const char *format, double value)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];

	return g_strdup(g_ascii_formatd(text, sizeof(text), format, value));
}

/* "1234567" to "1,234,567". */
static char *
grouped(char *digits)
{
	const gsize len = strlen(digits);
	GString *text = g_string_sized_new(len + len / 3);

	for (gsize i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			g_string_append_c(text, ',');
		g_string_append_c(text, digits[i]);
	}
	g_free(digits);
	return g_string_free(text, FALSE);
}

/* Three digits that count, and all before the point. */
static char *
digits_of(double value)
{
	if (value >= 999.5)
		return grouped(formatted("%.0f", value));
	if (value >= 99.95)
		return formatted("%.0f", value);
	if (value >= 9.995)
		return formatted("%.1f", value);
	if (value >= 0.9995)
		return formatted("%.2f", value);
	return value > 0 ? formatted("%.2g", value) : g_strdup("0");
}

static char *
with_unit(double value, const char *unit)
{
	g_autofree char *digits = digits_of(value);

	return g_strconcat(digits, " ", unit, NULL);
}

char *
units_count(double n)
{
	return is_known(n) ? grouped(formatted("%.0f", n)) : g_strdup("-");
}

char *
units_rate(double a_second)
{
	return is_known(a_second) ? digits_of(a_second) : g_strdup("-");
}

char *
units_us(double us)
{
	if (!is_known(us))
		return g_strdup("-");
	if (us < 999.5)
		return with_unit(us, "µs");
	if (us < 999500)
		return with_unit(us / 1e3, "ms");
	return with_unit(us / 1e6, "s");
}

char *
units_ms(double ms)
{
	return units_us(ms < 0 ? ms : ms * 1e3);
}

char *
units_seconds(double s)
{
	if (!is_known(s))
		return g_strdup("-");
	if (s < 120)
		return with_unit(s, "s");
	if (s < 7200)
		return g_strdup_printf("%u min %u s", (guint)(s / 60),
				       (guint)fmod(s, 60));
	return g_strdup_printf("%.0f h %u min", floor(s / 3600),
			       (guint)(fmod(s, 3600) / 60));
}

char *
units_bytes(double bytes)
{
	static const char *const units[] = { "B", "KB", "MB", "GB", "TB" };
	guint unit = 0;

	if (!is_known(bytes))
		return g_strdup("-");
	while (bytes >= 999.5 && unit + 1 < G_N_ELEMENTS(units)) {
		bytes /= 1000;
		unit++;
	}
	return with_unit(bytes, units[unit]);
}

char *
units_percent(double share)
{
	const double percent = share * 100;
	g_autofree char *digits = NULL;

	if (!is_known(share))
		return g_strdup("-");
	if (percent > 0 && percent < 0.095)
		return g_strdup("<0.1 %");
	digits = formatted(percent >= 9.95 || percent <= 0 ? "%.0f" : "%.1f",
			   percent);
	return g_strconcat(digits, " %", NULL);
}

char *
units_ratio(double ratio)
{
	g_autofree char *digits = is_known(ratio) ? digits_of(ratio) : NULL;

	return digits != NULL ? g_strconcat(digits, "×", NULL) : g_strdup("-");
}

char *
units_short(double value)
{
	if (!is_known(value))
		return g_strdup("-");
	if (value >= 1e9)
		return formatted("%.3gG", value / 1e9);
	if (value >= 1e6)
		return formatted("%.3gM", value / 1e6);
	if (value >= 1e4)
		return formatted("%.3gk", value / 1e3);
	return value >= 1000 ? grouped(formatted("%.0f", value))
			     : formatted("%.3g", value);
}
