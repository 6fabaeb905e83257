/* SPDX-License-Identifier: Apache-2.0 */
#include "host/config/config_lines.h"

#include <string.h>

/* Characters of the file that an error repeats. */
#define QUOTE_MAX 60
#define PLUGIN_GROUP "plugin "
#define LETTERS_AND_DIGITS                                                 \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
#define NAME_MAX_LEN 63

struct ConfigLines {
	GHashTable *numbers; /* of a ConfigKey's line */
	GPtrArray *settings; /* ConfigSetting */
	const char *file;
	char *group;         /* that the present line is in; NULL before any */
};

gboolean
config_fail(GError **error, const char *file, guint line, const char *format,
	    ...)
{
	g_autofree char *text = NULL;
	GQuark domain = g_quark_from_static_string("bsn-config-error");
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	if (line > 0)
		g_set_error(error, domain, 0, "%s:%u: %s", file, line, text);
	else
		g_set_error(error, domain, 0, "%s: %s", file, text);
	return FALSE;
}

char *
config_quote(const char *text)
{
	gboolean longer = g_utf8_strlen(text, -1) > QUOTE_MAX;
	char *quote = longer ? g_utf8_substring(text, 0, QUOTE_MAX) :
			       g_strdup(text);

	for (char *at = quote; *at != '\0'; at++)
		if (g_ascii_iscntrl(*at))
			*at = '?';
	if (longer) {
		char *cut = g_strconcat(quote, "...", NULL);

		g_free(quote);
		return cut;
	}
	return quote;
}

/* ---- plugins' settings -------------------------------------------------- */

static gboolean
is_name(const char *text, const char *letters)
{
	gsize len = strspn(text, letters);

	return len > 0 && len <= NAME_MAX_LEN && text[len] == '\0';
}

const char *
config_plugin_of(const char *group)
{
	return g_str_has_prefix(group, PLUGIN_GROUP)
		       ? group + strlen(PLUGIN_GROUP)
		       : NULL;
}

static void
free_setting(gpointer data)
{
	ConfigSetting *setting = data;

	g_free(setting->group);
	g_free(setting->name);
	g_free(setting);
}

static const ConfigSetting *
find_setting(const ConfigLines *lines, const char *name)
{
	for (guint i = 0; i < lines->settings->len; i++) {
		const ConfigSetting *setting = lines->settings->pdata[i];

		if (strcmp(setting->group, lines->group) == 0 &&
		    strcmp(setting->name, name) == 0)
			return setting;
	}
	return NULL;
}

/* What a setting's name and value may be is the plugin's to say. */
static gboolean
take_setting(ConfigLines *lines, const char *name, guint number,
	     GError **error)
{
	const ConfigSetting *before = find_setting(lines, name);
	g_autofree char *quote = config_quote(name);
	ConfigSetting *setting;

	if (!is_name(name, LETTERS_AND_DIGITS "_-"))
		return config_fail(error, lines->file, number,
				   "[%s] %s is no name of a setting; it has 1 "
				   "to %d letters, digits, _ and -",
				   lines->group, quote, NAME_MAX_LEN);
	if (before != NULL)
		return config_fail(error, lines->file, number,
				   "[%s] %s is set in line %u already; remove "
				   "one of the two",
				   lines->group, quote, before->line);
	setting = g_new0(ConfigSetting, 1);
	setting->group = g_strdup(lines->group);
	setting->name = g_strdup(name);
	setting->line = number;
	g_ptr_array_add(lines->settings, setting);
	return TRUE;
}

/* ---- lines -------------------------------------------------------------- */

static gboolean
is_group(const char *name)
{
	const char *plugin = config_plugin_of(name);

	return plugin != NULL ? is_name(plugin, LETTERS_AND_DIGITS "._-")
			      : config_group_exists(name);
}

static gboolean
begin_group(ConfigLines *lines, char *line, guint number, GError **error)
{
	gsize len = strlen(line);
	g_autofree char *quote = NULL;
	g_autofree char *instead = NULL;

	if (line[len - 1] != ']') {
		quote = config_quote(line);
		return config_fail(error, lines->file, number,
				   "\"%s\" has no ] at its end", quote);
	}
	line[len - 1] = '\0';
	if (is_group(line + 1)) {
		g_free(lines->group);
		lines->group = g_strdup(line + 1);
		return TRUE;
	}
	quote = config_quote(line + 1);
	instead = config_group_suggest(line + 1);
	return config_fail(error, lines->file, number,
			   "there is no group [%s]; %s", quote, instead);
}

static gboolean
refuse_key(const ConfigLines *lines, const char *name, guint number,
	   GError **error)
{
	g_autofree char *quote = config_quote(name);
	g_autofree char *instead = config_key_suggest(lines->group, name);

	return config_fail(error, lines->file, number,
			   "[%s] has no key %s; %s", lines->group, quote,
			   instead);
}

static gboolean
take_key(ConfigLines *lines, const char *name, guint number, GError **error)
{
	const ConfigKey *key;
	guint before;

	if (lines->group == NULL)
		return config_fail(error, lines->file, number,
				   "a key stands before the first [group]");
	if (config_plugin_of(lines->group) != NULL)
		return take_setting(lines, name, number, error);
	key = config_key_find(lines->group, name);
	if (key == NULL)
		return refuse_key(lines, name, number, error);
	before = config_lines_of(lines, key);
	if (before > 0)
		return config_fail(error, lines->file, number,
				   "[%s] %s is set in line %u already; remove "
				   "one of the two",
				   key->group, key->name, before);
	g_hash_table_insert(lines->numbers, (void *)key,
			    GUINT_TO_POINTER(number));
	return TRUE;
}

static gboolean
take_line(ConfigLines *lines, char *line, guint number, GError **error)
{
	g_autofree char *quote = NULL;
	char *equals;

	g_strstrip(line);
	if (line[0] == '\0' || line[0] == '#')
		return TRUE;
	if (line[0] == '[')
		return begin_group(lines, line, number, error);
	equals = strchr(line, '=');
	if (equals == NULL || equals == line) {
		quote = config_quote(line);
		return config_fail(error, lines->file, number,
				   "\"%s\" is neither [group] nor key = value; "
				   "begin a comment with #",
				   quote);
	}
	*equals = '\0';
	return take_key(lines, g_strchomp(line), number, error);
}

ConfigLines *
config_lines_new(const char *text, const char *file, GError **error)
{
	g_auto(GStrv) all = g_strsplit(text, "\n", -1);
	ConfigLines *lines = g_new0(ConfigLines, 1);

	lines->numbers = g_hash_table_new(NULL, NULL);
	lines->settings = g_ptr_array_new_with_free_func(free_setting);
	lines->file = file;
	for (guint i = 0; all[i] != NULL; i++) {
		if (take_line(lines, all[i], i + 1, error))
			continue;
		config_lines_free(lines);
		return NULL;
	}
	return lines;
}

void
config_lines_free(ConfigLines *lines)
{
	if (lines == NULL)
		return;
	g_hash_table_unref(lines->numbers);
	g_ptr_array_unref(lines->settings);
	g_free(lines->group);
	g_free(lines);
}

guint
config_lines_of(const ConfigLines *lines, const ConfigKey *key)
{
	return GPOINTER_TO_UINT(g_hash_table_lookup(lines->numbers, key));
}

const GPtrArray *
config_lines_settings(const ConfigLines *lines)
{
	return lines->settings;
}
