/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/host_conf.h"

#include <string.h>

#include "tools/ctl/error.h"

/* configs/bsn-hostd.conf, as it was when this was built. */
static const char sample_text[] =
#include "tools/ctl/host_conf_sample.inc"
	;

/* "[name]" gives a copy of name; NULL for another line. */
static char *
section_of(const char *line)
{
	const char *end = strchr(line, ']');

	if (line[0] != '[' || end == NULL)
		return NULL;
	return g_strndup(line + 1, (gsize)(end - line - 1));
}

/* Whether the line sets the key, or shows it in a comment: "#key = ...". */
static gboolean
sets(const char *line, const char *key)
{
	gsize len = strlen(key);

	if (*line == '#')
		line++;
	if (strncmp(line, key, len) != 0)
		return FALSE;
	line += len;
	line += strspn(line, " \t");
	return *line == '=';
}

/* Which of the values the line is the place of; G_MAXUINT for none. */
static guint
value_for(const HostConfValue *values, const char *section, const char *line)
{
	for (guint i = 0; values[i].section != NULL; i++)
		if (g_strcmp0(values[i].section, section) == 0 &&
		    sets(line, values[i].key))
			return i;
	return G_MAXUINT;
}

static gboolean
check_all_used(const HostConfValue *values, const gboolean *used,
	       GError **error)
{
	for (guint i = 0; values[i].section != NULL; i++)
		if (!used[i])
			return ctl_fail(error, CTL_ERROR_FAILED,
					"the sample config has no [%s] %s",
					values[i].section, values[i].key);
	return TRUE;
}

static guint
count(const HostConfValue *values)
{
	guint n = 0;

	while (values[n].section != NULL)
		n++;
	return n;
}

char *
host_conf_fill_text(const char *sample, const HostConfValue *values,
		    GError **error)
{
	g_auto(GStrv) lines = g_strsplit(sample, "\n", -1);
	g_autofree gboolean *used = g_new0(gboolean, count(values) + 1);
	g_autofree char *section = NULL;

	for (gsize i = 0; lines[i] != NULL; i++) {
		char *name = section_of(lines[i]);
		guint at = value_for(values, section, lines[i]);

		if (name != NULL) {
			g_free(section);
			section = name;
		}
		if (at == G_MAXUINT || used[at])
			continue;
		used[at] = TRUE;
		g_free(lines[i]);
		lines[i] = g_strdup_printf("%s = %s", values[at].key,
					   values[at].value);
	}
	return check_all_used(values, used, error) ? g_strjoinv("\n", lines)
						   : NULL;
}

char *
host_conf_fill(const HostConfValue *values, GError **error)
{
	return host_conf_fill_text(sample_text, values, error);
}

char *
host_conf_sample_value(const char *section, const char *key)
{
	const HostConfValue wanted[] = { { section, key, NULL },
					 { NULL, NULL, NULL } };
	g_auto(GStrv) lines = g_strsplit(sample_text, "\n", -1);
	g_autofree char *here = NULL;

	for (gsize i = 0; lines[i] != NULL; i++) {
		char *name = section_of(lines[i]);

		if (value_for(wanted, here, lines[i]) == 0)
			return g_strstrip(g_strdup(strchr(lines[i], '=') + 1));
		if (name != NULL) {
			g_free(here);
			here = name;
		}
	}
	return NULL;
}
