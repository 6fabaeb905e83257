/* SPDX-License-Identifier: Apache-2.0
 *
 * Finished transactions from a file.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tools/bench/maker_private.h"

Maker *
maker_new_file(const char *file, const LoadPlan *plan, GError **error)
{
	FILE *opened = fopen(file, "re");
	Maker *maker;

	if (opened == NULL) {
		ctl_fail(error, CTL_ERROR_FAILED, "%s cannot be read: %s", file,
			 g_strerror(errno));
		return NULL;
	}
	maker = g_new0(Maker, 1);
	maker->plan = plan;
	maker->file = opened;
	maker->file_name = g_strdup(file);
	maker->n_sources = 1;
	return maker;
}

static gboolean
is_hex(const char *text, gsize len)
{
	for (gsize i = 0; i < len; i++)
		if (!g_ascii_isxdigit(text[i]))
			return FALSE;
	return len > 0 && len % 2 == 0;
}

gboolean
maker_take_line(Maker *maker, GString *out, GError **error)
{
	char *line = NULL;
	size_t room = 0;
	const ssize_t len = getline(&line, &room, maker->file);
	const char *text = line;
	gboolean ok;

	if (len < 0) {
		free(line);
		return ctl_fail(error, CTL_ERROR_USAGE,
				"%s has %" G_GUINT64_FORMAT
				" transactions, and more are to be sent\n"
				"Give --transactions and --warm-up.",
				maker->file_name, maker->line);
	}
	maker->line++;
	g_strchomp(line);
	if (g_str_has_prefix(text, "0x"))
		text += 2;
	ok = is_hex(text, strlen(text));
	if (ok)
		g_string_append_printf(out, "\"0x%s\"", text);
	else
		ctl_fail(error, CTL_ERROR_USAGE,
			 "line %" G_GUINT64_FORMAT
			 " of %s has no hexadecimal digits\n"
			 "Each is one finished transaction.",
			 maker->line, maker->file_name);
	free(line);
	return ok;
}
