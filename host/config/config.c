/* SPDX-License-Identifier: Apache-2.0 */
#include "host/config/config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "host/config/config_lines.h"
#include "host/config/config_value.h"

/* ---- reading ---- */

static gboolean
check_text(const char *text, gsize len, const char *name, GError **error)
{
	const char *end;
	guint line = 1;

	if (len > CONFIG_FILE_MAX)
		return config_fail(error, name, 0,
				   "has more than %u bytes; that is no config "
				   "file",
				   CONFIG_FILE_MAX);
	if (g_utf8_validate(text, (gssize)len, &end))
		return TRUE;
	for (const char *at = text; at < end; at++)
		line += *at == '\n';
	return config_fail(error, name, line,
			   "a byte is no UTF-8 text; write the file as UTF-8");
}

static gboolean
set_from_file(Config *config, const ConfigKey *key, GKeyFile *keys,
	      guint line, const char *directory, const char *file,
	      GError **error)
{
	g_autofree char *value =
		g_key_file_get_value(keys, key->group, key->name, error);
	g_autofree char *wrong = NULL;
	g_autofree char *quote = NULL;

	if (value == NULL)
		return FALSE;
	wrong = config_value_set(config, key, g_strstrip(value), directory);
	if (wrong == NULL)
		return TRUE;
	quote = config_quote(value);
	return config_fail(error, file, line, "[%s] %s = %s %s", key->group,
			   key->name, quote, wrong);
}

static gboolean
set_standard(Config *config, const ConfigKey *key, const char *directory,
	     const char *file, GError **error)
{
	g_autofree char *wrong = NULL;

	if (key->required)
		return config_fail(error, file, 0,
				   "[%s] %s is missing; add it, like \"%s = "
				   "%s\"",
				   key->group, key->name, key->name,
				   key->standard);
	wrong = config_value_set(config, key, key->standard, directory);
	g_assert(wrong == NULL);
	return TRUE;
}

static gboolean
set_all(Config *config, GKeyFile *keys, const ConfigLines *lines,
	const char *file, GError **error)
{
	g_autofree char *relative = g_path_get_dirname(file);
	g_autofree char *directory = g_canonicalize_filename(relative, NULL);

	for (const ConfigKey *key = config_keys; key->group != NULL; key++) {
		guint line = config_lines_of(lines, key);
		gboolean set =
			line > 0 ? set_from_file(config, key, keys, line,
						 directory, file, error) :
				   set_standard(config, key, directory, file,
						error);

		if (!set)
			return FALSE;
	}
	return TRUE;
}

/* A setting's text is the plugin's own to read. */
static gboolean
set_settings(Config *config, GKeyFile *keys, const ConfigLines *lines,
	     GError **error)
{
	const GPtrArray *settings = config_lines_settings(lines);

	config->plugin_settings = g_new0(char *, settings->len + 1);
	for (guint i = 0; i < settings->len; i++) {
		const ConfigSetting *setting = settings->pdata[i];
		g_autofree char *value = g_key_file_get_value(
			keys, setting->group, setting->name, error);

		if (value == NULL)
			return FALSE;
		config->plugin_settings[i] = g_strdup_printf(
			"%s %s=%s", config_plugin_of(setting->group),
			setting->name, g_strstrip(value));
	}
	return TRUE;
}

static gboolean
check_store(const Config *config, const ConfigLines *lines, const char *file,
	    GError **error)
{
	guint line = config_lines_of(
		lines, config_key_find("store", "map_size"));

	if (line == 0)
		line = config_lines_of(
			lines, config_key_find("store", "map_size_max"));
	if (config->store_map_size > config->store_map_size_max)
		return config_fail(error, file, line,
				   "[store] map_size is above map_size_max; "
				   "give it %" G_GUINT64_FORMAT " at most",
				   config->store_map_size_max);
	return TRUE;
}

static gboolean
check_certifiers(const Config *config, const ConfigLines *lines,
		 const char *file, GError **error)
{
	guint line =
		config_lines_of(lines, config_key_find("plugins", "require"));

	if (strcmp(config->plugins_require, "none") != 0 &&
	    config->plugins_conformance_keys[0] == NULL &&
	    config->plugins_trust_keys[0] == NULL)
		return config_fail(error, file, line,
				   "[plugins] require = %s, but nobody may "
				   "certify it; give the public key of whoever "
				   "does in conformance_keys",
				   config->plugins_require);
	return TRUE;
}

/* What one key cannot know. */
static gboolean
check_together(const Config *config, const ConfigLines *lines,
	       const char *file, GError **error)
{
	return check_store(config, lines, file, error) &&
	       check_certifiers(config, lines, file, error);
}

