/* SPDX-License-Identifier: Apache-2.0
 *
 * Contract code that is a package as Fabric's are: a gzipped tar of
 * metadata.json and code.tar.gz, another one with the program's files.
 */
#include "tools/sim/workload_private.h"

#include <string.h>

#include "tools/sim/package.h"

/* Relative and clean, as a program's directory is to have it. */
static gboolean
is_path(const char *name)
{
	g_auto(GStrv) parts = g_strsplit(name, "/", -1);

	for (guint i = 0; parts[i] != NULL; i++)
		if (*parts[i] == '\0' || strcmp(parts[i], ".") == 0 ||
		    strcmp(parts[i], "..") == 0)
			return FALSE;
	return parts[0] != NULL && strlen(name) <= SIM_TAR_NAME_MAX;
}

/* A file: text as "code" has it, or JSON that becomes its own text. */
static gboolean
read_file(const Reader *files, const char *name, const json_t *value,
	  GBytes **out)
{
	char *text;

	if (!is_path(name))
		return reader_refuse(files, name,
				     "give a relative path of at most %u bytes",
				     SIM_TAR_NAME_MAX);
	if (json_is_string(value))
		return sim_code_text_read(files, name,
					  json_string_value(value), out);
	if (!json_is_object(value) && !json_is_array(value))
		return reader_refuse(files, name,
				     "give a string, or a JSON object or array");
	text = json_dumps(value, JSON_COMPACT);
	*out = g_bytes_new_take(text, strlen(text));
	return TRUE;
}

/* In the order in which the workload has them. */
static gboolean
read_files(const Reader *package, GByteArray *tar)
{
	g_auto(Reader) reader = { 0 };
	const char *name;
	json_t *value;

	if (!reader_enter(package, "files", &reader))
		return FALSE;
	if (json_object_size(reader.object) == 0)
		return reader_refuse(package, "files", "give at least one");
	json_object_foreach(reader.object, name, value) {
		g_autoptr(GBytes) data = NULL;

		if (!read_file(&reader, name, value, &data))
			return FALSE;
		if (g_bytes_get_size(data) > SIM_CODE_MAX - tar->len)
			return reader_refuse(&reader, name,
					     "makes it over %u bytes",
					     SIM_CODE_MAX);
		sim_tar_add(tar, name, data);
	}
	return TRUE;
}

static GBytes *
metadata(const char *type, const char *label)
{
	g_autoptr(json_t) object = json_pack("{s:s, s:s, s:s}", "path", "",
					     "type", type, "label", label);
	char *text = json_dumps(object, JSON_COMPACT);

	return g_bytes_new_take(text, strlen(text));
}

static GBytes *
wrap(const char *type, const char *label, GByteArray *files)
{
	g_autoptr(GBytes) about = metadata(type, label);
	g_autoptr(GBytes) code = sim_tar_gzip(files);
	GByteArray *tar = g_byte_array_new();

	sim_tar_add(tar, "metadata.json", about);
	sim_tar_add(tar, "code.tar.gz", code);
	return sim_tar_gzip(tar);
}

static gboolean
read_package(const Reader *reader, GBytes **out)
{
	g_autofree char *type = NULL;
	g_autofree char *label = NULL;
	g_autoptr(GByteArray) files = g_byte_array_new();

	if (!reader_knows(reader, "type label files") ||
	    !reader_needs(reader, "type", &type) ||
	    !reader_needs(reader, "label", &label) ||
	    !read_files(reader, files))
		return FALSE;
	*out = wrap(type, label, g_steal_pointer(&files));
	return TRUE;
}

gboolean
sim_package_read(const Reader *code, GBytes **out)
{
	g_auto(Reader) reader = { 0 };

	return reader_knows(code, "package") &&
	       reader_enter(code, "package", &reader) &&
	       (reader.object != NULL ||
		reader_refuse(code, "package", "is missing")) &&
	       read_package(&reader, out);
}
