/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/output.h"

#include <string.h>

#include "tools/ctl/format.h"

/* Digits of bytes that a terminal is shown whole: a public key's. */
#define HEX_SHOWN_MAX 130
/* Spaces between two columns. */
#define GAP 2

json_t *
output_member(json_t *object, const char *path)
{
	g_auto(GStrv) names = g_strsplit(path, ".", -1);

	for (gsize i = 0; names[i] != NULL && object != NULL; i++)
		object = json_object_get(object, names[i]);
	return object;
}

void
output_json(const Output *output, json_t *value)
{
	json_dumpf(value, output->file, JSON_INDENT(2) | JSON_ENCODE_ANY);
	fputc('\n', output->file);
}

void
output_json_line(const Output *output, json_t *value)
{
	json_dumpf(value, output->file, JSON_COMPACT | JSON_ENCODE_ANY);
	fputc('\n', output->file);
	fflush(output->file);
}

/* ---- values as text ----------------------------------------------------- */

static char *
plain_text(json_t *value)
{
	g_autofree char *dump = NULL;
	char *encoded;

	if (value == NULL || json_is_null(value))
		return g_strdup("");
	if (json_is_string(value))
		return format_safe(json_string_value(value));
	encoded = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	dump = g_strdup(encoded);
	free(encoded);
	return format_safe(dump != NULL ? dump : "");
}

static gboolean
is_flat(json_t *value)
{
	json_t *item;
	size_t at;

	if (json_is_object(value))
		return json_object_size(value) == 0;
	json_array_foreach(value, at, item)
		if (json_is_object(item) || json_is_array(item))
			return FALSE;
	return TRUE;
}

/* Bytes that would fill lines of a terminal, such as a filter of logs. */
static char *
shown_text(const Output *output, json_t *value)
{
	g_autofree char *text = plain_text(value);
	g_autofree char *ends = NULL;
	gsize len = strlen(text);

	if (!output->terminal || len <= HEX_SHOWN_MAX ||
	    strspn(text, "0123456789abcdefx") != len)
		return g_steal_pointer(&text);
	ends = format_short_hash(text);
	return g_strdup_printf("%s (%" G_GSIZE_FORMAT " bytes)", ends,
			       len / 2 - 1);
}

static char *
flat_text(const Output *output, json_t *value)
{
	GString *text;
	json_t *item;
	size_t at;

	if (!json_is_array(value))
		return json_is_object(value) ? g_strdup("{}")
					     : shown_text(output, value);
	text = g_string_new(json_array_size(value) == 0 ? "none" : NULL);
	json_array_foreach(value, at, item) {
		g_autofree char *one = shown_text(output, item);

		g_string_append_printf(text, "%s%s", at > 0 ? ", " : "", one);
	}
	return g_string_free(text, FALSE);
}

static char *
time_text(const Output *output, gint64 ms)
{
	return output->terminal ? format_age(ms, output->now_ms)
				: format_time(ms);
}

static char *
cell_text(const Output *output, json_t *value, ColumnKind kind)
{
	g_autofree char *text = plain_text(value);

	switch (kind) {
	case COLUMN_TEXT:
	case COLUMN_NUMBER:
		break;
	case COLUMN_LIST:
		return flat_text(output, value);
	case COLUMN_BYTES:
		if (json_is_integer(value))
			return format_bytes((guint64)json_integer_value(value));
		break;
	case COLUMN_TIME:
		if (json_is_integer(value))
			return time_text(output, json_integer_value(value));
		break;
	case COLUMN_DURATION:
		if (json_is_integer(value))
			return format_duration(
				(guint64)json_integer_value(value));
		break;
	case COLUMN_HASH:
		if (output->terminal)
			return format_short_hash(text);
		break;
	}
	return g_steal_pointer(&text);
}

static void
pad(const Output *output, guint spaces)
{
	fprintf(output->file, "%*s", (int)spaces, "");
}

/* ---- tables ------------------------------------------------------------- */

static gboolean
to_the_right(ColumnKind kind)
{
	return kind == COLUMN_NUMBER || kind == COLUMN_BYTES;
}

/* One line of a table; no blanks at its end. */
static void
print_row(const Output *output, char *const *cells, const Column *columns,
	  const guint *widths)
{
	g_autoptr(GString) line = g_string_new(NULL);

	for (gsize i = 0; columns[i].heading != NULL; i++) {
		guint rest;
		guint left;

		if (widths[i] == 0)
			continue;
		rest = widths[i] - format_width(cells[i]);
		left = to_the_right(columns[i].kind) ? rest : 0;
		g_string_append_printf(line, "%*s%s%*s", (int)left, "",
				       cells[i], (int)(rest - left + GAP), "");
	}
	fprintf(output->file, "%s\n", g_strchomp(line->str));
}

