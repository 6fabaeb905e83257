/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-evm/check/lines.h"

#include <string.h>

#include "plugins/runtime-evm/opcodes.h"

/* Bytes of a file's name in a finding. */
#define FILE_NAME_MAX 128

typedef struct {
	gint64 start;
	gint64 length;
	gint64 file;
} Entry;

static guint64
instruction_index(const Region *region, guint64 offset)
{
	guint64 n = 0;

	for (guint64 at = 0; at < offset;
	     at += 1 + opcode_immediate(region->code.data[at]))
		n++;
	return n;
}

/* A field that is empty is as in the entry before. */
static void
read_entry(const char *text, Entry *entry)
{
	gint64 *const fields[] = { &entry->start, &entry->length,
				   &entry->file };

	for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
		if (*text != ':' && *text != ';' && *text != '\0')
			*fields[i] = g_ascii_strtoll(text, NULL, 10);
		text += strcspn(text, ":;");
		if (*text != ':')
			return;
		text++;
	}
}

static gboolean
find_entry(const char *map, guint64 index, Entry *entry)
{
	for (guint64 i = 0;; i++) {
		const char *end;

		read_entry(map, entry);
		if (i == index)
			return TRUE;
		end = strchr(map, ';');
		if (end == NULL)
			return FALSE;
		map = end + 1;
	}
}

static guint
line_of(const char *text, gsize offset)
{
	guint line = 1;

	for (gsize i = 0; i < offset; i++)
		line += text[i] == '\n' ? 1 : 0;
	return line;
}

char *
lines_where(const Lines *lines, const Region *region, guint64 at)
{
	const char *map = region->runtime ? lines->runtime
					  : lines->constructor;
	Entry entry = { 0, 0, -1 };
	const json_t *source;
	const char *file;
	const json_t *text;

	if (map == NULL ||
	    !find_entry(map, instruction_index(region, at), &entry) ||
	    entry.file < 0)
		return NULL;
	source = json_array_get(lines->sources, (size_t)entry.file);
	file = json_string_value(json_object_get(source, "file"));
	text = json_object_get(source, "text");
	if (file == NULL || !json_is_string(text) || entry.start < 0 ||
	    (guint64)entry.start > json_string_length(text))
		return NULL;
	return g_strdup_printf("%.*s:%u", FILE_NAME_MAX, file,
			       line_of(json_string_value(text),
				       (gsize)entry.start));
}
