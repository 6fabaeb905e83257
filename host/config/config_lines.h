/* SPDX-License-Identifier: Apache-2.0
 *
 * host/config/config_lines.h: which line of a config file sets which key.
 */
#ifndef HOST_CONFIG_CONFIG_LINES_H
#define HOST_CONFIG_CONFIG_LINES_H

#include "host/config/config_key.h"

typedef struct ConfigLines ConfigLines;

/* Goes through a text of valid UTF-8, with the `file` to name in errors. Lines
 * that are no syntax, unknown groups and keys, and keys that come twice are
 * errors. */
ConfigLines *config_lines_new(const char *text, const char *file,
			      GError **error);
void config_lines_free(ConfigLines *lines);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ConfigLines, config_lines_free)

/* A plugin's settings: groups "plugin ID" with keys that only the plugin
 * knows. */
typedef struct {
	char *group, *name;
	guint line;
} ConfigSetting;
/* ConfigSetting, in order of the file; borrowed. */
const GPtrArray *config_lines_settings(const ConfigLines *lines);
/* The ID of such a group, borrowed; NULL: it is another. */
const char *config_plugin_of(const char *group);

/* The number of the line that sets a key, from 1; 0 when none does. */
guint config_lines_of(const ConfigLines *lines, const ConfigKey *key);

/* Sets an error "FILE:LINE: text", or "FILE: text" for line 0; FALSE. */
gboolean config_fail(GError **error, const char *file, guint line,
		     const char *format, ...) G_GNUC_PRINTF(4, 5);
/* A piece of the file, fit to stand in an error: short and printable. */
char *config_quote(const char *text);

#endif