static gsize
count_columns(const Column *columns)
{
	gsize n = 0;

	while (columns[n].heading != NULL)
		n++;
	return n;
}

static char **
row_cells(const Output *output, json_t *row, const Column *columns)
{
	gsize n = count_columns(columns);
	char **cells = g_new0(char *, n + 1);

	for (gsize i = 0; i < n; i++)
		cells[i] =
			cell_text(output, output_member(row, columns[i].path),
				  columns[i].kind);
	return cells;
}

static char **
heading_cells(const Column *columns)
{
	gsize n = count_columns(columns);
	char **cells = g_new0(char *, n + 1);

	for (gsize i = 0; i < n; i++)
		cells[i] = g_ascii_strup(columns[i].heading, -1);
	return cells;
}

/* The width of each column; 0 for one that is left out. */
static guint *
measure(const Output *output, const GPtrArray *lines, const Column *columns)
{
	gsize n = count_columns(columns);
	guint *widths = g_new0(guint, n);

	for (gsize i = 0; i < n; i++) {
		for (guint line = 1; line < lines->len; line++) {
			char *const *cells = lines->pdata[line];

			widths[i] = MAX(widths[i], format_width(cells[i]));
		}
		if (widths[i] > 0 || !output->terminal)
			widths[i] = MAX(widths[i],
					format_width(columns[i].heading));
	}
	return widths;
}

void
output_table(const Output *output, json_t *rows, const Column *columns,
	     const char *empty)
{
	g_autofree guint *widths = NULL;
	g_autoptr(GPtrArray) lines =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
	json_t *row;
	gsize at;

	if (json_array_size(rows) == 0) {
		fprintf(output->file, "%s\n", empty);
		return;
	}
	g_ptr_array_add(lines, heading_cells(columns));
	json_array_foreach(rows, at, row)
		g_ptr_array_add(lines, row_cells(output, row, columns));
	widths = measure(output, lines, columns);
	for (guint line = 0; line < lines->len; line++)
		print_row(output, lines->pdata[line], columns, widths);
}

/* ---- fields ------------------------------------------------------------- */

static gboolean
is_there(json_t *value)
{
	return value != NULL && !json_is_null(value) &&
	       !(json_is_string(value) && json_string_length(value) == 0);
}

void
output_fields(const Output *output, json_t *object, const Column *fields)
{
	guint width = 0;

	for (const Column *field = fields; field->heading != NULL; field++)
		if (is_there(output_member(object, field->path)))
			width = MAX(width, format_width(field->heading));
	for (; fields->heading != NULL; fields++) {
		json_t *value = output_member(object, fields->path);
		g_autofree char *text = NULL;

		if (!is_there(value))
			continue;
		text = cell_text(output, value,
				 fields->kind == COLUMN_HASH ? COLUMN_TEXT
							     : fields->kind);
		fprintf(output->file, "%-*s  %s\n", (int)width, fields->heading,
			text);
	}
}

/* ---- any value ---------------------------------------------------------- */

static guint
key_width(json_t *object)
{
	guint width = 0;
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
		if (is_flat(value))
			width = MAX(width, (guint)strlen(key));
	return width;
}

static void
print_object(const Output *output, json_t *object, guint indent)
{
	guint width = key_width(object);
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value) {
		g_autofree char *name = format_safe(key);

		pad(output, indent);
		if (is_flat(value)) {
			g_autofree char *text = flat_text(output, value);

			fprintf(output->file, "%-*s  %s\n", (int)width, name,
				text);
			continue;
		}
		fprintf(output->file, "%s:\n", name);
		output_value(output, value, indent + GAP);
	}
}

static void
print_array(const Output *output, json_t *array, guint indent)
{
	json_t *item;
	size_t at;

	json_array_foreach(array, at, item) {
		pad(output, indent);
		fprintf(output->file, "[%zu]", at);
		if (is_flat(item)) {
			g_autofree char *text = flat_text(output, item);

			fprintf(output->file, " %s\n", text);
			continue;
		}
		fputc('\n', output->file);
		output_value(output, item, indent + GAP);
	}
}

void
output_value(const Output *output, json_t *value, guint indent)
{
	g_autofree char *text = NULL;

	if (json_is_object(value) && json_object_size(value) > 0) {
		print_object(output, value, indent);
		return;
	}
	if (!is_flat(value)) {
		print_array(output, value, indent);
		return;
	}
	text = flat_text(output, value);
	pad(output, indent);
	fprintf(output->file, "%s\n", text);
}
