/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/sim/workload_private.h"

#include <string.h>

/* Each takes what follows its word; NULL with *why, a g_free'd sentence. */

static GBytes *
from_hex(const char *text, const char *directory, char **why)
{
	gsize len = strlen(text) / 2;
	guint8 *bytes;

	if (strspn(text, "0123456789abcdefABCDEF") != 2 * len ||
	    text[2 * len] != '\0') {
		*why = g_strdup("after hex: come pairs of hexadecimal digits");
		return NULL;
	}
	bytes = g_malloc(len + 1);
	for (gsize i = 0; i < len; i++)
		bytes[i] = (guint8)(g_ascii_xdigit_value(text[2 * i]) * 16 +
				    g_ascii_xdigit_value(text[2 * i + 1]));
	return g_bytes_new_take(bytes, len);
}

/* GLib's decoder passes over what is none. */
static gboolean
is_base64(const char *text)
{
	gsize n = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "abcdefghijklmnopqrstuvwxyz0123456789+/");
	gsize filled = strspn(text + n, "=");

	return text[n + filled] == '\0' && filled <= 2 && (n + filled) % 4 == 0;
}

static GBytes *
from_base64(const char *text, const char *directory, char **why)
{
	guchar *bytes;
	gsize len;

	if (!is_base64(text)) {
		*why = g_strdup("what follows base64: is none (RFC 4648, "
				"section 4, with padding)");
		return NULL;
	}
	bytes = g_base64_decode(text, &len);
	return g_bytes_new_take(bytes, len);
}

static GBytes *
from_text(const char *text, const char *directory, char **why)
{
	return g_bytes_new(text, strlen(text));
}

/* A workload names files beside and below itself and no others, so that one
 * from elsewhere reads nothing of this machine's. */
static gboolean
is_below(const char *name)
{
	g_auto(GStrv) parts = g_strsplit(name, "/", -1);

	return *name != '\0' && *name != '/' &&
	       !g_strv_contains((const char *const *)parts, "..");
}

static GBytes *
read_whole(const char *path, char **why)
{
	g_autoptr(GMappedFile) file = NULL;
	g_autoptr(GError) error = NULL;

	/* Not what would block, or never end. */
	if (g_file_test(path, G_FILE_TEST_EXISTS) &&
	    !g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
		*why = g_strdup_printf("%s is no file", path);
		return NULL;
	}
	file = g_mapped_file_new(path, FALSE, &error);
	if (file == NULL) {
		*why = g_strdup(error->message);
		return NULL;
	}
	if (g_mapped_file_get_length(file) > SIM_CODE_MAX) {
		*why = g_strdup_printf("%s is over %u bytes", path,
				       SIM_CODE_MAX);
		return NULL;
	}
	return g_bytes_new(g_mapped_file_get_contents(file),
			   g_mapped_file_get_length(file));
}

static GBytes *
from_file(const char *name, const char *directory, char **why)
{
	g_autofree char *path = NULL;

	if (directory == NULL || !is_below(name)) {
		*why = g_strdup("after file: comes a path below the "
				"workload's own directory, without \"..\"");
		return NULL;
	}
	path = g_build_filename(directory, name, NULL);
	return read_whole(path, why);
}

static GBytes *
read_code(const char *text, const char *directory, char **why)
{
	static const struct {
		const char *word;
		GBytes *(*read)(const char *text, const char *directory,
				char **why);
	} kinds[] = { { "hex:", from_hex },
		      { "base64:", from_base64 },
		      { "text:", from_text },
		      { "file:", from_file } };

	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (g_str_has_prefix(text, kinds[i].word))
			return kinds[i].read(text + strlen(kinds[i].word),
					     directory, why);
	*why = g_strdup("begin with hex:, base64:, text: or file:");
	return NULL;
}

gboolean
sim_code_text_read(const Reader *reader, const char *name, const char *text,
		   GBytes **out)
{
	g_autofree char *why = NULL;

	*out = read_code(text, reader->directory, &why);
	return *out != NULL || reader_refuse(reader, name, "%s", why);
}

gboolean
sim_code_read(const Reader *version, GBytes **out)
{
	g_auto(Reader) object = { 0 };
	g_autofree char *text = NULL;

	if (json_is_object(json_object_get(version->object, "code")))
		return reader_enter(version, "code", &object) &&
		       sim_package_read(&object, out);
	return reader_needs(version, "code", &text) &&
	       sim_code_text_read(version, "code", text, out) &&
	       (g_bytes_get_size(*out) > 0 ||
		reader_refuse(version, "code", "is empty"));
}
