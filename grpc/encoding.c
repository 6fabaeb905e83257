/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/encoding.h"

#include <string.h>

/* ---- percent-encoding ---- */

static gboolean
stays_as_it_is(char c)
{
	return c >= 0x20 && c <= 0x7e && c != '%';
}

char *
grpc_percent_encode(const char *text)
{
	GString *out = g_string_sized_new(strlen(text));

	for (const char *c = text; *c != '\0'; c++) {
		if (stays_as_it_is(*c))
			g_string_append_c(out, *c);
		else
			g_string_append_printf(out, "%%%02X", (guint8)*c);
	}
	return g_string_free(out, FALSE);
}

char *
grpc_percent_decode(const char *text, gsize len)
{
	g_autoptr(GString) out = g_string_sized_new(len);

	for (gsize i = 0; i < len; i++) {
		gboolean encoded = text[i] == '%' && len - i > 2 &&
				   g_ascii_isxdigit(text[i + 1]) &&
				   g_ascii_isxdigit(text[i + 2]);

		if (!encoded) {
			g_string_append_c(out, text[i]);
			continue;
		}
		g_string_append_c(
			out, (char)(g_ascii_xdigit_value(text[i + 1]) << 4 |
				    g_ascii_xdigit_value(text[i + 2])));
		i += 2;
	}
	return g_utf8_make_valid(out->str, (gssize)out->len);
}

/* ---- base64 ---- */

char *
grpc_base64_encode(const guint8 *data, gsize len)
{
	char *text = g_base64_encode(data, len);
	char *padding = strchr(text, '=');

	if (padding != NULL)
		*padding = '\0';
	return text;
}

static gboolean
is_base64(const char *text, gsize len)
{
	for (gsize i = 0; i < len; i++) {
		if (!g_ascii_isalnum(text[i]) && text[i] != '+' &&
		    text[i] != '/')
			return FALSE;
	}
	return len % 4 != 1;
}

guint8 *
grpc_base64_decode(const char *text, gsize len, gsize *decoded_len)
{
	g_autofree char *padded = NULL;
	gsize digits = len;
	gsize whole;

	while (digits > 0 && len - digits < 2 && text[digits - 1] == '=')
		digits--;
	if (!is_base64(text, digits) || (digits != len && len % 4 != 0))
		return NULL;
	whole = (digits + 3) / 4 * 4;
	padded = g_malloc(whole + 1);
	memcpy(padded, text, digits);
	memset(padded + digits, '=', whole - digits);
	padded[whole] = '\0';
	return g_base64_decode(padded, decoded_len);
}

/* ---- timeouts ---- */

#define DIGITS_MAX 8u
#define VALUE_MAX G_GINT64_CONSTANT(99999999)

/* From the finest that a microsecond needs. */
static const struct {
	char letter;
	gint64 us;
} units[] = {
	{ 'u', 1 },
	{ 'm', 1000 },
	{ 'S', G_USEC_PER_SEC },
	{ 'M', 60 * (gint64)G_USEC_PER_SEC },
	{ 'H', 3600 * (gint64)G_USEC_PER_SEC },
};

void
grpc_timeout_encode(gint64 timeout, char text[GRPC_TIMEOUT_TEXT])
{
	gint64 value = MAX(timeout, 1);
	guint i = 0;

	/* Not (n + us - 1) / us, which overflows. */
	while (value > VALUE_MAX && i + 1 < G_N_ELEMENTS(units)) {
		i++;
		value = timeout / units[i].us + (timeout % units[i].us != 0);
	}
	g_snprintf(text, GRPC_TIMEOUT_TEXT, "%" G_GINT64_FORMAT "%c",
		   MIN(value, VALUE_MAX), units[i].letter);
}

gboolean
grpc_timeout_decode(const char *text, gint64 *timeout)
{
	gsize digits = strspn(text, "0123456789");
	gint64 value;

	if (digits == 0 || digits > DIGITS_MAX || text[digits] == '\0' ||
	    text[digits + 1] != '\0')
		return FALSE;
	value = g_ascii_strtoll(text, NULL, 10);
	if (text[digits] == 'n') {
		*timeout = (value + 999) / 1000;
		return TRUE;
	}
	for (guint i = 0; i < G_N_ELEMENTS(units); i++) {
		if (units[i].letter != text[digits])
			continue;
		*timeout = value * units[i].us;
		return TRUE;
	}
	return FALSE;
}
