/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/settings.h"

#include <string.h>

/* Members deep that a setting reaches; nothing of any framework is deeper. */
#define DEPTH_MAX 8

/* The object that "a.b" is a member of, made where it is missing; `*last` is
 * the "b". NULL when something else stands in the way. */
static json_t *
parent_of(json_t *object, char **names, const char **last)
{
	guint n = g_strv_length(names);

	for (guint i = 0; i + 1 < n; i++) {
		json_t *next = json_object_get(object, names[i]);

		if (next == NULL) {
			next = json_object();
			json_object_set_new(object, names[i], next);
		}
		if (!json_is_object(next))
			return NULL;
		object = next;
	}
	*last = names[n - 1];
	return object;
}

/* The text as JSON if it is that, else as a string; what a file has, for
 * @FILE. */
static json_t *
value_of(const char *option, const char *text, GError **error)
{
	g_autofree char *what = g_strconcat("--", option, NULL);

	return text[0] == '@' ? ctl_read_json(text, what, error)
			      : ctl_word_to_json(text);
}

static gboolean
set_one(json_t *object, const char *option, const char *setting, GError **error)
{
	const char *equals = strchr(setting, '=');
	g_autofree char *path = NULL;
	g_auto(GStrv) names = NULL;
	const char *last = NULL;
	json_t *parent = NULL;
	json_t *value;
	gboolean placed;

	if (equals == NULL || equals == setting)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"--%s %s has no key and value\n"
				"Write --%s key=value, or --%s a.b=value.",
				option, setting, option, option);
	value = value_of(option, equals + 1, error);
	if (value == NULL)
		return FALSE;
	path = g_strndup(setting, (gsize)(equals - setting));
	names = g_strsplit(path, ".", DEPTH_MAX);
	parent = parent_of(object, names, &last);
	placed = parent != NULL && *last != '\0' &&
		 json_object_set(parent, last, value) == 0;
	json_decref(value);
	return placed ||
	       ctl_fail(error, CTL_ERROR_USAGE,
			"--%s %s: there is no place for it\n"
			"Something else stands at the front part.",
			option, setting);
}

gboolean
settings_take(const Args *args, const char *option, json_t *object,
	      GError **error)
{
	g_autoptr(GPtrArray) settings = args_option_all(args, option);

	for (guint i = 0; i < settings->len; i++)
		if (!set_one(object, option, settings->pdata[i], error))
			return FALSE;
	return TRUE;
}

gboolean
settings_add_options(const Args *args, json_t *request, GError **error)
{
	g_autoptr(GPtrArray) given = args_option_all(args, "option");
	json_t *options = json_object_get(request, "options");

	if (given->len == 0)
		return TRUE;
	if (options == NULL) {
		options = json_object();
		json_object_set_new(request, "options", options);
	}
	return settings_take(args, "option", options, error);
}
