/* SPDX-License-Identifier: Apache-2.0 */
#include "host/io/child_private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bsn/helpers/error.h>

#define PATH_BYTES_MAX 1024u

typedef struct {
	char *path;
	GBytes *data;
	mode_t mode;
} File;

struct IoFiles {
	GArray *files; /* File */
};

/* ---- what a plugin wants ---- */

static void
file_clear(gpointer data)
{
	File *file = data;

	g_free(file->path);
	g_bytes_unref(file->data);
}

static gboolean
path_is_fit(const char *path)
{
	g_auto(GStrv) names = NULL;

	if (path == NULL || strlen(path) > PATH_BYTES_MAX)
		return FALSE;
	names = g_strsplit(path, "/", -1);
	for (char **name = names; *name != NULL; name++)
		if ((*name)[0] == '\0' || g_str_has_prefix(*name, "..") ||
		    strcmp(*name, ".") == 0)
			return FALSE;
	return names[0] != NULL;
}

static const bsn_io_file *
file_at(const bsn_io_spec *spec, guint64 i)
{
	return (const bsn_io_file *)(const void *)((const char *)spec->files +
						   i * spec->files[0].size);
}

static int32_t
check(const bsn_io_spec *spec, bsn_err *err)
{
	guint64 left = BSN_IO_FILES_BYTES_MAX;

	if (spec->file_count > BSN_IO_FILES_MAX)
		return bsn_fail(err, BSN_TOO_LARGE, "over %u files",
				BSN_IO_FILES_MAX);
	if (spec->file_count > 0 &&
	    (spec->files == NULL || !BSN_REACHES(spec->files, data)))
		return bsn_fail(err, BSN_E_INVALID,
				"the first file's size is not that of a "
				"bsn_io_file");
	for (guint64 i = 0; i < spec->file_count; i++) {
		const bsn_io_file *file = file_at(spec, i);

		if (!path_is_fit(file->path))
			return bsn_fail(err, BSN_BAD_REQUEST,
					"%.100s is no path for a file",
					file->path != NULL ? file->path : "");
		if (file->data.len > left)
			return bsn_fail(err, BSN_TOO_LARGE,
					"files of over %u bytes",
					BSN_IO_FILES_BYTES_MAX);
		left -= file->data.len;
	}
	return BSN_OK;
}

IoFiles *
io_files_new(const bsn_io_spec *spec, int32_t *status, bsn_err *err)
{
	IoFiles *files;

	*status = check(spec, err);
	if (*status != BSN_OK)
		return NULL;
	files = g_new0(IoFiles, 1);
	files->files = g_array_new(FALSE, FALSE, sizeof(File));
	g_array_set_clear_func(files->files, file_clear);
	for (guint64 i = 0; i < spec->file_count; i++) {
		const bsn_io_file *from = file_at(spec, i);
		const File file = {
			.path = g_strdup(from->path),
			.data = g_bytes_new(from->data.data, from->data.len),
			.mode = from->flags & BSN_IO_FILE_EXECUTABLE ? 0700 :
								       0600,
		};

		g_array_append_val(files->files, file);
	}
	return files;
}

void
io_files_free(IoFiles *files)
{
	if (files == NULL)
		return;
	g_array_unref(files->files);
	g_free(files);
}

/* ---- writing ---- */

static int
write_all(int fd, GBytes *data)
{
	gsize len;
	const char *at = g_bytes_get_data(data, &len);

	while (len > 0) {
		const ssize_t wrote = write(fd, at, len);

		if (wrote < 0 && errno != EINTR)
			return errno;
		if (wrote > 0) {
			at += wrote;
			len -= (gsize)wrote;
		}
	}
	return 0;
}

static int
write_file(const char *directory, const File *file)
{
	g_autofree char *path = g_build_filename(directory, file->path, NULL);
	g_autofree char *parent = g_path_get_dirname(path);
	int error, fd;

	if (g_mkdir_with_parents(parent, 0700) != 0)
		return errno;
	/* Never through what another file of the list made a link or a
	 * directory of. */
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		  file->mode);
	if (fd < 0)
		return errno;
	error = write_all(fd, file->data);
	return close(fd) != 0 && error == 0 ? errno : error;
}

gboolean
io_directory_fill(const char *directory, const IoFiles *files, char **reason)
{
	io_directory_remove(directory);
	if (g_mkdir_with_parents(directory, 0700) != 0) {
		*reason = g_strdup_printf("%s cannot be made: %s", directory,
					  g_strerror(errno));
		return FALSE;
	}
	for (guint i = 0; i < files->files->len; i++) {
		const File *file = &g_array_index(files->files, File, i);
		const int error = write_file(directory, file);

		if (error == 0)
			continue;
		*reason = g_strdup_printf("%.100s cannot be written: %s",
					  file->path, g_strerror(error));
		return FALSE;
	}
	return TRUE;
}

/* ---- removing ---- */

/* A directory's descriptor, opened up if its owner has shut it; -1: it is no
 * directory, or gone. */
static int
open_directory(int at, const char *name)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(at, name, flags);

	if (fd < 0 && errno == EACCES && fchmodat(at, name, 0700, 0) == 0)
		fd = openat(at, name, flags);
	if (fd >= 0)
		(void)fchmod(fd, 0700);
	return fd;
}

static gboolean
is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Empties the directory `name` of `top`: what is a directory itself moves up to
 * `top`, so that no depth that somebody made needs more room here. */
static gboolean
flatten(int top, const char *name, guint64 *moved)
{
	const int fd = open_directory(top, name);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	gboolean good = dir != NULL;

	if (dir == NULL && fd >= 0)
		close(fd);
	while (good && (entry = readdir(dir)) != NULL) {
		char fresh[32];

		if (is_dots(entry->d_name) ||
		    unlinkat(fd, entry->d_name, 0) == 0)
			continue;
		do {
			g_snprintf(fresh, sizeof(fresh), "%" G_GUINT64_FORMAT,
				   (*moved)++);
		} while (faccessat(top, fresh, F_OK, AT_SYMLINK_NOFOLLOW) == 0);
		/* To move a directory is to write its "..". */
		(void)fchmodat(fd, entry->d_name, 0700, 0);
		good = renameat(fd, entry->d_name, top, fresh) == 0;
	}
	if (dir != NULL)
		closedir(dir);
	return good && unlinkat(top, name, AT_REMOVEDIR) == 0;
}

/* One pass over the top. FALSE: something cannot be removed. */
static gboolean
remove_some(DIR *dir, guint64 *moved, guint *removed)
{
	const int top = dirfd(dir);
	const struct dirent *entry;

	*removed = 0;
	rewinddir(dir);
	while ((entry = readdir(dir)) != NULL) {
		if (is_dots(entry->d_name))
			continue;
		if (unlinkat(top, entry->d_name, 0) != 0 &&
		    !flatten(top, entry->d_name, moved))
			return FALSE;
		(*removed)++;
	}
	return TRUE;
}

void
io_directory_remove(const char *directory)
{
	const int fd = open_directory(AT_FDCWD, directory);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	guint64 moved = 0;
	guint removed = 0;

	if (dir == NULL) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while (remove_some(dir, &moved, &removed) && removed > 0)
		;
	closedir(dir);
	(void)rmdir(directory);
}
