/* SPDX-License-Identifier: Apache-2.0
 *
 * What a user gives on the command line or in files.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tools/ctl/ctl.h"

/* Largest JSON that is read from a file: a block of the largest size, in
 * hexadecimal, with its receipts. */
#define JSON_FILE_MAX (128u * 1024 * 1024)

static char *
read_stream(FILE *stream, gsize max, gsize *len)
{
	g_autoptr(GString) text = g_string_new(NULL);
	char part[65536];
	gsize n;

	while ((n = fread(part, 1, sizeof(part), stream)) > 0 &&
	       text->len <= max)
		g_string_append_len(text, part, (gssize)n);
	*len = text->len;
	return ferror(stream) ? NULL
			      : g_string_free(g_steal_pointer(&text), FALSE);
}

char *
ctl_read_file(const char *file, gsize max, gsize *len, GError **error)
{
	gboolean is_stdin = strcmp(file, "-") == 0;
	FILE *stream = is_stdin ? stdin : fopen(file, "rb");
	g_autofree char *text = NULL;
	int why = errno;

	if (stream != NULL) {
		text = read_stream(stream, max, len);
		why = errno;
		if (!is_stdin)
			fclose(stream);
	}
	if (text == NULL) {
		ctl_fail(error, CTL_ERROR_FAILED, "%s cannot be read: %s", file,
			 g_strerror(why));
		return NULL;
	}
	if (*len > max) {
		ctl_fail(error, CTL_ERROR_FAILED,
			 "%s is larger than %" G_GSIZE_FORMAT " bytes\n"
			 "Split it.",
			 file, max);
		return NULL;
	}
	return g_steal_pointer(&text);
}

json_t *
ctl_read_json(const char *text, const char *what, GError **error)
{
	g_autofree char *contents = NULL;
	gsize len = strlen(text);
	json_error_t where;
	json_t *value;

	if (text[0] == '@') {
		contents = ctl_read_file(text + 1, JSON_FILE_MAX, &len, error);
		if (contents == NULL)
			return NULL;
	}
	value = json_loadb(contents != NULL ? contents : text, len,
			   JSON_REJECT_DUPLICATES, &where);
	if (value == NULL)
		ctl_fail(error,
			 contents != NULL ? CTL_ERROR_FAILED : CTL_ERROR_USAGE,
			 "%s is not JSON: line %d, column %d: %s\nQuote it for "
			 "the shell in '...', or give it as @FILE.",
			 what, where.line, where.column, where.text);
	return value;
}

json_t *
ctl_word_to_json(const char *text)
{
	json_t *value = json_loads(
		text, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);

	return value != NULL ? value : json_string(text);
}
