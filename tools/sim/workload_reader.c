/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/sim/workload_private.h"

#include <string.h>

static char *
path_of(const Reader *reader, const char *name)
{
	return g_strconcat(reader->path,
			   *reader->path != '\0' && *name != '\0' ? "." : "",
			   name, NULL);
}

gboolean
reader_refuse(const Reader *reader, const char *name, const char *format, ...)
{
	g_autofree char *path = path_of(reader, name);
	g_autofree char *why = NULL;
	va_list args;

	va_start(args, format);
	why = g_strdup_vprintf(format, args);
	va_end(args);
	*reader->message = *path != '\0' ? g_strconcat(path, ": ", why, NULL)
					 : g_steal_pointer(&why);
	return FALSE;
}

void
reader_clear(Reader *reader)
{
	json_decref(reader->object);
	g_free(reader->path);
}

gboolean
reader_knows(const Reader *reader, const char *names)
{
	g_auto(GStrv) known = g_strsplit(names, " ", -1);
	const char *name;
	json_t *value;

	if (!json_is_object(reader->object))
		return reader_refuse(reader, "", "give a JSON object");
	json_object_foreach(reader->object, name, value)
		if (!g_strv_contains((const char *const *)known, name))
			return reader_refuse(
				reader, name,
				"there is no such member; there are: %s",
				names);
	return TRUE;
}

gboolean
reader_enter(const Reader *reader, const char *name, Reader *inner)
{
	*inner = (Reader){ .object = json_incref(json_object_get(
				   reader->object, name)),
			   .path = path_of(reader, name),
			   .directory = reader->directory,
			   .message = reader->message };
	return inner->object == NULL || json_is_object(inner->object) ||
	       reader_refuse(inner, "", "give a JSON object");
}

gboolean
reader_each(const Reader *reader, const char *name, guint max,
	    gboolean (*read_one)(const Reader *one, gpointer data),
	    gpointer data)
{
	json_t *list = json_object_get(reader->object, name);
	g_autofree char *path = path_of(reader, name);

	if (list != NULL && !json_is_array(list))
		return reader_refuse(reader, name, "give a JSON array");
	if (json_array_size(list) > max)
		return reader_refuse(reader, name, "give at most %u", max);
	for (guint i = 0; i < json_array_size(list); i++) {
		g_auto(Reader) one = {
			.object = json_incref(json_array_get(list, i)),
			.path = g_strdup_printf("%s[%u]", path, i),
			.directory = reader->directory,
			.message = reader->message
		};

		if (!read_one(&one, data))
			return FALSE;
	}
	return TRUE;
}

gboolean
reader_words(const Reader *reader, const char *name, guint max,
	     gboolean (*is_fit)(const char *word), const char *should,
	     GPtrArray *out)
{
	json_t *list = json_object_get(reader->object, name);

	if (list != NULL && !json_is_array(list))
		return reader_refuse(reader, name, "give a JSON array");
	if (json_array_size(list) > max)
		return reader_refuse(reader, name, "give at most %u", max);
	for (gsize i = 0; i < json_array_size(list); i++) {
		const char *word = json_string_value(json_array_get(list, i));

		if (word == NULL || !is_fit(word))
			return reader_refuse(reader, name, "%s", should);
		if (g_ptr_array_find_with_equal_func(out, word, g_str_equal,
						     NULL))
			return reader_refuse(reader, name,
					     "\"%s\" is there twice", word);
		g_ptr_array_add(out, g_strdup(word));
	}
	return TRUE;
}

gboolean
reader_bool(const Reader *reader, const char *name, gboolean *out)
{
	const json_t *value = json_object_get(reader->object, name);

	if (value == NULL)
		return TRUE;
	if (!json_is_boolean(value))
		return reader_refuse(reader, name, "give true or false");
	*out = json_is_true(value);
	return TRUE;
}

gboolean
reader_string(const Reader *reader, const char *name, char **out)
{
	const json_t *value = json_object_get(reader->object, name);

	if (value == NULL)
		return TRUE;
	if (!json_is_string(value))
		return reader_refuse(reader, name, "give a string");
	*out = g_strdup(json_string_value(value));
	return TRUE;
}

gboolean
reader_needs(const Reader *reader, const char *name, char **out)
{
	if (!reader_string(reader, name, out))
		return FALSE;
	return (*out != NULL && **out != '\0') ||
	       reader_refuse(reader, name, "give a string, not empty");
}

gboolean
reader_json(const Reader *reader, const char *name, gboolean array,
	    const char *otherwise, char **out)
{
	const json_t *value = json_object_get(reader->object, name);

	if (value != NULL && !json_is_object(value) &&
	    !(array && json_is_array(value)))
		return reader_refuse(reader, name,
				     array ? "give a JSON array or object"
					   : "give a JSON object");
	*out = value != NULL ? json_dumps(value, JSON_COMPACT)
			     : g_strdup(otherwise);
	return TRUE;
}