static gboolean
load_keys(GKeyFile *keys, const char *text, const char *name, GError **error)
{
	g_autoptr(GError) why = NULL;

	if (g_key_file_load_from_data(keys, text, strlen(text),
				      G_KEY_FILE_NONE, &why))
		return TRUE;
	return config_fail(error, name, 0, "%s", why->message);
}

static Config *
parse(const char *text, const char *name, GError **error)
{
	g_autoptr(ConfigLines) lines = config_lines_new(text, name, error);
	g_autoptr(GKeyFile) keys = g_key_file_new();
	g_autoptr(Config) config = g_new0(Config, 1);

	if (lines == NULL || !load_keys(keys, text, name, error) ||
	    !set_all(config, keys, lines, name, error) ||
	    !set_settings(config, keys, lines, error) ||
	    !check_together(config, lines, name, error))
		return NULL;
	return g_steal_pointer(&config);
}

Config *
config_parse(const char *text, gsize len, const char *name, GError **error)
{
	g_autofree char *copy = NULL;

	if (!check_text(text, len, name, error))
		return NULL;
	copy = g_strndup(text, len);
	return parse(copy, name, error);
}

/* At most one byte more than a config file may have. */
static gboolean
read_file(int fd, GString *out)
{
	while (out->len <= CONFIG_FILE_MAX) {
		char block[4096];
		ssize_t n = read(fd, block, sizeof(block));

		if (n == 0)
			return TRUE;
		if (n < 0 && errno != EINTR)
			return FALSE;
		if (n > 0)
			g_string_append_len(out, block, n);
	}
	return TRUE;
}

Config *
config_load(const char *file, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	gboolean done = fd >= 0 && read_file(fd, text);
	int reason = errno;

	if (fd >= 0)
		close(fd);
	if (done)
		return config_parse(text->str, text->len, file, error);
	config_fail(error, file, 0,
		    "cannot be read: %s; `bsnctl init` makes a node's "
		    "directory with a config",
		    g_strerror(reason));
	return NULL;
}

void
config_free(Config *config)
{
	if (config == NULL)
		return;
	for (const ConfigKey *key = config_keys; key->group != NULL; key++)
		config_value_clear(config, key);
	g_strfreev(config->plugin_settings);
	g_free(config);
}

/* ---- the sample ---- */

static const char sample_head[] =
	"# Configuration of bsn-hostd; check it with bsn-hostd --check-config.\n"
	"#\n"
	"# A line is \"key = value\" under its [group]; a comment has its own\n"
	"# line. Sizes may end in K, M or G. Lists are separated by ;. Relative\n"
	"# paths begin at this file's directory. What is left out has the value\n"
	"# that stands here, but for [node] name, which must be given.\n";

static void
append_comment(GString *out, const char *comment)
{
	g_auto(GStrv) lines = g_strsplit(comment, "\n", -1);

	for (guint i = 0; lines[i] != NULL; i++)
		g_string_append_printf(out, "# %s\n", lines[i]);
}

static void
append_key(GString *out, const ConfigKey *key)
{
	g_autofree char *range = config_value_range(key);

	g_string_append_c(out, '\n');
	append_comment(out, key->comment);
	if (range != NULL)
		g_string_append_printf(out, "# %s.\n", range);
	if (key->words != NULL)
		g_string_append_printf(out, "# One of: %s.\n", key->words);
	if (key->local)
		g_string_append_printf(out, "#%s =\n", key->name);
	else
		g_string_append_printf(out, "%s =%s%s\n", key->name,
				       key->standard[0] != '\0' ? " " : "",
				       key->standard);
}

static const char sample_plugin[] =
	"\n"
	"# Settings of a plugin that does input and output, in a group of its\n"
	"# own for each plugin: its documentation says which there are.\n"
	"# Chaincodes (docs/chaincode.md) need their modules, here and in\n"
	"# [io] child_paths.\n"
	"#[plugin bsn.runtime-chaincode]\n"
	"#node_path = /opt/bsn/node_modules\n";

char *
config_sample(void)
{
	GString *out = g_string_new(sample_head);
	const char *group = "";

	for (const ConfigKey *key = config_keys; key->group != NULL; key++) {
		if (strcmp(group, key->group) != 0)
			g_string_append_printf(out, "\n[%s]\n", key->group);
		group = key->group;
		append_key(out, key);
	}
	g_string_append(out, sample_plugin);
	return g_string_free(out, FALSE);
}
