/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/json_out.h"

#include <bsn/helpers/hex.h>
#include <string.h>

/* Digits of the largest number. */
#define NUMBER_MAX 20u

/* ---- around values ------------------------------------------------------ */

static void
begin_value(GString *out)
{
	const char last = out->len > 0 ? out->str[out->len - 1] : '[';

	if (last != '{' && last != '[' && last != ':')
		g_string_append_c(out, ',');
}

void
json_out_open(GString *out, char bracket)
{
	begin_value(out);
	g_string_append_c(out, bracket);
}

void
json_out_close(GString *out, char bracket)
{
	g_string_append_c(out, bracket);
}

/* So many bytes at the end, to be filled. */
static char *
grow(GString *out, gsize len)
{
	const gsize before = out->len;

	g_string_set_size(out, before + len);
	return out->str + before;
}

void
json_out_name(GString *out, const char *name)
{
	const gsize len = strlen(name);
	char *at;

	begin_value(out);
	at = grow(out, len + 3);
	at[0] = '"';
	memcpy(at + 1, name, len);
	memcpy(at + 1 + len, "\":", 2);
}

/* ---- values ------------------------------------------------------------- */

void
json_out_null(GString *out)
{
	begin_value(out);
	g_string_append(out, "null");
}

void
json_out_u64(GString *out, guint64 value)
{
	char digits[NUMBER_MAX];
	guint at = NUMBER_MAX;

	do
		digits[--at] = (char)('0' + value % 10);
	while ((value /= 10) > 0);
	begin_value(out);
	g_string_append_len(out, digits + at, NUMBER_MAX - at);
}

void
json_out_hex(GString *out, bsn_slice bytes)
{
	const gsize digits = 2 * (gsize)bytes.len;
	char *at;

	begin_value(out);
	at = grow(out, digits + 4);
	memcpy(at, "\"0x", 3);
	bsn_hex_write(bytes.data, bytes.len, at + 3);
	at[digits + 3] = '"';
}

static gboolean
is_plain(guint8 c)
{
	return c >= 0x20 && c != '"' && c != '\\';
}

static void
escape(GString *out, guint8 c)
{
	static const char special[] = "\"\\\b\f\n\r\t";
	static const char letters[] = "\"\\bfnrt";
	const char *found = c != '\0' ? strchr(special, c) : NULL;

	if (found != NULL) {
		g_string_append_c(out, '\\');
		g_string_append_c(out, letters[found - special]);
	} else {
		g_string_append_printf(out, "\\u%04X", c);
	}
}

void
json_out_text(GString *out, const char *text, gsize len)
{
	gsize from = 0;

	begin_value(out);
	g_string_append_c(out, '"');
	for (gsize i = 0; i < len; i++) {
		if (is_plain((guint8)text[i]))
			continue;
		g_string_append_len(out, text + from, (gssize)(i - from));
		escape(out, (guint8)text[i]);
		from = i + 1;
	}
	g_string_append_len(out, text + from, (gssize)(len - from));
	g_string_append_c(out, '"');
}

static void
put_integer(GString *out, gint64 value)
{
	if (value >= 0) {
		json_out_u64(out, (guint64)value);
		return;
	}
	begin_value(out);
	g_string_append_printf(out, "%" G_GINT64_FORMAT, value);
}

static int
append_piece(const char *text, size_t len, void *out)
{
	g_string_append_len(out, text, (gssize)len);
	return 0;
}

static void
put_members(GString *out, const json_t *object)
{
	const char *name;
	json_t *value;

	json_out_open(out, '{');
	json_object_foreach((json_t *)object, name, value)
	{
		json_out_text(out, name, strlen(name));
		g_string_append_c(out, ':');
		json_out_value(out, value);
	}
	json_out_close(out, '}');
}

static void
put_items(GString *out, const json_t *array)
{
	const gsize n = json_array_size(array);

	json_out_open(out, '[');
	for (gsize i = 0; i < n; i++)
		json_out_value(out, json_array_get(array, i));
	json_out_close(out, ']');
}

void
json_out_value(GString *out, const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		put_members(out, value);
		return;
	case JSON_ARRAY:
		put_items(out, value);
		return;
	case JSON_STRING:
		json_out_text(out, json_string_value(value),
			      json_string_length(value));
		return;
	case JSON_INTEGER:
		put_integer(out, json_integer_value(value));
		return;
	case JSON_REAL: /* there are many ways to write one */
		begin_value(out);
		(void)json_dump_callback(value, append_piece, out,
					 JSON_ENCODE_ANY);
		return;
	case JSON_TRUE:
		begin_value(out);
		g_string_append(out, "true");
		return;
	case JSON_FALSE:
		begin_value(out);
		g_string_append(out, "false");
		return;
	case JSON_NULL:
		json_out_null(out);
		return;
	}
}

/* ---- members ------------------------------------------------------------ */

void
json_out_u64_member(GString *out, const char *name, guint64 value)
{
	json_out_name(out, name);
	json_out_u64(out, value);
}

void
json_out_hex_member(GString *out, const char *name, bsn_slice bytes)
{
	json_out_name(out, name);
	json_out_hex(out, bytes);
}

void
json_out_text_member(GString *out, const char *name, const char *text)
{
	json_out_name(out, name);
	json_out_text(out, text, strlen(text));
}
