/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/project.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/ctl/error.h"
#include "tools/ctl/private_file.h"

#define NAME_MAX_LEN 31u

gboolean
project_check_name(const char *name, GError **error)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	gsize len = strlen(name);

	if (len > 0 && len <= NAME_MAX_LEN && g_ascii_islower(name[0]) &&
	    strspn(name, letters) == len)
		return TRUE;
	return ctl_fail(error, CTL_ERROR_USAGE,
			"'%s' cannot be a framework's name\nGive 1 to %u of "
			"a-z, 0-9 and -, a letter first.",
			name, NAME_MAX_LEN);
}

/* ---- names --------------------------------------------------------------- */

static char *
replace(const char *text, const char *word, const char *by)
{
	g_auto(GStrv) parts = g_strsplit(text, word, -1);

	return g_strjoinv(by, parts);
}

/* Between underscores it is part of an automake variable. */
static char *
rename_in(const char *text, const char *name)
{
	g_autofree char *within =
		g_strdelimit(g_strconcat("_", name, "_", NULL), "-", '_');
	g_autoptr(GString) out = g_string_new(NULL);
	g_auto(GStrv) parts = g_strsplit(text, "_" PROJECT_WORD "_", -1);

	for (guint i = 0; parts[i] != NULL; i++) {
		g_autofree char *part = replace(parts[i], PROJECT_WORD, name);

		if (i > 0)
			g_string_append(out, within);
		g_string_append(out, part);
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}

/* ---- files --------------------------------------------------------------- */

static gboolean
copy_file(const char *from, const char *to, const char *name, GError **error)
{
	g_autofree char *text = NULL;
	g_autofree char *renamed = NULL;
	GStatBuf status;

	if (!g_file_get_contents(from, &text, NULL, error))
		return FALSE;
	renamed = rename_in(text, name);
	if (!g_file_set_contents(to, renamed, -1, error))
		return FALSE;
	if (g_stat(from, &status) == 0 &&
	    g_chmod(to, (status.st_mode & 0111) != 0 ? 0755 : 0644) == 0)
		return TRUE;
	return ctl_fail(error, CTL_ERROR_FAILED, "%s cannot be made: %s", to,
			g_strerror(errno));
}

static gboolean
copy_files(const char *from, const char *to, const char *name, GError **error)
{
	GDir *dir = g_dir_open(from, 0, error);
	const char *file;
	gboolean ok = dir != NULL;

	while (ok && (file = g_dir_read_name(dir)) != NULL) {
		g_autofree char *source = g_build_filename(from, file, NULL);
		g_autofree char *renamed = rename_in(file, name);
		g_autofree char *target = g_build_filename(to, renamed, NULL);

		if (g_file_test(source, G_FILE_TEST_IS_REGULAR))
			ok = copy_file(source, target, name, error);
	}
	if (dir != NULL)
		g_dir_close(dir);
	return ok;
}

/* rename(2) puts a directory in the place of one that is empty, only. */
static gboolean
take_name(const char *made, const char *wanted, GError **error)
{
	if (g_chmod(made, 0755) == 0 && rename(made, wanted) == 0)
		return TRUE;
	if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR)
		return ctl_fail(error, CTL_ERROR_FAILED,
				"%s exists already and is kept as it is\n"
				"Choose another directory.",
				wanted);
	return ctl_fail(error, CTL_ERROR_FAILED, "%s cannot be made: %s",
			wanted, g_strerror(errno));
}

gboolean
project_new(const char *from, const char *directory, const char *name,
	    GError **error)
{
	g_autofree char *wanted = g_canonicalize_filename(directory, NULL);
	g_autofree char *made = g_strconcat(wanted, ".XXXXXX", NULL);
	gboolean ok;

	if (!project_check_name(name, error))
		return FALSE;
	if (g_mkdtemp_full(made, 0700) == NULL)
		return ctl_fail(error, CTL_ERROR_FAILED,
				"%s cannot be made: %s", wanted,
				g_strerror(errno));
	ok = copy_files(from, made, name, error) &&
	     take_name(made, wanted, error);
	if (!ok)
		private_directory_remove(made);
	return ok;
}
